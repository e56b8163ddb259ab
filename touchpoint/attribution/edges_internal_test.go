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
