package journeymap

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// nbsp keeps a number and its unit together.
const nbsp = "\u00a0"

// sep stands between parts of an entry and stays with the part before it.
const sep = nbsp + "· "

// minus is the sign of negative numbers.
const minus = "\u2212"

// decimalText writes a number with at most places decimals and a real minus.
func decimalText(v float64, places int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	s := strconv.FormatFloat(v, 'f', places, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	return strings.Replace(svg.Thousands(s), "-", minus, 1)
}

// signed writes a number with its sign.
func signed(v float64, places int) string {
	s := decimalText(v, places)
	if v > 0 && s != "0" {
		s = "+" + s
	}
	return s
}

// percent writes a share: whole percent, or one decimal below ten.
func percent(r metrics.Ratio) string {
	for _, p := range []int32{3, 2} {
		v, ok := r.Decimal(p)
		if !ok {
			return "–"
		}
		f, _ := v.Float64()
		if p == 2 || math.Abs(f) < 0.1 {
			return decimalText(f*100, int(p)-2) + nbsp + "%"
		}
	}
	return "–"
}

// figure writes a value in the unit of its metric.
func figure(r metrics.Ratio, u metrics.Unit) string {
	if u == metrics.UnitShare || u == metrics.UnitFraction {
		return percent(r)
	}
	v, ok := r.Decimal(2)
	if !ok {
		return "–"
	}
	f, _ := v.Float64()
	return decimalText(f, 2)
}

func count(n int64) string {
	return strings.Replace(svg.Thousands(strconv.FormatInt(n, 10)), "-", minus, 1)
}

// duration writes a time in the largest unit that gives a number of at least
// one, with one decimal below ten.
func (w Words) duration(d Duration) string {
	span := time.Duration(d)
	for _, u := range []struct {
		size  time.Duration
		forms []string
	}{{day, w.Days}, {time.Hour, w.Hours}, {time.Minute, w.Minutes}} {
		if span < u.size && u.size > time.Minute {
			continue
		}
		v := float64(span) / float64(u.size)
		places := 0
		if v < 9.95 {
			places = 1
		}
		s := decimalText(v, places)
		whole := !strings.Contains(s, ".")
		return s + nbsp + unit(u.forms, int64(math.Round(v)), whole)
	}
	return ""
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// probability writes a p-value with its sign of equality.
func probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 0.001:
		return "<" + nbsp + "0.001"
	}
	return "=" + nbsp + strconv.FormatFloat(p, 'f', 3, 64)
}
