package journeymap

import (
	"math"
	"strconv"
	"unicode"

	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Measures of a picture, in pixels.
const (
	margin    = 16.0
	labelWide = 150.0
	column    = 178.0
	gutter    = 8.0
	padding   = 10.0
	markWide  = 12.0 // a mark before a text
	iconWide  = 16.0
	emotional = 120.0 // height of the emotion lane: 24 per point, 12 above and below
	perPoint  = 24.0
	tip       = 12.0 // how far a chevron points
	narrow    = 390.0
)

// SVG draws the map as one SVG element, without a browser: columns of stages
// with conversion and median time, lanes with the evidence behind each entry
// (filled marks: reported or observed, hollow: assumed), the course of emotion,
// the line of visibility and a legend. Text keeps to its cell in any font.
// Equal maps give equal bytes. Errors are of maps beyond the limits of the
// package; a map with faults is drawn as it is.
func (m Map) SVG(o Options) ([]byte, error) {
	p, err := m.picture(o)
	if err != nil {
		return nil, err
	}
	return p.Bytes(), nil
}

func (m Map) picture(o Options) (*svg.Picture, error) {
	v, err := m.see(o)
	if err != nil {
		return nil, err
	}
	d := drawing{view: v, o: o, step: lineStep(v)}
	form := o.Form
	if form == AutoForm {
		form = Wide
		if len(v.columns) > 10 {
			form = Narrow
		}
	}
	width := 2*margin + labelWide + float64(len(v.columns))*(column+gutter)
	if form == Narrow {
		width = narrow
	}
	width = max(width, narrow)
	d.p = svg.New(svg.Options{Width: width, Title: d.title(), Desc: v.summary(), Language: v.m.Language, RTL: v.w.RTL, Scheme: o.Scheme.svg(), Ground: true})
	d.width = width
	d.head()
	if form == Narrow {
		d.narrow()
	} else {
		d.wide()
	}
	d.variants()
	d.legend()
	d.p.Grow(d.y + margin)
	return d.p, nil
}

// lineStep is the distance of base lines at 12 pixels: scripts with marks
// above and below need more.
func lineStep(v *view) float64 {
	tall := false
	look := func(s string) {
		for _, r := range s {
			if r >= 0x0590 && r < 0x1100 && unicode.IsLetter(r) {
				tall = true
				return
			}
		}
	}
	look(v.w.Summary)
	look(v.m.Name)
	for _, s := range v.columns {
		look(s.Label())
		for _, n := range s.Actions {
			look(n.Text)
		}
		for _, t := range s.Touchpoints {
			look(t.Name)
		}
	}
	if tall {
		return 18
	}
	return 16
}

type drawing struct {
	*view
	o     Options
	p     *svg.Picture
	width float64
	y     float64
	step  float64
}

func (d *drawing) title() string {
	if d.m.Name != "" {
		return d.m.Name
	}
	return pick(d.w.Kinds, d.m.Kind)
}

// paragraph sets wrapped text at x and moves down.
func (d *drawing) paragraph(x, width float64, text string, t svg.TextStyle, limit int) {
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
	d.p.Block(x, d.y+0.8*step, step, lines.Text, t)
	d.y += step * float64(len(lines.Text))
}

func (d *drawing) head() {
	d.y = margin
	width := d.width - 2*margin
	d.paragraph(margin, width, d.title(), svg.TextStyle{Size: 18, Bold: true}, 3)
	d.paragraph(margin, width, d.subtitle(), svg.TextStyle{Class: svg.Muted}, 4)
	if d.m.Purpose != "" {
		d.paragraph(margin, width, d.w.Purpose+": "+d.m.Purpose, svg.TextStyle{Class: svg.Muted}, 4)
	}
	d.y += gutter
}

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
	}
	return svg.Panel
}

// label draws the name of a lane beside it, and returns how high it is.
func (d *drawing) label(l Lane, y float64) float64 {
	t := svg.TextStyle{Bold: true, Max: labelWide - 2*padding}
	lines := t.Wrap(d.lane(l), t.Max, 3)
	d.p.Block(margin, y+6+0.8*d.step, d.step, lines.Text, t)
	return float64(len(lines.Text))*d.step + 12
}

// set is a cell ready to draw.
type set struct {
	entries []entry
	lines   int
	cut     bool
	full    string
}

type entry struct {
	item
	lines  []string
	indent float64
	spark  bool
}

func (d *drawing) style(i item) svg.TextStyle {
	return svg.TextStyle{Bold: i.strong, Class: i.class}
}

// fit breaks the entries of a cell into at most limit lines.
func (d *drawing) fit(items []item, width float64, limit int) set {
	var s set
	for k, i := range items {
		left := limit - s.lines
		if left <= 0 {
			s.cut = true
			last := &s.entries[len(s.entries)-1]
			if n := len(last.lines); n > 0 && k > 0 {
				last.lines[n-1] = more(last.lines[n-1])
			}
			break
		}
		e := entry{item: i}
		if i.marked {
			e.indent += markWide
		}
		if i.icon != "" {
			e.indent += iconWide
		}
		if i.under {
			e.indent += markWide + iconWide
		}
		lines := d.style(i).Wrap(i.text, width-e.indent, left)
		e.lines = lines.Text
		s.lines += len(e.lines)
		s.cut = s.cut || lines.Cut
		s.entries = append(s.entries, e)
		if lines.Cut {
			break
		}
		if len(i.trend) > 1 && s.lines < limit {
			s.entries[len(s.entries)-1].spark = true
			s.lines++
		}
	}
	if s.cut {
		for k, i := range items {
			if k > 0 {
				s.full += "\n"
			}
			s.full += i.text
		}
	}
	return s
}

// more marks a line that is not the last.
func more(line string) string {
	const sign = " …"
	if len(line) >= len(sign) && line[len(line)-len("…"):] == "…" {
		return line
	}
	return line + sign
}

// draw sets a cell's entries from the base line of its first line on.
func (d *drawing) draw(s set, x, y, width float64) {
	for _, e := range s.entries {
		at := x
		if e.marked {
			d.mark(at+4, y-4, 3, e.evidence)
			at += markWide
		}
		if e.icon != "" {
			d.p.Glyph(at, y-10, 12, e.icon, svg.Rule, svg.Stroke{Width: 1.2})
			at += iconWide
		}
		if e.under {
			at += e.indent
		}
		t := d.style(e.item)
		t.Max = width - e.indent
		d.p.Block(at, y, d.step, e.lines, t)
		y += d.step * float64(len(e.lines))
		if e.spark {
			d.spark(e.trend, svg.Box{X: x, Y: y - d.step + 6, W: width - 12, H: d.step - 6})
			y += d.step
		}
	}
}

func (d *drawing) mark(x, y, r float64, e Evidence) {
	if e == Assumed {
		d.p.Circle(x, y, r, svg.Hollow, svg.Stroke{Width: 1.5})
		return
	}
	d.p.Circle(x, y, r, svg.Mark, svg.Stroke{Width: 1.5})
}

func (d *drawing) spark(trend []metrics.Ratio, box svg.Box) {
	values := make([]float64, len(trend))
	var zero float64
	for i, r := range trend {
		v, ok := r.Float64()
		if !ok {
			v = zero / zero
		}
		values[i] = v
	}
	line, last, ok := svg.Spark(values, box)
	d.p.Path(line, svg.Curve, svg.Stroke{Width: 1.5})
	if ok {
		d.p.Circle(last.X, last.Y, 2, svg.Mark, svg.Stroke{})
	}
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
			d.p.Text(d.x(0)-6, level(v)+4, signed(v, 0), small)
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
			d.paragraph(margin, width, g.Label(), svg.TextStyle{Bold: true, Class: svg.Muted}, 2)
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
		d.p.Text(x, y+18, signed(v, 0), small)
	}
	if e := s.Emotion.Value; e == e {
		d.mark(from+long*(min(max(e, -2), 2)+2)/4, y, 6, s.Emotion.Evidence)
	}
	d.y += h + 4
}

// legend explains the marks, flowing as wide as the picture is.
func (d *drawing) legend() {
	t := svg.TextStyle{Size: 11, Class: svg.Muted}
	d.y += gutter
	x := margin
	y := d.y + 0.8*d.step
	place := func(text string, before float64, draw func(x float64)) {
		w := before + svg.Bound(text, 11) + 16
		if x > margin && x+w > d.width-margin {
			x = margin
			y += d.step
		}
		if draw != nil {
			draw(x)
		}
		st := t
		st.Max = d.width - margin - x - before
		d.p.Block(x+before, y, d.step, st.Wrap(text, st.Max, 1).Text, st)
		x += w
	}
	place(d.w.Legend+":", 0, nil)
	for _, e := range []Evidence{Assumed, Reported} {
		text := pick(d.w.Evidence, e)
		if e == Reported {
			text += " / " + pick(d.w.Evidence, Observed)
		}
		place(text, markWide, func(x float64) { d.mark(x+4, y-4, 3, e) })
	}
	place("◆ "+d.w.MomentOfTruth, 0, nil)
	if d.figured() {
		place("41"+nbsp+"% · 9"+nbsp+unit(d.w.Days, 9, true)+": "+d.w.Onward+" · "+d.w.Median, 0, nil)
	}
	d.y = y + 0.4*d.step
}
