package clv_test

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// quarter is the shop's first quarter, April held out.
func quarter() *clv.Summary {
	return must(clv.Summarise(slices.Values(orders()), clv.SummaryOptions{
		Unit: calendar.UnitWeek, End: day(time.March, 31), Holdout: day(time.April, 30),
	}))
}

// A model is believed for what it says of a time it has not seen.
func ExampleValidate() {
	s := quarter()
	m := must(clv.FitMBGNBD(s.Histories(), clv.FitOptions{}))
	v := must(clv.Validate(m, s))
	fmt.Println(v)
	// Output:
	// MBG/NBD, 10 customers, 4.286 units ahead: expected 3.8, actual 4 (-3.9 %), MAE 0.310, RMSE 0.420, correlation 0.85, Brier 0.117
	//     0 repeats:      4 customers, actual 0.000, expected 0.161
	//     1 repeats:      2 customers, actual 0.500, expected 0.315
	//     2 repeats:      1 customers, actual 0.000, expected 0.493
	//     3 repeats:      2 customers, actual 0.500, expected 0.518
	//     6 repeats:      1 customers, actual 2.000, expected 1.042
}

// The points of the usual plot, a month apart; the last was not seen by the
// fit.
func ExampleSummary_Tracking() {
	s := quarter()
	m := must(clv.FitMBGNBD(s.Histories(), clv.FitOptions{}))
	for _, p := range must(s.Tracking(m, 4)) {
		fmt.Printf("%s actual %2.0f, expected %4.1f, held out %v\n", p.At.Format(time.DateOnly), p.Actual, p.Expected, p.Held)
	}
	// Output:
	// 2026-01-29 actual  6, expected  4.2, held out false
	// 2026-02-26 actual 11, expected 10.8, held out false
	// 2026-03-26 actual 15, expected 15.7, held out false
	// 2026-04-23 actual 20, expected 19.5, held out true
	// 2026-04-30 actual 20, expected 20.3, held out true
}

// Of the newsletter's readers half as many never came back. How much faster
// they buy, by the coefficient of the covariate.
func ExampleFitStaticBGNBD() {
	var cells []clv.CovariateCell
	for _, c := range cdnowCells {
		reader := c
		if c.X == 0 {
			reader.N /= 2
		}
		cells = append(cells, clv.CovariateCell{Cell: c, Rate: []float64{0}}, clv.CovariateCell{Cell: reader, Rate: []float64{1}})
	}
	m := must(clv.FitStaticBGNBD(slices.Values(cells), clv.CovariateOptions{RateNames: []string{"reader"}}))
	fmt.Printf("coefficient %.3f: %.2f times the rate\n", m.Rate[0], math.Exp(m.Rate[0]))
	// Output:
	// coefficient 0.465: 1.59 times the rate
}

func ExampleStaticBGNBD_For() {
	m := clv.StaticBGNBD{Base: cdnowBG, Rate: []float64{0.4}}
	reader := must(m.For([]float64{1}, nil))
	fmt.Printf("reader %.2f, others %.2f orders in a year\n", reader.Expected(52), cdnowBG.Expected(52))
	_, err := m.For(nil, nil)
	fmt.Println(err)
	// Output:
	// reader 1.85, others 1.45 orders in a year
	// clv: BG/NBD For: covariates 0 and 0: want 1 of the rate and 0 of the life
}

// Covariates of the life work through Beta: a positive one brings the end
// nearer.
func ExampleStaticParetoNBD_For() {
	m := clv.StaticParetoNBD{Base: cdnowPareto, Life: []float64{0.5}}
	for _, discount := range []float64{0, 1} {
		one := must(m.For(nil, []float64{discount}))
		fmt.Printf("came by a discount: %g, alive after two orders: %.3f\n", discount, one.PAlive(2, 30.43, 38.86))
	}
	// Output:
	// came by a discount: 0, alive after two orders: 0.869
	// came by a discount: 1, alive after two orders: 0.856
}
