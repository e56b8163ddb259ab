package journeytest_test

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

func TestStore_MemStoreKeepsTheContract(t *testing.T) {
	t.Parallel()
	t.Run("state alone", func(t *testing.T) {
		t.Parallel()
		journeytest.TestStore(t, func(testing.TB) tracker.Store { return tracker.NewMemStore(tracker.MemOptions{}) }, journeytest.StoreCheck{})
	})
	t.Run("all it has", func(t *testing.T) {
		t.Parallel()
		journeytest.TestStore(t, func(testing.TB) tracker.Store {
			return tracker.NewMemStore(tracker.MemOptions{History: true, Outbox: true})
		}, journeytest.StoreCheck{Outbox: true})
	})
}

// simple is an obvious store, correct until one of its faults is switched on.
type simple struct {
	mu    sync.Mutex
	rows  map[string]tracker.State
	fault string
}

func (s *simple) key(customer string) string {
	if s.fault == "customers without case" {
		return strings.ToLower(customer)
	}
	return customer
}

func (s *simple) Load(ctx context.Context, customer string) (tracker.State, error) {
	if err := ctx.Err(); err != nil && s.fault != "load ignores the context" {
		return tracker.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.rows[s.key(customer)]
	switch {
	case !ok && s.fault == "nobody is a zero snapshot":
		return tracker.State{}, nil
	case !ok:
		return row, tracker.ErrNotFound
	case s.fault == "panics":
		panic("no connection")
	case s.fault == "loaded slices are shared":
		return row, nil
	case s.fault == "another's state" && len(s.rows) > 2:
		for name := range s.rows {
			row = s.rows[max(name, row.Snapshot.Customer)]
		}
	}
	row = row.Clone()
	switch s.fault {
	case "milliseconds":
		row.Snapshot.Since, row.Snapshot.Last = row.Snapshot.Since.Truncate(time.Millisecond), row.Snapshot.Last.Truncate(time.Millisecond)
	case "progress is not kept":
		row.Snapshot.Progress = nil
	case "a column of 32 bits":
		row.Snapshot.LastEvent = uint64(uint32(row.Snapshot.LastEvent))
	}
	return row, nil
}

func (s *simple) Put(ctx context.Context, c tracker.Commit) error {
	if err := ctx.Err(); err != nil {
		switch s.fault {
		case "put ignores the context":
		case "cancelled puts are stored":
			s.mu.Lock()
			s.rows[c.State.Snapshot.Customer] = c.State.Clone()
			s.mu.Unlock()
			return err
		default:
			return err
		}
	}
	customer := s.key(c.State.Snapshot.Customer)
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.rows[customer]
	stored := tracker.NotStored
	if ok {
		stored = row.Version
	}
	if s.fault == "look, then write" {
		s.mu.Unlock()
		runtime.Gosched()
		s.mu.Lock()
	}
	switch {
	case s.fault == "last writer wins":
	case s.fault == "creating replaces" && c.Expected == tracker.NotStored:
	case s.fault == "updating creates" && !ok:
	case s.fault == "newer is enough" && c.State.Version > stored && ok:
	case stored == c.Expected:
	case s.fault == "conflict is not told":
		return nil
	case s.fault == "conflict has no name":
		return errors.New("row was updated")
	case s.fault == "nobody to update is not found" && !ok:
		return tracker.ErrNotFound
	default:
		return &tracker.ConflictError{Customer: customer, Expected: c.Expected, Stored: stored}
	}
	switch s.fault {
	case "put slices are shared":
		s.rows[customer] = c.State
	case "due of the first write stays":
		snap := c.State.Clone()
		if ok {
			snap.Snapshot.Due = row.Snapshot.Due
		}
		s.rows[customer] = snap
	case "two steps":
		half := c.State.Clone()
		half.Snapshot.Stage, half.Snapshot.Since = row.Snapshot.Stage, row.Snapshot.Since
		if ok {
			s.rows[customer] = half
			s.mu.Unlock()
			runtime.Gosched()
			s.mu.Lock()
		}
		s.rows[customer] = c.State.Clone()
	default:
		s.rows[customer] = c.State.Clone()
	}
	return nil
}

func (s *simple) Erase(ctx context.Context, customer string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch _, ok := s.rows[customer]; {
	case s.fault == "erasing leaves the row":
	case s.fault == "erasing nobody is an error" && !ok:
		return tracker.ErrNotFound
	case s.fault == "erasing takes all":
		clear(s.rows)
	default:
		delete(s.rows, customer)
	}
	return nil
}

func (s *simple) Due(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if err := ctx.Err(); err != nil && s.fault != "due ignores the context" {
			yield("", err)
			if s.fault == "due goes on after an error" {
				yield("more", nil)
			}
			return
		}
		s.mu.Lock()
		var list []tracker.State
		for _, row := range s.rows {
			late := row.Snapshot.Due.After(now)
			if s.fault == "due before now only" {
				late = !row.Snapshot.Due.Before(now)
			}
			switch {
			case s.fault == "everybody is due":
			case late || row.Snapshot.Due.IsZero() && s.fault != "no timer is due":
				continue
			}
			list = append(list, row)
		}
		slices.SortFunc(list, func(a, b tracker.State) int {
			if s.fault == "due by customer" {
				return strings.Compare(a.Snapshot.Customer, b.Snapshot.Customer)
			}
			byName := strings.Compare(a.Snapshot.Customer, b.Snapshot.Customer)
			if s.fault == "due in dictionary order" {
				byName = strings.Compare(strings.ToLower(a.Snapshot.Customer), strings.ToLower(b.Snapshot.Customer))
			}
			return cmp.Or(a.Snapshot.Due.Compare(b.Snapshot.Due), byName)
		})
		if s.fault == "due holds the lock" {
			defer s.mu.Unlock()
		} else {
			s.mu.Unlock()
		}
		open := true
		defer func() {
			if open && s.fault == "leaving the loop keeps the lock" {
				s.mu.Lock()
			}
		}()
		for _, row := range list {
			if !yield(row.Snapshot.Customer, nil) && s.fault != "due does not stop" {
				return
			}
		}
		open = false
	}
}

// full is a store with history, claims and messages, correct until one of its
// faults is switched on.
type full struct {
	*tracker.MemStore
	fault string
	asked atomic.Int32
}

func (s *full) Put(ctx context.Context, c tracker.Commit) error {
	switch s.fault {
	case "history without the undone":
		c.Undone = nil
	case "ids are not unique":
		c.Changes = slices.Clone(c.Changes)
		for i := range c.Changes {
			if known, _ := s.MemStore.Known(ctx, c.State.Snapshot.Customer, c.Changes[i].Event.ID); known {
				c.Changes[i].Event.ID += "'"
			}
		}
	case "messages of what is not new":
		c.Changes = slices.Clone(c.Changes)
		for i := range c.Changes {
			c.Changes[i].Again = false
		}
	case "history first, then the state":
		old, err := s.Load(ctx, c.State.Snapshot.Customer)
		if err == nil && old.Version != c.Expected {
			old.Version++
			err = s.MemStore.Put(ctx, tracker.Commit{State: old, Expected: old.Version - 1, Changes: c.Changes})
			if err != nil {
				return err
			}
		}
	}
	return s.MemStore.Put(ctx, c)
}

func (s *full) History(ctx context.Context, customer string, from time.Time) ([]tracker.Occurrence, error) {
	list, err := s.MemStore.History(ctx, customer, from)
	switch s.fault {
	case "history after an instant":
		list = slices.DeleteFunc(list, func(o tracker.Occurrence) bool { return o.At.Before(from) })
	case "attributes are not kept":
		for i := range list {
			list[i].Event.Attrs = nil
		}
	case "what was refused is not kept":
		list = slices.DeleteFunc(list, tracker.Occurrence.Refused)
	}
	return list, err
}

func (s *full) Known(ctx context.Context, customer, id string) (bool, error) {
	if s.fault == "ids of all customers" {
		customer = "acme"
	}
	return s.MemStore.Known(ctx, customer, id)
}

func (s *full) Claim(ctx context.Context, now time.Time, limit int, lease time.Duration) ([]string, error) {
	switch s.fault {
	case "claims without a lease":
		lease = 0
	case "claims without a limit":
		limit = 1000
	case "look, then claim":
		var list []string
		for customer, err := range s.Due(ctx, now) {
			if err != nil || len(list) == limit {
				return list, err
			}
			list = append(list, customer)
		}
		return list, nil
	case "busy askers are refused":
		if s.asked.Add(1) > 12 { // more than ask one after another
			return nil, errors.New("database is locked")
		}
	case "busy askers share":
		if s.asked.Add(1) > 12 {
			lease = 0
		}
	}
	return s.MemStore.Claim(ctx, now, limit, lease)
}

func (s *full) Unsent(ctx context.Context, after int64, limit int) ([]tracker.Message, error) {
	list, err := s.MemStore.Unsent(ctx, after, limit)
	switch s.fault {
	case "numbers from one":
		for i := range list {
			list[i].N = int64(i) + 1
		}
	case "undone is not told":
		list = slices.DeleteFunc(list, func(m tracker.Message) bool { return m.Undone })
	case "undone is told as done":
		for i := range list {
			list[i].Undone = false
		}
	case "messages tell the last change":
		for i := range list {
			list[i].Occurrence = list[len(list)-1].Occurrence
		}
	}
	return list, err
}

func (s *full) Sent(ctx context.Context, n ...int64) error {
	if s.fault == "sent is sent again" {
		return nil
	}
	return s.MemStore.Sent(ctx, n...)
}

func TestCheckStore_FindsFaultsOfWhatIsOffered(t *testing.T) {
	t.Parallel()
	check := func(fault string) []error {
		return journeytest.CheckStore(func() tracker.Store {
			return &full{MemStore: tracker.NewMemStore(tracker.MemOptions{History: true, Outbox: true}), fault: fault}
		}, journeytest.StoreCheck{Outbox: true})
	}
	require.Empty(t, check(""))
	for _, tt := range []struct{ fault, rule string }{
		{"history without the undone", "history undone"},
		{"history after an instant", "history in order"},
		{"history first, then the state", "stale write"},
		{"attributes are not kept", "history in order"},
		{"what was refused is not kept", "history in order"},
		{"ids are not unique", "known events"},
		{"ids of all customers", "known events"},
		{"claims without a lease", "claims"},
		{"claims without a limit", "claims"},
		{"look, then claim", "claims"},
		{"busy askers are refused", "claims at once"},
		{"busy askers share", "claims at once"},
		{"undone is told as done", "messages"},
		{"messages tell the last change", "messages"},
		{"messages of what is not new", "messages"},
		{"numbers from one", "messages"},
		{"undone is not told", "messages"},
		{"sent is sent again", "messages"},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			var broken []string
			for _, err := range check(tt.fault) {
				var se *journeytest.StoreError
				require.ErrorAs(t, err, &se)
				broken = append(broken, se.Rule)
			}
			assert.Contains(t, broken, tt.rule)
		})
	}
}

// slow takes its time over every write, as a disk that is waited for does.
type slow struct {
	*tracker.MemStore
	pause time.Duration
}

func (s *slow) Put(ctx context.Context, c tracker.Commit) error {
	time.Sleep(s.pause)
	return s.MemStore.Put(ctx, c)
}

// stuck never comes back from a write.
type stuck struct{ *tracker.MemStore }

func (s *stuck) Put(context.Context, tracker.Commit) error { select {} }

// A store that gets on, however slowly, does not hang; one that does not get on
// does.
func TestCheckStore_Patience(t *testing.T) {
	t.Parallel()
	open := func() tracker.Store { return &slow{tracker.NewMemStore(tracker.MemOptions{}), 2 * time.Millisecond} }
	began := time.Now()
	require.Empty(t, journeytest.CheckStore(open, journeytest.StoreCheck{Patience: 500 * time.Millisecond, Writes: 60}))
	require.Greater(t, time.Since(began), 500*time.Millisecond)
	open = func() tracker.Store { return &stuck{tracker.NewMemStore(tracker.MemOptions{})} }
	errs := journeytest.CheckStore(open, journeytest.StoreCheck{Patience: 20 * time.Millisecond})
	require.NotEmpty(t, errs)
	require.ErrorContains(t, errs[0], "it hangs: no call has returned for 20ms")
}

func TestCheckStore_FindsEachFault(t *testing.T) {
	t.Parallel()
	check := func(fault string, patience time.Duration) []error {
		return journeytest.CheckStore(func() tracker.Store {
			return &simple{rows: map[string]tracker.State{}, fault: fault}
		}, journeytest.StoreCheck{Patience: patience})
	}
	require.Empty(t, check("", 0), "the simple store without a fault is right")
	for _, tt := range []struct{ fault, rule string }{
		{"nobody is a zero snapshot", "unknown customer"},
		{"customers without case", "unknown customer"},
		{"milliseconds", "what is put is loaded"},
		{"progress is not kept", "what is put is loaded"},
		{"a column of 32 bits", "what is put is loaded"},
		{"panics", "what is put is loaded"},
		{"creating replaces", "create once"},
		{"last writer wins", "stale write"},
		{"newer is enough", "stale write"},
		{"conflict is not told", "stale write"},
		{"conflict has no name", "stale write"},
		{"updating creates", "write to nobody"},
		{"nobody to update is not found", "write to nobody"},
		{"customers without case", "customers apart"},
		{"another's state", "customers apart"},
		{"look, then write", "one winner"},
		{"look, then write", "concurrent writers"},
		{"two steps", "no torn reads"},
		{"load ignores the context", "cancelled context"},
		{"put ignores the context", "cancelled context"},
		{"cancelled puts are stored", "cancelled context"},
		{"due ignores the context", "cancelled context"},
		{"due goes on after an error", "cancelled context"},
		{"due before now only", "who is due"},
		{"everybody is due", "who is due"},
		{"no timer is due", "who is due"},
		{"due by customer", "order of the due"},
		{"due in dictionary order", "order of the due"},
		{"due of the first write stays", "due follows writes"},
		{"due holds the lock", "writing while asking who is due"},
		{"due does not stop", "leaving the loop"},
		{"leaving the loop keeps the lock", "leaving the loop"},
		{"put slices are shared", "ownership"},
		{"loaded slices are shared", "ownership"},
		{"erasing leaves the row", "erasing"},
		{"erasing nobody is an error", "erasing"},
		{"erasing takes all", "erasing"},
	} {
		t.Run(tt.fault+" breaks "+tt.rule, func(t *testing.T) {
			t.Parallel()
			var broken []string
			for _, err := range check(tt.fault, time.Second/2) {
				var se *journeytest.StoreError
				require.ErrorAs(t, err, &se)
				assert.NotEmpty(t, se.Explanation)
				assert.ErrorContains(t, err, se.Explanation)
				broken = append(broken, se.Rule)
			}
			assert.Contains(t, broken, tt.rule)
		})
	}
}
