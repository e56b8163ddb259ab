package clv_test

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// donors are the histories of 11,104 donors over six years: Fader, Hardie and
// Shang (2010), table 1.
var donors = []clv.Cell{
	{X: 6, TX: 6, T: 6, N: 1203}, {X: 5, TX: 6, T: 6, N: 728}, {X: 4, TX: 6, T: 6, N: 512}, {X: 3, TX: 6, T: 6, N: 357},
	{X: 2, TX: 6, T: 6, N: 234}, {X: 1, TX: 6, T: 6, N: 129}, {X: 5, TX: 5, T: 6, N: 335}, {X: 4, TX: 5, T: 6, N: 284},
	{X: 3, TX: 5, T: 6, N: 225}, {X: 2, TX: 5, T: 6, N: 173}, {X: 1, TX: 5, T: 6, N: 119}, {X: 4, TX: 4, T: 6, N: 240},
	{X: 3, TX: 4, T: 6, N: 181}, {X: 2, TX: 4, T: 6, N: 155}, {X: 1, TX: 4, T: 6, N: 78}, {X: 3, TX: 3, T: 6, N: 322},
	{X: 2, TX: 3, T: 6, N: 255}, {X: 1, TX: 3, T: 6, N: 129}, {X: 2, TX: 2, T: 6, N: 613}, {X: 1, TX: 2, T: 6, N: 277},
	{X: 1, TX: 1, T: 6, N: 1091}, {X: 0, TX: 0, T: 6, N: 3464},
}

func ExampleFitBGBB() {
	m, err := clv.FitBGBB(slices.Values(donors), clv.FitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := m.Report()
	for i, name := range r.Names {
		fmt.Printf("%s %.3f ± %.3f\n", name, r.Params[i], r.SE[i])
	}
	fmt.Printf("log likelihood %.2f\n", r.LogLikelihood)
	fmt.Printf("gave 6 of 6 years: alive %.2f, next five years %.2f\n", m.PAlive(6, 6, 6), m.Conditional(5, 6, 6, 6))
	fmt.Printf("gave never again:  alive %.2f, next five years %.2f\n", m.PAlive(0, 0, 6), m.Conditional(5, 0, 0, 6))
	// Output:
	// alpha 1.204 ± 0.069
	// beta 0.750 ± 0.029
	// gamma 0.657 ± 0.051
	// delta 2.783 ± 0.321
	// log likelihood -33225.58
	// gave 6 of 6 years: alive 0.93, next five years 3.75
	// gave never again:  alive 0.11, next five years 0.07
}

func ExampleSBG() {
	m := clv.SBG{Alpha: 0.668, Beta: 3.806} // Fader and Hardie (2007), the "high end" segment
	fmt.Printf("renewal 1: %.3f, renewal 8: %.3f\n", m.Retention(1), m.Retention(8))
	value, err := m.DERL(0.10, 7)
	fmt.Printf("after 7 renewals, at 10 %%: %.2f payments to come, %v\n", value, err)
	_, err = m.DERL(0, 7)
	fmt.Println(err)
	// Output:
	// renewal 1: 0.851, renewal 8: 0.942
	// after 7 renewals, at 10 %: 7.53 payments to come, <nil>
	// clv: sBG DERL: alpha 0.668: want more than 1 where d is 0: the lifetime has no finite mean
}
