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
