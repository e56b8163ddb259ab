package journeymap

import (
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
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
	b.WriteString("# " + page.Markdown(p.title(), rtl) + "\n")
	for _, s := range sections {
		b.WriteString("\n" + strings.Repeat("#", s.level) + " " + page.Markdown(s.title, rtl) + "\n")
		for _, line := range s.lines {
			b.WriteString("\n" + page.Markdown(line, rtl) + "\n")
		}
		if len(s.rows) == 0 {
			continue
		}
		b.WriteString("\n")
		page.MarkdownTable(&b, s.head, s.rows, nil, rtl)
	}
	return b.String(), nil
}
