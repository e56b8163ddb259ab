package report

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// column is a stack over one place of a chart: parts above zero grow up, parts
// below it down.
type column struct {
	label string
	parts []float64 // one for each class of the chart
	line  float64   // a mark, NaN where there is none
	tip   string
}

// columns draws stacks beside each other.
type columns struct {
	classes []svg.Class
	list    []column
	title   string // of the scale
	caption string // of the places
	high    float64
	label   func(svg.Axis, float64) string
	marks   bool
	under   []string // a row of numbers under the places, named by underName
	name    string
}

func (c columns) draw(d *frame) {
	s := span{}
	for _, col := range c.list {
		up, down := 0.0, 0.0
		for _, v := range col.parts {
			if v > 0 {
				up += v
			} else {
				down += v
			}
		}
		s.take(up, down)
		if c.marks {
			s.take(col.line)
		}
	}
	if c.label == nil {
		c.label = axisLabel
	}
	if c.high == 0 {
		c.high = plotHigh
	}
	p := d.scale(s.lo, s.hi, c.high, c.title, c.label)
	first, step := p.places(len(c.list))
	wide := math.Min(48, math.Max(1, step*0.72))
	if step > 3 {
		wide = math.Floor(wide)
	}
	for i, col := range c.list {
		x := round(first + float64(step*float64(i)) - wide/2)
		if step > 3 { // whole pixels are sharp, and short to write
			x = math.Round(x)
		}
		c.stack(p, col, x, wide)
	}
	p.zero()
	if c.marks {
		c.net(p, first, step)
	}
	labels := make([]string, len(c.list))
	for i, col := range c.list {
		labels[i] = col.label
	}
	p.below(labels, first, step)
	if c.under != nil {
		p.numbers(c.name, c.under, first, step)
	}
	p.caption(c.caption)
}

// stack draws one column. Edges are rounded as they add up, so that the
// heights of all parts sum to that of the whole.
func (c columns) stack(p plot, col column, x, wide float64) {
	drawn := false
	up, down := 0.0, 0.0
	for k, v := range col.parts {
		if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		from := &up
		if v < 0 {
			from = &down
		}
		a, b := p.at(*from), p.at(*from+v)
		*from += v
		if !drawn {
			drawn = true
			p.p.Open(col.tip)
		}
		p.p.Rect(svg.Box{X: x, Y: math.Min(a, b), W: wide, H: round(math.Abs(a - b))}, c.classes[k], 0)
	}
	if drawn {
		p.p.Close()
	}
}

func (c columns) net(p plot, first, step float64) {
	points := make([]svg.Point, len(c.list))
	for i, col := range c.list {
		points[i] = svg.Point{X: first + float64(step*float64(i)), Y: math.NaN()}
		if !math.IsNaN(col.line) && !math.IsInf(col.line, 0) {
			points[i].Y = p.at(col.line)
		}
	}
	p.p.Path(svg.Straight(points), svg.Line6, svg.Stroke{Width: 1.5})
	if step >= 8 || len(points) == 1 {
		for _, at := range points {
			if !math.IsNaN(at.Y) {
				p.p.Circle(at.X, at.Y, 2.5, svg.Line6, svg.Stroke{Width: 1.5})
			}
		}
	}
}

// numbers sets a row of numbers under the plot, as many as fit.
func (p plot) numbers(name string, texts []string, first, step float64) {
	d := p.frame
	d.y += 2
	d.block(margin, d.width-2*margin, name, svg.TextStyle{Size: tick, Class: svg.Muted}, 2)
	p.row(texts, first, step)
}

func (p plot) row(texts []string, first, step float64) {
	t := svg.TextStyle{Size: 10, Anchor: svg.Middle}
	every := svg.Thin(texts, step, 6, t)
	for i := 0; i < len(texts); i += every {
		x, half := first+float64(step*float64(i)), svg.Bound(texts[i], 10)/2
		if x+half <= p.width-2 && x-half >= 2 {
			p.p.Text(x, p.frame.y+11, texts[i], t)
		}
	}
	p.frame.y += 16
}
