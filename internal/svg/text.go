package svg

// Anchor says where a text stands from its point, in reading direction of the
// picture. The zero Anchor begins there.
type Anchor uint8

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// TextStyle is how a text is set. The zero TextStyle is 12 pixels, of regular
// weight, in ink, from its point on.
type TextStyle struct {
	Size   float64
	Bold   bool
	Class  Class
	Anchor Anchor
	// Max is the width the text must keep to; 0 = none. A text that might be
	// wider in some font is told its length, so that none is.
	Max float64
}

// boldly is how much wider bold text is.
const boldly = 1.07

func (t TextStyle) size() float64 {
	if t.Size > 0 {
		return t.Size
	}
	return 12
}

// em is the size widths are reckoned with.
func (t TextStyle) em() float64 {
	if t.Bold {
		return t.size() * boldly
	}
	return t.size()
}

// Width estimates the width of a text in this style.
func (t TextStyle) Width(s string) float64 { return Width(s, t.em()) }

// Wrap breaks a text into lines of this style; see the function Wrap.
func (t TextStyle) Wrap(s string, width float64, limit int) Lines {
	return Wrap(s, t.em(), width, limit)
}

// TextBox is where a text stands by our own measure: what tests of layouts
// compare.
type TextBox struct {
	Text string
	Box  Box
	Max  float64
}

// Texts returns the texts drawn so far with their boxes, as drawn: in a
// mirrored picture, mirrored.
func (p *Picture) Texts() []TextBox { return p.texts }

// The share of Max from which a text is told its length. Joined letters vary
// more from font to font.
const (
	guard       = 0.92
	guardJoined = 0.85
)

// Text draws one line of text; y is its base line. Numbers in text from right
// to left are isolated.
func (p *Picture) Text(x, y float64, s string, t TextStyle) {
	if s != "" {
		p.line(x, y, s, t, RightToLeft(s, p.o.RTL))
	}
}

func (p *Picture) line(x, y float64, s string, t TextStyle, rtl bool) {
	width := t.Width(s)
	length := t.length(s, width)
	p.place(x, y, s, width, length, t)
	p.open("text", t.Class)
	p.attr("x", p.flip(x, 0))
	p.attr("y", y)
	if size := t.size(); size != 12 {
		p.attr("font-size", size)
	}
	if t.Bold {
		p.body = append(p.body, ` font-weight="600"`...)
	}
	p.anchor(t.Anchor, rtl)
	if length > 0 {
		p.attr("textLength", length)
		p.body = append(p.body, ` lengthAdjust="spacingAndGlyphs"`...)
	}
	p.body = append(p.body, '>')
	if rtl {
		s = Isolate(s)
	}
	p.body = Escape(p.body, s)
	p.body = append(p.body, "</text>"...)
}

// length is what a text is told to be long, 0 when it may be as long as it is.
func (t TextStyle) length(s string, width float64) float64 {
	if t.Max <= 0 || width <= 0 {
		return 0
	}
	share := guard
	for _, r := range s {
		if isArabic(r) {
			share = guardJoined
			break
		}
	}
	if Bound(s, t.em()) <= float64(share*t.Max) {
		return 0
	}
	return min(width, t.Max)
}

// anchor writes direction and anchor: both say "start" from the text's own
// side, while ours is the picture's.
func (p *Picture) anchor(a Anchor, rtl bool) {
	if rtl != p.o.RTL {
		if rtl {
			p.body = append(p.body, ` direction="rtl"`...)
		} else {
			p.body = append(p.body, ` direction="ltr"`...)
		}
		switch a {
		case Start:
			a = End
		case End:
			a = Start
		case Middle:
		}
	}
	switch a {
	case Middle:
		p.body = append(p.body, ` text-anchor="middle"`...)
	case End:
		p.body = append(p.body, ` text-anchor="end"`...)
	case Start:
	}
}

func (p *Picture) place(x, y float64, s string, width, length float64, t TextStyle) {
	if length > 0 {
		width = length
	}
	switch t.Anchor {
	case Middle:
		x -= width / 2
	case End:
		x -= width
	case Start:
	}
	p.texts = append(p.texts, TextBox{
		Text: s, Max: t.Max,
		Box: Box{X: p.flip(x, width), Y: y - 0.8*t.size(), W: width, H: t.size()},
	})
}

// Block draws the lines of one paragraph below each other, the first base line
// at y, step apart. The first character with a direction decides for all.
func (p *Picture) Block(x, y, step float64, lines []string, t TextStyle) {
	rtl := p.o.RTL
	for _, line := range lines {
		if a, b := RightToLeft(line, true), RightToLeft(line, false); a == b { // it says so itself
			rtl = a
			break
		}
	}
	for i, line := range lines {
		if line != "" {
			p.line(x, y+float64(step*float64(i)), line, t, rtl)
		}
	}
}
