package svg

import (
	"strings"
	"unicode"
)

// Lines is a text broken into lines.
type Lines struct {
	Text []string
	// Cut reports that the text did not fit and ends in an ellipsis.
	Cut bool
}

const ellipsis = "…"

// Wrap breaks a text into lines that by Bound are no wider than width at a
// font size, at most limit of them (0 = any number). Where the text is longer,
// its last line ends in an ellipsis and Cut is set.
//
// Lines break at spaces and line ends, at a zero-width space or soft hyphen,
// after hyphens, slashes and underscores between letters, and between CJK characters. Never
// apart: a base and its marks, a number and a short unit after a space ("2 d",
// "41 %"), what a no-break space joins, opening and closing punctuation and
// what they enclose. Thai breaks at zero-width spaces where the text has them,
// else before a leading vowel; a word longer than the line breaks between
// clusters. A line is never empty, so a cluster wider than width stands alone.
func Wrap(s string, size, width float64, limit int) Lines {
	w := wrapper{s: s, limit: limit, max: ems(width, size), cs: make([]cluster, 0, len(s)/2+4)}
	for c := range clusters(s) {
		w.cs = append(w.cs, c)
	}
	w.zwsp = strings.ContainsRune(s, zeroWidthSpace)
	return w.run()
}

// ems is a width in hundredths of an em; what makes no sense is nothing.
func ems(width, size float64) int {
	m := width * 100 / size
	if !(m > 0) {
		return 0
	}
	return int(min(m, 1e9))
}

const (
	zeroWidthSpace = 0x200B
	softHyphen     = 0x00AD
)

type wrapper struct {
	s     string
	cs    []cluster
	limit int
	max   int // of a line, hundredths of an em
	zwsp  bool
	out   Lines
}

// breaks are what may happen between two clusters, in ascending eagerness.
type breaks uint8

const (
	breakNever   breaks = iota
	breakPinch          // only when nothing else is left
	breakAllowed        // nothing is lost
	breakMust
)

func (w *wrapper) run() Lines {
	for i := w.skip(0); i < len(w.cs); {
		next, end := w.line(i)
		if w.limit > 0 && len(w.out.Text) == w.limit-1 && w.skip(next) < len(w.cs) {
			w.out.Text = append(w.out.Text, w.cut(i, end))
			w.out.Cut = true
			return w.out
		}
		w.out.Text = append(w.out.Text, w.text(i, end))
		i = w.skip(next)
	}
	return w.out
}

// skip passes over spaces at the start of a line.
func (w *wrapper) skip(i int) int {
	for i < len(w.cs) && w.cs[i].space() {
		i++
	}
	return i
}

// line finds where the line that starts at i ends, and where the next begins.
func (w *wrapper) line(i int) (next, end int) {
	used, allowed, pinch := 0, 0, 0
	for k := i; k < len(w.cs); k++ {
		if k > i {
			switch w.between(k) {
			case breakMust:
				return k, w.trim(i, k)
			case breakAllowed:
				allowed, pinch = k, k
			case breakPinch:
				pinch = k
			case breakNever:
			}
		}
		used += w.cs[k].bound()
		if used <= w.max || w.cs[k].space() {
			continue
		}
		switch {
		case allowed > i:
			return allowed, w.trim(i, allowed)
		case pinch > i:
			return pinch, w.trim(i, pinch)
		case k > i && w.cs[k-1].first != 0: // glued beyond the width: part the clusters all the same
			return k, w.trim(i, k)
		}
	}
	return len(w.cs), w.trim(i, len(w.cs))
}

// trim drops spaces at the end of a line.
func (w *wrapper) trim(i, end int) int {
	for end > i && w.cs[end-1].space() {
		end--
	}
	return end
}

func (w *wrapper) text(i, end int) string {
	if end <= i {
		return ""
	}
	t := w.s[w.cs[i].from:w.cs[end-1].to]
	hyphen := w.cs[end-1].first == softHyphen && end < len(w.cs)
	t = strings.Map(func(r rune) rune {
		if r == zeroWidthSpace || r == softHyphen {
			return -1
		}
		return r
	}, t)
	if hyphen {
		t += "-"
	}
	return t
}

// cut shortens a line until an ellipsis fits behind it.
func (w *wrapper) cut(i, end int) string {
	used := runeWidth([]rune(ellipsis)[0]) * slack / 100
	k := i
	for k < end && used+w.cs[k].bound() <= w.max {
		used += w.cs[k].bound()
		k++
	}
	return w.text(i, w.trim(i, max(k, min(i+1, end)))) + ellipsis
}

// between says what may happen between cluster k-1 and cluster k.
func (w *wrapper) between(k int) breaks {
	a, b := w.cs[k-1], w.cs[k]
	switch {
	case a.first == '\n' || a.first == '\r' || a.first == 0x2028 || a.first == 0x2029:
		return breakMust
	case isGlue(a.last) || isGlue(b.first):
		return breakNever
	case a.space():
		if b.space() || w.unit(k) {
			return breakNever
		}
		return breakAllowed
	case b.space() || b.first == '\n' || b.first == '\r':
		return breakNever
	case a.first == zeroWidthSpace:
		return breakAllowed
	case b.first == zeroWidthSpace || b.first == softHyphen:
		return breakNever
	case a.first == softHyphen:
		return breakAllowed
	case noStart(b.first) || noEnd(a.last):
		return breakNever
	case isThai(a.first) && isThai(b.first):
		return w.thai(a, b)
	case breaksAround(a.first) || breaksAround(b.first):
		return breakAllowed
	case a.first == '-' || a.first == '/' || a.first == '_' || a.first == 0x2013 || a.first == 0x2014:
		if k > 1 && unicode.IsLetter(w.cs[k-2].last) && unicode.IsLetter(b.first) {
			return breakAllowed
		}
	}
	if unicode.IsDigit(a.first) && unicode.IsDigit(b.first) {
		return breakNever
	}
	return breakPinch
}

func (w *wrapper) thai(a, b cluster) breaks {
	switch {
	case b.first == 'ๆ' || b.first == 'ฯ' || b.first == 'ะ' || b.first == 'า' || b.first == 'ๅ':
		return breakNever
	case isLeadingVowel(a.first):
		return breakNever
	case w.zwsp:
		return breakPinch // the text says where its words end
	case isLeadingVowel(b.first) || a.first == 'ๆ' || a.first == 'ฯ' || a.last == 'ำ' || a.first == 'ะ':
		return breakAllowed
	}
	return breakPinch
}

// unit reports that cluster k begins a unit which belongs to the number before
// the space: one to three letters, a percent sign or the like, and then an end.
func (w *wrapper) unit(k int) bool {
	if k < 2 || !unicode.IsDigit(w.cs[k-2].first) {
		return false
	}
	n := 0
	for j := k; j < len(w.cs) && n <= 3; j++ {
		r := w.cs[j].first
		if !unicode.IsLetter(r) && !isUnitSign(r) {
			return n > 0 && !unicode.IsDigit(r)
		}
		if isWide(r) { // no spaces follow there
			return n < 2
		}
		n++
	}
	return n > 0 && n <= 3
}

func isUnitSign(r rune) bool {
	switch r {
	case '%', '٪', '‰', '€', '$', '£', '¥', '฿', '°':
		return true
	}
	return false
}

func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', 0x2028, 0x2029, 0x1680, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200A && r != 0x2007
}

func isGlue(r rune) bool {
	return r == 0x00A0 || r == 0x202F || r == 0x2007 || r == 0x2060 || r == 0xFEFF || r == 0x2011
}

func isThai(r rune) bool         { return r >= 0x0E01 && r <= 0x0E5B }
func isLeadingVowel(r rune) bool { return r >= 'เ' && r <= 'ไ' }

// breaksAround reports scripts whose lines break between characters.
func breaksAround(r rune) bool {
	return r >= 0x2E80 && r <= 0xA4CF || r >= 0xF900 && r <= 0xFAFF || r >= 0xFF00 && r <= 0xFFEF ||
		r >= 0xAC00 && r <= 0xD7A3 || r >= 0x1F000
}

// noStart are the characters that must not begin a line (kinsoku shori and its
// like elsewhere): closing punctuation, small kana, iteration marks.
func noStart(r rune) bool {
	if r < 0x80 {
		return r < '0' && strings.IndexByte("%)!,.", byte(r)) >= 0 || r > '9' && strings.IndexByte(":;?]}", byte(r)) >= 0
	}
	return strings.ContainsRune("»”’‰…、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝」』】〉》〕〗〙〛〟ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ％｡｣､ﾞﾟ،؛؟٪", r)
}

// noEnd are the characters that must not end a line: opening punctuation.
func noEnd(r rune) bool {
	if r < 0x80 {
		return r == '(' || r == '[' || r == '{'
	}
	return strings.ContainsRune("«“‘（［｛「『【〈《〔〖〘〚〝¿¡", r)
}
