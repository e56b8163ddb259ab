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
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// worth is an invoice line as a policy reads it: it adds rate, which credits
// make negative, from an instant until another.
type worth struct {
	l        *billing.InvoiceLine
	from, to int64
	rate     rate
	currency money.Currency
}

// edge is the beginning or the end of a line.
type edge struct {
	at   int64
	line int
	ends bool
}

// evaluateLines leaves in steps what the valid invoice lines of a subscription
// are worth. Its spans only say when it ends.
func (e *evaluator) evaluateLines(spans []*billing.Span, lines []*billing.InvoiceLine) {
	e.steps, e.free = e.steps[:0], e.free[:0]
	clear(e.noted)
	end, ok := e.lineEnd(spans)
	if !ok {
		return
	}
	var all []worth
	for _, l := range lines {
		if w, ok := e.worth(l, end); ok {
			all = append(all, w)
		}
	}
	if e.p.Metered == MeteredTrailing {
		e.trailLines(all)
	}
	slices.SortStableFunc(all, func(a, b worth) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.l.Seq, b.l.Seq))
	})
	var parts []money.Currency
	for i := range all {
		if !slices.Contains(parts, all[i].currency) {
			parts = append(parts, all[i].currency)
		}
	}
	for part, c := range parts {
		if part > maxParts {
			break
		}
		if part == 1 {
			e.noteLine(all[0].l, billing.CodeCurrency, billing.Warning, "Currency", string(c), "beside "+words.Currency(parts[0])+"; each counts by itself")
		}
		e.sweepLines(all, c, uint8(part), spans)
	}
}

// lineEnd is when a subscription stops counting whatever was invoiced for
// later; false where none of it counts at all.
func (e *evaluator) lineEnd(spans []*billing.Span) (end int64, ok bool) {
	end = open
	last, ends := int64(0), len(spans) > 0
	for i, s := range spans {
		if at := s.End(); at.IsZero() {
			ends = false
		} else if i == 0 || at.UnixNano() > last {
			last = at.UnixNano()
		}
		asked := e.p.ChurnDate == EndRequested
		if e.series == seriesCommitted {
			if e.p.Committed == CommittedNever && !s.CancelAt.IsZero() {
				return 0, false
			}
			asked = true
		}
		if asked && !s.CancelAskedAt.IsZero() {
			end = min(end, s.CancelAskedAt.UnixNano())
		}
	}
	if ends && e.p.ChurnDate == EndRecorded {
		end = min(end, last)
	}
	return end, true
}

// worth reads one line; false where the policy lets it count nothing.
func (e *evaluator) worth(l *billing.InvoiceLine, end int64) (w worth, ok bool) {
	p := e.p
	switch {
	case l.Test && !p.CountTest:
		e.noteLine(l, billing.CodeTestMode, billing.Notice, "Test", "true", "a sandbox record; left out")
		return w, false
	case l.Status == billing.LineDraft || l.Status == billing.LineVoid || l.Status == billing.LineUncollectible && !p.CountUnpaid:
		return w, false
	}
	switch l.Kind {
	case billing.LineOneOff:
		return w, false
	case billing.LineCredit, billing.LineRefund:
		if !p.SubtractCredits || l.From.IsZero() {
			return w, false
		}
	case billing.LineUsage:
		if p.Metered != MeteredIncluded && p.Metered != MeteredTrailing {
			return w, false
		}
	case billing.LineRecurring:
		if l.From.IsZero() {
			e.noteLine(l, billing.CodeNoPeriod, billing.Warning, "From", "", "a recurring line without a service period; it counts nothing")
			return w, false
		}
	}
	w = worth{l: l, from: l.From.UnixNano(), to: min(l.To.UnixNano(), end), currency: l.Currency}
	if l.From.IsZero() {
		return w, false
	}
	if l.Status == billing.LineOpen && p.PastDue.Drop {
		day := calendar.Cycle{Unit: calendar.UnitDay}
		w.to = min(w.to, day.Nth(l.IssuedAt.In(p.location()), p.PastDue.AfterDays).UnixNano())
	}
	if w.to <= w.from {
		return w, false
	}
	w.rate = e.lineRate(l)
	if !e.freezeLine(&w) {
		return w, false
	}
	if p.Rounding.Scope == RoundItems {
		w.rate = w.rate.round(p.Rounding.Places, p.Rounding.Mode)
	}
	w.rate = e.exactLine(w.rate, l)
	if l.Credits() {
		w.rate.dec = w.rate.dec.Neg()
	}
	return w, true
}

// lineRate is what a line is worth a month, by magnitude.
func (e *evaluator) lineRate(l *billing.InvoiceLine) rate {
	p := e.p
	amount := l.Amount.Sub(l.Discount)
	if p.Discounts == DiscountsNone {
		amount = l.Amount
	}
	if p.IncludeTax {
		amount = amount.Add(l.Tax)
	}
	if amount.Sign() < 0 {
		e.noteLine(l, billing.CodeOverDiscount, billing.Warning, "Discount", words.Number(l.Discount), "more than the Amount "+words.Number(l.Amount)+"; the line counts nothing")
		return rate{}
	}
	length := l.To.Sub(l.From)
	switch {
	case p.Scaling == ScaleByDays && l.Cycle.Unit != calendar.UnitWeek && length > 0:
		f := p.DayFactor.or(standardDay)
		if f.Times == 0 {
			return rate{}
		}
		r, ok := rate{amount.Mul(decimal.NewFromInt(f.Times)), f.Per}.times(int64(24*time.Hour), int64(length))
		if !ok {
			e.impreciseLine(l)
		}
		return r
	case p.Scaling == ScaleToCycle && l.Proration != billing.ProrationNone && length > 0:
		whole := l.To.Sub(l.Cycle.Nth(l.To.In(p.location()), -1))
		r, ok := p.monthly(amount, l.Cycle).times(int64(whole), int64(length))
		if !ok {
			e.impreciseLine(l)
		}
		return r
	default:
		return p.monthly(amount, l.Cycle)
	}
}

// exactLine brings a rate to the form the ledger takes.
func (e *evaluator) exactLine(r rate, l *billing.InvoiceLine) rate {
	c, ok := r.charge()
	if !ok {
		e.impreciseLine(l)
	}
	return c
}

func (e *evaluator) impreciseLine(l *billing.InvoiceLine) {
	e.imprecise(&billing.Span{Customer: l.Customer, Subscription: l.Subscription, Item: l.Item, ID: l.Record(), Terms: billing.Terms{Amount: l.Amount}})
}

func (e *evaluator) freezeLine(w *worth) bool {
	if e.p.RateDate != RateFrozen || w.currency == "" || w.currency == e.o.Currency {
		return true
	}
	fx, err := frozenRate(e.o, w.currency, w.from)
	if err != nil {
		if e.err == nil {
			e.err = fmt.Errorf("policy: read: customer %q, invoice line %q: %w", text.Clip(w.l.Customer), text.Clip(w.l.ID), err)
		}
		return false
	}
	w.rate.dec = w.rate.dec.Mul(fx)
	w.currency = e.o.Currency
	return true
}

// trailLines replaces what each usage line is worth by the mean of the periods
// of its item before it.
func (e *evaluator) trailLines(all []worth) {
	var usage []*worth
	for i := range all {
		if all[i].l.Kind == billing.LineUsage {
			usage = append(usage, &all[i])
		}
	}
	slices.SortStableFunc(usage, func(a, b *worth) int {
		return cmp.Or(cmp.Compare(a.l.Item, b.l.Item), cmp.Compare(a.from, b.from))
	})
	means := make([]rate, len(usage))
	for i, w := range usage {
		var sum rate
		n := int64(0)
		for j := i - 1; j >= 0 && usage[j].l.Item == w.l.Item && n < int64(e.p.meteredPeriods()); j-- {
			if usage[j].to <= w.from && usage[j].currency == w.currency {
				var ok bool
				if sum, ok = sum.add(usage[j].rate); !ok {
					e.impreciseLine(w.l)
				}
				n++
			}
		}
		if n > 0 {
			mean, ok := sum.times(1, n)
			if !ok {
				e.impreciseLine(w.l)
			}
			means[i] = e.exactLine(mean, w.l)
		}
	}
	for i, w := range usage {
		w.rate = means[i]
	}
}

// sweepLines walks the lines of one currency through time and notes every
// change of their sum.
func (e *evaluator) sweepLines(all []worth, c money.Currency, part uint8, spans []*billing.Span) {
	edges := make([]edge, 0, 2*len(all))
	for i := range all {
		if w := &all[i]; w.currency == c && (!w.rate.isZero() || e.p.Free == FreeStays) {
			edges = append(edges, edge{w.from, i, false}, edge{w.to, i, true})
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int { return cmp.Compare(a.at, b.at) })
	currency := e.currency(c)
	var sum, was rate
	live := 0
	for i := 0; i < len(edges); {
		t := edges[i].at
		var begun, ended *billing.InvoiceLine
		var rec time.Time
		for ; i < len(edges) && edges[i].at == t; i++ {
			w := &all[edges[i].line]
			r := w.rate
			if edges[i].ends {
				ended = w.l
				live--
				r.dec = r.dec.Neg()
			} else {
				live++
				begun = w.l
				if w.l.IssuedAt.After(rec) {
					rec = w.l.IssuedAt
				}
			}
			var ok bool
			if sum, ok = sum.add(r); !ok {
				e.impreciseLine(w.l)
			}
		}
		now := sum
		if now.dec.Sign() < 0 {
			l := begun
			if l == nil {
				l = ended
			}
			e.noteLine(l, billing.CodeNegativeSum, billing.Warning, "Amount", words.Number(l.Amount), "credits exceed the charges of the period; the sum counts nothing")
			now = rate{}
		}
		if e.p.Rounding.Scope == RoundSubscriptions {
			now = now.round(e.p.Rounding.Places, e.p.Rounding.Mode)
		}
		now = e.exactLine(now, all[0].l)
		if e.p.Free == FreeStays {
			e.noteFree(t, live > 0 && now.isZero())
		}
		if now.equal(was) {
			continue
		}
		e.steps = append(e.steps, step{at: t, rec: lateRecord(rec, t), rate: now, currency: currency, part: part, cause: lineCause(begun, ended, was, now, spans)})
		was = now
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

func lineCause(begun, ended *billing.InvoiceLine, was, now rate, spans []*billing.Span) ledger.Cause {
	switch {
	case was.isZero():
		return ledger.CauseStart
	case now.isZero():
		if len(spans) == 0 {
			return ledger.CauseCancel
		}
		return endCause(slices.MaxFunc(spans, func(a, b *billing.Span) int {
			return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Seq, b.Seq))
		}))
	case begun != nil && begun.Kind == billing.LineUsage:
		return ledger.CauseUsage
	case begun != nil && ended != nil && begun.Plan != ended.Plan:
		return ledger.CausePlan
	case begun != nil && ended != nil && !begun.Quantity.Equal(ended.Quantity):
		return ledger.CauseQuantity
	default:
		return ledger.CauseUnknown
	}
}

func (e *evaluator) noteLine(l *billing.InvoiceLine, code billing.Code, severity billing.Severity, field, value, message string) {
	e.note(&billing.Span{Customer: l.Customer, Subscription: l.Subscription, Item: l.Item, ID: l.Record()}, code, severity, field, value, message)
}
