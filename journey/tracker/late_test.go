package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// consideration is where a trial goes when nobody subscribes in two weeks.
func consideration(t testing.TB) *journey.Definition {
	t.Helper()
	d, err := journey.Define(journey.Spec{
		Initial: "trial",
		Stages:  []journey.StageSpec{{Name: "trial"}, {Name: "consideration"}, {Name: "onboarding"}, {Name: "retention"}, {Name: "gone", Terminal: true}},
		Transitions: []journey.Transition{
			{From: "trial", On: "subscribed", To: "onboarding"},
			{From: "trial", On: "expire", To: "consideration"},
			{From: "consideration", On: "forget", To: "gone"},
			{From: "onboarding", On: "activated", To: "retention"},
			{From: "retention", On: "cancelled", To: "gone"},
		},
		After: []journey.Timer{{Stage: "trial", After: 14 * cases.Day, Trigger: "expire"}, {Stage: "consideration", After: 90 * cases.Day, Trigger: "forget"}},
	})
	require.NoError(t, err)
	return d
}

func withHistory(t testing.TB, d *journey.Definition, o tracker.Options) (*tracker.Tracker, *tracker.MemStore) {
	t.Helper()
	store := tracker.NewMemStore(tracker.MemOptions{History: true, Outbox: true})
	tr, err := tracker.New(d, store, o)
	require.NoError(t, err)
	return tr, store
}

func lines(list []tracker.Occurrence) []string {
	var out []string
	for _, o := range list {
		out = append(out, fmt.Sprintf("%s→%s on %s by %s", o.From, o.To, o.Trigger, o.Origin))
	}
	return out
}

// A tick five minutes after the trial ended, and then the subscription that came
// a minute before: the customer is in onboarding, as a replay says.
func TestLate_SubscribedBeforeTheTrialEnded(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var told []string
	tell := func(word string) func(context.Context, tracker.Occurrence) error {
		return func(_ context.Context, o tracker.Occurrence) error {
			told = append(told, word+" "+o.String())
			return nil
		}
	}
	entered := map[journey.Stage]int{}
	tr, store := withHistory(t, consideration(t), tracker.Options{Grace: time.Hour, AutoStart: true, Hooks: tracker.Hooks{
		EnterEach: func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			entered[o.To]++
			return "", nil
		},
		Stored: tell("stored"), Undone: tell("undone"),
	}})
	start := cases.OnDay(1)
	_, err := tr.Start(ctx, "acme", start)
	require.NoError(t, err)
	_, err = tr.Tick(ctx, start.Add(14*cases.Day+5*time.Minute), tracker.TickOptions{})
	require.NoError(t, err)
	require.Equal(t, journey.Stage("consideration"), stageOf(t, tr))
	told = nil
	late := journey.Event{Customer: "acme", Trigger: "subscribed", At: start.Add(14*cases.Day - time.Minute), ID: "sub-1"}
	out, err := tr.Fire(ctx, late)
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("onboarding"), out.Journey.Stage())
	assert.Equal(t, late.At, out.Journey.Since())
	assert.Equal(t, []string{"trial→onboarding on subscribed by event"}, lines(out.Changes))
	assert.Equal(t, []string{"trial→consideration on expire by timer"}, lines(out.Undone))
	assert.Equal(t, []string{
		"undone 2026-01-16T00:00:00Z acme #1 timer expire: trial → consideration",
		"stored 2026-01-15T23:59:00Z acme #1 event subscribed: trial → onboarding",
	}, told)
	assert.Equal(t, map[journey.Stage]int{"trial": 1, "consideration": 1, "onboarding": 1}, entered)
	history, err := store.History(ctx, "acme", time.Time{})
	require.NoError(t, err)
	assert.Equal(t, []string{"→trial on  by start", "trial→onboarding on subscribed by event"}, lines(history))
	messages, err := store.Unsent(ctx, 0, 99)
	require.NoError(t, err)
	require.Len(t, messages, 4)
	assert.True(t, messages[2].Undone)
	assert.Equal(t, tracker.Stats{Events: 1, Accepted: 1, Late: 1, Refolds: 1, Timers: 1}, tr.Stats())

	// The tick two months later finds nothing of the old visit.
	done, err := tr.Tick(ctx, start.Add(200*cases.Day), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Zero(t, done.Fired)
}

// An event refused is kept, for a late one may allow it; what hooks asked for and
// nothing has changed for is not asked again.
func TestLate_AllowsWhatWasRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	calls := 0
	tr, store := withHistory(t, cases.ABC(t), tracker.Options{Grace: 100 * time.Hour, Hooks: tracker.Hooks{
		After: map[journey.Trigger]tracker.Hook{"note": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			calls++
			return "again", nil
		}},
	}})
	_, err := tr.Start(ctx, "acme", cases.Hour(0))
	require.NoError(t, err)
	fireAt := func(on journey.Trigger, n int) (tracker.Outcome, error) {
		return tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: on, At: cases.Hour(n), ID: fmt.Sprint(on, n)})
	}
	_, err = fireAt("note", 1)
	require.NoError(t, err)
	_, err = fireAt("go", 10)
	require.NoError(t, err)
	_, err = fireAt("stop", 20) // in b
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	out, err := fireAt("stop", 20)
	require.NoError(t, err, "a repeat: it has been taken note of")
	require.Empty(t, out.Changes)
	require.EqualValues(t, 1, tr.Stats().Repeats)
	s, err := tr.State(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, cases.Hour(20), s.Noted)

	out, err = fireAt("go", 15) // after all that was accepted, before what was refused
	require.NoError(t, err)
	assert.Equal(t, []string{"b→c on go by event", "c→end on stop by event"}, lines(out.Changes))
	assert.Empty(t, out.Undone)
	assert.Equal(t, journey.Stage("end"), out.Journey.Stage())
	assert.Equal(t, 1, calls)
	s, err = tr.State(ctx, "acme")
	require.NoError(t, err)
	assert.Zero(t, s.Noted)

	// And a late one takes it back: the third go came before the second.
	out, err = fireAt("go", 12)
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("a"), out.Journey.Stage())
	assert.Equal(t, []string{"b→c on go by event", "c→a on go by event"}, lines(out.Changes))
	assert.Equal(t, []string{"b→c on go by event", "c→end on stop by event"}, lines(out.Undone))
	_, err = fireAt("note", 0)
	require.NoError(t, err)
	assert.Equal(t, 2, calls, "the hook of the new event alone")
	history, err := store.History(ctx, "acme", time.Time{})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"→a on  by start", "a→a on note by event", "a→a on again by hook", "a→a on note by event", "a→a on again by hook",
		"a→b on go by event", "b→c on go by event", "c→a on go by event", "a→a on stop by event",
	}, lines(history))
	assert.True(t, history[8].Refused())
}

// The hook of what a late event brings may fail: then it is not taken in.
func TestLate_HookFails(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	down := errors.New("down")
	tr, _ := withHistory(t, cases.ABC(t), tracker.Options{Grace: 100 * time.Hour, AutoStart: true, Hooks: tracker.Hooks{
		Enter: map[journey.Stage]tracker.Hook{"c": func(context.Context, tracker.Occurrence) (journey.Trigger, error) { return "", down }},
	}})
	_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(10), ID: "1"})
	require.NoError(t, err)
	before, err := tr.State(ctx, "acme")
	require.NoError(t, err)
	_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(5), ID: "2"})
	require.ErrorIs(t, err, down)
	after, err := tr.State(ctx, "acme")
	require.NoError(t, err)
	require.True(t, before.Equal(after), "nothing half applied")
}

// Milestones that a late event reaches are told once, and where it only reaches
// sooner what had been reached nothing is told.
func TestLate_Milestones(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	told := 0
	tr, _ := withHistory(t, cases.Trial(t), tracker.Options{Grace: 100 * cases.Day, AutoStart: true, Hooks: tracker.Hooks{
		ReachedEach: func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			told += len(o.Reached())
			return "", nil
		},
	}})
	for _, e := range []journey.Event{event("invite", 1), event("import", 5)} {
		_, err := tr.Fire(ctx, e)
		require.NoError(t, err)
	}
	require.Equal(t, 2*2, told, "first value and activated, by one change of two hooks each")
	out, err := tr.Fire(ctx, event("import", 2))
	require.NoError(t, err)
	require.Equal(t, 4, told)
	assert.Equal(t, []string{"activated", "first value"}, out.Changes[0].Reached())
}

func TestLate_TooLate(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tr, store := withHistory(t, cases.ABC(t), tracker.Options{Grace: 10 * time.Hour, MaxRefold: 3})
	_, err := tr.Start(ctx, "acme", cases.Hour(0))
	require.NoError(t, err)
	fireAt := func(on journey.Trigger, n int) error {
		_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: on, At: cases.Hour(n), ID: fmt.Sprint(on, n)})
		return err
	}
	require.NoError(t, fireAt("note", 20))
	require.NoError(t, fireAt("note", 10), "exactly as late as the grace")
	err = fireAt("note", 9)
	require.ErrorIs(t, err, tracker.ErrTooLate)
	var te *tracker.TimeError
	require.ErrorAs(t, err, &te)
	assert.Equal(t, cases.Hour(10), te.Bound)
	assert.EqualError(t, err, `tracker: customer "acme": "note" at 2026-01-01T09:00:00Z: event too late, taken in from 2026-01-01T10:00:00Z: the grace is 10h0m0s before 2026-01-01T20:00:00Z, the latest known of the customer`)
	require.NoError(t, fireAt("note", 19))
	require.NoError(t, fireAt("note", 18))
	err = fireAt("note", 11)
	require.ErrorIs(t, err, tracker.ErrTooLate)
	require.ErrorContains(t, err, "more than 3 entries")
	assert.EqualValues(t, 2, tr.Stats().Lost)

	// Before a start for its own sake there is nothing.
	_, err = tr.Start(ctx, "early", cases.Hour(5))
	require.NoError(t, err)
	_, err = tr.Fire(ctx, journey.Event{Customer: "early", Trigger: "note", At: cases.Hour(4)})
	require.ErrorIs(t, err, journey.ErrOutOfOrder)
	// Somebody brought in without a history.
	require.NoError(t, store.Put(ctx, tracker.Commit{State: tracker.StateOf(cases.ABC(t).Start("import", cases.Hour(5))), Expected: tracker.NotStored}))
	_, err = tr.Fire(ctx, journey.Event{Customer: "import", Trigger: "note", At: cases.Hour(4)})
	require.ErrorContains(t, err, "the customer has no history")
	_, err = tr.Fire(ctx, journey.Event{Customer: "import", Trigger: "note", At: cases.Hour(6)})
	require.NoError(t, err)
	_, err = tr.Fire(ctx, journey.Event{Customer: "import", Trigger: "note", At: cases.Hour(5)})
	require.ErrorContains(t, err, "the history begins there")
	require.ErrorIs(t, err, tracker.ErrTooLate)

	_, err = tracker.New(cases.ABC(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{Grace: time.Hour})
	require.ErrorContains(t, err, "Grace is 1h0m0s, and the store keeps no history")
}

// A batch delivered again counts once: with history however many events came
// between, without it as far back as ids are remembered.
func TestRepeats(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, tt := range []struct {
		name    string
		store   *tracker.MemStore
		recent  int
		batch   int
		counted int64
	}{
		{"by default", tracker.NewMemStore(tracker.MemOptions{}), 0, tracker.DefaultRecent, tracker.DefaultRecent},
		{"one more than is remembered", tracker.NewMemStore(tracker.MemOptions{}), 4, 5, 10},
		{"as many as are remembered", tracker.NewMemStore(tracker.MemOptions{}), 4, 4, 4},
		{"the last alone", tracker.NewMemStore(tracker.MemOptions{}), -1, 1, 1},
		{"two, and the last alone", tracker.NewMemStore(tracker.MemOptions{}), -1, 2, 4},
		{"with history", tracker.NewMemStore(tracker.MemOptions{History: true}), 0, 500, 500},
	} {
		tr, err := tracker.New(cases.ABC(t), tt.store, tracker.Options{Recent: tt.recent, AutoStart: true})
		require.NoError(t, err)
		for range 2 {
			for i := range tt.batch {
				_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "note", At: cases.Hour(1), ID: fmt.Sprint(i)})
				require.NoError(t, err)
			}
		}
		j, err := tr.Journey(ctx, "acme")
		require.NoError(t, err)
		assert.Equal(t, tt.counted, j.Seq(), tt.name)
	}
	// With history a repeat after moves is one too, and not out of order.
	tr, _ := withHistory(t, cases.ABC(t), tracker.Options{AutoStart: true})
	for _, n := range []int{1, 2, 3, 1, 2, 3, 1} {
		_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(n), ID: fmt.Sprint(n)})
		require.NoError(t, err)
	}
	require.Equal(t, journey.Stage("a"), stageOf(t, tr))
	require.EqualValues(t, 4, tr.Stats().Repeats)
}

// forgetful is a store that learns of a repeat only when it is written to.
type forgetful struct{ *tracker.MemStore }

func (s forgetful) Known(context.Context, string, string) (bool, error) { return false, nil }

func TestRepeats_TheStoreSaysSo(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := forgetful{tracker.NewMemStore(tracker.MemOptions{History: true})}
	tr, err := tracker.New(cases.ABC(t), store, tracker.Options{AutoStart: true})
	require.NoError(t, err)
	for _, id := range []string{"a", "b", "a"} {
		_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "note", At: cases.Hour(1), ID: id})
		require.NoError(t, err)
	}
	out, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "note", At: cases.Hour(1), ID: "b"})
	require.NoError(t, err)
	assert.Empty(t, out.Changes)
	assert.EqualValues(t, 2, out.Journey.Seq())
	assert.EqualValues(t, 2, tr.Stats().Repeats)
}

// One event dated 2076 must not block a customer for fifty years.
func TestSkew(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	now := cases.Hour(10)
	tr, _ := withHistory(t, cases.ABC(t), tracker.Options{AutoStart: true, Now: func() time.Time { return now }, MaxSkew: time.Hour})
	_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(11)})
	require.NoError(t, err, "just not too far ahead")
	far := journey.Event{Customer: "acme", Trigger: "go", At: time.Date(2076, 1, 1, 0, 0, 0, 0, time.UTC), ID: "far"}
	_, err = tr.Fire(ctx, far)
	require.ErrorIs(t, err, tracker.ErrSkew)
	require.ErrorContains(t, err, `"go" at 2076-01-01T00:00:00Z: event ahead of the clock, taken in up to 2026-01-01T11:00:00Z: it is 2026-01-01T10:00:00Z, and events may lie 1h0m0s ahead`)
	_, err = tr.Start(ctx, "new", cases.Hour(12))
	require.ErrorIs(t, err, tracker.ErrSkew)
	_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(11).Add(1)})
	require.ErrorIs(t, err, tracker.ErrSkew)
	assert.EqualValues(t, 3, tr.Stats().Skewed)
	now = cases.Hour(12)
	_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(12)})
	require.NoError(t, err)
	_, err = tracker.New(cases.ABC(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{MaxSkew: time.Hour})
	require.ErrorContains(t, err, "there is no Now")
}

// Where it got in, one customer is repaired from history.
func TestRepair(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var undone []string
	tr, store := withHistory(t, consideration(t), tracker.Options{AutoStart: true, Grace: cases.Day, Hooks: tracker.Hooks{
		Undone: func(_ context.Context, o tracker.Occurrence) error {
			undone = append(undone, string(o.Trigger))
			return nil
		},
	}})
	first := journey.Event{Customer: "acme", Trigger: "subscribed", At: cases.OnDay(1), ID: "1"}
	far := journey.Event{Customer: "acme", Trigger: "activated", At: time.Date(2076, 1, 1, 0, 0, 0, 0, time.UTC), ID: "far"}
	for _, e := range []journey.Event{first, far} {
		_, err := tr.Fire(ctx, e)
		require.NoError(t, err)
	}
	actual := journey.Event{Customer: "acme", Trigger: "activated", At: cases.OnDay(3), ID: "2"}
	_, err := tr.Fire(ctx, actual)
	require.ErrorIs(t, err, tracker.ErrTooLate)
	out, err := tr.Repair(ctx, "acme", cases.OnDay(4), func(e journey.Event) bool { return e.ID != "far" })
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("onboarding"), out.Journey.Stage())
	assert.Equal(t, []string{"onboarding→retention on activated by event"}, lines(out.Undone))
	assert.Empty(t, out.Changes)
	assert.Equal(t, []string{"activated"}, undone)
	out, err = tr.Fire(ctx, actual)
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("retention"), out.Journey.Stage())
	known, err := store.Known(ctx, "acme", "far")
	require.NoError(t, err)
	assert.False(t, known)

	same, err := tr.Repair(ctx, "acme", cases.OnDay(9), nil)
	require.NoError(t, err)
	cases.Same(t, out.Journey, same.Journey)
	assert.Empty(t, same.Changes)
	assert.Empty(t, same.Undone)

	// Taking out the first event moves the start; timers fire up to now.
	out, err = tr.Repair(ctx, "acme", cases.OnDay(100), func(e journey.Event) bool { return e.ID != "1" })
	require.NoError(t, err)
	assert.Equal(t, cases.OnDay(3), out.Journey.Since())
	assert.Equal(t, journey.Stage("trial"), out.Journey.Stage(), "activated is refused in trial")

	_, err = tr.Repair(ctx, "nobody", cases.OnDay(1), nil)
	require.ErrorIs(t, err, tracker.ErrNotFound)
	plain, _ := startedTracker(t, cases.ABC(t), tracker.Options{})
	_, err = plain.Repair(ctx, "acme", cases.OnDay(1), nil)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.NoError(t, store.Put(ctx, tracker.Commit{State: tracker.StateOf(consideration(t).Start("import", cases.Hour(5))), Expected: tracker.NotStored}))
	_, err = tr.Repair(ctx, "import", cases.OnDay(1), nil)
	require.ErrorIs(t, err, tracker.ErrTooLate)
	_, err = tr.Repair(ctx, "acme", time.Time{}, nil)
	require.ErrorIs(t, err, journey.ErrOutOfRange)
}

// A repair under a mended definition judges everything again.
func TestRepair_UnderAnotherDefinition(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	old := cases.ABC(t)
	tr, store := withHistory(t, old, tracker.Options{AutoStart: true, Grace: 100 * time.Hour})
	for i, on := range []journey.Trigger{"go", "stop"} {
		_, _ = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: on, At: cases.Hour(i + 1), ID: string(on)})
	}
	require.Equal(t, journey.Stage("b"), stageOf(t, tr))
	spec := old.Spec()
	spec.Transitions = append(slices.Clone(spec.Transitions), journey.Transition{From: "b", On: "stop", To: "end"})
	mended, err := journey.Define(spec)
	require.NoError(t, err)
	now, err := tracker.New(mended, store, tracker.Options{Migrations: []journey.Migration{{From: old.Hash()}}})
	require.NoError(t, err)
	out, err := now.Repair(ctx, "acme", cases.Hour(9), nil)
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("end"), out.Journey.Stage())
	assert.Equal(t, []string{"b→end on stop by event"}, lines(out.Changes))
}

// A timer that fires after a late event as it had fired before is not undone, and
// its hooks do not run again.
func TestLate_TimerThatFiresAsBefore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d, err := journey.Define(journey.Spec{
		Initial: "trial",
		Stages:  []journey.StageSpec{{Name: "trial"}, {Name: "consideration"}, {Name: "gone", Terminal: true}},
		Transitions: []journey.Transition{
			{From: "trial", On: "note", To: "trial", Internal: true},
			{From: "trial", On: "expire", To: "consideration"},
			{From: "consideration", On: "forget", To: "gone"},
		},
		After: []journey.Timer{{Stage: "trial", After: 14 * cases.Day, Trigger: "expire"}, {Stage: "consideration", After: cases.Day, Trigger: "forget"}},
	})
	require.NoError(t, err)
	entered := map[journey.Stage]int{}
	tr, _ := withHistory(t, d, tracker.Options{Grace: 30 * cases.Day, Hooks: tracker.Hooks{EnterEach: func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
		entered[o.To]++
		return "", nil
	}}})
	start := cases.OnDay(1)
	_, err = tr.Start(ctx, "acme", start)
	require.NoError(t, err)
	_, err = tr.Tick(ctx, start.Add(20*cases.Day), tracker.TickOptions{})
	require.NoError(t, err)
	require.Equal(t, journey.Stage("gone"), stageOf(t, tr))
	was := maps.Clone(entered)
	require.Equal(t, 1, was["consideration"])
	require.Equal(t, 1, was["gone"])
	out, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "note", At: start.Add(13 * cases.Day), ID: "n1"})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("gone"), out.Journey.Stage())
	assert.Empty(t, out.Undone)
	assert.Equal(t, []string{"trial→trial on note by event"}, lines(out.Changes))
	assert.Equal(t, was, entered)
}

// A tracker without grace goes on where one with grace left a refusal behind: what
// comes after all that moved the customer is not late for it.
func TestLate_WithoutGraceAfterARefusal(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tr, store := withHistory(t, cases.ABC(t), tracker.Options{Grace: 100 * time.Hour})
	_, err := tr.Start(ctx, "acme", cases.Hour(0))
	require.NoError(t, err)
	_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "stop", At: cases.Hour(20), ID: "s"})
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	s, err := tr.State(ctx, "acme")
	require.NoError(t, err)
	require.Equal(t, cases.Hour(20), s.Noted)
	plain, err := tracker.New(cases.ABC(t), store, tracker.Options{})
	require.NoError(t, err)
	out, err := plain.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(10), ID: "g"})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("b"), out.Journey.Stage())
	assert.Equal(t, tracker.Stats{Events: 1, Accepted: 1}, plain.Stats())
}
