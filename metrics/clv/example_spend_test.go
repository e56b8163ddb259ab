package clv_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// 15 % a year is 0.27 % a week: the discount the papers on CDNOW use.
func ExampleDelta() {
	fmt.Printf("%.5f\n", clv.Delta(0.15, calendar.UnitYear, calendar.UnitWeek))
	// Output:
	// 0.00268
}

// A single large order says little about the next one; forty say nearly all.
func ExampleGammaGamma_Expected() {
	for _, orders := range []float64{0, 1, 5, 40} {
		fmt.Printf("%.0f orders of 100 USD: %.2f USD expected\n", orders, cdnowSpend.Expected(orders, 100))
	}
	// Output:
	// 0 orders of 100 USD: 35.22 USD expected
	// 1 orders of 100 USD: 80.26 USD expected
	// 5 orders of 100 USD: 94.78 USD expected
	// 40 orders of 100 USD: 99.30 USD expected
}

// Where orders of a customer are alike and customers differ, one customer's
// mean of 100 USD is more likely over one order than over ten.
func ExampleGammaGamma_LogLikelihood() {
	fmt.Printf("%.3f against %.3f\n", cdnowSpend.LogLikelihood(1, 100), cdnowSpend.LogLikelihood(10, 100))
	// Output:
	// -6.942 against -7.148
}

func ExampleFitGammaGamma() {
	s := must(clv.Summarise(slices.Values(orders()), clv.SummaryOptions{Unit: calendar.UnitWeek}))
	m := must(clv.FitGammaGamma(s.Spends(), clv.FitOptions{}))
	fmt.Printf("mean %.2f\n", must(m.Mean()))
	for _, d := range m.Report().Diagnoses {
		fmt.Println(d)
	}
	// Output:
	// mean 40.86
	// clv: Gamma-Gamma: 6 customers with a repeat transaction, want at least 30 for ten a parameter: standard errors are not to be trusted
	// clv: Gamma-Gamma: p runs to infinity, stopped at 1e+07: the data do not need it, predictions are those of the limit
	// clv: Gamma-Gamma: number of transactions and mean spend are correlated, -0.36: the model assumes they are not, values are biased
}

// Two customers of the shop, worth next year: of every sale 40 % is kept.
func ExampleValue() {
	end := time.Date(2026, time.April, 30, 0, 0, 0, 0, time.UTC)
	s := must(clv.Summarise(slices.Values(orders()), clv.SummaryOptions{Unit: calendar.UnitWeek, End: end}))
	m, g := must(clv.FitMBGNBD(s.Histories(), clv.FitOptions{})), must(clv.FitGammaGamma(s.Spends(), clv.FitOptions{}))
	for _, c := range s.Customers[:2] {
		v := must(clv.Value(*m, *g, c, clv.ValueOptions{Delta: aWeek, Horizon: 52, Margin: 0.4}))
		fmt.Printf("%s %.0f\n", c.ID, v.Value)
	}
	// Output:
	// ann 89
	// bea 30
}
