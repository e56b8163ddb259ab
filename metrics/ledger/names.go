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
	seed maphash.Seed
	// The open table: seven bits of each name's hash and a bit that says there
	// is one, and the name's number. Looking for a name that is not there reads
	// little but tags.
	tags  []uint8
	refs  []uint32
	ends  []uint32
	owner []uint32 // nil where every name is its own
	arena []byte
	sink  uint32 // keeps the loads of warm from being dropped
}

var errFull = &limitError{"bytes of names", math.MaxUint32}

func newNames(owned bool) names {
	n := names{seed: maphash.MakeSeed(), tags: make([]uint8, 16), refs: make([]uint32, 16)}
	if owned {
		n.owner = []uint32{}
	}
	return n
}

// tagOf is what of a hash stands in the table; where it stands are other bits.
func tagOf(h uint64) uint8 { return uint8(h>>57) | 1<<7 }

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

func (n *names) hash(owner uint32, s string) uint64 { return n.owned(owner, maphash.String(n.seed, s)) }

func (n *names) owned(owner uint32, h uint64) uint64 {
	if n.owner != nil {
		h = (h ^ uint64(owner)) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	return h
}

// hashOf is the hash of name i.
func (n *names) hashOf(i uint32) uint64 {
	h := maphash.Bytes(n.seed, n.text(i))
	if n.owner != nil {
		h = n.owned(n.owner[i], h)
	}
	return h
}

// warm touches what looking up a batch of hashes will read, one kind of read at
// a time: the misses of a random order then overlap instead of queueing, which
// is most of what a large input costs.
func (n *names) warm(hs []uint64) {
	var refs, ends [batch]uint32
	mask := uint32(len(n.tags) - 1)
	for _, h := range hs {
		n.sink ^= uint32(n.tags[uint32(h)&mask])
	}
	for i, h := range hs {
		if at := uint32(h) & mask; n.tags[at] == tagOf(h) {
			refs[i] = n.refs[at] + 1
		}
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

// lookup returns the number of s, or the place in the table where it would go.
func (n *names) lookup(owner uint32, s string, h uint64) (i, at uint32, found bool) {
	mask := uint32(len(n.tags) - 1)
	tag := tagOf(h)
	for at = uint32(h) & mask; n.tags[at] != 0; at = (at + 1) & mask {
		if n.tags[at] != tag {
			continue
		}
		if i = n.refs[at]; string(n.text(i)) == s && (n.owner == nil || n.owner[i] == owner) {
			return i, at, true
		}
	}
	return 0, at, false
}

// number returns the number of s, and whether it is new.
func (n *names) number(owner uint32, s string, h uint64) (i uint32, fresh bool, err error) {
	i, at, found := n.lookup(owner, s, h)
	if found {
		return i, false, nil
	}
	if uint64(len(n.arena))+uint64(len(s)) > math.MaxUint32 || uint64(len(n.ends)) == math.MaxUint32-1 {
		return 0, false, errFull
	}
	i = uint32(len(n.ends))
	n.arena = append(n.arena, s...)
	n.ends = append(n.ends, uint32(len(n.arena)))
	if n.owner != nil {
		n.owner = append(n.owner, owner)
	}
	if len(n.ends)*5 > len(n.tags)*4 {
		n.rebuild(2 * len(n.tags))
		return i, true, nil
	}
	n.tags[at], n.refs[at] = tagOf(h), i
	return i, true, nil
}

// find returns the number of s where it has one.
func (n *names) find(owner uint32, s string) (uint32, bool) {
	if len(n.tags) == 0 {
		return 0, false
	}
	i, _, found := n.lookup(owner, s, n.hash(owner, s))
	return i, found
}

// rebuild makes the table anew, of so many places.
func (n *names) rebuild(size int) {
	n.tags, n.refs = make([]uint8, size), make([]uint32, size)
	mask := uint32(size - 1)
	for i := range uint32(len(n.ends)) {
		h := n.hashOf(i)
		at := uint32(h) & mask
		for n.tags[at] != 0 {
			at = (at + 1) & mask
		}
		n.tags[at], n.refs[at] = tagOf(h), i
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
	n.rebuild(len(n.tags))
}

// trim gives back the room that growing left, after a large input.
func (n *names) trim() {
	n.arena, n.ends = trim(n.arena), trim(n.ends)
	if n.owner != nil {
		n.owner = trim(n.owner)
	}
}

func trim[T any](s []T) []T {
	if cap(s)-len(s) <= len(s)/16 {
		return s
	}
	return append(make([]T, 0, len(s)), s...)
}

// clone returns a copy that shares nothing that is written to.
func (n *names) clone() names {
	c := *n
	c.tags = append([]uint8(nil), n.tags...)
	c.refs = append([]uint32(nil), n.refs...)
	c.ends = append([]uint32(nil), n.ends...)
	c.arena = append([]byte(nil), n.arena...)
	if n.owner != nil {
		c.owner = append([]uint32{}, n.owner...)
	}
	return c
}
