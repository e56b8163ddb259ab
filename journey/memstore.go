package journey

import (
	"context"
	"fmt"
	"hash/maphash"
	"iter"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"time"
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
func (m *MemStore) Load(ctx context.Context, customer string) (Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return Snapshot{}, err
	}
	s, ok := m.load(customer)
	if !ok {
		return s, fmt.Errorf("journey: memstore: load: customer %q: %w", clip(customer), ErrNotFound)
	}
	return s, nil
}

func (m *MemStore) load(customer string) (Snapshot, bool) {
	h, sh := m.locate(customer)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	i, ok := sh.find(h, customer)
	if !ok {
		return Snapshot{}, false
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
		until, ok := dueNanos(now)
		if !ok {
			yield("", rangeError("due", now))
			return
		}
		var list []memDue
		for i := range m.shards {
			if err := ctx.Err(); err != nil {
				yield("", err)
				return
			}
			list = m.shards[i].due(list, until)
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
func (m *MemStore) Snapshots() iter.Seq[Snapshot] {
	return func(yield func(Snapshot) bool) {
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

type memDue struct {
	at       int64
	customer string
}

func (a memDue) compare(b memDue) int {
	if a.at != b.at {
		if a.at < b.at {
			return -1
		}
		return 1
	}
	return strings.Compare(a.customer, b.customer)
}

// A shard keeps records in pages, and finds them by an open-addressed table of
// positions with one byte of hash beside each.
const (
	memShardBits = 6
	memShards    = 1 << memShardBits
	memPageBits  = 12
	memPage      = 1 << memPageBits
	neverDue     = math.MaxInt64
)

type memShard struct {
	mu    sync.RWMutex
	slots []uint32 // page<<memPageBits | position
	tags  []uint8  // 0 = free
	used  int
	pages []memPageData
	size  int // bytes in pages
	dead  int // of them, of records that moved or went
}

// memPageData is a run of records: uvarint n, then n bytes: uvarint length of
// the id (0 = dead), id, payload, padding.
type memPageData struct {
	b   []byte
	due int64 // no record in it is due before
}

func memTag(h uint64) uint8 { return max(uint8(h), 1) }

func (s *memShard) home(h uint64) int {
	hi, _ := bits.Mul64(h<<memShardBits, uint64(len(s.slots)))
	return int(hi)
}

func (s *memShard) next(i int) int {
	if i++; i == len(s.slots) {
		return 0
	}
	return i
}

// find returns the slot of a customer.
func (s *memShard) find(h uint64, customer string) (int, bool) {
	if len(s.slots) == 0 {
		return 0, false
	}
	tag := memTag(h)
	for i := s.home(h); s.tags[i] != 0; i = s.next(i) {
		if s.tags[i] != tag {
			continue
		}
		if id, _ := s.record(s.slots[i]); string(id) == customer {
			return i, true
		}
	}
	return 0, false
}

// record splits the record at a position.
func (s *memShard) record(at uint32) (id, payload []byte) {
	b := s.pages[at>>memPageBits].b[at&(memPage-1):]
	n, b := memUvarint(b)
	b = b[:n]
	k, b := memUvarint(b)
	return b[:k], b[k:]
}

// memUvarint reads what binary.AppendUvarint wrote, and returns the rest.
func memUvarint(b []byte) (uint64, []byte) {
	if b[0] < 0x80 {
		return uint64(b[0]), b[1:]
	}
	v, shift := uint64(0), 0
	for i, c := range b {
		v |= uint64(c&0x7F) << shift
		if c < 0x80 {
			return v, b[i+1:]
		}
		shift += 7
	}
	return 0, nil
}

func memUvarintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

// store appends a record and returns its position.
func (s *memShard) store(id, payload []byte, due int64) uint32 {
	body := memUvarintLen(uint64(len(id))) + len(id) + len(payload)
	need := memUvarintLen(uint64(body)) + body
	p := len(s.pages) - 1
	if p < 0 || len(s.pages[p].b)+need > cap(s.pages[p].b) {
		p++
		s.pages = append(s.pages, memPageData{
			b:   make([]byte, 0, max(need, min(memPage, 256<<min(p, 4)))), // a small store stays small
			due: neverDue,
		})
	}
	page := &s.pages[p]
	at := uint32(p)<<memPageBits | uint32(len(page.b))
	page.b = appendUvarint(page.b, uint64(body))
	page.b = appendUvarint(page.b, uint64(len(id)))
	page.b = append(page.b, id...)
	page.b = append(page.b, payload...)
	page.due = min(page.due, due)
	s.size += need
	return at
}

func (s *memShard) insert(m *MemStore, h uint64, customer string, payload []byte, due int64) {
	if s.used+1 > len(s.slots)*7/8 {
		s.grow(m)
	}
	s.place(h, s.store([]byte(customer), payload, due))
	s.used++
}

func (s *memShard) place(h uint64, at uint32) {
	i := s.home(h)
	for s.tags[i] != 0 {
		i = s.next(i)
	}
	s.slots[i], s.tags[i] = at, memTag(h)
}

// grow enlarges the table by a quarter: a step of two would leave it half empty.
func (s *memShard) grow(m *MemStore) {
	slots, tags := s.slots, s.tags
	n := len(slots) + len(slots)/4 + 8
	s.slots, s.tags = make([]uint32, n), make([]uint8, n)
	for i, tag := range tags {
		if tag != 0 {
			id, _ := s.record(slots[i])
			s.place(maphash.Bytes(m.seed, id), slots[i])
		}
	}
}

// replace writes a payload where the old one was, or elsewhere when it does not
// fit.
func (s *memShard) replace(i int, customer string, payload []byte, due int64) {
	at := s.slots[i]
	if _, old := s.record(at); len(payload) <= len(old) {
		copy(old, payload)
		page := &s.pages[at>>memPageBits]
		page.due = min(page.due, due)
		return
	}
	s.bury(at)
	s.slots[i] = s.store([]byte(customer), payload, due)
	s.compact()
}

// bury marks a record dead.
func (s *memShard) bury(at uint32) {
	b := s.pages[at>>memPageBits].b[at&(memPage-1):]
	n, rest := memUvarint(b)
	rest[0] = 0
	s.dead += len(b) - len(rest) + int(n)
}

// compact copies the living when a sixteenth of the bytes are dead.
func (s *memShard) compact() {
	if s.dead < memPage || s.dead < s.size/16 {
		return
	}
	old := memShard{pages: s.pages}
	s.pages, s.size, s.dead = nil, 0, 0
	for i, tag := range s.tags {
		if tag == 0 {
			continue
		}
		id, payload := old.record(s.slots[i])
		s.slots[i] = s.store(id, payload, old.pages[s.slots[i]>>memPageBits].due)
	}
}

// remove deletes slot i and moves back what had to go past it.
func (s *memShard) remove(m *MemStore, i int) {
	s.bury(s.slots[i])
	s.used--
	for k := s.next(i); s.tags[k] != 0; k = s.next(k) {
		id, _ := s.record(s.slots[k])
		home := s.home(maphash.Bytes(m.seed, id))
		if away := k - home; (away+len(s.slots))%len(s.slots) >= (k-i+len(s.slots))%len(s.slots) {
			s.slots[i], s.tags[i] = s.slots[k], s.tags[k]
			i = k
		}
	}
	s.tags[i] = 0
	s.compact()
}

// due appends the customers due by until, and sharpens the bounds of the pages
// it reads.
func (s *memShard) due(list []memDue, until int64) []memDue {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.pages {
		page := &s.pages[p]
		if page.due > until {
			continue
		}
		page.due = neverDue
		s.walk(p, func(id, payload []byte) {
			at := recordDue(payload)
			page.due = min(page.due, at)
			if at <= until {
				list = append(list, memDue{at, string(id)})
			}
		})
	}
	return list
}

func (s *memShard) customers(list []string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for p := range s.pages {
		s.walk(p, func(id, _ []byte) { list = append(list, string(id)) })
	}
	return list
}

// walk visits the living records of a page.
func (s *memShard) walk(p int, visit func(id, payload []byte)) {
	for b := s.pages[p].b; len(b) > 0; {
		n, rest := memUvarint(b)
		body := rest[:n]
		b = rest[n:]
		if k, body := memUvarint(body); k > 0 {
			visit(body[:k], body[k:])
		}
	}
}
