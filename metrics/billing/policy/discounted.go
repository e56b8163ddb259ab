package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// lessening is a discount that counts under the policy, and when it holds.
type lessening struct {
	d        *billing.Discount
	pos      int // its place on the span
	key      string
	from, to int64
}

// lessening dates a discount of a span; false where it lessens nothing there.
//
// A discount lasts as long as the charges it lessens: one of three months on a
// charge by the year lessens one whole charge, and holds for that year. So
// whether it recurs is a question of how many charges it lessens.
func (k *terms) lessening(s *billing.Span, pos int) (l lessening, ok bool) {
	d := &s.Discounts[pos]
	start := d.From
	if start.IsZero() {
		start = s.From
	}
	l = lessening{d: d, from: start.UnixNano(), to: open}
	charges := many
	switch {
	case !d.To.IsZero():
		var end time.Time
		end, charges = lastCharge(s, start, d.To)
		l.to = end.UnixNano()
	case d.Duration == billing.DurationOnce:
		l.to, charges = s.Cycle.Nth(start, 1).UnixNano(), 1
	case d.Duration == billing.DurationRepeating && d.Cycles > 0:
		l.to, charges = s.Cycle.Nth(start, d.Cycles).UnixNano(), d.Cycles
	}
	if l.to <= l.from || !k.p.Discounts.counts(d, charges) {
		return l, false
	}
	l.pos = pos
	if d.Level == billing.LevelSubscription {
		l.key = discountKey(d, pos)
	}
	return l, true
}

func (l *lessening) holds(at int64) bool { return l.from <= at && at < l.to }

// discountKey is what two items that name one discount have in common: its id,
// or its place and content.
func discountKey(d *billing.Discount, pos int) string {
	if d.ID != "" {
		return "id " + d.ID
	}
	return fmt.Sprint(pos, d.Percent, d.Off, d.From.UnixNano(), d.To.UnixNano(), d.Duration, d.Cycles, d.InMRR)
}

// many is more charges than anybody counts.
const many = 1 << 30

// lastCharge is the end of the cycle whose charge is the last before to, and how
// many charges lie on [from, to). Charges fall on the cycles that are paid for,
// else on those counted from where the span begins.
func lastCharge(s *billing.Span, from, to time.Time) (time.Time, int) {
	anchor := s.From
	if !s.PaidThrough.IsZero() {
		anchor = s.PaidThrough
	}
	hi := nthFrom(s.Cycle, anchor, to)
	return later(s.Cycle.Nth(anchor, hi), to), hi - nthFrom(s.Cycle, anchor, from)
}

// later is the later of two instants; the zero Time, where a cycle left the
// years there are, is the earlier.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// nthFrom is the first n for which the nth cycle after the anchor begins at t or
// later.
func nthFrom(c calendar.Cycle, anchor, t time.Time) int {
	days := 30.436875
	switch c.Unit {
	case calendar.UnitDay:
		days = 1
	case calendar.UnitWeek:
		days = 7
	case calendar.UnitYear:
		days = 365.2425
	default:
	}
	n := int(t.Sub(anchor).Hours() / (24 * days * float64(max(c.N, 1))))
	for range 4 { // the guess is less than two cycles off
		if x := c.Nth(anchor, n-1); x.IsZero() || x.Before(t) {
			break
		}
		n--
	}
	for range 4 {
		if x := c.Nth(anchor, n); x.IsZero() || !x.Before(t) {
			break
		}
		n++
	}
	return n
}

// percentOff returns what is left of d after p percent, exactly.
func percentOff(d, p decimal.Decimal) decimal.Decimal {
	return d.Mul(decimal.NewFromInt(100).Sub(p)).Shift(-2)
}

// lessItem takes the discounts of the item off a segment and counts those of the
// subscription that it carries.
func (k *terms) lessItem(x *segment, by *reductions, n *notes) {
	for i := range x.held {
		if l := &x.held[i]; l.holds(x.from) {
			x.off++
			x.carries = x.carries || l.d.Level == billing.LevelSubscription
		}
	}
	r := by.at(x.from)
	if r.part {
		x.rate.dec = x.rate.dec.Mul(r.kept)
	}
	if r.off.IsZero() {
		return
	}
	less, ok := x.rate.sub(k.p.monthly(r.off, x.s.Cycle))
	if !ok {
		n.imprecise(x)
	}
	x.rate = less
}

// discounted takes the discounts of the subscription off the segments that carry
// them, each once, in the order in which they stand on the spans: a percentage of
// every one, an amount off one charge after another, the largest first, until it
// is used up. An amount lessens the charges of each cycle by themselves, which
// are invoices of their own. Segments come and go by item and time.
func (k *terms) discounted(to, all []segment, n *notes) []segment {
	if !slices.ContainsFunc(all, func(x segment) bool { return x.carries }) {
		return append(to, all...)
	}
	carriers := map[money.Currency][]int{}
	for i := range all {
		if all[i].carries {
			carriers[all[i].currency] = append(carriers[all[i].currency], i)
		} else {
			to = append(to, all[i])
		}
	}
	for _, of := range carriers {
		budget := effort(len(of))
		last := map[int]int{} // of each segment the part put out last
		changes(all, of, func(from, till int64, now []int) bool {
			rates, cost := k.less(all, now, n)
			for j, i := range now {
				to = extend(to, last, all, i, from, till, rates[j])
			}
			budget -= cost
			return budget > 0
		})
		if budget <= 0 {
			x := &all[of[0]]
			n.of(x, billing.CodeUnsupported, billing.Fault, "Discounts", strconv.Itoa(len(of)),
				"discounts of the subscription change too often for so many items; the subscription counts nothing")
			return to[:0]
		}
	}
	slices.SortFunc(to, bySegment)
	return to
}

// extend puts out a part of segment i at a rate, or lengthens the part before it
// that has the same.
func extend(to []segment, last map[int]int, all []segment, i int, from, till int64, r rate) []segment {
	if at, ok := last[i]; ok && to[at].to == from && to[at].rate.equal(r) {
		to[at].to = till
		return to
	}
	last[i] = len(to)
	x := all[i]
	x.from, x.to, x.rate = from, till, r
	return append(to, x)
}

func bySegment(a, b segment) int {
	return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.from, b.from))
}

// effort bounds what a step may cost that looks at all items whenever one of
// them changes, so that it grows as the records do.
func effort(segments int) int { return 2_000_000 + 100*segments }

// changes calls f for every stretch of time in which none of some segments begins
// or ends, with those in force then, in order; until f says false.
func changes(all []segment, of []int, f func(from, to int64, now []int) bool) {
	begin := slices.Clone(of)
	slices.SortStableFunc(begin, func(i, j int) int { return cmp.Compare(all[i].from, all[j].from) })
	bounds := make([]int64, 0, 2*len(of))
	for _, i := range of {
		bounds = append(bounds, all[i].from, all[i].to)
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	var now []int
	for b := 0; b+1 < len(bounds); b++ {
		t := bounds[b]
		now = slices.DeleteFunc(now, func(i int) bool { return all[i].to <= t })
		for len(begin) > 0 && all[begin[0]].from == t {
			now = append(now, begin[0])
			begin = begin[1:]
		}
		if len(now) == 0 {
			continue
		}
		slices.Sort(now)
		if !f(t, bounds[b+1], now) {
			return
		}
	}
}

// less is what segments that hold together are worth, less the discounts of the
// subscription; and how much work that was.
func (k *terms) less(all []segment, now []int, n *notes) (rates []rate, cost int) {
	rates = make([]rate, len(now))
	for j, i := range now {
		rates[j] = all[i].rate
	}
	cost = len(now)
	for _, l := range carried(all, now) {
		cost += len(l.by)
		if !l.d.Percent.IsZero() {
			for _, j := range l.by {
				rates[j].dec = percentOff(rates[j].dec, l.d.Percent)
			}
			continue
		}
		k.takeOff(all, now, rates, l, n)
	}
	return rates, cost
}

// carriedBy is a discount of the subscription and which segments carry it.
type carriedBy struct {
	lessening
	by []int // positions among those that hold
}

// carried finds the discounts of the subscription, each once, whichever items
// name it. What items that count nothing carry lessens nothing.
func carried(all []segment, now []int) []carriedBy {
	var out []carriedBy
	known := map[string]int{}
	for j, i := range now {
		x := &all[i]
		if x.rate.isZero() {
			continue
		}
		for _, l := range x.held {
			if l.d.Level != billing.LevelSubscription || !l.holds(x.from) {
				continue
			}
			at, ok := known[l.key]
			if !ok {
				at = len(out)
				known[l.key] = at
				out = append(out, carriedBy{lessening: l})
			}
			c := &out[at]
			if by := len(c.by); by == 0 || c.by[by-1] != j {
				c.by = append(c.by, j)
			}
			if byContent(l, c.lessening) < 0 {
				c.lessening = l
			}
		}
	}
	slices.SortStableFunc(out, func(a, b carriedBy) int { return byContent(a.lessening, b.lessening) })
	return out
}

// byContent orders discounts by where they stand and what they say, not by the
// names of the items that carry them.
func byContent(a, b lessening) int {
	return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.d.ID, b.d.ID), b.d.Percent.Cmp(a.d.Percent), b.d.Off.Cmp(a.d.Off),
		cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
}

// takeOff takes an amount off the charges that carry it, those of each cycle by
// themselves, the largest first.
func (k *terms) takeOff(all []segment, now []int, rates []rate, l carriedBy, n *notes) {
	order := slices.Clone(l.by)
	slices.SortStableFunc(order, func(i, j int) int {
		x, y := &all[now[i]], &all[now[j]]
		return cmp.Or(cmp.Compare(x.s.Cycle.Unit, y.s.Cycle.Unit), cmp.Compare(max(x.s.Cycle.N, 1), max(y.s.Cycle.N, 1)),
			rates[j].cmp(rates[i]), cmp.Compare(x.s.Plan, y.s.Plan), cmp.Compare(x.item, y.item))
	})
	var left rate
	for at, j := range order {
		x := &all[now[j]]
		if at == 0 || !sameCycle(all[now[order[at-1]]].s.Cycle, x.s.Cycle) {
			left = k.p.monthly(l.d.Off, x.s.Cycle)
			if fx, err := k.frozen(x.s.Currency, x.s.From.UnixNano()); err == nil && !fx.IsZero() {
				left.dec = left.dec.Mul(fx)
			}
		}
		less, _ := rates[j].sub(left)
		rest, ok := left.sub(rates[j])
		if !ok {
			n.imprecise(x)
		}
		rates[j], left = less, rest
	}
}

func sameCycle(a, b calendar.Cycle) bool { return a.Unit == b.Unit && max(a.N, 1) == max(b.N, 1) }
