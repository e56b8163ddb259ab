package main

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// What cells without a number hold: nothing happened, and no such rate.
const (
	nothing   = "·"
	undefined = "–"
)

// grid is a table of cells: the first column is aligned left, the others right.
type grid [][]string

// wide and narrow are the gaps between columns.
const (
	wide   = "  "
	narrow = " "
)

// rule is a row that becomes a line across the table.
var rule []string

// left aligns the last column to the left, by making its cells equally wide.
func (g grid) left() {
	widest := 0
	for _, row := range g {
		widest = max(widest, utf8.RuneCountInString(row[len(row)-1]))
	}
	for _, row := range g {
		last := &row[len(row)-1]
		*last += strings.Repeat(" ", widest-utf8.RuneCountInString(*last))
	}
}

func (g grid) write(out *bytes.Buffer, gap string) {
	var widths []int
	for _, row := range g {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	total := len(gap) * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for _, row := range g {
		if row == nil {
			out.WriteString(strings.Repeat("─", total) + "\n")
			continue
		}
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line.WriteString(cell + pad)
			} else {
				line.WriteString(gap + pad + cell)
			}
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// amount prints money with the printer's places and separated thousands.
func (p *printer) amount(d decimal.Decimal) string {
	d = d.RoundBank(p.places)
	if d.IsZero() {
		return nothing
	}
	return thousands(d.StringFixedBank(p.places))
}

// signed is amount with a plus sign.
func (p *printer) signed(d decimal.Decimal) string {
	s := p.amount(d)
	if d.IsPositive() && s != nothing {
		return "+" + s
	}
	return s
}

// thousands puts a comma before every third digit left of the point.
func thousands(s string) string {
	digits, point, found := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if found {
		digits += "." + point
	}
	return sign + digits
}

// average prints a ratio that is an amount of money.
func average(r metrics.Ratio) string {
	v, ok := r.Decimal(2)
	if !ok {
		return undefined
	}
	return thousands(v.StringFixed(2))
}

func percent(r metrics.Ratio) string {
	if !r.Defined() {
		return undefined
	}
	return r.Percent(1)
}

func multiple(r metrics.Ratio) string {
	v, ok := r.Decimal(1)
	if !ok {
		return undefined
	}
	return v.StringFixed(1)
}

func count(n int64) string {
	if n == 0 {
		return nothing
	}
	return thousands(decimal.NewFromInt(n).String())
}
