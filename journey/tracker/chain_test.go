package tracker_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

func TestTracker_HooksAskForTriggers(t *testing.T) {
	t.Parallel()
	approve := journey.Trigger("approve")
	var fromReached, stored []string
	tr, _ := startedTracker(t, cases.Trial(t), tracker.Options{Hooks: tracker.Hooks{
		Enter: map[journey.Stage]tracker.Hook{"checkout": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			return approve, nil
		}},
		Reached: map[string]tracker.Hook{"activated": func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			fromReached = o.Reached()
			return "pay", nil
		}},
		Stored: func(_ context.Context, o tracker.Occurrence) error {
			stored = append(stored, string(o.Trigger)+" in "+string(o.Journey.Stage()))
			return nil
		},
	}})
	_, err := tr.Fire(context.Background(), event("import", 1))
	require.NoError(t, err)
	out, err := tr.Fire(context.Background(), event("invite", 2))
	require.NoError(t, err)
	require.Len(t, out.Changes, 3)
	assert.Equal(t, []string{"activated"}, fromReached)
	assert.Equal(t, []string{" in trial", "import in trial", "invite in trial", "pay in checkout", "approve in active"}, stored)
	assert.Equal(t, journey.Stage("active"), out.Journey.Stage())
	for i, want := range []struct {
		on     journey.Trigger
		origin tracker.Origin
		id     string
	}{{"invite", tracker.OriginEvent, "invite-2"}, {"pay", tracker.OriginHook, ""}, {"approve", tracker.OriginHook, ""}} {
		o := out.Changes[i]
		assert.Equal(t, want.on, o.Trigger)
		assert.Equal(t, want.origin, o.Origin)
		assert.Equal(t, want.id, o.Event.ID)
		assert.Equal(t, cases.OnDay(2), o.At, "consequences happen at the instant of their cause")
	}
	repeat, err := tr.Fire(context.Background(), event("invite", 2))
	require.NoError(t, err)
	assert.Empty(t, repeat.Changes, "a repeat is known even after its consequences")

	// A trigger that is refused refuses all of it.
	approve = "renew"
	tr2, store := startedTracker(t, cases.Trial(t), tracker.Options{Hooks: tracker.Hooks{
		After: map[journey.Trigger]tracker.Hook{"import": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			return approve, nil
		}},
	}})
	out, err = tr2.Fire(context.Background(), event("import", 1))
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	var he *tracker.HookError
	require.ErrorAs(t, err, &he)
	assert.EqualValues(t, "renew", he.Wanted)
	assert.Equal(t, `trigger "import"`, he.Hook)
	require.ErrorContains(t, err, `after hook of trigger "import" asked for trigger "renew"`)
	assert.Empty(t, out.Changes)
	s, err := store.Load(context.Background(), "acme")
	require.NoError(t, err)
	assert.Zero(t, s.Version)
}

func TestTracker_ChainsEnd(t *testing.T) {
	t.Parallel()
	goOn := func(context.Context, tracker.Occurrence) (journey.Trigger, error) { return "go", nil }
	tr, store := startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{Before: map[journey.Trigger]tracker.Hook{"go": goOn}}})
	_, err := fire(tr, "go", 1)
	require.ErrorIs(t, err, tracker.ErrChain)
	var ce *tracker.ChainError
	require.ErrorAs(t, err, &ce)
	assert.Equal(t, tracker.DefaultMaxChain, ce.Limit)
	assert.Len(t, ce.Chain, tracker.DefaultMaxChain+2, "the event, sixteen more, and one too many")
	assert.Equal(t, []journey.Trigger{"go", "go", "go"}, ce.Cycle)
	assert.EqualError(t, err, `tracker: customer "acme": too many triggers from hooks: limit 16, cycle go → go → go → go`)
	s, err := store.Load(context.Background(), "acme")
	require.NoError(t, err)
	assert.Zero(t, s.Version, "nothing is stored")

	// Exactly as many as are allowed, and one more.
	for _, n := range []int{3, 4} {
		left := n
		tr, _ := startedTracker(t, cases.ABC(t), tracker.Options{MaxChain: 3, Hooks: tracker.Hooks{
			Before: map[journey.Trigger]tracker.Hook{"go": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
				if left == 0 {
					return "", nil
				}
				left--
				return "go", nil
			}},
		}})
		_, err := fire(tr, "go", 1)
		if n == 3 {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, tracker.ErrChain)
		}
	}

	// A long chain without a cycle is shown as one.
	long, _ := startedTracker(t, cases.ABC(t), tracker.Options{MaxChain: 1, Hooks: tracker.Hooks{
		After: map[journey.Trigger]tracker.Hook{
			"note":  func(context.Context, tracker.Occurrence) (journey.Trigger, error) { return "again", nil },
			"again": goOn,
		},
	}})
	_, err = fire(long, "note", 1)
	require.ErrorContains(t, err, "limit 1, chain note → again → go")
}

func TestTracker_StoredHookFails(t *testing.T) {
	t.Parallel()
	down := errors.New("mail server is down")
	tr, store := startedTracker(t, cases.Trial(t), tracker.Options{Hooks: tracker.Hooks{
		Stored: func(_ context.Context, o tracker.Occurrence) error {
			if o.Origin == tracker.OriginStart {
				return nil
			}
			return down
		},
	}})
	out, err := tr.Fire(context.Background(), event("return", 20))
	require.ErrorIs(t, err, down)
	require.Len(t, out.Changes, 3, "everything has been stored all the same")
	s, err := store.Load(context.Background(), "acme")
	require.NoError(t, err)
	assert.EqualValues(t, 3, s.Snapshot.Seq)
}

func TestTracker_EnumsAreText(t *testing.T) {
	t.Parallel()
	for v := range 8 {
		p := tracker.Phase(v)
		text, err := p.MarshalText()
		require.NoError(t, err)
		var back tracker.Phase
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, p, back)
		assert.Equal(t, p.String(), string(text))
	}
	for v := range 4 {
		o := tracker.Origin(v)
		text, err := o.MarshalText()
		require.NoError(t, err)
		var back tracker.Origin
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, o, back)
		assert.Equal(t, o.String(), string(text))
	}
	_, err := tracker.Phase(8).MarshalText()
	require.ErrorContains(t, err, "Phase 8: want one of none")
	_, err = tracker.Origin(4).MarshalText()
	require.Error(t, err)
	assert.Equal(t, "Phase(8)", tracker.Phase(8).String())
	require.ErrorContains(t, new(tracker.Phase).UnmarshalText([]byte("during")), "during")
	require.Error(t, new(tracker.Origin).UnmarshalText(nil))
}
