package attribution_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// Ten thousand rows over twelve touches, and their growth: the shape of the R
// package's PathData.
func BenchmarkMarkov(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		random := rand.New(rand.NewPCG(1, 2))
		list := make([]attribution.Path, n)
		for i := range list {
			for range 1 + random.IntN(10) {
				list[i].Touches = append(list[i].Touches, fmt.Sprint("k", min(random.IntN(12), random.IntN(12))))
			}
			list[i].Conversions, list[i].Nulls = random.Int64N(4), random.Int64N(12)
		}
		p, err := attribution.NewPaths(slices.Values(list))
		require.NoError(b, err)
		for order := 1; order <= attribution.MaxOrder; order++ {
			b.Run(fmt.Sprint("order ", order, "/", n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, err := p.Credit(attribution.Markov(order))
					require.NoError(b, err)
				}
			})
		}
		b.Run(fmt.Sprint("linear/", n), func(b *testing.B) {
			for b.Loop() {
				_, err := p.Credit(attribution.Linear())
				require.NoError(b, err)
			}
		})
	}
}

// Paths from a log of ten events a customer, one in ten of which converts, and
// intervals of their credits. Growth: an event costs the same.
func BenchmarkLog(b *testing.B) {
	sizes := []int{10_000, 100_000, 1_000_000}
	if os.Getenv("LIFECYCLE_BENCH_FULL") != "" {
		sizes = append(sizes, 10_000_000)
	}
	channels := [...]touchpoint.Channel{touchpoint.Email, touchpoint.OrganicSearch, touchpoint.Direct, touchpoint.Referral, touchpoint.PaidSearch}
	for _, n := range sizes {
		x := uint64(42)
		next := func() uint64 { x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x }
		log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
			for i := range n {
				e := touchpoint.Event{
					Customer: strconv.Itoa(1_000_000 + i/10), Name: "visit", Channel: channels[next()%5], At: time.Unix(int64(next()%(14*86400)), 0),
				}
				if next()%100 == 0 {
					e.Name = "pay"
				}
				if !yield(e) {
					return
				}
			}
		})
		require.NoError(b, err)
		o := attribution.Options{Conversion: touchpoint.Named("pay"), Touches: touchpoint.Named("visit")}
		perEvent := func(b *testing.B) {
			b.Helper()
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
		}
		b.Run(fmt.Sprint("paths/", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := attribution.PathsOf(log, o)
				require.NoError(b, err)
			}
			perEvent(b)
		})
		p, err := attribution.PathsOf(log, o)
		require.NoError(b, err)
		for _, m := range []attribution.Model{attribution.Linear(), attribution.Markov(1)} {
			b.Run(fmt.Sprint("bootstrap of 20 ", m, "/", n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, err := p.Bootstrap(m, attribution.BootstrapOptions{Samples: 20})
					require.NoError(b, err)
				}
				perEvent(b)
			})
		}
	}
}
