package journeymap

import (
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/page"
)

// HTML writes a page with the map's picture, the same as a table, and the
// tables of all it holds: goals, hand-offs, responsibilities, opportunities,
// initiatives, content and comments. See Page.HTML.
func (m Map) HTML(o Options) ([]byte, error) { return Page{Maps: []Map{m}, Options: o}.HTML() }

// HTML writes one self-contained page: pictures for a desk and for a phone,
// tables, a style for print, light and dark. It needs no script and fetches
// nothing, which its content security policy holds it to; every picture
// stands beside its data as a table, and all can be reached by keyboard.
// Equal pages are equal bytes.
func (p Page) HTML() ([]byte, error) {
	sections, err := p.sections()
	if err != nil {
		return nil, err
	}
	w := p.words()
	o := page.Options{Language: w.Language, RTL: w.RTL, Title: p.title(), Skip: w.Skip, Contents: w.Content, Scheme: p.Options.Scheme.svg()}
	for i, s := range sections {
		if s.level == 2 || !s.folded {
			o.Links = append(o.Links, page.Link{Text: s.title, ID: "s" + strconv.Itoa(i+1)})
		}
	}
	h := page.NewHTML(o)
	for i, s := range sections {
		if err := p.section(h, s, "s"+strconv.Itoa(i+1)); err != nil {
			return nil, err
		}
	}
	return h.Bytes(), nil
}

func (p Page) section(h *page.HTML, s section, id string) error {
	h.Raw("<section id=\"" + id + "\"")
	if s.level == 2 { // a map is a landmark, its tables are not
		h.Raw(" aria-labelledby=\"" + id + "h\"")
	}
	h.Raw(">\n")
	h.Heading(s.level, id+"h", s.title)
	for _, line := range s.lines {
		h.Element("p", "", line)
		h.Raw("\n")
	}
	if s.picture != nil {
		o := p.Options
		o.Form = Wide
		desk, err := s.picture.SVG(o)
		if err != nil {
			return err
		}
		o.Form = Narrow
		phone, err := s.picture.SVG(o)
		if err != nil {
			return err
		}
		h.Picture(s.title, desk, phone)
	}
	if len(s.rows) > 0 {
		h.Table(s.title, s.head, s.rows, nil, nil, s.folded)
	}
	h.Raw("</section>\n")
	return nil
}
