package journeymap

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/svg"
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
	h := &page{w: p.words(), o: p.Options}
	h.raw("<!DOCTYPE html>\n<html lang=\"")
	h.text(h.w.Language)
	h.raw("\" dir=\"" + direction(h.w.RTL) + "\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
	h.text(p.title())
	h.raw("</title>\n<style>" + pageStyle(p.Options.Scheme) + "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">")
	h.text(h.w.Skip)
	h.raw("</a>\n<header>\n")
	h.element("h1", "", p.title())
	h.raw("<nav aria-label=\"")
	h.text(h.w.Content)
	h.raw("\"><ul>")
	for i, s := range sections {
		if s.level == 2 || !s.folded {
			h.raw("<li><a href=\"#s" + strconv.Itoa(i+1) + "\">")
			h.text(isolated(s.title, h.w.RTL))
			h.raw("</a></li>")
		}
	}
	h.raw("</ul></nav>\n</header>\n<main id=\"content\">\n")
	for i, s := range sections {
		if err := h.section(s, "s"+strconv.Itoa(i+1)); err != nil {
			return nil, err
		}
	}
	h.raw("</main>\n</body>\n</html>\n")
	return h.b.Bytes(), nil
}

type page struct {
	b bytes.Buffer
	w Words
	o Options
}

func direction(rtl bool) string {
	if rtl {
		return "rtl"
	}
	return "ltr"
}

func (h *page) raw(s string) { h.b.WriteString(s) }

func (h *page) text(s string) { h.b.Write(svg.Escape(h.b.AvailableBuffer(), s)) }

// element writes a text in an element, with its direction where it is not the
// page's; lines become breaks.
func (h *page) element(name, attributes, s string) {
	h.raw("<" + name)
	if attributes != "" {
		h.raw(" " + attributes)
	}
	if rtl := svg.RightToLeft(s, h.w.RTL); rtl != h.w.RTL {
		h.raw(" dir=\"" + direction(rtl) + "\"")
	}
	h.raw(">")
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			h.raw("<br>")
		}
		h.text(isolated(line, h.w.RTL))
	}
	h.raw("</" + name + ">")
}

func (h *page) section(s section, id string) error {
	h.raw("<section id=\"" + id + "\"")
	if s.level == 2 { // a map is a landmark, its tables are not
		h.raw(" aria-labelledby=\"" + id + "h\"")
	}
	h.raw(">\n")
	h.element("h"+strconv.Itoa(s.level), "id=\""+id+"h\"", s.title)
	h.raw("\n")
	for _, line := range s.lines {
		h.element("p", "", line)
		h.raw("\n")
	}
	if s.picture != nil {
		if err := h.picture(*s.picture, s.title); err != nil {
			return err
		}
	}
	if len(s.rows) > 0 {
		h.table(s)
	}
	h.raw("</section>\n")
	return nil
}

func (h *page) picture(m Map, title string) error {
	o := h.o
	for _, form := range []Form{Wide, Narrow} {
		o.Form = form
		picture, err := m.SVG(o)
		if err != nil {
			return err
		}
		if form == Wide {
			h.raw("<div class=\"desk\" role=\"group\" tabindex=\"0\" aria-label=\"")
			h.text(title)
			h.raw("\">")
		} else {
			h.raw("<div class=\"phone\">")
		}
		h.b.Write(bytes.TrimSuffix(picture, []byte("\n")))
		h.raw("</div>\n")
	}
	return nil
}

func (h *page) table(s section) {
	if s.folded {
		h.raw("<details><summary>")
		h.text(s.title)
		h.raw("</summary>\n")
	}
	h.raw("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"")
	h.text(s.title)
	h.raw("\"><table>\n<caption>")
	h.text(s.title)
	h.raw("</caption>\n<thead><tr>")
	for _, c := range s.head {
		if c == "" {
			h.raw("<td></td>")
			continue
		}
		h.element("th", "scope=\"col\"", c)
	}
	h.raw("</tr></thead>\n<tbody>\n")
	for _, row := range s.rows {
		h.raw("<tr>")
		for i, c := range row {
			if i == 0 && c != "" {
				h.element("th", "scope=\"row\"", c)
				continue
			}
			h.element("td", "", c)
		}
		h.raw("</tr>\n")
	}
	h.raw("</tbody>\n</table></div>\n")
	if s.folded {
		h.raw("</details>\n")
	}
}

// pageStyle colours the page as pictures are, plain colours first.
func pageStyle(scheme Scheme) string {
	colours := func(dark bool) string {
		c := func(class svg.Class) string {
			light, night := svg.Colour(class)
			if dark {
				return night
			}
			return light
		}
		return "body{background:" + c(svg.Paper) + ";color:" + c(svg.Ink) + "}" +
			"a{color:" + c(svg.Curve) + "}caption,p{color:" + c(svg.Muted) + "}" +
			"th,td{border-color:" + c(svg.Edge) + "}thead th{background:" + c(svg.Panel) + "}"
	}
	const layout = "body{margin:0;font:14px/1.5 \"Noto Sans\",\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,\"Noto Sans Arabic\",\"Noto Sans Thai\",sans-serif}" +
		"header,main{max-width:1720px;margin:0 auto;padding:8px 16px}h1{font-size:24px;margin:8px 0}h2{font-size:20px;margin:32px 0 8px}h3{font-size:16px;margin:24px 0 8px}p{margin:4px 0;max-width:80ch}" +
		"nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;list-style:none}nav a{display:inline-block;padding:4px 0}" +
		".skip{position:absolute;inset-inline-start:-9999px}.skip:focus{position:static}" +
		".desk,.phone{margin:8px 0}.desk,.scroll{overflow-x:auto}.desk svg{display:block}.phone{display:none}.phone svg{display:block;max-width:100%;height:auto;margin:0 auto}" +
		"table{border-collapse:collapse;margin:4px 0}caption{text-align:start;padding:4px 0}th,td{border:1px solid;padding:4px 8px;text-align:start;vertical-align:top}tbody th{font-weight:600}summary{cursor:pointer;padding:4px 0}" +
		"@media(max-width:899px){.desk{display:none}.phone{display:block}}"
	const onPaper = "@media print{@page{size:A4 landscape;margin:10mm}body{background:#fff;color:#000}nav,.skip{display:none}.desk{display:block;overflow:visible}.desk svg{width:100%;height:auto}.phone{display:none}.scroll{overflow:visible}.desk,tr{break-inside:avoid}details::details-content{content-visibility:visible;block-size:auto}}"
	s := layout + colours(scheme == Dark)
	if scheme == AutoScheme {
		s += "@media(prefers-color-scheme:dark){" + colours(true) + "}"
	}
	return s + onPaper
}
