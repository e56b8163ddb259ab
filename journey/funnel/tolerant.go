package funnel

import (
	"fmt"
	"math/bits"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// tolerance is the chains of one customer where an event may be somewhat earlier
// than the step before it: place by place, every event with the latest start by
// which it can be reached.
type tolerance struct{ at [][]near }

// near is one event taken as a step.
type near struct {
	i, parent int32 // event, and the one before it in the place before
	t, start  int64
}

// separate refuses steps that share an event: with clocks that do not agree, one
// event could then be taken twice.
func (p *plan) separate() error {
	seen := func(i int, mask uint64) error {
		if mask&(mask-1) == 0 {
			return nil
		}
		k := bits.TrailingZeros64(mask)
		j := bits.TrailingZeros64(mask & (mask - 1))
		return &fault.Error{
			Package: "funnel", Op: "spec", Field: "Tolerance", Value: p.spec.Tolerance.String(),
			Limit: fmt.Sprintf("want steps that share no event: event %s is Steps[%d] and Steps[%d]", fault.Quote(p.log.Names()[i]), k, j), Err: ErrSpec,
		}
	}
	if p.exact {
		for i, mask := range p.byName {
			if err := seen(i, mask); err != nil {
				return err
			}
		}
		return nil
	}
	for i, name := range p.cols.Name {
		if err := seen(int(name), p.steps.Mask(i)); err != nil {
			return err
		}
	}
	return nil
}

// tolerant leaves the best chain in w.best. For each event of a step the latest
// start among the events of the step before, up to the tolerance behind it, is
// the best: whatever another start could still become, this one can.
func (w *walker) tolerant(from, to int) {
	n := len(w.spec.Steps)
	if w.near.at == nil {
		w.near.at = make([][]near, n)
	}
	at := w.near.at
	for k := range at {
		at[k] = at[k][:0]
	}
	for i := from; i < to; i++ {
		if mask := w.mask(i); mask != 0 {
			k := bits.TrailingZeros64(mask)
			at[k] = append(at[k], near{i: int32(i), parent: -1, t: w.cols.UnixNano[i], start: w.cols.UnixNano[i]})
		}
	}
	if w.spec.Anchor == FirstEntry && len(at[0]) > 1 {
		at[0] = at[0][:1]
	}
	for k := 1; k < n && len(at[k-1]) > 0; k++ {
		before, kept := at[k-1], at[k][:0]
		next, best := 0, -1
		for _, e := range at[k] {
			for ; next < len(before) && (before[next].t <= e.t || uint64(before[next].t)-uint64(e.t) <= uint64(w.spec.Tolerance)); next++ {
				if best < 0 || before[next].start > before[best].start {
					best = next
				}
			}
			if best < 0 || e.t > before[best].start && uint64(e.t)-uint64(before[best].start) > w.window {
				continue
			}
			e.parent, e.start = int32(best), before[best].start
			kept = append(kept, e)
		}
		at[k] = kept
	}
	for w.best.level < n && len(at[w.best.level]) > 0 {
		w.best.level++
	}
	if w.best.level == 0 {
		return
	}
	for k, p := w.best.level-1, int32(0); k >= 0; k-- {
		w.best.taken[k] = at[k][p].i
		p = at[k][p].parent
	}
}
