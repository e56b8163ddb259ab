package policy

import (
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// discountPeriod is when a discount of a span is in force.
func discountPeriod(d *billing.Discount, s *billing.Span) (from, to int64) {
	start := d.From
	if start.IsZero() {
		start = s.From
	}
	from, to = start.UnixNano(), open
	switch {
	case !d.To.IsZero():
		to = d.To.UnixNano()
	case d.Duration == billing.DurationOnce:
		to = s.Cycle.Nth(start, 1).UnixNano()
	case d.Duration == billing.DurationRepeating && d.Cycles > 0:
		to = s.Cycle.Nth(start, d.Cycles).UnixNano()
	}
	return from, to
}

// inForce reports whether a discount counts and holds at the instant at hand.
func (e *evaluator) inForce(d *billing.Discount, s *billing.Span) bool {
	if !e.p.Discounts.counts(d) {
		return false
	}
	from, to := discountPeriod(d, s)
	return from <= e.now && e.now < to
}

// percentOff returns what is left of d after p percent, exactly.
func percentOff(d, p decimal.Decimal) decimal.Decimal {
	return d.Mul(decimal.NewFromInt(100).Sub(p)).Shift(-2)
}

// lessItem takes the discounts of an item off its rate.
func (e *evaluator) lessItem(r rate, x *piece, l *look) rate {
	for i := range x.s.Discounts {
		d := &x.s.Discounts[i]
		if !e.inForce(d, x.s) {
			continue
		}
		l.discounted++
		if d.Level != billing.LevelItem {
			continue
		}
		if !d.Percent.IsZero() {
			r.dec = percentOff(r.dec, d.Percent)
			continue
		}
		less, ok := r.sub(e.p.monthly(d.Off, x.s.Cycle))
		if !ok {
			e.imprecise(x.s)
		}
		r = less
	}
	return r
}

// taken is a discount of the subscription on its way over the items.
type taken struct {
	d    *billing.Discount
	in   money.Currency
	pos  int  // its position in the span it was found on
	left rate // of an amount, what is still to be taken off
}

// lessSubscription takes the discounts of the subscription off the items that
// carry them, each once: a percentage of every one, an amount off one after
// another until it is used up.
func (e *evaluator) lessSubscription() {
	e.took = e.took[:0]
	for i := range e.items {
		it := &e.items[i]
		if it.now == nil || len(it.now.s.Discounts) == 0 {
			continue
		}
		for j := range it.now.s.Discounts {
			d := &it.now.s.Discounts[j]
			if d.Level == billing.LevelSubscription && e.inForce(d, it.now.s) && !e.taking(d, it.now.s, j) {
				off := e.p.monthly(d.Off, it.now.s.Cycle)
				if !it.now.fx.IsZero() {
					off.dec = off.dec.Mul(it.now.fx)
				}
				e.took = append(e.took, taken{d, it.now.s.Currency, j, off})
			}
		}
	}
	for k := range e.took {
		for i := range e.items {
			if it := &e.items[i]; it.now != nil && e.carries(it.now.s, &e.took[k]) {
				e.takeOff(&e.took[k], it)
			}
		}
	}
}

func (e *evaluator) takeOff(x *taken, it *itemState) {
	if !x.d.Percent.IsZero() {
		it.rate.dec = percentOff(it.rate.dec, x.d.Percent)
		return
	}
	less, _ := it.rate.sub(x.left)
	rest, ok := x.left.sub(it.rate)
	if !ok {
		e.imprecise(it.now.s)
	}
	it.rate, x.left = less, rest
}

func (e *evaluator) taking(d *billing.Discount, s *billing.Span, pos int) bool {
	for i := range e.took {
		if e.took[i].in == s.Currency && sameDiscount(&e.took[i], d, pos) {
			return true
		}
	}
	return false
}

func (e *evaluator) carries(s *billing.Span, x *taken) bool {
	if s.Currency != x.in {
		return false
	}
	for j := range s.Discounts {
		if d := &s.Discounts[j]; d.Level == billing.LevelSubscription && sameDiscount(x, d, j) && e.inForce(d, s) {
			return true
		}
	}
	return false
}

// sameDiscount says whether two items name one discount: by its id, or by its
// place and content.
func sameDiscount(x *taken, d *billing.Discount, pos int) bool {
	if x.d.ID != "" || d.ID != "" {
		return x.d.ID == d.ID
	}
	return x.pos == pos && equalDiscounts(x.d, d)
}

func equalDiscounts(d, o *billing.Discount) bool {
	return d.ID == o.ID && d.Percent.Equal(o.Percent) && d.Off.Equal(o.Off) && d.From.Equal(o.From) && d.To.Equal(o.To) &&
		d.Duration == o.Duration && d.Cycles == o.Cycles && d.Level == o.Level && d.InMRR == o.InMRR
}
