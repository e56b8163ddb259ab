package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// Figure is a picture with its data: drawn when asked for, as often as asked
// for, to the same bytes. It is a value, safe everywhere; make one with the
// function for what it shows. The zero Figure is empty.
type Figure struct {
	kind        Kind
	title, desc string
	table       Table
	o           Options
	w           *Words
	draw        func(f *frame)
	raw         []byte // of a picture from elsewhere
	vega        func() vega
	least       float64                          // the width it needs, but on a phone
	html        func(h *page.HTML, title string) // on a page, where that is not picture and table
}

// Kind says what the figure shows.
func (f Figure) Kind() Kind { return f.kind }

// Title names the figure.
func (f Figure) Title() string { return f.title }

// Description says in a sentence what the figure shows: what screen readers
// read instead of it.
func (f Figure) Description() string { return f.desc }

// Table is the data of the figure, exact.
func (f Figure) Table() Table { return f.table }

// String is the title and the sentence.
func (f Figure) String() string { return f.title + ". " + f.desc }

// SVG draws the figure as one SVG element, for a file or inside a page: with
// its title and description, readable without colours, in the scheme of the
// options. It has no script and refers to nothing outside.
func (f Figure) SVG() []byte {
	if f.raw != nil {
		return bytes.Clone(f.raw)
	}
	return f.picture(f.o.width()).Bytes()
}

// Phone draws the figure for a width of 360 pixels.
func (f Figure) Phone() []byte {
	if f.raw != nil {
		return bytes.Clone(f.raw)
	}
	return f.picture(phone).Bytes()
}

func (f Figure) picture(width float64) *svg.Picture {
	if f.w == nil {
		f.w = f.o.words()
	}
	if width >= narrowTo {
		width = max(width, f.least)
	}
	d := newFrame(f, width)
	if f.draw != nil {
		f.draw(d)
	}
	d.p.Grow(d.y + margin)
	return d.p
}

// ErrPicture is wrapped by the error of a picture that a page cannot hold.
var ErrPicture = errors.New("not an SVG picture")

// maxPicture bounds a picture from elsewhere.
const maxPicture = 16 << 20

// Embed makes a figure of a picture from elsewhere, such as a journey map, and
// the table that goes with it. The picture is one SVG element of at most 16 MB
// without scripts, styles of the page or references to what is outside it.
func Embed(title string, picture []byte, t Table) (Figure, error) {
	if err := checkPicture(picture); err != nil {
		return Figure{}, fmt.Errorf("report: embed: %q: %w", title, err)
	}
	return Figure{title: title, desc: t.Title, table: t, raw: bytes.Clone(picture)}, nil
}

func checkPicture(picture []byte) error {
	if len(picture) > maxPicture {
		return fmt.Errorf("%w: %d bytes, the limit is %d", ErrPicture, len(picture), maxPicture)
	}
	d := xml.NewDecoder(bytes.NewReader(picture))
	depth, roots := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrPicture, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			if err := checkElement(e, depth); err != nil {
				return err
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.ProcInst, xml.Directive:
			return fmt.Errorf("%w: only an element can stand in a page", ErrPicture)
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(e)) > 0 {
				return fmt.Errorf("%w: text beside the element", ErrPicture)
			}
		}
	}
	if roots != 1 {
		return fmt.Errorf("%w: %d elements, want 1", ErrPicture, roots)
	}
	return nil
}

// svgElements are the elements that a picture may have.
var svgElements = map[string]bool{
	"svg": true, "g": true, "title": true, "desc": true, "style": true, "rect": true, "line": true, "circle": true, "ellipse": true,
	"path": true, "polyline": true, "polygon": true, "text": true, "tspan": true, "defs": true, "marker": true, "linearGradient": true, "stop": true, "clipPath": true,
}

func checkElement(e xml.StartElement, depth int) error {
	name := e.Name.Local
	if !svgElements[name] || depth == 0 && name != "svg" {
		return fmt.Errorf("%w: element %q", ErrPicture, name)
	}
	for _, a := range e.Attr {
		switch {
		case a.Name.Local == "href", len(a.Name.Local) > 2 && a.Name.Local[:2] == "on":
			return fmt.Errorf("%w: attribute %q", ErrPicture, a.Name.Local)
		}
	}
	return nil
}
