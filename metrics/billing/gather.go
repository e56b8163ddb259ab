package billing

import "github.com/lifecycle-go/lifecycle/metrics/money"

// records are spans and invoice lines by subscription. Immutable once gathered.
type records struct {
	spans []Span
	lines []InvoiceLine
	// groups in the order they first appear, found by index.
	groups []group
	index  map[subKey]int32
	// Which spans and lines belong to each group, in input order.
	spanOf, lineOf members
	// replaced are the subscriptions that another one says it carries on.
	replaced map[subKey]bool
}

// group is one subscription.
type group struct{ customer, subscription string }

// members are positions in an input, group by group.
type members struct {
	order []int32
	ends  []int
}

func (m *members) of(g int) []int32 {
	lo := 0
	if g > 0 {
		lo = m.ends[g-1]
	}
	return m.order[lo:m.ends[g]]
}

// count is how many belong to the groups from lo to hi.
func (m *members) count(lo, hi int) int {
	if hi == 0 {
		return 0
	}
	n := m.ends[hi-1]
	if lo > 0 {
		n -= m.ends[lo-1]
	}
	return n
}

// check reports every record that cannot be read, in order, and returns which
// can.
func check[T any](in []T, ok func(*checker, *T) bool, report func(Finding)) []bool {
	good := make([]bool, len(in))
	findings := make([][]Finding, workers(len(in)))
	each(len(findings), func(w int) {
		c := checker{out: func(f Finding) { findings[w] = append(findings[w], f) }}
		for i := len(in) * w / len(findings); i < len(in)*(w+1)/len(findings); i++ {
			good[i] = ok(&c, &in[i])
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
func gather(spans []Span, lines []InvoiceLine, report func(Finding)) *records {
	r := &records{spans: spans, lines: lines, index: map[subKey]int32{}, replaced: map[subKey]bool{}}
	in := make([]int32, len(spans))
	good := check(spans, (*checker).span, report)
	for i := range spans {
		s := &spans[i]
		if !good[i] {
			in[i] = -1
			continue
		}
		if i > 0 && in[i-1] >= 0 && s.Subscription == spans[i-1].Subscription && s.Customer == spans[i-1].Customer {
			in[i] = in[i-1]
		} else {
			in[i] = r.find(s.Customer, s.Subscription)
		}
		if s.Replaces != "" && s.Replaces != s.Subscription {
			r.replaced[subKey{s.Customer, s.Replaces}] = true
		}
	}
	inLines := make([]int32, len(lines))
	good = check(lines, (*checker).line, report)
	for i := range lines {
		l := &lines[i]
		if !good[i] {
			inLines[i] = -1
			continue
		}
		inLines[i] = r.find(l.Customer, l.Subscription)
	}
	r.spanOf = scatter(in, len(r.groups))
	r.lineOf = scatter(inLines, len(r.groups))
	return r
}

func (r *records) find(customer, subscription string) int32 {
	k := subKey{customer, subscription}
	g, ok := r.index[k]
	if !ok {
		g = int32(len(r.groups))
		r.index[k] = g
		r.groups = append(r.groups, group{customer, subscription})
	}
	return g
}

// scatter lists the positions of each group; negative ones belong to none.
func scatter(in []int32, groups int) members {
	m := members{ends: make([]int, groups)}
	n := 0
	for _, g := range in {
		if g >= 0 {
			m.ends[g]++
			n++
		}
	}
	sum := 0
	for g, size := range m.ends {
		m.ends[g] = sum
		sum += size
	}
	m.order = make([]int32, n)
	for i, g := range in {
		if g >= 0 {
			m.order[m.ends[g]] = int32(i)
			m.ends[g]++
		}
	}
	return m
}

// spansOf appends a group's spans to a buffer.
func (r *records) spansOf(g int, to []*Span) []*Span {
	for _, i := range r.spanOf.of(g) {
		to = append(to, &r.spans[i])
	}
	return to
}

func (r *records) linesOf(g int, to []*InvoiceLine) []*InvoiceLine {
	for _, i := range r.lineOf.of(g) {
		to = append(to, &r.lines[i])
	}
	return to
}

// partName is what a ledger calls the part of a subscription that charges in
// another currency than its first: a name that is nobody else's.
func (r *records) partName(of group, c money.Currency) string {
	name := of.subscription + " · " + string(c)
	for {
		if _, taken := r.index[subKey{of.customer, name}]; !taken {
			return name
		}
		name += "′"
	}
}
