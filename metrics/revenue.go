package metrics

import (
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// Revenue is the bridge of recurring revenue over one period, in major units
// of one currency:
//
//	opening + new + expansion + reactivation − contraction − churn + FX = closing
//
// All amounts are magnitudes, also Contraction and Churn; only FX, the
// revaluation of what was there, has a sign. The grain is the customer, as
// ChartMogul, Stripe and the SaaS Metrics Standards Board have it: a
// subscription that ends while another of the customer lives is contraction.
//
// The zero Revenue is a period in which there was nothing. Revenue is a
// value, safe for concurrent use.
type Revenue struct {
	Opening      decimal.Decimal // MRR at the first instant of the period
	New          decimal.Decimal // of customers who never paid before
	Expansion    decimal.Decimal // more from customers who stay
	Reactivation decimal.Decimal // of customers who return from zero
	Contraction  decimal.Decimal // less from customers who stay
	Churn        decimal.Decimal // of customers who go to zero
	FX           decimal.Decimal // revaluation of other currencies; signed
}

// fields in the order of the struct, FX last.
func (r *Revenue) fields() [7]decimal.Decimal {
	return [...]decimal.Decimal{r.Opening, r.New, r.Expansion, r.Reactivation, r.Contraction, r.Churn, r.FX}
}

var revenueFields = [...]string{"Opening", "New", "Expansion", "Reactivation", "Contraction", "Churn", "FX"}

// Validate reports every amount beyond the bounds of the library, every
// magnitude below zero, and a closing below zero, joined, as *fault.Errors.
func (r Revenue) Validate() error {
	f := faults{op: "Revenue.Validate"}
	r.check(&f)
	if len(f.errs) == 0 {
		if c := r.Closing(); c.IsNegative() {
			f.add("Closing", plain(c), "more was lost than there was", CodeExceeds)
		}
	}
	return f.err()
}

// check is Validate without the closing, which a formula that was given only
// part of a bridge cannot know.
func (r Revenue) check(f *faults) {
	for i, d := range r.fields() {
		if revenueFields[i] == "FX" {
			f.amount("FX", d)
		} else {
			f.magnitude(revenueFields[i], d)
		}
	}
}

// bounded reports whether sums of the fields are cheap.
func (r Revenue) bounded() bool {
	for _, d := range r.fields() {
		if num.Check(d) != nil {
			return false
		}
	}
	return true
}

// Closing is the MRR at the end of the period:
// opening + new + expansion + reactivation − contraction − churn + FX.
// It is zero for a Revenue beyond the bounds that Validate checks.
func (r Revenue) Closing() decimal.Decimal {
	if !r.bounded() {
		return decimal.Decimal{}
	}
	return r.Opening.Add(r.NetNew()).Add(r.FX)
}

// NetNew is net new MRR:
// new + expansion + reactivation − contraction − churn, without FX
// (ChartMogul; Maxio's "Total MRR Growth"). It is zero for a Revenue beyond
// the bounds that Validate checks.
func (r Revenue) NetNew() decimal.Decimal {
	if !r.bounded() {
		return decimal.Decimal{}
	}
	return r.New.Add(r.Expansion).Add(r.Reactivation).Sub(r.Contraction).Sub(r.Churn)
}

// ReactivationAsExpansion is the same bridge with the reactivation folded
// into the expansion: the switch on which vendors differ. ChartMogul counts
// returning customers in its net churn rate and net retention; Baremetrics
// and the SaaS Metrics Standards Board do not, and neither do the formulas of
// this package unless the caller folds it in:
//
//	NRR(revenue.ReactivationAsExpansion())
func (r Revenue) ReactivationAsExpansion() Revenue {
	if !r.bounded() {
		return r
	}
	r.Expansion = r.Expansion.Add(r.Reactivation)
	r.Reactivation = decimal.Decimal{}
	return r
}

// Add is the bridge of both together: of two segments over the same period.
// Adding months of one business would count their openings twice; see Then.
// Where either is beyond the bounds that Validate checks, so is the result.
func (r Revenue) Add(other Revenue) Revenue {
	if !other.bounded() {
		return other
	}
	if !r.bounded() {
		return r
	}
	r.Opening = r.Opening.Add(other.Opening)
	return r.flows(other)
}

// Then is the bridge over r and the period that follows it: the opening of r
// and the movements of both. Three months make a quarter. The opening of next
// must equal the closing of r, else the error says by how much it does not.
//
// Movements are added, not netted: a customer who churned in the first month
// and returned in the second is in Churn and in Reactivation.
func (r Revenue) Then(next Revenue) (Revenue, error) {
	f := faults{op: "Revenue.Then"}
	r.check(&f)
	next.check(&f)
	if len(f.errs) == 0 && !r.Closing().Equal(next.Opening) {
		f.add("Opening", plain(next.Opening), "the period before closed at "+plain(r.Closing()), CodeExceeds)
	}
	if err := f.err(); err != nil {
		return Revenue{}, err
	}
	return r.flows(next), nil
}

func (r Revenue) flows(other Revenue) Revenue {
	r.New = r.New.Add(other.New)
	r.Expansion = r.Expansion.Add(other.Expansion)
	r.Reactivation = r.Reactivation.Add(other.Reactivation)
	r.Contraction = r.Contraction.Add(other.Contraction)
	r.Churn = r.Churn.Add(other.Churn)
	r.FX = r.FX.Add(other.FX)
	return r
}
