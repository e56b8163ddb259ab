package report

import (
	"math"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// LayerCake shows recurring revenue by the month customers came: the oldest
// cohort at the bottom, one colour for those of a year, a line between cohorts.
// The table has a row for each cohort: its share of today's revenue, and of
// that a year ago.
func LayerCake(c cohort.LayerCake, currency money.Currency, o Options) (Figure, error) {
	const op = "layer cake"
	n := len(c.Months)
	switch {
	case n == 0 || len(c.Layers) == 0:
		return Figure{}, refuse(op, "months", "want at least 1")
	case n > maxMonths || len(c.Layers) > maxCohorts:
		return Figure{}, tooMany(op, "months", maxMonths, max(n, len(c.Layers)))
	case len(c.Total) != n:
		return Figure{}, refuse(op, "total", "want one for each month")
	}
	for _, l := range c.Layers {
		if len(l.MRR) != n {
			return Figure{}, refuse(op, "cohort "+l.Cohort.String(), "want MRR for each month")
		}
		if err := checkAmounts(op, "cohort "+l.Cohort.String(), l.MRR...); err != nil {
			return Figure{}, err
		}
	}
	if err := checkAmounts(op, "total", c.Total...); err != nil {
		return Figure{}, err
	}
	w := o.words()
	last, total := c.Months[n-1], c.Total[n-1]
	recent := decimal.Zero
	for _, l := range c.Layers {
		if last.Sub(l.Cohort) < 12 {
			recent = recent.Add(l.MRR[n-1])
		}
	}
	f := Figure{kind: LayerCakeKind, o: o, w: w, title: pick(w.Titles, LayerCakeKind), table: cakeTable(c, currency, w)}
	f.desc = say(pick(w.Sentences, LayerCakeKind), "n", page.Count(int64(len(c.Layers))), "to", last.String(),
		"share", page.Percent(metrics.NewRatio(recent, total)), "b", amount(total, currency), "currency", string(currency))
	f.draw = func(d *frame) { drawCake(d, c, currency) }
	f.vega = func() vega { return cakeVega(c, w) }
	return f, nil
}

func drawCake(d *frame, c cohort.LayerCake, currency money.Currency) {
	n := len(c.Months)
	from := n - d.o.months(n, d.narrow)
	keys := []key{}
	for i, l := range c.Layers {
		if i == 0 || l.Cohort.Year() != c.Layers[i-1].Cohort.Year() {
			keys = append(keys, key{text: strconv.Itoa(l.Cohort.Year()), class: yearClass(c, i)})
		}
	}
	d.legend(keys)
	tops := make([][]float64, len(c.Layers)) // cumulated, negative layers below zero
	up, down := make([]float64, n), make([]float64, n)
	s := span{}
	for i, l := range c.Layers {
		tops[i] = make([]float64, n)
		for m, v := range l.MRR {
			if f := float(v); f >= 0 {
				up[m] += f
				tops[i][m] = up[m]
			} else {
				down[m] += f
				tops[i][m] = down[m]
			}
			s.take(tops[i][m])
		}
	}
	p := d.scale(s.lo, s.hi, plotHigh, "MRR"+amountUnit(currency), axisLabel)
	count := n - from
	first, step := p.places(count)
	if count == 1 { // a single month has no course: a column
		first, step = p.box.X+p.box.W/4, p.box.W/2
	}
	for i := len(c.Layers) - 1; i >= 0; i-- { // from the top down, each over the one above
		p.layer(tops[i][from:], first, step, yearClass(c, i), c.Layers[i].Cohort.String())
	}
	p.zero()
	labels := make([]string, count)
	for i := range labels {
		labels[i] = c.Months[from+i].String()
	}
	if count == 1 {
		first += step / 2
	}
	p.below(labels, first, step)
}

// yearClass is the colour of a cohort: years take turns, from the last back.
func yearClass(c cohort.LayerCake, i int) svg.Class {
	return svg.SeriesClass(int(uint(c.Layers[i].Cohort.Year()-c.Layers[0].Cohort.Year()) % 8))
}

// layer fills from zero to a line, from where it leaves zero on.
func (p plot) layer(tops []float64, first, step float64, c svg.Class, tip string) {
	begin := 0
	for begin < len(tops)-1 && tops[begin] == 0 && tops[begin+1] == 0 {
		begin++
	}
	if begin == len(tops)-1 && tops[begin] == 0 {
		return
	}
	path := svg.Path{}
	x := func(i int) float64 { return math.Round(first + float64(step*float64(i))) }
	path.Move(x(begin), p.at(0))
	for i := begin; i < len(tops); i++ {
		path.To(x(i), math.Round(10*p.at(tops[i]))/10)
	}
	end := x(len(tops) - 1)
	if len(tops) == 1 {
		end = x(1)
		path.To(end, p.at(tops[0]))
	}
	path.To(end, p.at(0))
	path.Close()
	p.p.Open(tip)
	p.p.Path(path, c, svg.Stroke{Width: 0.5})
	p.p.Close()
}

func cakeTable(c cohort.LayerCake, currency money.Currency, w *Words) Table {
	t := w.table(pick(w.Titles, LayerCakeKind))
	last := c.Months[len(c.Months)-1]
	t.Columns = []Column{
		{Title: w.Cohort},
		{last.String(), Balance, true},
		{w.Share + " " + last.String(), Balance, true},
		{last.Add(-12).String(), Balance, true},
		{w.Share + " " + last.Add(-12).String(), Balance, true},
	}
	n := len(c.Months)
	for _, l := range c.Layers {
		row := []Cell{textCell(l.Cohort.String()), moneyCell(l.MRR[n-1], currency), shareCell(l.Now), {Text: page.None, Number: true}, {Text: page.None, Number: true}}
		for m, month := range c.Months {
			if month == last.Add(-12) {
				row[3] = moneyCell(l.MRR[m], currency)
			}
		}
		row[4] = shareCell(l.YearAgo)
		t.Rows = append(t.Rows, row)
	}
	t.Notes = append(t.Notes, pick(w.Bases, Balance), say(w.Rounded, "currency", string(currency)))
	return t
}

func cakeVega(c cohort.LayerCake, w *Words) vega {
	v := vega{}
	for _, l := range c.Layers {
		for m, month := range c.Months {
			if !month.Before(l.Cohort) {
				v.rows = append(v.rows, map[string]any{"month": month.String(), "cohort": l.Cohort.String(), "mrr": float(l.MRR[m])})
			}
		}
	}
	v.layers = []vegaLayer{{mark("area"), map[string]any{"x": field("month", "ordinal", w.Month), "y": field("mrr", "quantitative", "MRR", "stack", true), "color": field("cohort", "ordinal", w.Cohort)}}}
	return v
}

// defined is the value of a ratio, NaN where it is undefined.
func defined(r metrics.Ratio) float64 {
	if f, ok := r.Float64(); ok {
		return f
	}
	return math.NaN()
}
