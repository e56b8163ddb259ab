package journey_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

const aDay = 24 * time.Hour

// trialSpec is a product with a trial: reminder and expiry timers, a milestone
// that gates payment, a stage that hands on at once.
func trialSpec() journey.Spec {
	return journey.Spec{
		Name: "trial", Initial: "trial",
		Stages: []journey.StageSpec{
			{Name: "trial"},
			{Name: "checkout"},
			{Name: "active", Goal: true},
			{Name: "expired"},
			{Name: "closed", Terminal: true},
		},
		Transitions: []journey.Transition{
			{From: "trial", On: "remind", Internal: true},
			{From: "trial", On: "expire", To: "expired"},
			{From: "trial", On: "pay", To: "checkout", Gate: "activated"},
			{From: "checkout", On: "approve", To: "active"},
			{From: "checkout", On: "decline", To: "trial"},
			{From: "active", On: "renew", To: journey.Same},
			{From: "active", On: "cancel", To: "closed"},
			{From: "expired", On: "return", To: "trial"},
		},
		After: []journey.Timer{
			{Stage: "trial", After: 10 * aDay, Trigger: "remind"},
			{Stage: "trial", After: 14 * aDay, Trigger: "expire"},
		},
		Milestones: []journey.Milestone{
			{Name: "activated", Events: []journey.Trigger{"import", "invite"}, Rule: journey.AllOf},
			{Name: "first value", Events: []journey.Trigger{"import"}},
		},
	}
}

func trialDefinition(t testing.TB) *journey.Definition {
	t.Helper()
	d, err := journey.Define(trialSpec())
	require.NoError(t, err)
	return d
}

func onDay(n int) time.Time { return journeytest.Origin().Add(time.Duration(n) * aDay) }

func event(on journey.Trigger, day int) journey.Event {
	return journey.Event{Customer: "acme", Trigger: on, At: onDay(day), ID: fmt.Sprintf("%s-%d", on, day)}
}

func TestTracker_StartEntersTheInitialStage(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var got []journey.Occurrence
	tr, err := journey.NewTracker(trialDefinition(t), journey.NewMemStore(journey.MemOptions{}), journey.TrackerOptions{
		Hooks: journey.Hooks{Enter: map[journey.Stage]journey.Hook{
			"trial": func(_ context.Context, o journey.Occurrence) (journey.Trigger, error) {
				got = append(got, o)
				return "import", nil
			},
		}},
	})
	require.NoError(t, err)
	out, err := tr.Start(ctx, "acme", onDay(1))
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, journey.OriginStart, got[0].Origin)
	assert.Empty(t, got[0].From)
	assert.Equal(t, journey.Stage("trial"), got[0].To)
	assert.Equal(t, onDay(1), got[0].At)
	require.Len(t, out.Changes, 2, "the start and what its hook asked for")
	assert.True(t, out.Journey.Reached("first value"))

	again, err := tr.Start(ctx, "acme", onDay(2))
	require.ErrorIs(t, err, journey.ErrStarted)
	sameJourney(t, out.Journey, again.Journey)
	_, err = tr.Start(ctx, "", onDay(1))
	require.ErrorIs(t, err, journey.ErrCustomer)
	_, err = tr.Start(ctx, "late", time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC))
	require.ErrorIs(t, err, journey.ErrOutOfRange)
}

func TestTracker_UnknownCustomers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	strict, err := journey.NewTracker(trialDefinition(t), journey.NewMemStore(journey.MemOptions{}), journey.TrackerOptions{})
	require.NoError(t, err)
	_, err = strict.Fire(ctx, event("import", 1))
	require.ErrorIs(t, err, journey.ErrNotFound)
	_, err = strict.Journey(ctx, "acme")
	require.ErrorIs(t, err, journey.ErrNotFound)
	_, err = strict.Fire(ctx, journey.Event{Trigger: "import", At: onDay(1)})
	require.ErrorIs(t, err, journey.ErrCustomer)

	auto, err := journey.NewTracker(trialDefinition(t), journey.NewMemStore(journey.MemOptions{}), journey.TrackerOptions{AutoStart: true})
	require.NoError(t, err)
	out, err := auto.Fire(ctx, event("import", 1))
	require.NoError(t, err)
	require.Len(t, out.Changes, 2)
	assert.Equal(t, onDay(1), out.Journey.Since())
	refused, err := auto.Fire(ctx, journey.Event{Customer: "globex", Trigger: "renew", At: onDay(1)})
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	assert.Len(t, refused.Changes, 1, "the start stays, as in a replay")
}

func TestTracker_TimersFireBeforeALaterEvent(t *testing.T) {
	t.Parallel()
	tr, _ := startedTracker(t, trialDefinition(t), journey.TrackerOptions{})
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
	assert.Equal(t, onDay(14), out.Changes[2].Since, "since when the customer was in the stage left")

	out, err = tr.Fire(context.Background(), event("approve", 40))
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	assert.Len(t, out.Changes, 2, "the timers stay when the event is refused")
	assert.Equal(t, journey.Stage("expired"), stageOf(t, tr))
}

func TestTracker_HookOfATimerFails(t *testing.T) {
	t.Parallel()
	down := true
	tr, _ := startedTracker(t, trialDefinition(t), journey.TrackerOptions{Hooks: journey.Hooks{
		Enter: map[journey.Stage]journey.Hook{"expired": func(context.Context, journey.Occurrence) (journey.Trigger, error) {
			if down {
				return "", errors.New("mail server is down")
			}
			return "", nil
		}},
	}})
	out, err := tr.Fire(context.Background(), event("return", 20))
	var he *journey.HookError
	require.ErrorAs(t, err, &he)
	assert.Equal(t, `stage "expired"`, he.Hook)
	assert.Equal(t, journey.Trigger("expire"), he.Trigger)
	assert.Len(t, out.Changes, 1, "the reminder before it is stored")
	assert.Equal(t, journey.Stage("trial"), stageOf(t, tr))
	down = false
	out, err = tr.Fire(context.Background(), event("return", 20))
	require.NoError(t, err)
	assert.Len(t, out.Changes, 2)
}

func TestTracker_Tick(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var order []string
	tr, err := journey.NewTracker(trialDefinition(t), journey.NewMemStore(journey.MemOptions{}), journey.TrackerOptions{Hooks: journey.Hooks{
		AfterEach: func(_ context.Context, o journey.Occurrence) (journey.Trigger, error) {
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
		_, err := tr.Start(ctx, customer, onDay(day))
		require.NoError(t, err)
	}
	done, err := tr.Tick(ctx, onDay(10))
	require.NoError(t, err)
	assert.Zero(t, done)
	order = nil
	done, err = tr.Tick(ctx, onDay(16))
	require.ErrorContains(t, err, `customer "bad"`)
	require.ErrorContains(t, err, "no address")
	assert.Equal(t, journey.Ticked{Customers: 4, Fired: 7}, done)
	assert.Equal(t, []string{
		"ann remind", "ann expire", "closed remind", "closed expire", "zed remind", "zed expire", "late remind",
	}, order, "in the order of who was due first, then by customer")
	done, err = tr.Tick(ctx, onDay(16))
	require.Error(t, err, "the customer for whom it failed is asked again")
	assert.Zero(t, done)

	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = tr.Tick(gone, onDay(30))
	require.ErrorIs(t, err, context.Canceled)
	_, err = tr.Tick(ctx, time.Time{})
	require.ErrorIs(t, err, journey.ErrOutOfRange)
}

func TestTracker_TickAsksRefusedTimersAgain(t *testing.T) {
	t.Parallel()
	open := false
	spec := trialSpec()
	spec.Transitions[1].Guard = journey.Guard{Name: "open", Allow: func(journey.Journey, journey.Event) bool { return open }}
	d, err := journey.Define(spec)
	require.NoError(t, err)
	tr, _ := startedTracker(t, d, journey.TrackerOptions{})
	done, err := tr.Tick(context.Background(), onDay(15))
	require.NoError(t, err)
	assert.Equal(t, journey.Ticked{Customers: 1, Fired: 1}, done, "the reminder")
	open = true
	done, err = tr.Tick(context.Background(), onDay(15))
	require.NoError(t, err)
	assert.Equal(t, journey.Ticked{Customers: 1, Fired: 1}, done)
	assert.Equal(t, journey.Stage("expired"), stageOf(t, tr))
}

func TestTracker_Options(t *testing.T) {
	t.Parallel()
	d, store := trialDefinition(t), journey.NewMemStore(journey.MemOptions{})
	_, err := journey.NewTracker(nil, store, journey.TrackerOptions{})
	require.ErrorContains(t, err, "no definition")
	_, err = journey.NewTracker(d, nil, journey.TrackerOptions{})
	require.ErrorContains(t, err, "no store")
	_, err = journey.NewTracker(d, store, journey.TrackerOptions{MaxChain: -1, MaxAttempts: 10_001, Migrations: []journey.Migration{{
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
	tr, err := journey.NewTracker(d, store, journey.TrackerOptions{})
	require.NoError(t, err)
	assert.Same(t, d, tr.Definition())
}

// rival is a store in which somebody else is faster n times.
type rival struct {
	*journey.MemStore
	times int
	err   error
	swap  string // whose snapshot Load returns
}

func (s *rival) Load(ctx context.Context, customer string) (journey.Snapshot, error) {
	if s.swap != "" {
		customer = s.swap
	}
	return s.MemStore.Load(ctx, customer)
}

func (s *rival) Put(ctx context.Context, c journey.Commit) error {
	if s.err != nil {
		return s.err
	}
	if s.times > 0 && c.Expected != journey.NotStored {
		s.times--
		j, err := s.MemStore.Load(ctx, c.Snapshot.Customer)
		if err != nil {
			return err
		}
		j.Seq++
		if err := s.MemStore.Put(ctx, journey.Commit{Snapshot: j, Expected: j.Seq - 1}); err != nil {
			return err
		}
	}
	return s.MemStore.Put(ctx, c)
}

func (s *rival) Due(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	if s.err != nil {
		return func(yield func(string, error) bool) { yield("", s.err) }
	}
	return s.MemStore.Due(ctx, now)
}

func TestTracker_ComputesAnewWhenAnotherWasFaster(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := &rival{MemStore: journey.NewMemStore(journey.MemOptions{})}
	before, stored := 0, 0
	tr, err := journey.NewTracker(abc(t), store, journey.TrackerOptions{MaxAttempts: 4, Hooks: journey.Hooks{
		BeforeEach: func(context.Context, journey.Occurrence) (journey.Trigger, error) { before++; return "", nil },
		Stored: func(_ context.Context, o journey.Occurrence) error {
			if o.Origin != journey.OriginStart {
				stored++
			}
			return nil
		},
	}})
	require.NoError(t, err)
	_, err = tr.Start(ctx, "acme", hour(0))
	require.NoError(t, err)
	store.times = 3
	out, err := fire(tr, "go", 1)
	require.NoError(t, err)
	assert.EqualValues(t, 4, out.Journey.Seq(), "three changes of the other, then ours")
	assert.Equal(t, 4, before, "hooks before the commit run for every attempt")
	assert.Equal(t, 1, stored, "and the one after it once")

	store.times = 4
	_, err = fire(tr, "go", 2)
	require.ErrorIs(t, err, journey.ErrConflict)
	require.ErrorContains(t, err, "attempt 4 of 4")
	var conflict *journey.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, journey.ConflictError{Customer: "acme", Expected: 7, Stored: 8}, *conflict)
	assert.Equal(t, 1, stored)
}

func TestTracker_StoreFails(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := &rival{MemStore: journey.NewMemStore(journey.MemOptions{})}
	tr, err := journey.NewTracker(trialDefinition(t), store, journey.TrackerOptions{AutoStart: true})
	require.NoError(t, err)
	_, err = tr.Fire(ctx, event("import", 1))
	require.NoError(t, err)
	store.err = errors.New("disk full")
	out, err := tr.Fire(ctx, event("invite", 2))
	require.ErrorIs(t, err, store.err)
	assert.Empty(t, out.Changes)
	_, err = tr.Tick(ctx, onDay(30))
	require.ErrorIs(t, err, store.err)
	store.err = nil
	store.swap = "acme"
	_, err = tr.Fire(ctx, journey.Event{Customer: "globex", Trigger: "import", At: onDay(1)})
	require.ErrorIs(t, err, journey.ErrCustomer)
	require.ErrorContains(t, err, `the store returned customer "acme" for "globex"`)
}

func TestTracker_CustomersDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	inside, release := make(chan struct{}), make(chan struct{})
	tr, err := journey.NewTracker(abc(t), journey.NewMemStore(journey.MemOptions{}), journey.TrackerOptions{
		AutoStart: true,
		Hooks: journey.Hooks{Before: map[journey.Trigger]journey.Hook{
			"note": func(_ context.Context, o journey.Occurrence) (journey.Trigger, error) {
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
		_, err := tr.Fire(context.Background(), journey.Event{Customer: fmt.Sprint(i), Trigger: "go", At: hour(1)})
		require.NoError(t, err)
	}
	gone, cancel := context.WithCancel(context.Background())
	waiting := make(chan error)
	go func() {
		_, err := tr.Fire(gone, journey.Event{Customer: "acme", Trigger: "go", At: hour(2)})
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

func TestTracker_MigratesStoredCustomers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	old := trialDefinition(t)
	store := journey.NewMemStore(journey.MemOptions{})
	before, err := journey.NewTracker(old, store, journey.TrackerOptions{AutoStart: true})
	require.NoError(t, err)
	_, err = before.Fire(ctx, event("import", 1))
	require.NoError(t, err)

	spec := trialSpec()
	spec.Name = "trial, second edition"
	spec.Initial = "test drive"
	for i := range spec.Stages {
		if spec.Stages[i].Name == "trial" {
			spec.Stages[i].Name = "test drive"
		}
	}
	rename := func(s *journey.Stage) {
		if *s == "trial" {
			*s = "test drive"
		}
	}
	for i := range spec.Transitions {
		rename(&spec.Transitions[i].From)
		rename(&spec.Transitions[i].To)
	}
	for i := range spec.After {
		rename(&spec.After[i].Stage)
	}
	now, err := journey.Define(spec)
	require.NoError(t, err)
	without, err := journey.NewTracker(now, store, journey.TrackerOptions{})
	require.NoError(t, err)
	_, err = without.Fire(ctx, event("invite", 2))
	require.ErrorIs(t, err, journey.ErrForeign)
	require.ErrorContains(t, err, `no stage "trial"`)

	with, err := journey.NewTracker(now, store, journey.TrackerOptions{Migrations: []journey.Migration{{
		From: old.Hash(), Stages: map[journey.Stage]journey.Stage{"trial": "test drive"},
	}}})
	require.NoError(t, err)
	out, err := with.Fire(ctx, event("invite", 2))
	require.NoError(t, err)
	assert.True(t, out.Journey.Reached("activated"), "progress under the old definition counts")
	assert.Equal(t, journey.Stage("test drive"), out.Journey.Stage())
	s, err := store.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, now.Hash(), s.Hash, "once written, the customer is under the new one")
}

// looplab allocates five times for an event; a Tracker adds the run and the
// change, whatever the number of customers.
func TestTracker_EventAllocations(t *testing.T) {
	if underRace {
		t.Skip("under the race detector the pool of machines forgets at random")
	}
	tr, _ := startedTracker(t, abc(t), journey.TrackerOptions{})
	ctx := context.Background()
	var err error
	allocs := testing.AllocsPerRun(200, func() {
		_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: hour(1)})
	})
	require.NoError(t, err)
	assert.LessOrEqual(t, allocs, 7.0)
}
