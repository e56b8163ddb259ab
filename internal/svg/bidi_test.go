package svg_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

func TestRightToLeft(t *testing.T) {
	assert.True(t, svg.RightToLeft("عميل Email", false))
	assert.True(t, svg.RightToLeft("(41 %) من العملاء", false), "digits and punctuation do not decide")
	assert.True(t, svg.RightToLeft("שלום", false))
	assert.False(t, svg.RightToLeft("Email عميل", true))
	assert.False(t, svg.RightToLeft("ลูกค้า", true))
	assert.True(t, svg.RightToLeft("41 %", true), "without letters the surroundings decide")
	assert.False(t, svg.RightToLeft("٤١", false))
	for _, r := range []rune{0x05D0, 0x08A0, 0xFB1D, 0xFDF2, 0xFE70, 0xFEFC} {
		assert.True(t, svg.RightToLeft(string(r), false), "%U", r)
	}
}

func TestIsolate(t *testing.T) {
	mark := strings.NewReplacer("\u2066", "[", "\u2069", "]")
	for in, want := range map[string]string{
		"":                            "",
		"بلا أرقام":                   "بلا أرقام",
		"+1":                          "[+1]",
		"المشاعر −2 إلى +2":           "المشاعر [−2] إلى [+2]",
		"41 % من العملاء":             "[41 %] من العملاء",
		"41% من العملاء":              "[41%] من العملاء",
		"خلال 6 d":                    "خلال [6 d]",
		"خلال 6 أيام":                 "خلال 6 أيام",
		"3–5 أيام":                    "[3–5] أيام",
		"12/40":                       "[12/40]",
		"في 2026-11-24":               "في [2026-11-24]",
		"الساعة 09:30":                "الساعة [09:30]",
		"€1,234.50":                   "[€1,234.50]",
		"1,234.50 €":                  "[1,234.50 €]",
		"13\u202f031.00":              "[13\u202f031.00]",
		"من 12\u202f252.00 إلى":       "من [12\u202f252.00] إلى",
		"70 % [66; 75] من":            "[70 %] [[66; 75]] من",
		"2026-01-01 00:00 UTC":        "[2026-01-01] [00:00 UTC]",
		"[x; 75]":                     "[x; 75]",
		"1234 عميلا":                  "1234 عميلا",
		"v2 من النظام":                "v2 من النظام",
		"2.5.":                        "2.5.",
		"a2 % عميل":                   "a2 % عميل",
		"7 customers":                 "7 customers",
		"41 %، ثم 42 %.":              "[41 %]، ثم [42 %].",
		"n\u00a0=\u00a0120 +1\u00a0d": "n\u00a0=\u00a0120 [+1\u00a0d]",
	} {
		assert.Equal(t, want, mark.Replace(svg.Isolate(in)), "%q", in)
		assert.Equal(t, svg.Isolate(in), svg.Isolate(svg.Isolate(in)), "isolating twice is isolating once")
	}
}

func FuzzIsolate_OnlyAdds(f *testing.F) {
	f.Add("+1 −2 41 % \u2066x\u2069")
	f.Add("5\xff–")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\u2066\u2069") {
			t.Skip("isolates in the text")
		}
		out := svg.Isolate(s)
		if strings.NewReplacer("\u2066", "", "\u2069", "").Replace(out) != s {
			t.Fatalf("%q became %q", s, out)
		}
		if strings.Count(out, "\u2066") != strings.Count(out, "\u2069") {
			t.Fatalf("unpaired in %q", out)
		}
	})
}
