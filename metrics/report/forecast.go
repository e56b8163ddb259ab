package report

import (
	"math"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Forecast shows recurring revenue as it was, from statements up to the origin
// of a projection, and as it may be: the mean of its paths, and the bands that
// hold 80 and 95 % of them.
func Forecast(known []ledger.Statement, p *forecast.Projection, o Options) (Figure, error) {
	const op = "forecast"
	if p == nil || p.Horizon() == 0 {
		return Figure{}, refuse(op, "projection", "want at least 1 month ahead")
	}
	if p.Horizon() > maxMonths {
		return Figure{}, tooMany(op, "months", maxMonths, p.Horizon())
	}
	if err := checkStatements(op, known); err != nil {
		return Figure{}, err
	}
	if last := known[len(known)-1].Month; last != p.Origin {
		return Figure{}, refuse(op, "statements", "want them to end with "+p.Origin.String()+", got "+last.String())
	}
	w := o.words()
	v := fan{w: w, known: known, currency: known[0].Currency, months: []calendar.Month{}}
	for h := 1; h <= p.Horizon(); h++ {
		v.months = append(v.months, p.Month(h))
		v.e80, v.e95 = append(v.e80, p.At(forecast.MRR, h, 0.8)), append(v.e95, p.At(forecast.MRR, h, 0.95))
		v.means = append(v.means, p.Mean(h).Closing())
	}
	n := len(v.months) - 1
	f := Figure{kind: ForecastKind, o: o, w: w, title: pick(w.Titles, ForecastKind), draw: v.draw, vega: v.vega}
	if p.Name() != "" {
		f.title += ": " + p.Name()
	}
	f.desc = say(pick(w.Sentences, ForecastKind), "to", v.months[n].String(), "b", amount(v.means[n], v.currency), "currency", string(v.currency),
		"lo80", page.Decimal(v.e80[n].Lo, 0), "hi80", page.Decimal(v.e80[n].Hi, 0), "lo95", page.Decimal(v.e95[n].Lo, 0), "hi95", page.Decimal(v.e95[n].Hi, 0))
	f.table = v.table(f.title)
	for _, warning := range p.Warnings {
		f.table.Notes = append(f.table.Notes, warning.Error())
	}
	return f, nil
}

type fan struct {
	w        *Words
	known    []ledger.Statement
	currency money.Currency
	months   []calendar.Month
	means    []decimal.Decimal
	e80, e95 []metrics.Estimate
}

func (v fan) draw(d *frame) {
	w := v.w
	d.legend([]key{{text: w.Observed, class: svg.Line6, line: true}, {text: w.Expected, class: svg.Line1, line: true, dash: dashes[1]}, {text: "80" + nbsp + "%", class: svg.Band80}, {text: "95" + nbsp + "%", class: svg.Band95}})
	known := v.known[max(0, len(v.known)-max(1, 2*len(v.months))):]
	if d.narrow {
		known = v.known[max(0, len(v.known)-6):]
	}
	s := span{}
	for _, st := range known {
		s.take(float(st.Revenue.Closing()))
	}
	for i := range v.months {
		s.take(float(v.means[i]), v.e80[i].Lo, v.e80[i].Hi, v.e95[i].Lo, v.e95[i].Hi)
	}
	p := d.scale(s.lo, s.hi, plotHigh, "MRR"+amountUnit(v.currency), axisLabel)
	first, step := p.places(len(known) + len(v.months))
	x := func(i int) float64 { return round(first + float64(step*float64(i))) }
	origin := svg.Point{X: x(len(known) - 1), Y: p.at(float(known[len(known)-1].Revenue.Closing()))}
	past, ahead := []svg.Point{}, []svg.Point{origin}
	labels := []string{}
	for i, st := range known {
		past = append(past, svg.Point{X: x(i), Y: p.at(float(st.Revenue.Closing()))})
		labels = append(labels, st.Month.String())
	}
	for i, m := range v.months {
		ahead = append(ahead, svg.Point{X: x(len(known) + i), Y: p.at(float(v.means[i]))})
		labels = append(labels, m.String())
	}
	for _, b := range []struct {
		list  []metrics.Estimate
		class svg.Class
	}{{v.e95, svg.Band95}, {v.e80, svg.Band80}} {
		up, low := []svg.Point{origin}, []svg.Point{origin}
		for i, e := range b.list {
			if math.IsNaN(e.Lo) || math.IsNaN(e.Hi) || math.IsInf(e.Lo, 0) || math.IsInf(e.Hi, 0) {
				break
			}
			up = append(up, svg.Point{X: x(len(known) + i), Y: p.at(e.Hi)})
			low = append(low, svg.Point{X: x(len(known) + i), Y: p.at(e.Lo)})
		}
		p.p.Path(svg.Band(up, low, false), b.class, svg.Stroke{})
	}
	p.p.Path(svg.Straight(past), svg.Line6, svg.Stroke{Width: 2})
	p.p.Path(svg.Straight(ahead), svg.Line1, svg.Stroke{Width: 2, Dash: dashes[1]})
	p.zero()
	p.below(labels, first, step)
}

func (v fan) table(title string) Table {
	t := v.w.table(title)
	t.Columns = []Column{
		{Title: v.w.Month},
		{v.w.Expected, Balance, true},
		{"80" + nbsp + "% " + v.w.Lower, NoBasis, true},
		{"80" + nbsp + "% " + v.w.Upper, NoBasis, true},
		{"95" + nbsp + "% " + v.w.Lower, NoBasis, true},
		{"95" + nbsp + "% " + v.w.Upper, NoBasis, true},
	}
	for i, m := range v.months {
		t.Rows = append(t.Rows, []Cell{
			textCell(m.String()), moneyCell(v.means[i], v.currency), floatCell(v.e80[i].Lo, 0), floatCell(v.e80[i].Hi, 0), floatCell(v.e95[i].Lo, 0), floatCell(v.e95[i].Hi, 0),
		})
	}
	t.note(v.w, "")
	return t
}

func (v fan) vega() vega {
	out := vega{}
	for _, s := range v.known {
		out.rows = append(out.rows, map[string]any{"month": s.Month.String(), "observed": float(s.Revenue.Closing())})
	}
	for i, m := range v.months {
		out.rows = append(out.rows, map[string]any{"month": m.String(), "expected": float(v.means[i]), "lo80": finite(v.e80[i].Lo), "hi80": finite(v.e80[i].Hi), "lo95": finite(v.e95[i].Lo), "hi95": finite(v.e95[i].Hi)})
	}
	x := field("month", "ordinal", v.w.Month)
	out.layers = []vegaLayer{
		{mark("area", "opacity", 0.25, "color", "#0072b2"), map[string]any{"x": x, "y": field("lo95", "quantitative", "MRR"), "y2": map[string]any{"field": "hi95"}}},
		{mark("area", "opacity", 0.4, "color", "#0072b2"), map[string]any{"x": x, "y": field("lo80", "quantitative", "MRR"), "y2": map[string]any{"field": "hi80"}}},
		{mark("line", "color", "#1b1f24"), map[string]any{"x": x, "y": field("observed", "quantitative", "MRR")}},
		{mark("line", "strokeDash", []int{7, 3}), map[string]any{"x": x, "y": field("expected", "quantitative", "MRR")}},
	}
	return out
}
