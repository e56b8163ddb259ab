package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// queued is a SQLite store whose first write waits at its first statement until
// the test lets it go on, so that others queue behind it.
func queued(t *testing.T) (s *sqlstore.Store, h *hooked, held, free chan struct{}) {
	t.Helper()
	e := sqlite("sqlite", "full")
	url := e.url(t)
	e.storeAt(t, url, sqlstore.Options{Outbox: true})
	db, h := e.openHooked(t, url)
	s, err := sqlstore.Open(t.Context(), db, sqlstore.Options{Schema: sqlstore.Schema{Dialect: e.dialect}, Outbox: true})
	require.NoError(t, err)
	require.NoError(t, swing(t.Context(), s, "somebody", 1)) // the definition has a number
	return s, h, make(chan struct{}), make(chan struct{})
}

// hold makes the next transaction wait.
func hold(h *hooked, held, free chan struct{}) {
	h.at(1, func() error { close(held); <-free; return nil })
}

// wait is for goroutines that are on their way.
func wait(t *testing.T, until func() bool) {
	t.Helper()
	require.Eventually(t, until, time.Minute, time.Millisecond)
}

// commitOf is a commit that begins a customer's journey.
func commitOf(t *testing.T, customer string) tracker.Commit {
	t.Helper()
	mem := tracker.NewMemStore(tracker.MemOptions{History: true})
	require.NoError(t, swing(t.Context(), mem, customer, 1))
	state, err := mem.Load(t.Context(), customer)
	require.NoError(t, err)
	list, err := mem.History(t.Context(), customer, time.Time{})
	require.NoError(t, err)
	return tracker.Commit{State: state, Expected: tracker.NotStored, Changes: list}
}

// Those who find the writer busy are written together; what one of them is
// refused for touches no other, nor does one who gives up.
func TestGroup_WrittenTogether(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]int{"all good": 0, "some refused": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, h, held, free := queued(t)
			before := h.commits.Load()
			hold(h, held, free)
			first := commitOf(t, "first")
			var group sync.WaitGroup
			group.Go(func() { assert.NoError(t, s.Put(t.Context(), first)) })
			<-held
			const many = 40
			var refused atomic.Int64
			for i := range many {
				c := commitOf(t, fmt.Sprint("c", i))
				if i < bad {
					c.Expected = 1 // there is none
					c.State.Version = 7
				}
				group.Go(func() {
					switch err := s.Put(t.Context(), c); {
					case errors.Is(err, tracker.ErrConflict):
						var conflict *tracker.ConflictError
						if assert.ErrorAs(t, err, &conflict) {
							assert.Equal(t, c.State.Snapshot.Customer, conflict.Customer)
						}
						refused.Add(1)
					default:
						assert.NoError(t, err)
					}
				})
			}
			gone, cancel := context.WithCancel(t.Context())
			left := commitOf(t, "left")
			group.Go(func() { assert.ErrorIs(t, s.Put(gone, left), context.Canceled) })
			wait(t, func() bool { return s.Queued() == many+1 })
			cancel()
			wait(t, func() bool { return s.Queued() == many })
			close(free)
			group.Wait()
			assert.EqualValues(t, bad, refused.Load())
			for i := range many {
				_, err := s.Load(t.Context(), fmt.Sprint("c", i))
				assert.Equal(t, i < bad, errors.Is(err, tracker.ErrNotFound), "%d: %v", i, err)
				list, err := s.History(t.Context(), fmt.Sprint("c", i), time.Time{})
				require.NoError(t, err)
				assert.Len(t, list, map[bool]int{false: 2, true: 0}[i < bad])
			}
			_, err := s.Load(t.Context(), "left")
			require.ErrorIs(t, err, tracker.ErrNotFound)
			if bad == 0 {
				assert.LessOrEqual(t, h.commits.Load()-before, int64(3), "of %d puts", many)
			}
		})
	}
}

// Who writes for all and is cancelled, or whose connection breaks, takes nobody
// along: the others are stored, or told.
func TestGroup_LeaderFails(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"cancel", "break"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s, h, held, free := queued(t)
			hold(h, held, free)
			first := commitOf(t, "first")
			var group sync.WaitGroup
			group.Go(func() { assert.NoError(t, s.Put(t.Context(), first)) })
			<-held
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			const many = 12
			errs := make([]error, many)
			for i := range many {
				c := commitOf(t, fmt.Sprint("c", i))
				group.Go(func() {
					// Any of them may lead: each has a context that ends.
					own, stop := context.WithCancel(ctx)
					defer stop()
					errs[i] = s.Put(own, c)
				})
			}
			wait(t, func() bool { return s.Queued() == many })
			broke := false
			var once sync.Mutex
			f := func(n int64) error {
				once.Lock()
				defer once.Unlock()
				if n < 12 || broke { // past what the first has left to do
					return nil
				}
				broke = true
				if way == "cancel" {
					cancel()
					return nil
				}
				return errBroken
			}
			h.before.Store(&f)
			close(free)
			group.Wait()
			nothing := func(int64) error { return nil }
			h.before.Store(&nothing)
			failed := 0
			for i, err := range errs {
				_, missing := s.Load(t.Context(), fmt.Sprint("c", i))
				if err != nil {
					failed++
					require.True(t, errors.Is(err, errBroken) || errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "broken off"), "%v", err)
					require.ErrorIs(t, missing, tracker.ErrNotFound, "%d: %v", i, err)
				} else {
					require.NoError(t, missing)
				}
			}
			assert.True(t, broke)
			assert.Positive(t, failed)
		})
	}
}

// A statement is read once on a connection, however often it is done.
func TestPrepared_ReadOnce(t *testing.T) {
	t.Parallel()
	e := sqlite("sqlite", "normal")
	url := e.url(t)
	e.storeAt(t, url, sqlstore.Options{Outbox: true})
	db, h := e.openHooked(t, url)
	db.SetMaxOpenConns(1) // who prepares while holding it would wait forever
	s, err := sqlstore.Open(t.Context(), db, sqlstore.Options{Schema: sqlstore.Schema{Dialect: e.dialect}, Outbox: true})
	require.NoError(t, err)
	step := func(i int) {
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		require.NoError(t, swing(ctx, s, fmt.Sprint("c", i%3), i))
	}
	for i := range 12 {
		step(i)
	}
	before := h.prepared.Load()
	assert.Positive(t, before)
	plain := h.plain.Load()
	for i := 12; i < 60; i++ {
		step(i)
	}
	assert.Equal(t, before, h.prepared.Load())
	assert.Equal(t, plain, h.plain.Load(), "statements that were read each time")
}
