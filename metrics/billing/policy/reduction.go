package policy

import (
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// reduction is what discounts of an item that follow one another make of a charge
// together: a share of it is kept, then an amount taken off, and nothing falls below
// zero. The zero reduction is none.
type reduction struct {
	kept decimal.Decimal
	part bool // else all is kept
	off  decimal.Decimal
}

func reductionOf(d *billing.Discount) reduction {
	if d.Percent.IsZero() {
		return reduction{off: d.Off}
	}
	return reduction{kept: percentOff(decimal.NewFromInt(1), d.Percent), part: true}
}

// then is one reduction after another. That neither passes zero on the way need not
// be said: what is below zero stays there, whatever share of it is kept and whatever
// is taken off it.
func (r reduction) then(next reduction) reduction {
	switch {
	case !next.part:
	case !r.part:
		r = reduction{next.kept, true, r.off.Mul(next.kept)}
	default:
		r = reduction{r.kept.Mul(next.kept), true, r.off.Mul(next.kept)}
	}
	if !next.off.IsZero() {
		r.off = r.off.Add(next.off)
	}
	return r
}

// reductions are the discounts of an item's span, which begin and end: a tree over
// them in their order, so that one more or one fewer does not mean to take them all
// off anew.
type reductions struct {
	held  []lessening
	nodes []reduction // the root is 1, the two below i are 2i and 2i+1
	on    []bool
	dirty []int
}

func newReductions(held []lessening) *reductions {
	return &reductions{
		held: held, nodes: make([]reduction, 2<<bits.Len(uint(len(held)-1))),
		on: make([]bool, len(held)), dirty: make([]int, 0, len(held)),
	}
}

// at is what those that hold at an instant make of a charge.
func (r *reductions) at(t int64) reduction {
	dirty := r.dirty[:0]
	for i := range r.held {
		l := &r.held[i]
		if l.d.Level == billing.LevelSubscription || l.holds(t) == r.on[i] {
			continue
		}
		leaf := len(r.nodes)/2 + i
		if r.on[i] = !r.on[i]; r.on[i] {
			r.nodes[leaf] = reductionOf(l.d)
		} else {
			r.nodes[leaf] = reduction{}
		}
		dirty = append(dirty, leaf)
	}
	for len(dirty) > 0 && dirty[0] > 1 {
		up := dirty[:0]
		for _, i := range dirty {
			if p := i / 2; len(up) == 0 || up[len(up)-1] != p {
				r.nodes[p] = r.nodes[2*p].then(r.nodes[2*p+1])
				up = append(up, p)
			}
		}
		dirty = up
	}
	return r.nodes[1]
}
