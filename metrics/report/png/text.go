package png

import (
	"bytes"
	"fmt"
	"slices"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/math/fixed"
)

// fonts are those a picture is set in.
type fonts struct {
	regular, bold *font.Face
	more          []*font.Face
	seg           shaping.Segmenter
	shaper        shaping.HarfbuzzShaper
}

func newFonts(more [][]byte) (*fonts, error) {
	f := &fonts{}
	for i, data := range append([][]byte{goregular.TTF, gobold.TTF}, more...) {
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%w: font %d: %w", ErrFont, i-1, err)
		}
		switch i {
		case 0:
			f.regular = face
		case 1:
			f.bold = face
		default:
			f.more = append(f.more, face)
		}
	}
	return f, nil
}

// faces picks a font for each character.
type faces struct {
	*fonts
	first   *font.Face
	last    *font.Face
	missing rune
}

// ResolveFace is the first font that has a character. What cannot be seen, and
// marks, stay with what is before them.
func (f *faces) ResolveFace(r rune) *font.Face {
	if unicode.In(r, unicode.Cf, unicode.Cc, unicode.Zs) || unicode.In(r, unicode.Mn) && has(f.last, r) {
		return f.last
	}
	for _, face := range append([]*font.Face{f.first, f.regular}, f.more...) {
		if has(face, r) {
			f.last = face
			return face
		}
	}
	if f.missing == 0 {
		f.missing = r
	}
	return f.last
}

// alike stand for marks of maps that the Go fonts do not have.
var alike = map[rune]rune{'◆': '♦'}

// any reports that some font has a character.
func (f *faces) any(r rune) bool {
	return slices.ContainsFunc(append([]*font.Face{f.first, f.regular}, f.more...), func(face *font.Face) bool { return has(face, r) })
}

func has(face *font.Face, r rune) bool {
	_, ok := face.NominalGlyph(r)
	return ok
}

// text sets a text: shaped run by run, the runs in the order they are seen.
func (c *canvas) text(n *node, s state) error {
	if n.text == "" {
		return nil
	}
	class := s.class
	if class == "" {
		class = "text"
	}
	p, ok := c.styles[class]
	if !ok {
		p = c.styles["text"]
	}
	if d := n.attrs["direction"]; d != "" {
		s.rtl = d == "rtl"
	}
	runs, advance, err := c.fonts.shape(n.text, s.size, n.attrs["font-weight"] == "600", s.rtl)
	if err != nil {
		return err
	}
	stretch := 1.0
	if length := n.number("textLength"); length > 0 && advance > 0 {
		stretch = length / advance
		advance = length
	}
	x := n.number("x")
	switch anchor := s.anchor; {
	case anchor == "middle":
		x -= advance / 2
	case anchor == "end" != s.rtl: // the end of what runs from right to left is its left
		x -= advance
	}
	return c.glyphs(runs, x, n.number("y"), s.size, stretch, p.fill)
}

// shape shapes a text at a size.
func (f *fonts) shape(text string, size float64, bold, rtl bool) ([]shaping.Output, float64, error) {
	dir := di.DirectionLTR
	if rtl {
		dir = di.DirectionRTL
	}
	pick := &faces{fonts: f, first: f.regular, last: f.regular}
	if bold {
		pick.first, pick.last = f.bold, f.bold
	}
	runes := []rune(text)
	for i, r := range runes {
		if like, ok := alike[r]; ok && !pick.any(r) {
			runes[i] = like
		}
	}
	in := shaping.Input{Text: runes, RunEnd: len(runes), Direction: dir, Size: fixed.Int26_6(size * 64 * 16), Language: language.DefaultLanguage()}
	var runs []shaping.Output
	advance := 0.0
	for _, run := range f.seg.Split(in, pick) {
		out := f.shaper.Shape(run)
		runs = append(runs, out)
		advance += float64(out.Advance) / 64 / 16
	}
	if pick.missing != 0 {
		return nil, 0, fmt.Errorf("%w has %q (%U): give one in Options.Fonts", ErrFont, pick.missing, pick.missing)
	}
	order(runs, rtl)
	return runs, advance, nil
}

// order brings runs into the order they are seen in: those against the
// direction of the text keep theirs among each other.
func order(runs []shaping.Output, rtl bool) {
	base := di.DirectionLTR
	if rtl {
		base = di.DirectionRTL
	}
	for from := 0; from < len(runs); {
		to := from + 1
		for runs[from].Direction != base && to < len(runs) && runs[to].Direction != base {
			to++
		}
		slices.Reverse(runs[from:to])
		from = to
	}
	if rtl {
		slices.Reverse(runs)
	}
}

// glyphs fills the outlines of glyphs, each on its own: they may overlap.
func (c *canvas) glyphs(runs []shaping.Output, x, y, size, stretch float64, colour string) error {
	const unit = 64 * 16
	dot := 0.0
	for _, run := range runs {
		em := size / float64(run.Face.Upem())
		for _, g := range run.Glyphs {
			if outline, ok := run.Face.GlyphData(g.GlyphID).(font.GlyphOutline); ok && len(outline.Segments) > 0 {
				at := point{x + float64((dot+float64(g.XOffset)/unit)*stretch), y - float64(g.YOffset)/unit}
				if err := c.fill(contours(outline, at, em, stretch), colour); err != nil {
					return err
				}
			}
			dot += float64(g.Advance) / unit
		}
	}
	return nil
}

// contours are the lines of an outline, which counts upward in font units.
func contours(o font.GlyphOutline, at point, em, stretch float64) []line {
	p := &pen{}
	to := func(a opentype.SegmentPoint) point {
		return point{at.x + float64(float64(a.X)*em*stretch), at.y - float64(float64(a.Y)*em)}
	}
	for _, s := range o.Segments {
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			p.move(to(s.Args[0]))
		case opentype.SegmentOpLineTo:
			p.to(to(s.Args[0]))
		case opentype.SegmentOpQuadTo:
			p.quad(to(s.Args[0]), to(s.Args[1]))
		case opentype.SegmentOpCubeTo:
			p.cubic(to(s.Args[0]), to(s.Args[1]), to(s.Args[2]))
		}
	}
	for i := range p.out {
		p.out[i].closed = true
	}
	return p.out
}
