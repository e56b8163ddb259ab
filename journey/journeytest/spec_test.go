package journeytest_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

func generator(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func TestSpec_IsAlwaysAccepted(t *testing.T) {
	t.Parallel()
	var timers, guards, milestones, gates int
	for seed := range uint64(3_000) {
		o := journeytest.SpecOptions{Plain: seed%5 == 0, Awkward: seed%2 == 0}
		if seed%97 == 0 {
			o.Stages = 200
		}
		spec, err := journeytest.Spec(generator(seed), o)
		require.NoError(t, err)
		d, err := journey.Define(spec)
		require.NoError(t, err, "seed %d", seed)
		again, err := journeytest.Spec(generator(seed), o)
		require.NoError(t, err)
		same, err := journey.Define(again)
		require.NoError(t, err)
		require.Equal(t, d.Hash(), same.Hash(), "seed %d", seed)
		timers += len(spec.After)
		milestones += len(spec.Milestones)
		for _, e := range d.Edges() {
			if o.Plain {
				require.False(t, e.Conditional() || e.Internal || e.From == e.To)
			}
			if e.Guard.Name != "" {
				guards++
			}
			if e.Gate != "" {
				gates++
			}
		}
	}
	assert.Greater(t, timers, 1_000)
	assert.Greater(t, guards, 1_000)
	assert.Greater(t, milestones, 1_000)
	assert.Greater(t, gates, 100)
}

func TestSpec_RefusesSizes(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 1, 201} {
		_, err := journeytest.Spec(generator(1), journeytest.SpecOptions{Stages: n})
		assert.ErrorContains(t, err, "want 0 or 2 to 200")
	}
}
