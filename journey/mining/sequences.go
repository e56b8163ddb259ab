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
// arena, found by an open table of their places.
type sequences struct {
	ids   []uint16
	ends  []int // of each sequence in ids
	n     []int64
	hash  []uint64
	slots []int32 // place + 1; 0 = empty
	seed  uint64
}

// newSequences are none, under a seed that differs from run to run, so that no
// log can be made whose sequences all meet in one slot. It decides no result.
func newSequences() *sequences { return sequencesOf(maphash.String(maphash.MakeSeed(), "")) }

func sequencesOf(seed uint64) *sequences { return &sequences{slots: make([]int32, 1<<10), seed: seed} }

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

func (s *sequences) add(ids []uint16, n int64) { s.addHash(ids, hashOf(ids, s.seed), n) }

func (s *sequences) addHash(ids []uint16, h uint64, n int64) {
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

// take adds the sequences of another part, found under the same seed.
func (s *sequences) take(o *sequences) {
	for k, n := range o.n {
		s.addHash(o.of(k), o.hash[k], n)
	}
}

// ranked is a sequence with what orders it: how often, and its first activities.
type ranked struct {
	n      int64
	prefix uint64
	seq    int32
}

// rank puts the sequences in order: most frequent first, then by their
// activities. Numbers of activities are in the order of their names.
func (t *VariantTable) rank() {
	t.order, t.total = make([]ranked, len(t.seqs.n)), 0
	width := max(1, bits.Len(uint(len(t.names)))) // a customer may have done nothing at all
	for k, n := range t.seqs.n {
		t.total += n
		t.order[k] = ranked{n: n, prefix: prefixOf(t.seqs.of(k), width), seq: int32(k)}
	}
	compare := func(a, b ranked) int {
		if a.n != b.n || a.prefix != b.prefix {
			return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.prefix, b.prefix))
		}
		return slices.Compare(t.seqs.of(int(a.seq)), t.seqs.of(int(b.seq)))
	}
	t.order = sortParts(t.order, compare)
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

// sortParts sorts halves beside each other and merges them: the order is total,
// so that how many there are changes nothing.
func sortParts(list []ranked, compare func(a, b ranked) int) []ranked {
	if len(list) < 20_000 || runtime.GOMAXPROCS(0) == 1 {
		slices.SortFunc(list, compare)
		return list
	}
	half := len(list) / 2
	a, b := list[:half], list[half:]
	var wait sync.WaitGroup
	wait.Go(func() { slices.SortFunc(a, compare) })
	slices.SortFunc(b, compare)
	wait.Wait()
	out := make([]ranked, 0, len(list))
	for len(a) > 0 && len(b) > 0 {
		if compare(b[0], a[0]) < 0 {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	return append(append(out, a...), b...)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
