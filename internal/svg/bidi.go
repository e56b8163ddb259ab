package svg

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The isolates of the Unicode bidirectional algorithm (UAX 9).
const (
	ltrIsolate = "\u2066"
	popIsolate = "\u2069"
)

// RightToLeft reports whether a text runs from right to left: the first
// character with a direction decides, as dir="auto" does in HTML. Text without
// one, such as "41 %", takes the direction of its surroundings.
func RightToLeft(s string, surroundings bool) bool {
	for _, r := range s {
		switch {
		case isRTL(r):
			return true
		case unicode.IsLetter(r):
			return false
		}
	}
	return surroundings
}

func isRTL(r rune) bool {
	if r >= 0x0660 && r <= 0x0669 || r >= 0x06F0 && r <= 0x06F9 || r == 0x060C {
		return false // digits and comma have no strong direction
	}
	return (r >= 0x0590 && r <= 0x08FF || r >= 0xFB1D && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFE) && unicode.IsLetter(r)
}

// Isolate wraps every number of a text that has a sign, a unit, a currency or
// a range in isolates, so that it keeps its order in text from right to left:
// "+1" stays "+1" and "41 %" does not become "% 41". Text without such numbers
// is returned as it is; isolates that are there already are respected.
func Isolate(s string) string {
	if strings.Contains(s, ltrIsolate) || !strings.ContainsAny(s, "0123456789") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if n := numberAt(s, i); n > 0 {
			b.WriteString(ltrIsolate + s[i:i+n] + popIsolate)
			i += n
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		if n == 1 && isWordByte(s[i]) { // pass the rest of the word: "v2" is no number
			for i+n < len(s) && isWordByte(s[i+n]) {
				n++
			}
		}
		b.WriteString(s[i : i+n])
		i += n
	}
	return b.String()
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// numberAt returns the length of the number at i that needs an isolate, with
// sign, currency, range and Latin unit, and 0 where there is none.
func numberAt(s string, i int) int {
	if n := interval(s, i); n > 0 {
		return n
	}
	p := i
	for _, sign := range []string{"+", "-", "\u2212", "±", "<", ">", "≤", "≥", "~", "€", "$", "£", "¥", "฿"} {
		if strings.HasPrefix(s[p:], sign) {
			p += len(sign)
		}
	}
	signed := p > i
	q := digits(s, p)
	if q == p {
		return 0
	}
	compound := signed || strings.Contains(s[p:q], group)
	for { // ranges, fractions, times: 3–5, 12/40, 09:30, 2026-01-31
		n := separator(s, q)
		if n == 0 {
			break
		}
		end := digits(s, q+n)
		if end == q+n {
			break
		}
		q, compound = end, true
	}
	if n := unitAt(s, q); n > 0 {
		return q + n - i
	}
	if !compound {
		return 0
	}
	return q - i
}

func digits(s string, i int) int {
	start := i
	digit := func(k int) bool { return k < len(s) && s[k] >= '0' && s[k] <= '9' }
	for {
		switch {
		case digit(i):
			i++
		case i > start && i < len(s) && (s[i] == '.' || s[i] == ',') && digit(i+1):
			i++
		case i > start && strings.HasPrefix(s[i:], group) && digit(i+len(group)):
			i += len(group)
		default:
			return i
		}
	}
}

// group stands between groups of thousands.
const group = "\u202f"

// interval is the length of bounds in brackets at i, such as "[12; 15]".
func interval(s string, i int) int {
	if i >= len(s) || s[i] != '[' {
		return 0
	}
	end := strings.IndexByte(s[i:], ']')
	if end < 0 || strings.Trim(s[i+1:i+end], "0123456789.,;% -+\u00a0\u202f\u2212") != "" || !strings.ContainsAny(s[i:i+end], "0123456789") {
		return 0
	}
	return end + 1
}

func separator(s string, i int) int {
	for _, sep := range []string{"–", "-", "/", ":", " – ", " / ", "…", "×"} {
		if strings.HasPrefix(s[i:], sep) {
			return len(sep)
		}
	}
	return 0
}

// unitAt is the length of a Latin unit at i: an optional space, then a sign or
// up to three letters that end there.
func unitAt(s string, i int) int {
	n := 0
	for _, space := range []string{" ", "\u00a0", "\u202f"} {
		if strings.HasPrefix(s[i:], space) {
			n = len(space)
			break
		}
	}
	for _, sign := range []string{"%", "‰", "€", "$", "£", "¥", "฿", "°"} {
		if strings.HasPrefix(s[i+n:], sign) {
			return n + len(sign)
		}
	}
	letters := 0
	for i+n+letters < len(s) && isWordByte(s[i+n+letters]) && letters <= 3 {
		letters++
	}
	if letters == 0 || letters > 3 || s[i+n] >= '0' && s[i+n] <= '9' {
		return 0
	}
	return n + letters
}
