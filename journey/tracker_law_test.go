package journey_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
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

// What a Tracker stores is the fold of Step, event by event, and every error is
// the one Step gives.
func TestLaw_TrackerIsFoldOfStep(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var accepted, refused, fired int
	rapid.Check(t, func(t *rapid.T) {
		d, draws, _ := drawCase(t)
		store := journey.NewMemStore(journey.MemOptions{})
		tr, err := journey.NewTracker(d, store, journey.TrackerOptions{})
		require.NoError(t, err)
		const who = "customer"
		want := d.Start(who, journeytest.Origin())
		out, err := tr.Start(ctx, who, journeytest.Origin())
		require.NoError(t, err)
		require.Equal(t, want, out.Journey)
		for _, draw := range draws {
			if draw.Event.Customer != who {
				_, err := tr.Fire(ctx, draw.Event)
				require.ErrorIs(t, err, journey.ErrNotFound)
				continue
			}
			before := want.Seq()
			var wantErr error
			want, wantErr = d.Step(want, draw.Event)
			out, err := tr.Fire(ctx, draw.Event)
			if wantErr == nil {
				require.NoError(t, err)
				accepted++
			} else {
				require.EqualError(t, err, wantErr.Error())
				refused++
			}
			sameJourney(t, want, out.Journey)
			require.Len(t, out.Changes, int(want.Seq()-before))
			for _, c := range out.Changes {
				if c.Origin == journey.OriginTimer {
					fired++
				}
			}
			stored, err := tr.Journey(ctx, who)
			require.NoError(t, err)
			sameJourney(t, want, stored)
		}
	})
	assert.Positive(t, accepted)
	assert.Positive(t, refused)
	assert.Positive(t, fired)
}

// Calling Tick at whatever times between the events changes nothing.
func TestLaw_TickChangesNoResult(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		d, draws, r := drawCase(t)
		tr, err := journey.NewTracker(d, journey.NewMemStore(journey.MemOptions{}), journey.TrackerOptions{})
		require.NoError(t, err)
		_, err = tr.Start(ctx, "customer", journeytest.Origin())
		require.NoError(t, err)
		want := d.Start("customer", journeytest.Origin())
		now := journeytest.Origin()
		for _, draw := range draws {
			if draw.Event.Customer != "customer" || errors.Is(draw.Refused, journey.ErrOutOfOrder) || errors.Is(draw.Refused, journey.ErrOutOfRange) || draw.Event.At.Before(now) {
				continue
			}
			for now.Before(draw.Event.At) && r.IntN(3) > 0 {
				now = now.Add(time.Duration(r.Int64N(int64(draw.Event.At.Sub(now)) + 1)))
				_, err := tr.Tick(ctx, now)
				require.NoError(t, err)
			}
			now = draw.Event.At
			want, _ = d.Step(want, draw.Event)
			out, _ := tr.Fire(ctx, draw.Event)
			sameJourney(t, want, out.Journey)
		}
	})
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

// What hooks ask for is a sequence of events like any other: folding Step over
// the events of all stored changes, timers left to Step, gives what is stored.
// Where a hook asks for what is refused, nothing of that event is stored.
func TestLaw_HooksAskForEvents(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var asked, failed int
	rapid.Check(t, func(t *rapid.T) {
		d, draws, _ := drawCase(t)
		hook := func(_ context.Context, o journey.Occurrence) (journey.Trigger, error) {
			allowed := d.Allowed(o.Journey.Stage())
			switch {
			case o.Seq%7 == 6:
				return "no such trigger", nil
			case len(allowed) == 0 || o.Seq%3 > 0:
				return "", nil
			}
			return allowed[int(o.Seq)%len(allowed)], nil
		}
		store := journey.NewMemStore(journey.MemOptions{History: true})
		tr, err := journey.NewTracker(d, store, journey.TrackerOptions{Hooks: journey.Hooks{AfterEach: hook}})
		require.NoError(t, err)
		out, err := tr.Start(ctx, "customer", journeytest.Origin())
		require.NoError(t, err)
		want := out.Journey
		for _, draw := range draws {
			if draw.Event.Customer != "customer" {
				continue
			}
			out, err := tr.Fire(ctx, draw.Event)
			if errors.As(err, new(*journey.HookError)) {
				failed++
			}
			var last time.Time
			for _, o := range out.Changes {
				last = o.At
				if o.Origin == journey.OriginTimer {
					continue
				}
				if o.Origin == journey.OriginHook {
					asked++
				}
				want, err = d.Step(want, o.Event)
				require.NoError(t, err)
			}
			if !last.IsZero() {
				want, err = d.Advance(want, last)
				require.NoError(t, err)
			}
			sameJourney(t, want, out.Journey)
		}
		changes := store.History("customer")
		require.Len(t, changes, int(want.Seq())+1, "the history is complete")
		for i, o := range changes {
			require.EqualValues(t, i, o.Seq)
		}
	})
	assert.Positive(t, asked)
	assert.Positive(t, failed)
}
