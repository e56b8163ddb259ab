package policy

import (
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// records are spans and invoice lines by subscription. Immutable once gathered.
type records struct {
	spans []billing.Span
	lines []billing.InvoiceLine
	subs.Index
	// Which spans and lines belong to each subscription, in input order.
	spanOf, lineOf subs.Members
	// replaced are the subscriptions that another one says it carries on.
	replaced map[subs.Key]bool
}

// check reports every record that cannot be read, in order, and returns which
// can.
func check[T any](in []T, ok func(*T, func(billing.Finding)) bool, report func(billing.Finding)) []bool {
	good := make([]bool, len(in))
	findings := make([][]billing.Finding, workers(len(in)))
	each(len(findings), func(w int) {
		out := func(f billing.Finding) { findings[w] = append(findings[w], f) }
		for i := len(in) * w / len(findings); i < len(in)*(w+1)/len(findings); i++ {
			good[i] = ok(&in[i], out)
		}
	})
	for _, fs := range findings {
		for _, f := range fs {
			report(f)
		}
	}
	return good
}

// gather sorts the records that can be read by subscription and reports the
// others.
func gather(spans []billing.Span, lines []billing.InvoiceLine, report func(billing.Finding)) *records {
	r := &records{spans: spans, lines: lines, replaced: map[subs.Key]bool{}}
	in := make([]int32, len(spans))
	good := check(spans, (*billing.Span).Check, report)
	for i := range spans {
		s := &spans[i]
		if !good[i] {
			in[i] = -1
			continue
		}
		if i > 0 && in[i-1] >= 0 && s.Subscription == spans[i-1].Subscription && s.Customer == spans[i-1].Customer {
			in[i] = in[i-1]
		} else {
			in[i] = r.Add(subs.Key{Customer: s.Customer, Subscription: s.Subscription})
		}
		if s.Replaces != "" && s.Replaces != s.Subscription {
			r.replaced[subs.Key{Customer: s.Customer, Subscription: s.Replaces}] = true
		}
	}
	inLines := make([]int32, len(lines))
	good = check(lines, (*billing.InvoiceLine).Check, report)
	for i := range lines {
		l := &lines[i]
		if !good[i] {
			inLines[i] = -1
			continue
		}
		inLines[i] = r.Add(subs.Key{Customer: l.Customer, Subscription: l.Subscription})
	}
	r.spanOf = subs.Scatter(in, len(r.Keys))
	r.lineOf = subs.Scatter(inLines, len(r.Keys))
	return r
}

// spansOf appends a group's spans to a buffer.
func (r *records) spansOf(g int, to []*billing.Span) []*billing.Span {
	for _, i := range r.spanOf.Of(g) {
		to = append(to, &r.spans[i])
	}
	return to
}

func (r *records) linesOf(g int, to []*billing.InvoiceLine) []*billing.InvoiceLine {
	for _, i := range r.lineOf.Of(g) {
		to = append(to, &r.lines[i])
	}
	return to
}

// partName is what a ledger calls the part of a subscription that charges in
// another currency than its first: a name that is nobody else's.
func partName(x *subs.Index, of subs.Key, c money.Currency) string {
	name := of.Subscription + " · " + string(c)
	for {
		if _, taken := x.Find(subs.Key{Customer: of.Customer, Subscription: name}); !taken {
			return name
		}
		name += "′"
	}
}
