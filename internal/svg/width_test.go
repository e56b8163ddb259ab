package svg_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// Widths in pixels at 16 pixels as Chromium 156 measured them on a canvas:
// Noto Sans, DejaVu Sans and Liberation Sans for Latin and Cyrillic; Noto Sans
// Arabic, DejaVu Sans, Noto Kufi Arabic and Noto Naskh Arabic; Noto Sans Thai,
// Noto Looped Thai and Noto Serif Thai; Noto Sans CJK.
var measured = []struct {
	text  string
	fonts []float64
}{
	{"Compares three plans and asks a colleague", []float64{324.9, 349.6, 312.2}},
	{"WWW MMM iiiill 1,234.50 €", []float64{202.2, 217.3, 195.6}},
	{"Überprüft die Größe früherer Verträge", []float64{288.8, 303.7, 267.7}},
	{"Сравнивает тарифы и спрашивает коллегу", []float64{337.6, 366.8, 320.1}},
	{"يقارن العميل بين ثلاث باقات ويسأل زميله", []float64{264.7, 276.0, 285.6, 233.3}},
	{"تجربة مجانية لمدة أسبوعين", []float64{170.6, 181.9, 187.7, 157.4}},
	{"مسؤول خدمة العملاء", []float64{132.0, 139.4, 148.8, 119.2}},
	{"ลูกค้าเปรียบเทียบสามแพ็กเกจและถามเพื่อนร่วมงาน", []float64{322.0, 344.1, 345.9}},
	{"ทดลองใช้ฟรีสองสัปดาห์", []float64{150.0, 160.2, 157.2}},
	{"顧客は三つのプランを比べる。", []float64{224.0}},
	{"客户比较三种套餐", []float64{128.0}},
	{"고객이 요금제를 비교합니다", []float64{183.8}},
}

func TestWidth_NearWhatABrowserMeasures(t *testing.T) {
	for _, c := range measured {
		got := svg.Width(c.text, 16)
		for _, w := range c.fonts {
			assert.InDelta(t, 1, got/w, 0.25, "%s: %.1f for %.1f", c.text, got, w)
		}
		assert.Greater(t, svg.Bound(c.text, 16), got)
	}
}

func TestWidth_OfMarksAndSteeringIsNothing(t *testing.T) {
	for _, pair := range [][2]string{
		{"cafe", "cafe\u0301"},
		{"กา", "ก่า"},
		{"محمد", "مُحَمَّد"},
		{"ab", "a\u200bb"},
		{"12 %", "\u206612 %\u2069"},
		{"x", "x\ufe0f"},
	} {
		assert.InDelta(t, svg.Width(pair[0], 16), svg.Width(pair[1], 16), 1e-9, "%q", pair[1])
	}
	for _, nothing := range []string{"", "\x01", "\u0301", "\u200b", "\u00ad"} {
		assert.Zero(t, svg.Width(nothing, 16), "%q", nothing)
	}
	assert.InDelta(t, 16, svg.Width("👍🏽", 16), 1e-9, "a tone of skin is no character")
	assert.InDelta(t, 32, svg.Width("顧客", 16), 1e-9)
	assert.InDelta(t, svg.Width("\U0001F1F8", 16), svg.Width("\U0001F1F8\U0001F1E6", 16), 1e-9, "a flag is one character")
	assert.InDelta(t, 16, svg.Width("\U0001F469\u200d\U0001F4BB", 16), 1e-9, "so is a joined emoji")
}
