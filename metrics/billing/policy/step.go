package policy

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// step is one change of what an item is worth: from at on it is rate, exactly
// as the ledger will hold it.
type step struct {
	at, rec int64 // rec 0 is unstated
	rate    rate
	s       *billing.Span        // whose terms hold from at on, or end
	l       *billing.InvoiceLine // the line, of invoices
	cause   ledger.Cause
	alive   bool  // lives at nothing, and the policy keeps it
	ended   bool  // nothing is in force
	fixed   bool  // converted for good: in the currency of the results
	part    uint8 // of an item that charges in several currencies
}

// currency of the rate.
func (x *step) currency(o *Options) money.Currency {
	switch {
	case x.fixed:
		return o.Currency
	case x.l != nil:
		return x.l.Currency
	default:
		return x.s.Currency
	}
}

// item is what a ledger calls the part of the subscription that has the level.
func (x *step) item() string {
	if x.l == nil {
		return x.s.Item
	}
	if x.part > 0 {
		return currencyItem(x.l.Item, x.part)
	}
	return x.l.Item
}

// steps notes every change of what segments, which come by item and time, are
// worth.
func (k *terms) steps(to []step, all []segment, n *notes) []step {
	if items := countItems(all); items > maxItems {
		n.of(&all[0], billing.CodeUnsupported, billing.Fault, "Item", strconv.Itoa(items), "more than "+strconv.Itoa(maxItems)+" items; the subscription counts nothing")
		return to
	}
	k.noteCurrencies(all, n)
	crowd := newCrowd(all)
	for lo := 0; lo < len(all); {
		hi := lo + 1
		for hi < len(all) && all[hi].item == all[lo].item {
			hi++
		}
		to = k.itemSteps(to, all[lo:hi], &crowd, n)
		lo = hi
	}
	return to
}

func countItems(all []segment) int {
	items := 0
	for i := range all {
		if i == 0 || all[i].item != all[i-1].item {
			items++
		}
	}
	return items
}

// noteCurrencies finds a subscription that charges in several.
func (k *terms) noteCurrencies(all []segment, n *notes) {
	for i := range all {
		if c := all[i].currency; c != all[0].currency {
			n.of(&all[i], billing.CodeCurrency, billing.Warning, "Currency", string(c), "beside "+wordsCurrency(all[0].currency)+"; each counts by itself")
			return
		}
	}
}

// itemSteps are the steps of one item.
func (k *terms) itemSteps(to []step, of []segment, c *crowd, n *notes) []step {
	var was step // what holds; the zero step is nothing
	var last *segment
	for i := range of {
		x := &of[i]
		if last != nil && last.to < x.from {
			to, was = k.end(to, was, last, c), step{}
			last = nil
		}
		now := k.step(x, n)
		now.rec = recorded(last, x)
		if !k.sameStep(&was, &now) {
			now.cause = c.cause(last, x, was.rate, now.rate)
			to = append(to, now)
			was = now
		}
		last = x
	}
	if last != nil && last.to != open {
		to = k.end(to, was, last, c)
	}
	return to
}

// step is what a segment makes of its item from its beginning.
func (k *terms) step(x *segment, n *notes) step {
	now := step{at: x.from, s: x.s, l: x.l, part: x.part, fixed: x.fixed}
	exact, ok := x.rate.charge()
	if !ok {
		n.imprecise(x)
	}
	now.rate = exact
	now.alive = exact.isZero() && x.live && k.p.Free == FreeStays
	return now
}

// end closes an item where the last segment ends.
func (k *terms) end(to []step, was step, last *segment, c *crowd) []step {
	if was.rate.isZero() && !was.alive {
		return to
	}
	end := step{at: last.to, rec: endRecorded(last), s: last.s, l: last.l, part: last.part, fixed: last.fixed, ended: true}
	end.cause = c.cause(last, nil, was.rate, rate{})
	return append(to, end)
}

// sameStep reports whether nothing that a ledger is told changes.
func (k *terms) sameStep(a, b *step) bool {
	if a.rate.isZero() && b.rate.isZero() && !a.alive && !b.alive {
		return true // nothing, of whatever
	}
	if a.s == nil && a.l == nil {
		return false
	}
	return a.alive == b.alive && a.rate.equal(b.rate) && a.currency(k.o) == b.currency(k.o) && a.said().same(b.said())
}

// said is what a step says besides the amount.
type said struct {
	plan, product string
	quantity      decimal.Decimal
}

func (x *step) said() said {
	switch {
	case x.ended:
		return said{}
	case x.l != nil:
		return said{x.l.Plan, x.l.Product, x.l.Quantity}
	case x.s != nil:
		return said{x.s.Plan, x.s.Product, x.s.Quantity}
	default:
		return said{}
	}
}

func (a said) same(b said) bool {
	return a.plan == b.plan && a.product == b.product && a.quantity.Equal(b.quantity)
}

// recorded is when what happens at the beginning of a segment became known: what
// began there says so, and where that is unstated, what ended there.
func recorded(last, x *segment) int64 {
	var rec int64
	switch {
	case x.l != nil:
		rec = lateRecord(x.l.IssuedAt, x.from)
	case x.from == x.s.From.UnixNano():
		rec = nano(x.s.Recorded)
	}
	if last != nil && last.s != nil && last.s != x.s && last.to == nano(last.s.To) {
		rec = max(rec, nano(last.s.EndRecorded))
	}
	return rec
}

// endRecorded is when an end became known: an end that was asked for, when it
// was asked for.
func endRecorded(last *segment) int64 {
	s := last.s
	switch {
	case s == nil:
		return 0
	case last.to == nano(s.To):
		return nano(s.EndRecorded)
	case s.To.IsZero() && last.to == nano(s.CancelAt) && !s.CancelAskedAt.IsZero() && nano(s.CancelAskedAt) <= last.to:
		return nano(s.CancelAskedAt)
	default:
		return 0
	}
}

// lateRecord is when an invoice made a change known that it dates back; 0 where
// it was issued in advance.
func lateRecord(issued time.Time, at int64) int64 {
	if issued.IsZero() || issued.UnixNano() <= at {
		return 0
	}
	return issued.UnixNano()
}

func nano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// change is the step as a ledger takes it.
func (x *step) change(of subs.Key, o *Options) ledger.Change {
	c := ledger.Change{
		Customer: of.Customer, Subscription: of.Subscription, Item: x.item(), At: time.Unix(0, x.at).UTC(),
		Amount: x.rate.dec, Cycle: calendar.Cycle{N: int(x.rate.over())}, Currency: x.currency(o), Cause: x.cause, Alive: x.alive,
	}
	about := x.said()
	c.Plan, c.Product, c.Quantity = about.plan, about.product, about.quantity
	if x.rec != 0 {
		c.Recorded = time.Unix(0, x.rec).UTC()
	}
	return c
}

// evidence names the record that tells of the step.
func (x *step) evidence() string {
	switch {
	case x.l != nil:
		return x.l.Record()
	case x.ended && x.s.EndID != "":
		return x.s.EndID
	default:
		return x.s.ID
	}
}

// sortSteps puts steps of several items in order of time.
func sortSteps(all []step) {
	slices.SortStableFunc(all, func(a, b step) int { return cmp.Compare(a.at, b.at) })
}
