package quantile_test

import (
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/quantile"
)

// R: quantile(c(1, 2, 4, 8), c(0, .25, .5, .9, 1)) is 1, 1.75, 3, 6.8, 8.
func TestOf_R(t *testing.T) {
	s := []int64{1e9, 2e9, 4e9, 8e9}
	for p, want := range map[float64]time.Duration{0: 1e9, 0.25: 1.75e9, 0.5: 3e9, 0.9: 6.8e9, 1: 8e9} {
		assert.InDelta(t, float64(want), float64(quantile.Of(s, p)), 2)
	}
	assert.Zero(t, quantile.Of(nil, 0.5))
	assert.Equal(t, time.Duration(5), quantile.Of([]int64{5}, 0.9))
}

func TestLaw_MeanIsExactAndQuantilesAscend(t *testing.T) {
	huge := 0
	law.Check(t, func(t *rapid.T) {
		s := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 100), rapid.Int64Range(math.MaxInt64-9, math.MaxInt64)), 0, 9).Draw(t, "s")
		slices.Sort(s)
		sum := new(big.Int)
		for _, v := range s {
			sum.Add(sum, big.NewInt(v))
		}
		if !sum.IsInt64() {
			huge++
		}
		if len(s) == 0 {
			assert.Zero(t, quantile.Mean(s))
			return
		}
		assert.Equal(t, sum.Quo(sum, big.NewInt(int64(len(s)))).Int64(), int64(quantile.Mean(s)))
		before := time.Duration(s[0])
		for _, p := range []float64{0, 0.1, 0.5, 0.9, 1} {
			q := quantile.Of(s, p)
			assert.GreaterOrEqual(t, q, before)
			before = q
		}
		assert.Equal(t, time.Duration(s[len(s)-1]), before)
	}, law.Counters{"huge": &huge})
}

func TestLaw_MedianIsThatOfTheSorted(t *testing.T) {
	large := 0
	law.Often(t, 10, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(0, 90), rapid.SampledFrom([]int{501, 502, 503, 700, 701})).Draw(t, "n")
		span := rapid.SampledFrom([]int64{1, 3, 1000, math.MaxInt64}).Draw(t, "span")
		seed := rapid.Uint64().Draw(t, "seed")
		values := make([]int64, n)
		for i := range values {
			seed = seed*6364136223846793005 + 1442695040888963407
			values[i] = int64(seed>>1) % span
		}
		switch rapid.IntRange(0, 2).Draw(t, "order") {
		case 1:
			slices.Sort(values)
		case 2:
			slices.Sort(values)
			slices.Reverse(values)
		}
		sorted := slices.Sorted(slices.Values(values))
		assert.Equal(t, quantile.Of(sorted, 0.5), quantile.Median(values))
		slices.Sort(values)
		assert.True(t, slices.Equal(sorted, values), "rearranged, not changed")
		if n > 500 {
			large++
		}
	}, law.Counters{"large": &large})
}
