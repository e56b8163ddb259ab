package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/text"
)

func TestClip_ThaiIdOfThirtyLetters(t *testing.T) {
	id := strings.Repeat("ภ", 30) // 90 bytes, so 64 falls inside a letter
	got := text.Clip(id)
	assert.Equal(t, strings.Repeat("ภ", 21)+"…", got)
	assert.True(t, utf8.ValidString(got))
}

func TestLaw_ClipIsAValidPrefix(t *testing.T) {
	cut := 0
	law.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(
			rapid.StringOfN(rapid.RuneFrom([]rune("aภ😀م€")), 0, 60, -1),
			rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(t, "bytes")) }),
		).Draw(t, "s")
		most := rapid.IntRange(1, 80).Draw(t, "most")
		got := text.ClipTo(s, most)
		assert.True(t, utf8.ValidString(got))
		if len(s) <= most {
			assert.Equal(t, strings.ToValidUTF8(s, "\uFFFD"), got)
			return
		}
		cut++
		body, ok := strings.CutSuffix(got, "…")
		assert.True(t, ok)
		if utf8.ValidString(s) {
			assert.True(t, strings.HasPrefix(s, body))
			assert.LessOrEqual(t, len(body), most)
			assert.Greater(t, len(body), most-utf8.UTFMax)
		}
	}, law.Counters{"cut": &cut})
}

func TestQuote_EscapesWhatActs(t *testing.T) {
	assert.Equal(t, `"plain €"`, text.Quote("plain €"))
	assert.Equal(t, `"a\"b\\c\n\x1b[31m\u202e"`, text.Quote("a\"b\\c\n\x1b[31m\u202e"))
	assert.Equal(t, `\u009b\t"kept"`, text.Printable("\u009b\t\"kept\""))
	assert.Equal(t, "عميل ภาษา", text.Printable("عميل ภาษา"), "letters of any script stay")
	assert.Equal(t, "\uFFFDx", text.Printable("\xffx"))
}

func TestDisarm(t *testing.T) {
	for _, s := range []string{"=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=x"} {
		assert.Equal(t, "'"+s, text.Disarm(s))
	}
	for _, s := range []string{"", "a=1", "1-2", "ภ"} {
		assert.Equal(t, s, text.Disarm(s))
	}
}

// The first and last character of every run that acts, and those beside it.
func TestPrintable_EdgesOfWhatActs(t *testing.T) {
	for _, r := range []rune{0, 0x1F, 0x7F, 0x80, 0x9F, 0x061C, 0x200E, 0x200F, 0x2028, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xE0000, 0xE007F} {
		got := text.Printable("a" + string(r) + "b")
		assert.True(t, strings.HasPrefix(got, `a\`) && strings.HasSuffix(got, "b"), "%x: %q", r, got)
	}
	for _, r := range []rune{' ', '~', 0xA0, 0x061B, 0x061D, 0x200D, 0x2010, 0x2027, 0x202F, 0x2065, 0x206A, 0xFEFE, 0xFF00, 0xE0080} {
		assert.Equal(t, "a"+string(r)+"b", text.Printable("a"+string(r)+"b"), "%x", r)
	}
	assert.Equal(t, `\x7f\u0080`, text.Printable("\x7f\u0080"))
	assert.Equal(t, `\x1f`, text.Printable("\x1f"))
}

// A character is cut off whole, and bytes that begin none are not searched for
// further back than one is long.
func TestClipTo_AtTheFirstByte(t *testing.T) {
	assert.Equal(t, "…", text.ClipTo("ภภ", 1))
	assert.Equal(t, "…", text.ClipTo("😀x", 3))
	assert.Equal(t, "😀…", text.ClipTo("😀x", 4))
	assert.Equal(t, "a\uFFFD…", text.ClipTo("a\x80\x80\x80\x80\x80", 5), "not a character: as many bytes as asked for")
	assert.Equal(t, "\uFFFD…", text.ClipTo("\x80\x80", 1))
}
