package metrics

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Monthly is what an amount charged once a cycle is worth a month: year /12n,
// month /n, week ×52/12n, day ×365/12n, as an exact fraction (100 a year is
// 100/12, which has no finite decimal). An invalid cycle is an error, never a
// factor of 0 or 1.
//
// This is the normalisation of Fivetran's dbt_stripe and of Polar. Other
// vendors take a week four times, or a month for 30 days; those factors are
// policies and not part of this function.
func Monthly(amount decimal.Decimal, cycle calendar.Cycle) (Ratio, error) {
	f := faults{op: "Monthly"}
	f.amount("amount", amount)
	times, per, err := cycle.PerYear()
	if err != nil {
		f.errs = append(f.errs, err)
	}
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return NewRatio(amount.Mul(decimal.New(times, 0)), decimal.New(12*per, 0)), nil
}

// ARR is the annual run rate, 12 × MRR (ChartMogul, Polar, Maxio). It is not
// the sum of annual contract values. It is zero for an MRR with more than 18
// digits before or 12 behind the point.
func ARR(mrr decimal.Decimal) decimal.Decimal {
	if num.Check(mrr) != nil {
		return decimal.Decimal{}
	}
	return mrr.Mul(decimal.New(12, 0))
}

// ARPA is the average revenue per account a month: MRR / customers with MRR
// above zero (ChartMogul). Undefined without customers.
func ARPA(mrr decimal.Decimal, customers int64) (Ratio, error) {
	return perHead("ARPA", "mrr", mrr, "customers", customers)
}

// ASP is the average sale price a month: new MRR / new customers
// (ChartMogul). Undefined without new customers.
func ASP(newMRR decimal.Decimal, newCustomers int64) (Ratio, error) {
	return perHead("ASP", "newMRR", newMRR, "newCustomers", newCustomers)
}

// CAC is the cost of acquiring a customer: spend on sales and marketing / new
// customers won by it. Which costs are loaded, and how many months the
// customers lag behind the spend, is the caller's choice of arguments.
// Undefined without new customers, never the total spend.
func CAC(spend decimal.Decimal, newCustomers int64) (Ratio, error) {
	return perHead("CAC", "spend", spend, "newCustomers", newCustomers)
}

func perHead(op, money string, amount decimal.Decimal, heads string, n int64) (Ratio, error) {
	f := faults{op: op}
	f.magnitude(money, amount)
	f.count(heads, n)
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return asMoney(NewRatio(amount, decimal.New(n, 0))), nil
}

// LTVInput is what a lifetime value is computed from.
type LTVInput struct {
	// ARPA is the revenue per customer and month, from [ARPA].
	ARPA Ratio
	// GrossMargin is the fraction of revenue left after the cost of serving
	// it, more than 0 and at most 1. 1 = revenue as it is; 0 is an error,
	// because a margin that was forgotten must not become a value.
	GrossMargin decimal.Decimal
	// Churn is the monthly churn rate, best pooled over several full months
	// with [Trailing]. ChartMogul takes the mean of six.
	Churn Ratio
	// CapMonths bounds the lifetime: the customer is taken to stay 1/churn
	// months, but at most CapMonths. Zero is no bound.
	CapMonths int
}

// maxMonths, a hundred years, bounds caps and windows.
const maxMonths = 1200

// LTV is the lifetime value of a customer,
//
//	ARPA × gross margin × min(1 / churn, cap)
//
// in the currency of the ARPA. Without a cap it is undefined at a churn of
// zero: customers who never leave are worth no finite amount. With a cap of n
// months it is then n months of margin; 60 to 84 are usual. It is undefined
// where ARPA or churn are.
//
// The formula assumes that everybody leaves at one constant rate and pays the
// same until then. With customer churn it is the textbook form (Skok,
// ChartMogul with a margin of 1); with gross revenue churn the form of
// Finmark. For observed lifetimes see the survival estimators.
//
// Errors: a margin outside (0, 1], a negative ARPA or churn (net revenue
// churn below zero says nothing about lifetimes), a churn above 1 (5 for 5 %),
// a cap outside 0 to 1200.
func LTV(in LTVInput) (Ratio, error) {
	f := faults{op: "LTV"}
	f.ratio("ARPA", in.ARPA)
	f.margin("GrossMargin", in.GrossMargin)
	f.ratio("Churn", in.Churn)
	if c, ok := in.Churn.Cmp(NewCount(1, 1)); ok && c > 0 {
		f.add("Churn", in.Churn.brief(), "want a fraction of at most 1: 5 % is 0.05, as in 5/100", CodeExceeds)
	}
	if in.CapMonths < 0 {
		f.add("CapMonths", strconv.Itoa(in.CapMonths), "want 0 to 1200", CodeNegative)
	} else if in.CapMonths > maxMonths {
		f.add("CapMonths", strconv.Itoa(in.CapMonths), "want 0 to 1200", CodeBounds)
	}
	if err := f.err(); err != nil || !in.Churn.Defined() {
		return Ratio{}, err
	}
	lifetime := in.Churn.Reciprocal()
	if in.CapMonths > 0 {
		limit := NewCount(int64(in.CapMonths), 1)
		if c, ok := lifetime.Cmp(limit); !ok || c > 0 {
			lifetime = limit
		}
	}
	return settled("LTV", in.ARPA.scaled(in.GrossMargin).times(lifetime))
}

// PaybackMonths is the number of months until a customer has paid back what
// the acquisition cost: CAC / (ARPA × gross margin). Undefined where either
// ratio is, or where the ARPA is zero.
//
// Take the ASP of the same new customers for arpa where they pay differently
// from the rest. grossMargin is a fraction, more than 0 and at most 1; 1 =
// none deducted. Source: Finmark, "CAC payback period"; Skok, "SaaS Metrics
// 2.0", who aims below 12.
func PaybackMonths(cac, arpa Ratio, grossMargin decimal.Decimal) (Ratio, error) {
	f := faults{op: "PaybackMonths"}
	f.ratio("cac", cac)
	f.ratio("arpa", arpa)
	f.margin("grossMargin", grossMargin)
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return settled("PaybackMonths", cac.over(arpa.scaled(grossMargin)))
}

// LTVToCAC is LTV / CAC. Undefined where either is, or where the CAC is zero.
// A rule of thumb asks for 3 (Skok; ChartMogul).
func LTVToCAC(ltv, cac Ratio) (Ratio, error) {
	f := faults{op: "LTVToCAC"}
	f.ratio("ltv", ltv)
	f.ratio("cac", cac)
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return settled("LTVToCAC", ltv.over(cac))
}

// settled turns a result beyond the bounds into an error.
func settled(op string, r Ratio) (Ratio, error) {
	if r.broken {
		return Ratio{}, refuse(op, "result", "", ErrBounds.Error(), CodeBounds)
	}
	return r, nil
}
