package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// model is the obvious store: a map.
type model map[string]tracker.State

func (m model) put(c tracker.Commit) bool {
	customer := c.State.Snapshot.Customer
	old, ok := m[customer]
	if !ok && c.Expected != tracker.NotStored || ok && old.Version != c.Expected {
		return false
	}
	m[customer] = c.State.Clone()
	return true
}

func (m model) due(now time.Time) []string {
	var list []string
	for c, s := range m {
		if !s.Snapshot.Due.IsZero() && !s.Snapshot.Due.After(now) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		if c := m[a].Snapshot.Due.Compare(m[b].Snapshot.Due); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return list
}

// randomSnapshot draws small and large ones, so that records move, grow and
// shrink.
func randomSnapshot(r *rand.Rand, customer string, seq int64) journey.Snapshot {
	unit := []time.Duration{1, time.Second, cases.Day}[r.IntN(3)]
	at := time.Unix(r.Int64N(9_000_000_000)-2_000_000_000, 0).UTC().Add(time.Duration(r.IntN(1000)) * unit)
	s := journey.Snapshot{
		Definition: fmt.Sprintf("d%d", r.IntN(2)), Hash: "hash", Customer: customer,
		Stage: journey.Stage(fmt.Sprintf("stage %d", r.IntN(200))), Since: at, Last: at, Seq: seq,
	}
	if r.IntN(2) == 0 {
		s.Last = s.Last.Add(time.Duration(r.IntN(1000)) * unit)
	}
	if r.IntN(2) == 0 {
		s.LastEvent = r.Uint64()
	}
	if r.IntN(3) == 0 {
		s.Due = at.Add(time.Duration(1+r.IntN(1000)) * unit)
	}
	for range r.IntN(8) * r.IntN(2) {
		s.Reached = append(s.Reached, fmt.Sprintf("m%d", r.IntN(100)))
	}
	slices.Sort(s.Reached)
	s.Reached = slices.Compact(s.Reached)
	for i := range r.IntN(4) * r.IntN(2) {
		p := journey.Progress{Milestone: fmt.Sprintf("m%d", i), Count: r.Int64N(1_000_000)}
		for k := range r.IntN(100) * r.IntN(2) {
			mark := journey.Mark{Event: journey.Trigger(fmt.Sprintf("e%03d", k))}
			if r.IntN(2) == 0 {
				mark.At = at.Add(time.Duration(r.IntN(1000)-500) * unit)
			}
			p.Marks = append(p.Marks, mark)
		}
		s.Progress = append(s.Progress, p)
	}
	if s.Validate() != nil { // a time fell out of range
		return randomSnapshot(r, customer, seq)
	}
	return s
}

// randomState draws one whose version may have left Seq behind.
func randomState(r *rand.Rand, customer string, version int64) tracker.State {
	seq := version
	if r.IntN(3) == 0 {
		seq = r.Int64N(1 << 40)
	}
	s := tracker.State{Snapshot: randomSnapshot(r, customer, seq), Version: version}
	for range r.IntN(10) * r.IntN(2) {
		s.Recent = append(s.Recent, 1+r.Uint64N(1<<63))
	}
	if r.IntN(5) == 0 {
		s.Noted = s.Snapshot.Last.Add(1 + time.Duration(r.Int64N(1<<50)))
	}
	at := s.Snapshot.Since
	for i := range r.IntN(4) * r.IntN(2) {
		at = at.Add(1 + time.Duration(r.IntN(1_000_000_000)))
		s.Parked = append(s.Parked, tracker.Parked{
			Trigger: journey.Trigger(fmt.Sprintf("t%d", i)), At: at, Attempts: 1 + r.IntN(300),
			Retry: at.Add(time.Duration(r.IntN(1_000_000))), Error: strings.Repeat("é", r.IntN(100)),
		})
	}
	if s.Validate() != nil { // a time fell out of range
		return randomState(r, customer, version)
	}
	return s
}

func TestLaw_MemStoreIsAMap(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		r := generatorOf(rapid.Uint64().Draw(t, "seed"))
		store, m := tracker.NewMemStore(tracker.MemOptions{}), model{}
		for range 150 {
			customer := fmt.Sprintf("customer %d", r.IntN(80))
			if r.IntN(50) == 0 {
				customer += strings.Repeat("x", r.IntN(1000))
			}
			switch op := r.IntN(10); {
			case op < 7:
				expected := tracker.NotStored
				if old, ok := m[customer]; ok && r.IntN(10) > 0 {
					expected = old.Version
				}
				c := tracker.Commit{State: randomState(r, customer, expected+1+r.Int64N(3)), Expected: expected}
				err := store.Put(ctx, c)
				if m.put(c) {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, tracker.ErrConflict)
				}
			case op == 7:
				require.NoError(t, store.Erase(ctx, customer))
				delete(m, customer)
			case op == 8:
				now := time.Unix(r.Int64N(9_000_000_000)-2_000_000_000, 0)
				var got []string
				for c, err := range store.Due(ctx, now) {
					require.NoError(t, err)
					got = append(got, c)
				}
				require.Equal(t, m.due(now), got)
			default:
				got, err := store.Load(ctx, customer)
				want, ok := m[customer]
				require.Equal(t, ok, err == nil)
				require.True(t, !ok || want.Equal(got), "%+v\n%+v", want, got)
			}
		}
		require.Equal(t, len(m), store.Len())
		n, last := 0, ""
		for s := range store.States() {
			customer := s.Snapshot.Customer
			require.True(t, m[customer].Equal(s))
			require.True(t, n == 0 || customer > last, "sorted")
			n, last = n+1, customer
		}
		require.Equal(t, len(m), n)
	})
}

func TestMemStore_ManyCustomers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	const n = 6_000
	r := generatorOf(1)
	store, m := tracker.NewMemStore(tracker.MemOptions{}), model{}
	for round := range 4 {
		for i := range n {
			customer := fmt.Sprintf("%d", i)
			old, ok := m[customer]
			expected := tracker.NotStored
			if ok {
				expected = old.Version
			}
			if round > 0 && r.IntN(3) > 0 {
				continue
			}
			c := tracker.Commit{State: randomState(r, customer, expected+1), Expected: expected}
			require.NoError(t, store.Put(ctx, c))
			require.True(t, m.put(c))
			if r.IntN(20) == 0 {
				require.NoError(t, store.Erase(ctx, customer))
				delete(m, customer)
			}
		}
		for i := range n {
			customer := fmt.Sprintf("%d", i)
			got, err := store.Load(ctx, customer)
			if want, ok := m[customer]; ok {
				require.NoError(t, err)
				require.True(t, want.Equal(got))
			} else {
				require.ErrorIs(t, err, tracker.ErrNotFound)
			}
		}
	}
	require.Equal(t, len(m), store.Len())
}

func TestMemStore_History(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := tracker.NewMemStore(tracker.MemOptions{History: true})
	tr, err := tracker.New(cases.Trial(t), store, tracker.Options{AutoStart: true})
	require.NoError(t, err)
	for _, e := range []journey.Event{event("import", 1), event("return", 20), event("remind", 21)} {
		_, err := tr.Fire(ctx, e)
		require.NoError(t, err)
	}
	var got []string
	history, err := store.History(ctx, "acme", time.Time{})
	require.NoError(t, err)
	for _, o := range history {
		got = append(got, fmt.Sprintf("%d %s %s", o.Seq, o.Origin, o.Trigger))
	}
	assert.Equal(t, []string{"0 start ", "1 event import", "2 timer remind", "3 timer expire", "4 event return", "5 event remind"}, got)
	history[0].Customer = "changed"
	part, err := store.History(ctx, "acme", cases.OnDay(20))
	require.NoError(t, err)
	require.Len(t, part, 2, "from the last entry that is not after")
	assert.Equal(t, journey.Trigger("return"), part[0].Trigger)
	part, err = store.History(ctx, "acme", cases.OnDay(-1))
	require.NoError(t, err)
	require.Len(t, part, 6)
	assert.Equal(t, "acme", part[0].Customer, "what is returned is the caller's")
	known, err := store.Known(ctx, "acme", "import-1")
	require.NoError(t, err)
	require.True(t, known)
	known, err = store.Known(ctx, "acme", "import-2")
	require.NoError(t, err)
	require.False(t, known)
	require.NoError(t, store.Erase(ctx, "acme"))
	part, err = store.History(ctx, "acme", time.Time{})
	require.NoError(t, err)
	assert.Empty(t, part)
	known, err = store.Known(ctx, "acme", "import-1")
	require.NoError(t, err)
	require.False(t, known)
	assert.True(t, store.KeepsHistory())
	none := tracker.NewMemStore(tracker.MemOptions{})
	assert.False(t, none.KeepsHistory())
	part, err = none.History(ctx, "acme", time.Time{})
	require.NoError(t, err)
	assert.Nil(t, part)
}

func TestMemStore_RefusesWhatIsNoSnapshot(t *testing.T) {
	t.Parallel()
	store := tracker.NewMemStore(tracker.MemOptions{})
	err := store.Put(context.Background(), tracker.Commit{Expected: tracker.NotStored})
	require.ErrorIs(t, err, journey.ErrSnapshot)
	assert.Zero(t, store.Len())
	for _, err := range store.Due(context.Background(), time.Time{}) {
		require.ErrorIs(t, err, journey.ErrOutOfRange)
	}
	s := tracker.State{Snapshot: cases.FullSnapshot()}
	for i := range 1 << 16 {
		s.Snapshot.Customer, s.Snapshot.Stage = fmt.Sprint(i), journey.Stage(fmt.Sprint(i))
		require.NoError(t, store.Put(context.Background(), tracker.Commit{State: s, Expected: tracker.NotStored}))
	}
	s.Snapshot.Customer, s.Snapshot.Stage = "one more", "one more"
	err = store.Put(context.Background(), tracker.Commit{State: s, Expected: tracker.NotStored})
	require.ErrorContains(t, err, "more than 65536 different stages")
}

func TestMemStore_ReadersAndWritersTogether(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := tracker.NewMemStore(tracker.MemOptions{History: true})
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for g := range errs {
		wg.Go(func() {
			r := generatorOf(uint64(g))
			for range 400 {
				customer := fmt.Sprint(r.IntN(300))
				s, err := store.Load(ctx, customer)
				expected := s.Version
				if errors.Is(err, tracker.ErrNotFound) {
					expected = tracker.NotStored
				}
				err = store.Put(ctx, tracker.Commit{State: randomState(r, customer, expected+1), Expected: expected})
				if err != nil && !errors.Is(err, tracker.ErrConflict) {
					errs[g] = err
				}
				switch r.IntN(60) {
				case 0:
					for range store.Due(ctx, journeytest.Origin()) {
						break
					}
				case 1:
					for range store.States() {
						break
					}
				case 2:
					errs[g] = errors.Join(errs[g], store.Erase(ctx, customer))
				case 3:
					store.Len()
					_, err := store.History(ctx, customer, time.Time{})
					errs[g] = errors.Join(errs[g], err)
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
}

// heap returns the bytes in use after a collection.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// populate brings n customers into a store. Each starts a trial with a timer and
// imports something; a third go on to pay. Each is written after every event, as
// a Tracker would, so that records have grown and moved.
func populate(t testing.TB, n int, id func(i int) string, withIDs bool) *tracker.MemStore {
	t.Helper()
	ctx := context.Background()
	store := tracker.NewMemStore(tracker.MemOptions{})
	d := cases.Trial(t)
	for i := range n {
		at := journeytest.Origin().Add(time.Duration(i) * time.Second)
		j := d.Start(id(i), at)
		expected := tracker.NotStored
		for k, on := range []journey.Trigger{"", "import", "invite", "pay", "approve"}[:2+i%3/2*3] {
			if on != "" {
				e := journey.Event{Trigger: on, At: at.Add(time.Duration(k) * time.Hour)}
				if withIDs {
					e.ID = fmt.Sprintf("evt_%d_%d", i, k)
				}
				var err error
				if j, err = d.Step(j, e); err != nil {
					t.Fatal(err)
				}
			}
			if err := store.Put(ctx, tracker.Commit{State: tracker.StateOf(j), Expected: expected}); err != nil {
				t.Fatal(err)
			}
			expected = j.Seq()
		}
	}
	return store
}

func shortID(i int) string { return fmt.Sprintf("c%07d", i) }

// A million customers at rest fit 32 MB, their ids of eight bytes and the index
// included; an event ID costs eight bytes more. Not parallel: it reads the heap
// of the process.
func TestMemStore_BytesPerCustomer(t *testing.T) {
	if underRace {
		t.Skip("the race detector makes filling the store slow and tells nothing about its size")
	}
	const n = 200_000
	for _, tt := range []struct {
		name   string
		id     func(int) string
		ids    bool
		budget float64
	}{
		{"short ids", shortID, false, 32},
		{"short ids, events with ids", shortID, true, 40},
	} {
		before := heap()
		store := populate(t, n, tt.id, tt.ids)
		after := heap()
		per := float64(after-before) / n
		t.Logf("%s: %.1f bytes per customer", tt.name, per)
		assert.LessOrEqual(t, per, tt.budget, tt.name)
		require.Equal(t, n, store.Len())
	}
}
