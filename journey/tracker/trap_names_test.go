package tracker_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

func TestTrap_MisspeltCallbacksAreIgnored(t *testing.T) {
	t.Parallel()
	hook := func(context.Context, tracker.Occurrence) (journey.Trigger, error) { return "", nil }
	d, err := journey.Define(journey.Spec{
		Initial: "trial",
		Stages:  []journey.StageSpec{{Name: "trial", Exit: "say goodbye"}, {Name: "active", Terminal: true, Entry: "welcome"}},
		Transitions: []journey.Transition{
			{From: "trial", On: "pay", To: "active"},
		},
	})
	require.NoError(t, err)
	_, err = tracker.New(d, tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{Hooks: tracker.Hooks{
		Before:  map[journey.Trigger]tracker.Hook{"pya": hook, "enter_active": hook},
		Leave:   map[journey.Stage]tracker.Hook{"trail": hook},
		Enter:   map[journey.Stage]tracker.Hook{"active": nil},
		After:   map[journey.Trigger]tracker.Hook{"PAY": hook},
		Reached: map[string]tracker.Hook{"activated": hook},
		Named:   map[string]tracker.Hook{"say goodby": hook, "welcome": nil},
	}})
	require.ErrorIs(t, err, journey.ErrUnknownTrigger)
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	require.ErrorIs(t, err, journey.ErrUnknownMilestone)
	require.ErrorIs(t, err, tracker.ErrUnknownHook)
	for _, want := range []string{
		`Before: unknown trigger "enter_active"`, `Before: unknown trigger "pya"`, `Leave: unknown stage "trail"`,
		`Enter: stage "active" has no function`, `After: unknown trigger "PAY"`, `Reached: unknown milestone "activated"`,
		`stage "trial" names "say goodbye"`, `stage "active" names "welcome"`, `no stage names "say goodby"`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestTrap_SetStateTakesAnything(t *testing.T) {
	t.Parallel()
	d := cases.ABC(t)
	tr, store := startedTracker(t, d, tracker.Options{})
	s, err := store.Load(context.Background(), "acme")
	require.NoError(t, err)
	s.Snapshot.Customer, s.Snapshot.Stage = "globex", "nonsense"
	require.NoError(t, store.Put(context.Background(), tracker.Commit{State: s, Expected: tracker.NotStored}))
	_, err = tr.Fire(context.Background(), journey.Event{Customer: "globex", Trigger: "go", At: cases.Hour(1)})
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	require.ErrorContains(t, err, `no stage "nonsense"`)
	_, err = tr.Journey(context.Background(), "globex")
	require.ErrorIs(t, err, journey.ErrUnknownStage)
}

func TestTrap_AvailableTransitionsInMapOrder(t *testing.T) {
	t.Parallel()
	tr, _ := startedTracker(t, preset.SaaS(), tracker.Options{})
	var first string
	for range 50 {
		_, err := fire(tr, "no such trigger", 1)
		var te *journey.TransitionError
		require.ErrorAs(t, err, &te)
		require.True(t, slices.IsSorted(te.Allowed))
		if first == "" {
			first = err.Error()
		}
		require.Equal(t, first, err.Error())
	}
}

// In looplab key "b" and "enter_b" together are called now this one, now that.
func TestTrap_ShorthandLottery(t *testing.T) {
	t.Parallel()
	for range 50 {
		var seen []string
		note := func(name string) tracker.Hook {
			return func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
				seen = append(seen, name)
				return "", nil
			}
		}
		d, err := journey.Define(journey.Spec{
			Initial: "a",
			Stages:  []journey.StageSpec{{Name: "a", Exit: "bye"}, {Name: "go", Entry: "hello", Terminal: true}},
			Transitions: []journey.Transition{
				{From: "a", On: "go", To: "go"}, // a stage and a trigger of one name
			},
		})
		require.NoError(t, err)
		tr, _ := startedTracker(t, d, tracker.Options{Hooks: tracker.Hooks{
			Before: map[journey.Trigger]tracker.Hook{"go": note("before go")},
			After:  map[journey.Trigger]tracker.Hook{"go": note("after go")},
			Leave:  map[journey.Stage]tracker.Hook{"a": note("leave a")},
			Enter:  map[journey.Stage]tracker.Hook{"go": note("enter go")},
			Named:  map[string]tracker.Hook{"bye": note("bye"), "hello": note("hello")},

			BeforeEach: note("before each"), LeaveEach: note("leave each"),
			EnterEach: note("enter each"), AfterEach: note("after each"),
		}})
		seen = nil
		_, err = fire(tr, "go", 1)
		require.NoError(t, err)
		require.Equal(t, []string{
			"before go", "before each", "leave a", "bye", "leave each",
			"enter go", "hello", "enter each", "after go", "after each",
		}, seen)
	}
}

// Metadata of a shared machine leaks from one customer to the next, and a
// duplicate (event, source) is decided by the last: neither can be expressed.
func TestTrap_NothingLeaksBetweenCustomers(t *testing.T) {
	t.Parallel()
	fail := errors.New("fail")
	tr, err := tracker.New(cases.ABC(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{
		AutoStart: true,
		Hooks: tracker.Hooks{EnterEach: func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			if o.Customer == "odd" && o.Origin != tracker.OriginStart {
				return "go", fail
			}
			return "", nil
		}},
	})
	require.NoError(t, err)
	for i := range 30 {
		_, err := tr.Fire(context.Background(), journey.Event{Customer: "odd", Trigger: "go", At: cases.Hour(i)})
		require.ErrorIs(t, err, fail)
		out, err := tr.Fire(context.Background(), journey.Event{Customer: "even", Trigger: "go", At: cases.Hour(i)})
		require.NoError(t, err, "the failure of the one is not that of the other")
		require.Len(t, slices.DeleteFunc(out.Changes, func(o tracker.Occurrence) bool { return o.Origin != tracker.OriginEvent }), 1)
	}
}
