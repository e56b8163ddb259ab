package stripe_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/internal/vendor"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// BenchmarkWebhooks: the events of three thousand subscriptions, one a line.
// "spans" is the import, "bare" what a program without an importer does: the
// fields that a span needs, by encoding/json.
func BenchmarkWebhooks(b *testing.B) {
	var all strings.Builder
	events := vendor.Histories(rand.New(rand.NewPCG(1, 2)), 3000, map[string]int{})
	for _, e := range events {
		all.WriteString(strings.ReplaceAll(vendor.Stripe(e), "\n", " "))
		all.WriteByte('\n')
	}
	text := all.String()
	for _, c := range []struct {
		name string
		run  func() int
	}{{"spans", func() int {
		imp, err := stripe.New(stripe.Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range imp.Spans(strings.NewReader(text)) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		return n
	}}, {"bare", func() int {
		n := 0
		for line := range bytes.Lines([]byte(text)) {
			var w bareEvent
			if err := json.Unmarshal(line, &w); err != nil {
				b.Fatal(err)
			}
			n++
		}
		return n
	}}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if c.run() == 0 {
					b.Fatal("nothing read")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
		})
	}
}

type bareEvent struct {
	ID      string
	Type    string
	Created int64
	Data    struct{ Object bare }
}
