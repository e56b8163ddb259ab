package attribution_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

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
