package simulate_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/simulate"
)

// busy is a world of ten events a customer over two years.
func busy(tb testing.TB, customers int) simulate.World {
	tb.Helper()
	w := company(tb, 1)
	w.Arrivals = simulate.Arrivals{Exactly: customers, Event: "visited"}
	w.Acquisition, w.Billing, w.Surveys, w.Damping, w.Treatment = simulate.Acquisition{}, simulate.Billing{}, nil, simulate.Damping{}, simulate.Treatment{}
	w.Personas = nil
	w.Referrals, w.Habits = simulate.Referrals{}, []simulate.Habit{
		{Stage: "trial", Event: "activated", Every: simulate.Exponential(2 * day)},
		{Stage: "customer", Event: "invited", Every: simulate.Exponential(6 * day)},
		{Stage: "advocate", Event: "invited", Every: simulate.Exponential(8 * day)},
	}
	return w
}

// Every customer of a world, streamed: time and growth per event, and what is in
// flight per customer. With LIFECYCLE_BENCH_FULL=1, a million customers.
func BenchmarkEach(b *testing.B) {
	sizes := []int{2_000, 20_000}
	if os.Getenv("LIFECYCLE_BENCH_FULL") != "" {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			w := busy(b, n)
			events, peak := 0, uint64(0)
			runtime.GC()
			var before, now runtime.MemStats
			runtime.ReadMemStats(&before)
			for b.Loop() {
				events = 0
				seen := 0
				for c, err := range w.Each(simulate.Options{}) {
					require.NoError(b, err)
					events += len(c.Events)
					if seen++; seen%max(n/20, 1) == 0 {
						runtime.ReadMemStats(&now)
						peak = max(peak, now.HeapAlloc)
					}
				}
			}
			b.ReportMetric(float64(events), "events")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(events), "ns/event")
			b.ReportMetric(float64(int64(peak)-int64(before.HeapAlloc))/float64(n), "B-in-flight/customer")
		})
	}
}

// Everything kept, with books, by number of customers.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			w := company(b, 1)
			w.Arrivals = simulate.Arrivals{Exactly: n, Event: "visited"}
			events := int64(0)
			for b.Loop() {
				co, err := w.Run(simulate.Options{})
				require.NoError(b, err)
				events = co.Counts().Events
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(events), "ns/event")
		})
	}
}
