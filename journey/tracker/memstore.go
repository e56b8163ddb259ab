package tracker

import (
	"context"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

// MemStore is a [Store] in memory, safe for concurrent use. A customer costs
// the bytes of its id and some twenty more: no pointer, no map entry, no
// machine. [NewMemStore] makes one; the zero value is not ready.
//
// Due looks at every page of memory that holds a customer who may be due, so a
// call for which nobody is due costs microseconds, and one for which somebody
// is costs at most a pass over all customers.
type MemStore struct {
	seed   maphash.Seed
	words  memWords
	shards [memShards]memShard
	// What few need; nil unless asked for. Their mutex is taken inside a shard's.
	extraMu sync.RWMutex
	history map[string]*memHistory
	outbox  *memOutbox
	leases  map[string]time.Time
}

var (
	_ Historian = (*MemStore)(nil)
	_ Claimer   = (*MemStore)(nil)
	_ Outbox    = (*MemStore)(nil)
)

// MemOptions are the options of a [MemStore]. The zero value keeps states and
// nothing else.
type MemOptions struct {
	// History keeps the changes of every commit, which makes the store a
	// [Historian]. They cost some hundred bytes each.
	History bool
	// Outbox keeps a message for every change until it has been sent: see
	// [Relay].
	Outbox bool
}

// NewMemStore returns an empty store.
func NewMemStore(o MemOptions) *MemStore {
	m := &MemStore{seed: maphash.MakeSeed()} // which seed shows in no result
	if o.History {
		m.history = map[string]*memHistory{}
	}
	if o.Outbox {
		m.outbox = &memOutbox{}
	}
	return m
}

// locate hashes a customer and finds its shard.
func (m *MemStore) locate(customer string) (uint64, *memShard) {
	h := maphash.String(m.seed, customer)
	return h, &m.shards[h>>(64-memShardBits)]
}

// Load implements [Store].
func (m *MemStore) Load(ctx context.Context, customer string) (State, error) {
	if err := ctx.Err(); err != nil {
		return State{}, err
	}
	s, ok := m.load(customer)
	if !ok {
		return s, fmt.Errorf("tracker: memstore: load: customer %q: %w", text.Clip(customer), ErrNotFound)
	}
	return s, nil
}

func (m *MemStore) load(customer string) (State, bool) {
	h, sh := m.locate(customer)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	i, ok := sh.find(h, customer)
	if !ok {
		return State{}, false
	}
	_, payload := sh.record(sh.slots[i])
	s := m.words.decode(payload)
	s.Snapshot.Customer = customer
	return s, true
}

// Put implements [Store]. A conflict is a [*ConflictError]; a state that Validate
// complains about is refused, and so is a version that is not above the one it
// replaces.
func (m *MemStore) Put(ctx context.Context, c Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := c.State.validate(); err != nil {
		return err
	}
	customer := c.State.Snapshot.Customer
	if c.State.Version <= c.Expected {
		return fmt.Errorf("tracker: memstore: put: customer %q: %w: version %d does not follow %d", text.Clip(customer), journey.ErrSnapshot, c.State.Version, c.Expected)
	}
	var space [256]byte
	payload, due, err := m.words.encode(space[:0], &c.State)
	if err != nil {
		return err
	}
	h, sh := m.locate(customer)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	i, found := sh.find(h, customer)
	stored := NotStored
	if found {
		_, old := sh.record(sh.slots[i])
		stored = recordVersion(old)
	}
	if stored != c.Expected {
		return &ConflictError{Customer: customer, Expected: c.Expected, Stored: stored}
	}
	if err := m.putExtra(customer, &c); err != nil {
		return err
	}
	if found {
		sh.replace(i, customer, payload, due)
	} else {
		sh.insert(m, h, customer, payload, due)
	}
	return nil
}

// Due implements [Store].
func (m *MemStore) Due(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		until := now.UnixNano()
		if !inRange(now) {
			yield("", rangeError("due", now))
			return
		}
		var list []memDue
		for i := range m.shards {
			if err := ctx.Err(); err != nil {
				yield("", err)
				return
			}
			list = m.shards[i].due(&m.words, list, until)
		}
		slices.SortFunc(list, memDue.compare)
		for _, d := range list {
			if err := ctx.Err(); err != nil {
				yield("", err)
				return
			}
			if !yield(d.customer, nil) {
				return
			}
		}
	}
}

// Len returns the number of customers.
func (m *MemStore) Len() int {
	n := 0
	for i := range m.shards {
		m.shards[i].mu.RLock()
		n += m.shards[i].used
		m.shards[i].mu.RUnlock()
	}
	return n
}

// States yields every customer, sorted by id. It shows each as it is when its
// turn comes; customers who arrive meanwhile are left out.
func (m *MemStore) States() iter.Seq[State] {
	return func(yield func(State) bool) {
		var ids []string
		for i := range m.shards {
			ids = m.shards[i].customers(ids)
		}
		slices.Sort(ids)
		for _, id := range ids {
			if s, ok := m.load(id); ok && !yield(s) {
				return
			}
		}
	}
}

// Erase implements [Store]. The bytes that held the customer are overwritten.
func (m *MemStore) Erase(ctx context.Context, customer string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h, sh := m.locate(customer)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	m.eraseExtra(customer)
	if i, ok := sh.find(h, customer); ok {
		sh.remove(m, i)
	}
	return nil
}
