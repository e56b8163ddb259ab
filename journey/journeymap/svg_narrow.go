package journeymap

import (
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// narrow draws the stages below each other.
func (d *drawing) narrow() {
	width := d.width - 2*margin
	for i, s := range d.columns {
		d.block(i, s, width)
	}
}

func (d *drawing) block(i int, s Stage, width float64) {
	var above []Stage
	if i > 0 {
		above = d.within[i-1]
	}
	for k, g := range d.within[i] {
		if k >= len(above) || above[k].Name != g.Name {
			d.paragraph(width, g.Label(), svg.TextStyle{Bold: true, Class: svg.Muted}, 2)
			d.y += 4
		}
	}
	name := svg.TextStyle{Size: 13, Bold: true, Class: svg.HeadInk, Max: width - 2*padding}
	lines := name.Wrap(strconv.Itoa(i+1)+". "+s.Label(), name.Max, 3)
	small := svg.TextStyle{Size: 11, Class: svg.HeadInk, Max: name.Max}
	figures := small.Wrap(d.figures(s), small.Max, 1)
	step := d.step * 13 / 12
	h := float64(len(lines.Text))*step + float64(len(figures.Text))*d.step + 12
	d.p.Rect(svg.Box{X: margin, Y: d.y, W: width, H: h}, svg.Head, 4)
	d.p.Block(margin+padding, d.y+6+0.8*step, step, lines.Text, name)
	d.p.Block(margin+padding, d.y+6+float64(len(lines.Text))*step+0.75*d.step, d.step, figures.Text, small)
	d.y += h + 4
	for _, l := range d.lanes {
		if !s.lanes()[l] {
			continue
		}
		if l == LaneEmotion {
			d.gauge(s, width)
			continue
		}
		c := d.fit(d.cell(s, l), width-2*padding, d.o.lines())
		label := svg.TextStyle{Size: 11, Bold: true, Class: svg.Muted, Max: width - 2*padding}
		h := float64(c.lines)*d.step + d.step + 12
		d.p.Open(c.full)
		d.p.Rect(svg.Box{X: margin, Y: d.y, W: width, H: h}, ground(l), 4)
		d.p.Block(margin+padding, d.y+6+0.75*d.step, d.step, label.Wrap(d.lane(l), label.Max, 1).Text, label)
		d.draw(c, margin+padding, d.y+6+d.step+0.8*d.step, width-2*padding)
		d.p.Close()
		d.y += h + 4
	}
	d.y += gutter
}

// gauge shows an emotion on a line from -2 to +2.
func (d *drawing) gauge(s Stage, width float64) {
	h := 2*d.step + 24
	d.p.Rect(svg.Box{X: margin, Y: d.y, W: width, H: h}, svg.Panel, 4)
	label := svg.TextStyle{Size: 11, Bold: true, Class: svg.Muted, Max: width / 2}
	d.p.Block(margin+padding, d.y+6+0.75*d.step, d.step, label.Wrap(d.lane(LaneEmotion), label.Max, 1).Text, label)
	value := svg.TextStyle{Anchor: svg.End, Max: width/2 - 2*padding}
	d.p.Block(margin+width-padding, d.y+6+0.75*d.step, d.step, value.Wrap(d.emotion(s)[0].text, value.Max, 1).Text, value)
	from, long := margin+40, width-80
	y := d.y + d.step + 18
	d.p.Line(from, y, from+long, y, svg.Rule, svg.Stroke{})
	small := svg.TextStyle{Size: 11, Class: svg.Muted, Anchor: svg.Middle}
	for _, v := range []float64{-2, -1, 0, 1, 2} {
		x := from + long*(v+2)/4
		d.p.Line(x, y-4, x, y+4, svg.Rule, svg.Stroke{})
		d.p.Text(x, y+18, page.Signed(v, 0), small)
	}
	if e := s.Emotion.Value; e == e {
		d.mark(from+long*(min(max(e, -2), 2)+2)/4, y, 6, s.Emotion.Evidence)
	}
	d.y += h + 4
}
