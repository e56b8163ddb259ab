package mining

import (
	"math"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// scratch is room for one sequence.
type scratch struct {
	events []int32
	ids    []uint16
}

// sequence is the activities of the k-th customer.
func (v *view) sequence(k int, s *scratch) []uint16 {
	if v.whole() {
		from, to := v.cols.Range(k)
		return v.cols.Name[from:to]
	}
	s.events, s.ids = v.of(v.at(k), s.events[:0]), s.ids[:0]
	for _, i := range s.events {
		s.ids = append(s.ids, v.cols.Name[i])
	}
	return s.ids
}

// each calls f with the sequence of every customer of a part who has one.
func (v *view) each(part touchpoint.Part, f func(k int, ids []uint16)) {
	var own scratch
	for k := part.From; k < part.To; k++ {
		if ids := v.sequence(k, &own); len(ids) > 0 {
			f(k, ids)
		}
	}
}

// onParts runs f for every part, beside each other.
func (v *view) onParts(f func(part touchpoint.Part)) {
	var wait sync.WaitGroup
	for _, part := range v.parts() {
		wait.Go(func() { f(part) })
	}
	wait.Wait()
}

// variants are the different sequences: of each, how many customers have it and
// one of them. Which one, and in what order, depends on the goroutines; [rank]
// makes nothing of either.
func (v *view) variants() []ranked {
	seed := newSeed()
	for size := v.distinct(seed); ; size *= 2 {
		t := table{view: v, slots: make([]atomic.Uint64, size), n: make([]atomic.Uint32, size)}
		if v.onParts(func(part touchpoint.Part) { t.fill(part, seed) }); !t.full.Load() {
			return t.ranked()
		}
	}
}

// distinct is about how many different sequences there are, and a quarter more:
// hashes set bits, four of them a customer, and those that stay empty tell.
//
// Source: K.-Y. Whang, B. T. Vander-Zanden and H. M. Taylor, A linear-time
// probabilistic counting algorithm, ACM Transactions on Database Systems 15, 1990.
func (v *view) distinct(seed uint64) int {
	words := v.len()/8 + 32
	set := make([]atomic.Uint32, words)
	v.onParts(func(part touchpoint.Part) {
		v.each(part, func(_ int, ids []uint16) {
			h := hashOf(ids, seed)
			at, _ := bits.Mul64(h, uint64(words))
			if bit := uint32(1) << (h & 31); set[at].Load()&bit == 0 {
				set[at].Or(bit)
			}
		})
	})
	zero := 0
	for i := range set {
		zero += 32 - bits.OnesCount32(set[i].Load())
	}
	all := float64(32 * words)
	return int(1.25*all*math.Log(all/float64(zero))) + 64
}

// table finds equal sequences for several goroutines at once: an open table whose
// slots hold half a hash and, one higher, the number of a customer who has the
// sequence.
type table struct {
	view  *view
	slots []atomic.Uint64
	n     []atomic.Uint32
	full  atomic.Bool // a sequence found no place
}

// longest is how many slots are looked at for a place.
const longest = 1 << 14

// found is the slot of a sequence, which is taken where it is new.
func (t *table) found(h uint64, k int, ids []uint16, other *scratch) (slot uint32, ok bool) {
	own := h<<32 | uint64(k+1)
	at, _ := bits.Mul64(h, uint64(len(t.slots)))
	for range min(len(t.slots), longest) {
		s := t.slots[at].Load()
		if s == 0 {
			if t.slots[at].CompareAndSwap(0, own) {
				return uint32(at), true
			}
			s = t.slots[at].Load()
		}
		if s>>32 == own>>32 && slices.Equal(ids, t.view.sequence(int(uint32(s))-1, other)) {
			return uint32(at), true
		}
		if at++; at == uint64(len(t.slots)) {
			at = 0
		}
	}
	return 0, false
}

// fill counts the sequences of a part. What is found often is added up here first:
// goroutines that count in one place wait for each other.
func (t *table) fill(part touchpoint.Part, seed uint64) {
	const rows = 1 << 10
	var slots, counts [rows]uint32
	var other scratch
	t.view.each(part, func(k int, ids []uint16) {
		if t.full.Load() {
			return
		}
		slot, ok := t.found(hashOf(ids, seed), k, ids, &other)
		if !ok {
			t.full.Store(true)
			return
		}
		row := slot % rows
		if slots[row] != slot && counts[row] > 0 {
			t.n[slots[row]].Add(counts[row])
			counts[row] = 0
		}
		slots[row] = slot
		counts[row]++
	})
	for row, n := range counts {
		if n > 0 {
			t.n[slots[row]].Add(n)
		}
	}
}

func (t *table) ranked() []ranked {
	used := 0
	for i := range t.slots {
		if t.slots[i].Load() != 0 {
			used++
		}
	}
	out := make([]ranked, 0, used)
	for i := range t.slots {
		if s := t.slots[i].Load(); s != 0 {
			out = append(out, ranked{n: t.n[i].Load(), seq: uint32(s) - 1})
		}
	}
	return out
}
