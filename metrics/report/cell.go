package report

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// places is how many digits an amount of a currency has behind the point.
func places(c money.Currency) int32 {
	if n, ok := c.MinorUnits(); ok {
		return n
	}
	return 2
}

// amount writes exact money for people, rounded once, half even.
func amount(d decimal.Decimal, c money.Currency) string {
	return page.Plain(positiveZero(d.RoundBank(places(c)).StringFixed(places(c))))
}

// signedAmount is amount with its sign.
func signedAmount(d decimal.Decimal, c money.Currency) string {
	s := amount(d, c)
	if d.Sign() > 0 && strings.Trim(s, "0.") != "" {
		return "+" + s
	}
	return s
}

func positiveZero(s string) string {
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

func textCell(s string) Cell { return Cell{Text: s} }

func moneyCell(d decimal.Decimal, c money.Currency) Cell {
	plain := positiveZero(d.RoundBank(places(c)).StringFixed(places(c)))
	return Cell{Text: page.Plain(plain), Plain: plain, Number: true}
}

func countCell(n int64) Cell {
	plain := strconv.FormatInt(n, 10)
	return Cell{Text: page.Plain(plain), Plain: plain, Number: true}
}

// shareCell is a ratio in percent with one digit, and as a fraction with three;
// undefined it is a dash, and no number.
func shareCell(r metrics.Ratio) Cell {
	v, ok := r.Decimal(3)
	if !ok {
		return Cell{Text: page.None, Number: true}
	}
	return Cell{Text: page.Plain(positiveZero(v.Shift(2).StringFixed(1))) + page.NBSP + "%", Plain: positiveZero(v.StringFixed(3)), Number: true}
}

// ratioCell is a ratio as a number.
func ratioCell(r metrics.Ratio, places int32) Cell {
	v, ok := r.Decimal(places)
	if !ok {
		return Cell{Text: page.None, Number: true}
	}
	plain := positiveZero(v.StringFixed(places))
	return Cell{Text: page.Plain(plain), Plain: plain, Number: true}
}

// floatCell is an estimate; what is not finite is a dash.
func floatCell(v float64, places int) Cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Cell{Text: page.None, Number: true}
	}
	plain := positiveZero(strconv.FormatFloat(v, 'f', places, 64))
	return Cell{Text: page.Plain(plain), Plain: plain, Number: true}
}

// percentCell is an estimated share in percent, and as a fraction.
func percentCell(v float64) Cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Cell{Text: page.None, Number: true}
	}
	return Cell{Text: page.Plain(positiveZero(strconv.FormatFloat(v*100, 'f', 1, 64))) + page.NBSP + "%", Plain: positiveZero(strconv.FormatFloat(v, 'f', 4, 64)), Number: true}
}

// durationCell is a time in days for people, and in seconds.
func durationCell(d time.Duration) Cell {
	return Cell{Text: duration(d), Plain: strconv.FormatInt(int64(d/time.Second), 10), Number: true}
}

// duration writes a time in the largest of d, h, min and s that gives one.
func duration(d time.Duration) string {
	for _, u := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if d >= u.size || u.name == "s" {
			v := float64(d) / float64(u.size)
			places := 0
			if v < 9.95 {
				places = 1
			}
			return page.Decimal(v, places) + page.NBSP + u.name
		}
	}
	return ""
}

// date writes an instant as its day.
func date(t time.Time) Cell { return textCell(page.Date(t)) }

func float(d decimal.Decimal) float64 {
	f, _ := d.Float64()
	return f
}

const nbsp = page.NBSP

// minus is a number with a real minus.
func minus(s string) string { return strings.Replace(s, "-", page.Minus, 1) }

// trimZeros takes from the numbers of each column the last decimals that are
// zero in all of them; shares and amounts of a currency keep theirs.
func trimZeros(t Table) {
	for c := range t.Columns {
		keep := 0
		for _, row := range t.Rows {
			if _, decimals, ok := strings.Cut(row[c].Plain, "."); ok {
				keep = max(keep, len(strings.TrimRight(decimals, "0")))
			}
		}
		for _, row := range t.Rows {
			cell := &row[c]
			whole, decimals, ok := strings.Cut(cell.Plain, ".")
			if !ok || cell.Text != page.Plain(cell.Plain) {
				continue
			}
			if cell.Plain = whole; keep > 0 {
				cell.Plain += "." + decimals[:min(keep, len(decimals))]
			}
			cell.Text = page.Plain(cell.Plain)
		}
	}
}
