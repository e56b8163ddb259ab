package clv_test

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// The published parameters of the CDNOW customers, in weeks and dollars: Fader,
// Hardie and Lee (2005), Batislam, Denizel and Filiztekin (2007), BTYD's
// vignette, and the spend of Fader, Hardie and Lee (2005, JMR).
var (
	cdnowBG     = clv.BGNBD{R: 0.243, Alpha: 4.414, A: 0.793, B: 2.426}
	cdnowMBG    = clv.MBGNBD{R: 0.525, Alpha: 6.183, A: 0.891, B: 1.614}
	cdnowPareto = clv.ParetoNBD{R: 0.5534, Alpha: 10.5802, S: 0.6061, Beta: 11.6562}
	cdnowSpend  = clv.GammaGamma{P: 6.25, Q: 3.74, V: 15.44}
)

// giving are the published parameters of the donors below.
var giving = clv.BGBB{Alpha: 1.204, Beta: 0.750, Gamma: 0.657, Delta: 2.783}

// cdnowCells are the 2,357 customers of CDNOW in 39 weeks of 1997, coarsened to a
// few histories: repeat orders, and whether the last fell into the first,
// second or third part of a customer's time. The whole gives r 0.243, α 4.414,
// a 0.793, b 2.426 for BG/NBD, the published figures.
var cdnowCells = []clv.Cell{
	{T: 33, N: 1411},
	{X: 1, TX: 4, T: 33, N: 241},
	{X: 1, TX: 17, T: 33, N: 104},
	{X: 1, TX: 27, T: 32, N: 94},
	{X: 2, TX: 7, T: 32, N: 57},
	{X: 2, TX: 17, T: 33, N: 72},
	{X: 2, TX: 27, T: 32, N: 85},
	{X: 3, TX: 6, T: 32, N: 19},
	{X: 3, TX: 18, T: 33, N: 32},
	{X: 3, TX: 27, T: 32, N: 49},
	{X: 4, TX: 7, T: 35, N: 10},
	{X: 4, TX: 17, T: 33, N: 25},
	{X: 4, TX: 29, T: 33, N: 65},
	{X: 6, TX: 17, T: 32, N: 9},
	{X: 7, TX: 6, T: 34, N: 1},
	{X: 7, TX: 29, T: 33, N: 49},
	{X: 10, TX: 15, T: 32, N: 2},
	{X: 14, TX: 31, T: 34, N: 31},
	{X: 21, TX: 5, T: 29, N: 1},
}

// aWeek is a discount rate of 15 % a year, per week.
var aWeek = clv.Delta(0.15, calendar.UnitYear, calendar.UnitWeek)

// donors are the histories of 11,104 donors over six years: Fader, Hardie and
// Shang (2010), table 1.
var donors = []clv.Cell{
	{X: 6, TX: 6, T: 6, N: 1203},
	{X: 5, TX: 6, T: 6, N: 728},
	{X: 4, TX: 6, T: 6, N: 512},
	{X: 3, TX: 6, T: 6, N: 357},
	{X: 2, TX: 6, T: 6, N: 234},
	{X: 1, TX: 6, T: 6, N: 129},
	{X: 5, TX: 5, T: 6, N: 335},
	{X: 4, TX: 5, T: 6, N: 284},
	{X: 3, TX: 5, T: 6, N: 225},
	{X: 2, TX: 5, T: 6, N: 173},
	{X: 1, TX: 5, T: 6, N: 119},
	{X: 4, TX: 4, T: 6, N: 240},
	{X: 3, TX: 4, T: 6, N: 181},
	{X: 2, TX: 4, T: 6, N: 155},
	{X: 1, TX: 4, T: 6, N: 78},
	{X: 3, TX: 3, T: 6, N: 322},
	{X: 2, TX: 3, T: 6, N: 255},
	{X: 1, TX: 3, T: 6, N: 129},
	{X: 2, TX: 2, T: 6, N: 613},
	{X: 1, TX: 2, T: 6, N: 277},
	{X: 1, TX: 1, T: 6, N: 1091},
	{X: 0, TX: 0, T: 6, N: 3464},
}

// renewals is a cohort of a thousand of which the given percentages were left
// after the first, second, … renewal.
func renewals(percent ...float64) clv.Renewals {
	var c clv.Renewals
	before := 100.0
	for _, p := range percent {
		c.Lost = append(c.Lost, 10*(before-p))
		before = p
	}
	c.Active = 10 * before
	return c
}

// orders are a small shop's first half year: who bought when, for how much.
func orders() []clv.Transaction {
	var out []clv.Transaction
	for _, o := range []struct {
		customer string
		amount   int64
		days     []int
	}{
		{"ann", 20, []int{0, 9, 21, 30, 44, 61, 75, 90, 104}},
		{"bea", 35, []int{3, 17, 60}},
		{"cem", 15, []int{5}},
		{"dan", 50, []int{8, 11, 15, 19}},
		{"eva", 25, []int{12, 50, 99}},
		{"fay", 30, []int{14}},
		{"gus", 45, []int{20, 35}},
		{"hal", 10, []int{22}},
		{"ida", 60, []int{25, 31, 64, 88, 101}},
		{"jon", 20, []int{28}},
	} {
		for i, d := range o.days {
			at := time.Date(2026, time.January, 1+d, 0, 0, 0, 0, time.UTC)
			out = append(out, clv.Transaction{Customer: o.customer, At: at, Amount: decimal.NewFromInt(o.amount + int64(i%3))})
		}
	}
	return out
}

// must gives the value of a call that cannot fail in an example.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
