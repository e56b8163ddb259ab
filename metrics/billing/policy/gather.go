package policy

import (
	"cmp"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
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
	// starts are when the subscriptions of a customer with several begin, in
	// order.
	starts map[string][]start
}

// start is when a subscription begins.
type start struct {
	at    int64
	group int
}

// kin is what a subscription must know of its customer's others.
func (r *records) kin(g int) kin {
	key := r.Keys[g]
	k := kin{replaced: len(r.replaced) > 0 && r.replaced[key]}
	if all := r.starts[key.Customer]; len(all) > 0 {
		k.next = func(from, to int64) int64 { return nextStart(all, g, from, to) }
	}
	return k
}

// nextStart is the first start on [from, to) that is not the group's own, 0 for
// none.
func nextStart(all []start, g int, from, to int64) int64 {
	i, _ := slices.BinarySearchFunc(all, from, func(s start, at int64) int { return cmp.Compare(s.at, at) })
	for ; i < len(all) && all[i].at < to; i++ {
		if all[i].group != g {
			return all[i].at
		}
	}
	return 0
}

// begin finds when subscriptions begin, of the customers who have several.
func (r *records) begin() {
	first := map[string]int{} // a customer's first subscription, -1 once there are more
	several := false
	for g, k := range r.Keys {
		if _, ok := first[k.Customer]; ok {
			first[k.Customer], several = -1, true
		} else {
			first[k.Customer] = g
		}
	}
	if !several {
		return
	}
	r.starts = map[string][]start{}
	for g, k := range r.Keys {
		if first[k.Customer] >= 0 {
			continue
		}
		at := int64(0)
		for _, i := range r.spanOf.Of(g) {
			if s := &r.spans[i]; !s.Test && (at == 0 || s.From.UnixNano() < at) {
				at = s.From.UnixNano()
			}
		}
		if at != 0 {
			r.starts[k.Customer] = append(r.starts[k.Customer], start{at, g})
		}
	}
	for _, all := range r.starts {
		slices.SortFunc(all, func(a, b start) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.group, b.group)) })
	}
}

// check reports every record that cannot be read, in order, and returns which
// can.
func check[T any](in []T, ok func(*T, func(billing.Finding)) bool, found *billing.Findings) []bool {
	good := make([]bool, len(in))
	findings := make([]billing.Findings, workers(len(in)))
	each(len(findings), func(w int) {
		out := findings[w].Add
		for i := len(in) * w / len(findings); i < len(in)*(w+1)/len(findings); i++ {
			good[i] = ok(&in[i], out)
		}
	})
	for w := range findings {
		found.Join(&findings[w])
	}
	return good
}

// gather sorts the records that can be read by subscription and reports the
// others.
func gather(spans []billing.Span, lines []billing.InvoiceLine, found *billing.Findings) *records {
	r := &records{spans: spans, lines: lines, replaced: map[subs.Key]bool{}}
	in := make([]int32, len(spans))
	good := check(spans, (*billing.Span).Check, found)
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
	good = check(lines, (*billing.InvoiceLine).Check, found)
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
	r.begin()
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
