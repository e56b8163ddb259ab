package retention_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Growth: ten events of each customer over a year.
func BenchmarkRun(b *testing.B) {
	sizes := []int{10_000, 100_000, 1_000_000}
	if os.Getenv("LIFECYCLE_BENCH_FULL") != "" {
		sizes = append(sizes, 10_000_000)
	}
	for _, n := range sizes {
		log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
			x := uint64(42)
			next := func() uint64 { x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x }
			for i := range n {
				if !yield(touchpoint.Event{Customer: strconv.Itoa(1_000_000 + i/10), Name: []string{"a", "b", "c", "d"}[next()%4], At: zero.Add(time.Duration(next()%(360*86400)) * time.Second)}) {
					return
				}
			}
		})
		require.NoError(b, err)
		b.Run("monthly/"+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := retention.Run(log, retention.Spec{Start: touchpoint.Named("a"), Return: touchpoint.Named("a", "b"), Periods: 12, From: zero})
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
		})
		for name, run := range map[string]func() error{
			"daily/": func() error { _, err := retention.Daily(log, retention.DailySpec{Days: 30, From: zero}); return err },
			"stickiness/": func() error {
				_, err := retention.Stickiness(log, retention.LifecycleSpec{Periods: 12, From: zero})
				return err
			},
			"frequencies/": func() error {
				_, err := retention.Frequencies(log, retention.LifecycleSpec{Periods: 12, From: zero})
				return err
			},
		} {
			b.Run(name+strconv.Itoa(n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					require.NoError(b, run())
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
			})
		}
		b.Run("lifecycle/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				_, err := retention.Lifecycle(log, retention.LifecycleSpec{Periods: 12, From: zero})
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
		})
	}
}
