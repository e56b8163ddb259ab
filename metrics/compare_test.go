package metrics_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Newcombe (1998), table II, method 10; his difference is first minus second,
// so the first group is B here.
func TestCompareShares_Newcombe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		b, nB, a, nA int64
		lo, hi       float64
	}{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{6, 7, 2, 7, 0.0582, 0.8062},
		{5, 56, 0, 29, -0.0381, 0.1926},
		{0, 10, 0, 20, -0.1611, 0.2775},
		{0, 10, 0, 10, -0.2775, 0.2775},
		{10, 10, 0, 20, 0.6791, 1},
		{10, 10, 0, 10, 0.6075, 1},
	} {
		got, err := metrics.CompareShares(c.a, c.nA, c.b, c.nB, 0.95)
		require.NoError(t, err)
		assert.InDelta(t, c.lo, got.Difference.Lo, 5.1e-5, "%+v", c)
		assert.InDelta(t, c.hi, got.Difference.Hi, 5.1e-5, "%+v", c)
		assert.Equal(t, c.nA+c.nB, got.Difference.N)
	}
}

func TestCompareShares_Tests(t *testing.T) {
	t.Parallel()
	// Fisher's tea lady: 3 of 4 against 1 of 4, p = 34/70.
	tea, err := metrics.CompareShares(1, 4, 3, 4, 0.95)
	require.NoError(t, err)
	assert.True(t, tea.Exact)
	assert.InDelta(t, 34.0/70, tea.P, 1e-12)
	// By hand: 0.2 / sqrt(104/150 × 46/150 × (1/80 + 1/70)).
	big, err := metrics.CompareShares(48, 80, 56, 70, 0.95)
	require.NoError(t, err)
	assert.False(t, big.Exact)
	assert.InDelta(t, 0.2/math.Sqrt(104.0/150*46/150*(1.0/80+1.0/70)), big.Z, 1e-12)
	assert.InDelta(t, math.Erfc(big.Z/math.Sqrt2), big.P, 1e-15)
	same, err := metrics.CompareShares(0, 500, 0, 600, 0.95)
	require.NoError(t, err)
	assert.True(t, math.IsNaN(same.Z))
	assert.InDelta(t, 1, same.P, 0)
	none, err := metrics.CompareShares(0, 0, 3, 4, 0.95)
	require.NoError(t, err)
	assert.False(t, none.Difference.Defined())
	assert.Equal(t, "undefined and 75.0%: nothing to compare", none.String())
	b, err := json.Marshal(none)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"z":null,"p":null,"exact":false`)
	for _, bad := range [][4]int64{{-1, 4, 1, 4}, {5, 4, 1, 4}, {1, 4, 5, 4}, {1, 4, 1, -1}} {
		_, err := metrics.CompareShares(bad[0], bad[1], bad[2], bad[3], 0.95)
		require.ErrorIs(t, err, metrics.ErrInput, "%v", bad)
	}
	_, err = metrics.CompareShares(1, 2, 1, 2, 1)
	require.ErrorIs(t, err, metrics.ErrInput)
}

// Fisher's test against exact binomials, and both groups exchanged.
func TestLaw_ComparisonIsFairAndExact(t *testing.T) {
	small := 0
	law.Check(t, func(t *rapid.T) {
		nA, nB := rapid.Int64Range(1, 25).Draw(t, "nA"), rapid.Int64Range(1, 25).Draw(t, "nB")
		a, b := rapid.Int64Range(0, nA).Draw(t, "a"), rapid.Int64Range(0, nB).Draw(t, "b")
		c, err := metrics.CompareShares(a, nA, b, nB, 0.9)
		require.NoError(t, err)
		back, err := metrics.CompareShares(b, nB, a, nA, 0.9)
		require.NoError(t, err)
		assert.InDelta(t, c.P, back.P, 1e-9)
		assert.InDelta(t, -c.Difference.Lo, back.Difference.Hi, 1e-12)
		assert.LessOrEqual(t, c.Difference.Lo, c.Difference.Value)
		assert.LessOrEqual(t, c.Difference.Value, c.Difference.Hi)
		if !c.Exact {
			return
		}
		small++
		ways := func(i int64) *big.Int {
			return new(big.Int).Mul(new(big.Int).Binomial(nA, i), new(big.Int).Binomial(nB, a+b-i))
		}
		sum := new(big.Int)
		for i := max(0, a+b-nB); i <= min(a+b, nA); i++ {
			if w := ways(i); w.Cmp(ways(a)) <= 0 {
				sum.Add(sum, w)
			}
		}
		want, _ := new(big.Rat).SetFrac(sum, new(big.Int).Binomial(nA+nB, a+b)).Float64()
		assert.InDelta(t, want, c.P, 1e-9)
	}, law.Counters{"small": &small})
}

// Worked by hand, and R's p.adjust gives the same.
func TestCorrections(t *testing.T) {
	t.Parallel()
	p := []float64{0.01, 0.04, math.NaN(), 0.03, 0.005}
	assert.InDeltaSlice(t, []float64{0.03, 0.06, 0, 0.06, 0.02}, zero(metrics.Holm(p)), 1e-15)
	assert.InDeltaSlice(t, []float64{0.02, 0.04, 0, 0.04, 0.02}, zero(metrics.BenjaminiHochberg(p)), 1e-15)
	assert.Empty(t, metrics.Holm(nil))
	assert.Equal(t, []float64{1, 1}, metrics.Holm([]float64{0.9, 0.8}), "never above 1")
}

func zero(p []float64) []float64 {
	for i := range p {
		if math.IsNaN(p[i]) {
			p[i] = 0
		}
	}
	return p
}

func ExampleCompareShares() {
	c, err := metrics.CompareShares(48, 80, 56, 70, 0.95) // A: 48 of 80, B: 56 of 70
	fmt.Println(c, err)
	// Output:
	// 60.0% and 80.0%: 20.0 points, 5.2 to 33.4, p = 0.00805 <nil>
}

func ExampleHolm() {
	fmt.Println(metrics.Holm([]float64{0.01, 0.04, 0.03}))
	fmt.Println(metrics.BenjaminiHochberg([]float64{0.01, 0.04, 0.03}))
	// Output:
	// [0.03 0.06 0.06]
	// [0.03 0.04 0.04]
}
