package clv_test

import "fmt"

// Beside BG/NBD: here a customer may end right after the first purchase, so
// that one who never came back is probably gone.
func ExampleMBGNBD_PAlive() {
	fmt.Printf("never came back: %.3f, BG/NBD says %.0f\n", cdnowMBG.PAlive(0, 0, 38.86), cdnowBG.PAlive(0, 0, 38.86))
	fmt.Printf("came twice:      %.3f, BG/NBD says %.3f\n", cdnowMBG.PAlive(2, 30.43, 38.86), cdnowBG.PAlive(2, 30.43, 38.86))
	// Output:
	// never came back: 0.390, BG/NBD says 1
	// came twice:      0.706, BG/NBD says 0.727
}

func ExampleMBGNBD_PAliveAt() {
	fmt.Printf("today %.3f, a year on %.3f\n", cdnowMBG.PAliveAt(0, 2, 30.43, 38.86), cdnowMBG.PAliveAt(52, 2, 30.43, 38.86))
	// Output:
	// today 0.706, a year on 0.493
}

// The next 39 weeks of three customers of CDNOW.
func ExampleMBGNBD_Conditional() {
	fmt.Printf("none so far:          %.4f\n", cdnowMBG.Conditional(39, 0, 0, 38.86))
	fmt.Printf("one, early:           %.4f\n", cdnowMBG.Conditional(39, 1, 1.71, 38.86))
	fmt.Printf("two, the last lately: %.4f\n", cdnowMBG.Conditional(39, 2, 30.43, 38.86))
	// Output:
	// none so far:          0.1540
	// one, early:           0.1888
	// two, the last lately: 1.2630
}

// The share of customers worth a reminder: those with two orders who will not
// order by themselves within a quarter.
func ExampleMBGNBD_ConditionalPMF() {
	fmt.Printf("%.1f %% silent for 13 weeks\n", 100*cdnowMBG.ConditionalPMF(13, 0, 2, 30.43, 38.86))
	// Output:
	// 66.6 % silent for 13 weeks
}

func ExampleMBGNBD_Expected() {
	fmt.Printf("a new customer orders %.2f times in 32 weeks, %.2f times in 78\n", cdnowMBG.Expected(32), cdnowMBG.Expected(78))
	// Output:
	// a new customer orders 1.04 times in 32 weeks, 1.80 times in 78
}

func ExampleMBGNBD_PMF() {
	some := 1 - cdnowMBG.PMF(39, 0)
	fmt.Printf("%.1f %% come back within 39 weeks, %.1f %% more than once\n", 100*some, 100*(some-cdnowMBG.PMF(39, 1)))
	// Output:
	// 41.8 % come back within 39 weeks, 23.5 % more than once
}

func ExampleMBGNBD_DERT() {
	fmt.Printf("never came back: %.3f orders, came twice: %.3f\n", must(cdnowMBG.DERT(aWeek, 0, 0, 38.86)), must(cdnowMBG.DERT(aWeek, 2, 30.43, 38.86)))
	// Output:
	// never came back: 0.726 orders, came twice: 4.932
}

// What a payback rule of one year sees of all that is to come.
func ExampleMBGNBD_Discounted() {
	year, all := must(cdnowMBG.Discounted(aWeek, 52, 2, 30.43, 38.86)), must(cdnowMBG.DERT(aWeek, 2, 30.43, 38.86))
	fmt.Printf("%.2f of %.2f orders\n", year, all)
	// Output:
	// 1.50 of 4.93 orders
}

// When to write to whom: after the time by which three in ten would have come
// back without a letter.
func ExampleMBGNBD_NextPurchase() {
	fmt.Printf("two orders, the last lately: %.1f weeks\n", cdnowMBG.NextPurchase(0.3, 2, 30.43, 38.86))
	fmt.Printf("26 orders, the last lately:  %.1f weeks\n", cdnowMBG.NextPurchase(0.3, 26, 30.86, 31))
	fmt.Printf("one, long ago:               %.1f weeks\n", cdnowMBG.NextPurchase(0.3, 1, 1.71, 38.86))
	// Output:
	// two orders, the last lately: 11.0 weeks
	// 26 orders, the last lately:  0.5 weeks
	// one, long ago:               +Inf weeks
}

// On the CDNOW customers the two models are almost equally likely.
func ExampleMBGNBD_LogLikelihood() {
	var modified, plain float64
	for _, c := range cdnowCells {
		modified += float64(float64(c.N) * cdnowMBG.LogLikelihood(c.X, c.TX, c.T))
		plain += float64(float64(c.N) * cdnowBG.LogLikelihood(c.X, c.TX, c.T))
	}
	fmt.Printf("MBG/NBD %.0f, BG/NBD %.0f\n", modified, plain)
	// Output:
	// MBG/NBD -9616, BG/NBD -9620
}
