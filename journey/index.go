package journey

import (
	"math/bits"

	"github.com/lifecycle-go/lifecycle/journey/internal/id"
)

// index maps names to their positions: an open-addressed table at most a
// quarter full, filled once. A slot holds the first and last eight bytes of its
// name, which up to sixteen bytes are the name, so that the short names stages
// and triggers have are found without following a pointer.
type index struct {
	slots []indexSlot
	names []string
	shift uint8 // 64 - log2(len(slots))
}

type indexSlot struct {
	head, tail uint64
	size       int32 // 0 = free: no name is empty
	pos        uint16
}

// newIndex places the names. Slots past the last home take what overflows, so
// that a search never wraps round.
func newIndex(names []string) index {
	log := bits.Len(uint(len(names))) + 2
	x := index{shift: uint8(64 - log), slots: make([]indexSlot, 1<<log+len(names)+1), names: names}
	for i, n := range names {
		head, tail := id.Ends(n)
		k := x.home(head, tail, len(n))
		for x.slots[k].size != 0 {
			k++
		}
		x.slots[k] = indexSlot{head, tail, int32(len(n)), uint16(i)}
	}
	return x
}

// find returns the position of a name. The zero index knows none.
func (x *index) find(name string) (uint16, bool) {
	var head, tail uint64
	if n := len(name); n >= 8 { // ends, spelled out: the call would cost a third
		head, tail = id.Word(name), id.Word(name[n-8:])
	} else if n >= 4 {
		head, tail = uint64(id.Half(name)), uint64(id.Half(name[n-4:]))
	} else if n > 0 {
		head, tail = id.Ends(name)
	} else {
		return 0, false
	}
	slots := x.slots
	for k := x.home(head, tail, len(name)); k < uint(len(slots)); k++ {
		s := &slots[k]
		if s.head == head && s.tail == tail && int(s.size) == len(name) {
			if len(name) <= 16 || x.names[s.pos] == name {
				return s.pos, true
			}
		} else if s.size == 0 {
			break
		}
	}
	return 0, false
}

// home depends on the ends and the length alone, so find can compare them and
// be done.
func (x *index) home(head, tail uint64, size int) uint {
	h := (head ^ bits.RotateLeft64(tail, 29) ^ uint64(size)<<56) * 0x9E3779B97F4A7C15
	return uint(h >> (x.shift & 63))
}
