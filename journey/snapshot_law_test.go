package journey_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

// drawCase draws a definition and a stream of valid and invalid events under it.
func drawCase(t *rapid.T) (*journey.Definition, []journeytest.Draw, *rand.Rand) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	spec, err := journeytest.Spec(r, journeytest.SpecOptions{Awkward: r.IntN(2) == 0})
	require.NoError(t, err)
	d, err := journey.Define(spec)
	require.NoError(t, err)
	draws, err := journeytest.Draws(r, d, journeytest.StreamOptions{N: 30, IDs: r.IntN(3) > 0, MaxGap: 60 * time.Hour})
	require.NoError(t, err)
	return d, draws, r
}

// sameJourney compares as == does, which is the promise of Journey.
func sameJourney(t require.TestingT, want, got journey.Journey) {
	if want != got {
		t.Errorf("want %+v\ngot  %+v", want.Snapshot(), got.Snapshot())
		t.FailNow()
	}
}

// Taking a snapshot, writing and reading it and going on gives what going on
// without gives, in every form and under another definition of the same hash.
func TestLaw_SnapshotRestoreContinueIsStraightRun(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, draws, r := drawCase(t)
		other := d.Spec()
		r.Shuffle(len(other.Stages), func(a, b int) { other.Stages[a], other.Stages[b] = other.Stages[b], other.Stages[a] })
		r.Shuffle(len(other.Milestones), func(a, b int) {
			other.Milestones[a], other.Milestones[b] = other.Milestones[b], other.Milestones[a]
		})
		for _, m := range other.Milestones {
			r.Shuffle(len(m.Events), func(a, b int) { m.Events[a], m.Events[b] = m.Events[b], m.Events[a] })
		}
		twin, err := journey.Define(other)
		require.NoError(t, err)
		require.Equal(t, d.Hash(), twin.Hash())

		straight := d.Start("customer", journeytest.Origin())
		for _, draw := range draws {
			j := straight
			s := j.Snapshot()
			require.NoError(t, s.Validate())
			b, err := s.MarshalBinary()
			require.NoError(t, err)
			var fromBinary, fromJSON journey.Snapshot
			require.NoError(t, fromBinary.UnmarshalBinary(b))
			require.True(t, s.Equal(fromBinary), "%+v\n%+v", s, fromBinary)
			text, err := json.Marshal(s)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &fromJSON))
			require.True(t, s.Equal(fromJSON), "%s\n%+v", text, fromJSON)

			back, err := d.Restore(fromBinary)
			require.NoError(t, err)
			sameJourney(t, j, back)
			abroad, err := twin.Restore(fromJSON)
			require.NoError(t, err)
			require.True(t, s.Equal(abroad.Snapshot()), "%+v\n%+v", s, abroad.Snapshot())

			var e1, e2, e3 error
			straight, e1 = d.Step(straight, draw.Event)
			back, e2 = d.Step(back, draw.Event)
			abroad, e3 = twin.Step(abroad, draw.Event)
			sameJourney(t, straight, back)
			require.True(t, straight.Snapshot().Equal(abroad.Snapshot()))
			require.Equal(t, errors.Is(e1, draw.Refused), errors.Is(e2, draw.Refused))
			require.Equal(t, e1 == nil, e3 == nil)
		}
	})
}
