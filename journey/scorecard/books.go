package scorecard

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// back is how many months before the first period the books are read: a year,
// or twice the trailing months.
func (o Options) back() int { return max(13, 2*o.Trailing) }

// books is the statements of every key.
type books struct {
	x     *index
	first calendar.Month // of every list of statements
	// by keyer, period (the first alone where keys do not depend on it), key
	statements [][]map[string][]ledger.Statement
	cohorts    map[[2]int]*cohort.Table
	existing   [][]map[string][2]decimal.Decimal
}

func newBooks(x *index, asked []bool) (*books, error) {
	l := x.d.Books
	b := &books{x: x, first: x.spans[0].from.Add(-x.o.back()), cohorts: map[[2]int]*cohort.Table{}}
	for i, k := range x.keys {
		var list []map[string][]ledger.Statement
		for p := range x.spans {
			if !asked[i] || p > 0 && k.by.Dimension != ByStage {
				break
			}
			at, to := x.spans[p].start, x.spans[len(x.spans)-1].to
			if k.by.Dimension == ByStage {
				to = x.spans[p].to
			}
			of := map[string][]ledger.Statement{}
			if k.single {
				s, err := l.Statements(b.first, to)
				if err != nil {
					return nil, fmt.Errorf("scorecard: books: %w", err)
				}
				of[""] = s
			} else {
				segments, err := l.StatementsBy(b.first, to, func(name string) string { return k.names[x.named(k, name, at)] })
				if err != nil {
					return nil, fmt.Errorf("scorecard: books: %w", err)
				}
				for _, s := range segments {
					of[s.Key] = s.Statements
				}
			}
			list = append(list, of)
		}
		b.statements = append(b.statements, list)
	}
	return b, nil
}

// view is the statements of one key around one period.
type view struct {
	b    *books
	k    int // keyer
	p    int
	key  int32
	list []ledger.Statement // from books.first on
}

func (b *books) view(k, p int, key int32) view {
	v := view{b: b, k: k, p: p, key: key}
	if list := b.statements[k]; len(list) > 0 {
		v.list = list[min(p, len(list)-1)][b.x.keys[k].names[key]]
	}
	return v
}

// month is the statement of a month; an empty one where nobody has the key.
func (v view) month(m calendar.Month) ledger.Statement {
	if i := m.Sub(v.b.first); i >= 0 && i < len(v.list) {
		return v.list[i]
	}
	return ledger.Statement{Month: m, Through: m}
}

func (v view) span() span { return v.b.x.spans[v.p] }

// line is a line of the books over the period. Of a total, what is held at the
// end counts, not its sum.
func (v view) line(name string, total bool) decimal.Decimal {
	months := v.span().months()
	if total && (name == "closing_mrr" || name == "run_rate" || name == "closing_customers" || name == "paying_customers") {
		months = months[len(months)-1:]
	}
	sum := decimal.Decimal{}
	for _, m := range months {
		sum = sum.Add(line(v.month(m), name))
	}
	return sum
}

func line(s ledger.Statement, name string) decimal.Decimal {
	r, c := s.Revenue, s.Customers
	switch name {
	case "opening_mrr":
		return r.Opening
	case "new_mrr":
		return r.New
	case "expansion_mrr":
		return r.Expansion
	case "reactivation_mrr":
		return r.Reactivation
	case "contraction_mrr":
		return r.Contraction
	case "churn_mrr":
		return r.Churn
	case "closing_mrr":
		return r.Closing()
	case "won_mrr":
		return r.New.Add(r.Expansion)
	case "lost_mrr":
		return r.Contraction.Add(r.Churn)
	case "run_rate":
		return metrics.ARR(r.Closing())
	case "opening_customers":
		return decimal.New(c.Opening, 0)
	case "closing_customers":
		return decimal.New(s.ClosingCustomers, 0)
	case "paying_customers":
		return decimal.New(s.PayingCustomers, 0)
	case "new_customers":
		return decimal.New(c.New, 0)
	case "churned_customers":
		return decimal.New(c.Churned-c.NewAndChurned-c.ChurnedAndReturned, 0)
	}
	return decimal.Decimal{}
}

// pooled is a rate of every month of the period, pooled.
func (v view) pooled(months []calendar.Month, rate func(ledger.Statement) (metrics.Ratio, error)) (metrics.Ratio, error) {
	var out metrics.Ratio
	for i, m := range months {
		r, err := rate(v.month(m))
		if err != nil {
			return metrics.Ratio{}, err
		}
		if i == 0 {
			out = r
		} else {
			out = out.Pool(r)
		}
	}
	return out, nil
}

// cohortTable is the cohorts of the keys of a period.
func (v view) cohortTable() (*cohort.Table, error) {
	x := v.b.x
	k := x.keys[v.k]
	p := 0
	if k.by.Dimension == ByStage {
		p = v.p
	}
	at := [2]int{v.k, p}
	if t, ok := v.b.cohorts[at]; ok {
		return t, nil
	}
	o := cohort.Options{Through: x.spans[len(x.spans)-1].to}
	if !k.single {
		o.Key = func(name string) string { return k.names[x.named(k, name, x.spans[p].start)] }
	}
	t, err := cohort.New(x.d.Books, o)
	if err != nil {
		return nil, err
	}
	v.b.cohorts[at] = t
	return t, nil
}

// retained is the share of the cohorts that reach an age in the period.
func (v view) retained(age int) (metrics.Ratio, error) {
	t, err := v.cohortTable()
	if err != nil {
		return metrics.Ratio{}, err
	}
	if k := v.b.x.keys[v.k]; !k.single {
		var ok bool
		if t, ok = t.Segment(k.names[v.key]); !ok {
			return metrics.NewCount(0, 0), nil
		}
	}
	out := metrics.NewCount(0, 0)
	for _, m := range v.span().months() {
		if r := t.Logo(m.Add(-age), age); r.Defined() {
			out = out.Pool(r)
		}
	}
	return out, nil
}

// ofExisting is what those pay at the end of a month who paid at its beginning,
// and what all pay.
func (v view) ofExisting() (metrics.Ratio, error) {
	b := v.b
	for k := len(b.existing); k <= v.k; k++ {
		b.existing = append(b.existing, nil)
	}
	if b.existing[v.k] == nil {
		sums, err := b.fold(b.x.keys[v.k])
		if err != nil {
			return metrics.Ratio{}, err
		}
		b.existing[v.k] = sums
	}
	pair := b.existing[v.k][v.p][b.x.keys[v.k].names[v.key]]
	return metrics.NewRatio(pair[0], pair[1]), nil
}

// fold adds up, by period and key, the MRR of existing customers and of all.
func (b *books) fold(k *keyer) ([]map[string][2]decimal.Decimal, error) {
	type sums []map[int32][2]ledger.Units
	x := b.x
	parts, err := ledger.Fold(x.d.Books, x.spans[len(x.spans)-1].to,
		func() sums {
			s := make(sums, len(x.spans))
			for p := range s {
				s[p] = map[int32][2]ledger.Units{}
			}
			return s
		},
		func(s sums, c *ledger.Curve) {
			for p, span := range x.spans {
				key := x.named(k, c.Customer(), span.start)
				at := s[p][key]
				for _, m := range span.months() {
					now := c.Level(m.Sub(c.First))
					at[1] = at[1].Add(now)
					if c.Level(m.Sub(c.First)-1).Sign() > 0 {
						at[0] = at[0].Add(now)
					}
				}
				s[p][key] = at
			}
		})
	if err != nil {
		return nil, fmt.Errorf("scorecard: books: %w", err)
	}
	out := make([]map[string][2]decimal.Decimal, len(x.spans))
	for p := range out {
		all := map[int32][2]ledger.Units{}
		for _, part := range parts {
			for key, u := range part[p] {
				at := all[key]
				all[key] = [2]ledger.Units{at[0].Add(u[0]), at[1].Add(u[1])}
			}
		}
		out[p] = map[string][2]decimal.Decimal{}
		for key, u := range all {
			out[p][k.names[key]] = [2]decimal.Decimal{x.d.Books.Amount(u[0]), x.d.Books.Amount(u[1])}
		}
	}
	return out, nil
}
