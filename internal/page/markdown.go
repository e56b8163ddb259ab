package page

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// Isolated is a text whose numbers keep their order where it runs from right
// to left.
func Isolated(s string, rtl bool) string {
	if svg.RightToLeft(s, rtl) {
		return svg.Isolate(s)
	}
	return s
}

// MarkdownTable appends a table as GitHub reads it; columns that numeric names
// stand to the right.
func MarkdownTable(b *strings.Builder, head []string, rows [][]string, numeric []bool, rtl bool) {
	markdownRow(b, head, rtl)
	b.WriteString("|")
	for i := range head {
		if i < len(numeric) && numeric[i] {
			b.WriteString("--:|")
		} else {
			b.WriteString("---|")
		}
	}
	b.WriteString("\n")
	for _, row := range rows {
		markdownRow(b, row, rtl)
	}
}

func markdownRow(b *strings.Builder, cells []string, rtl bool) {
	b.WriteString("|")
	for _, c := range cells {
		b.WriteString(" ")
		for i, line := range strings.Split(c, "\n") {
			if i > 0 {
				b.WriteString("<br>")
			}
			b.WriteString(Markdown(line, rtl))
		}
		b.WriteString(" |")
	}
	b.WriteString("\n")
}

// Markdown escapes whatever Markdown or HTML would read as more than text.
// Addresses are not made into links.
func Markdown(s string, rtl bool) string {
	s = Isolated(s, rtl)
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
		case r == '.' && i > 0 && strings.Trim(s[:i], "0123456789") == "" && (i+1 == len(s) || s[i+1] == ' '): // "1." would begin a list
			b.WriteString("&#46;")
		case r == ':' && strings.HasPrefix(s[i:], "://"):
			b.WriteString("&#58;")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
