package report

import (
	"math"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Funnel shows how far customers got: a bar for each step as long as it has
// customers, with the share of the step before and of the first.
func Funnel(r *funnel.Report, o Options) (Figure, error) {
	const op = "funnel"
	if r == nil || len(r.Steps()) == 0 {
		return Figure{}, refuse(op, "report", "want at least 1 step")
	}
	steps := r.Steps()
	w := o.words()
	f := Figure{kind: FunnelKind, o: o, w: w, title: pick(w.Titles, FunnelKind)}
	last := steps[len(steps)-1]
	f.desc = say(pick(w.Sentences, FunnelKind), "n", page.Count(steps[0].Customers), "k", page.Count(last.Customers), "share", page.Percent(r.Conversion()))
	f.table = funnelTable(steps, f.title, w)
	f.draw = func(d *frame) {
		c := bars{title: w.Customers, rule: math.NaN()}
		for i, s := range steps {
			text := page.Count(s.Customers)
			if i > 0 {
				text += page.Sep + w.OfPrevious + " " + page.Percent(s.FromPrevious) + page.Sep + w.OfFirst + " " + page.Percent(s.FromFirst)
				if s.Interval.Defined() {
					text += " [" + page.Decimal(s.Interval.Lo*100, 0) + "; " + page.Decimal(s.Interval.Hi*100, 0) + "]"
				}
			}
			c.list = append(c.list, bar{to: float64(s.Customers), class: svg.Series1, label: strconv.Itoa(i+1) + ". " + s.Name, text: text, tip: s.Name + page.Sep + page.Count(s.Customers)})
		}
		c.draw(d)
	}
	f.vega = func() vega {
		v := vega{}
		names := []string{}
		for _, s := range steps {
			names = append(names, s.Name)
			v.rows = append(v.rows, map[string]any{"step": s.Name, "customers": s.Customers, "of_previous": finite(defined(s.FromPrevious)), "of_first": finite(defined(s.FromFirst))})
		}
		v.layers = []vegaLayer{{mark("bar", "color", "#0072b2"), map[string]any{"y": field("step", "nominal", w.Step, "sort", names), "x": field("customers", "quantitative", w.Customers)}}}
		return v
	}
	return f, nil
}

func funnelTable(steps []funnel.StepReport, title string, w *Words) Table {
	t := w.table(title)
	t.Columns = []Column{
		{Title: w.Step},
		{w.Customers, Activity, true},
		{w.OfPrevious, Activity, true},
		{w.OfFirst, Activity, true},
		{w.Lower, NoBasis, true},
		{w.Upper, NoBasis, true},
		{w.Time, Activity, true},
	}
	for i, s := range steps {
		row := []Cell{textCell(s.Name), countCell(s.Customers), shareCell(s.FromPrevious), shareCell(s.FromFirst), estimateCell(s.Interval.Lo, s.Interval), estimateCell(s.Interval.Hi, s.Interval), {Text: page.None, Number: true}}
		if i > 0 && s.Customers > 0 {
			row[6] = durationCell(s.Time.Median)
		}
		t.Rows = append(t.Rows, row)
	}
	t.note(w, "")
	return t
}

// estimateCell is a bound of an estimated share, a dash where there is none.
func estimateCell(v float64, e metrics.Estimate) Cell {
	if !e.Defined() {
		v = math.NaN()
	}
	return percentCell(v)
}
