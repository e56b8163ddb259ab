package policy

import (
	"fmt"
	"iter"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Books are the ledger of a Reading together with the rules of its policy that
// a ledger does not know: what becomes of customers who come and go in one month,
// and how the churn rate is counted.
//
// Books are immutable and safe for concurrent use, as long as nobody writes to
// the ledger.
type Books struct {
	reading *Reading
	ledger  *ledger.Ledger
	// requests is the ledger under ChurnDate EndRequested, where the churn
	// rate counts requests; else nil.
	requests *ledger.Ledger
}

// Books loads the Reading's changes. Errors are those of Reading.Ledger.
func (r *Reading) Books() (*Books, error) {
	asked, err := r.requests()
	if err != nil {
		return nil, err
	}
	return r.books(asked, nil)
}

// requests reads the records as if everything ended when it was asked to, where
// the policy's churn rate counts requests; else nil.
func (r *Reading) requests() (*Reading, error) {
	if !r.policy.CountRequests || r.policy.ChurnDate == EndRequested {
		return nil, nil
	}
	p := r.policy
	p.ChurnDate = EndRequested
	return r.again(p)
}

// again reads the same records under another policy.
func (r *Reading) again(p Policy) (*Reading, error) {
	out := &Reading{policy: p, options: r.options, records: r.records}
	return out, out.evaluate()
}

// books loads the changes of some groups, nil meaning all.
func (r *Reading) books(asked *Reading, groups []int) (*Books, error) {
	changes := func(r *Reading) iter.Seq[ledger.Change] {
		if groups == nil {
			return r.Changes()
		}
		return func(yield func(ledger.Change) bool) {
			for _, g := range groups {
				if !r.emit(g, r.result.of(g), yield) {
					return
				}
			}
		}
	}
	b := &Books{reading: r}
	var err error
	if b.ledger, err = r.load(changes(r)); err != nil {
		return nil, err
	}
	if asked != nil {
		if b.requests, err = asked.load(changes(asked)); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Reading returns what the books were made of.
func (b *Books) Reading() *Reading { return b.reading }

// Ledger returns the ledger. Its own statements follow every rule of the policy
// but IgnoreSameMonth, CountRequests and ChurnRule; Statement follows those too.
func (b *Books) Ledger() *ledger.Ledger { return b.ledger }

// Statement is one month under a policy, which it carries.
type Statement struct {
	ledger.Statement
	Policy Policy `json:"policy"`
	// ARR is 12 × the closing MRR.
	ARR decimal.Decimal `json:"arr"`
	// ChurnRate is the customer churn rate by the policy's rules.
	ChurnRate metrics.Ratio `json:"churn_rate"`
}

// Statement returns the bridge of one month under all rules of the policy.
// Errors are those of ledger.Ledger.Statement.
func (b *Books) Statement(m calendar.Month) (Statement, error) {
	s, err := b.ledger.Statement(m)
	if err != nil {
		return Statement{}, err
	}
	out := Statement{Statement: s, Policy: b.reading.policy}
	if err := b.overlay(&out.Statement); err != nil {
		return Statement{}, err
	}
	out.ARR = out.Revenue.Closing().Mul(decimal.NewFromInt(12))
	num, den, err := b.churnCounts(m.Period(b.reading.policy.Location), out.Customers)
	if err != nil {
		return Statement{}, err
	}
	out.ChurnRate = metrics.NewCount(num, den)
	return out, nil
}

// churnCounts are numerator and denominator of the churn rate of a period whose
// heads are known.
func (b *Books) churnCounts(p calendar.Period, c metrics.Customers) (num, den int64, err error) {
	if b.requests != nil {
		asked, err := b.requests.Heads(p)
		if err != nil {
			return 0, 0, err
		}
		asked.Opening, asked.New = c.Opening, c.New
		c = asked
	}
	num, den = churnParts(c, b.reading.policy.ChurnRule)
	return num, den, nil
}

// churnParts are the numerator and the denominator of metrics.ChurnRate.
func churnParts(c metrics.Customers, rule metrics.ChurnRule) (num, den int64) {
	switch rule {
	case metrics.ChurnOfStartAndNew:
		return c.Churned, c.Opening + c.New
	case metrics.ChurnRaw:
		return c.Churned, c.Opening
	default:
		return c.Churned - c.NewAndChurned - c.ChurnedAndReturned, c.Opening
	}
}

// Churn is the customer churn of a period of any length under a policy.
type Churn struct {
	Period    calendar.Period   `json:"period"`
	Customers metrics.Customers `json:"customers"`
	Rate      metrics.Ratio     `json:"rate"`
	Policy    Policy            `json:"policy"`
}

// Churn counts who came and went in a period that need not be a month: Stripe
// and Baremetrics publish rates over a rolling window of 30 days. Pairs are
// those inside the period. IgnoreSameMonth does not apply, as there is no month.
func (b *Books) Churn(p calendar.Period) (Churn, error) {
	if err := p.Validate(); err != nil {
		return Churn{}, fmt.Errorf("policy: churn: %w", err)
	}
	c, err := b.ledger.Heads(p)
	if err != nil {
		return Churn{}, err
	}
	num, den, err := b.churnCounts(p, c)
	if err != nil {
		return Churn{}, err
	}
	return Churn{Period: p, Customers: c, Rate: metrics.NewCount(num, den), Policy: b.reading.policy}, nil
}

// byCustomer gathers movements, which come by customer.
func byCustomer(ms iter.Seq[ledger.Movement]) iter.Seq2[string, []ledger.Movement] {
	return func(yield func(string, []ledger.Movement) bool) {
		var of []ledger.Movement
		for m := range ms {
			if len(of) > 0 && of[0].Customer != m.Customer {
				if !yield(of[0].Customer, of) {
					return
				}
				of = nil
			}
			of = append(of, m)
		}
		if len(of) > 0 {
			yield(of[0].Customer, of)
		}
	}
}
