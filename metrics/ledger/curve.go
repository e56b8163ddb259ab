package ledger

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Units is an exact amount of MRR inside one ledger: a whole number of a unit
// so fine that no charge is rounded. Units of different ledgers do not mix, nor
// those of one ledger before and after a write. Amount turns them into money.
type Units struct{ v num.Int128 }

// Add returns u+v.
func (u Units) Add(v Units) Units { return Units{u.v.Add(v.v)} }

// Sub returns u-v.
func (u Units) Sub(v Units) Units { return Units{u.v.Sub(v.v)} }

// Min returns the smaller of u and v.
func (u Units) Min(v Units) Units { return Units{u.v.Min(v.v)} }

// Cmp returns -1, 0 or +1 as u is below, equal to or above v.
func (u Units) Cmp(v Units) int { return u.v.Cmp(v.v) }

// Sign returns -1, 0 or +1.
func (u Units) Sign() int { return u.v.Sign() }

// Amount returns units as MRR in the ledger's currency, rounded once to Places.
func (l *Ledger) Amount(u Units) decimal.Decimal { return l.money(u.v) }

// Curve is what one customer was worth at the end of each month.
type Curve struct {
	l    *Ledger
	cust uint32
	// First is the month of the customer's first MRR above zero.
	First calendar.Month
	// Initial is that first MRR: the new business the customer brought.
	Initial Units
	// Levels[k] is the MRR at the end of First+k, in the ledger's currency at
	// that instant's rates, up to the last month asked for.
	Levels []Units
}

// Customer returns the customer's id.
func (c *Curve) Customer() string { return c.l.customers.string(c.cust) }

// Fold gives every customer's curve up to and including the month to, in no
// particular order and on several goroutines, to add, with one of the
// accumulators that start returns, and returns the accumulators. A curve, and
// its Levels, is only valid during the call. Customers whose first MRR is after
// to are left out.
//
// Where adding up is exact and does not depend on order, as with Units and
// counts, the combined result does not depend on how many goroutines there were.
func Fold[T any](l *Ledger, to calendar.Month, start func() T, add func(T, *Curve)) ([]T, error) {
	if err := checkMonths(to, to); err != nil {
		return nil, err
	}
	t := l.tallied()
	if t == nil {
		return nil, nil
	}
	if t.err != nil {
		return nil, fmt.Errorf("ledger: fold: %w", t.err)
	}
	type part struct {
		acc T
		err error
	}
	var out []T
	for _, p := range shards(l, func(lo, hi int) part {
		acc := start()
		c := curves{w: l.walker(t.months), to: to, curve: Curve{l: l}}
		for i := lo; i < hi; i++ {
			if len(l.blocks[i]) > 0 && c.follow(uint32(i)) {
				add(acc, &c.curve)
			}
			if c.w.fx != nil && c.w.fx.err != nil {
				return part{err: c.w.fx.err}
			}
		}
		return part{acc: acc}
	}) {
		if p.err != nil {
			return nil, fmt.Errorf("ledger: fold: %w", p.err)
		}
		out = append(out, p.acc)
	}
	return out, nil
}

// curves makes one curve after another in the same space.
type curves struct {
	w     *walker
	to    calendar.Month
	curve Curve
}

func (c *curves) follow(cust uint32) bool {
	l, v := c.w.l, &c.curve
	first := -1
	last := c.to.Sub(c.w.months.first) // index of to among the tally's months
	var level num.Int128
	v.cust, v.Levels, v.Initial = cust, v.Levels[:0], Units{}
	fill := func(until int) { // month ends before until
		for first+len(v.Levels) < until {
			v.Levels = append(v.Levels, Units{level})
		}
	}
	b := l.blocks[cust]
	c.w.walk(b, func(s *step) {
		if s.month > last {
			return
		}
		if first < 0 {
			first, v.Initial = s.month, Units{s.gain}
			v.First = c.w.months.first.Add(first)
		}
		fill(s.month)
		level = level.Add(s.gain)
	})
	if first < 0 {
		return false
	}
	fill(last + 1)
	if c.w.fx != nil {
		c.revalue(b, first)
	}
	return true
}

// revalue replaces the levels by what the customer holds in each currency at
// the rates of the month ends.
func (c *curves) revalue(b []entry, first int) {
	var view worthView
	next := 0
	for k := range c.curve.Levels {
		end := c.w.months.first.Add(first+k+1).Start(c.w.l.opts.location()).UnixNano() - 1
		until := next
		for until < len(b) && b[until].at <= end {
			until++
		}
		c.curve.Levels[k] = Units{view.at(c.w, b, next, until, end)}
		next = until
	}
}
