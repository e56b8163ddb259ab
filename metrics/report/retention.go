package report

import (
	"math"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Retention shows who comes back: for each table one line, retention at every
// age over the cohorts whose period at that age was over. One table is the
// whole; several, as of retention.RunBy, are compared by their keys. At most
// eight.
func Retention(tables []*retention.Table, o Options) (Figure, error) {
	const op = "retention"
	switch n := len(tables); {
	case n == 0:
		return Figure{}, refuse(op, "tables", "want at least 1")
	case n > 8:
		return Figure{}, tooMany(op, "tables", 8, n)
	}
	w := o.words()
	v := curves{w: w}
	customers := int64(0)
	for i, t := range tables {
		if t == nil {
			return Figure{}, refuse(op, "table "+strconv.Itoa(i+1), "want a table, got nil")
		}
		customers += t.Customers()
		list := []metrics.Ratio{}
		for age := range len(t.Rows()) {
			share, cohorts := t.Weighted(age)
			if cohorts == 0 {
				break
			}
			list = append(list, share)
		}
		name := t.Key()
		if name == "" {
			name = w.Customers
		}
		v.names, v.shares = append(v.names, name), append(v.shares, list)
	}
	f := Figure{kind: RetentionKind, o: o, w: w, title: pick(w.Titles, RetentionKind), draw: v.draw, vega: v.vega}
	f.desc = say(pick(w.Sentences, RetentionKind), "n", page.Count(customers))
	f.table = v.table(f.title)
	return f, nil
}

// curves are shares by age.
type curves struct {
	w      *Words
	names  []string
	shares [][]metrics.Ratio
}

func (c curves) ages() int {
	n := 0
	for _, l := range c.shares {
		n = max(n, len(l))
	}
	return n
}

func (c curves) draw(d *frame) {
	keys := []key{}
	for i, name := range c.names {
		keys = append(keys, key{text: name, class: svg.LineClass(i), line: true, dash: dashes[i]})
	}
	d.legend(keys)
	x := svg.NewAxis(0, math.Max(1, float64(c.ages()-1)), ticksAcross(d))
	if x.Step < 1 {
		x = svg.NewAxis(0, math.Max(2, float64(c.ages()-1)), 2)
	}
	p := d.scale(0, 1, plotHigh, c.w.Share, percentLabel)
	at := func(t float64) float64 { return round(x.Place(t, p.box.X, p.box.X+p.box.W)) }
	for i, list := range c.shares {
		points := make([]svg.Point, len(list))
		for age, s := range list {
			points[age] = svg.Point{X: at(float64(age)), Y: math.NaN()}
			if v := defined(s); !math.IsNaN(v) {
				points[age].Y = p.at(v)
			}
		}
		p.p.Path(svg.Straight(points), svg.LineClass(i), svg.Stroke{Width: 2, Dash: dashes[i]})
		for age, at := range points {
			if !math.IsNaN(at.Y) && len(points) <= 40 {
				p.p.Open(c.names[i] + page.Sep + strconv.Itoa(age) + page.Sep + page.Percent(list[age]))
				p.p.Circle(at.X, at.Y, 3, svg.LineClass(i), svg.Stroke{Width: 2})
				p.p.Close()
			}
		}
	}
	p.across(x, at)
	p.caption(c.w.Age)
}

func (c curves) table(title string) Table {
	t := c.w.table(title)
	t.Columns = []Column{{Title: c.w.Age, Number: true}}
	for _, name := range c.names {
		t.Columns = append(t.Columns, Column{name, Activity, true})
	}
	for age := range c.ages() {
		row := []Cell{countCell(int64(age))}
		for _, list := range c.shares {
			cell := Cell{Number: true}
			if age < len(list) {
				cell = shareCell(list[age])
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	t.note(c.w, "")
	return t
}

func (c curves) vega() vega {
	v := vega{}
	for i, list := range c.shares {
		for age, s := range list {
			v.rows = append(v.rows, map[string]any{"group": c.names[i], "age": age, "share": finite(defined(s))})
		}
	}
	v.layers = []vegaLayer{{mark("line", "point", true), map[string]any{"x": field("age", "quantitative", c.w.Age), "y": field("share", "quantitative", c.w.Share, "scale", map[string]any{"domain": []int{0, 1}}), "color": field("group", "nominal", c.w.Segment)}}}
	return v
}
