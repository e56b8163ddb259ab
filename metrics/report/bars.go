package report

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// bar is a horizontal bar between two values.
type bar struct {
	from, to float64
	class    svg.Class
	text     string // what it says, at its end of the label's line
	label    string // empty: it belongs to the label above
	strong   bool
	point    bool // a mark at its end, not a bar
	tip      string
}

// bars draws horizontal bars below each other, each under its label, over one
// scale: long names and long numbers do not meet.
type bars struct {
	list  []bar
	title string
	label func(svg.Axis, float64) string
	rule  float64 // a value to mark, NaN for none
	// floats says that the scale need not begin at zero: no bar grows from it.
	floats bool
}

const barHigh = 14.0

func (c bars) draw(d *frame) {
	s := span{}
	if c.floats && len(c.list) > 0 {
		s = span{c.list[0].to, c.list[0].to}
	}
	for _, b := range c.list {
		s.take(b.from, b.to)
	}
	s.take(c.rule)
	if c.label == nil {
		c.label = axisLabel
	}
	n := 8
	if d.narrow {
		n = 3
	}
	a := svg.NewAxis(s.lo, s.hi, n)
	box := svg.Box{X: margin + 6, W: d.width - 2*margin - 30}
	at := func(v float64) float64 { return round(a.Place(v, box.X, box.X+box.W)) }
	for i, b := range c.list {
		if b.label != "" || b.text != "" {
			if i > 0 {
				d.y += 6
			}
			c.heading(d, b)
		}
		d.y += 2
		for _, v := range a.Ticks {
			d.p.Line(at(v), d.y-1, at(v), d.y+barHigh+1, svg.Edge, svg.Stroke{})
		}
		if x0, x1 := at(b.from), at(b.to); b.point {
			d.p.Open(b.tip)
			d.p.Rect(svg.Box{X: x1 - 2, Y: d.y - 1, W: 4, H: barHigh + 2}, b.class, 1)
			d.p.Close()
		} else if x0 != x1 {
			d.p.Open(b.tip)
			d.p.Rect(svg.Box{X: math.Min(x0, x1), Y: d.y, W: round(math.Abs(x1 - x0)), H: barHigh}, b.class, 1)
			d.p.Close()
		}
		if a.Lo <= 0 && a.Hi >= 0 {
			d.p.Line(at(0), d.y-1, at(0), d.y+barHigh+1, svg.Rule, svg.Stroke{})
		}
		if !math.IsNaN(c.rule) {
			d.p.Line(at(c.rule), d.y-1, at(c.rule), d.y+barHigh+1, svg.Line6, svg.Stroke{Width: 1.5, Dash: "3 2"})
		}
		d.y += barHigh
	}
	labels := make([]string, len(a.Ticks))
	for i, v := range a.Ticks {
		labels[i] = c.label(a, v)
	}
	p := plot{frame: d, box: svg.Box{X: box.X, Y: d.y, W: box.W}}
	p.below(labels, at(a.Ticks[0]), at(a.Ticks[1])-at(a.Ticks[0]))
	p.caption(c.title)
}

// heading sets a bar's label at the start and its text at the end of a line, or
// below each other where both are long.
func (c bars) heading(d *frame, b bar) {
	width := d.width - 2*margin
	name := svg.TextStyle{Bold: b.strong}
	value := svg.TextStyle{Class: svg.Muted, Anchor: svg.End}
	if svg.Bound(b.label, 13)+svg.Bound(b.text, 12)+16 <= width {
		name.Max, value.Max = width, width
		d.p.Text(margin, d.y+12, b.label, name)
		if b.text != "" {
			d.p.Block(d.width-margin, d.y+12, d.step, []string{b.text}, value)
		}
		d.y += d.step
		return
	}
	d.paragraph(b.label, name, 2)
	d.paragraph(b.text, svg.TextStyle{Class: svg.Muted}, 2)
}
