package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/looplab/fsm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// The traps of looplab/fsm v1.0.3, one test each: first that it is there, where
// that is quick to show, then that a Tracker does not fall into it.

func generatorOf(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 3)) }

func startedTracker(t testing.TB, d *journey.Definition, o tracker.Options) (*tracker.Tracker, *tracker.MemStore) {
	t.Helper()
	store := tracker.NewMemStore(tracker.MemOptions{})
	tr, err := tracker.New(d, store, o)
	require.NoError(t, err)
	_, err = tr.Start(context.Background(), "acme", journeytest.Origin())
	require.NoError(t, err)
	return tr, store
}

func fire(tr *tracker.Tracker, on journey.Trigger, n int) (tracker.Outcome, error) {
	return tr.Fire(context.Background(), journey.Event{Customer: "acme", Trigger: on, At: cases.Hour(n)})
}

// stageOf is where the store has the customer.
func stageOf(t testing.TB, tr *tracker.Tracker) journey.Stage {
	t.Helper()
	j, err := tr.Journey(context.Background(), "acme")
	require.NoError(t, err)
	return j.Stage()
}

func TestTrap_CancelledContextWedgesTheMachine(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := fsm.NewFSM("a", fsm.Events{{Name: "go", Src: []string{"a"}, Dst: "b"}}, nil)
	require.Error(t, m.Event(ctx, "go"))
	require.ErrorAs(t, m.Event(context.Background(), "go"), new(fsm.InTransitionError), "looplab is wedged for good")

	d := cases.ABC(t)
	cancelIn := tracker.PhaseNone
	var stop context.CancelFunc
	at := func(p tracker.Phase) tracker.Hook {
		return func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			if cancelIn == p {
				stop()
			}
			return "", nil
		}
	}
	tr, _ := startedTracker(t, d, tracker.Options{Hooks: tracker.Hooks{
		BeforeEach: at(tracker.PhaseBefore), LeaveEach: at(tracker.PhaseLeave),
		EnterEach: at(tracker.PhaseEnter), AfterEach: at(tracker.PhaseAfter),
	}})
	_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(1)})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, journey.Stage("a"), stageOf(t, tr))
	for i, p := range []tracker.Phase{tracker.PhaseBefore, tracker.PhaseLeave, tracker.PhaseEnter, tracker.PhaseAfter} {
		cancelIn = p
		var ctx context.Context
		ctx, stop = context.WithCancel(context.Background())
		_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(2 * i)})
		stop()
		require.ErrorIs(t, err, context.Canceled, "cancelled in the %s hook: the store refuses", p)
		require.NotErrorIs(t, err, tracker.ErrExecutor, "the machine has not noticed")
		cancelIn = tracker.PhaseNone
		out, err := fire(tr, "go", 2*i+1)
		require.NoError(t, err, "and the next event goes through")
		require.Len(t, out.Changes, 1)
	}
	require.Equal(t, journey.Stage("b"), stageOf(t, tr), "four moves from a")
}

func TestTrap_ContextOfCallbacksEndsWithTheEvent(t *testing.T) {
	t.Parallel()
	var kept []context.Context
	keep := func(ctx context.Context, _ tracker.Occurrence) (journey.Trigger, error) {
		kept = append(kept, ctx)
		return "", nil
	}
	tr, _ := startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		BeforeEach: keep, LeaveEach: keep, EnterEach: keep, AfterEach: keep,
		Stored: func(ctx context.Context, _ tracker.Occurrence) error { kept = append(kept, ctx); return nil },
	}})
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "value"))
	_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(1)})
	require.NoError(t, err)
	kept = kept[2:] // without those of Start
	require.Len(t, kept, 5)
	for _, k := range kept {
		require.NoError(t, k.Err(), "a goroutine that a hook has started may go on")
		require.Equal(t, "value", k.Value(key{}))
	}
	cancel()
	for _, k := range kept {
		require.ErrorIs(t, k.Err(), context.Canceled, "as long as the caller's context does")
	}
}

func TestTrap_PanicWedgesTheMachine(t *testing.T) {
	t.Parallel()
	phases := []tracker.Phase{
		tracker.PhaseBefore, tracker.PhaseLeave, tracker.PhaseEnter, tracker.PhaseAfter, tracker.PhaseReached, tracker.PhaseStored,
	}
	panicIn := tracker.PhaseNone
	at := func(p tracker.Phase) tracker.Hook {
		return func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			if panicIn == p {
				panic("boom in " + p.String())
			}
			return "", nil
		}
	}
	stored := at(tracker.PhaseStored)
	tr, store := startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		BeforeEach: at(tracker.PhaseBefore), LeaveEach: at(tracker.PhaseLeave), EnterEach: at(tracker.PhaseEnter),
		AfterEach: at(tracker.PhaseAfter), ReachedEach: at(tracker.PhaseReached),
		Stored: func(ctx context.Context, o tracker.Occurrence) error { _, err := stored(ctx, o); return err },
	}})
	for i, p := range phases {
		for _, on := range []journey.Trigger{"go", "again", "note", "look"} {
			before, err := store.Load(context.Background(), "acme")
			require.NoError(t, err)
			panicIn = p
			out, err := fire(tr, on, i)
			panicIn = tracker.PhaseNone
			after, loadErr := store.Load(context.Background(), "acme")
			require.NoError(t, loadErr)
			if err == nil {
				require.NotEqual(t, tracker.PhaseBefore, p, "every event has a before hook")
				for stageOf(t, tr) != "a" {
					_, err := fire(tr, "go", i)
					require.NoError(t, err)
				}
				continue // this kind of event has no such phase
			}
			require.ErrorIs(t, err, tracker.ErrHookPanic)
			var he *tracker.HookError
			require.ErrorAs(t, err, &he)
			assert.Equal(t, p, he.Phase)
			assert.Equal(t, "acme", he.Customer)
			assert.Equal(t, "boom in "+p.String(), he.Panic)
			assert.Contains(t, string(he.Stack), "trap_test.go")
			if p == tracker.PhaseStored {
				require.Len(t, out.Changes, 1)
				require.Equal(t, before.Version+1, after.Version, "the change was stored before")
			} else {
				require.True(t, before.Equal(after), "the store is unchanged")
				require.Empty(t, out.Changes)
			}
			for stageOf(t, tr) != "a" { // the machines still work
				_, err := fire(tr, "go", i)
				require.NoError(t, err)
			}
		}
	}
}

// runtime.Goexit, which is what t.FailNow calls, cannot be recovered from; it
// must not leave the customer locked or the machine in the pool.
func TestTrap_GoexitInAHook(t *testing.T) {
	t.Parallel()
	exit := true
	tr, _ := startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		Leave: map[journey.Stage]tracker.Hook{"a": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			if exit {
				runtime.Goexit()
			}
			return "", nil
		}},
	}})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = fire(tr, "go", 1)
	}()
	<-done
	exit = false
	require.Equal(t, journey.Stage("a"), stageOf(t, tr))
	for i := range 5 {
		_, err := fire(tr, "go", 1+i)
		require.NoError(t, err)
	}
}

func TestTrap_NestedEventHangsOrRunsInTheWrongOrder(t *testing.T) {
	t.Parallel()
	phases := []string{"Before", "Leave", "Enter", "After", "Reached", "Stored"}
	for _, drop := range []bool{false, true} {
		for _, phase := range phases {
			t.Run(fmt.Sprintf("%s, context dropped %t", phase, drop), func(t *testing.T) {
				t.Parallel()
				var tr *tracker.Tracker
				var nested []error
				nest := func(ctx context.Context, o tracker.Occurrence) (journey.Trigger, error) {
					if o.Origin == tracker.OriginStart {
						return "", nil
					}
					if drop { // then it waits for itself, as long as that context lasts
						var stop context.CancelFunc
						ctx, stop = context.WithTimeout(context.Background(), 5*time.Millisecond)
						defer stop()
					}
					_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: o.At})
					nested = append(nested, err)
					if !drop { // nobody is due, so a tick without the context does no harm
						_, err = tr.Tick(ctx, o.At, tracker.TickOptions{})
						nested = append(nested, err)
					}
					return "", nil
				}
				var h tracker.Hooks
				switch phase {
				case "Before":
					h.BeforeEach = nest
				case "Leave":
					h.LeaveEach = nest
				case "Enter":
					h.EnterEach = nest
				case "After":
					h.AfterEach = nest
				case "Reached":
					h.ReachedEach = nest
				case "Stored":
					h.Stored = func(ctx context.Context, o tracker.Occurrence) error { _, err := nest(ctx, o); return err }
				}
				tr, _ = startedTracker(t, cases.ABC(t), tracker.Options{Hooks: h})
				on := journey.Trigger("go")
				if phase == "Reached" {
					on = "look"
				}
				out, err := fire(tr, on, 1)
				require.NoError(t, err)
				require.Len(t, out.Changes, 1)
				require.NotEmpty(t, nested)
				for _, err := range nested {
					if drop {
						require.ErrorIs(t, err, context.DeadlineExceeded)
					} else {
						require.ErrorIs(t, err, tracker.ErrNested, "refused at once, whatever the phase")
					}
				}
				require.EqualValues(t, 1, out.Journey.Seq())
			})
		}
	}
}

// A hook may call another tracker, whose hooks may not call the first.
func TestTrap_NestedEventOfAnotherTracker(t *testing.T) {
	t.Parallel()
	var accounts, users *tracker.Tracker
	var inner, back error
	users, _ = startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		AfterEach: func(ctx context.Context, _ tracker.Occurrence) (journey.Trigger, error) {
			_, back = accounts.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(2)})
			return "", nil
		},
	}})
	accounts, _ = startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		AfterEach: func(ctx context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			_, inner = users.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: o.At})
			return "", nil
		},
	}})
	_, err := fire(accounts, "go", 1)
	require.NoError(t, err)
	require.NoError(t, inner)
	require.ErrorIs(t, back, tracker.ErrNested)
	require.Equal(t, journey.Stage("b"), stageOf(t, users))
	require.Equal(t, journey.Stage("b"), stageOf(t, accounts))
}

// What a hook asks for runs after the hooks of the change it is a consequence
// of, and every hook sees the stage its change led to.
func TestTrap_NestedOrder(t *testing.T) {
	t.Parallel()
	var seen []string
	note := func(phase string) tracker.Hook {
		return func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			seen = append(seen, fmt.Sprintf("%s %s→%s in %s", phase, o.From, o.To, o.Journey.Stage()))
			if phase == "enter" && o.To == "b" {
				return "go", nil
			}
			return "", nil
		}
	}
	tr, _ := startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		BeforeEach: note("before"), LeaveEach: note("leave"), EnterEach: note("enter"), AfterEach: note("after"),
	}})
	seen = nil
	out, err := fire(tr, "go", 1)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"before a→b in b", "leave a→b in b", "enter a→b in b", "after a→b in b",
		"before b→c in c", "leave b→c in c", "enter b→c in c", "after b→c in c",
	}, seen)
	require.Len(t, out.Changes, 2)
	assert.Equal(t, []tracker.Origin{tracker.OriginEvent, tracker.OriginHook}, []tracker.Origin{out.Changes[0].Origin, out.Changes[1].Origin})
	assert.Equal(t, journey.Stage("c"), stageOf(t, tr))
}

func TestTrap_SelfTransitionIsAnErrorAndRunsNoHooks(t *testing.T) {
	t.Parallel()
	m := fsm.NewFSM("a", fsm.Events{{Name: "again", Src: []string{"a"}, Dst: "a"}}, fsm.Callbacks{
		"leave_state": func(context.Context, *fsm.Event) { t.Error("looplab does not call this") },
	})
	require.ErrorAs(t, m.Event(context.Background(), "again"), new(fsm.NoTransitionError))

	var seen []string
	note := func(phase string) tracker.Hook {
		return func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			seen = append(seen, phase+" "+string(o.Trigger))
			return "", nil
		}
	}
	tr, _ := startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		BeforeEach: note("before"), LeaveEach: note("leave"), EnterEach: note("enter"), AfterEach: note("after"),
	}})
	for _, tt := range []struct {
		on   journey.Trigger
		kind journey.ChangeKind
		want []string
	}{
		{"again", journey.Moved, []string{"before again", "leave again", "enter again", "after again"}},
		{"note", journey.Stayed, []string{"before note", "after note"}},
		{"look", journey.Observed, []string{"before look", "after look"}},
	} {
		seen = nil
		before, err := tr.Journey(context.Background(), "acme")
		require.NoError(t, err)
		out, err := fire(tr, tt.on, 5)
		require.NoError(t, err)
		assert.Equal(t, tt.want, seen)
		assert.Equal(t, tt.kind, out.Changes[0].Kind)
		assert.Equal(t, tt.on == "again", out.Journey.Since() != before.Since(), "only a visit that begins moves Since")
	}
}

func TestTrap_ErrorWithoutCancelStillMoves(t *testing.T) {
	t.Parallel()
	m := fsm.NewFSM("a", fsm.Events{{Name: "go", Src: []string{"a"}, Dst: "b"}}, fsm.Callbacks{
		"leave_state": func(_ context.Context, e *fsm.Event) { e.Err = errors.New("no") },
	})
	require.Error(t, m.Event(context.Background(), "go"))
	require.Equal(t, "b", m.Current(), "looplab has moved")

	refusal := errors.New("not today")
	for _, phase := range []tracker.Phase{tracker.PhaseBefore, tracker.PhaseLeave, tracker.PhaseEnter, tracker.PhaseAfter, tracker.PhaseReached} {
		for _, on := range []journey.Trigger{"go", "again", "look"} {
			var ran []tracker.Phase
			at := func(p tracker.Phase) tracker.Hook {
				return func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
					if o.Origin == tracker.OriginStart {
						return "", nil
					}
					ran = append(ran, p)
					if p == phase {
						return "go", refusal
					}
					return "", nil
				}
			}
			tr, _ := startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
				BeforeEach: at(tracker.PhaseBefore), LeaveEach: at(tracker.PhaseLeave), EnterEach: at(tracker.PhaseEnter),
				AfterEach: at(tracker.PhaseAfter), ReachedEach: at(tracker.PhaseReached),
			}})
			out, err := fire(tr, on, 1)
			if !slices.Contains(ran, phase) {
				require.NoError(t, err)
				continue
			}
			require.ErrorIs(t, err, refusal)
			var he *tracker.HookError
			require.ErrorAs(t, err, &he)
			assert.Equal(t, phase, he.Phase)
			assert.Equal(t, "each", he.Hook)
			assert.Empty(t, out.Changes)
			assert.Equal(t, phase, ran[len(ran)-1], "no hook runs after the one that refused")
			j, err := tr.Journey(context.Background(), "acme")
			require.NoError(t, err)
			assert.Zero(t, j.Seq(), "nothing is stored")
		}
	}
}

func TestTrap_ConcurrentEventsRace(t *testing.T) {
	t.Parallel()
	const goroutines, each = 8, 60
	var mu sync.Mutex
	perCustomer := map[string]int{}
	tr, err := tracker.New(cases.ABC(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{
		AutoStart: true,
		Hooks: tracker.Hooks{AfterEach: func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			if o.Event.Customer != o.Customer || o.Journey.Customer() != o.Customer {
				return "", fmt.Errorf("hook of %q was given %q", o.Customer, o.Event.Customer)
			}
			runtime.Gosched()
			mu.Lock()
			perCustomer[o.Customer]++
			mu.Unlock()
			return "", nil
		}},
	})
	require.NoError(t, err)
	var wg sync.WaitGroup
	errs := make([]error, goroutines)
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				for _, customer := range []string{"shared", fmt.Sprintf("own %d", g)} {
					_, err := tr.Fire(context.Background(), journey.Event{
						Customer: customer, Trigger: "go", At: journeytest.Origin(), ID: fmt.Sprintf("%d-%d", g, i),
					})
					errs[g] = errors.Join(errs[g], err)
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	for customer, want := range map[string]int{"shared": goroutines * each, "own 3": each} {
		j, err := tr.Journey(context.Background(), customer)
		require.NoError(t, err)
		assert.EqualValues(t, want, j.Seq(), "no event is lost")
		assert.Equal(t, []journey.Stage{"a", "b", "c"}[want%3], j.Stage())
		assert.Equal(t, want, perCustomer[customer], "and no hook runs twice within one process")
	}
}
