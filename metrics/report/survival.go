package report

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// maxPoints bounds the points of a curve.
const maxPoints = 100_000

// Survival shows the share of customers still there by tenure: steps, since
// nobody leaves between two events, the band around them, and how many are at
// risk below. A curve with up to eight groups shows each of them, without
// bands. Times are in months.
func Survival(c *survival.Curve, o Options) (Figure, error) {
	const op = "survival"
	if c == nil || c.Subjects() == 0 {
		return Figure{}, refuse(op, "curve", "want at least 1 subject")
	}
	if n := len(c.Groups()); n > 8 {
		return Figure{}, tooMany(op, "groups", 8, n)
	}
	w := o.words()
	s := survivalView{w: w, level: c.Level()}
	if groups := c.Groups(); len(groups) > 1 {
		for _, g := range groups {
			s.curves, s.names = append(s.curves, pointsOf(c.Group(g))), append(s.names, g)
		}
	} else {
		s.curves, s.names = [][]survival.Point{pointsOf(c)}, []string{""}
	}
	left, total := 0.0, 0
	for p := range c.Rows() {
		left += p.Events
	}
	for _, list := range s.curves {
		total += len(list)
	}
	if total > maxPoints {
		return Figure{}, tooMany(op, "points", maxPoints, total)
	}
	median := w.NotReached
	if m := c.Median(); m.Defined() {
		median = page.Decimal(m.Value, 1)
	}
	f := Figure{kind: SurvivalKind, o: o, w: w, title: pick(w.Titles, SurvivalKind), draw: s.draw, vega: s.vega}
	f.desc = say(pick(w.Sentences, SurvivalKind), "n", page.Count(c.Subjects()), "k", page.Decimal(left, 1), "median", median, "level", page.Decimal(c.Level()*100, 1)+nbsp+"%")
	f.table = s.table(f.title)
	return f, nil
}

func pointsOf(c *survival.Curve) []survival.Point {
	out := []survival.Point{}
	for p := range c.Rows() {
		out = append(out, p)
	}
	return out
}

type survivalView struct {
	w      *Words
	level  float64
	curves [][]survival.Point
	names  []string
}

// dashes tell lines apart that colour alone might not.
var dashes = [8]string{"", "7 3", "2 2", "8 3 2 3", "4 4", "1 3", "10 4", "6 2 2 2"}

func (s survivalView) draw(d *frame) {
	hi := 0.0
	for _, list := range s.curves {
		for _, p := range list {
			hi = math.Max(hi, p.Time)
		}
	}
	keys := []key{}
	if len(s.curves) > 1 {
		for i, name := range s.names {
			keys = append(keys, key{text: name, class: svg.LineClass(i), line: true, dash: dashes[i]})
		}
	} else {
		keys = append(keys, key{text: s.w.Survival, class: svg.Line1, line: true}, key{text: page.Decimal(s.level*100, 1) + nbsp + "%", class: svg.Band95})
	}
	d.legend(keys)
	x := svg.NewAxis(0, math.Max(hi, 1), ticksAcross(d))
	p := d.scale(0, 1, plotHigh, s.w.Share, percentLabel)
	at := func(t float64) float64 { return round(x.Place(t, p.box.X, p.box.X+p.box.W)) }
	if len(s.curves) == 1 {
		for _, piece := range s.bands(s.curves[0], at, p) {
			p.p.Path(piece, svg.Band95, svg.Stroke{})
		}
	}
	for i, list := range s.curves {
		points := []svg.Point{{X: at(0), Y: p.at(1)}}
		for _, pt := range list {
			points = append(points, svg.Point{X: at(pt.Time), Y: p.at(pt.S)})
		}
		p.p.Path(svg.Steps(points), svg.LineClass(i), svg.Stroke{Width: 2, Dash: dashes[i]})
	}
	p.across(x, at)
	p.caption(s.w.Tenure)
	d.y += 4
	d.paragraph(s.w.AtRisk, svg.TextStyle{Size: tick, Class: svg.Muted}, 1)
	for i, list := range s.curves {
		if len(s.curves) > 1 {
			d.paragraph(s.names[i], svg.TextStyle{Size: tick}, 1)
		}
		texts := make([]string, len(x.Ticks))
		for k, t := range x.Ticks {
			texts[k] = page.Decimal(atRisk(list, t), 1)
		}
		p.row(texts, at(x.Ticks[0]), at(x.Ticks[1])-at(x.Ticks[0]))
	}
}

func ticksAcross(d *frame) int {
	if d.narrow {
		return 4
	}
	return 10
}

// across names the places of a scale along the foot.
func (p plot) across(x svg.Axis, at func(float64) float64) {
	labels := make([]string, len(x.Ticks))
	for i, t := range x.Ticks {
		labels[i] = axisLabel(x, t)
		p.p.Line(at(t), p.box.Y+p.box.H, at(t), p.box.Y+p.box.H+4, svg.Rule, svg.Stroke{})
	}
	p.below(labels, at(x.Ticks[0]), at(x.Ticks[1])-at(x.Ticks[0]))
}

// atRisk is how many are at risk at a time: those of the next exit from it on.
func atRisk(list []survival.Point, t float64) float64 {
	for _, p := range list {
		if p.Time >= t {
			return p.AtRisk
		}
	}
	return 0
}

// bands are the pieces of the band where it is defined.
func (s survivalView) bands(list []survival.Point, at func(float64) float64, p plot) []svg.Path {
	var out []svg.Path
	up, low := []svg.Point{{X: at(0), Y: p.at(1)}}, []svg.Point{{X: at(0), Y: p.at(1)}}
	flush := func(end float64) {
		if len(up) > 0 {
			up = append(up, svg.Point{X: end, Y: up[len(up)-1].Y})
			low = append(low, svg.Point{X: end, Y: low[len(low)-1].Y})
			out = append(out, svg.Band(up, low, true))
		}
		up, low = nil, nil
	}
	for _, pt := range list {
		if math.IsNaN(pt.Lo) || math.IsNaN(pt.Hi) {
			flush(at(pt.Time))
			continue
		}
		up = append(up, svg.Point{X: at(pt.Time), Y: p.at(pt.Hi)})
		low = append(low, svg.Point{X: at(pt.Time), Y: p.at(pt.Lo)})
	}
	if len(list) > 0 {
		flush(at(list[len(list)-1].Time))
	}
	return out
}

func (s survivalView) table(title string) Table {
	t := s.w.table(title)
	t.Columns = []Column{{Title: s.w.Tenure, Number: true}, {s.w.AtRisk, NoBasis, true}, {s.w.Churned, Activity, true}, {s.w.Survival, Balance, true}, {s.w.Lower, NoBasis, true}, {s.w.Upper, NoBasis, true}}
	if len(s.curves) > 1 {
		t.Columns = append([]Column{{Title: s.w.Segment}}, t.Columns...)
	}
	for i, list := range s.curves {
		for _, p := range list {
			row := []Cell{floatCell(p.Time, 2), floatCell(p.AtRisk, 2), floatCell(p.Events, 2), percentCell(p.S), percentCell(p.Lo), percentCell(p.Hi)}
			if len(s.curves) > 1 {
				row = append([]Cell{textCell(s.names[i])}, row...)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	trimZeros(t)
	t.note(s.w, "")
	return t
}

func (s survivalView) vega() vega {
	v := vega{}
	for i, list := range s.curves {
		v.rows = append(v.rows, map[string]any{"group": s.names[i], "tenure": 0, "share": 1, "lo": 1, "hi": 1})
		for _, p := range list {
			v.rows = append(v.rows, map[string]any{"group": s.names[i], "tenure": finite(p.Time), "share": finite(p.S), "lo": finite(p.Lo), "hi": finite(p.Hi), "at_risk": finite(p.AtRisk)})
		}
	}
	x := field("tenure", "quantitative", s.w.Tenure)
	line := vegaLayer{mark("line", "interpolate", "step-after"), map[string]any{"x": x, "y": field("share", "quantitative", s.w.Survival, "scale", map[string]any{"domain": []int{0, 1}})}}
	if len(s.curves) > 1 {
		line.encoding["color"] = field("group", "nominal", s.w.Segment)
		v.layers = []vegaLayer{line}
		return v
	}
	v.layers = []vegaLayer{{mark("area", "interpolate", "step-after", "opacity", 0.3), map[string]any{"x": x, "y": field("lo", "quantitative", s.w.Lower), "y2": map[string]any{"field": "hi"}}}, line}
	return v
}
