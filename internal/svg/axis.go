package svg

import (
	"math"
	"strconv"
)

// Axis is a scale with its ticks.
type Axis struct {
	Lo, Hi float64
	Step   float64
	// Ticks are multiples of Step from Lo to Hi.
	Ticks []float64
	// Places is how many decimals a tick needs.
	Places int
}

// maxTicks bounds what a caller may ask for.
const maxTicks = 100

// NewAxis makes a scale over a range with about n ticks whose step is 1, 2 or 5
// times a power of ten. Lo and Hi are widened to ticks, so that the range lies
// within. A range of nothing becomes one around it; what is not finite is a
// scale from 0 to 1.
func NewAxis(lo, hi float64, n int) Axis {
	n = min(max(n, 1), maxTicks)
	if math.IsNaN(lo) || math.IsInf(lo, 0) || math.IsNaN(hi) || math.IsInf(hi, 0) || math.IsInf(hi-lo, 0) {
		lo, hi = 0, 1
	}
	if lo > hi {
		lo, hi = hi, lo
	}
	// What is nearly the smallest of all numbers has no digits to step by.
	if math.Abs(lo) < tiny {
		lo = 0
	}
	if math.Abs(hi) < tiny {
		hi = 0
	}
	// A span that is nothing beside the values would ask for a step too small to add.
	if span := math.Max(math.Abs(lo), math.Abs(hi)); hi-lo <= span*1e-12 {
		if span == 0 {
			hi = 1
		} else {
			lo, hi = lo-span/2, hi+span/2
		}
	}
	a := Axis{Step: niceStep((hi - lo) / float64(n))}
	first, last := math.Floor(lo/a.Step+1e-9), math.Ceil(hi/a.Step-1e-9)
	a.Places = max(0, -int(math.Floor(math.Log10(a.Step)+1e-9)))
	for k := first; k <= last; k++ {
		a.Ticks = append(a.Ticks, a.tick(k))
	}
	a.Lo, a.Hi = a.Ticks[0], a.Ticks[len(a.Ticks)-1]
	return a
}

// tick is the k-th multiple of the step, rounded to the nearest decimal that
// its label shows.
func (a Axis) tick(k float64) float64 {
	v := k * a.Step
	if a.Places > 0 && a.Places < 300 {
		if r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', a.Places, 64), 64); err == nil {
			v = r
		}
	}
	return v + 0 // no negative zero
}

const tiny = 1e-200

// niceStep is the smallest of 1, 2, 5 times a power of ten that is not below v.
func niceStep(v float64) float64 {
	e := int(math.Floor(math.Log10(v)))
	for _, m := range [...]float64{1, 2, 5, 10} {
		step := pow10(m, e)
		if step >= v*(1-1e-9) {
			return step
		}
	}
	return pow10(1, e+1)
}

func pow10(m float64, e int) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(m, 'f', 0, 64)+"e"+strconv.Itoa(e), 64) // the nearest float, unlike a product
	return v
}

// Label writes a tick with the decimals of the axis and narrow spaces between
// thousands; what has many digits, with an exponent.
func (a Axis) Label(v float64) string {
	if a.Places > 9 || math.Abs(v) >= 1e12 {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return Thousands(strconv.FormatFloat(v, 'f', a.Places, 64))
}

// Thousands puts narrow no-break spaces between groups of three digits of a
// decimal number of five digits or more before the point.
func Thousands(s string) string {
	start := 0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		start = 1
	}
	end := start
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end-start < 5 {
		return s
	}
	out := make([]byte, 0, len(s)+8)
	out = append(out, s[:start]...)
	for i := start; i < end; i++ {
		if i > start && (end-i)%3 == 0 {
			out = append(out, "\u202f"...)
		}
		out = append(out, s[i])
	}
	return string(append(out, s[end:]...))
}

// Place returns where a value stands between from and to; from may lie beyond
// to, as it does on an axis that goes up.
func (a Axis) Place(v, from, to float64) float64 {
	return from + float64((to-from)*((v-a.Lo)/(a.Hi-a.Lo)))
}

// Thin returns every how many labels may be shown so that none touches the
// next: labels are in style t, step apart, with a gap between.
func Thin(labels []string, step, gap float64, t TextStyle) int {
	widest := 0.0
	for _, l := range labels {
		widest = math.Max(widest, Bound(l, t.em()))
	}
	if step <= 0 || len(labels) == 0 {
		return 1
	}
	n := math.Ceil((widest + gap) / step)
	if !(n >= 1) {
		return 1
	}
	return int(math.Min(n, float64(len(labels))))
}
