package source_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

// calls are n track calls of about 420 bytes, one a line.
func calls(n int) []byte {
	var b bytes.Buffer
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(&b, `{"type":"track","event":"Trial Started","userId":"user-%d","anonymousId":"%08x-1111-4222-8333-444444444444","messageId":"message-%d","timestamp":%q,"context":{"page":{"url":"https://app.example/start","referrer":"https://www.google.de/"},"campaign":{"name":"spring","source":"google","medium":"cpc"},"library":{"name":"analytics.js","version":"4.1.0"}},"properties":{"plan":"pro","seats":%d,"currency":"EUR","revenue":"49.90"}}`+"\n",
			i%5000, i%5000, i, at.Add(time.Duration(i)*time.Second).Format(time.RFC3339), i%40)
	}
	return b.Bytes()
}

// what a program without this package would decode into.
type bareCall struct {
	Type, Event, Name, UserID, AnonymousID, MessageID string
	Timestamp                                         time.Time
	Properties                                        struct {
		Plan, Currency, Revenue string
		Seats                   int
	}
	Context struct {
		Page     struct{ URL, Referrer string }
		Campaign struct{ Name, Source, Medium string }
	}
}

func BenchmarkSegment(b *testing.B) {
	const n = 20_000
	data := calls(n)
	per := func(b *testing.B) {
		b.Helper()
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/call")
	}
	b.Run("source", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			events, bad := 0, 0
			r := source.Segment(bytes.NewReader(data), source.Options{Mapping: source.Mapping{Attrs: plan, Value: "properties.revenue", Currency: "properties.currency"}, Identity: &source.Identity{}})
			for _, err := range r.Events() {
				events++
				if err != nil {
					bad++
				}
			}
			if events != n || bad > 0 {
				b.Fatal(events, bad)
			}
		}
		per(b)
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			d := json.NewDecoder(bytes.NewReader(data))
			for range n {
				var c bareCall
				if err := d.Decode(&c); err != nil {
					b.Fatal(err)
				}
			}
		}
		per(b)
	})
}

func BenchmarkCSV_Growth(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		var in bytes.Buffer
		in.WriteString("customer,event,at,channel,id\n")
		for i := range n {
			fmt.Fprintf(&in, "customer-%d,trial_started,2026-01-01T00:00:00Z,Website,%d\n", i, i)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				for _, err := range source.CSV(bytes.NewReader(in.Bytes()), source.Options{}).Events() {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}

func BenchmarkIdentity_Growth(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				x := &source.Identity{}
				for i := range n { // one long chain, and as long a chain of referrers
					x.Alias(fmt.Sprint("a", i), fmt.Sprint("a", i+1), sec(i))
					x.Refer(fmt.Sprint("r", i), fmt.Sprint("r", i+1), sec(i))
				}
				x.Resolve("a0")
				x.Referrals()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/link")
		})
	}
}
