package svg_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/svg"
)

func lines(s string, width float64) []string { return svg.Wrap(s, 12, width, 0).Text }

func TestWrap_Breaks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		width      float64
		want       []string
	}{
		{"nothing", "", 100, nil},
		{"only spaces", "  \t ", 100, nil},
		{"one line", "reads the page", 200, []string{"reads the page"}},
		{"at spaces", "reads the pricing page", 90, []string{"reads the", "pricing page"}},
		{"a number keeps its unit", "answers come in 1 d", 112, []string{"answers come in", "1 d"}},
		{"a percent sign too", "as many as about 41 % of all", 112, []string{"as many as about", "41 % of all"}},
		{"a long word is no unit", "within 14 business days", 70, []string{"within 14", "business", "days"}},
		{"what no-break spaces join", "call Ana\u00a0Lopez\u00a0Ruiz", 100, []string{"call", "Ana\u00a0Lopez\u00a0Ruiz"}},
		{"line ends", "one\ntwo\r\nthree", 200, []string{"one", "two", "three"}},
		{"after a hyphen between letters", "customer-facing", 70, []string{"customer-", "facing"}},
		{"after an underscore in a name", "content_downloaded", 100, []string{"content_", "downloaded"}},
		{"not within a date", "on 2026-11-24", 80, []string{"on", "2026-11-24"}},
		{"a soft hyphen shows when it is used", "accounta\u00adbility", 75, []string{"accounta-", "bility"}},
		{"and not when it is not", "accounta\u00adbility", 200, []string{"accountability"}},
		{"a word longer than the line", "Wohnungsbaugesellschaft", 80, []string{"Wohnungsba", "ugesellschaft"}},
		{"Thai at its word ends", "ลูกค้า\u200bเปรียบเทียบ\u200bราคา", 70, []string{"ลูกค้า", "เปรียบเทียบ", "ราคา"}},
		{"Thai before a leading vowel", "ลูกค้าแจ้งเตือน", 45, []string{"ลูกค้า", "แจ้ง", "เตือน"}},
		{"CJK between characters", "顧客は三つのプランを比べる", 62, []string{"顧客は三", "つのプラ", "ンを比べ", "る"}},
		{"Hangul between syllables", "고객이요금제를", 40, []string{"고객이", "요금제", "를"}},
		{"emoji between emoji, not within", "👍🏽👍🏽👍🏽", 27, []string{"👍🏽👍🏽", "👍🏽"}},
		{"no closing stop at a line start", "顧客は選ぶ。次へ", 62, []string{"顧客は選", "ぶ。次へ"}},
		{"not even where it just does not fit", "顧客選ぶ。次", 53, []string{"顧客選", "ぶ。次"}},
		{"no opening bracket at a line end", "顧客「選ぶ」", 40, []string{"顧客", "「選", "ぶ」"}},
		{"no small kana at a line start", "キャッチ", 40, []string{"キャッ", "チ"}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, lines(c.text, c.width)) })
	}
}

func TestWrap_CutsWithAnEllipsis(t *testing.T) {
	l := svg.Wrap("reads the pricing page and compares three plans", 12, 90, 2)
	assert.Equal(t, svg.Lines{Text: []string{"reads the", "pricing page…"}, Cut: true}, l)
	l = svg.Wrap("reads the pricing pages of three", 12, 86, 2)
	assert.Equal(t, svg.Lines{Text: []string{"reads the", "pricing pag…"}, Cut: true}, l, "the ellipsis takes room")
	l = svg.Wrap("reads the pricing page", 12, 90, 2)
	assert.Equal(t, svg.Lines{Text: []string{"reads the", "pricing page"}}, l, "it just fits")
	l = svg.Wrap("reads the pricing page  \n", 12, 90, 2)
	assert.False(t, l.Cut, "spaces at the end are nothing to cut")
	assert.Equal(t, []string{"顧…"}, svg.Wrap("顧客比較", 12, 5, 1).Text, "one cluster stands even where nothing fits")
}

// alphabet holds what is awkward to break: marks, joiners, glue, punctuation.
var alphabet = []rune("ab W1 9%d-/.,)( \u00a0\u200b\u00ad\n\r\tกร่ำเไๆุ้顧客、。「」ャラجمٌ١,،é\u0301\u200d👩💻🇸🇦한각ᄀ\u1161क\u094dष")

func drawText(t *rapid.T) string {
	return string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 60).Draw(t, "text"))
}

// visible is a text without what wrapping may drop or add.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) && r != 0x00a0 || r == 0x200b || r == 0x00ad || r == '-' {
			return -1
		}
		return r
	}, s)
}

func TestLaw_WrapLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawText(t)
		width := float64(rapid.IntRange(1, 120).Draw(t, "width"))
		l := svg.Wrap(s, 12, width, 0)
		assert.False(t, l.Cut)
		assert.Equal(t, visible(s), visible(strings.Join(l.Text, "")))
	})
}

// plain holds nothing that keeps clusters together, but clusters of every width.
var plain = []rune("ab Wil กรน 顧客 جم é각")

func TestLaw_WrapKeepsToTheWidth(t *testing.T) {
	alone, full := 0, 0
	law.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOfN(rapid.SampledFrom(plain), 1, 60).Draw(t, "text"))
		width := float64(rapid.IntRange(4, 60).Draw(t, "width"))
		limit := rapid.IntRange(0, 3).Draw(t, "limit")
		for _, line := range svg.Wrap(s, 12, width, limit).Text {
			if svg.Bound(line, 12) <= width {
				full++
				continue
			}
			alone++
			assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "…")), 1, "%q is wider than %v", line, width)
		}
	}, law.Counters{"alone": &alone, "full": &full})
}

func TestLaw_WrapNeverPartsAMark(t *testing.T) {
	marked := 0
	law.Check(t, func(t *rapid.T) {
		s := "x่" + strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(drawText(t))
		for _, line := range svg.Wrap(s, 12, float64(rapid.IntRange(1, 60).Draw(t, "width")), 0).Text {
			r, _ := utf8.DecodeRuneInString(line)
			if unicode.In(r, unicode.Mn, unicode.Me) {
				// A mark leads a line only where the text has it behind a character without width.
				assert.Regexp(t, "[\\s\u200b\u00ad]"+string(r), s, "%q", line)
			}
			if strings.ContainsRune(line, '่') {
				marked++
			}
		}
	}, law.Counters{"marked": &marked})
}

func TestWrap_IsLinear(t *testing.T) {
	// Allocations are exact: twice the text, about twice the memory.
	small := strings.Repeat("การรับรู้ลูกค้า ", 500)
	runs := func(s string) float64 {
		return testing.AllocsPerRun(3, func() { svg.Wrap(s, 12, 158, 0) })
	}
	assert.Less(t, runs(small+small), 2.2*runs(small)+20)
}

func FuzzWrap(f *testing.F) {
	f.Add("การรับรู้ 12 d (a) 顧客。", 40.0, 3)
	f.Add("\xff\xfe\u0301", 0.0, 0)
	f.Fuzz(func(t *testing.T, s string, width float64, limit int) {
		l := svg.Wrap(s, 12, width, limit)
		if limit > 0 && len(l.Text) > limit {
			t.Fatalf("%d lines of %d", len(l.Text), limit)
		}
	})
}

func BenchmarkWrap(b *testing.B) {
	for _, n := range []int{10, 100, 1000} { // bytes per second stay level as the text grows
		text := strings.Repeat("reads the pricing page and compares ", n)
		b.Run(strconv.Itoa(len(text)), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				svg.Wrap(text, 12, 158, 0)
			}
		})
	}
}
