package tracker_test

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// rival is a store in which somebody else is faster n times.
type rival struct {
	*tracker.MemStore
	times int
	err   error
	swap  string // whose snapshot Load returns
}

func (s *rival) Load(ctx context.Context, customer string) (tracker.State, error) {
	if s.swap != "" {
		customer = s.swap
	}
	return s.MemStore.Load(ctx, customer)
}

func (s *rival) Put(ctx context.Context, c tracker.Commit) error {
	if s.err != nil {
		return s.err
	}
	if s.times > 0 && c.Expected != tracker.NotStored {
		s.times--
		j, err := s.MemStore.Load(ctx, c.State.Snapshot.Customer)
		if err != nil {
			return err
		}
		j.Version++
		j.Snapshot.Seq++
		if err := s.MemStore.Put(ctx, tracker.Commit{State: j, Expected: j.Version - 1}); err != nil {
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
	store := &rival{MemStore: tracker.NewMemStore(tracker.MemOptions{})}
	before, stored := 0, 0
	tr, err := tracker.New(cases.ABC(t), store, tracker.Options{MaxAttempts: 4, Hooks: tracker.Hooks{
		BeforeEach: func(context.Context, tracker.Occurrence) (journey.Trigger, error) { before++; return "", nil },
		Stored: func(_ context.Context, o tracker.Occurrence) error {
			if o.Origin != tracker.OriginStart {
				stored++
			}
			return nil
		},
	}})
	require.NoError(t, err)
	_, err = tr.Start(ctx, "acme", cases.Hour(0))
	require.NoError(t, err)
	store.times = 3
	out, err := fire(tr, "go", 1)
	require.NoError(t, err)
	assert.EqualValues(t, 4, out.Journey.Seq(), "three changes of the other, then ours")
	assert.Equal(t, 4, before, "hooks before the commit run for every attempt")
	assert.Equal(t, 1, stored, "and the one after it once")

	store.times = 4
	_, err = fire(tr, "go", 2)
	require.ErrorIs(t, err, tracker.ErrConflict)
	require.ErrorContains(t, err, "attempt 4 of 4")
	var conflict *tracker.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, tracker.ConflictError{Customer: "acme", Expected: 7, Stored: 8}, *conflict)
	assert.Equal(t, 1, stored)
}

func TestTracker_StoreFails(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := &rival{MemStore: tracker.NewMemStore(tracker.MemOptions{})}
	tr, err := tracker.New(cases.Trial(t), store, tracker.Options{AutoStart: true})
	require.NoError(t, err)
	_, err = tr.Fire(ctx, event("import", 1))
	require.NoError(t, err)
	store.err = errors.New("disk full")
	out, err := tr.Fire(ctx, event("invite", 2))
	require.ErrorIs(t, err, store.err)
	assert.Empty(t, out.Changes)
	_, err = tr.Tick(ctx, cases.OnDay(30), tracker.TickOptions{})
	require.ErrorIs(t, err, store.err)
	store.err = nil
	store.swap = "acme"
	_, err = tr.Fire(ctx, journey.Event{Customer: "globex", Trigger: "import", At: cases.OnDay(1)})
	require.ErrorIs(t, err, journey.ErrCustomer)
	require.ErrorContains(t, err, `the store returned customer "acme" for "globex"`)
}

func TestTracker_MigratesStoredCustomers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	old := cases.Trial(t)
	store := tracker.NewMemStore(tracker.MemOptions{})
	before, err := tracker.New(old, store, tracker.Options{AutoStart: true})
	require.NoError(t, err)
	_, err = before.Fire(ctx, event("import", 1))
	require.NoError(t, err)

	spec := cases.TrialSpec()
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
	without, err := tracker.New(now, store, tracker.Options{})
	require.NoError(t, err)
	_, err = without.Fire(ctx, event("invite", 2))
	require.ErrorIs(t, err, journey.ErrForeign)
	require.ErrorContains(t, err, `no stage "trial"`)

	with, err := tracker.New(now, store, tracker.Options{Migrations: []journey.Migration{{
		From: old.Hash(), Stages: map[journey.Stage]journey.Stage{"trial": "test drive"},
	}}})
	require.NoError(t, err)
	out, err := with.Fire(ctx, event("invite", 2))
	require.NoError(t, err)
	assert.True(t, out.Journey.Reached("activated"), "progress under the old definition counts")
	assert.Equal(t, journey.Stage("test drive"), out.Journey.Stage())
	s, err := store.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Equal(t, now.Hash(), s.Snapshot.Hash, "once written, the customer is under the new one")
}

// Two trackers over one store stand for two processes: they do not share locks.
func TestTracker_TwoProcesses(t *testing.T) {
	t.Parallel()
	const each = 150
	store := tracker.NewMemStore(tracker.MemOptions{})
	stored := make([]int, 2)
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for g := range 2 {
		tr, err := tracker.New(cases.ABC(t), store, tracker.Options{
			AutoStart: true, MaxAttempts: 10_000,
			Hooks: tracker.Hooks{Stored: func(_ context.Context, o tracker.Occurrence) error {
				if o.Origin == tracker.OriginEvent {
					stored[g]++
				}
				return nil
			}},
		})
		require.NoError(t, err)
		wg.Go(func() {
			for range each {
				_, err := tr.Fire(context.Background(), journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(1)})
				errs[g] = errors.Join(errs[g], err)
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	s, err := store.Load(context.Background(), "acme")
	require.NoError(t, err)
	assert.EqualValues(t, 2*each, s.Snapshot.Seq, "no update is lost")
	assert.Equal(t, []int{each, each}, stored)
}

func TestTracker_MigrateFindsNewTimers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	spec := cases.TrialSpec()
	spec.After = nil
	old, err := journey.Define(spec)
	require.NoError(t, err)
	before, store := startedTracker(t, old, tracker.Options{})
	changed, err := before.Migrate(ctx, "acme")
	require.NoError(t, err)
	require.False(t, changed, "it is as it should be")

	tr, err := tracker.New(cases.Trial(t), store, tracker.Options{Migrations: []journey.Migration{{From: old.Hash()}}})
	require.NoError(t, err)
	done, err := tr.Tick(ctx, cases.OnDay(30), tracker.TickOptions{})
	require.NoError(t, err)
	require.Zero(t, counts(done), "the old definition had no timers")
	changed, err = tr.Migrate(ctx, "acme")
	require.NoError(t, err)
	require.True(t, changed)
	done, err = tr.Tick(ctx, cases.OnDay(30), tracker.TickOptions{})
	require.NoError(t, err)
	require.Equal(t, [4]int{1, 2, 0, 0}, counts(done))
	_, err = tr.Migrate(ctx, "nobody")
	require.ErrorIs(t, err, tracker.ErrNotFound)
}
