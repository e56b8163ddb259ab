package cohort

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// LayerCake is MRR by cohort and month: what each year's customers are worth
// today, and how much of today's MRR they are. A value; its slices are the
// caller's.
type LayerCake struct {
	// Months run from the first cohort through the last month observed; of
	// longer periods they are the first months.
	Months []calendar.Month `json:"months"`
	// Total is the MRR at the end of each, the sum of its layers and the closing
	// of the ledger's statement.
	Total []decimal.Decimal `json:"total"`
	// Layers are the cohorts, oldest first.
	Layers []Layer `json:"layers"`
}

// Layer is one cohort in every month.
type Layer struct {
	Cohort calendar.Month `json:"cohort"`
	// MRR at the end of each of the cake's Months, zero before the cohort.
	MRR []decimal.Decimal `json:"mrr"`
	// Now is the layer's MRR / the total in the last month, YearAgo the same
	// twelve months before: the zero Ratio where the cake does not go back so
	// far, undefined where the total was zero.
	Now     metrics.Ratio `json:"now"`
	YearAgo metrics.Ratio `json:"year_ago"`
}

// LayerCake gives every cohort's MRR in every month.
//
// Amounts that do not end within ledger.Places are rounded to a neighbour so
// that each month's layers sum to its total; such a layer can differ from the
// numerator of NRR by one unit of the last place.
func (t *Table) LayerCake() LayerCake {
	n := len(t.sums)
	cake := LayerCake{Months: make([]calendar.Month, n), Total: make([]decimal.Decimal, n)}
	for before, c := range slices.Backward(t.sums) {
		if c != nil {
			cake.Layers = append(cake.Layers, Layer{Cohort: t.month(before), MRR: make([]decimal.Decimal, n)})
		}
	}
	for i := range n {
		cake.Months[i] = t.month(n - 1 - i)
		var layers []decimal.Decimal
		layers, cake.Total[i] = t.layers(n - 1 - i)
		for j, v := range layers {
			cake.Layers[j].MRR[i] = v
		}
	}
	share := func(l *Layer, month int) metrics.Ratio {
		if month < 0 {
			return metrics.Ratio{}
		}
		return metrics.NewRatio(l.MRR[month], cake.Total[month])
	}
	year := 12 / t.Every()
	for i := range cake.Layers {
		l := &cake.Layers[i]
		l.Now, l.YearAgo = share(l, n-1), share(l, n-1-year)
	}
	return cake
}

// layers are the cohorts that have begun by a period, oldest first, as amounts
// that sum to the total. Where rounding each by itself does not, each becomes
// the difference of two rounded running totals, which is a neighbour too.
func (t *Table) layers(before int) (out []decimal.Decimal, total decimal.Decimal) {
	var run ledger.Units
	var exact []ledger.Units
	for b := len(t.sums) - 1; b >= before; b-- {
		if c := t.sums[b]; c != nil {
			u := c.cells[b-before].mrr
			run = run.Add(u)
			exact = append(exact, run)
			out = append(out, t.amount(u))
		}
	}
	total = t.amount(run)
	if num.SumDecimals(out).Equal(total) {
		return out, total
	}
	var below decimal.Decimal
	for i := range out {
		upTo := t.amount(exact[i])
		out[i], below = upTo.Sub(below), upTo
	}
	return out, total
}

// MRR is what a cohort is worth at the end of a month, or of the period that
// begins with it: its layer. Zero before the cohort, after the last month
// observed, and where there is no such cohort.
func (t *Table) MRR(cohort, month calendar.Month) decimal.Decimal {
	if month.IsZero() || t.cohort(cohort) == nil || t.period.floor(month) != month {
		return decimal.Decimal{}
	}
	before, of := t.period.before(month), t.period.before(cohort)
	if before < 0 || before > of {
		return decimal.Decimal{}
	}
	layers, _ := t.layers(before)
	i := 0
	for b := len(t.sums) - 1; b > of; b-- {
		if t.sums[b] != nil {
			i++
		}
	}
	return layers[i]
}
