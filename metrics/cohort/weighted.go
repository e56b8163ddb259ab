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
	Cohorts, OfCohorts     int
	Customers, OfCustomers int64
	Base, OfBase           decimal.Decimal
}

// String is "12 of 16 cohorts, 31 of 44 customers".
func (c Coverage) String() string {
	return fmt.Sprintf("%d of %d cohorts, %d of %d customers", c.Cohorts, c.OfCohorts, c.Customers, c.OfCustomers)
}

// Complete reports whether every cohort has reached the age.
func (c Coverage) Complete() bool { return c.Cohorts == c.OfCohorts }

// WeightedLogo is Logo over all cohorts that have reached an age, each weighing
// as many customers as it has: their ratios pooled. Undefined where no cohort
// has reached the age.
func (t *Table) WeightedLogo(age int) (metrics.Ratio, Coverage) {
	return t.weighted(age, func(a *ageSum) metrics.Ratio { return metrics.NewCount(a.active, a.size) })
}

// WeightedLogoAbsorbing is LogoAbsorbing in the same way.
func (t *Table) WeightedLogoAbsorbing(age int) (metrics.Ratio, Coverage) {
	return t.weighted(age, func(a *ageSum) metrics.Ratio { return metrics.NewCount(a.intact, a.size) })
}

// WeightedNRR is NRR over all cohorts that have reached an age, each weighing as
// much as its base: the weighting of GP Bullhound's CFO handbook. Undefined
// where no cohort has reached the age.
func (t *Table) WeightedNRR(age int) (metrics.Ratio, Coverage) {
	return t.weighted(age, func(a *ageSum) metrics.Ratio { return metrics.NewRatio(a.retained, a.base) })
}

// WeightedGRR is GRR in the same way.
func (t *Table) WeightedGRR(age int) (metrics.Ratio, Coverage) {
	return t.weighted(age, func(a *ageSum) metrics.Ratio { return metrics.NewRatio(a.kept, a.base) })
}

// WeightedGRRAbsorbing is GRRAbsorbing in the same way. The average, unlike the
// curves in it, can rise from one age to the next, because fewer cohorts have
// reached the later one.
func (t *Table) WeightedGRRAbsorbing(age int) (metrics.Ratio, Coverage) {
	return t.weighted(age, func(a *ageSum) metrics.Ratio { return metrics.NewRatio(a.floor, a.base) })
}

// MonthTwo is month-2 retention: WeightedLogo at age 2, the share of customers
// still paying in their second month after activation.
func (t *Table) MonthTwo() (metrics.Ratio, Coverage) { return t.WeightedLogo(2) }

// Annual is annual retention: WeightedLogo at age 12.
func (t *Table) Annual() (metrics.Ratio, Coverage) { return t.WeightedLogo(12) }

func (t *Table) weighted(age int, of func(*ageSum) metrics.Ratio) (metrics.Ratio, Coverage) {
	if len(t.ages) == 0 {
		return metrics.Ratio{}, Coverage{}
	}
	all := &t.ages[0]
	c := Coverage{OfCohorts: all.cohorts, OfCustomers: all.size, OfBase: all.base}
	if age < 0 || age >= len(t.ages) {
		return metrics.Ratio{}, c
	}
	a := &t.ages[age]
	c.Cohorts, c.Customers, c.Base = a.cohorts, a.size, a.base
	if t.activation(age) {
		// The sums at age 0 are those of the month's end.
		start := ageSum{size: a.size, base: a.base}
		start.active, start.intact = a.size, a.size
		start.retained, start.kept, start.floor = a.base, a.base, a.base
		a = &start
	}
	return of(a), c
}
