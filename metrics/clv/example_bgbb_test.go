package clv_test

import "fmt"

// When the last gift came says more than how many there were.
func ExampleBGBB_PAlive() {
	fmt.Printf("five gifts, then none: %.3f\n", giving.PAlive(5, 5, 6))
	fmt.Printf("one gift, in year six: %.3f\n", giving.PAlive(1, 6, 6))
	// Output:
	// five gifts, then none: 0.522
	// one gift, in year six: 0.930
}

func ExampleBGBB_PAliveAt() {
	for _, year := range []float64{1, 2, 5, 10} {
		fmt.Printf("in year %.0f: %.3f\n", 6+year, giving.PAliveAt(year, 6, 6, 6))
	}
	// Output:
	// in year 7: 0.930
	// in year 8: 0.872
	// in year 11: 0.740
	// in year 16: 0.603
}

// Fader, Hardie and Shang's point: gifts expected in five years depend on when
// the last was, and then on how many there were.
func ExampleBGBB_Conditional() {
	for _, last := range []float64{6, 5, 4} {
		fmt.Printf("4 gifts, the last in year %.0f: %.2f\n", last, giving.Conditional(5, 4, last, 6))
	}
	// Output:
	// 4 gifts, the last in year 6: 2.71
	// 4 gifts, the last in year 5: 2.03
	// 4 gifts, the last in year 4: 0.58
}

func ExampleBGBB_ConditionalPMF() {
	for n := range 6 {
		fmt.Printf("%d of the next 5 years: %4.1f %%\n", n, 100*giving.ConditionalPMF(5, float64(n), 6, 6, 6))
	}
	// Output:
	// 0 of the next 5 years:  7.7 %
	// 1 of the next 5 years:  6.7 %
	// 2 of the next 5 years:  6.9 %
	// 3 of the next 5 years:  9.8 %
	// 4 of the next 5 years: 19.3 %
	// 5 of the next 5 years: 49.6 %
}

// Published by Hardie, from the parameters before rounding: 0.4985, 0.9233,
// 1.2969.
func ExampleBGBB_Expected() {
	for _, years := range []float64{1, 2, 3} {
		fmt.Printf("%.4f\n", giving.Expected(years))
	}
	// Output:
	// 0.4985
	// 0.9232
	// 1.2966
}

// Beside the cells the model was fitted to: 3,464 donors never gave again,
// 1,203 gave every year.
func ExampleBGBB_PMF() {
	fmt.Printf("never %.0f, every year %.0f of 11104\n", 11104*giving.PMF(6, 0), 11104*giving.PMF(6, 6))
	// Output:
	// never 3456, every year 1252 of 11104
}

// Gifts still to come at 10 % a year.
func ExampleBGBB_DERT() {
	fmt.Printf("gave always: %.3f, gave never again: %.3f\n", must(giving.DERT(0.1, 6, 6, 6)), must(giving.DERT(0.1, 0, 0, 6)))
	// Output:
	// gave always: 5.909, gave never again: 0.115
}

func ExampleBGBB_Discounted() {
	fmt.Printf("five years: %.3f, at 10 %%: %.3f\n", must(giving.Discounted(0, 5, 6, 6, 6)), must(giving.Discounted(0.1, 5, 6, 6, 6)))
	// Output:
	// five years: 3.752, at 10 %: 2.876
}

func ExampleBGBB_NextPurchase() {
	fmt.Println("half of those who gave always give within", giving.NextPurchase(0.5, 6, 6, 6), "year")
	fmt.Println("half of those who gave never again give within", giving.NextPurchase(0.5, 0, 0, 6))
	// Output:
	// half of those who gave always give within 1 year
	// half of those who gave never again give within +Inf
}

// The published log likelihood of all the donors, cell by cell.
func ExampleBGBB_LogLikelihood() {
	var all float64
	for _, c := range donors {
		all += float64(float64(c.N) * giving.LogLikelihood(c.X, c.TX, c.T))
	}
	fmt.Printf("%.1f\n", all)
	// Output:
	// -33225.6
}
