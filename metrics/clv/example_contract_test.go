package clv_test

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// Fader and Hardie's "regular" segment, seven years of which are known
// (published: α 0.704, β 1.182), and what the model says of year twelve: 17 %
// were left.
func ExampleFitSBG() {
	known := renewals(63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1)
	m := must(clv.FitSBG(slices.Values([]clv.Renewals{known}), clv.FitOptions{}))
	fmt.Printf("α %.3f, β %.3f, year 12: %.1f %%\n", m.Alpha, m.Beta, 100*m.Survival(12))
	// Output:
	// α 0.704, β 1.182, year 12: 17.0 %
}

// The "high end" segment, four years of which are known (published: α 0.259,
// β 1.722, c 1.584): 39.4 % were left after twelve.
func ExampleFitBdW() {
	known := slices.Values([]clv.Renewals{renewals(86.9, 74.3, 65.3, 59.3)})
	m, plain := must(clv.FitBdW(known, clv.FitOptions{})), must(clv.FitSBG(known, clv.FitOptions{}))
	fmt.Printf("α %.3f, β %.3f, c %.3f\n", m.Alpha, m.Beta, m.C)
	fmt.Printf("year 12: %.1f %%, by sBG %.1f %%\n", 100*m.Survival(12), 100*plain.Survival(12))
	// Output:
	// α 0.259, β 1.723, c 1.584
	// year 12: 38.9 %, by sBG 30.7 %
}

// The cohort renews better every year though nobody changes: those who would
// leave have left.
func ExampleSBG_Retention() {
	m := clv.SBG{Alpha: 0.704, Beta: 1.182}
	for _, year := range []float64{1, 2, 7, 8} {
		fmt.Printf("renewal %.0f: %.1f %%\n", year, 100*m.Retention(year))
	}
	// Output:
	// renewal 1: 62.7 %
	// renewal 2: 75.6 %
	// renewal 7: 91.1 %
	// renewal 8: 92.1 %
}

// A constant rate taken from the first year would have lost nearly everyone by
// year 7.
func ExampleSBG_Survival() {
	m := clv.SBG{Alpha: 0.704, Beta: 1.182}
	constant := 1.0
	for range 7 {
		constant *= m.Retention(1)
	}
	fmt.Printf("%.1f %% left, %.1f %% at a constant rate\n", 100*m.Survival(7), 100*constant)
	// Output:
	// 23.9 % left, 3.8 % at a constant rate
}

// A new customer's lifetime in payments, the first one, which is certain,
// included.
func ExampleSBG_DEL() {
	fmt.Printf("regular  %.3f\n", must(clv.SBG{Alpha: 0.704, Beta: 1.182}.DEL(0.1)))
	fmt.Printf("high end %.3f\n", must(clv.SBG{Alpha: 0.668, Beta: 3.806}.DEL(0.1)))
	// Output:
	// regular  3.695
	// high end 5.923
}

// Loyalty raises what is still to come, most where customers differ most.
func ExampleSBG_DERL() {
	for _, n := range []float64{0, 1, 7} {
		fmt.Printf("after %.0f renewals %.2f payments\n", n, must(clv.SBG{Alpha: 0.704, Beta: 1.182}.DERL(0.1, n)))
	}
	// Output:
	// after 0 renewals 2.96 payments
	// after 1 renewals 4.10 payments
	// after 7 renewals 6.84 payments
}

// With c above 1 customers tire: the cohort's retention rises only until their
// own risk overtakes the selection.
func ExampleBdW_Retention() {
	m := clv.BdW{Alpha: 0.259, Beta: 1.722, C: 1.584}
	for _, year := range []float64{1, 2, 3, 12} {
		fmt.Printf("renewal %2.0f: %.1f %%\n", year, 100*m.Retention(year))
	}
	// Output:
	// renewal  1: 86.9 %
	// renewal  2: 85.4 %
	// renewal  3: 88.3 %
	// renewal 12: 96.6 %
}

func ExampleBdW_Survival() {
	actual := map[float64]float64{4: 59.3, 8: 46.8, 12: 39.4}
	m := clv.BdW{Alpha: 0.259, Beta: 1.722, C: 1.584}
	for _, year := range []float64{4, 8, 12} {
		fmt.Printf("year %2.0f: %.1f %%, in truth %.1f %%\n", year, 100*m.Survival(year), actual[year])
	}
	// Output:
	// year  4: 59.3 %, in truth 59.3 %
	// year  8: 45.7 %, in truth 46.8 %
	// year 12: 38.9 %, in truth 39.4 %
}

func ExampleBdW_DEL() {
	fmt.Printf("%.3f payments, discounted at 10 %%\n", must(clv.BdW{Alpha: 0.259, Beta: 1.722, C: 1.584}.DEL(0.1)))
	// Output:
	// 5.999 payments, discounted at 10 %
}

// Without a discount this lifetime has no finite mean, and no number is made
// up.
func ExampleBdW_DERL() {
	m := clv.BdW{Alpha: 0.259, Beta: 1.722, C: 1.584}
	fmt.Printf("%.3f\n", must(m.DERL(0.1, 4)))
	_, err := m.DERL(0, 4)
	fmt.Println(err)
	// Output:
	// 7.322
	// clv: BdW DERL: alpha·c 0.410256: want more than 1 where d is 0: the lifetime has no finite mean
}
