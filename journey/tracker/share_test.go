package tracker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// A hook may fire for whoever referred the customer, and those for the next.
func TestHooks_FireForOthers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var tr *tracker.Tracker
	by := map[string]string{"carol": "bob", "bob": "ann"}
	tr, store := withHistory(t, cases.ABC(t), tracker.Options{AutoStart: true, Hooks: tracker.Hooks{
		After: map[journey.Trigger]tracker.Hook{"go": func(ctx context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			referrer, ok := by[o.Customer]
			if !ok {
				return "", nil
			}
			_, err := tr.Fire(ctx, journey.Event{Customer: referrer, Trigger: "go", At: o.At, ID: o.Customer + o.At.String()})
			return "", err
		}},
	}})
	_, err := tr.Fire(ctx, journey.Event{Customer: "carol", Trigger: "go", At: cases.Hour(1)})
	require.NoError(t, err)
	assert.Equal(t, 3, store.Len())
	for who := range by {
		j, err := tr.Journey(ctx, who)
		require.NoError(t, err)
		assert.Equal(t, journey.Stage("b"), j.Stage(), who)
	}
	by["ann"] = "carol" // round in a circle: carol's own hook is still running
	_, err = tr.Fire(ctx, journey.Event{Customer: "carol", Trigger: "go", At: cases.Hour(2)})
	require.ErrorIs(t, err, tracker.ErrNested)

	by = map[string]string{}
	for i := range 40 {
		by[fmt.Sprint(i)] = fmt.Sprint(i + 1)
	}
	_, err = tr.Fire(ctx, journey.Event{Customer: "0", Trigger: "go", At: cases.Hour(1)})
	require.ErrorIs(t, err, tracker.ErrChain)
	require.ErrorContains(t, err, "17 deep, at most 16")
}

// Two hooks that fire for each other's customer at the same moment do not wait
// for each other, in one tracker and in two.
func TestHooks_FireForEachOther(t *testing.T) {
	t.Parallel()
	for _, trackers := range []int{1, 2} {
		var tr [2]*tracker.Tracker
		other := map[string]string{"ann": "bob", "bob": "ann"}
		both := make(chan struct{}, 2)
		var meet sync.WaitGroup
		meet.Add(2)
		store := tracker.NewMemStore(tracker.MemOptions{History: true})
		hook := func(ctx context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			if o.Event.ID != "first" {
				return "", nil
			}
			select {
			case both <- struct{}{}: // at the first attempt both are here
				meet.Done()
				meet.Wait()
			default:
			}
			_, err := tr[trackers-1].Fire(ctx, journey.Event{Customer: other[o.Customer], Trigger: "look", At: o.At, ID: "from " + o.Customer})
			return "", err
		}
		for i := range tr {
			var err error
			tr[i], err = tracker.New(cases.ABC(t), store, tracker.Options{AutoStart: true, Hooks: tracker.Hooks{BeforeEach: hook}})
			require.NoError(t, err)
		}
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []string{"ann", "bob"} {
			_, err := tr[0].Start(t.Context(), who, cases.Hour(0))
			require.NoError(t, err)
			wg.Go(func() {
				_, errs[i] = tr[0].Fire(context.Background(), journey.Event{Customer: who, Trigger: "note", At: cases.Hour(1), ID: "first"})
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		for who := range other {
			j, err := tr[0].Journey(t.Context(), who)
			require.NoError(t, err)
			assert.EqualValues(t, 2, j.Seq(), "the note and the look, once each")
		}
	}
}

// Work handed to a goroutine waits for its turn, also with the customer that the
// hook was about, and outlives the hook's context.
func TestHooks_HandWorkToGoroutines(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	var tr *tracker.Tracker
	errs := make([]error, 2)
	tr, _ = startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		After: map[journey.Trigger]tracker.Hook{"note": func(ctx context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			detached := tracker.Detach(ctx)
			wg.Go(func() { _, errs[0] = tr.Fire(detached, journey.Event{Customer: o.Customer, Trigger: "go", At: o.At}) })
			wg.Go(func() {
				for ctx.Err() == nil { // its own context will do once the call is over
					_, errs[1] = tr.Fire(ctx, journey.Event{Customer: o.Customer, Trigger: "look", At: o.At})
					if !errors.Is(errs[1], tracker.ErrNested) {
						return
					}
					time.Sleep(time.Millisecond)
				}
			})
			return "", nil
		}},
	}})
	out, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "note", At: cases.Hour(1)})
	require.NoError(t, err)
	require.Len(t, out.Changes, 1)
	wg.Wait()
	cancel()
	require.NoError(t, errors.Join(errs...))
	j, err := tr.Journey(t.Context(), "acme")
	require.NoError(t, err)
	assert.EqualValues(t, 3, j.Seq())
	assert.Equal(t, journey.Stage("b"), j.Stage())
	require.NoError(t, tracker.Detach(ctx).Err(), "not cancelled with it")
}

// A misspelt trigger starts nobody.
func TestAutoStart_MisspeltTrigger(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := tracker.NewMemStore(tracker.MemOptions{})
	tr, err := tracker.New(cases.ABC(t), store, tracker.Options{AutoStart: true})
	require.NoError(t, err)
	_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "og", At: cases.Hour(1)})
	require.ErrorIs(t, err, journey.ErrUnknownTrigger)
	assert.Zero(t, store.Len())
	_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: time.Time{}})
	require.ErrorIs(t, err, journey.ErrOutOfRange)
	_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "og", At: time.Time{}})
	require.ErrorIs(t, err, journey.ErrOutOfRange)
	assert.Zero(t, store.Len())
	_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(1), ID: string(make([]byte, tracker.MaxID+1))})
	require.ErrorContains(t, err, "at most 1024 bytes")
	assert.Zero(t, store.Len())
}

// Ticks with a limit and a lease share the work: every timer fires once,
// whichever process gets to it, and nobody is passed by.
func TestTick_TwoProcessesShare(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	const n = 700 // more than are claimed at once
	store := tracker.NewMemStore(tracker.MemOptions{})
	var mu sync.Mutex
	fired := map[string]int{}
	var process [2]*tracker.Tracker
	for i := range process {
		tr, err := tracker.New(cases.Trial(t), store, tracker.Options{Hooks: tracker.Hooks{
			Before: map[journey.Trigger]tracker.Hook{"remind": func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
				mu.Lock()
				defer mu.Unlock()
				fired[o.Customer]++
				return "", nil
			}},
		}})
		require.NoError(t, err)
		process[i] = tr
	}
	for i := range n {
		_, err := process[0].Start(ctx, fmt.Sprint(i), cases.OnDay(i%2))
		require.NoError(t, err)
	}
	done, err := process[0].Tick(ctx, cases.OnDay(10), tracker.TickOptions{Limit: 10, Lease: time.Minute})
	require.NoError(t, err)
	assert.Equal(t, [4]int{10, 10, 0, 0}, counts(done))
	assert.True(t, done.More)
	done, err = process[0].Tick(ctx, cases.OnDay(10), tracker.TickOptions{Limit: 10})
	require.NoError(t, err)
	assert.Equal(t, [4]int{10, 10, 0, 0}, counts(done))

	var wg sync.WaitGroup
	var each [2]tracker.Ticked
	errs := make([]error, 2)
	for i := range process {
		wg.Go(func() {
			each[i], errs[i] = process[i].Tick(ctx, cases.OnDay(11), tracker.TickOptions{Lease: time.Minute})
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	assert.Equal(t, n-20, each[0].Fired+each[1].Fired)
	assert.Len(t, fired, n)
	for who, times := range fired {
		require.Equal(t, 1, times, who)
	}
	assert.Zero(t, process[0].Stats().Conflicts+process[1].Stats().Conflicts)
	assert.Contains(t, each[0].String(), "timers fired")

	_, err = process[0].Tick(ctx, cases.OnDay(11), tracker.TickOptions{Limit: -1})
	require.ErrorContains(t, err, "Limit is -1")
	_, err = process[0].Tick(ctx, cases.OnDay(11), tracker.TickOptions{Lease: -1})
	require.ErrorContains(t, err, "Lease is -1ns")
	type plain struct{ tracker.Store }
	tr, err := tracker.New(cases.Trial(t), plain{store}, tracker.Options{})
	require.NoError(t, err)
	_, err = tr.Tick(ctx, cases.OnDay(11), tracker.TickOptions{Lease: 1})
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

// A limit counts for whom something is done: those whose guard refuses hold
// nobody up.
func TestTick_LimitPassesByWhoIsRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	spec := cases.TrialSpec()
	spec.Transitions[0].Guard = journey.Guard{Name: "late ones", Allow: func(j journey.Journey, _ journey.Event) bool { return j.Customer() > "c5" }}
	d, err := journey.Define(spec)
	require.NoError(t, err)
	store := tracker.NewMemStore(tracker.MemOptions{})
	tr, err := tracker.New(d, store, tracker.Options{})
	require.NoError(t, err)
	for i := range 10 {
		_, err := tr.Start(ctx, fmt.Sprintf("c%d", i), cases.OnDay(0))
		require.NoError(t, err)
	}
	done, err := tr.Tick(ctx, cases.OnDay(11), tracker.TickOptions{Limit: 2})
	require.NoError(t, err)
	assert.Equal(t, [4]int{2, 2, 0, 0}, counts(done))
	done, err = tr.Tick(ctx, cases.OnDay(11), tracker.TickOptions{Limit: 2, Lease: time.Hour})
	require.NoError(t, err)
	assert.Equal(t, [4]int{2, 2, 0, 0}, counts(done))
}

// While one release replaces another, both serve every customer.
func TestAlso_RollingDeploy(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	old := cases.Trial(t)
	spec := cases.TrialSpec()
	spec.Stages = append(spec.Stages, journey.StageSpec{Name: "paused"})
	spec.Transitions = append(spec.Transitions,
		journey.Transition{From: "active", On: "pause", To: "paused"}, journey.Transition{From: "paused", On: "resume", To: "active"})
	next, err := journey.Define(spec)
	require.NoError(t, err)
	store := tracker.NewMemStore(tracker.MemOptions{})
	seen := map[string]int{}
	hooks := tracker.Hooks{
		Enter: map[journey.Stage]tracker.Hook{"paused": noHook},
		Before: map[journey.Trigger]tracker.Hook{"import": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			seen["import"]++
			return "", nil
		}},
	}
	before, err := tracker.New(old, store, tracker.Options{AutoStart: true, Also: []*journey.Definition{next}, Hooks: hooks})
	require.NoError(t, err, "a hook of either definition is known")
	after, err := tracker.New(next, store, tracker.Options{AutoStart: true, Also: []*journey.Definition{old}, Hooks: hooks})
	require.NoError(t, err)
	both := []*tracker.Tracker{before, after}
	for i := range 50 {
		for k, on := range []journey.Trigger{"import", "invite", "pay", "approve"} {
			_, err := both[(i+k)%2].Fire(ctx, journey.Event{Customer: fmt.Sprint(i), Trigger: on, At: cases.Hour(k)})
			require.NoError(t, err, "customer %d, %s", i, on)
		}
		e := journey.Event{Customer: fmt.Sprint(i), Trigger: "pause", At: cases.Hour(9)}
		_, err := both[i%3%2].Fire(ctx, e)
		if i%2 == 0 { // started under the old definition, and still under it
			require.ErrorIs(t, err, journey.ErrUnknownTrigger)
		} else {
			require.NoError(t, err)
		}
	}
	assert.Equal(t, 50, seen["import"])
	for i := range 50 {
		who := fmt.Sprint(i)
		_, err := after.Migrate(ctx, who)
		if i%2 == 0 {
			require.ErrorIs(t, err, journey.ErrForeign, "without a migration it stays where it is")
		} else {
			require.NoError(t, err)
		}
	}
	last, err := tracker.New(next, store, tracker.Options{Also: []*journey.Definition{old}, Migrations: []journey.Migration{{From: old.Hash()}}, Hooks: hooks})
	require.NoError(t, err)
	for i := range 50 {
		moved, err := last.Migrate(ctx, fmt.Sprint(i))
		require.NoError(t, err)
		require.Equal(t, i%2 == 0, moved)
		s, err := last.State(ctx, fmt.Sprint(i))
		require.NoError(t, err)
		require.Equal(t, next.Hash(), s.Snapshot.Hash)
	}
	_, err = tracker.New(next, store, tracker.Options{Also: []*journey.Definition{nil}, Hooks: tracker.Hooks{Enter: map[journey.Stage]tracker.Hook{"puased": noHook}}})
	require.ErrorContains(t, err, "Also[0]: no definition")
	require.ErrorIs(t, err, journey.ErrUnknownStage)
}

// What is read stale or half written is a conflict, not a refusal.
type oddStore struct {
	*tracker.MemStore
	odd func(*tracker.State) bool // whether to spoil
}

func (s *oddStore) Load(ctx context.Context, customer string) (tracker.State, error) {
	got, err := s.MemStore.Load(ctx, customer)
	if err == nil && s.odd != nil {
		s.odd(&got)
	}
	return got, err
}

func TestStore_StaleAndHalfRowsAreConflicts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := cases.ABC(t)
	store := &oddStore{MemStore: tracker.NewMemStore(tracker.MemOptions{})}
	var log bytes.Buffer
	tr, err := tracker.New(d, store, tracker.Options{AutoStart: true, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	require.NoError(t, err)
	var states []tracker.State
	for i := range 2 {
		_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "go", At: cases.Hour(i)})
		require.NoError(t, err)
		s, err := store.Load(ctx, "acme")
		require.NoError(t, err)
		states = append(states, s)
	}
	require.Equal(t, journey.Stage("c"), states[1].Snapshot.Stage)
	times := 1
	store.odd = func(s *tracker.State) bool { // one write behind, where stop is refused
		if times--; times >= 0 {
			*s = states[0].Clone()
		}
		return true
	}
	out, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "stop", At: cases.Hour(3)})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("end"), out.Journey.Stage())
	assert.EqualValues(t, 1, tr.Stats().Conflicts)
	assert.Contains(t, log.String(), "tried again")

	for name, spoil := range map[string]func(*tracker.State){
		"no last":       func(s *tracker.State) { s.Snapshot.Last = time.Time{} },
		"other stage":   func(s *tracker.State) { s.Snapshot.Stage = "half" },
		"no version":    func(s *tracker.State) { s.Version = -7 },
		"last too soon": func(s *tracker.State) { s.Snapshot.Since = s.Snapshot.Last.Add(1) },
	} {
		for _, n := range []int{1, 100} {
			times = n
			store.odd = func(s *tracker.State) bool {
				if times--; times >= 0 {
					spoil(s)
				}
				return true
			}
			_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "look", At: cases.Hour(4)})
			if n == 1 {
				require.NoError(t, err, name)
			} else {
				require.ErrorIs(t, err, tracker.ErrConflict, name)
				require.ErrorContains(t, err, "attempt 8 of 8", name)
			}
		}
	}
}

func TestErase(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tr, store := withHistory(t, cases.ABC(t), tracker.Options{AutoStart: true})
	secret := "person@example.com"
	for _, who := range []string{secret, "other"} {
		for i := range 3 {
			_, err := tr.Fire(ctx, journey.Event{Customer: who, Trigger: "go", At: cases.Hour(i), ID: fmt.Sprint(who, i)})
			require.NoError(t, err)
		}
	}
	require.NoError(t, tr.Erase(ctx, secret))
	require.NoError(t, tr.Erase(ctx, "nobody"))
	require.False(t, bytes.Contains(dump(t, store), []byte("person@")))
	require.True(t, bytes.Contains(dump(t, store), []byte("other")))
	_, err := tr.Journey(ctx, secret)
	require.ErrorIs(t, err, tracker.ErrNotFound)
	out, err := tr.Fire(ctx, journey.Event{Customer: secret, Trigger: "go", At: cases.Hour(0), ID: secret + "0"})
	require.NoError(t, err)
	assert.EqualValues(t, 1, out.Journey.Seq(), "begins anew")
	messages, err := store.Unsent(ctx, 0, 99)
	require.NoError(t, err)
	assert.Len(t, slices.DeleteFunc(messages, func(m tracker.Message) bool { return m.Customer != secret }), 2)
}
