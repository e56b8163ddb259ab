package cohort

import (
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Logo is logo retention, also called customer retention: the share of a
// cohort's customers who have MRR above zero at an age, whether or not they were
// away in between. It can rise. Undefined for an age that was not observed and
// for a month that is no cohort, as are all curves.
func (t *Table) Logo(cohort calendar.Month, age int) metrics.Ratio {
	r, p := t.point(cohort, age)
	switch {
	case p == nil:
		return metrics.Ratio{}
	case t.activation(age):
		return metrics.NewCount(r.size, r.size)
	}
	return metrics.NewCount(p.active, r.size)
}

// LogoAbsorbing is the share of a cohort's customers who have had MRR above zero
// at every month end up to an age. It never rises: who returns stays lost, as in
// Stripe's subscriber retention by cohort.
func (t *Table) LogoAbsorbing(cohort calendar.Month, age int) metrics.Ratio {
	r, p := t.point(cohort, age)
	switch {
	case p == nil:
		return metrics.Ratio{}
	case t.activation(age):
		return metrics.NewCount(r.size, r.size)
	}
	return metrics.NewCount(p.intact, r.size)
}

// NRR is net revenue retention: a cohort's MRR at an age / its base. Expansion
// and returns count, so it can exceed 1 (ChartMogul, "Net MRR retention" by
// cohort).
func (t *Table) NRR(cohort calendar.Month, age int) metrics.Ratio {
	r, p := t.point(cohort, age)
	switch {
	case p == nil:
		return metrics.Ratio{}
	case t.activation(age):
		return metrics.NewRatio(r.base, r.base)
	}
	return metrics.NewRatio(p.retained, r.base)
}

// GRR is gross revenue retention at one point in time: the sum over a cohort's
// customers of the smaller of their MRR now and their base, / the base. It never
// exceeds 1, because the expansion of one customer does not make up for the loss
// of another, but it rises where a lost customer returns or a reduced one grows
// back (PostHog handbook).
func (t *Table) GRR(cohort calendar.Month, age int) metrics.Ratio {
	r, p := t.point(cohort, age)
	switch {
	case p == nil:
		return metrics.Ratio{}
	case t.activation(age):
		return metrics.NewRatio(r.base, r.base)
	}
	return metrics.NewRatio(p.kept, r.base)
}

// GRRAbsorbing is GRR with every customer at the lowest MRR of any month end so
// far: what was lost once stays lost, and it never rises.
func (t *Table) GRRAbsorbing(cohort calendar.Month, age int) metrics.Ratio {
	r, p := t.point(cohort, age)
	switch {
	case p == nil:
		return metrics.Ratio{}
	case t.activation(age):
		return metrics.NewRatio(r.base, r.base)
	}
	return metrics.NewRatio(p.floor, r.base)
}

// activation reports whether an age shows the activation by definition.
func (t *Table) activation(age int) bool { return age == 0 && t.month0 == Month0Activation }
