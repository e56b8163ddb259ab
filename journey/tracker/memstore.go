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
	// history by customer, nil unless asked for; its mutex is taken inside a
	// shard's.
	historyMu sync.RWMutex
	history   map[string][]Occurrence
}

var _ Store = (*MemStore)(nil)

// MemOptions are the options of a [MemStore]. The zero value keeps snapshots
// and nothing else.
type MemOptions struct {
	// History keeps the changes of every commit, to be read with
	// [MemStore.History]. They cost some hundred bytes each.
	History bool
}

// NewMemStore returns an empty store.
func NewMemStore(o MemOptions) *MemStore {
	m := &MemStore{seed: maphash.MakeSeed()} // which seed shows in no result
	if o.History {
		m.history = map[string][]Occurrence{}
	}
	return m
}

// locate hashes a customer and finds its shard.
func (m *MemStore) locate(customer string) (uint64, *memShard) {
	h := maphash.String(m.seed, customer)
	return h, &m.shards[h>>(64-memShardBits)]
}

// Load implements [Store].
func (m *MemStore) Load(ctx context.Context, customer string) (journey.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return journey.Snapshot{}, err
	}
	s, ok := m.load(customer)
	if !ok {
		return s, fmt.Errorf("tracker: memstore: load: customer %q: %w", text.Clip(customer), ErrNotFound)
	}
	return s, nil
}

func (m *MemStore) load(customer string) (journey.Snapshot, bool) {
	h, sh := m.locate(customer)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	i, ok := sh.find(h, customer)
	if !ok {
		return journey.Snapshot{}, false
	}
	_, payload := sh.record(sh.slots[i])
	s := m.words.decode(payload)
	s.Customer = customer
	return s, true
}

// Put implements [Store]. A conflict is a [*ConflictError]; a snapshot that
// Validate complains about is refused.
func (m *MemStore) Put(ctx context.Context, c Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := c.Snapshot.Validate(); err != nil {
		return err
	}
	var space [256]byte
	payload, due, err := m.words.encode(space[:0], &c.Snapshot)
	if err != nil {
		return err
	}
	customer := c.Snapshot.Customer
	h, sh := m.locate(customer)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	i, found := sh.find(h, customer)
	stored := NotStored
	if found {
		_, old := sh.record(sh.slots[i])
		stored = recordSeq(old)
	}
	if stored != c.Expected {
		return &ConflictError{Customer: customer, Expected: c.Expected, Stored: stored}
	}
	if found {
		sh.replace(i, customer, payload, due)
	} else {
		sh.insert(m, h, customer, payload, due)
	}
	if m.history != nil && len(c.Changes) > 0 {
		m.historyMu.Lock()
		m.history[customer] = append(m.history[customer], c.Changes...)
		m.historyMu.Unlock()
	}
	return nil
}

// Due implements [Store].
func (m *MemStore) Due(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		until := now.UnixNano()
		if !journey.InRange(now) {
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

// Snapshots yields every customer, sorted by id. It shows each as it is when
// its turn comes; customers who arrive meanwhile are left out.
func (m *MemStore) Snapshots() iter.Seq[journey.Snapshot] {
	return func(yield func(journey.Snapshot) bool) {
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

// Forget removes a customer and its history, and reports whether it was there.
// It asks for no version: a write under way then meets a conflict.
func (m *MemStore) Forget(customer string) bool {
	h, sh := m.locate(customer)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	i, ok := sh.find(h, customer)
	if !ok {
		return false
	}
	sh.remove(m, i)
	if m.history != nil {
		m.historyMu.Lock()
		delete(m.history, customer)
		m.historyMu.Unlock()
	}
	return true
}

// History returns the changes committed for a customer, oldest first; nil
// unless MemOptions.History was set. The slice is the caller's.
func (m *MemStore) History(customer string) []Occurrence {
	m.historyMu.RLock()
	defer m.historyMu.RUnlock()
	return slices.Clone(m.history[customer])
}
