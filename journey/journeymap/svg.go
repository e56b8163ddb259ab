package journeymap

import (
	"unicode"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
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

// paragraph sets wrapped text at the margin and moves down.
func (d *drawing) paragraph(width float64, text string, t svg.TextStyle, limit int) {
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
	d.p.Block(margin, d.y+0.8*step, step, lines.Text, t)
	d.y += step * float64(len(lines.Text))
}

func (d *drawing) head() {
	d.y = margin
	width := d.width - 2*margin
	d.paragraph(width, d.title(), svg.TextStyle{Size: 18, Bold: true}, 3)
	d.paragraph(width, d.subtitle(), svg.TextStyle{Class: svg.Muted}, 4)
	if d.m.Purpose != "" {
		d.paragraph(width, d.w.Purpose+": "+d.m.Purpose, svg.TextStyle{Class: svg.Muted}, 4)
	}
	d.y += gutter
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
		place("41"+page.NBSP+"% · 9"+page.NBSP+unit(d.w.Days, 9, true)+": "+d.w.Onward+" · "+d.w.Median, 0, nil)
	}
	d.y = y + 0.4*d.step
}
