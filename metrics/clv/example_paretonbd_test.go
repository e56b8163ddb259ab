package clv_test

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// Published for the customers of CDNOW: r 0.553, α 10.578, s 0.606, β 11.669.
// Their histories are coarsened here, and s and β are loose, as their errors
// say.
func ExampleFitParetoNBD() {
	m := must(clv.FitParetoNBD(slices.Values(cdnowCells), clv.FitOptions{}))
	for _, p := range m.Report().Rows() {
		fmt.Printf("%-5s %6.3f ± %.3f\n", p.Name, p.Value, p.SE)
	}
	// Output:
	// r      0.528 ± 0.042
	// alpha 11.090 ± 0.840
	// s      1.438 ± 1.028
	// beta  45.157 ± 40.636
}

// Silence weighs the more the more often a customer bought before.
func ExampleParetoNBD_PAlive() {
	fmt.Printf("26 orders, the last 1 day ago:   %.4f\n", cdnowPareto.PAlive(26, 30.86, 31))
	fmt.Printf("26 orders, the last 8 weeks ago: %.4f\n", cdnowPareto.PAlive(26, 30.86, 39))
	fmt.Printf(" 2 orders, the last 8 weeks ago: %.4f\n", cdnowPareto.PAlive(2, 30.43, 38.86))
	// Output:
	// 26 orders, the last 1 day ago:   0.9979
	// 26 orders, the last 8 weeks ago: 0.2623
	//  2 orders, the last 8 weeks ago: 0.8691
}

// Customers end at any moment, so every week takes its share.
func ExampleParetoNBD_PAliveAt() {
	for _, weeks := range []float64{0, 26, 52, 104} {
		fmt.Printf("in %3.0f weeks %.3f\n", weeks, cdnowPareto.PAliveAt(weeks, 2, 30.43, 38.86))
	}
	// Output:
	// in   0 weeks 0.869
	// in  26 weeks 0.676
	// in  52 weeks 0.566
	// in 104 weeks 0.441
}

// Orders in the coming year of one of the best customers; from the parameters
// before rounding BTYD gives 25.46.
func ExampleParetoNBD_Conditional() {
	fmt.Printf("%.2f\n", cdnowPareto.Conditional(52, 26, 30+6.0/7, 31))
	// Output:
	// 25.45
}

// The chance that a customer orders twice or more until the year is out.
func ExampleParetoNBD_ConditionalPMF() {
	p0, p1 := cdnowPareto.ConditionalPMF(39, 0, 2, 30.43, 38.86), cdnowPareto.ConditionalPMF(39, 1, 2, 30.43, 38.86)
	fmt.Printf("%.1f %%\n", 100*(1-p0-p1))
	// Output:
	// 37.3 %
}

func ExampleParetoNBD_Expected() {
	first, second := cdnowPareto.Expected(52), cdnowPareto.Expected(104)-cdnowPareto.Expected(52)
	fmt.Printf("first year %.3f, second %.3f\n", first, second)
	// Output:
	// first year 1.473, second 0.801
}

func ExampleParetoNBD_PMF() {
	fmt.Printf("none %.4f, one %.4f in 39 weeks\n", cdnowPareto.PMF(39, 0), cdnowPareto.PMF(39, 1))
	// Output:
	// none 0.5936, one 0.1656 in 39 weeks
}

// BTYD's example: of customers who last ordered in week 30 of 78, those with
// three orders have the most still to come.
func ExampleParetoNBD_DERT() {
	m := clv.ParetoNBD{R: 0.5629966, Alpha: 12.559037, S: 0.4081095, Beta: 10.5148048}
	for _, x := range []float64{1, 3, 4, 6, 8, 10} {
		fmt.Printf("%.0f orders: %.4f\n", x, must(m.DERT(0.0027, x, 30, 77.86)))
	}
	// Output:
	// 1 orders: 2.1992
	// 3 orders: 2.8671
	// 4 orders: 2.4454
	// 6 orders: 1.2624
	// 8 orders: 0.4948
	// 10 orders: 0.1679
}

// Money: the discounted orders of a year times the spend expected of one.
func ExampleParetoNBD_Discounted() {
	orders := must(cdnowPareto.Discounted(aWeek, 52, 2, 30.43, 38.86))
	each := cdnowSpend.Expected(2, 22.35)
	fmt.Printf("%.3f orders × %.2f USD = %.2f USD\n", orders, each, orders*each)
	// Output:
	// 1.736 orders × 24.66 USD = 42.82 USD
}

func ExampleParetoNBD_NextPurchase() {
	for _, p := range []float64{0.25, 0.5, 0.75} {
		fmt.Printf("%.0f %% within %.1f weeks\n", 100*p, cdnowPareto.NextPurchase(p, 2, 30.43, 38.86))
	}
	// Output:
	// 25 % within 7.4 weeks
	// 50 % within 23.8 weeks
	// 75 % within +Inf weeks
}

// Many orders in little time underflow in programs that add before they take
// the logarithm.
func ExampleParetoNBD_LogLikelihood() {
	fmt.Printf("%.4f\n", cdnowPareto.LogLikelihood(2, 30.43, 38.86))
	fmt.Printf("%.4f\n", cdnowPareto.LogLikelihood(400, 5, 37))
	// Output:
	// -9.5545
	// 891.9580
}
