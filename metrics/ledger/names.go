package ledger

import (
	"hash/maphash"
	"math"
)

// names gives every distinct string a number, in the order they came. The text
// lives in one arena, so a million names cost no million objects. The hash seed
// differs from process to process and shows in no result.
//
// owner lets one table serve names that are only unique within another, such
// as a customer's subscriptions.
type names struct {
	seed  maphash.Seed
	slots []slot
	ends  []uint32
	owner []uint32 // nil where every name is its own
	arena []byte
	sink  uint32 // keeps the loads of warm from being dropped
}

// slot holds the low bits of a name's hash, which are also what finds its place
// again in a larger table, and the name's number plus one; 0 is empty.
type slot struct {
	tag uint32
	ref uint32
}

var errFull = &limitError{"bytes of names", math.MaxUint32}

func newNames(owned bool) names {
	n := names{seed: maphash.MakeSeed(), slots: make([]slot, 16)}
	if owned {
		n.owner = []uint32{}
	}
	return n
}

func (n *names) len() int { return len(n.ends) }

// text returns the bytes of name i; the caller must not keep or change them.
func (n *names) text(i uint32) []byte {
	from := uint32(0)
	if i > 0 {
		from = n.ends[i-1]
	}
	return n.arena[from:n.ends[i]]
}

func (n *names) string(i uint32) string { return string(n.text(i)) }

func (n *names) hash(owner uint32, s string) uint64 {
	h := maphash.String(n.seed, s)
	if n.owner != nil {
		h = (h ^ uint64(owner)) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	return h
}

// warm touches what looking up a batch of hashes will read, one kind of read at
// a time: the misses of a random order then overlap instead of queueing, which
// is most of what a large input costs.
func (n *names) warm(hs []uint64) {
	var refs, ends [batch]uint32
	mask := uint32(len(n.slots) - 1)
	for i, h := range hs {
		refs[i] = n.slots[uint32(h)&mask].ref
	}
	for i := range hs {
		if r := refs[i]; r != 0 {
			ends[i] = n.ends[r-1]
			if n.owner != nil {
				n.sink ^= n.owner[r-1]
			}
		}
	}
	for i := range hs {
		if e := ends[i]; e != 0 {
			n.sink ^= uint32(n.arena[e-1])
		}
	}
}

// number returns the number of s, and whether it is new.
func (n *names) number(owner uint32, s string, h uint64) (i uint32, fresh bool, err error) {
	mask := uint32(len(n.slots) - 1)
	tag := uint32(h)
	for at := tag & mask; ; at = (at + 1) & mask {
		sl := n.slots[at]
		if sl.ref == 0 {
			break
		}
		if sl.tag == tag && string(n.text(sl.ref-1)) == s && (n.owner == nil || n.owner[sl.ref-1] == owner) {
			return sl.ref - 1, false, nil
		}
	}
	if uint64(len(n.arena))+uint64(len(s)) > math.MaxUint32 || uint64(len(n.ends)) == math.MaxUint32-1 {
		return 0, false, errFull
	}
	n.arena = append(n.arena, s...)
	n.ends = append(n.ends, uint32(len(n.arena)))
	if n.owner != nil {
		n.owner = append(n.owner, owner)
	}
	i = uint32(len(n.ends) - 1)
	if len(n.ends)*4 > len(n.slots)*3 {
		n.grow()
	}
	n.place(slot{tag: tag, ref: i + 1})
	return i, true, nil
}

// find returns the number of s where it has one.
func (n *names) find(owner uint32, s string) (uint32, bool) {
	if len(n.slots) == 0 {
		return 0, false
	}
	h := n.hash(owner, s)
	mask := uint32(len(n.slots) - 1)
	for at := uint32(h) & mask; n.slots[at].ref != 0; at = (at + 1) & mask {
		if sl := n.slots[at]; sl.tag == uint32(h) && string(n.text(sl.ref-1)) == s &&
			(n.owner == nil || n.owner[sl.ref-1] == owner) {
			return sl.ref - 1, true
		}
	}
	return 0, false
}

func (n *names) place(sl slot) {
	mask := uint32(len(n.slots) - 1)
	at := sl.tag & mask
	for n.slots[at].ref != 0 {
		at = (at + 1) & mask
	}
	n.slots[at] = sl
}

func (n *names) grow() {
	old := n.slots
	n.slots = make([]slot, 2*len(old))
	for _, sl := range old {
		if sl.ref != 0 {
			n.place(sl)
		}
	}
}

// truncate forgets the names from number size on: the way back when an input
// is refused.
func (n *names) truncate(size int) {
	if size == len(n.ends) {
		return
	}
	n.ends = n.ends[:size]
	n.arena = n.arena[:0:cap(n.arena)]
	if size > 0 {
		n.arena = n.arena[:n.ends[size-1]]
	}
	if n.owner != nil {
		n.owner = n.owner[:size]
	}
	old := n.slots
	n.slots = make([]slot, len(old))
	for _, sl := range old {
		if sl.ref != 0 && int(sl.ref) <= size {
			n.place(sl)
		}
	}
}

// clone returns a copy that shares nothing that is written to.
func (n *names) clone() names {
	c := *n
	c.slots = append([]slot(nil), n.slots...)
	c.ends = append([]uint32(nil), n.ends...)
	c.arena = append([]byte(nil), n.arena...)
	if n.owner != nil {
		c.owner = append([]uint32{}, n.owner...)
	}
	return c
}
