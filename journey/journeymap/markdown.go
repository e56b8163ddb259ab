package journeymap

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Markdown writes the map as GitHub reads it: the map as a table, then all
// that it holds. See Page.Markdown.
func (m Map) Markdown(o Options) (string, error) {
	return Page{Maps: []Map{m}, Options: o}.Markdown()
}

// Markdown writes the page's headings and tables for GitHub: a map is its
// table. Every text is escaped, so that none becomes markup.
func (p Page) Markdown() (string, error) {
	sections, err := p.sections()
	if err != nil {
		return "", err
	}
	rtl := p.words().RTL
	var b strings.Builder
	b.WriteString("# " + markdownText(p.title(), rtl) + "\n")
	for _, s := range sections {
		b.WriteString("\n" + strings.Repeat("#", s.level) + " " + markdownText(s.title, rtl) + "\n")
		for _, line := range s.lines {
			b.WriteString("\n" + markdownText(line, rtl) + "\n")
		}
		if len(s.rows) == 0 {
			continue
		}
		b.WriteString("\n")
		markdownRow(&b, s.head, rtl)
		b.WriteString("|" + strings.Repeat("---|", len(s.head)) + "\n")
		for _, row := range s.rows {
			markdownRow(&b, row, rtl)
		}
	}
	return b.String(), nil
}

func markdownRow(b *strings.Builder, cells []string, rtl bool) {
	b.WriteString("|")
	for _, c := range cells {
		b.WriteString(" ")
		for i, line := range strings.Split(c, "\n") {
			if i > 0 {
				b.WriteString("<br>")
			}
			b.WriteString(markdownText(line, rtl))
		}
		b.WriteString(" |")
	}
	b.WriteString("\n")
}

// markdownText escapes whatever Markdown or HTML would read as more than text.
// Addresses are not made into links.
func markdownText(s string, rtl bool) string {
	s = isolated(s, rtl)
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case r < ' ' || r == 0x7f || r == utf8.RuneError:
			b.WriteRune(utf8.RuneError)
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_{}[]|~!$@", r), i == 0 && strings.ContainsRune("#+-=", r):
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		case r == '.' && i > 0 && strings.Trim(s[:i], "0123456789") == "": // "1." would begin a list
			b.WriteString("&#46;")
		case r == ':' && strings.HasPrefix(s[i:], "://"):
			b.WriteString("&#58;")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
