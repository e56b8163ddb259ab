package tracker_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// counts are customers, timers fired, parked, and customers failed.
func counts(d tracker.Ticked) [4]int { return [4]int{d.Customers, d.Fired, d.Parked, d.Failed} }

func event(on journey.Trigger, day int) journey.Event {
	return journey.Event{Customer: "acme", Trigger: on, At: cases.OnDay(day), ID: fmt.Sprintf("%s-%d", on, day)}
}

func TestTracker_StartEntersTheInitialStage(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var got []tracker.Occurrence
	tr, err := tracker.New(cases.Trial(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{
		Hooks: tracker.Hooks{Enter: map[journey.Stage]tracker.Hook{
			"trial": func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
				got = append(got, o)
				return "import", nil
			},
		}},
	})
	require.NoError(t, err)
	out, err := tr.Start(ctx, "acme", cases.OnDay(1))
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, tracker.OriginStart, got[0].Origin)
	assert.Empty(t, got[0].From)
	assert.Equal(t, journey.Stage("trial"), got[0].To)
	assert.Equal(t, cases.OnDay(1), got[0].At)
	require.Len(t, out.Changes, 2, "the start and what its hook asked for")
	assert.True(t, out.Journey.Reached("first value"))

	again, err := tr.Start(ctx, "acme", cases.OnDay(2))
	require.ErrorIs(t, err, tracker.ErrStarted)
	cases.Same(t, out.Journey, again.Journey)
	_, err = tr.Start(ctx, "", cases.OnDay(1))
	require.ErrorIs(t, err, journey.ErrCustomer)
	_, err = tr.Start(ctx, "late", time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC))
	require.ErrorIs(t, err, journey.ErrOutOfRange)
}

func TestTracker_UnknownCustomers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	strict, err := tracker.New(cases.Trial(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{})
	require.NoError(t, err)
	_, err = strict.Fire(ctx, event("import", 1))
	require.ErrorIs(t, err, tracker.ErrNotFound)
	_, err = strict.Journey(ctx, "acme")
	require.ErrorIs(t, err, tracker.ErrNotFound)
	_, err = strict.Fire(ctx, journey.Event{Trigger: "import", At: cases.OnDay(1)})
	require.ErrorIs(t, err, journey.ErrCustomer)

	auto, err := tracker.New(cases.Trial(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{AutoStart: true})
	require.NoError(t, err)
	out, err := auto.Fire(ctx, event("import", 1))
	require.NoError(t, err)
	require.Len(t, out.Changes, 2)
	assert.Equal(t, cases.OnDay(1), out.Journey.Since())
	refused, err := auto.Fire(ctx, journey.Event{Customer: "globex", Trigger: "renew", At: cases.OnDay(1)})
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	assert.Len(t, refused.Changes, 1, "the start stays, as in a replay")
}

func TestTracker_TimersFireBeforeALaterEvent(t *testing.T) {
	t.Parallel()
	tr, _ := startedTracker(t, cases.Trial(t), tracker.Options{})
	out, err := tr.Fire(context.Background(), event("return", 20))
	require.NoError(t, err)
	var got []string
	for _, o := range out.Changes {
		got = append(got, fmt.Sprintf("%s %s %s %s→%s", o.At.Format(time.DateOnly), o.Origin, o.Trigger, o.From, o.To))
	}
	assert.Equal(t, []string{
		"2026-01-11 timer remind trial→trial",
		"2026-01-15 timer expire trial→expired",
		"2026-01-21 event return expired→trial",
	}, got)
	assert.Equal(t, cases.OnDay(14), out.Changes[2].Since, "since when the customer was in the stage left")

	out, err = tr.Fire(context.Background(), event("approve", 40))
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	assert.Len(t, out.Changes, 2, "the timers stay when the event is refused")
	assert.Equal(t, journey.Stage("expired"), stageOf(t, tr))
}

// A repeat is known before anything else is looked at, so that a late second
// delivery does not fire timers, as in Step.
func TestTracker_RepeatsFireNoTimers(t *testing.T) {
	t.Parallel()
	tr, _ := startedTracker(t, cases.Trial(t), tracker.Options{})
	_, err := tr.Fire(context.Background(), event("import", 1))
	require.NoError(t, err)
	again := event("import", 1)
	again.At = cases.OnDay(30)
	out, err := tr.Fire(context.Background(), again)
	require.NoError(t, err)
	assert.Empty(t, out.Changes)
	early := event("invite", 5)
	early.At = cases.OnDay(-1)
	out, err = tr.Fire(context.Background(), early)
	require.ErrorIs(t, err, journey.ErrOutOfOrder)
	assert.Empty(t, out.Changes)
	assert.Equal(t, journey.Stage("trial"), stageOf(t, tr))
}

func TestTracker_Tick(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var order []string
	tr, err := tracker.New(cases.Trial(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{Hooks: tracker.Hooks{
		AfterEach: func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			if o.Customer == "bad" {
				return "", errors.New("no address")
			}
			order = append(order, o.Customer+" "+string(o.Trigger))
			return "", nil
		},
	}})
	require.NoError(t, err)
	for i, customer := range []string{"late", "zed", "bad", "ann", "closed"} {
		day := 1
		if i == 0 {
			day = 3
		}
		_, err := tr.Start(ctx, customer, cases.OnDay(day))
		require.NoError(t, err)
	}
	done, err := tr.Tick(ctx, cases.OnDay(10), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Zero(t, counts(done))
	order = nil
	var told []string
	done, err = tr.Tick(ctx, cases.OnDay(16), tracker.TickOptions{Each: func(customer string, out tracker.Outcome, err error) {
		told = append(told, fmt.Sprintf("%s %d %d", customer, len(out.Changes), len(out.Parked)))
	}})
	require.NoError(t, err, "a timer that fails holds nobody up")
	assert.Equal(t, [4]int{4, 7, 2, 0}, counts(done))
	assert.Len(t, done.Changes, 7)
	assert.Equal(t, []string{"ann 2 0", "bad 0 2", "closed 2 0", "zed 2 0", "late 1 0"}, told)
	assert.Equal(t, []string{
		"ann remind", "ann expire", "closed remind", "closed expire", "zed remind", "zed expire", "late remind",
	}, order, "in the order of who was due first, then by customer")
	done, err = tr.Tick(ctx, cases.OnDay(16), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Zero(t, counts(done), "the one for whom it failed waits for a minute")
	done, err = tr.Tick(ctx, cases.OnDay(16).Add(time.Minute), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Equal(t, [4]int{0, 0, 2, 0}, counts(done))

	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = tr.Tick(gone, cases.OnDay(30), tracker.TickOptions{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = tr.Tick(ctx, time.Time{}, tracker.TickOptions{})
	require.ErrorIs(t, err, journey.ErrOutOfRange)
}

func TestTracker_TickAsksRefusedTimersAgain(t *testing.T) {
	t.Parallel()
	open := false
	spec := cases.TrialSpec()
	spec.Transitions[1].Guard = journey.Guard{Name: "open", Allow: func(journey.Journey, journey.Event) bool { return open }}
	d, err := journey.Define(spec)
	require.NoError(t, err)
	tr, _ := startedTracker(t, d, tracker.Options{})
	done, err := tr.Tick(context.Background(), cases.OnDay(15), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Equal(t, [4]int{1, 1, 0, 0}, counts(done), "the reminder")
	open = true
	done, err = tr.Tick(context.Background(), cases.OnDay(15), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Equal(t, [4]int{1, 1, 0, 0}, counts(done))
	assert.Equal(t, journey.Stage("expired"), stageOf(t, tr))
}

func TestTracker_Options(t *testing.T) {
	t.Parallel()
	d, store := cases.Trial(t), tracker.NewMemStore(tracker.MemOptions{})
	_, err := tracker.New(nil, store, tracker.Options{})
	require.ErrorContains(t, err, "no definition")
	_, err = tracker.New(d, nil, tracker.Options{})
	require.ErrorContains(t, err, "no store")
	_, err = tracker.New(d, store, tracker.Options{MaxChain: -1, MaxAttempts: 10_001, Migrations: []journey.Migration{{
		Stages: map[journey.Stage]journey.Stage{"a": "nowhere"}, Milestones: map[string]string{"m": "none", "gone": ""},
		Triggers: map[journey.Trigger]journey.Trigger{"t": "no"}, Restart: []string{"nor this"},
	}}})
	for _, want := range []string{
		"MaxChain is -1, want 0 to 10000", "MaxAttempts is 10001",
		`stage "a" to "nowhere": unknown stage`, `milestone "m" to "none": unknown milestone`,
		`trigger "t" to "no": unknown trigger`, `restart of milestone "nor this": unknown milestone`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.NotContains(t, err.Error(), "gone")
	tr, err := tracker.New(d, store, tracker.Options{})
	require.NoError(t, err)
	assert.Same(t, d, tr.Definition())
}

func TestTracker_CustomersDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	inside, release := make(chan struct{}), make(chan struct{})
	tr, err := tracker.New(cases.ABC(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{
		AutoStart: true,
		Hooks: tracker.Hooks{Before: map[journey.Trigger]tracker.Hook{
			"note": func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
				close(inside)
				<-release
				return "", nil
			},
		}},
	})
	require.NoError(t, err)
	slow := make(chan error)
	go func() {
		_, err := fire(tr, "note", 1)
		slow <- err
	}()
	<-inside
	for i := range 200 { // more than there are shards of locks
		_, err := tr.Fire(context.Background(), journey.Event{Customer: fmt.Sprint(i), Trigger: "go", At: cases.Hour(1)})
		require.NoError(t, err)
	}
	gone, cancel := context.WithCancel(context.Background())
	waiting := make(chan error)
	go func() {
		_, err := tr.Fire(gone, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(2)})
		waiting <- err
	}()
	cancel()
	require.ErrorIs(t, <-waiting, context.Canceled, "whoever waits for the same customer may give up")
	close(release)
	require.NoError(t, <-slow)
	out, err := fire(tr, "go", 2)
	require.NoError(t, err)
	assert.EqualValues(t, 2, out.Journey.Seq())
}

// An event without hooks allocates the list of its changes and nothing else.
func TestTracker_EventAllocations(t *testing.T) {
	if underRace {
		t.Skip("under the race detector the pool of machines forgets at random")
	}
	tr, _ := startedTracker(t, cases.ABC(t), tracker.Options{})
	ctx := context.Background()
	var err error
	allocs := testing.AllocsPerRun(200, func() {
		_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(1)})
	})
	require.NoError(t, err)
	assert.LessOrEqual(t, allocs, 1.0)
}

func TestTracker_GuardPanics(t *testing.T) {
	t.Parallel()
	spec := cases.TrialSpec()
	boom := journey.Guard{Name: "boom", Allow: func(journey.Journey, journey.Event) bool { panic("boom") }}
	spec.Transitions[1].Guard = boom // expire, a timer's
	spec.Transitions[3].Guard = boom // approve
	spec.Transitions[2].Gate = ""
	d, err := journey.Define(spec)
	require.NoError(t, err)
	tr, _ := startedTracker(t, d, tracker.Options{})
	_, err = tr.Fire(context.Background(), event("pay", 1))
	require.NoError(t, err)
	_, err = tr.Fire(context.Background(), event("approve", 2))
	var ge *journey.GuardError
	require.ErrorAs(t, err, &ge)
	assert.Equal(t, "boom", ge.Guard)
	assert.Equal(t, journey.Stage("checkout"), stageOf(t, tr))

	_, err = tr.Fire(context.Background(), event("decline", 3))
	require.NoError(t, err)
	done, err := tr.Tick(context.Background(), cases.OnDay(20), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Equal(t, [4]int{1, 1, 1, 0}, counts(done), "the reminder fires, the timer whose guard panics is parked")
	out, err := tr.Fire(context.Background(), event("import", 20))
	require.NoError(t, err, "and holds up no event")
	assert.Equal(t, journey.Stage("trial"), out.Journey.Stage())
	assert.Equal(t, cases.OnDay(20), out.Journey.Last())
}

// The reference traces, replayed with refusals skipped, as a Tracker does when
// its caller goes on after an error.
func TestTracker_ReferenceTraces(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference traces are not at hand")
	}
	f, err := os.Open(filepath.Join(dir, "journey", "conformance", "lifecycle_alignments_400.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	col := map[string]int{}
	for i, name := range rows[0] {
		col[name] = i
	}
	tr, err := tracker.New(cases.Lifecycle(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{})
	require.NoError(t, err)
	for n, row := range rows[1:] {
		customer := fmt.Sprint(n)
		_, err := tr.Start(t.Context(), customer, cases.OnDay(0))
		require.NoError(t, err)
		refused := 0
		for i, on := range strings.Fields(row[col["trace"]]) {
			_, err := tr.Fire(t.Context(), journey.Event{Customer: customer, Trigger: journey.Trigger(on), At: cases.Hour(i)})
			if err != nil {
				require.ErrorIs(t, err, journey.ErrNotAllowed)
				refused++
			}
		}
		j, err := tr.Journey(t.Context(), customer)
		require.NoError(t, err)
		require.Equal(t, row[col["final_stage_skip_invalid"]], string(j.Stage()), "trace %d", n)
		require.Equal(t, row[col["invalid_events"]], fmt.Sprint(refused), "trace %d", n)
	}
	require.Len(t, rows, 401)
}

// Customers who were there before begin where they are, with the hooks and the
// timers of that stage, and a fold from the start begins there too.
func TestTracker_StartAt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	entered := map[journey.Stage]int{}
	tr, _ := withHistory(t, cases.Trial(t), tracker.Options{Grace: 100 * cases.Day, Hooks: tracker.Hooks{
		EnterEach: func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			entered[o.To]++
			return "", nil
		},
	}})
	out, err := tr.StartAt(ctx, "active", "acme", cases.OnDay(1))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("active"), out.Journey.Stage())
	_, err = tr.StartAt(ctx, "trial", "acme", cases.OnDay(1))
	require.ErrorIs(t, err, tracker.ErrStarted)
	_, err = tr.StartAt(ctx, "nowhere", "globex", cases.OnDay(1))
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	_, err = tr.Fire(ctx, event("renew", 9))
	require.NoError(t, err)
	_, err = tr.Fire(ctx, event("cancel", 0))
	require.ErrorIs(t, err, journey.ErrOutOfOrder)
	out, err = tr.Repair(ctx, "acme", cases.OnDay(20), func(e journey.Event) bool { return e.Trigger != "renew" })
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("active"), out.Journey.Stage())
	assert.Equal(t, cases.OnDay(1), out.Journey.Since())
	assert.Equal(t, map[journey.Stage]int{"active": 2}, entered)

	_, err = tr.StartAt(ctx, "trial", "late", cases.OnDay(-20))
	require.NoError(t, err)
	done, err := tr.Tick(ctx, cases.OnDay(1), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Equal(t, 2, done.Fired, "what was due already")
}
