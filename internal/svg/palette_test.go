package svg_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

func TestContrast_WorkedByW3C(t *testing.T) {
	assert.InDelta(t, 21, svg.Contrast("#000000", "#ffffff"), 1e-9)
	assert.InDelta(t, 1, svg.Contrast("#777777", "#777777"), 1e-9)
	// webaim.org/articles/contrast: #777777 on white fails by a hair, #767676 passes.
	assert.InDelta(t, 4.48, svg.Contrast("#777777", "#ffffff"), 0.01)
	assert.InDelta(t, 4.54, svg.Contrast("#ffffff", "#767676"), 0.01)
	for _, bad := range []string{"", "#fff", "ffffff0", "#gggggg", "#+12345"} {
		assert.Zero(t, svg.Contrast(bad, "#ffffff"), bad)
		assert.Zero(t, svg.Contrast("#ffffff", bad), bad)
	}
}

func TestPalette_TextReads(t *testing.T) {
	check := func(text, ground svg.Class, least float64) {
		t.Helper()
		tl, td := svg.Colour(text)
		gl, gd := svg.Colour(ground)
		assert.GreaterOrEqual(t, svg.Contrast(tl, gl), least, "light: class %d on %d", text, ground)
		assert.GreaterOrEqual(t, svg.Contrast(td, gd), least, "dark: class %d on %d", text, ground)
	}
	for _, ground := range []svg.Class{svg.Paper, svg.Panel, svg.Blue, svg.Orange, svg.Green, svg.Grey, svg.Violet} {
		check(svg.Ink, ground, 7)
		for _, text := range []svg.Class{svg.Muted, svg.Bad, svg.Good} {
			check(text, ground, 4.5)
		}
		check(svg.Curve, ground, 3)
		check(svg.Rule, ground, 3)
	}
	check(svg.HeadInk, svg.Head, 4.5)
	for i := range 101 {
		fill, text := svg.HeatClass(float64(i) / 100)
		check(text, fill, 4.5)
	}
	check(svg.Curve, svg.Paper, 3)
	check(svg.Mark, svg.Paper, 3)
}

func TestPalette_SeriesEdgesReadOnTheirGround(t *testing.T) {
	p := svg.New(svg.Options{Width: 100, Height: 100, Title: "t"})
	seen := map[svg.Class]bool{}
	for i := range 17 {
		c := svg.SeriesClass(i)
		seen[c] = true
		p.Rect(svg.Box{W: 10, H: 10}, c, 0)
	}
	assert.Len(t, seen, 8)
	for _, m := range rules(t, p.Bytes()) {
		light, dark := m[0], m[1]
		assert.GreaterOrEqual(t, svg.Contrast(light.stroke, "#ffffff"), 3.0, light)
		assert.GreaterOrEqual(t, math.Max(svg.Contrast(dark.fill, "#0d1117"), svg.Contrast(dark.stroke, "#0d1117")), 3.0, dark)
	}
}

func TestSeriesAndLines_StartOverAfterEight(t *testing.T) {
	for i, want := range []svg.Class{svg.Series1, svg.Series2, svg.Series3, svg.Series4, svg.Series5, svg.Series6, svg.Series7, svg.Series8} {
		assert.Equal(t, want, svg.SeriesClass(i))
		assert.Equal(t, want, svg.SeriesClass(i+8))
		assert.Equal(t, svg.Line1+svg.Class(i), svg.LineClass(i))
		assert.Equal(t, svg.LineClass(i), svg.LineClass(i+16))
	}
	assert.Equal(t, svg.Line8, svg.LineClass(7))
}

func TestHeatClass_Ends(t *testing.T) {
	for share, want := range map[float64]svg.Class{
		-1: svg.Heat0, 0: svg.Heat0, 0.06: svg.Heat0, 0.0625: svg.Heat1, 0.5: svg.Heat4, 1: svg.Heat8, 7: svg.Heat8,
		math.Inf(1): svg.Heat8,
	} {
		fill, _ := svg.HeatClass(share)
		assert.Equal(t, want, fill, "%v", share)
	}
	fill, text := svg.HeatClass(math.NaN())
	assert.Equal(t, svg.Heat0, fill)
	assert.Equal(t, svg.HeatLight, text)
}
