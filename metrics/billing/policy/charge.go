package policy

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// charge is an invoice line as a policy reads it: it adds rate, which credits
// make negative, on [from, to).
type charge struct {
	l        *billing.InvoiceLine
	from, to int64
	rate     rate
	currency money.Currency
	fixed    bool // converted for good
	dropped  bool // ends because it was not paid, and not with its period
}

// charges reads the valid invoice lines of one subscription: by item, currency
// and the order in which they begin.
func (k *terms) charges(lines []*billing.InvoiceLine, n *notes) ([]charge, error) {
	full := fullLines(lines)
	var out []charge
	for _, l := range lines {
		c, ok, err := k.charge(l, full, n)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, c)
		}
	}
	out = k.firstInvoice(out)
	slices.SortStableFunc(out, func(a, b charge) int {
		return cmp.Or(cmp.Compare(a.l.Item, b.l.Item), cmp.Compare(a.currency, b.currency), cmp.Compare(a.from, b.from), cmp.Compare(a.l.Seq, b.l.Seq))
	})
	if k.p.Metered == MeteredTrailing {
		k.trail(out, n)
	}
	return out, nil
}

// charge reads one line; false where the policy lets it count nothing.
func (k *terms) charge(l *billing.InvoiceLine, full grid, n *notes) (c charge, ok bool, err error) {
	p := k.p
	switch {
	case l.Test && !p.CountTest:
		n.line(l, billing.CodeTestMode, billing.Notice, "Test", "true", "a sandbox record; left out")
		return c, false, nil
	case l.Status == billing.LineDraft || l.Status == billing.LineVoid || l.Status == billing.LineUncollectible && !p.CountUnpaid:
		return c, false, nil
	}
	switch l.Kind {
	case billing.LineOneOff:
		return c, false, nil
	case billing.LineCredit, billing.LineRefund:
		if !p.SubtractCredits {
			return c, false, nil
		}
	case billing.LineUsage:
		if p.Metered != MeteredIncluded && p.Metered != MeteredTrailing {
			return c, false, nil
		}
	case billing.LineRecurring:
		if l.From.IsZero() {
			n.line(l, billing.CodeNoPeriod, billing.Warning, "From", "", "a recurring line without a service period; it counts nothing")
		}
	}
	if l.From.IsZero() {
		return c, false, nil
	}
	c = charge{l: l, from: l.From.UnixNano(), to: l.To.UnixNano(), currency: l.Currency}
	if l.Status == billing.LineOpen && p.PastDue.Drop {
		day := calendar.Cycle{Unit: calendar.UnitDay}
		if at := day.Nth(l.IssuedAt.In(p.location()), p.PastDue.AfterDays).UnixNano(); at < c.to {
			c.to, c.dropped = at, true
		}
	}
	if c.to <= c.from {
		return c, false, nil
	}
	c.rate = k.lineRate(l, full, n)
	fx, err := k.frozen(c.currency, c.from)
	if err != nil {
		return c, false, fmt.Errorf("policy: read: customer %q, invoice line %q: %w", text.Clip(l.Customer), text.Clip(l.ID), err)
	}
	if !fx.IsZero() {
		c.rate.dec, c.currency, c.fixed = c.rate.dec.Mul(fx), k.o.Currency, true
	}
	if p.Rounding.Scope == RoundItems {
		c.rate = c.rate.round(p.Rounding.Places, p.Rounding.Mode)
	}
	exact, ok := c.rate.charge()
	if !ok {
		n.imprecise(&segment{l: l})
	}
	c.rate = exact
	if l.Credits() {
		c.rate = c.rate.negated()
	}
	return c, true, nil
}

// lineRate is what a line is worth a month, by magnitude.
func (k *terms) lineRate(l *billing.InvoiceLine, full grid, n *notes) rate {
	p := k.p
	amount := l.Amount.Sub(l.Discount)
	if p.Discounts == DiscountsNone {
		amount = l.Amount
	}
	if p.IncludeTax {
		amount = amount.Add(l.Tax)
	}
	if amount.Sign() < 0 {
		n.line(l, billing.CodeOverDiscount, billing.Warning, "Discount", words.Number(l.Discount), "more than the Amount "+words.Number(l.Amount)+"; the line counts nothing")
		return rate{}
	}
	length := l.To.Sub(l.From)
	var r rate
	exact := true
	switch {
	case p.Scaling == ScaleByDays && l.Cycle.Unit != calendar.UnitWeek && length > 0:
		f := p.DayFactor.or(standardDay)
		if f.Times == 0 {
			return rate{}
		}
		r, exact = rate{amount.Mul(decimal.NewFromInt(f.Times)), f.Per}.times(int64(24*time.Hour), int64(length))
	case p.Scaling == ScaleToCycle && l.Proration != billing.ProrationNone && length > 0:
		r, exact = p.monthly(amount, l.Cycle).times(int64(k.wholeCycle(l, full, n)), int64(length))
	default:
		r = p.monthly(amount, l.Cycle)
	}
	if !exact {
		n.imprecise(&segment{l: l})
	}
	return r
}

// grid is the lines of a subscription that charge whole cycles: what prorated
// ones are part of.
type grid struct {
	of map[gridKey][]*billing.InvoiceLine // of each item, in order of time
	// ending are those that end at an instant, of whatever item: an add-on bought
	// in mid-cycle is charged to the end of the cycle that the rest is in.
	ending map[gridEnd]*billing.InvoiceLine
}

type gridKey struct {
	item  string
	cycle calendar.Cycle
}

type gridEnd struct {
	at    int64
	cycle calendar.Cycle
}

func fullLines(lines []*billing.InvoiceLine) grid {
	var g grid
	for _, l := range lines {
		if l.Kind != billing.LineRecurring || l.Proration != billing.ProrationNone || l.From.IsZero() || !l.To.After(l.From) {
			continue
		}
		if g.of == nil {
			g = grid{map[gridKey][]*billing.InvoiceLine{}, map[gridEnd]*billing.InvoiceLine{}}
		}
		key, end := gridKey{l.Item, l.Cycle}, gridEnd{l.To.UnixNano(), l.Cycle}
		g.of[key] = append(g.of[key], l)
		if x := g.ending[end]; x == nil || l.From.Before(x.From) {
			g.ending[end] = l
		}
	}
	for _, of := range g.of {
		slices.SortStableFunc(of, func(a, b *billing.InvoiceLine) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	}
	return g
}

// wholeCycle is how long the cycle is that a prorated line charges part of: that
// of the full line of the same item which ends with it or has it in its period;
// else of one of the subscription that ends with it; else the one that cycles
// counted from the item's nearest full line give. Without any it can only be
// guessed from the line's end.
func (k *terms) wholeCycle(l *billing.InvoiceLine, g grid, n *notes) time.Duration {
	full := g.of[gridKey{l.Item, l.Cycle}]
	i, _ := slices.BinarySearchFunc(full, l.To, func(f *billing.InvoiceLine, to time.Time) int {
		if f.From.Before(to) {
			return -1
		}
		return 1
	})
	if i > 0 && !full[i-1].To.Before(l.To) { // the last that begins before the line ends
		return full[i-1].To.Sub(full[i-1].From)
	}
	if f := g.ending[gridEnd{l.To.UnixNano(), l.Cycle}]; f != nil {
		return f.To.Sub(f.From)
	}
	if len(full) == 0 {
		n.line(l, billing.CodeAssumed, billing.Notice, "Cycle", l.Cycle.String(),
			"no line charges this item in full, and none of the subscription ends with it; the cycle that a prorated line is part of was counted back from its end")
		return l.To.Sub(l.Cycle.Nth(l.To.In(k.p.location()), -1))
	}
	anchor := full[max(i-1, 0)].From.In(k.p.location())
	m := nthFrom(l.Cycle, anchor, l.To.In(k.p.location()))
	return l.Cycle.Nth(anchor, m).Sub(l.Cycle.Nth(anchor, m-1))
}

// firstInvoice lets a subscription count nothing until its first invoice is paid,
// where that is the rule.
func (k *terms) firstInvoice(all []charge) []charge {
	if !k.p.AwaitFirstPayment || len(all) == 0 {
		return all
	}
	first := slices.MinFunc(all, func(a, b charge) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.l.Seq, b.l.Seq)) })
	begin := int64(0)
	switch l := first.l; {
	case !l.PaidAt.IsZero():
		begin = l.PaidAt.UnixNano()
	case l.Status == billing.LineOpen:
		begin = open
	}
	kept := all[:0]
	for _, c := range all {
		if c.from = max(c.from, begin); c.from < c.to {
			kept = append(kept, c)
		}
	}
	return kept
}

// trail replaces what each usage line is worth by the mean of the periods of its
// item before it. Charges are in order.
func (k *terms) trail(all []charge, n *notes) {
	for lo := 0; lo < len(all); {
		hi := lo + 1
		for hi < len(all) && all[hi].l.Item == all[lo].l.Item && all[hi].currency == all[lo].currency {
			hi++
		}
		k.trailItem(all[lo:hi], n)
		lo = hi
	}
}

func (k *terms) trailItem(all []charge, n *notes) {
	var usage []int
	for i := range all {
		if all[i].l.Kind == billing.LineUsage {
			usage = append(usage, i)
		}
	}
	ends := slices.Clone(usage)
	slices.SortStableFunc(ends, func(i, j int) int { return cmp.Compare(all[i].to, all[j].to) })
	means := make([]rate, len(usage))
	var ended []int
	for m, i := range usage {
		for len(ends) > 0 && all[ends[0]].to <= all[i].from {
			at, _ := slices.BinarySearch(ended, ends[0])
			ended = slices.Insert(ended, at, ends[0])
			if len(ended) > k.p.meteredPeriods() {
				ended = ended[1:]
			}
			ends = ends[1:]
		}
		var sum rate
		of := &segment{l: all[i].l}
		for _, j := range ended {
			sum = plus(sum, all[j].rate, of, n)
		}
		if len(ended) == 0 {
			continue
		}
		mean, ok := sum.times(1, int64(len(ended)))
		if !ok {
			n.imprecise(of)
		}
		if means[m], ok = mean.charge(); !ok {
			n.imprecise(of)
		}
	}
	for m, i := range usage {
		all[i].rate = means[m]
	}
}
