package page

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// Options are what a document says of itself.
type Options struct {
	// Language is a code as in HTML's lang; RTL says that it is written from
	// right to left.
	Language string
	RTL      bool
	Title    string
	// Skip and Contents are the words of the link that skips to the content and
	// of the navigation.
	Skip, Contents string
	Links          []Link
	Scheme         svg.Scheme
	// Style is added to the style of every document.
	Style string
}

// Link leads to a section of the document.
type Link struct{ Text, ID string }

// HTML accumulates a document. It is for one goroutine.
type HTML struct {
	b     bytes.Buffer
	o     Options
	whole bool
}

// NewFragment begins a part of a document of somebody else's.
func NewFragment(o Options) *HTML { return &HTML{o: o} }

// NewHTML begins a document: head, skip link, heading, navigation.
func NewHTML(o Options) *HTML {
	h := &HTML{o: o, whole: true}
	h.Raw("<!DOCTYPE html>\n<html lang=\"")
	h.Text(o.Language)
	h.Raw("\" dir=\"" + direction(o.RTL) + "\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
	h.Text(o.Title)
	h.Raw("</title>\n<style>" + style(o.Scheme) + o.Style + "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">")
	h.Text(o.Skip)
	h.Raw("</a>\n<header>\n")
	h.Element("h1", "", o.Title)
	h.Raw("<nav aria-label=\"")
	h.Text(o.Contents)
	h.Raw("\"><ul>")
	for _, l := range o.Links {
		h.Raw("<li><a href=\"#" + l.ID + "\">")
		h.Text(Isolated(l.Text, o.RTL))
		h.Raw("</a></li>")
	}
	h.Raw("</ul></nav>\n</header>\n<main id=\"content\">\n")
	return h
}

// Bytes ends the document and returns it.
func (h *HTML) Bytes() []byte {
	if h.whole {
		h.Raw("</main>\n</body>\n</html>\n")
		h.whole = false
	}
	return h.b.Bytes()
}

func direction(rtl bool) string {
	if rtl {
		return "rtl"
	}
	return "ltr"
}

// Raw writes markup as it is.
func (h *HTML) Raw(s string) { h.b.WriteString(s) }

// Text writes a text, escaped.
func (h *HTML) Text(s string) { h.b.Write(svg.Escape(h.b.AvailableBuffer(), s)) }

// Element writes a text in an element, with its direction where it is not the
// page's; lines become breaks.
func (h *HTML) Element(name, attributes, s string) {
	h.Raw("<" + name)
	if attributes != "" {
		h.Raw(" " + attributes)
	}
	rtl := svg.RightToLeft(s, h.o.RTL)
	if rtl != h.o.RTL {
		h.Raw(" dir=\"" + direction(rtl) + "\"")
	}
	h.Raw(">")
	for first := true; ; first = false {
		line, rest, more := strings.Cut(s, "\n")
		if !first {
			h.Raw("<br>")
		}
		if h.o.RTL || rtl {
			line = Isolated(line, h.o.RTL)
		}
		h.Text(line)
		if !more {
			break
		}
		s = rest
	}
	h.Raw("</" + name + ">")
}

// Heading writes a heading of a level, which a section is labelled by.
func (h *HTML) Heading(level int, id, s string) {
	h.Element("h"+strconv.Itoa(level), "id=\""+id+"\"", s)
	h.Raw("\n")
}

// Picture writes an SVG element for a desk, in a group that scrolls and can be
// reached by keyboard, and another for a phone; where that is nil, the first
// is for both.
func (h *HTML) Picture(title string, desk, phone []byte) {
	class := "desk"
	if phone == nil {
		class = "desk both"
	}
	h.Raw("<div class=\"" + class + "\" role=\"group\" tabindex=\"0\"" + h.opposite(desk) + " aria-label=\"")
	h.Text(title)
	h.Raw("\">")
	h.b.Write(bytes.TrimSuffix(desk, []byte("\n")))
	h.Raw("</div>\n")
	if phone != nil {
		h.Raw("<div class=\"phone\"" + h.opposite(phone) + ">")
		h.b.Write(bytes.TrimSuffix(phone, []byte("\n")))
		h.Raw("</div>\n")
	}
}

// opposite is the direction of a picture that is not the page's: texts in a
// picture take the one they stand in.
func (h *HTML) opposite(picture []byte) string {
	head, _, _ := bytes.Cut(picture, []byte(">"))
	if rtl := bytes.Contains(head, []byte(` direction="rtl"`)); rtl != h.o.RTL {
		return " dir=\"" + direction(rtl) + "\""
	}
	return ""
}

// Table writes a table with its caption. The first cell of a row heads it;
// columns that numeric names stand to the end. Notes stand below it. A folded
// table opens on demand.
func (h *HTML) Table(title string, head []string, rows [][]string, numeric []bool, notes []string, folded bool) {
	if folded {
		h.Raw("<details><summary>")
		h.Text(title)
		h.Raw("</summary>\n")
	}
	h.Raw("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"")
	h.Text(title)
	h.Raw("\"><table")
	if class := numericClass(numeric); class != "" {
		h.Raw(" class=\"" + class + "\"")
	}
	h.Raw(">\n<caption>")
	h.Text(title)
	h.Raw("</caption>\n<thead><tr>")
	for _, c := range head {
		if c == "" {
			h.Raw("<td></td>")
			continue
		}
		h.Element("th", "scope=\"col\"", c)
	}
	h.Raw("</tr></thead>\n<tbody>\n")
	for _, row := range rows {
		h.Raw("<tr>")
		for i, c := range row {
			if i == 0 && c != "" {
				h.Element("th", "scope=\"row\"", c)
				continue
			}
			h.Element("td", "", c)
		}
		h.Raw("</tr>\n")
	}
	h.Raw("</tbody>\n</table></div>\n")
	for _, n := range notes {
		h.Element("p", "", n)
		h.Raw("\n")
	}
	if folded {
		h.Raw("</details>\n")
	}
}

// numericClass is the class of a table whose columns are numbers from the
// second, third … one on, or of a table of texts.
func numericClass(numeric []bool) string {
	for from := range min(len(numeric), 6) {
		if numeric[from] {
			for _, n := range numeric[from:] {
				if !n {
					return ""
				}
			}
			return "n" + strconv.Itoa(from)
		}
	}
	return ""
}
