package attribution

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Elimination solves what sweeping solves, with any states left out.
func TestLaw_EliminationEqualsSweeps(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	left := 0
	for range 300 {
		n := 1 + random.IntN(6)
		g := &chain{start: make([]float64, n), edges: make([][]edge, n), conv: make([]float64, n), value: make([]float64, n), with: make([][]int, 2)}
		for i := range n {
			rest := 1.0
			for j := range n {
				if j != i && random.IntN(2) == 0 {
					p := rest * random.Float64() * 0.8
					g.edges[i] = append(g.edges[i], edge{j, p})
					rest -= p
				}
			}
			g.conv[i] = rest * random.Float64()
			g.value[i] = 10 * random.Float64()
			k := random.IntN(2)
			g.with[k] = append(g.with[k], i)
		}
		g.sweepOrder()
		for without := -1; without < 2; without++ {
			h, v, err := g.solve(without, nil, nil)
			require.NoError(t, err)
			out := make([]bool, n)
			if without >= 0 {
				for _, i := range g.with[without] {
					out[i] = true
					left++
				}
			}
			h2, v2 := make([]float64, n), make([]float64, n)
			g.eliminate(out, h2, v2)
			for i := range n {
				assert.InDelta(t, h[i], h2[i], 1e-12)
				assert.InDelta(t, v[i], v2[i], 1e-10)
			}
		}
	}
	assert.Positive(t, left)
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	list := []float64{1, 2, 4}
	for p, want := range map[float64]float64{0: 1, 0.25: 1.5, 0.5: 2, 0.75: 3, 1: 4} {
		assert.InDelta(t, want, percentile(list, p), 1e-15)
	}
	assert.InDelta(t, 7, percentile([]float64{7}, 0.9), 0)
	assert.False(t, math.IsNaN(percentile(list, 0.999)))
}

// Sampled orders come to what all of them do, within what they say they may be
// off; and how far is the spread of single orders over the root of their number.
func TestLaw_SampledGameIsTheExactOne(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	far, all := 0, 0
	for range 40 {
		n := 2 + random.IntN(4)
		var sets []row
		for range 1 + random.IntN(5) {
			s := row{conv: random.Int64N(20), nulls: random.Int64N(20)}
			for k := range n {
				if random.IntN(2) == 0 {
					s.touches = append(s.touches, uint32(k))
				}
			}
			if len(s.touches) > 0 && s.conv+s.nulls > 0 {
				sets = append(sets, s)
			}
		}
		exact := exactGame(sets, n)
		mean, spread := sampledGame(sets, n, random.Uint64(), 4_000)
		_, wide := sampledGame(sets, n, random.Uint64(), 1_000)
		for k := range n {
			if spread[k] < 1e-6 { // alike in every order, but for rounding
				require.InDelta(t, exact[k], mean[k], 1e-9)
				continue
			}
			all++
			require.InDelta(t, exact[k], mean[k], 6*spread[k])
			if math.Abs(exact[k]-mean[k]) > 2*spread[k] {
				far++
			}
			require.InEpsilon(t, 2, wide[k]/spread[k], 0.35, "half as near for four times as many")
		}
	}
	require.Greater(t, all, 50)
	require.Less(t, far, all/10, "one in twenty is off by more than two")
}
