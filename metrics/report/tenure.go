package report

import (
	"math"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
)

// Tenure shows the churn rate of each month of tenure as a column, with the
// number of customers at risk below. A month in which nobody was at risk has
// none.
func Tenure(t cohort.Tenure, o Options) (Figure, error) {
	const op = "tenure"
	switch n := len(t); {
	case n == 0:
		return Figure{}, refuse(op, "months", "want at least 1")
	case n > maxMonths:
		return Figure{}, tooMany(op, "months", maxMonths, n)
	}
	w := o.words()
	f := Figure{kind: TenureKind, o: o, w: w, title: pick(w.Titles, TenureKind)}
	worst := 0
	for i, m := range t {
		if c, ok := m.Hazard.Cmp(t[worst].Hazard); ok && c > 0 || !t[worst].Hazard.Defined() && m.Hazard.Defined() {
			worst = i
		}
	}
	f.desc = say(pick(w.Sentences, TenureKind), "month", strconv.Itoa(t[worst].Month), "share", page.Percent(t[worst].Hazard))
	f.table = tenureTable(t, f.title, w)
	f.draw = func(d *frame) {
		c := columns{classes: []svg.Class{svg.Series5}, title: w.Hazard, label: percentLabel, caption: w.Tenure, name: w.AtRisk}
		list := t
		if d.narrow {
			list = t[:d.o.months(len(t), true)]
		}
		for _, m := range list {
			h := defined(m.Hazard)
			if math.IsNaN(h) {
				h = 0
			}
			c.list = append(c.list, column{label: strconv.Itoa(m.Month), parts: []float64{h}, line: math.NaN(), tip: strconv.Itoa(m.Month) + page.Sep + page.Percent(m.Hazard) + " (" + page.Count(m.Churned) + " / " + page.Count(m.AtRisk) + ")"})
			c.under = append(c.under, page.Count(m.AtRisk))
		}
		c.draw(d)
	}
	f.vega = func() vega {
		v := vega{}
		for _, m := range t {
			v.rows = append(v.rows, map[string]any{"month": m.Month, "rate": finite(defined(m.Hazard)), "at_risk": m.AtRisk, "churned": m.Churned})
		}
		v.layers = []vegaLayer{{mark("bar", "color", "#d55e00"), map[string]any{"x": field("month", "ordinal", w.Tenure), "y": field("rate", "quantitative", w.Hazard)}}}
		return v
	}
	return f, nil
}

func tenureTable(list cohort.Tenure, title string, w *Words) Table {
	t := w.table(title)
	t.Columns = []Column{{Title: w.Tenure, Number: true}, {w.AtRisk, NoBasis, true}, {w.Churned, Activity, true}, {w.Censored, NoBasis, true}, {w.Hazard, Activity, true}, {w.Survival, Balance, true}}
	for _, m := range list {
		t.Rows = append(t.Rows, []Cell{countCell(int64(m.Month)), countCell(m.AtRisk), countCell(m.Churned), countCell(m.Censored), shareCell(m.Hazard), shareCell(m.Survival)})
	}
	t.note(w, "")
	return t
}
