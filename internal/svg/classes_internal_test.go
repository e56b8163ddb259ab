package svg

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
)

// What a class holds at its edges, and what lies beside it. The blocks are
// those of the Unicode Character Database.
func TestClasses_AtTheirEdges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		is      func(rune) bool
		in, out []rune
	}{
		"invisible":     {isInvisible, []rune{0x7F, 0xAD, 0xFEFF, 0x200B, 0x200F, 0x202A, 0x202E, 0x2060, 0x206F}, []rune{'~', 0xAC, 0xAE, 0x200A, 0x2010, 0x2029, 0x202F, 0x205F, 0x2070, 0xFEFE}},
		"arabic":        {isArabic, []rune{0x0600, 0x08FF, 0xFB50, 0xFDFF, 0xFE70, 0xFEFE}, []rune{0x05FF, 0x0900, 0xFB4F, 0xFE00, 0xFE6F, 0xFEFF}},
		"flag":          {isFlag, []rune{0x1F1E6, 0x1F1FF}, []rune{0x1F1E5, 0x1F200}},
		"thai":          {isThai, []rune{0x0E01, 0x0E5B}, []rune{0x0E00, 0x0E5C}},
		"leading vowel": {isLeadingVowel, []rune("เแโใไ"), []rune{'เ' - 1, 'ไ' + 1}},
		"glue":          {isGlue, []rune{0xA0, 0x202F, 0x2007, 0x2060, 0xFEFF, 0x2011}, []rune{' ', 0x2010, 0x2008}},
		"around":        {breaksAround, []rune{0x2E80, 0xA4CF, 0xF900, 0xFAFF, 0xFF00, 0xFFEF, 0xAC00, 0xD7A3, 0x1F000}, []rune{0x2E7F, 0xA4D0, 0xF8FF, 0xFB00, 0xFEFF, 0xFFF0, 0xABFF, 0xD7A4, 0x1EFFF}},
		"no start":      {noStart, []rune("%)!,.:;?]}»、。」ー،"), []rune{0x80, 'a', '0', '9', '(', '«', '/', '@', 'あ'}},
		"no end":        {noEnd, []rune("([{«“「¿"), []rune{0x80, ')', 'a', '»', '」'}},
		"mark":          {isMark, []rune{0x0300, 0x0E31, 0x0E4D, 0x064B, 0x20DD}, []rune{0x02FF, 'ก', 'ل', 0x0903}},
		"rtl":           {isRTL, []rune{0x05D0, 'ع', 0x08C7, 0xFB1D, 0xFE70}, []rune{'a', 'ก', 0x0660, 0x0669, 0x06F0, 0x06F9, 0x060C, 0xFD3E}},
		"wide":          {isWide, []rune{0x1100, 0x11FF, 0x2E80, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7FF, 0xF900, 0xFAFF, 0xFE30, 0xFE6F, 0xFF00, 0xFF60, 0xFFE0, 0xFFE6, 0x1F000}, []rune{0x10FF, 0x1200, 0x2E7F, 0xA4D0, 0xA95F, 0xA980, 0xABFF, 0xF8FF, 0xFB00, 0xFE2F, 0xFE70, 0xFEFF, 0xFF61, 0xFFDF, 0xFFE7, 0x1EFFF}},
		"space":         {isSpace, []rune{' ', '\t', 0x2028, 0x1680, 0x3000, 0x2000, 0x200A}, []rune{0xA0, 0x2007, 0x200B, 0x1FFF}},
		"beside":        {isBeside, []rune{0x0903, 0x093E}, []rune{0x0300, 0x0E31}},
	} {
		for _, r := range c.in {
			assert.True(t, c.is(r), "%s %x", name, r)
		}
		for _, r := range c.out {
			assert.False(t, c.is(r), "%s %x", name, r)
		}
	}
	for c := range 128 {
		r := rune(c)
		assert.Equal(t, unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_', isWordByte(byte(c)), "%q", r)
	}
}

// Rules GB6 to GB8 of Unicode Standard Annex 29: what joins a syllable of
// Hangul, by the kinds of its two characters.
func TestJoinsHangul_IsTheAnnex(t *testing.T) {
	t.Parallel()
	kinds := map[string][]rune{
		"L": {0x1100, 0x115F}, "V": {0x1160, 0x11A7}, "T": {0x11A8, 0x11FF},
		"LV": {0xAC00, 0xAC1C, 0xD788}, "LVT": {0xAC01, 0xAC1B, 0xD7A3}, "other": {0x10FF, 0x1200, 0xABFF, 0xD7A4, 'a'},
	}
	joined := map[string]string{"L": "L V LV LVT", "V": "V T", "LV": "V T", "T": "T", "LVT": "T"}
	for a, lasts := range kinds {
		for b, firsts := range kinds {
			want := false
			for k := range strings.FieldsSeq(joined[a]) {
				want = want || k == b
			}
			for _, last := range lasts {
				for _, r := range firsts {
					assert.Equal(t, want, joinsHangul(last, r), "%s %x %s %x", a, last, b, r)
				}
			}
		}
	}
}

// Letters of Thai fall into three widths, marks have none of their own.
func TestThaiWidth_NarrowAndWideLetters(t *testing.T) {
	t.Parallel()
	for r := rune(0x0E01); r <= 0x0E2E; r++ {
		want := 59
		if strings.ContainsRune("ญฌฒณ", r) {
			want = 90
		}
		assert.Equal(t, want, thaiWidth(r), "%c", r)
	}
	for _, r := range "ะาำเโใไๅ" {
		assert.Equal(t, 38, thaiWidth(r), "%c", r)
	}
	assert.Equal(t, 59, thaiWidth('แ'), "two of them side by side")
	assert.Equal(t, 59, thaiWidth('ๆ'))
}

func TestBox_InsideItself(t *testing.T) {
	t.Parallel()
	o := Box{1, 2, 3, 4}
	for _, d := range []float64{0, 0.5e-6} {
		assert.True(t, Box{1 - d, 2 - d, 3 + 2*d, 4 + 2*d}.Inside(o))
	}
	for _, b := range []Box{{1 - 1e-5, 2, 3, 4}, {1, 2 - 1e-5, 3, 4}, {1, 2, 3 + 1e-5, 4}, {1, 2, 3, 4 + 1e-5}} {
		assert.False(t, b.Inside(o), "%v", b)
	}
}

// Boxes that touch do not overlap: in every direction, and at the corner.
func TestBox_Overlaps(t *testing.T) {
	t.Parallel()
	o := Box{10, 10, 4, 6}
	for dx := range 3 {
		for dy := range 3 {
			by := func(d int, size float64) float64 { return []float64{-size, 0, size}[d] }
			beside := Box{10 + by(dx, 4), 10 + by(dy, 6), 4, 6}
			near := Box{10 + by(dx, 3.5), 10 + by(dy, 5.5), 4, 6}
			assert.Equal(t, dx == 1 && dy == 1, beside.Overlaps(o), "%v", beside)
			assert.True(t, near.Overlaps(o), "%v", near)
		}
	}
}

// Each joins what stands before it, and nothing else beside it does.
func TestJoins_ByItself(t *testing.T) {
	t.Parallel()
	for _, r := range []rune{0x200D, 0x200C, 0x1F3FB, 0x1F3FF, 0xE0020, 0xE007F, 0x0E33, 0x0EB3, 0x0301, 0x0903} {
		assert.True(t, joins(cluster{first: 0x0E01, last: 0x0E01}, r, 0), "%x", r)
	}
	for _, r := range []rune{0x200B, 0x200E, 0x1F3FA, 0x1F400, 0xE001F, 0xE0080, 0x0E32, 0x0EB2, 'a', 0x1F469} {
		assert.False(t, joins(cluster{first: 0x0E01, last: 0x0E01}, r, 0), "%x", r)
	}
	assert.True(t, joins(cluster{last: 0x200D}, 0x1F469, 0), "emoji joined to emoji")
	assert.False(t, joins(cluster{last: 0x200C}, 0x1F469, 0))
	assert.False(t, joins(cluster{last: 0x200D}, 0x218F, 0))
}

func TestSpark_OfOneStandsAtItsEdge(t *testing.T) {
	t.Parallel()
	_, last, ok := Spark([]float64{5}, Box{10, 20, 30, 40})
	assert.True(t, ok)
	assert.Equal(t, Point{10, 40}, last)
	_, last, _ = Spark([]float64{5, 7}, Box{10, 20, 30, 40})
	assert.Equal(t, Point{40, 20}, last)
}

func TestStroke_OneIsNotSaid(t *testing.T) {
	t.Parallel()
	for width, want := range map[float64]string{0: "", 1: "", 2: ` stroke-width="2"`, 0.5: ` stroke-width=".5"`} {
		p := &Picture{}
		p.stroke(Stroke{Width: width})
		got := strings.ReplaceAll(string(p.body), `"0.5"`, `".5"`)
		assert.Equal(t, want, got, "%v", width)
	}
}

// Where a line of Thai may break: before a leading vowel and behind a sign
// that ends a word, never inside a cluster's spelling.
func TestWrapThai_Breaks(t *testing.T) {
	t.Parallel()
	of := func(r rune) cluster { return cluster{first: r, last: r} }
	for _, c := range []struct {
		a, b rune
		want breaks
	}{
		{'ก', 'เ', breakAllowed},
		{'ๆ', 'ก', breakAllowed},
		{'ฯ', 'ก', breakAllowed},
		{'ะ', 'ก', breakAllowed},
		{'ำ', 'ก', breakAllowed},
		{'เ', 'ก', breakNever},
		{'ก', 'ๆ', breakNever},
		{'ก', 'ฯ', breakNever},
		{'ก', 'ะ', breakNever},
		{'ก', 'า', breakNever},
		{'ก', 'ๅ', breakNever},
		{'ก', 'ก', breakPinch},
	} {
		assert.Equal(t, c.want, (&wrapper{}).thai(of(c.a), of(c.b)), "%c%c", c.a, c.b)
	}
	assert.Equal(t, breakPinch, (&wrapper{zwsp: true}).thai(of('ก'), of('เ')), "the text says where its words end")
}
