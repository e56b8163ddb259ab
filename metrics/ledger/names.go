package ledger

import (
	"hash/maphash"
	"math"
)

// texts are numbered strings. They live in one arena, so a million of them cost
// no million objects.
type texts struct {
	ends  []uint32
	arena []byte
}

// maxNames bounds the numbers of names: above are those not yet given out.
const maxNames = 1<<31 - 1

var errFull = &limitError{"bytes of names", math.MaxUint32}

func (t *texts) len() int { return len(t.ends) }

// text returns the bytes of name i; the caller must not keep or change them.
func (t *texts) text(i uint32) []byte {
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.arena[from:t.ends[i]]
}

func (t *texts) string(i uint32) string { return string(t.text(i)) }

// push gives a text the next number.
func (t *texts) push(s string) (uint32, error) {
	if uint64(len(t.arena))+uint64(len(s)) > math.MaxUint32 || len(t.ends) >= maxNames {
		return 0, errFull
	}
	t.arena = append(t.arena, s...)
	t.ends = append(t.ends, uint32(len(t.arena)))
	return uint32(len(t.ends) - 1), nil
}

func (t *texts) truncate(size int) {
	t.ends = t.ends[:size]
	t.arena = t.arena[:0:cap(t.arena)]
	if size > 0 {
		t.arena = t.arena[:t.ends[size-1]]
	}
}

// trim gives back the room that growing left, after a large input.
func (t *texts) trim() { t.arena, t.ends = trim(t.arena), trim(t.ends) }

func trim[T any](s []T) []T {
	if cap(s)-len(s) <= len(s)/16 {
		return s
	}
	return append(make([]T, 0, len(s)), s...)
}

func (t *texts) clone() texts {
	return texts{ends: append([]uint32(nil), t.ends...), arena: append([]byte(nil), t.arena...)}
}

// names gives every distinct string a number, in the order they came. The hash
// seed differs from process to process and shows in no result.
type names struct {
	texts
	seed  maphash.Seed
	index index
	sink  uint32 // keeps the loads of warm from being dropped
}

func newNames() names { return names{seed: maphash.MakeSeed(), index: newIndex()} }

func (n *names) hash(s string) uint64 { return maphash.String(n.seed, s) }

// hashOf is the hash of name i.
func (n *names) hashOf(i uint32) uint64 { return maphash.Bytes(n.seed, n.text(i)) }

// warm touches what looking up a batch of hashes will read, one kind of read at
// a time: the misses of a random order then overlap instead of queueing, which
// is most of what a large input costs.
func (n *names) warm(hs []uint64) {
	if n.len() < splitFrom {
		return
	}
	var refs, ends [batch]uint32
	for _, h := range hs {
		if p := n.index.part(h); p.n > 0 {
			n.sink ^= uint32(p.tags[p.home(h)])
		}
	}
	for i, h := range hs {
		if p := n.index.part(h); p.n > 0 && p.tags[p.home(h)] == tagOf(h) {
			refs[i] = p.refs[p.home(h)] + 1
		}
	}
	for i := range hs {
		if r := refs[i]; r != 0 {
			ends[i] = n.ends[r-1]
		}
	}
	for i := range hs {
		if e := ends[i]; e != 0 {
			n.sink ^= uint32(n.arena[e-1])
		}
	}
}

// number returns the number of s, and whether it is new.
func (n *names) number(s string, h uint64) (i uint32, fresh bool, err error) {
	if i, ok := n.findHash(s, h); ok {
		return i, false, nil
	}
	if i, err = n.push(s); err != nil {
		return 0, false, err
	}
	n.index.insert(h, i, n.hashOf)
	return i, true, nil
}

func (n *names) findHash(s string, h uint64) (uint32, bool) {
	p := n.index.part(h)
	if p.n == 0 {
		return 0, false
	}
	tag := tagOf(h)
	for at, ok := p.next(tag, p.home(h)); ok; at, ok = p.next(tag, p.after(at)) {
		if i := p.refs[at]; string(n.text(i)) == s {
			return i, true
		}
	}
	return 0, false
}

// find returns the number of s where it has one.
func (n *names) find(s string) (uint32, bool) {
	if n.len() == 0 {
		return 0, false
	}
	return n.findHash(s, n.hash(s))
}

// truncate forgets the names from number size on: the way back when an input
// is refused.
func (n *names) truncate(size int) {
	if size == n.len() {
		return
	}
	n.index.remove(size, n.len(), n.hashOf)
	n.texts.truncate(size)
}

// clone returns a copy that shares nothing that is written to.
func (n *names) clone() names {
	return names{texts: n.texts.clone(), seed: n.seed, index: n.index.clone()}
}
