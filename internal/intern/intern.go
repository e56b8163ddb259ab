// Package intern gives equal texts equal numbers: a [Table] while a program
// reads, [Texts] once it has read. Columns then hold four bytes where they would
// hold a string.
package intern

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// MaxArena bounds the bytes of one arena, so that offsets fit 32 bits.
const MaxArena int64 = math.MaxUint32

// MaxText is the longest text that a Table takes, in bytes.
const MaxText = math.MaxUint16

// headBytes precede every text in the arena of an interner: its number and its
// length. They lie beside the text so that a look-up misses the cache once for
// both.
const headBytes = 4 + 2

// Table gives equal texts equal numbers, counted from 0 in order of first
// appearance. The seed of the hash changes from run to run; results never
// depend on it, because equality is decided on the bytes. It has one writer.
type Table struct {
	seed    maphash.Seed
	arena   []byte   // head, text, head, text …
	offsets []uint32 // of the head of each number
	slots   []uint64 // upper half: hash; lower half: offset + 1; 0 = free
	last    uint32   // the number given last: runs of equal texts are common
}

// New returns an empty table.
func New() *Table {
	return &Table{seed: maphash.MakeSeed(), slots: make([]uint64, 64)}
}

// Len is the number of different texts.
func (in *Table) Len() int { return len(in.offsets) }

// Bytes is the text of a number: read it, never write to it.
func (in *Table) Bytes(id uint32) []byte { return in.text(in.offsets[id]) }

// text returns the text whose head is at offset.
func (in *Table) text(offset uint32) []byte {
	head := in.arena[offset : int64(offset)+headBytes]
	size := int64(binary.LittleEndian.Uint16(head[4:]))
	from := int64(offset) + headBytes
	return in.arena[from : from+size]
}

// Hash is what FindHash and Warm ask for.
func (in *Table) Hash(s string) uint64 { return maphash.String(in.seed, s) }

// Find returns the number of s if s is known.
func (in *Table) Find(s string) (uint32, bool) {
	if len(in.offsets) > 0 && string(in.Bytes(in.last)) == s {
		return in.last, true
	}
	return in.FindHash(s, in.Hash(s))
}

// FindHash is Find for a text whose Hash is known.
func (in *Table) FindHash(s string, h uint64) (uint32, bool) {
	offset, _, ok := in.probe(s, h)
	if !ok {
		return 0, false
	}
	in.last = binary.LittleEndian.Uint32(in.arena[offset:])
	return in.last, true
}

// probe returns the offset of s, or the free slot for it.
func (in *Table) probe(s string, h uint64) (offset uint32, slot int, ok bool) {
	tag, mask := uint32(h>>32), len(in.slots)-1
	for slot = int(uint32(h)) & mask; ; slot = (slot + 1) & mask {
		e := in.slots[slot]
		if e == 0 {
			return 0, slot, false
		}
		if uint32(e>>32) == tag && string(in.text(uint32(e)-1)) == s {
			return uint32(e) - 1, slot, true
		}
	}
}

// Add returns the number of s, giving it the next one if s is new. A text of
// more than MaxText bytes, and more texts than an arena holds, are errors.
func (in *Table) Add(s string) (uint32, error) {
	if id, ok := in.Find(s); ok {
		return id, nil
	}
	return in.AddHash(s, in.Hash(s))
}

// AddHash is Add for a text that is new and whose Hash is known.
func (in *Table) AddHash(s string, h uint64) (uint32, error) {
	if len(s) > MaxText {
		return 0, refuse("bytes of one text", MaxText, int64(len(s)), fault.ErrTooLong)
	}
	if size := int64(len(in.arena)) + int64(len(s)) + headBytes; size > MaxArena {
		return 0, refuse("bytes of different texts", MaxArena, size, fault.ErrTooMany)
	}
	if len(in.offsets) >= len(in.slots)/2 {
		in.grow()
	}
	_, slot, _ := in.probe(s, h)
	id, offset := uint32(len(in.offsets)), uint32(len(in.arena))
	if need := headBytes + len(s); cap(in.arena)-len(in.arena) < need {
		in.arena = slices.Grow(in.arena, len(in.arena)+need) // doubled: append would copy it four times as often
	}
	in.arena = binary.LittleEndian.AppendUint32(in.arena, id)
	in.arena = binary.LittleEndian.AppendUint16(in.arena, uint16(len(s)))
	in.arena = append(in.arena, s...)
	in.offsets = append(in.offsets, offset)
	in.slots[slot] = h>>32<<32 | uint64(offset+1)
	in.last = id
	return id, nil
}

func refuse(what string, limit, actual int64, err error) error {
	return &fault.Error{Package: "intern", Op: "add", Limit: fault.AtMost(limit, what, actual), Err: err}
}

func (in *Table) grow() {
	in.slots = make([]uint64, 2*len(in.slots))
	mask := len(in.slots) - 1
	for _, offset := range in.offsets {
		h := maphash.Bytes(in.seed, in.text(offset))
		slot := int(uint32(h)) & mask
		for in.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		in.slots[slot] = h>>32<<32 | uint64(offset+1)
	}
}

// Warm touches the memory that looking up these hashes will need. The loads
// do not wait for one another as those of a look-up do, so that a batch of
// look-ups after it costs a fraction. It returns a sum of what it read, for the
// compiler to keep the loads.
func (in *Table) Warm(hashes []uint64, offsets []uint32) (sum byte) {
	mask := len(in.slots) - 1
	for i, h := range hashes {
		offsets[i] = uint32(in.slots[int(uint32(h))&mask])
	}
	for _, o := range offsets[:len(hashes)] {
		if o > 0 {
			sum ^= in.arena[o-1]
		}
	}
	return sum
}

// Sorted returns the texts for which used holds in ascending order, and for
// every number given so far its place in that order.
func (in *Table) Sorted(used func(uint32) bool) (Texts, []uint32) {
	order := make([]uint32, 0, len(in.offsets))
	size := 0
	for id := range uint32(len(in.offsets)) {
		if used(id) {
			order = append(order, id)
			size += len(in.Bytes(id))
		}
	}
	compare := func(a, b uint32) int { return bytes.Compare(in.Bytes(a), in.Bytes(b)) }
	if !slices.IsSortedFunc(order, compare) {
		in.sort(order)
	}
	place := make([]uint32, len(in.offsets))
	var arena strings.Builder
	arena.Grow(size)
	ends := make([]uint32, len(order))
	for i, id := range order {
		place[id] = uint32(i)
		arena.Write(in.Bytes(id))
		ends[i] = uint32(arena.Len())
	}
	return Texts{arena.String(), ends}, place
}

// sort orders numbers by their texts. Most comparisons are decided by eight
// bytes after the common prefix, kept beside the number.
func (in *Table) sort(order []uint32) {
	prefix := in.Bytes(order[0])
	for _, id := range order[1:] {
		b := in.Bytes(id)
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
		rest := in.Bytes(id)[skip:]
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
		return bytes.Compare(in.Bytes(a.id)[skip:], in.Bytes(b.id)[skip:])
	})
	for i, r := range rows {
		order[i] = r.id
	}
}
