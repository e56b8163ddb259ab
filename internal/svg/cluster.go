package svg

import (
	"iter"
	"unicode"
)

// cluster is what a reader sees as one character: a base with its marks.
type cluster struct {
	from, to    int // bytes of the text
	first, last rune
	width       int // hundredths of an em
	joined      bool
}

func (c cluster) bound() int {
	if c.joined {
		return c.width * slackJoined / 100
	}
	return c.width * slack / 100
}

// space reports a bare space: one that carries a mark is text.
func (c cluster) space() bool { return isSpace(c.first) && (c.last == c.first || c.last == '\n') }

// clusters yields the clusters of a text in order: a simple form of Unicode's
// extended grapheme clusters (UAX 29) that covers marks, Hangul, Indic
// conjuncts, emoji sequences and flags.
func clusters(s string) iter.Seq[cluster] {
	return func(yield func(cluster) bool) {
		var c cluster
		open, flags := false, 0
		for i, r := range s {
			if open && joins(c, r, flags) {
				c.last = r
				c.width = max(c.width, widthIn(c, r))
			} else {
				if open {
					c.to = i
					if !yield(c) {
						return
					}
				}
				c = cluster{from: i, first: r, last: r, width: runeWidth(r), joined: isArabic(r)}
				open, flags = true, 0
			}
			if isFlag(r) {
				flags++
			}
		}
		if open {
			c.to = len(s)
			yield(c)
		}
	}
}

// widthIn is the width of a cluster after a character has joined it.
func widthIn(c cluster, r rune) int {
	if r == 0x0E33 || r == 0x0EB3 || isBeside(r) { // these stand beside their base
		return c.width + 40
	}
	return c.width
}

func joins(c cluster, r rune, flags int) bool {
	switch {
	case c.last == '\r':
		return r == '\n'
	case c.last == '\n' || c.last < ' ' || r < ' ':
		return false
	case r < 0x0300 && c.last < 0x0300: // the common case
		return false
	case isMark(r) || isBeside(r):
		return true
	case r == 0x0E33 || r == 0x0EB3: // Thai and Lao sara am
		return true
	case r == 0x200D || r == 0x200C || r >= 0x1F3FB && r <= 0x1F3FF || r >= 0xE0020 && r <= 0xE007F:
		return true
	case c.last == 0x200D && r >= 0x2190: // emoji joined to emoji
		return true
	case isVirama(c.last) && unicode.IsLetter(r):
		return true
	case isFlag(c.last) && isFlag(r):
		return flags%2 == 1
	}
	return joinsHangul(c.last, r)
}

func joinsHangul(last, r rune) bool {
	syllable := last >= 0xAC00 && last <= 0xD7A3
	lead := last >= 0x1100 && last <= 0x115F
	vowel := last >= 0x1160 && last <= 0x11A7
	tail := last >= 0x11A8 && last <= 0x11FF
	switch {
	case r >= 0x1100 && r <= 0x115F, r >= 0xAC00 && r <= 0xD7A3:
		return lead
	case r >= 0x1160 && r <= 0x11A7:
		return lead || vowel || syllable && (last-0xAC00)%28 == 0
	case r >= 0x11A8 && r <= 0x11FF:
		return vowel || tail || syllable
	}
	return false
}

func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

func isVirama(r rune) bool {
	switch r {
	case 0x094D, 0x09CD, 0x0A4D, 0x0ACD, 0x0B4D, 0x0C4D, 0x0CCD, 0x0D4D:
		return true
	}
	return false
}
