package journey_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

// Taking a snapshot, writing and reading it and going on gives what going on
// without gives, in every form and under another definition of the same hash.
func TestLaw_SnapshotRestoreContinueIsStraightRun(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, draws, r := cases.Draw(t, rapid.Uint64().Draw(t, "seed"))
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
			cases.Same(t, j, back)
			abroad, err := twin.Restore(fromJSON)
			require.NoError(t, err)
			require.True(t, s.Equal(abroad.Snapshot()), "%+v\n%+v", s, abroad.Snapshot())

			var e1, e2, e3 error
			straight, e1 = d.Step(straight, draw.Event)
			back, e2 = d.Step(back, draw.Event)
			abroad, e3 = twin.Step(abroad, draw.Event)
			cases.Same(t, straight, back)
			require.True(t, straight.Snapshot().Equal(abroad.Snapshot()))
			require.Equal(t, errors.Is(e1, draw.Refused), errors.Is(e2, draw.Refused))
			require.Equal(t, e1 == nil, e3 == nil)
		}
	})
}
