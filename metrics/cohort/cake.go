package cohort

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// LayerCake is MRR by cohort and month: what each year's customers are worth
// today, and how much of today's MRR they are. A value; its slices are the
// caller's.
type LayerCake struct {
	// Months run from the first cohort through the last month observed.
	Months []calendar.Month
	// Total is the MRR at the end of each month, the sum of its layers and the
	// closing of the ledger's statement.
	Total []decimal.Decimal
	// Layers are the cohorts, oldest first.
	Layers []Layer
}

// Layer is one cohort in every month.
type Layer struct {
	Cohort calendar.Month
	// MRR at the end of each of the cake's Months, zero before the cohort.
	MRR []decimal.Decimal
	// Now is the layer's MRR / the total in the last month, YearAgo the same
	// twelve months before: the zero Ratio where the cake does not go back so
	// far, undefined where the total was zero.
	Now, YearAgo metrics.Ratio
}

// LayerCake gives every cohort's MRR in every month.
//
// Amounts that do not end within ledger.Places are rounded to a neighbour so
// that each month's layers sum to its total; such a layer can differ from the
// numerator of NRR by one unit of the last place.
func (t *Table) LayerCake() LayerCake {
	n := len(t.totals)
	cake := LayerCake{Total: slices.Clone(t.totals)}
	for i := range n {
		cake.Months = append(cake.Months, t.through.Add(1-n+i))
	}
	share := func(l *Layer, month int) metrics.Ratio {
		if month < 0 {
			return metrics.Ratio{}
		}
		return metrics.NewRatio(l.MRR[month], t.totals[month])
	}
	for i := range t.cohorts {
		r := &t.cohorts[i]
		l := Layer{Cohort: r.month, MRR: make([]decimal.Decimal, n)}
		for k := range r.points {
			l.MRR[n-len(r.points)+k] = r.points[k].layer
		}
		l.Now, l.YearAgo = share(&l, n-1), share(&l, n-13)
		cake.Layers = append(cake.Layers, l)
	}
	return cake
}

// MRR is what a cohort is worth at the end of a month: its layer. Zero before
// the cohort, after the last month observed, and where there is no such cohort.
func (t *Table) MRR(cohort, month calendar.Month) decimal.Decimal {
	if month.IsZero() {
		return decimal.Decimal{}
	}
	if _, p := t.point(cohort, month.Sub(cohort)); p != nil {
		return p.layer
	}
	return decimal.Decimal{}
}
