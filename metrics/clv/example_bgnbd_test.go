package clv_test

import (
	"fmt"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// Published for the customers of CDNOW: 0.243, 4.414, 0.793 and 2.426. That
// their histories are coarsened to nineteen moves the estimates a little.
func ExampleFitBGNBD() {
	m := must(clv.FitBGNBD(slices.Values(cdnowCells), clv.FitOptions{}))
	for _, p := range m.Report().Rows() {
		fmt.Printf("%-5s %.3f [%.3f, %.3f]\n", p.Name, p.Value, p.Lo, p.Hi)
	}
	// Output:
	// r     0.267 [0.241, 0.296]
	// alpha 5.535 [4.726, 6.482]
	// a     0.603 [0.383, 0.949]
	// b     1.942 [1.112, 3.393]
}

// Two customers of equal age who last ordered on the same day: who ordered
// often and then fell silent is gone, who always ordered rarely may be there.
func ExampleBGNBD_PAlive() {
	for _, x := range []float64{1, 2, 5, 10, 20} {
		fmt.Printf("%.0f orders, none for 19 weeks: %.4f\n", x, cdnowBG.PAlive(x, 20, 39))
	}
	// Output:
	// 1 orders, none for 19 weeks: 0.5993
	// 2 orders, none for 19 weeks: 0.5429
	// 5 orders, none for 19 weeks: 0.2838
	// 10 orders, none for 19 weeks: 0.0381
	// 20 orders, none for 19 weeks: 0.0002
}

// Nobody ends between purchases, so without a repeat purchase PAlive is 1 for
// ever; later, only those who buy can have ended.
func ExampleBGNBD_PAliveAt() {
	fmt.Println(cdnowBG.PAlive(0, 0, 38.86))
	for _, t := range []float64{0, 13, 52} {
		fmt.Printf("in %2.0f weeks: %.3f\n", t, cdnowBG.PAliveAt(t, 2, 30.43, 38.86))
	}
	// Output:
	// 1
	// in  0 weeks: 0.727
	// in 13 weeks: 0.661
	// in 52 weeks: 0.532
}

// The increasing frequency paradox: of two customers silent for 19 weeks, the
// better one before is expected to order less.
func ExampleBGNBD_Conditional() {
	fmt.Printf("published example: %.3f\n", cdnowBG.Conditional(39, 2, 30.43, 38.86))
	fmt.Printf("10 orders, then silence: %.4f\n", cdnowBG.Conditional(52, 10, 20, 39))
	fmt.Printf("20 orders, then silence: %.4f\n", cdnowBG.Conditional(52, 20, 20, 39))
	// Output:
	// published example: 1.226
	// 10 orders, then silence: 0.3474
	// 20 orders, then silence: 0.0042
}

func ExampleBGNBD_ConditionalPMF() {
	left := 1.0
	for n := range 4 {
		p := cdnowBG.ConditionalPMF(39, float64(n), 2, 30.43, 38.86)
		left -= p
		fmt.Printf("%d orders in the next 39 weeks: %4.1f %%\n", n, 100*p)
	}
	fmt.Printf("more: %.1f %%\n", 100*left)
	// Output:
	// 0 orders in the next 39 weeks: 44.5 %
	// 1 orders in the next 39 weeks: 23.9 %
	// 2 orders in the next 39 weeks: 14.4 %
	// 3 orders in the next 39 weeks:  8.1 %
	// more: 9.0 %
}

// A new customer slows down on average, because some end.
func ExampleBGNBD_Expected() {
	for _, weeks := range []float64{1, 32, 52} {
		fmt.Printf("%.0f weeks: %.4f\n", weeks, cdnowBG.Expected(weeks))
	}
	// Output:
	// 1 weeks: 0.0533
	// 32 weeks: 1.0452
	// 52 weeks: 1.4461
}

// How many of a thousand new customers never come back within 39 weeks, and
// how many do once.
func ExampleBGNBD_PMF() {
	fmt.Printf("never %.0f, once %.0f\n", 1000*cdnowBG.PMF(39, 0), 1000*cdnowBG.PMF(39, 1))
	// Output:
	// never 574, once 199
}

// Not discounted, some parameters promise purchases without end; discounted,
// the number is finite.
func ExampleBGNBD_DERT() {
	fmt.Printf("%.2f\n", must(cdnowBG.DERT(0.0027, 2, 30.43, 38.86)))
	_, err := cdnowBG.DERT(0, 2, 30.43, 38.86)
	fmt.Println(err)
	// Output:
	// 5.16
	// clv: BG/NBD DERT: a 0.793: want more than 1 where delta is 0: the sum is infinite
}

func ExampleBGNBD_Discounted() {
	for _, years := range []float64{1, 3, 10, math.Inf(1)} {
		fmt.Printf("%.0f years: %.2f\n", years, must(cdnowBG.Discounted(aWeek, 52*years, 2, 30.43, 38.86)))
	}
	// Output:
	// 1 years: 1.46
	// 3 years: 2.99
	// 10 years: 4.67
	// +Inf years: 5.18
}

// Half of such customers order again within so many weeks; that nine in ten
// do is never reached, because more than a tenth have ended.
func ExampleBGNBD_NextPurchase() {
	for _, p := range []float64{0.25, 0.5, 0.9} {
		fmt.Printf("%.0f %%: %.1f weeks\n", 100*p, cdnowBG.NextPurchase(p, 2, 30.43, 38.86))
	}
	// Output:
	// 25 %: 9.0 weeks
	// 50 %: 29.5 weeks
	// 90 %: +Inf weeks
}

// Which of two parameter sets fits a customer better is a difference of log
// likelihoods, in the units of the data.
func ExampleBGNBD_LogLikelihood() {
	loyal := clv.BGNBD{R: 0.243, Alpha: 4.414, A: 0.2, B: 2.426}
	fmt.Printf("%.4f against %.4f\n", cdnowBG.LogLikelihood(2, 30.43, 38.86), loyal.LogLikelihood(2, 30.43, 38.86))
	// Output:
	// -9.4586 against -9.3323
}
