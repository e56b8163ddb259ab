// Package text is what the library does to texts that come from outside before
// a person or a program reads them: cut at a whole character, made harmless to
// a terminal, disarmed for a spreadsheet.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Most is how many bytes of a value a message shows.
const Most = 64

// Clip is s, or its first Most bytes and "…", cut where a character ends.
// Bytes that are not UTF-8 become U+FFFD, so that the result is always valid.
func Clip(s string) string { return ClipTo(s, Most) }

// ClipTo is Clip with another limit.
func ClipTo(s string, most int) string {
	if len(s) <= most {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	cut := most
	for i := 0; i < utf8.UTFMax-1 && cut > 0 && !utf8.RuneStart(s[cut]); i++ {
		cut--
	}
	if !utf8.RuneStart(s[cut]) { // no character is that long: the text is not UTF-8
		cut = most
	}
	return strings.ToValidUTF8(s[:cut], "\uFFFD") + "…"
}

// Quote is Clip between quotation marks, with control characters, bidi
// controls and line ends written as escapes.
func Quote(s string) string { return `"` + escape(Clip(s), `"`) + `"` }

// Printable is s with every character that could move a terminal's cursor,
// colour it, or turn the direction of what follows, written as an escape.
func Printable(s string) string { return escape(s, "") }

func escape(s, quote string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return hidden(r) || quote != "" && (r == '"' || r == '\\') }) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case quote != "" && (r == '"' || r == '\\'):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case hidden(r) && r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case hidden(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden says whether a character acts instead of being seen: C0, C1, the
// line and paragraph separators, the bidi embeddings, overrides, isolates and
// marks, the byte order mark, the tags.
func hidden(r rune) bool {
	switch {
	case unicode.IsControl(r), r == 0x061C, r == 0x200E, r == 0x200F, r == 0xFEFF,
		r >= 0x2028 && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

// Disarm is a cell of a CSV file that no spreadsheet takes for a formula: text
// that begins with =, +, -, @, a tab or a line end gets an apostrophe before it.
// It is for texts; a number is written as it is.
func Disarm(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r\n", s[0]) >= 0 {
		return "'" + s
	}
	return s
}
