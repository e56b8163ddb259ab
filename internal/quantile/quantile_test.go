package quantile_test

import (
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

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
	rapid.Check(t, func(t *rapid.T) {
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
	})
	assert.Positive(t, huge)
}
