package ledger

// index finds the number of a name by its hash. The top bits of a hash choose a
// part, so that goroutines that share the parts out among them need no lock and
// each works in memory that fits its cache. The zero index has one empty part.
type index struct {
	bits  uint8 // 1<<bits parts
	parts []indexPart
}

// indexPart is an open table: seven bits of each name's hash and a bit that says
// there is one, and the name's number. Looking for a name that is not there reads
// little but tags.
type indexPart struct {
	tags []uint8
	refs []uint32
	n    int
}

const (
	partBits  = 8
	partCount = 1 << partBits
	// splitFrom is how many names are worth dividing.
	splitFrom = 1 << 14
)

// partOf is the part of a name of which there are many.
func partOf(h uint64) uint8 { return uint8(h >> (64 - partBits)) }

// tagOf is what of a hash stands in the table; which part it is and where the
// name stands are other bits.
func tagOf(h uint64) uint8 { return uint8(h>>48) | 1<<7 }

func newIndex() index { return index{parts: make([]indexPart, 1)} }

func (x *index) part(h uint64) *indexPart { return &x.parts[h>>(64-x.bits)] }

// home is where the search for a hash begins. Only for a part that has places:
// as many as there are, not a power of two, so that tables can be as full as
// they may be.
func (p *indexPart) home(h uint64) uint32 {
	return uint32(uint64(uint32(h)) * uint64(len(p.tags)) >> 32)
}

// after is the place after another.
func (p *indexPart) after(at uint32) uint32 {
	if at++; int(at) < len(p.tags) {
		return at
	}
	return 0
}

// next returns the first place from at on that has a tag or is free, and whether
// it has it.
func (p *indexPart) next(tag uint8, at uint32) (uint32, bool) {
	for ; p.tags[at] != 0; at = p.after(at) {
		if p.tags[at] == tag {
			return at, true
		}
	}
	return at, false
}

// insert adds a name that is not there. hashOf gives the hashes of those that
// are, for when they must move.
func (p *indexPart) insert(h uint64, ref uint32, hashOf func(uint32) uint64) {
	if (p.n+1)*5 > len(p.tags)*4 {
		p.grow(max(16, len(p.tags)*3/2), hashOf)
	}
	p.put(h, ref)
}

func (p *indexPart) put(h uint64, ref uint32) {
	at := p.home(h)
	for p.tags[at] != 0 {
		at = p.after(at)
	}
	p.tags[at], p.refs[at] = tagOf(h), ref
	p.n++
}

func (p *indexPart) grow(size int, hashOf func(uint32) uint64) {
	old := *p
	*p = indexPart{tags: make([]uint8, size), refs: make([]uint32, size)}
	for at, tag := range old.tags {
		if tag != 0 {
			p.put(hashOf(old.refs[at]), old.refs[at])
		}
	}
}

// room makes sure that n more names fit without moving any.
func (p *indexPart) room(n int, hashOf func(uint32) uint64) {
	if size := (p.n+n)*5/4 + 16; size > len(p.tags) {
		p.grow(size, hashOf)
	}
}

// remove takes a name out and moves up those that only stand where they do
// because of it.
func (p *indexPart) remove(h uint64, ref uint32, hashOf func(uint32) uint64) {
	if p.n == 0 {
		return
	}
	at := p.home(h)
	for p.tags[at] == 0 || p.refs[at] != ref {
		if p.tags[at] == 0 {
			return
		}
		at = p.after(at)
	}
	p.n--
	size := len(p.tags)
	behind := func(from, to uint32) int { return (int(to) - int(from) + size) % size }
	for i := p.after(at); p.tags[i] != 0; i = p.after(i) {
		home := p.home(hashOf(p.refs[i]))
		if behind(home, i) >= behind(at, i) { // at lies between its home and where it stands
			p.tags[at], p.refs[at] = p.tags[i], p.refs[i]
			at = i
		}
	}
	p.tags[at] = 0
}

// insert adds a name that is not there.
func (x *index) insert(h uint64, ref uint32, hashOf func(uint32) uint64) {
	p := x.part(h)
	p.insert(h, ref, hashOf)
	if x.bits == 0 && p.n > splitFrom {
		x.split(hashOf)
	}
}

// split divides the names.
func (x *index) split(hashOf func(uint32) uint64) {
	if x.bits != 0 {
		return
	}
	old := x.parts[0]
	x.bits, x.parts = partBits, make([]indexPart, partCount)
	for at, tag := range old.tags {
		if tag != 0 {
			h := hashOf(old.refs[at])
			x.part(h).insert(h, old.refs[at], hashOf)
		}
	}
}

// remove takes out the names from number size on, which are n in all.
func (x *index) remove(size, n int, hashOf func(uint32) uint64) {
	if (n-size)*2 > n { // most of them
		*x = newIndex()
		for i := range uint32(size) {
			x.insert(hashOf(i), i, hashOf)
		}
		return
	}
	for i := size; i < n; i++ {
		h := hashOf(uint32(i))
		x.part(h).remove(h, uint32(i), hashOf)
	}
}

func (x *index) clone() index {
	c := index{bits: x.bits, parts: make([]indexPart, len(x.parts))}
	for i, p := range x.parts {
		c.parts[i] = indexPart{tags: append([]uint8(nil), p.tags...), refs: append([]uint32(nil), p.refs...), n: p.n}
	}
	return c
}
