package svg_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/svg"
)

func TestNewAxis(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		n      int
		want   string
	}{
		{0, 100, 5, "0 20 40 60 80 100"},
		{0, 97, 5, "0 20 40 60 80 100"},
		{-1250, 480, 4, "-1500 -1000 -500 0 500"},
		{0, 0.3, 3, "0.0 0.1 0.2 0.3"},
		{0.17, 0.23, 3, "0.16 0.18 0.20 0.22 0.24"},
		{5, 5, 2, "0 5 10"},
		{0, 0, 2, "0.0 0.5 1.0"},
		{3, 1, 2, "1 2 3"},
		{0, 123456, 3, "0 50\u202f000 100\u202f000 150\u202f000"},
		{math.NaN(), 1, 2, "0.0 0.5 1.0"},
		{0, math.Inf(1), 2, "0.0 0.5 1.0"},
		{-math.MaxFloat64, math.MaxFloat64, 2, "0.0 0.5 1.0"},
		{0, 10, 0, "0 10"},
	} {
		a := svg.NewAxis(c.lo, c.hi, c.n)
		var got []string
		for _, v := range a.Ticks {
			got = append(got, a.Label(v))
		}
		assert.Equal(t, c.want, strings.Join(got, " "), "%v to %v", c.lo, c.hi)
	}
}

func TestLaw_AxisHoldsItsRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e12, 1e12).Draw(t, "lo") * math.Pow(10, float64(rapid.IntRange(-20, 0).Draw(t, "scale")))
		hi := lo + math.Abs(rapid.Float64Range(0, 1e9).Draw(t, "span")*math.Abs(lo)/1e6)
		n := rapid.IntRange(1, 12).Draw(t, "n")
		a := svg.NewAxis(lo, hi, n)
		slack := a.Step*1e-6 + 0x1p-50*math.Abs(lo) + 1e-200 // what is below it, or within the last digits of its ends, is nothing
		assert.LessOrEqual(t, a.Lo, lo+slack)
		assert.GreaterOrEqual(t, a.Hi, hi-slack)
		assert.LessOrEqual(t, len(a.Ticks), n+3)
		assert.GreaterOrEqual(t, len(a.Ticks), 2)
		mantissa := strings.TrimRight(strings.Split(strconv.FormatFloat(a.Step, 'e', 6, 64), "e")[0], ".0")
		assert.Contains(t, []string{"1", "2", "5"}, mantissa)
		for i := 1; i < len(a.Ticks); i++ {
			assert.InDelta(t, a.Step, a.Ticks[i]-a.Ticks[i-1], a.Step*1e-3+0x1p-51*math.Abs(a.Ticks[i]))
			assert.NotEqual(t, a.Label(a.Ticks[i]), a.Label(a.Ticks[i-1]), "labels differ")
		}
		assert.InDelta(t, 300, a.Place(a.Lo, 300, 10), 1e-9)
		assert.InDelta(t, 10, a.Place(a.Hi, 300, 10), 1e-9)
	})
}

func TestThousands(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "1234": "1234", "12345": "12 345", "-1234567.25": "-1 234 567.25", "+100000": "+100 000", "0.123456": "0.123456",
	} {
		assert.Equal(t, strings.ReplaceAll(want, " ", "\u202f"), svg.Thousands(in))
	}
}

func TestThin(t *testing.T) {
	labels := []string{"January", "February", "March"}
	widest := svg.Bound("February", 12)
	assert.Equal(t, 1, svg.Thin(labels, widest+8, 8, svg.TextStyle{}))
	assert.Equal(t, 2, svg.Thin(labels, widest+7.9, 8, svg.TextStyle{}))
	assert.Equal(t, 3, svg.Thin(labels, 1, 8, svg.TextStyle{}), "never more than there are")
	assert.Equal(t, 1, svg.Thin(nil, 10, 8, svg.TextStyle{}))
	assert.Equal(t, 1, svg.Thin(labels, 0, 8, svg.TextStyle{}))
}

func d(path svg.Path) string {
	p := svg.New(svg.Options{})
	p.Path(path, svg.Curve, svg.Stroke{})
	out := string(p.Bytes())
	_, rest, ok := strings.Cut(out, ` d="`)
	if !ok {
		return ""
	}
	s, _, _ := strings.Cut(rest, `"`)
	return s
}

func TestPaths(t *testing.T) {
	nan := math.NaN()
	points := []svg.Point{{X: 0, Y: 10}, {X: 10, Y: 20}, {X: 20, Y: nan}, {X: 30, Y: 5}, {X: 40, Y: 6}}
	assert.Equal(t, "M0 10L10 20M30 5L40 6", d(svg.Straight(points)))
	assert.Equal(t, "M0 10L10 10L10 20M30 5L40 5L40 6", d(svg.Steps(points)))
	assert.Equal(t, "M0 10C5 10 5 20 10 20M30 5C35 5 35 6 40 6", d(svg.Smooth(points)))
	assert.Empty(t, d(svg.Smooth(nil)))
	up, low := []svg.Point{{X: 0, Y: 1}, {X: 2, Y: 1}}, []svg.Point{{X: 0, Y: 3}, {X: 2, Y: 4}}
	assert.Equal(t, "M0 1L2 1L2 4L0 3Z", d(svg.Band(up, low, false)))
	assert.Equal(t, "M0 1L2 1L2 1L2 4L2 3L0 3Z", d(svg.Band(up, low, true)))
	assert.Empty(t, d(svg.Band(up, low[:1], false)))
	assert.Empty(t, d(svg.Band(points, points, false)))
}

func TestLaw_SmoothNeverOvershoots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y0, y1 := rapid.Float64Range(0, 100).Draw(t, "y0"), rapid.Float64Range(0, 100).Draw(t, "y1")
		parts := strings.Fields(strings.NewReplacer("M", " ", "C", " ").Replace(d(svg.Smooth([]svg.Point{{X: 0, Y: y0}, {X: 10, Y: y1}}))))
		var v [8]float64
		for i := range v {
			v[i], _ = strconv.ParseFloat(parts[i], 64)
		}
		for k := range 101 { // the curve itself, by de Casteljau's formula
			s := float64(k) / 100
			y := (1-s)*(1-s)*(1-s)*v[1] + 3*s*(1-s)*(1-s)*v[3] + 3*s*s*(1-s)*v[5] + s*s*s*v[7]
			assert.GreaterOrEqual(t, y, math.Min(v[1], v[7])-1e-9)
			assert.LessOrEqual(t, y, math.Max(v[1], v[7])+1e-9)
		}
	})
}

func TestSpark(t *testing.T) {
	box := svg.Box{X: 10, Y: 20, W: 100, H: 30}
	line, last, ok := svg.Spark([]float64{1, 3, 2}, box)
	assert.True(t, ok)
	assert.Equal(t, svg.Point{X: 110, Y: 35}, last)
	assert.Equal(t, "M10 50L60 20L110 35", d(line))
	line, _, _ = svg.Spark([]float64{7, 7}, box)
	assert.Equal(t, "M10 35L110 35", d(line), "a constant stands in the middle")
	_, last, ok = svg.Spark([]float64{7, math.NaN()}, box)
	assert.True(t, ok)
	assert.Equal(t, svg.Point{X: 10, Y: 35}, last)
	line, _, _ = svg.Spark([]float64{-math.MaxFloat64, math.MaxFloat64}, box)
	assert.Equal(t, "M10 50L110 20", d(line))
	_, _, ok = svg.Spark([]float64{math.NaN(), math.Inf(1)}, box)
	assert.False(t, ok)
	_, _, ok = svg.Spark(nil, box)
	assert.False(t, ok)
}
