package tracker

import (
	"hash/maphash"
	"math"
	"math/bits"
	"strings"
	"sync"
)

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

// grow enlarges the table by an eighth: a step of two would leave it half empty.
func (s *memShard) grow(m *MemStore) {
	slots, tags := s.slots, s.tags
	n := len(slots) + len(slots)/8 + 8
	s.slots, s.tags = make([]uint32, n), make([]uint8, n)
	for i, tag := range tags {
		if tag != 0 {
			id, _ := s.record(slots[i])
			s.place(maphash.Bytes(m.seed, id), slots[i])
		}
	}
}

// replace writes a payload where the old one was, or elsewhere when it does not
// fit there.
func (s *memShard) replace(i int, customer string, payload []byte, due int64) {
	at := s.slots[i]
	if _, old := s.record(at); len(payload) <= len(old) {
		copy(old, payload)
		page := &s.pages[at>>memPageBits]
		page.due = min(page.due, due)
		s.trim(at, len(old)-len(payload))
		s.compact()
		return
	}
	s.bury(at)
	s.slots[i] = s.store([]byte(customer), payload, due)
	s.compact()
}

// trim makes the last bytes of a record a dead one of their own, where the
// lengths before both have the room they need. Else they stay as padding.
func (s *memShard) trim(at uint32, spare int) {
	b := s.pages[at>>memPageBits].b[at&(memPage-1):]
	n, rest := memUvarint(b)
	left := int(n) - spare
	if spare < 2 || spare > 128 || memUvarintLen(uint64(left)) != len(b)-len(rest) {
		return
	}
	appendUvarint(b[:0], uint64(left))
	rest[left], rest[left+1] = byte(spare-1), 0
	s.dead += spare
}

// bury marks a record dead, and overwrites it.
func (s *memShard) bury(at uint32) {
	id, payload := s.record(at)
	clear(id)
	clear(payload)
	b := s.pages[at>>memPageBits].b[at&(memPage-1):]
	n, rest := memUvarint(b)
	rest[0] = 0
	s.dead += len(b) - len(rest) + int(n)
}

// compact copies the living when one byte in 32 is dead.
func (s *memShard) compact() {
	if s.dead < 256 || s.dead < s.size/32 {
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
func (s *memShard) due(w *memWords, list []memDue, until int64) []memDue {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.pages {
		page := &s.pages[p]
		if page.due > until {
			continue
		}
		page.due = neverDue
		s.walk(p, func(id, payload []byte) {
			at := w.recordDue(payload)
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
