package report

import (
	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Spark shows the course of one number, month by month, without axes: the
// lowest at the bottom, the highest at the top, the last marked. Months without
// a value interrupt it.
func Spark(name string, from calendar.Month, values []metrics.Ratio, o Options) (Figure, error) {
	const op = "spark"
	switch n := len(values); {
	case n == 0:
		return Figure{}, refuse(op, "values", "want at least 1")
	case n > maxMonths:
		return Figure{}, tooMany(op, "values", maxMonths, n)
	}
	w := o.words()
	f := Figure{kind: SparkKind, o: o, w: w, title: name, table: w.table(name)}
	f.table.Columns = []Column{{Title: w.Month}, {Title: name, Number: true}}
	points := make([]float64, len(values))
	for i, v := range values {
		points[i] = defined(v)
		f.table.Rows = append(f.table.Rows, []Cell{textCell(from.Add(i).String()), ratioCell(v, 4)})
	}
	trimZeros(f.table)
	f.desc = say(pick(w.Sentences, SparkKind), "from", from.String(), "to", from.Add(len(values)-1).String(), "a", f.table.Rows[0][1].Text, "b", f.table.Rows[len(values)-1][1].Text)
	if f.o.Width == 0 {
		f.o.Width = narrowest
	}
	f.draw = func(d *frame) {
		d.y = 0
		spark(d.p, svg.Box{X: 4, Y: 4, W: d.width - 12, H: 40}, points)
		d.y = 48 - margin
	}
	f.vega = func() vega {
		v := vega{}
		for i, p := range points {
			v.rows = append(v.rows, map[string]any{"month": from.Add(i).String(), "value": finite(p)})
		}
		v.layers = []vegaLayer{{mark("line"), map[string]any{"x": field("month", "ordinal", w.Month), "y": field("value", "quantitative", name)}}}
		return v
	}
	return f, nil
}

func spark(p *svg.Picture, box svg.Box, values []float64) {
	line, last, ok := svg.Spark(values, box)
	if !ok {
		return
	}
	p.Path(line, svg.Curve, svg.Stroke{Width: 1.5})
	p.Circle(last.X, last.Y, 2.5, svg.Mark, svg.Stroke{})
}

// sparkline is a small picture for a tile: what it says stands beside it.
func sparkline(name string, values []float64, s svg.Scheme, words *Words) []byte {
	p := svg.New(svg.Options{Width: 140, Height: 36, Title: name, Desc: page.Count(int64(len(values))), Language: words.Language, RTL: words.RTL, Scheme: s})
	spark(p, svg.Box{X: 3, Y: 4, W: 132, H: 28}, values)
	return p.Bytes()
}
