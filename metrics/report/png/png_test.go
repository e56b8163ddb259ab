package png_test

import (
	"bytes"
	"image"
	"image/color"
	stdpng "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/report"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/report/png"
)

func statements() []ledger.Statement {
	var out []ledger.Statement
	opening := decimal.Zero
	for i := range 18 {
		d := func(v int) decimal.Decimal { return decimal.NewFromInt(int64(v)) }
		r := metrics.Revenue{Opening: opening, New: d(400 + 31*(i%5)), Expansion: d(50 * (i % 3)), Churn: d(90 * (i % 4)), Contraction: d(20 * (i % 2))}
		opening = r.Closing()
		m := calendar.NewMonth(2025, 1).Add(i)
		out = append(out, ledger.Statement{Month: m, Through: m, Currency: "EUR", Revenue: r})
	}
	return out
}

func bridge(t testing.TB, o report.Options) []byte {
	t.Helper()
	f, err := report.Bridge(statements(), o)
	require.NoError(t, err)
	return f.SVG()
}

// pictures are the figures that the report package tests draw, and maps.
func pictures(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{"bridge now": bridge(t, report.Options{})}
	names, err := filepath.Glob("../testdata/*.svg")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		if strings.HasSuffix(name, "-phone.svg") { // in scripts that want a font of their own
			continue
		}
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		out[filepath.Base(name)] = data
	}
	for _, form := range []journeymap.Form{journeymap.Wide, journeymap.Narrow} {
		data, err := sample.Of(journeymap.CurrentState).SVG(journeymap.Options{Form: form})
		require.NoError(t, err)
		out["map "+string(rune('0'+form))] = data
	}
	return out
}

// The same picture drawn by librsvg: where it says that there is a shape or a
// text there is one here. Fonts differ, so that edges of letters do.
func TestDraw_AsLibrsvgDoes(t *testing.T) {
	rsvg, err := exec.LookPath("rsvg-convert")
	if err != nil {
		t.Skip("rsvg-convert is not installed")
	}
	for name, picture := range pictures(t) {
		got, err := png.Draw(picture, png.Options{})
		require.NoError(t, err, name)
		cmd := exec.CommandContext(t.Context(), rsvg)
		cmd.Stdin = bytes.NewReader(picture)
		data, err := cmd.Output()
		require.NoError(t, err, name)
		want, err := stdpng.Decode(bytes.NewReader(data))
		require.NoError(t, err, name)
		assert.InDelta(t, want.Bounds().Dy(), got.Bounds().Dy(), 1, name)
		b := want.Bounds().Intersect(got.Bounds())
		far := 0
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				if apart(want.At(x, y), got.At(x, y)) > 96 {
					far++
				}
			}
		}
		share := float64(far) / float64(b.Dx()*b.Dy())
		assert.Less(t, share, 0.02+letters(picture), name)
		t.Logf("%s: %.2f %% of pixels differ", name, share*100)
	}
}

// letters is the share of pixels that letters of two fonts may differ in: about
// forty a letter.
func letters(picture []byte) float64 {
	n := bytes.Count(picture, []byte("</text>"))
	return min(0.06, float64(n)*40*4/(860*400))
}

func apart(a, b color.Color) int {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	d := func(x, y uint32) int {
		if x > y {
			return int(x-y) >> 8
		}
		return int(y-x) >> 8
	}
	return max(d(r1, r2), d(g1, g2), d(b1, b2))
}

// Shapes alone stand where they should to the pixel.
func TestDraw_Shapes(t *testing.T) {
	const head = `<svg xmlns="http://www.w3.org/2000/svg" class="lc" width="20" height="20"><style>.lc .a{fill:#ff0000;stroke:none}.lc .b{fill:none;stroke:#0000ff}@media (prefers-color-scheme:dark){.lc .a{fill:#00ff00;stroke:none}}</style>`
	red, blue, white := color.RGBA{0xff, 0, 0, 0xff}, color.RGBA{0, 0, 0xff, 0xff}, color.RGBA{0xff, 0xff, 0xff, 0xff}
	draw := func(body string, o png.Options) *image.RGBA {
		img, err := png.Draw([]byte(head+body+"</svg>"), o)
		require.NoError(t, err)
		return img
	}
	img := draw(`<rect class="a" x="5" y="5" width="10" height="10"/>`, png.Options{})
	assert.Equal(t, red, img.At(5, 5))
	assert.Equal(t, red, img.At(14, 14))
	assert.Equal(t, white, img.At(4, 10))
	assert.Equal(t, white, img.At(15, 10))
	assert.Equal(t, color.RGBA{0, 0xff, 0, 0xff}, draw(`<rect class="a" x="5" y="5" width="10" height="10"/>`, png.Options{Dark: true}).At(9, 9))
	img = draw(`<line class="b" x1="2" y1="10" x2="18" y2="10" stroke-width="4"/>`, png.Options{})
	assert.Equal(t, blue, img.At(2, 8))
	assert.Equal(t, blue, img.At(17, 11))
	assert.Equal(t, white, img.At(10, 7))
	assert.Equal(t, white, img.At(10, 12))
	assert.Equal(t, white, img.At(1, 10), "ends are cut")
	img = draw(`<line class="b" x1="0" y1="10" x2="20" y2="10" stroke-width="2" stroke-dasharray="5 5"/>`, png.Options{})
	assert.Equal(t, []color.Color{blue, white, blue, white}, []color.Color{img.At(2, 10), img.At(7, 10), img.At(12, 10), img.At(17, 10)})
	img = draw(`<circle class="a" cx="10" cy="10" r="5"/>`, png.Options{})
	assert.Equal(t, red, img.At(10, 6))
	assert.Equal(t, white, img.At(5, 5))
	img = draw(`<path class="a" d="M2 2h4v4h-4zM10 10h4v4h-4z" transform="translate(1 0)"/>`, png.Options{})
	assert.Equal(t, []color.Color{red, red, white}, []color.Color{img.At(4, 3), img.At(12, 12), img.At(8, 8)})
	img = draw(`<path class="a" d="M5 10A5 5 0 0 1 15 10z"/>`, png.Options{})
	assert.Equal(t, []color.Color{red, white}, []color.Color{img.At(10, 7), img.At(10, 13)})
	assert.Equal(t, image.Rect(0, 0, 40, 40), draw("", png.Options{Scale: 2}).Bounds())
}

func TestEncode_Deterministic(t *testing.T) {
	var a, b bytes.Buffer
	require.NoError(t, png.Encode(&a, bridge(t, report.Options{}), png.Options{Scale: 1.5}))
	require.NoError(t, png.Encode(&b, bridge(t, report.Options{}), png.Options{Scale: 1.5}))
	assert.True(t, bytes.Equal(a.Bytes(), b.Bytes()))
}

func TestEncode_Refuses(t *testing.T) {
	var out bytes.Buffer
	assert.ErrorIs(t, png.Encode(&out, bridge(t, report.Options{Language: "ar"}), png.Options{}), png.ErrFont)
	for _, bad := range []string{
		"", "<svg", "<html/>", `<svg width="9" height="9"><image/></svg>`, `<svg width="9" height="9"><rect onload="x"/></svg>`,
		`<svg width="9" height="9"><path class="a" d="M0 0Q1 1 2 2"/></svg>`, `<svg width="9" height="9"><path class="a" d="M0 0z5"/></svg>`, `<svg width="9" height="9"><path class="a" d="5 5"/></svg>`,
	} {
		assert.ErrorIs(t, png.Encode(&out, []byte(bad), png.Options{}), png.ErrPicture, bad)
	}
	assert.ErrorIs(t, png.Encode(&out, []byte(`<svg width="99999" height="99999"/>`), png.Options{}), png.ErrSize)
	assert.ErrorIs(t, png.Encode(&out, []byte(`<svg width="9" height="9"/>`), png.Options{Scale: -1}), png.ErrSize)
	assert.ErrorIs(t, png.Encode(&out, []byte(`<svg width="9" height="9"/>`), png.Options{Fonts: [][]byte{{1, 2}}}), png.ErrFont)
	assert.Zero(t, out.Len())
}

// Fonts of the system for Arabic and Thai, where they are installed.
func systemFonts(t *testing.T) [][]byte {
	t.Helper()
	var out [][]byte
	for _, name := range []string{"NotoSansArabic-Regular.ttf", "NotoSansThai-Regular.ttf"} {
		found, _ := filepath.Glob("/usr/share/fonts/truetype/*/" + name)
		if len(found) == 0 {
			t.Skip(name + " is not installed")
		}
		data, err := os.ReadFile(found[0])
		require.NoError(t, err)
		out = append(out, data)
	}
	return out
}

func TestDraw_ArabicAndThai(t *testing.T) {
	o := png.Options{Fonts: systemFonts(t)}
	for _, language := range []string{"ar", "th"} {
		img, err := png.Draw(bridge(t, report.Options{Language: language}), o)
		require.NoError(t, err)
		dark := 0
		for y := range 60 { // the heading
			for x := range img.Bounds().Dx() {
				if r, _, _, _ := img.At(x, y).RGBA(); r>>8 < 0x80 {
					dark++
				}
			}
		}
		assert.Greater(t, dark, 300, "there is ink in %s", language)
		if dir := os.Getenv("LIFECYCLE_LOOK"); dir != "" {
			var b bytes.Buffer
			require.NoError(t, stdpng.Encode(&b, img))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "png-"+language+".png"), b.Bytes(), 0o600))
		}
	}
}

func TestLook(t *testing.T) {
	dir := os.Getenv("LIFECYCLE_LOOK")
	if dir == "" {
		t.Skip("LIFECYCLE_LOOK is not set")
	}
	for name, picture := range pictures(t) {
		var b bytes.Buffer
		require.NoError(t, png.Encode(&b, picture, png.Options{}), name)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "png-"+name+".png"), b.Bytes(), 0o600))
	}
}

func FuzzDraw_NeverPanics(f *testing.F) {
	f.Add([]byte(`<svg width="9" height="9"><style>.lc .a{fill:#ff0000;stroke:#00ff00}</style><path class="a" d="M0 0C1 1 2 2 3 3A1 2 3 0 1 5 5z"/><text x="1" y="8">a</text></svg>`))
	f.Add([]byte(`<svg width="9" height="9"><style>.lc .a{fill:none;stroke:#00ff00}</style><line class="a" x1="1" x2="9" stroke-dasharray="1 2"/></svg>`))
	f.Fuzz(func(t *testing.T, picture []byte) {
		img, err := png.Draw(picture, png.Options{})
		if (img == nil) == (err == nil) {
			t.Fatal("want an image or an error")
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	picture := bridge(b, report.Options{})
	b.ReportAllocs()
	for b.Loop() {
		_, err := png.Draw(picture, png.Options{Scale: 2})
		require.NoError(b, err)
	}
}
