package touchpoint

import (
	"bytes"
	"hash/maphash"
	"math"
	"slices"
	"strings"
)

// maxArena bounds the bytes of one arena, so that offsets fit 32 bits.
const maxArena int64 = math.MaxUint32

// interner gives equal texts equal numbers, counted from 0 in order of first
// appearance. The seed of the hash changes from run to run; results never
// depend on it, because equality is decided on the bytes.
type interner struct {
	seed  maphash.Seed
	arena []byte
	ends  []uint32
	slots []uint64 // upper half: hash; lower half: number + 1; 0 = free
	last  uint32   // the number given last: runs of equal texts are common
	used  bool
}

func newInterner() *interner {
	return &interner{seed: maphash.MakeSeed(), slots: make([]uint64, 64)}
}

func (in *interner) len() int { return len(in.ends) }

func (in *interner) bytes(id uint32) []byte {
	from := uint32(0)
	if id > 0 {
		from = in.ends[id-1]
	}
	return in.arena[from:in.ends[id]]
}

// find returns the number of s if s is known.
func (in *interner) find(s string) (uint32, bool) {
	if in.used && string(in.bytes(in.last)) == s {
		return in.last, true
	}
	id, _, _, ok := in.probe(s)
	if ok {
		in.last = id
	}
	return id, ok
}

// probe returns the number of s, or its hash and the free slot for it.
func (in *interner) probe(s string) (id uint32, slot int, hash uint32, ok bool) {
	h := maphash.String(in.seed, s)
	hash = uint32(h >> 32)
	mask := len(in.slots) - 1
	for slot = int(uint32(h)) & mask; ; slot = (slot + 1) & mask {
		e := in.slots[slot]
		if e == 0 {
			return 0, slot, hash, false
		}
		if uint32(e>>32) == hash && string(in.bytes(uint32(e)-1)) == s {
			return uint32(e) - 1, slot, hash, true
		}
	}
}

// add returns the number of s, giving it the next one if s is new.
func (in *interner) add(s string) (uint32, error) {
	if id, ok := in.find(s); ok {
		return id, nil
	}
	if int64(len(in.arena))+int64(len(s)) > maxArena || len(in.ends) >= MaxEvents {
		return 0, &LimitError{What: "bytes of different texts", Limit: maxArena, Actual: int64(len(in.arena)) + int64(len(s)), Err: ErrTooMany}
	}
	if len(in.ends) >= len(in.slots)-len(in.slots)/4 {
		in.grow()
	}
	_, slot, hash, _ := in.probe(s)
	id := uint32(len(in.ends))
	in.arena = append(in.arena, s...)
	in.ends = append(in.ends, uint32(len(in.arena)))
	in.slots[slot] = uint64(hash)<<32 | uint64(id+1)
	in.last, in.used = id, true
	return id, nil
}

func (in *interner) grow() {
	old := in.slots
	in.slots = make([]uint64, 2*len(old))
	mask := len(in.slots) - 1
	for id := range in.ends {
		h := maphash.Bytes(in.seed, in.bytes(uint32(id)))
		slot := int(uint32(h)) & mask
		for in.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		in.slots[slot] = h>>32<<32 | uint64(id+1)
	}
}

// sorted returns the texts for which used is true in ascending order, and for
// every number given so far its place in that order.
func (in *interner) sorted(used []bool) (textTable, []uint32) {
	order := make([]uint32, 0, len(in.ends))
	size := 0
	for id := range uint32(len(in.ends)) {
		if used[id] {
			order = append(order, id)
			size += len(in.bytes(id))
		}
	}
	compare := func(a, b uint32) int { return bytes.Compare(in.bytes(a), in.bytes(b)) }
	if !slices.IsSortedFunc(order, compare) {
		in.sort(order)
	}
	place := make([]uint32, len(in.ends))
	var arena strings.Builder
	arena.Grow(size)
	ends := make([]uint32, len(order))
	for i, id := range order {
		place[id] = uint32(i)
		arena.Write(in.bytes(id))
		ends[i] = uint32(arena.Len())
	}
	return textTable{arena: arena.String(), ends: ends}, place
}

// sort orders numbers by their texts. Most comparisons are decided by eight
// bytes after the common prefix, kept beside the number.
func (in *interner) sort(order []uint32) {
	prefix := in.bytes(order[0])
	for _, id := range order[1:] {
		b := in.bytes(id)
		n := min(len(b), len(prefix))
		i := 0
		for i < n && b[i] == prefix[i] {
			i++
		}
		prefix = prefix[:i]
	}
	type keyed struct {
		key uint64
		id  uint32
	}
	skip := len(prefix)
	rows := make([]keyed, len(order))
	for i, id := range order {
		rest := in.bytes(id)[skip:]
		var key uint64
		for j := range 8 {
			key <<= 8
			if j < len(rest) {
				key |= uint64(rest[j])
			}
		}
		rows[i] = keyed{key, id}
	}
	slices.SortFunc(rows, func(a, b keyed) int {
		if a.key != b.key {
			if a.key < b.key {
				return -1
			}
			return 1
		}
		return bytes.Compare(in.bytes(a.id)[skip:], in.bytes(b.id)[skip:])
	})
	for i, r := range rows {
		order[i] = r.id
	}
}

// textTable is an immutable list of texts in one arena. Zero value: empty.
type textTable struct {
	arena string
	ends  []uint32
}

func (t *textTable) len() int { return len(t.ends) }

func (t *textTable) at(i uint32) string {
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.arena[from:t.ends[i]]
}

// find looks s up in a sorted table.
func (t *textTable) find(s string) (uint32, bool) {
	lo, hi := 0, len(t.ends)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if t.at(uint32(mid)) < s {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return uint32(lo), lo < len(t.ends) && t.at(uint32(lo)) == s
}

func (t *textTable) strings() []string {
	out := make([]string, len(t.ends))
	for i := range out {
		out[i] = t.at(uint32(i))
	}
	return out
}
