package ledger

import (
	"fmt"
	"math"
	"sort"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Units is an exact amount of MRR inside one ledger: a whole number of a unit
// so fine that no charge is rounded. Units of different ledgers do not mix, nor
// those of one ledger before and after a write. Amount turns them into money.
//
// Unit lets them outlive a ledger.
type Units struct{ v value }

// Add returns u+v.
func (u Units) Add(v Units) Units { return Units{u.v.add(v.v)} }

// Sub returns u-v.
func (u Units) Sub(v Units) Units { return Units{u.v.sub(v.v)} }

// Int64 returns u where it is a small whole number of units, which most customers
// are worth.
func (u Units) Int64() (int64, bool) {
	n, ok := u.v.v.Int64()
	return n, ok && u.v.x == nil
}

// AddInt adds n units to u in place.
func (u *Units) AddInt(n int64) { u.v.incInt(n) }

// Min returns the smaller of u and v.
func (u Units) Min(v Units) Units { return Units{u.v.min(v.v)} }

// Cmp returns -1, 0 or +1 as u is below, equal to or above v.
func (u Units) Cmp(v Units) int { return u.v.cmp(v.v) }

// Sign returns -1, 0 or +1.
func (u Units) Sign() int { return u.v.sign() }

// Amount returns units as MRR in the ledger's currency, rounded once to Places.
func (l *Ledger) Amount(u Units) decimal.Decimal { return l.Unit().Amount(u) }

// Curve is what one customer was worth at the end of each month.
type Curve struct {
	l    *Ledger
	cust uint32
	// First is the month of the customer's first MRR above zero. Age 0 is that
	// month, age 1 the next.
	First calendar.Month
	// Ages is how many ages there are through the last month asked for.
	Ages int
	// Initial is the first MRR: the new business the customer brought.
	Initial Units
	// Steps are the ages in which anything changed, ascending. At the end of
	// ages between two steps the MRR is that of the earlier, before the first
	// it is zero.
	Steps []Step
}

// Step is a customer's MRR at the end of an age, in the ledger's currency at
// that instant's rates.
type Step struct {
	Age   int
	Level Units
}

// Level returns the MRR at the end of an age, zero outside the ages there are.
func (c *Curve) Level(age int) Units {
	if age >= c.Ages {
		return Units{}
	}
	i := sort.Search(len(c.Steps), func(i int) bool { return c.Steps[i].Age > age })
	if i == 0 {
		return Units{}
	}
	return c.Steps[i-1].Level
}

// Customer returns the customer's id.
func (c *Curve) Customer() string { return c.l.customers.string(c.cust) }

// Fingerprint is a hash of the customer's id, the same in every process: enough
// to notice that two sums hold one customer twice.
func (c *Curve) Fingerprint() uint64 { return fingerprint(c.l.customers.text(c.cust)) }

// Fold gives every customer's curve up to and including the month to, in no
// particular order and on several goroutines, to add, with one of the
// accumulators that start returns, and returns the accumulators. A curve, and
// its Steps, is only valid during the call. Customers whose first MRR is after
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
	v := &c.curve
	b := c.w.l.blocks[cust]
	last := c.to.Sub(c.w.months.first) // index of to among the tally's months
	v.cust, v.Steps = cust, v.Steps[:0]
	var first int
	if c.w.groups || c.w.fx != nil {
		first = c.walk(b, last)
	} else if n, ok := c.lone(b, last); ok {
		first = n
	} else {
		first = c.add(b, last)
	}
	if first < 0 {
		return false
	}
	v.First, v.Ages = c.w.months.first.Add(first), last-first+1
	if c.w.fx != nil {
		c.revalue(b, first)
	}
	return true
}

// add makes the steps and returns the first month, -1 where there is none. What
// the movements are called does not matter here, so levels are only added up.
func (c *curves) add(b []entry, last int) int {
	w, v, first := c.w, &c.curve, -1
	w.reset()
	var level value
	for i := 0; i < len(b); {
		at := b[i].at
		for ; i < len(b) && b[i].at == at; i++ {
			s, units := w.level(b[i].slot), w.l.units(&b[i])
			level = level.add(units).sub(s.units)
			s.units = units
		}
		month := w.months.index(at)
		if month > last {
			break
		}
		if first < 0 {
			if level.isZero() {
				continue
			}
			first, v.Initial = month, Units{level}
		}
		v.step(month-first, level)
	}
	return first
}

// lone is add for a customer with one level of small amounts.
func (c *curves) lone(b []entry, last int) (first int, ok bool) {
	w, v := c.w, &c.curve
	if !w.isLone(b) {
		return 0, false
	}
	first = -1
	month, until := 0, int64(math.MinInt64)
	for i := 0; i < len(b); i++ {
		at := b[i].at
		for i+1 < len(b) && b[i+1].at == at { // the last saying holds
			i++
		}
		if at >= until {
			month = w.months.index(at)
			if month > last {
				break
			}
			until = w.months.starts[month+1]
		}
		level := b[i].coef * w.l.scale.factors[b[i].class()]
		if first < 0 {
			if level == 0 {
				continue
			}
			first, v.Initial = month, Units{value{v: num.Of(level)}}
		}
		v.step(month-first, value{v: num.Of(level)})
	}
	return first, true
}

// walk is add for books whose movements net over more than an instant, which
// decides what the first is, or are in several currencies.
func (c *curves) walk(b []entry, last int) int {
	v, first := &c.curve, -1
	var level value
	c.w.walk(b, func(s *step) {
		if s.month > last {
			return
		}
		if first < 0 {
			if s.gain.isZero() { // present, and worth nothing yet
				return
			}
			first, v.Initial = s.month, Units{s.gain}
		}
		level = level.add(s.gain)
		v.step(s.month-first, level)
	})
	return first
}

func (c *Curve) step(age int, level value) {
	if n := len(c.Steps); n > 0 && c.Steps[n-1].Age == age {
		c.Steps[n-1].Level = Units{level}
		return
	}
	c.Steps = append(c.Steps, Step{age, Units{level}})
}

// revalue replaces the steps by what the customer holds in each currency at the
// rates of the month ends.
func (c *curves) revalue(b []entry, first int) {
	var view worthView
	var before value
	v, next := &c.curve, 0
	v.Steps = v.Steps[:0]
	for k := range v.Ages {
		end := c.end(first + k)
		until := next
		for until < len(b) && b[until].at <= end {
			until++
		}
		if worth := view.at(c.w, b, next, until, end); worth.cmp(before) != 0 {
			v.step(k, worth)
			before = worth
		}
		next = until
	}
}

// end returns the last instant of a month, counted as the tally does.
func (c *curves) end(month int) int64 {
	if m := &c.w.months; month < m.len() {
		return m.starts[month+1] - 1
	}
	return c.w.months.first.Add(month+1).Start(c.w.l.opts.location()).UnixNano() - 1
}

// FirstPlan is the plan of a customer's first charge above zero, "" where that
// names none or there never was one: a key for cohorts and segments, which may
// be called from several goroutines while nobody writes.
func (l *Ledger) FirstPlan(customer string) string {
	l.settle()
	c, ok := l.customers.find(customer)
	if !ok || int(c) >= len(l.blocks) {
		return ""
	}
	b := l.blocks[c]
	for i := range b {
		if l.coef(&b[i]).IsZero() {
			continue
		}
		for j := i + 1; j < len(b) && b[j].at == b[i].at; j++ { // corrected at once
			if b[j].slot == b[i].slot {
				i = j
			}
		}
		if l.coef(&b[i]).IsZero() {
			continue
		}
		return l.dims.text(l.dimOf(&b[i]).plan)
	}
	return ""
}
