package mining

import (
	"cmp"
	"hash/maphash"
	"maps"
	"math/bits"
	"runtime"
	"slices"
	"sync"
)

// sequences are different sequences of activities with their counts, in one
// arena, found by an open table of their places: those of tables that were merged
// or read, which have no log to look at.
type sequences struct {
	ids   []uint16
	ends  []int // of each sequence in ids
	n     []uint32
	hash  []uint64
	slots []int32 // place + 1; 0 = empty
	seed  uint64
}

// newSequences are none, under a seed that differs from run to run, so that no
// log can be made whose sequences all meet in one slot. It decides no result.
func newSequences() *sequences { return &sequences{slots: make([]int32, 1<<10), seed: newSeed()} }

func newSeed() uint64 { return maphash.String(maphash.MakeSeed(), "") }

func (s *sequences) of(k int) []uint16 {
	from := 0
	if k > 0 {
		from = s.ends[k-1]
	}
	return s.ids[from:s.ends[k]]
}

// hashOf mixes two words at a time, as wyhash does. It decides no result: equal
// hashes are compared, and sequences are put in order at the end.
func hashOf(ids []uint16, seed uint64) uint64 {
	h := uint64(len(ids)) ^ seed
	for len(ids) >= 4 {
		w := uint64(ids[0]) | uint64(ids[1])<<16 | uint64(ids[2])<<32 | uint64(ids[3])<<48
		hi, lo := bits.Mul64(w^0xe7037ed1a0b428db, h^0x8ebc6af09c88c6e3)
		h = hi ^ lo
		ids = ids[4:]
	}
	for _, id := range ids {
		hi, lo := bits.Mul64(uint64(id)^0xe7037ed1a0b428db, h^0x589965cc75374cc3)
		h = hi ^ lo
	}
	return h
}

func (s *sequences) add(ids []uint16, n uint32) {
	h := hashOf(ids, s.seed)
	mask := uint64(len(s.slots) - 1)
	at := h & mask
	for ; s.slots[at] != 0; at = (at + 1) & mask {
		if k := int(s.slots[at]) - 1; s.hash[k] == h && slices.Equal(s.of(k), ids) {
			s.n[k] += n
			return
		}
	}
	s.ids = append(s.ids, ids...)
	s.ends, s.n, s.hash = append(s.ends, len(s.ids)), append(s.n, n), append(s.hash, h)
	s.slots[at] = int32(len(s.n))
	if 2*len(s.n) > len(s.slots) {
		s.grow()
	}
}

func (s *sequences) grow() {
	s.slots = make([]int32, 4*len(s.slots))
	mask := uint64(len(s.slots) - 1)
	for k, h := range s.hash {
		at := h & mask
		for s.slots[at] != 0 {
			at = (at + 1) & mask
		}
		s.slots[at] = int32(k + 1)
	}
}

// ranked is a sequence with what orders it: how often, and its first activities.
// How many customers a table has is bounded, so that n fits.
type ranked struct {
	prefix uint64
	n      uint32
	seq    uint32 // of its sequences, or of the customers of its log
}

// reader gives the sequence behind a number. It has one user: what it gives lasts
// until the next but one.
func (t *VariantTable) reader() func(seq uint32) []uint16 {
	if t.view == nil {
		return func(seq uint32) []uint16 { return t.seqs.of(int(seq)) }
	}
	var two [2]scratch
	k := 0
	return func(seq uint32) []uint16 {
		k ^= 1
		return t.view.sequence(int(seq), &two[k])
	}
}

// rank puts the sequences in order: most frequent first, then by their
// activities. Numbers of activities are in the order of their names.
func (t *VariantTable) rank() {
	width := max(1, bits.Len(uint(len(t.names)))) // a customer may have done nothing at all
	of := t.reader()
	t.total = 0
	for i := range t.order {
		r := &t.order[i]
		t.total += int64(r.n)
		r.prefix = prefixOf(of(r.seq), width)
	}
	sortRanked(t.order, func() func(a, b ranked) int {
		of := t.reader()
		return func(a, b ranked) int {
			if a.n != b.n || a.prefix != b.prefix {
				return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.prefix, b.prefix))
			}
			return slices.Compare(of(a.seq), of(b.seq))
		}
	})
}

// prefixOf packs as many activities into a word as it holds, so that words
// compare as sequences do: 0 is the end, then activities from 1.
func prefixOf(ids []uint16, width int) (prefix uint64) {
	for left := 64 - width; left >= 0; left -= width {
		if len(ids) > 0 {
			prefix |= (uint64(ids[0]) + 1) << left
			ids = ids[1:]
		}
	}
	return prefix
}

// sortRanked sorts what lies before some middle and what lies behind it beside
// each other, in place. The order is total, so that the middle changes nothing.
func sortRanked(list []ranked, comparer func() func(a, b ranked) int) {
	compare := comparer()
	if len(list) < 20_000 || runtime.GOMAXPROCS(0) == 1 {
		slices.SortFunc(list, compare)
		return
	}
	sample := make([]ranked, 255)
	for i := range sample {
		sample[i] = list[i*(len(list)/len(sample))]
	}
	slices.SortFunc(sample, compare)
	middle, lo := sample[len(sample)/2], 0
	for i := range list {
		if compare(list[i], middle) < 0 {
			list[lo], list[i] = list[i], list[lo]
			lo++
		}
	}
	var wait sync.WaitGroup
	wait.Go(func() { slices.SortFunc(list[:lo], comparer()) })
	slices.SortFunc(list[lo:], compare)
	wait.Wait()
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
