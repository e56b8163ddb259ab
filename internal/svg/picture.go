package svg

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Scheme says which colours a picture has. The zero Scheme follows the reader.
type Scheme uint8

// The schemes.
const (
	Auto  Scheme = iota // light, and dark where the reader prefers it
	Light               // light everywhere
	Dark                // dark everywhere
)

// Options describe a picture. Width and Height are in pixels.
type Options struct {
	Width, Height float64
	// Title names the picture, Desc says in a sentence what it shows: what
	// screen readers read instead of it.
	Title, Desc string
	// Language is the language of the texts, as in HTML's lang; may be empty.
	Language string
	// RTL mirrors the picture: what is drawn from the left is shown from the
	// right. Shapes and texts are given as if it were not set.
	RTL    bool
	Scheme Scheme
	// Ground paints the background; without it the page shows through.
	Ground bool
}

// Picture accumulates shapes and texts and writes them as SVG. Make one with
// New; the zero Picture has no size. It is for one goroutine.
type Picture struct {
	o     Options
	body  []byte
	used  [classes]bool
	depth int
	texts []TextBox
}

// New returns an empty picture.
func New(o Options) *Picture { return &Picture{o: o} }

// Grow sets the height, for pictures whose height comes out of what they hold.
func (p *Picture) Grow(height float64) { p.o.Height = height }

// Box is a rectangle by its upper left corner and size.
type Box struct{ X, Y, W, H float64 }

// Overlaps reports that two boxes share more than an edge.
func (b Box) Overlaps(o Box) bool {
	return b.X < o.X+o.W && o.X < b.X+b.W && b.Y < o.Y+o.H && o.Y < b.Y+b.H
}

// Inside reports that a box lies in another, edges included, give or take a
// rounding error.
func (b Box) Inside(o Box) bool {
	const e = 1e-6
	return b.X >= o.X-e && b.Y >= o.Y-e && b.X+b.W <= o.X+o.W+e && b.Y+b.H <= o.Y+o.H+e
}

// flip is where a stretch from x of width w begins in a mirrored picture.
func (p *Picture) flip(x, w float64) float64 {
	if p.o.RTL {
		return p.o.Width - x - w
	}
	return x
}

// Rect draws a rectangle with rounded corners.
func (p *Picture) Rect(b Box, c Class, radius float64) {
	p.open("rect", c)
	p.attr("x", p.flip(b.X, b.W))
	p.attr("y", b.Y)
	p.attr("width", b.W)
	p.attr("height", b.H)
	if radius > 0 {
		p.attr("rx", radius)
	}
	p.shut()
}

// Stroke is how a line is drawn. The zero Stroke is one pixel wide and solid.
type Stroke struct {
	Width float64
	Dash  string // as in stroke-dasharray
}

// Line draws a straight line.
func (p *Picture) Line(x1, y1, x2, y2 float64, c Class, s Stroke) {
	p.open("line", c)
	p.attr("x1", p.flip(x1, 0))
	p.attr("y1", y1)
	p.attr("x2", p.flip(x2, 0))
	p.attr("y2", y2)
	p.stroke(s)
	p.shut()
}

// Circle draws a circle around a point.
func (p *Picture) Circle(x, y, r float64, c Class, s Stroke) {
	p.open("circle", c)
	p.attr("cx", p.flip(x, 0))
	p.attr("cy", y)
	p.attr("r", r)
	p.stroke(s)
	p.shut()
}

// Path draws a path.
func (p *Picture) Path(path Path, c Class, s Stroke) {
	if len(path.ops) == 0 {
		return
	}
	p.open("path", c)
	p.body = append(p.body, ` d="`...)
	p.body = path.append(p.body, p)
	p.body = append(p.body, '"')
	p.stroke(s)
	p.shut()
}

// Glyph draws a small drawing, such as an icon, at a point: d is path data
// around the origin, size wide, which is moved but never mirrored.
func (p *Picture) Glyph(x, y, size float64, d string, c Class, s Stroke) {
	p.open("path", c)
	p.body = append(p.body, ` d="`+d+`" transform="translate(`...)
	p.body = number(p.body, p.flip(x, size))
	p.body = append(p.body, ' ')
	p.body = number(p.body, y)
	p.body = append(p.body, `)"`...)
	p.stroke(s)
	p.shut()
}

// Open begins a group; what it holds shows title as a tooltip unless that is
// empty. Close ends it; groups left open are closed at the end.
func (p *Picture) Open(title string) {
	p.body = append(p.body, "<g>"...)
	if title != "" {
		p.body = append(p.body, "<title>"...)
		p.body = Escape(p.body, title)
		p.body = append(p.body, "</title>"...)
	}
	p.depth++
}

// Close ends the group begun last.
func (p *Picture) Close() {
	if p.depth > 0 {
		p.depth--
		p.body = append(p.body, "</g>"...)
	}
}

func (p *Picture) class(c Class) string {
	if c >= classes {
		c = Ink
	}
	p.used[c] = true
	return palette[c].name
}

func (p *Picture) open(element string, c Class) {
	p.body = append(p.body, "<"+element...)
	if name := p.class(c); c != Ink || element != "text" {
		p.body = append(p.body, ` class="`+name+`"`...)
	}
}

func (p *Picture) attr(name string, v float64) {
	p.body = append(p.body, " "+name+`="`...)
	p.body = number(p.body, v)
	p.body = append(p.body, '"')
}

func (p *Picture) stroke(s Stroke) {
	if s.Width > 0 && s.Width != 1 {
		p.attr("stroke-width", s.Width)
	}
	if s.Dash != "" {
		p.body = append(p.body, ` stroke-dasharray="`...)
		p.body = Escape(p.body, s.Dash)
		p.body = append(p.body, '"')
	}
}

func (p *Picture) shut() { p.body = append(p.body, "/>"...) }

const fonts = `"Noto Sans","Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans Arabic","Noto Sans Thai","Noto Sans CJK SC",sans-serif`

// ID is what the picture's ids begin with: it comes from the content, so that
// pictures on one page do not collide and equal ones are equal bytes.
func (p *Picture) ID() string {
	h := fnv.New64a()
	for _, part := range []string{p.o.Title, "\x00", p.o.Desc, "\x00", string(p.body)} {
		_, _ = h.Write([]byte(part))
	}
	return "lc" + strconv.FormatUint(h.Sum64()>>24, 36)
}

// Bytes returns the picture: one svg element, for a file or inside a page.
// The picture can be drawn on afterwards.
func (p *Picture) Bytes() []byte {
	id := p.ID()
	b := make([]byte, 0, len(p.body)+4096)
	if p.o.Ground {
		p.class(Paper)
	}
	b = append(b, `<svg xmlns="http://www.w3.org/2000/svg" id="`+id+`" class="lc" viewBox="0 0 `...)
	b = number(b, p.o.Width)
	b = append(b, ' ')
	b = number(b, p.o.Height)
	b = append(b, `" width="`...)
	b = number(b, p.o.Width)
	b = append(b, `" height="`...)
	b = number(b, p.o.Height)
	b = append(b, `" role="img" aria-labelledby="`+id+`t" aria-describedby="`+id+`d"`...)
	if p.o.Language != "" {
		b = append(b, ` lang="`...)
		b = Escape(b, p.o.Language)
		b = append(b, '"')
	}
	if p.o.RTL {
		b = append(b, ` direction="rtl"`...)
	}
	if len(p.texts) > 0 {
		b = append(b, ` font-family="`...)
		b = Escape(b, fonts)
		b = append(b, `" font-size="12"`...)
	}
	b = append(b, `><title id="`+id+`t">`...)
	b = Escape(b, p.o.Title)
	b = append(b, `</title><desc id="`+id+`d">`...)
	b = Escape(b, p.o.Desc)
	b = append(b, `</desc>`...)
	b = style(b, &p.used, p.o.Scheme)
	if p.o.Ground {
		b = append(b, `<rect class="`+palette[Paper].name+`" width="100%" height="100%"/>`...)
	}
	b = append(b, p.body...)
	b = append(b, strings.Repeat("</g>", p.depth)...)
	return append(b, "</svg>\n"...)
}

// Escape appends a text as XML and HTML want it, in content and in attributes.
// What XML cannot hold, such as control characters, becomes U+FFFD.
func Escape(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\'':
			b = append(b, "&#39;"...)
		case r < ' ' && r != '\t' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 || r&0xfffe == 0xfffe:
			b = utf8.AppendRune(b, utf8.RuneError)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// number writes a coordinate with at most two decimals. What is no number is 0.
func number(b []byte, v float64) []byte {
	if !(v > -1e9 && v < 1e9) {
		v = 0
	}
	start := len(b)
	b = strconv.AppendFloat(b, v, 'f', 2, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	if string(b[start:]) == "-0" {
		b = append(b[:start], '0')
	}
	return b
}

// Size is the field of the picture.
func (p *Picture) Size() Box { return Box{W: p.o.Width, H: p.o.Height} }
