package policy

import (
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// sweep walks the pieces through time and notes every change of their sum, each
// currency's by itself.
func (e *evaluator) sweep(parts []money.Currency) {
	e.layOut()
	if len(e.items) > MaxItems {
		e.note(e.pieces[0].s, billing.CodeUnsupported, billing.Fault, "Item", strconv.Itoa(len(e.items)), "more than "+strconv.Itoa(MaxItems)+" items; the subscription counts nothing")
		return
	}
	e.was = append(e.was[:0], make([]rate, len(parts))...)
	var before look
	for _, t := range e.bounds {
		now := e.at(t)
		e.lessSubscription()
		free := now.live
		for part, c := range parts {
			sum := e.total(c)
			if !sum.isZero() {
				free = false
			}
			if sum.equal(e.was[part]) {
				continue
			}
			e.steps = append(e.steps, step{
				at: t, rec: e.recs[t], rate: sum, currency: e.currency(c), part: uint8(part),
				cause: cause(&before, &now, e.was[part], sum),
			})
			e.was[part] = sum
		}
		if e.p.Free == FreeStays {
			e.noteFree(t, free)
		}
		before = now
	}
}

// layOut finds the items of the pieces and the instants at which anything may
// change.
func (e *evaluator) layOut() {
	e.items, e.bounds = e.items[:0], e.bounds[:0]
	clear(e.recs)
	for i := range e.pieces {
		x := &e.pieces[i]
		if i == 0 || x.s.Item != e.pieces[i-1].s.Item {
			e.items = append(e.items, itemState{lo: i, next: i})
		}
		e.items[len(e.items)-1].hi = i + 1
		e.recorded(x.from, x.s.Recorded)
		e.recorded(x.to, x.s.EndRecorded)
		e.bound(x, x.from)
		e.bounds = append(e.bounds, x.to)
		e.bound(x, x.turn)
		for j := range x.s.Discounts {
			if d := &x.s.Discounts[j]; e.p.Discounts.counts(d) {
				from, to := discountPeriod(d, x.s)
				e.bound(x, from)
				e.bound(x, to)
			}
		}
	}
	slices.Sort(e.bounds)
	e.bounds = slices.Compact(e.bounds)
	if n := len(e.bounds); n > 0 && e.bounds[n-1] == open {
		e.bounds = e.bounds[:n-1]
	}
}

// bound notes an instant within a piece.
func (e *evaluator) bound(x *piece, t int64) {
	if t >= x.from && t < x.to {
		e.bounds = append(e.bounds, t)
	}
}

// at brings every item to an instant and works out what it is worth.
func (e *evaluator) at(t int64) look {
	var l look
	e.now = t
	for i := range e.items {
		it := &e.items[i]
		for it.next < it.hi && e.pieces[it.next].from <= t {
			it.stack = append(it.stack, it.next)
			it.next++
		}
		for n := len(it.stack); n > 0 && e.pieces[it.stack[n-1]].to <= t; n-- {
			it.stack = it.stack[:n-1]
		}
		it.now, it.rate = nil, rate{}
		if len(it.stack) == 0 {
			continue
		}
		x := &e.pieces[it.stack[len(it.stack)-1]]
		it.now = x
		if l.piece == nil {
			l.piece = x
		}
		l.items++
		if !e.counts(x, t) {
			continue
		}
		l.live = true
		it.rate = e.net(x, it, &l)
	}
	return l
}

// net is what a piece is worth a month, less the discounts of its item.
func (e *evaluator) net(x *piece, it *itemState, l *look) rate {
	r := e.gross(x.s)
	if x.s.Basis == billing.BasisMetered && e.p.Metered == MeteredTrailing {
		r = e.trailing(x, it)
	}
	r = e.lessItem(r, x, l)
	if !x.fx.IsZero() {
		r.dec = r.dec.Mul(x.fx)
	}
	if e.p.Rounding.Scope == RoundItems {
		r = r.round(e.p.Rounding.Places, e.p.Rounding.Mode)
	}
	return r
}

// trailing is the mean of the metered periods that ended before x began.
func (e *evaluator) trailing(x *piece, it *itemState) rate {
	var sum rate
	n := int64(0)
	for i := it.stack[len(it.stack)-1] - 1; i >= it.lo && n < int64(e.p.meteredPeriods()); i-- {
		y := &e.pieces[i]
		if y.s.Basis != billing.BasisMetered || y.to > x.from {
			continue
		}
		sum = e.plus(sum, e.gross(y.s), x.s)
		n++
	}
	if n == 0 {
		return rate{}
	}
	mean, ok := sum.times(1, n)
	if !ok {
		e.imprecise(x.s)
	}
	return mean
}

// plus adds and notes where that could not be exact.
func (e *evaluator) plus(a, b rate, s *billing.Span) rate {
	sum, ok := a.add(b)
	if !ok {
		e.imprecise(s)
	}
	return sum
}

// total is the sum of the items in one currency.
func (e *evaluator) total(c money.Currency) rate {
	var sum rate
	var of *billing.Span
	for i := range e.items {
		if it := &e.items[i]; !it.rate.isZero() && it.now.s.Currency == c {
			of = it.now.s
			sum = e.plus(sum, it.rate, of)
		}
	}
	if of == nil {
		return rate{}
	}
	if e.p.Rounding.Scope == RoundSubscriptions {
		sum = sum.round(e.p.Rounding.Places, e.p.Rounding.Mode)
	}
	return e.exact(sum, of)
}

// recorded keeps when what happens at an instant became known: with the last
// of the records that begin or end there.
func (e *evaluator) recorded(at int64, when time.Time) {
	if when.IsZero() {
		return
	}
	if e.recs == nil {
		e.recs = map[int64]int64{}
	}
	e.recs[at] = max(e.recs[at], when.UnixNano())
}

func (e *evaluator) noteFree(t int64, free bool) {
	n := len(e.free)
	isOpen := n > 0 && e.free[n-1].to == open
	switch {
	case free && !isOpen:
		e.free = append(e.free, interval{t, open})
	case !free && isOpen:
		e.free[n-1].to = t
	}
}
