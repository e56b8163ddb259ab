package ledger

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Segment is the statements of the customers that share a key, or of a plan.
type Segment struct {
	Key        string      `json:"key"`
	Statements []Statement `json:"statements"`
	// In and Out are, of a plan, what came from other plans and went to others
	// in each of Statements: no new business, no churn. Over all plans they
	// cancel. Nil for segments of customers, between which nothing moves.
	In  []decimal.Decimal `json:"in,omitempty"`
	Out []decimal.Decimal `json:"out,omitempty"`
}

// Closing is what the segment is worth at the end of statement i: the closing
// of its bridge, plus what came from other plans, less what went to others.
func (s *Segment) Closing(i int) decimal.Decimal {
	c := s.Statements[i].Revenue.Closing()
	if i < len(s.In) {
		c = c.Add(s.In[i])
	}
	if i < len(s.Out) {
		c = c.Sub(s.Out[i])
	}
	return c
}

// StatementsBy splits the statements of the months from from to to, both
// included, by a function of the customer: a plan at activation, a country, a
// persona. Segments come sorted by key and sum to Statements, line by line and
// head by head. key is called once per customer and must not use the ledger.
//
// Amounts that do not end within Places are apportioned over the segments by
// largest remainder; see FX of a segment in the package's notes on rounding.
func (l *Ledger) StatementsBy(from, to calendar.Month, key func(customer string) string) ([]Segment, error) {
	if key == nil {
		return nil, fmt.Errorf("ledger: statements by: %w: no key function", ErrOptions)
	}
	c, err := l.Cube(from, to, key)
	if err != nil {
		return nil, err
	}
	return c.Segments(), nil
}

// StatementsByPlan splits the statements of the months from from to to, both
// included, by Change.Plan. Where a customer's plans change at one instant, or
// in one window of netting, what some plans lose pays for what others gain
// first: that is Out there and In here, shared in proportion. Only the rest is
// expansion, new business, contraction or churn. So every line of the plans
// sums to the line of the whole, exactly, and In and Out cancel.
//
// Customers of a plan are those with a level in it: who leaves a plan has
// churned there, whatever else is bought, so heads do not sum to the whole.
func (l *Ledger) StatementsByPlan(from, to calendar.Month) ([]Segment, error) {
	c, err := l.CubeByPlan(from, to)
	if err != nil {
		return nil, err
	}
	return c.Segments(), nil
}
