package report

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// Measures of a picture, in pixels.
const (
	margin   = 16.0
	lineHigh = 16.0
	tick     = 11.0 // the size of text at axes
	plotHigh = 240.0
)

// frame is a picture being drawn: a heading, then whatever follows below it.
type frame struct {
	p      *svg.Picture
	w      *Words
	o      Options
	width  float64
	y      float64 // how far down the picture is drawn
	narrow bool
	step   float64 // of base lines at 12 pixels
}

func newFrame(f Figure, width float64) *frame {
	d := &frame{w: f.w, o: f.o, width: width, narrow: width < narrowTo, y: margin, step: lineHigh}
	if f.w.Language != "en" {
		d.step = lineHigh * 1.15 // marks above and below
	}
	d.p = svg.New(svg.Options{Width: width, Title: f.title, Desc: f.desc, Language: f.w.Language, RTL: f.w.RTL, Scheme: f.o.Scheme.svg(), Ground: true})
	if f.kind != SparkKind {
		d.paragraph(f.title, svg.TextStyle{Size: 15, Bold: true}, 3)
		d.paragraph(f.desc, svg.TextStyle{Class: svg.Muted}, 6)
		d.y += 6
	}
	return d
}

// paragraph sets wrapped text at the margin and moves down.
func (d *frame) paragraph(text string, t svg.TextStyle, limit int) {
	d.block(margin, d.width-2*margin, text, t, limit)
}

func (d *frame) block(x, width float64, text string, t svg.TextStyle, limit int) {
	if text == "" {
		return
	}
	size := t.Size
	if size == 0 {
		size = 12
	}
	step := d.step * size / 12
	t.Max = width
	lines := t.Wrap(text, width, limit)
	d.p.Block(x, d.y+float64(0.8*step), step, lines.Text, t)
	d.y += step * float64(len(lines.Text))
}

// key is an entry of a legend.
type key struct {
	text  string
	class svg.Class
	line  bool
	dash  string
}

// legend explains the colours above the plot, flowing as wide as the picture.
func (d *frame) legend(keys []key) {
	if len(keys) == 0 {
		return
	}
	x, y := margin, d.y+float64(0.8*d.step)
	t := svg.TextStyle{Size: tick, Class: svg.Muted}
	for _, k := range keys {
		w := 16 + svg.Bound(k.text, tick) + 14
		if x > margin && x+w > d.width-margin {
			x = margin
			y += d.step
		}
		if k.line {
			d.p.Line(x, y-4, x+12, y-4, k.class, svg.Stroke{Width: 2, Dash: k.dash})
		} else {
			d.p.Rect(svg.Box{X: x, Y: y - 9, W: 10, H: 10}, k.class, 1)
		}
		st := t
		st.Max = d.width - margin - x - 16
		d.p.Block(x+16, y, d.step, st.Wrap(k.text, st.Max, 1).Text, st)
		x += w
	}
	d.y = y + 8
}

// plot is the area of a chart with its vertical scale.
type plot struct {
	*frame
	box svg.Box
	y0  svg.Axis
}

// scale begins a chart: a vertical scale over a range, with ticks named by
// label, and its title above it.
func (d *frame) scale(lo, hi float64, high float64, title string, label func(svg.Axis, float64) string) plot {
	n := 6
	if high < 120 {
		n = 3
	}
	a := svg.NewAxis(lo, hi, n)
	widest := 0.0
	for _, v := range a.Ticks {
		widest = math.Max(widest, svg.Bound(label(a, v), tick))
	}
	if title != "" {
		d.block(margin, d.width-2*margin, title, svg.TextStyle{Size: tick, Class: svg.Muted}, 2)
	}
	d.y += 10
	left := margin + widest + 8
	p := plot{frame: d, box: svg.Box{X: left, Y: d.y, W: math.Max(40, d.width-margin-12-left), H: high}, y0: a}
	for _, v := range a.Ticks {
		y := p.at(v)
		d.p.Line(left, y, left+p.box.W, y, svg.Edge, svg.Stroke{})
		d.p.Text(left-8, y+4, label(a, v), svg.TextStyle{Size: tick, Class: svg.Muted, Anchor: svg.End, Max: widest})
	}
	d.y += high
	return p
}

// at is where a value stands, to a hundredth of a pixel, so that differences of
// places are differences of values.
func (p plot) at(v float64) float64 { return round(p.y0.Place(v, p.box.Y+p.box.H, p.box.Y)) }

func round(v float64) float64 { return math.Round(v*100) / 100 }

// zero draws the line that amounts grow from.
func (p plot) zero() {
	if p.y0.Lo <= 0 && p.y0.Hi >= 0 {
		y := p.at(0)
		p.p.Line(p.box.X, y, p.box.X+p.box.W, y, svg.Rule, svg.Stroke{})
	}
}

// places is where n columns stand: the middle of the first, and their distance.
func (p plot) places(n int) (first, step float64) {
	step = p.box.W / float64(max(n, 1))
	return p.box.X + step/2, step
}

// below names places under the plot, as many as fit beside each other.
func (p plot) below(labels []string, first, step float64) {
	t := svg.TextStyle{Size: tick, Class: svg.Muted, Anchor: svg.Middle}
	every := svg.Thin(labels, step, 8, t)
	p.frame.y += 4
	end := math.Inf(-1)
	for i := 0; i < len(labels); i += every {
		half := svg.Bound(labels[i], tick) / 2
		x := first + float64(step*float64(i))
		x = math.Min(math.Max(x, half+2), p.width-4-half) // none may leave the picture
		if x-half > end+4 {
			p.p.Text(x, p.frame.y+12, labels[i], t)
			end = x + half
		}
	}
	p.frame.y += 18
}

// caption stands under the axis.
func (p plot) caption(text string) {
	if text == "" {
		return
	}
	p.frame.y += 2
	t := svg.TextStyle{Size: tick, Class: svg.Muted, Anchor: svg.Middle, Max: p.box.W}
	p.p.Block(p.box.X+p.box.W/2, p.frame.y+10, p.step, t.Wrap(text, p.box.W, 1).Text, t)
	p.frame.y += p.step
}

func axisLabel(a svg.Axis, v float64) string { return minus(a.Label(v)) }

func percentLabel(a svg.Axis, v float64) string {
	b := svg.Axis{Places: max(0, a.Places-2)}
	return minus(b.Label(v*100)) + nbsp + "%"
}

// span widens a range to hold values; what is not finite is left out.
type span struct{ lo, hi float64 }

func (s *span) take(values ...float64) {
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			s.lo, s.hi = math.Min(s.lo, v), math.Max(s.hi, v)
		}
	}
}
