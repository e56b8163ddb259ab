package journeymap

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
)

func (d *drawing) x(i int) float64 { return margin + labelWide + float64(i)*(column+gutter) }

func (d *drawing) wide() {
	d.bands()
	d.chevrons()
	shown := false
	for _, l := range d.lanes {
		if l >= LaneBackStage && !shown {
			shown = true
			if l <= LaneSupport {
				d.visibility()
			}
		}
		if l == LaneEmotion {
			d.curve()
			continue
		}
		d.row(l)
	}
}

// bands draws the stages that columns are part of, above them.
func (d *drawing) bands() {
	for depth := range d.depth {
		style := svg.TextStyle{Bold: true, Size: 11, Class: svg.Muted}
		for i := 0; i < len(d.columns); {
			if len(d.within[i]) <= depth {
				i++
				continue
			}
			group := d.within[i][depth]
			n := 1
			for i+n < len(d.columns) && len(d.within[i+n]) > depth && d.within[i+n][depth].Name == group.Name {
				n++
			}
			w := float64(n)*(column+gutter) - gutter
			style.Max = w - 2*padding
			lines := style.Wrap(group.Label(), style.Max, 1)
			d.p.Rect(svg.Box{X: d.x(i), Y: d.y, W: w, H: 20}, svg.Panel, 4)
			d.p.Block(d.x(i)+padding, d.y+14, 12, lines.Text, style)
			i += n
		}
		d.y += 24
	}
}

func (d *drawing) chevrons() {
	name := svg.TextStyle{Size: 13, Bold: true, Class: svg.HeadInk, Max: column - 2*(tip+6)}
	small := svg.TextStyle{Size: 11, Class: svg.HeadInk, Max: name.Max}
	step := d.step * 13 / 12
	titles := make([]svg.Lines, len(d.columns))
	figures := make([]svg.Lines, len(d.columns))
	rows, foot := 1, 0
	for i, s := range d.columns {
		titles[i] = name.Wrap(s.Label(), name.Max, 3)
		figures[i] = small.Wrap(d.figures(s), small.Max, 1)
		rows, foot = max(rows, len(titles[i].Text)), max(foot, len(figures[i].Text))
	}
	h := float64(rows)*step + float64(foot)*d.step + 12
	for i, s := range d.columns {
		x, y := d.x(i), d.y
		var c svg.Path
		c.Move(x, y)
		c.To(x+column-tip, y)
		c.To(x+column, y+h/2)
		c.To(x+column-tip, y+h)
		c.To(x, y+h)
		c.To(x+tip, y+h/2)
		c.Close()
		tooltip := ""
		if titles[i].Cut {
			tooltip = s.Label()
		}
		d.p.Open(tooltip)
		d.p.Path(c, svg.Head, svg.Stroke{})
		top := y + (h-float64(len(titles[i].Text))*step-float64(len(figures[i].Text))*d.step)/2
		d.p.Block(x+tip+6, top+0.8*step, step, titles[i].Text, name)
		d.p.Block(x+tip+6, top+float64(len(titles[i].Text))*step+0.75*d.step, d.step, figures[i].Text, small)
		d.p.Close()
	}
	d.y += h + gutter
}

// ground is the colour of a lane.
func ground(l Lane) svg.Class {
	switch l {
	case LaneTouchpoints:
		return svg.Blue
	case LanePains:
		return svg.Orange
	case LaneOpportunities, LaneMilestones:
		return svg.Green
	case LaneBackStage, LaneSupport, LaneOwner:
		return svg.Grey
	case LaneGap:
		return svg.Violet
	default:
		return svg.Panel
	}
}

// label draws the name of a lane beside it, and returns how high it is.
func (d *drawing) label(l Lane, y float64) float64 {
	t := svg.TextStyle{Bold: true, Max: labelWide - 2*padding}
	lines := t.Wrap(d.lane(l), t.Max, 3)
	d.p.Block(margin, y+6+0.8*d.step, d.step, lines.Text, t)
	return float64(len(lines.Text))*d.step + 12
}

func (d *drawing) row(l Lane) {
	limit := d.o.lines()
	cells := make([]set, len(d.columns))
	most := 1
	for i, s := range d.columns {
		cells[i] = d.fit(d.cell(s, l), column-2*padding, limit)
		most = max(most, cells[i].lines)
	}
	h := max(float64(most)*d.step+12, d.label(l, d.y))
	for i, c := range cells {
		d.p.Open(c.full)
		d.p.Rect(svg.Box{X: d.x(i), Y: d.y, W: column, H: h}, ground(l), 4)
		d.draw(c, d.x(i)+padding, d.y+6+0.8*d.step, column-2*padding)
		d.p.Close()
	}
	d.y += h + gutter
}

// curve draws the emotion lane.
func (d *drawing) curve() {
	d.label(LaneEmotion, d.y)
	top := d.y
	level := func(v float64) float64 { return top + emotional/2 - perPoint*min(max(v, -2), 2) }
	small := svg.TextStyle{Size: 11, Class: svg.Muted, Anchor: svg.End}
	right := d.x(len(d.columns)) - gutter
	for _, v := range []float64{-2, -1, 0, 1, 2} {
		d.p.Line(d.x(0), level(v), right, level(v), svg.Edge, svg.Stroke{Dash: "2 4"})
		if v != -1 && v != 1 {
			d.p.Text(d.x(0)-6, level(v)+4, page.Signed(v, 0), small)
		}
	}
	points := make([]svg.Point, 0, len(d.columns))
	for i, s := range d.columns {
		at := svg.Point{X: d.x(i) + column/2, Y: math.NaN()} // where nothing is known the line stops
		if s.Emotion != nil && s.Emotion.Value == s.Emotion.Value {
			at.Y = level(s.Emotion.Value)
		}
		points = append(points, at)
	}
	d.p.Path(svg.Smooth(points), svg.Curve, svg.Stroke{Width: 2.5})
	for i, s := range d.columns {
		if s.Emotion == nil || s.Emotion.Value != s.Emotion.Value {
			continue
		}
		x, y := d.x(i)+column/2, level(s.Emotion.Value)
		d.p.Open(s.Label() + ": " + d.emotion(s)[0].text)
		d.mark(x, y, 6, s.Emotion.Evidence)
		t := svg.TextStyle{Size: 11, Anchor: svg.Middle, Max: column - gutter}
		base := y - 11
		if s.Emotion.Value >= 1 {
			base = y + 20
		}
		d.p.Block(x, base, 12, t.Wrap(d.emotion(s)[0].text, t.Max, 1).Text, t)
		d.p.Close()
	}
	d.y += emotional + gutter
}

func (d *drawing) visibility() {
	t := svg.TextStyle{Size: 11, Class: svg.Muted, Max: labelWide - padding}
	lines := t.Wrap(d.w.LineOfVisibility, t.Max, 2)
	d.p.Block(margin, d.y+0.8*d.step, d.step, lines.Text, t)
	h := float64(len(lines.Text)) * d.step
	d.p.Line(d.x(0), d.y+h/2, d.x(len(d.columns))-gutter, d.y+h/2, svg.Rule, svg.Stroke{Width: 1.5, Dash: "8 5"})
	d.y += h + gutter
}
