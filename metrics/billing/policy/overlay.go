package policy

import (
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// overlay applies to a ledger's statement the rule that a ledger does not know,
// IgnoreSameMonth: who joined and left in the month was never there. What they brought
// they took along, so opening and closing stay.
func (b *Books) overlay(s *ledger.Statement) error {
	if !b.reading.policy.IgnoreSameMonth {
		return nil
	}
	ignored := b.ignored(s.Month.Period(b.reading.policy.Location))
	if len(ignored) == 0 {
		return nil
	}
	segments, err := b.ledger.StatementsBy(s.Month, s.Month, func(customer string) string {
		if ignored[customer] {
			return "ignored"
		}
		return ""
	})
	if err != nil {
		return err
	}
	for _, g := range segments {
		if g.Key == "ignored" {
			s.Customers = unheard(s.Customers, g.Statements[0].Customers)
			takeOut(&s.Revenue, &g.Statements[0].Revenue)
		}
	}
	return nil
}

// ignored are the customers whose movements in a period begin with their joining
// and leave nobody.
func (b *Books) ignored(p calendar.Period) map[string]bool {
	out := map[string]bool{}
	for name, ms := range byCustomer(b.ledger.Movements(p)) {
		if joinedAndGone(ms) {
			out[name] = true
		}
	}
	return out
}

func joinedAndGone(ms []ledger.Movement) bool {
	heads := 0
	for i := range ms {
		heads += ms[i].Heads
	}
	return len(ms) > 0 && ms[0].Kind == ledger.NewBusiness && ms[0].Heads > 0 && heads == 0
}

// unheard is a without what came and went in b; who was there at the opening was.
func unheard(a, b metrics.Customers) metrics.Customers {
	a.New -= b.New
	a.Reactivated -= b.Reactivated
	a.Churned -= b.Churned
	a.NewAndChurned -= b.NewAndChurned
	a.ChurnedAndReturned -= b.ChurnedAndReturned
	return a
}

// takeOut takes the lines of one bridge out of another. What they do not sum to,
// an exchange difference or a unit of the last place of a rounded line, stays in
// FX, so that the bridge closes.
func takeOut(r, out *metrics.Revenue) {
	closing := r.Closing()
	for k := ledger.NewBusiness; k <= ledger.Churn; k++ {
		l := line(r, k)
		if *l = l.Sub(*line(out, k)); l.Sign() < 0 {
			*l = decimal.Decimal{}
		}
	}
	r.FX = r.FX.Add(closing.Sub(r.Closing()))
}

// line is the line of a bridge that a kind of movement is in.
func line(r *metrics.Revenue, k ledger.Kind) *decimal.Decimal {
	switch k {
	case ledger.NewBusiness:
		return &r.New
	case ledger.Expansion:
		return &r.Expansion
	case ledger.Reactivation:
		return &r.Reactivation
	case ledger.Contraction:
		return &r.Contraction
	default:
		return &r.Churn
	}
}
