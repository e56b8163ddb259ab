package touchpoint_test

import (
	"iter"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// stream yields n events of about n/10 customers. Grouped, the events of a
// customer come together in order of time; otherwise customers are mixed and
// times are not in order.
func stream(n int, grouped bool) iter.Seq[touchpoint.Event] {
	customers := n / 10
	ids := make([]string, customers)
	for i := range ids {
		ids[i] = "customer-" + strconv.Itoa(1_000_000+i)
	}
	names := []string{"visit", "sign_up", "trial_started", "activated", "invoice_paid", "ticket_opened", "upgraded", "cancelled"}
	channels := []touchpoint.Channel{touchpoint.Direct, touchpoint.Email, touchpoint.OrganicSearch, touchpoint.PaidSearch}
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	return func(yield func(touchpoint.Event) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			c, at := i/10, i%10
			if !grouped {
				c, at = r.IntN(customers), r.IntN(1<<20)
			}
			e := touchpoint.Event{
				Customer: ids[c], Name: names[r.IntN(len(names))], Channel: channels[r.IntN(len(channels))],
				At: start.Add(time.Duration(at) * time.Minute),
			}
			if !yield(e) {
				return
			}
		}
	}
}

func benchmarkLoad(b *testing.B, n int, grouped bool) {
	events := stream(n, grouped)
	b.ReportAllocs()
	b.ResetTimer()
	var log *touchpoint.Log
	for b.Loop() {
		var err error
		if log, err = touchpoint.NewLog(events); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
	b.StopTimer()
	before := heap()
	held := log.Len()
	runtime.KeepAlive(log)
	log = nil
	b.ReportMetric((before-heap())/float64(held), "bytes/event")
}

func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func BenchmarkLoad_10M_Shuffled(b *testing.B)  { benchmarkLoad(b, 10_000_000, false) }
func BenchmarkLoad_10M_Grouped(b *testing.B)   { benchmarkLoad(b, 10_000_000, true) }
func BenchmarkLoad_100k_Shuffled(b *testing.B) { benchmarkLoad(b, 100_000, false) }

func BenchmarkStream_10M(b *testing.B) {
	events := stream(10_000_000, false)
	for b.Loop() {
		for range events {
		}
	}
}
