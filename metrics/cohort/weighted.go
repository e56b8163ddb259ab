package cohort

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Coverage says what a weighted average rests on: the cohorts that have reached
// its age, of all there are. At high ages few have, and they are the oldest. A
// value, safe everywhere; the zero Coverage is nothing of nothing.
type Coverage struct {
	Cohorts     int             `json:"cohorts"`
	OfCohorts   int             `json:"of_cohorts"`
	Customers   int64           `json:"customers"`
	OfCustomers int64           `json:"of_customers"`
	Base        decimal.Decimal `json:"base"`
	OfBase      decimal.Decimal `json:"of_base"`
}

// String is "12 of 16 cohorts, 31 of 44 customers".
func (c Coverage) String() string {
	return fmt.Sprintf("%d of %d cohorts, %d of %d customers", c.Cohorts, c.OfCohorts, c.Customers, c.OfCustomers)
}

// Complete reports whether every cohort has reached the age.
func (c Coverage) Complete() bool { return c.Cohorts == c.OfCohorts }

// Weighted is a curve over all cohorts that have reached an age, each weighing
// as much as it has customers or base: their ratios pooled. It is the weighting
// of GP Bullhound's CFO handbook. Undefined where no cohort has reached the age.
// The average, unlike the curves in it, can rise from one age to the next,
// because fewer cohorts have reached the later one.
func (t *Table) Weighted(c Curve, age int) (metrics.Ratio, Coverage) {
	if len(t.sums) == 0 {
		return metrics.Ratio{}, Coverage{}
	}
	all := t.sums.reached(0, false)
	cover := Coverage{OfCohorts: all.cohorts, OfCustomers: all.size, OfBase: t.amount(all.base)}
	if age < 0 || age >= len(t.sums) {
		return metrics.Ratio{}, cover
	}
	p := t.sums.reached(age, t.activation(age))
	cover.Cohorts, cover.Customers, cover.Base = p.cohorts, p.size, t.amount(p.base)
	return t.of(c, &p), cover
}

// WeightedLogo is Weighted of Logo.
func (t *Table) WeightedLogo(age int) (metrics.Ratio, Coverage) { return t.Weighted(Logo, age) }

// WeightedLogoAbsorbing is Weighted of LogoAbsorbing.
func (t *Table) WeightedLogoAbsorbing(age int) (metrics.Ratio, Coverage) {
	return t.Weighted(LogoAbsorbing, age)
}

// WeightedNRR is Weighted of NRR.
func (t *Table) WeightedNRR(age int) (metrics.Ratio, Coverage) { return t.Weighted(NRR, age) }

// WeightedGRR is Weighted of GRR.
func (t *Table) WeightedGRR(age int) (metrics.Ratio, Coverage) { return t.Weighted(GRR, age) }

// WeightedGRRAbsorbing is Weighted of GRRAbsorbing.
func (t *Table) WeightedGRRAbsorbing(age int) (metrics.Ratio, Coverage) {
	return t.Weighted(GRRAbsorbing, age)
}

// MonthTwo is month-2 retention: the share of customers still paying in their
// second month after activation. Undefined in a table of longer periods.
func (t *Table) MonthTwo() (metrics.Ratio, Coverage) { return t.after(2) }

// Annual is annual retention: the share of customers still paying a year after.
func (t *Table) Annual() (metrics.Ratio, Coverage) { return t.after(12) }

// after is WeightedLogo so many months after activation.
func (t *Table) after(months int) (metrics.Ratio, Coverage) {
	if every := max(t.period.every, 1); months%every == 0 {
		return t.Weighted(Logo, months/every)
	}
	return t.Weighted(Logo, -1)
}
