package ledger

import "math/bits"

// stretches is a tree of runs over the stretches of one life. How many levels
// are present when a stretch begins is not known to it, and a change anywhere
// before shifts that number for all that follow. But a stretch can only be met
// in two ways: with its lowest point at nobody there, or above. Each node keeps
// its run for both, and which of them its halves are met in follows from where
// the lowest point lies.
type stretches struct {
	leaves int // a power of two
	nodes  []stretchNode
}

type stretchNode struct {
	more, least int32 // levels more at its end; the fewest on the way, from 0
	none, some  run
}

func newStretches(n int) stretches {
	leaves := 1
	for leaves < n {
		leaves *= 2
	}
	t := stretches{leaves: leaves, nodes: make([]stretchNode, 2*leaves)}
	for i := range t.nodes {
		t.nodes[i].none = run{absentIn: true, absentOut: true}
	}
	return t
}

type look func(n int) (more, least int32, none, some run)

// all looks at every stretch. Those beyond the last are nothing.
func (t *stretches) all(f look, g gaps) {
	for i := range t.leaves {
		t.leaf(i, f)
	}
	for i := t.leaves - 1; i > 0; i-- {
		t.up(i, g)
	}
}

// again looks at some stretches, given in order, and at what they are part of.
func (t *stretches) again(changed []int, f look, g gaps) {
	at := changed
	for _, i := range at {
		t.leaf(i, f)
	}
	for level := t.leaves; level > 1; level /= 2 {
		up := at[:0]
		for _, i := range at {
			p := i / 2
			if len(up) == 0 || up[len(up)-1] != p {
				up = append(up, p)
				t.up(level/2+p, g)
			}
		}
		at = up
	}
}

func (t *stretches) leaf(i int, f look) {
	n := &t.nodes[t.leaves+i]
	n.more, n.least, n.none, n.some = f(i)
}

func (t *stretches) up(i int, g gaps) {
	n, a, b := &t.nodes[i], &t.nodes[2*i], &t.nodes[2*i+1]
	n.more, n.least = a.more+b.more, min(a.least, a.more+b.least)
	n.some = a.some
	n.some.then(&b.some, g)
	n.none = *a.met(a.least == n.least)
	n.none.then(b.met(a.more+b.least == n.least), g)
}

func (n *stretchNode) met(none bool) *run {
	if none {
		return &n.none
	}
	return &n.some
}

// root is the run of a life, which begins with nobody there.
func (t *stretches) root() run { return t.nodes[1].none }

// nextBits is a set of small numbers that finds the next and the one before: a
// bit for each, a bit for each word of them, and so on.
type nextBits [][]uint64

func newNextBits(n int) nextBits {
	var b nextBits
	for {
		n = (n + 63) / 64
		b = append(b, make([]uint64, n))
		if n <= 1 {
			return b
		}
	}
}

func (b nextBits) has(i int) bool { return b[0][i/64]>>(i%64)&1 != 0 }

func (b nextBits) set(i int) {
	for _, words := range b {
		words[i/64] |= 1 << (i % 64)
		i /= 64
	}
}

func (b nextBits) clear(i int) {
	for _, words := range b {
		words[i/64] &^= 1 << (i % 64)
		if words[i/64] != 0 {
			return
		}
		i /= 64
	}
}

// next is the smallest member from i on, -1 for none.
func (b nextBits) next(i int) int {
	for l := range b {
		if i/64 >= len(b[l]) {
			return -1
		}
		if w := b[l][i/64] >> (i % 64); w != 0 {
			i += bits.TrailingZeros64(w)
			for l--; l >= 0; l-- {
				i = i*64 + bits.TrailingZeros64(b[l][i])
			}
			return i
		}
		i = i/64 + 1
	}
	return -1
}

// prev is the largest member below i, -1 for none.
func (b nextBits) prev(i int) int {
	for l := range b {
		if i == 0 {
			return -1
		}
		if w := b[l][(i-1)/64] << (63 - (i-1)%64); w != 0 {
			i += -1 - bits.LeadingZeros64(w)
			for l--; l >= 0; l-- {
				i = i*64 + 63 - bits.LeadingZeros64(b[l][i])
			}
			return i
		}
		i = (i - 1) / 64
	}
	return -1
}
