package policy

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Reconciliation says why two policies make different numbers of the same
// records in one month: customer by customer and rule by rule.
//
// Rules are switched from those of A to those of B one after another, in the
// order of Switched. What a switch changes for a subscription is one Line. So
// where two rules act on the same subscription, the first in order is charged
// with what it does alone, the second with what it adds; another order would
// divide the same difference differently.
//
// For every metric the lines' differences sum to the difference of the totals,
// to the last digit. A Reconciliation is a value and safe everywhere while
// nobody writes to its slices.
type Reconciliation struct {
	Month    calendar.Month `json:"month"`
	Currency money.Currency `json:"currency"`
	A        Policy         `json:"a"`
	B        Policy         `json:"b"`
	// Switched are the rules in which A and B differ, in the order in which
	// they were switched.
	Switched []Rule `json:"switched"`
	// Totals has one entry for each metric, in order.
	Totals []Total `json:"totals"`
	// ChurnRateA and ChurnRateB are the customer churn rates: MetricChurned
	// over MetricChurnBase.
	ChurnRateA metrics.Ratio `json:"churn_rate_a"`
	ChurnRateB metrics.Ratio `json:"churn_rate_b"`
	// Lines by metric, then rule in order, then customer and subscription.
	Lines []Line `json:"lines"`
	// Findings of reading the records under A, and those under B that A did not
	// make.
	Findings []billing.Finding `json:"findings,omitempty"`
}

// Total is one metric under both policies.
type Total struct {
	Metric Metric          `json:"metric"`
	A      decimal.Decimal `json:"a"`
	B      decimal.Decimal `json:"b"`
}

// Difference is B − A.
func (t Total) Difference() decimal.Decimal { return t.B.Sub(t.A) }

// Line is what switching one rule did to one subscription.
type Line struct {
	Metric Metric `json:"metric"`
	Rule   Rule   `json:"rule"`
	// Customer and Subscription; the latter is empty for metrics in heads. Both
	// are empty for RuleLastPlace.
	Customer     string `json:"customer,omitempty"`
	Subscription string `json:"subscription,omitempty"`
	// A is what it counted before the switch, B after it, in the ledger's
	// currency to 12 places: under the rules of B up to this one and those of A
	// from the next one on.
	A decimal.Decimal `json:"a"`
	B decimal.Decimal `json:"b"`
}

// Difference is B − A.
func (l Line) Difference() decimal.Decimal { return l.B.Sub(l.A) }

// Total returns the entry of a metric.
func (r *Reconciliation) Total(m Metric) Total {
	for _, t := range r.Totals {
		if t.Metric == m {
			return t
		}
	}
	return Total{Metric: m}
}

// Of returns the lines of one metric.
func (r *Reconciliation) Of(m Metric) []Line {
	lo, _ := slices.BinarySearchFunc(r.Lines, m, func(l Line, m Metric) int { return cmp.Compare(l.Metric, m) })
	hi := lo
	for hi < len(r.Lines) && r.Lines[hi].Metric == m {
		hi++
	}
	return r.Lines[lo:hi]
}

// Reconcile explains, for one month, the difference between what two policies
// make of the same records.
//
// Errors are those of Read, of ledger.Ledger.Statement, and a missing exchange
// rate under a mixture of the two policies.
func Reconcile(spans []billing.Span, a, b Policy, m calendar.Month, o Options) (*Reconciliation, error) {
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("policy: reconcile: %w", err)
	}
	if err := checkOptions(b, o); err != nil {
		return nil, err
	}
	before, err := Read(spans, a, o)
	if err != nil {
		return nil, err
	}
	r := &Reconciliation{Month: m, Currency: o.Currency, A: a, B: b, Switched: a.Diff(b)}
	c := &comparison{r: r, month: m, customers: before.records.customers()}
	first, err := c.side(before)
	if err != nil {
		return nil, err
	}
	if err := c.totals(first, false); err != nil {
		return nil, err
	}
	mixed := a
	last := first
	for _, rule := range r.Switched {
		rule.rule().set(&mixed, &b)
		next, err := c.mixed(before, mixed)
		if err != nil {
			return nil, err
		}
		if err := c.step(rule, last, next); err != nil {
			return nil, err
		}
		last = next
	}
	if err := c.totals(last, true); err != nil {
		return nil, err
	}
	c.close()
	r.Findings = mergeFindings(before.findings.All(), last.reading.findings.All())
	return r, nil
}

// customers lists the groups of each customer, by name.
func (r *records) customers() []customer {
	index := map[string]int{}
	var out []customer
	for g := range r.Keys {
		name := r.Keys[g].Customer
		i, ok := index[name]
		if !ok {
			i = len(out)
			index[name] = i
			out = append(out, customer{name: name})
		}
		out[i].groups = append(out[i].groups, g)
	}
	slices.SortFunc(out, func(a, b customer) int { return cmp.Compare(a.name, b.name) })
	return out
}

// customer is one customer and their subscriptions.
type customer struct {
	name   string
	groups []int
}

// comparison is a Reconcile under way.
type comparison struct {
	r         *Reconciliation
	month     calendar.Month
	customers []customer
}

// side is the records under one of the policies on the way.
type side struct {
	reading, asked *Reading
	period         calendar.Period
}

func (c *comparison) side(r *Reading) (*side, error) {
	asked, err := r.requests()
	if err != nil {
		return nil, err
	}
	return &side{r, asked, c.month.Period(r.policy.Location)}, nil
}

func (c *comparison) mixed(from *Reading, p Policy) (*side, error) {
	r, err := from.again(p)
	if err != nil {
		return nil, err
	}
	return c.side(r)
}

// totals takes the statement of one side.
func (c *comparison) totals(s *side, b bool) error {
	books, err := s.reading.books(s.asked, nil)
	if err != nil {
		return err
	}
	st, err := books.Statement(c.month)
	if err != nil {
		return err
	}
	rev := &st.Revenue
	values := []decimal.Decimal{
		rev.Closing(), rev.New, rev.Expansion, rev.Reactivation, rev.Contraction, rev.Churn, rev.FX,
		st.ChurnRate.Num(), st.ChurnRate.Den(),
	}
	if !b {
		c.r.ChurnRateA = st.ChurnRate
		for m, v := range values {
			c.r.Totals = append(c.r.Totals, Total{Metric: Metric(m), A: v})
		}
		return nil
	}
	c.r.ChurnRateB = st.ChurnRate
	for m, v := range values {
		c.r.Totals[m].B = v
	}
	return nil
}

// step compares the sides before and after one rule was switched.
func (c *comparison) step(r Rule, was, now *side) error {
	if r == RuleCommitted { // a series of its own
		return nil
	}
	all := r.rule().moves || r.rule().counts
	var touched []customer
	for _, cu := range c.customers {
		if all || slices.ContainsFunc(cu.groups, func(g int) bool { return differs(was, now, g) }) {
			touched = append(touched, cu)
		}
	}
	const batch = 1 << 12 // whose movements are in memory together
	for some := range slices.Chunk(touched, batch) {
		if err := c.batch(r, was, now, some); err != nil {
			return err
		}
	}
	return nil
}

func (c *comparison) batch(r Rule, was, now *side, some []customer) error {
	var groups []int
	for _, cu := range some {
		groups = append(groups, cu.groups...)
	}
	before, err := newAccounts(was, c.month, groups)
	if err != nil {
		return err
	}
	after, err := newAccounts(now, c.month, groups)
	if err != nil {
		return err
	}
	for _, cu := range some {
		x, err := before.of(cu)
		if err != nil {
			return err
		}
		y, err := after.of(cu)
		if err != nil {
			return err
		}
		c.compare(r, cu, x, y)
	}
	return nil
}

// differs reports whether a group is worth something else.
func differs(a, b *side, g int) bool {
	if !sameSteps(a.reading, b.reading, g) {
		return true
	}
	if a.asked == nil || b.asked == nil {
		return a.asked != b.asked
	}
	return !sameSteps(a.asked, b.asked, g)
}

func sameSteps(a, b *Reading, g int) bool {
	return slices.EqualFunc(a.result.of(g), b.result.of(g), func(x, y step) bool {
		return x.at == y.at && x.item() == y.item() && x.rate.equal(y.rate) && x.currency(&a.options) == y.currency(&b.options) && x.alive == y.alive
	})
}

// compare makes the lines of one customer.
func (c *comparison) compare(r Rule, cu customer, a, b *account) {
	add := func(m Metric, subscription string, x, y *big.Rat) {
		if x.Cmp(y) != 0 {
			c.r.Lines = append(c.r.Lines, Line{
				Metric: m, Rule: r, Customer: cu.name, Subscription: subscription, A: places(x), B: places(y),
			})
		}
	}
	for m := MetricMRR; m <= MetricFX; m++ {
		for i, g := range cu.groups {
			add(m, a.records.Keys[g].Subscription, a.amount(m, i), b.amount(m, i))
		}
	}
	add(MetricChurned, "", big.NewRat(a.churned, 1), big.NewRat(b.churned, 1))
	add(MetricChurnBase, "", big.NewRat(a.base, 1), big.NewRat(b.base, 1))
}

// places rounds an exact amount as the ledger does.
func places(r *big.Rat) decimal.Decimal {
	return num.Round(r.Num(), r.Denom(), ledger.Places)
}

// close sorts the lines and names what rounding the totals has left over.
func (c *comparison) close() {
	var sums [metricsEnd]decimal.Decimal
	for _, l := range c.r.Lines {
		sums[l.Metric] = sums[l.Metric].Add(l.Difference())
	}
	for _, t := range c.r.Totals {
		if rest := t.Difference().Sub(sums[t.Metric]); !rest.IsZero() {
			c.r.Lines = append(c.r.Lines, Line{Metric: t.Metric, Rule: RuleLastPlace, B: rest})
		}
	}
	slices.SortStableFunc(c.r.Lines, func(a, b Line) int {
		return cmp.Or(
			cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Subscription, b.Subscription))
	})
}

// mergeFindings are those of a and then those of b that a did not make.
func mergeFindings(a, b []billing.Finding) []billing.Finding {
	seen := make(map[billing.Finding]bool, len(a))
	out := slices.Clone(a)
	for _, f := range a {
		seen[f] = true
	}
	for _, f := range b {
		if !seen[f] {
			out = append(out, f)
		}
	}
	return out
}
