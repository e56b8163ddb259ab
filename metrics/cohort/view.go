package cohort

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Row is one cohort at one age: a line of a flat table.
type Row struct {
	Cohort        calendar.Month  `json:"cohort"`
	Age           int             `json:"age"`
	Size          int64           `json:"size"`
	Base          decimal.Decimal `json:"base"`
	MRR           decimal.Decimal `json:"mrr"` // the cohort's layer
	Logo          metrics.Ratio   `json:"logo"`
	LogoAbsorbing metrics.Ratio   `json:"logo_absorbing"`
	NRR           metrics.Ratio   `json:"nrr"`
	GRR           metrics.Ratio   `json:"grr"`
	GRRAbsorbing  metrics.Ratio   `json:"grr_absorbing"`
}

// Rows are all cohorts at all ages, by cohort, then by age.
func (t *Table) Rows() []Row {
	cake := t.LayerCake()
	out := []Row{}
	for i := range cake.Layers {
		m := cake.Layers[i].Cohort
		n := t.Ages(m)
		for k := range n {
			p := t.at(m, k)
			out = append(out, Row{
				Cohort: m, Age: k, Size: p.size, Base: t.amount(p.base), MRR: cake.Layers[i].MRR[len(cake.Months)-n+k],
				Logo: t.of(Logo, &p), LogoAbsorbing: t.of(LogoAbsorbing, &p),
				NRR: t.of(NRR, &p), GRR: t.of(GRR, &p), GRRAbsorbing: t.of(GRRAbsorbing, &p),
			})
		}
	}
	return out
}

// view is what a table marshals to.
type view struct {
	Through  calendar.Month `json:"through,omitzero"`
	Every    int            `json:"every_months"`
	Currency money.Currency `json:"currency,omitempty"`
	Base     Base           `json:"base"`
	Month0   Month0         `json:"month0"`
	Rows     []Row          `json:"rows"`
	Tenure   Tenure         `json:"tenure"`
	Segments []segmentView  `json:"segments,omitempty"`
}

type segmentView struct {
	Key    string `json:"key"`
	Rows   []Row  `json:"rows"`
	Tenure Tenure `json:"tenure"`
}

// MarshalJSON writes what the table says: its rules, its Rows, its Tenure and
// those of its segments. It is a view; UnmarshalBinary is the way back.
func (t *Table) MarshalJSON() ([]byte, error) {
	v := view{
		Through: t.Through(), Every: t.Every(), Currency: t.currency, Base: t.base, Month0: t.month0,
		Rows: t.Rows(), Tenure: some(t.Tenure()),
	}
	for i, k := range t.keys {
		v.Segments = append(v.Segments, segmentView{k, t.segments[i].Rows(), some(t.segments[i].Tenure())})
	}
	return json.Marshal(v)
}

func some(t Tenure) Tenure {
	if t == nil {
		return Tenure{}
	}
	return t
}

// shownAges is how many ages String writes.
const shownAges = 13

// String is the logo retention of every cohort, a triangle a person can read.
func (t *Table) String() string {
	var b strings.Builder
	cohorts := t.Cohorts()
	var customers int64
	ages := 0
	for _, c := range cohorts {
		customers += t.Size(c)
		ages = max(ages, t.Ages(c))
	}
	fmt.Fprintf(&b, "%d cohorts, %d customers", len(cohorts), customers)
	if len(cohorts) == 0 {
		return b.String()
	}
	fmt.Fprintf(&b, ", logo retention through %s\n%-8s %6s", t.Through(), "cohort", "size")
	for k := range min(ages, shownAges) {
		fmt.Fprintf(&b, " %5d", k)
	}
	for _, c := range cohorts {
		fmt.Fprintf(&b, "\n%-8s %6d", c, t.Size(c))
		for k := range min(t.Ages(c), shownAges) {
			fmt.Fprintf(&b, " %5s", t.Logo(c, k).Percent(0))
		}
	}
	return b.String()
}

// String is the month, how many were at risk, and the share that left.
func (m TenureMonth) String() string {
	return fmt.Sprintf("month %d: %d at risk, %d churned (%s), survival %s",
		m.Month, m.AtRisk, m.Churned, m.Hazard.Percent(1), m.Survival.Percent(1))
}
