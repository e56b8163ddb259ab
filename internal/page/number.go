package page

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// NBSP keeps a number and its unit together.
const NBSP = "\u00a0"

// Sep stands between parts of an entry and stays with the part before it.
const Sep = NBSP + "· "

// Minus is the sign of negative numbers.
const Minus = "\u2212"

// None stands where there is no number.
const None = "–"

// Decimal writes a number with at most places decimals and a real minus.
func Decimal(v float64, places int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return None
	}
	s := strconv.FormatFloat(v, 'f', places, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	return Plain(s)
}

// Plain is a number in digits, as a program writes it, for people: groups of
// thousands, a real minus.
func Plain(digits string) string {
	return strings.Replace(svg.Thousands(digits), "-", Minus, 1)
}

// Signed writes a number with its sign.
func Signed(v float64, places int) string {
	s := Decimal(v, places)
	if v > 0 && s != "0" {
		s = "+" + s
	}
	return s
}

// Percent writes a share: whole percent, or one decimal below ten.
func Percent(r metrics.Ratio) string {
	for _, p := range []int32{3, 2} {
		v, ok := r.Decimal(p)
		if !ok {
			return None
		}
		f, _ := v.Float64()
		if p == 2 || math.Abs(f) < 0.1 {
			return Decimal(f*100, int(p)-2) + NBSP + "%"
		}
	}
	return None
}

// Count writes a count.
func Count(n int64) string { return Plain(strconv.FormatInt(n, 10)) }

// Points writes a difference of shares in percentage points.
func Points(v float64) string { return Signed(v*100, 1) + NBSP + "%" }

// Date writes a day, nothing for the zero time.
func Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Probability writes a p-value with its sign of equality.
func Probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return None
	case p < 0.001:
		return "<" + NBSP + "0.001"
	}
	return "=" + NBSP + strconv.FormatFloat(p, 'f', 3, 64)
}
