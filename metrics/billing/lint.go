package billing

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// LintOptions are what Lint may know besides the spans; the zero value is
// nothing.
type LintOptions struct {
	// Currency and Rates of the results: with a Currency set, spans in others
	// are asked for their exchange rate.
	Currency money.Currency
	Rates    money.Rates
	// Invoices are looked at too.
	Invoices []InvoiceLine
}

// Lint reports what is wrong or doubtful with spans and invoice lines before
// any policy reads them, subscription by subscription in the order they first
// appear; records that cannot be read at all come first. The codes are those of
// this package; nothing is changed.
//
// Beside the faults that Read reports too (bad names, numbers, instants, cycles
// and currencies, ends before starts) it finds overlaps, spans of no length,
// duplicates, one record id in two subscriptions, currency switches, discounts
// above the charge, sandbox records, replacements of nothing, missing exchange
// rates (with LintOptions.Currency set) and subscriptions that look ended and have
// no end: deleted at their source without a trace.
func Lint(spans []Span, o LintOptions) []Finding {
	var out Findings
	report := out.Add
	l := linter{o: &o, report: report, all: spans, ids: map[string]int{}, told: map[string]bool{}}
	in := make([]int32, len(spans))
	for i := range spans {
		in[i] = -1
		if s := &spans[i]; s.Check(report) {
			in[i] = l.index.Add(subs.Key{Customer: s.Customer, Subscription: s.Subscription})
		}
	}
	l.spanOf = subs.Scatter(in, len(l.index.Keys))
	for i := range o.Invoices {
		o.Invoices[i].Check(report)
	}
	for i := range spans {
		l.horizon = later(l.horizon, spans[i].From, spans[i].To)
	}
	for g := range l.index.Keys {
		l.group(g)
	}
	return out.All()
}

func later(t time.Time, more ...time.Time) time.Time {
	for _, m := range more {
		if m.After(t) && calendar.CheckTime(m) == nil {
			t = m
		}
	}
	return t
}

type linter struct {
	o       *LintOptions
	all     []Span
	index   subs.Index
	spanOf  subs.Members
	report  func(Finding)
	ids     map[string]int  // group that first named a record
	told    map[string]bool // ids already reported
	horizon time.Time       // the last instant at which anything began or ended
	spans   []*Span
	inForce map[int][]stretch // of subscriptions that others carry on
}

func (l *linter) add(s *Span, code Code, severity Severity, field, value, format string, args ...any) {
	l.report(Finding{
		Code: code, Severity: severity, Record: text.Clip(s.ID), Customer: text.Clip(s.Customer), Subscription: text.Clip(s.Subscription),
		Item: text.Clip(s.Item), Field: field, Value: text.Clip(value), Message: fmt.Sprintf(format, args...),
	})
}

func (l *linter) group(g int) {
	l.spans = l.spans[:0]
	for _, i := range l.spanOf.Of(g) {
		l.spans = append(l.spans, &l.all[i])
	}
	for _, s := range l.spans {
		l.span(g, s)
	}
	if len(l.spans) == 0 {
		return
	}
	slices.SortStableFunc(l.spans, func(a, b *Span) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), a.From.Compare(b.From), cmp.Compare(a.Seq, b.Seq))
	})
	l.neighbours()
	l.currencies()
	l.discounts()
	l.openEnd()
}

// span looks at one span by itself.
func (l *linter) span(g int, s *Span) {
	if s.Test {
		l.add(s, CodeTestMode, Notice, "Test", "true", "a sandbox record")
	}
	if s.To.Equal(s.From) {
		l.add(s, CodeZeroLength, Notice, "To", s.To.Format(time.RFC3339), "equal to From; counts nothing")
	}
	if s.To.IsZero() && !s.CancelAt.IsZero() && !s.CancelAt.After(s.From) {
		l.add(s, CodePastEnd, Warning, "CancelAt", s.CancelAt.Format(time.RFC3339), "not after From %s; counts nothing", s.From.Format(time.RFC3339))
	}
	if s.ID != "" {
		if first, ok := l.ids[s.ID]; !ok {
			l.ids[s.ID] = g
		} else if first != g && !l.told[s.ID] {
			l.told[s.ID] = true
			of := l.index.Keys[first]
			l.add(s, CodeDuplicateID, Warning, "ID", s.ID, "also names a record of customer %q, subscription %q", text.Clip(of.Customer), text.Clip(of.Subscription))
		}
	}
	if s.Replaces != "" {
		if s.Replaces == s.Subscription {
			l.add(s, CodeReplaces, Warning, "Replaces", s.Replaces, "is the subscription itself")
		} else if old, ok := l.index.Find(subs.Key{Customer: s.Customer, Subscription: s.Replaces}); !ok {
			l.add(s, CodeReplaces, Warning, "Replaces", s.Replaces, "no such subscription of the customer")
		} else if l.lives(old, s.From) {
			l.add(s, CodeReplaces, Warning, "Replaces", s.Replaces, "is still in force at %s; both count", s.From.Format(time.RFC3339))
		}
	}
	if c := s.Currency; c != "" && l.o.Currency != "" && c != l.o.Currency {
		l.rate(s, c)
	}
}

// lives reports whether a subscription is in force at an instant.
func (l *linter) lives(g int, at time.Time) bool {
	all, known := l.inForce[g]
	if !known {
		for _, i := range l.spanOf.Of(g) {
			s := &l.all[i]
			all = append(all, stretch{s.From, s.End()})
		}
		all = joined(all)
		if l.inForce == nil {
			l.inForce = map[int][]stretch{}
		}
		l.inForce[g] = all
	}
	i, found := slices.BinarySearchFunc(all, at, func(v stretch, at time.Time) int { return v.from.Compare(at) })
	if found {
		return true
	}
	return i > 0 && all[i-1].has(at)
}

// stretch is a time in force; a zero to has no end.
type stretch struct{ from, to time.Time }

func (v stretch) has(at time.Time) bool {
	return !v.from.After(at) && (v.to.IsZero() || at.Before(v.to))
}

// joined sorts stretches and joins those that meet; those of no length are none.
func joined(all []stretch) []stretch {
	all = slices.DeleteFunc(all, func(v stretch) bool { return !v.to.IsZero() && !v.from.Before(v.to) })
	slices.SortFunc(all, func(a, b stretch) int { return a.from.Compare(b.from) })
	out := all[:0]
	for _, v := range all {
		if n := len(out); n > 0 && (out[n-1].to.IsZero() || !v.from.After(out[n-1].to)) {
			if last := &out[n-1]; !last.to.IsZero() && (v.to.IsZero() || v.to.After(last.to)) {
				last.to = v.to
			}
			continue
		}
		out = append(out, v)
	}
	return out
}

func (l *linter) rate(s *Span, c money.Currency) {
	if l.o.Rates == nil {
		l.add(s, CodeMissingRate, Warning, "Currency", string(c), "no rates to %s were given; a ledger will refuse it", l.o.Currency)
		return
	}
	if _, err := l.o.Rates.Rate(c, l.o.Currency, s.From); err != nil {
		l.add(s, CodeMissingRate, Warning, "Currency", string(c), "%v; a ledger will refuse it", err)
	}
}

// neighbours looks at spans of one item, which are in order.
func (l *linter) neighbours() {
	var reach time.Time // the latest end of the item so far; zero is none
	var last *Span      // that reaches it
	for i, s := range l.spans {
		end := s.End()
		if i == 0 || l.spans[i-1].Item != s.Item {
			reach, last = end, s
			continue
		}
		before := l.spans[i-1]
		if before.From.Equal(s.From) && before.To.Equal(s.To) && before.ID == s.ID && before.Amount.Equal(s.Amount) && before.Seq == s.Seq {
			l.add(s, CodeDuplicate, Warning, "From", s.From.Format(time.RFC3339), "the same span twice; it counts once")
		} else if reach.IsZero() || reach.After(s.From) {
			l.add(s, CodeOverlap, Warning, "From", s.From.Format(time.RFC3339), "begins while %s is in force for the same item; the one begun last counts", last.Describe())
		}
		if !reach.IsZero() && (end.IsZero() || end.After(reach)) {
			reach, last = end, s
		}
	}
}

func (l *linter) currencies() {
	first := l.spans[0]
	for _, s := range l.spans {
		if s.Currency != first.Currency {
			l.add(s, CodeCurrency, Warning, "Currency", string(s.Currency), "beside %s in the same subscription; each counts by itself", words.Currency(first.Currency))
			return
		}
	}
}

// discounts finds amounts off that exceed the charge they are taken from.
func (l *linter) discounts() {
	if !slices.ContainsFunc(l.spans, func(s *Span) bool { return len(s.Discounts) > 0 }) {
		return
	}
	// What all charges of one cycle that begin together come to, and those of
	// one item among them.
	type charge struct {
		cycle calendar.Cycle
		from  int64
		item  string
		all   bool
	}
	sums := map[charge]decimal.Decimal{}
	for _, s := range l.spans {
		k := charge{s.Cycle, s.From.UnixNano(), s.Item, false}
		sums[k] = sums[k].Add(s.Amount)
		k.item, k.all = "", true
		sums[k] = sums[k].Add(s.Amount)
	}
	for _, s := range l.spans {
		k := charge{s.Cycle, s.From.UnixNano(), s.Item, false}
		own := sums[k]
		k.item, k.all = "", true
		whole := sums[k].Sub(own).Add(s.Amount)
		for i := range s.Discounts {
			d := &s.Discounts[i]
			of := s.Amount
			if d.Level == LevelSubscription {
				of = whole
			}
			if d.Off.Cmp(of) > 0 {
				l.add(s, CodeOverDiscount, Warning, "Discounts["+strconv.Itoa(i)+"].Off", words.Number(d.Off), "more than the charge %s; nothing falls below zero", words.Number(of))
			}
		}
	}
}

// openEnd finds a subscription that looks ended and says no end.
func (l *linter) openEnd() {
	last := l.spans[0]
	for _, s := range l.spans {
		if s.From.After(last.From) {
			last = s
		}
		if s.End().IsZero() && !s.CancelAskedAt.IsZero() && s.Reason != ReasonUnknown {
			l.add(s, CodeOpenEnd, Warning, "To", "", "cancelled (%s) at %s without an end; it counts on", s.Reason, s.CancelAskedAt.Format(time.RFC3339))
			return
		}
	}
	if !last.End().IsZero() || last.PaidThrough.IsZero() {
		return
	}
	// One whole cycle of grace: invoices come late.
	if due := last.Cycle.Nth(last.PaidThrough, 1); !due.IsZero() && due.Before(l.horizon) {
		l.add(last, CodeOpenEnd, Warning, "To", "", "paid through %s and never ended, while other records reach %s; it counts on",
			last.PaidThrough.Format(time.RFC3339), l.horizon.Format(time.RFC3339))
	}
}
