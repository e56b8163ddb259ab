package policy

import (
	"cmp"
	"math/bits"
	"slices"
)

// totals adds up the segments that hold, which come and go: a tree over all of them
// in the order of their worth, the largest first. A sum is made of what holds, and
// never by taking away, so that nothing is left of what was rounded on the way.
type totals struct {
	all   []segment
	by    []int   // positions in all, by rank
	nodes []total // the root is 1, the two below i are 2i and 2i+1
}

// total is what the segments below a node are worth together, and how many hold.
type total struct {
	sum  rate
	live int
}

func newTotals(all []segment, some []int) totals {
	t := totals{all: all, by: slices.Clone(some), nodes: make([]total, 2<<bits.Len(uint(len(some)-1)))}
	slices.SortFunc(t.by, func(i, j int) int { return cmp.Or(all[j].rate.cmp(all[i].rate), cmp.Compare(i, j)) })
	return t
}

func (t *totals) rate(rank int) rate { return t.all[t.by[rank]].rate }

func (t *totals) live(rank int) bool { return t.nodes[len(t.nodes)/2+rank].live > 0 }

// set lets a segment hold, or no longer.
func (t *totals) set(rank int, live bool, n *notes) {
	at := len(t.nodes)/2 + rank
	t.nodes[at] = total{}
	if live {
		t.nodes[at] = total{t.rate(rank), 1}
	}
	for at /= 2; at > 0; at /= 2 {
		a, b := &t.nodes[2*at], &t.nodes[2*at+1]
		t.nodes[at] = total{plus(a.sum, b.sum, &t.all[t.by[rank]], n), a.live + b.live}
	}
}

// nth is the rank of the nth that holds, from 0.
func (t *totals) nth(n int) int {
	at := 1
	for at < len(t.nodes)/2 {
		if at *= 2; n >= t.nodes[at].live {
			n -= t.nodes[at].live
			at++
		}
	}
	return at - len(t.nodes)/2
}

// moved is what rounding makes of one segment.
type moved struct {
	rank int
	rate rate
}

func byRank(m moved, rank int) int { return cmp.Compare(m.rank, rank) }

// round shares the rounded sum of what holds: the segments that change by it,
// by rank.
func (t *totals) round(to []moved, r Rounding, n *notes) []moved {
	all := &t.nodes[1]
	rounded := all.sum.round(r.Places, r.Mode)
	if more, _ := rounded.sub(all.sum); !more.isZero() {
		top := t.nth(0)
		return append(to, moved{top, plus(t.rate(top), more, &t.all[t.by[top]], n)})
	}
	fewer, _ := all.sum.sub(rounded)
	for i := 0; i < all.live && !fewer.isZero(); i++ {
		rank := t.nth(i)
		less, _ := t.rate(rank).sub(fewer)
		fewer, _ = fewer.sub(t.rate(rank))
		to = append(to, moved{rank, less})
	}
	return to
}
