package simulate_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// shares prints what part of customers has moved on within one, two and four
// weeks.
func shares(d simulate.Dwell) {
	fmt.Println(d)
	for _, after := range []time.Duration{7 * day, 14 * day, 28 * day} {
		fmt.Printf("  %v weeks %.3f\n", after.Hours()/168, d.CDF(after))
	}
}

// In half the mean time, and in the mean time: 1 − 1/√e and 1 − 1/e.
func ExampleDwell_CDF() {
	d := simulate.Exponential(14 * day)
	fmt.Printf("%.4f %.4f\n", d.CDF(7*day), d.CDF(14*day))
	// Output:
	// 0.3935 0.6321
}

// Whoever has waited for long waits on as everybody else does.
func ExampleExponential() {
	shares(simulate.Exponential(14 * day))
	// Output:
	// exponential(mean 336h0m0s)
	//   1 weeks 0.393
	//   2 weeks 0.632
	//   4 weeks 0.865
}

// With a shape below 1 most who leave do so at once, and the others stay on.
func ExampleWeibull() {
	shares(simulate.Weibull(14*day, 0.5))
	// Output:
	// weibull(scale 336h0m0s, shape 0.5)
	//   1 weeks 0.507
	//   2 weeks 0.632
	//   4 weeks 0.757
}

// Several steps that each take their time: nobody is through at once.
func ExampleGamma() {
	shares(simulate.Gamma(7*day, 2))
	// Output:
	// gamma(scale 168h0m0s, shape 2)
	//   1 weeks 0.264
	//   2 weeks 0.594
	//   4 weeks 0.908
}

// Half within the median; a few take very long, so that the mean is above it.
func ExampleLogNormal() {
	d := simulate.LogNormal(14*day, 0.8)
	shares(d)
	fmt.Println("mean", d.Mean().Round(time.Hour))
	// Output:
	// log-normal(median 336h0m0s, sigma 0.8)
	//   1 weeks 0.193
	//   2 weeks 0.500
	//   4 weeks 0.807
	// mean 463h0m0s
}

func ExampleFixed() {
	shares(simulate.Fixed(14 * day))
	// Output:
	// fixed(336h0m0s)
	//   1 weeks 0.000
	//   2 weeks 1.000
	//   4 weeks 1.000
}

// What was measured, drawn from as it is.
func ExampleEmpirical() {
	shares(simulate.Empirical(3*day, 9*day, 12*day, 20*day))
	// Output:
	// empirical(4 values)
	//   1 weeks 0.250
	//   2 weeks 0.750
	//   4 weeks 1.000
}

// surveyed is the small company of two personas that asks its customers.
func surveyed() *simulate.Company {
	w := small()
	w.Personas = []simulate.Persona{{ID: "finn", Share: 3}, {ID: "olga", Share: 1}}
	w.Surveys = []simulate.Survey{{Name: "nps", Kind: survey.KindNPS, Stage: "customer", After: simulate.Fixed(30 * day), Answers: 0.5, Mean: 8, SD: 2}}
	co, err := w.Run(simulate.Options{})
	if err != nil {
		panic(err)
	}
	return co
}

// Half of those asked answer; the answers go into package survey as real ones
// would.
func ExampleCompany_Answers() {
	answers := surveyed().Answers("nps")
	r, err := survey.Survey{Kind: survey.KindNPS}.Result(slices.Values(answers), 0)
	fmt.Println(r, err)
	// Output:
	// nps 24% of 296 answers <nil>
}

// The persona is known without a classifier: it is what one is tested against.
func ExampleCompany_Persona() {
	co := surveyed()
	count := map[string]int{}
	for _, c := range co.Customers() {
		count[co.Persona(c.ID)]++
	}
	fmt.Println(count["finn"], count["olga"], co.Persona("nobody") == "")
	// Output:
	// 1847 610 true
}

// The same seed is the same company, whatever the number of goroutines; another
// seed is another of its kind.
func ExampleWorld_Run() {
	for _, seed := range []uint64{1, 1, 2} {
		w := small()
		w.Seed = seed
		co, err := w.Run(simulate.Options{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(co.Counts().Customers, co.Counts().Events)
	}
	// Output:
	// 2457 3278
	// 2457 3278
	// 2345 3122
}

// What a fit has to come back to.
func ExampleTruth_Move() {
	w := small()
	truth, err := w.Truth()
	if err != nil {
		fmt.Println(err)
		return
	}
	m, ok := truth.Move("trial", "subscribed")
	fmt.Printf("%.1f %% subscribe, after %.1f days, %v\n", 100*m.P, m.Dwell.Hours()/24, ok)
	_, ok = truth.Move("gone", "subscribed")
	fmt.Println(ok)
	// Output:
	// 25.7 % subscribe, after 5.8 days, true
	// false
}

// fitted is the small company as its own records tell it.
func fitted() *simulate.Fitted {
	w := small()
	co, err := w.Run(simulate.Options{})
	if err != nil {
		panic(err)
	}
	r, err := co.Replay()
	if err != nil {
		panic(err)
	}
	f, err := simulate.Fit(r, nil, simulate.FitOptions{})
	if err != nil {
		panic(err)
	}
	return f
}

// The truth, 25.7 %, is within.
func ExampleFitted_Move() {
	m, ok := fitted().Move("trial", "subscribed")
	fmt.Printf("%.1f %% (%.1f to %.1f), %v, %v\n", 100*m.P.Value, 100*m.P.Lo, 100*m.P.Hi, m.Dwell.Family, ok)
	// Output:
	// 26.2 % (24.5 to 28.0), log-normal, true
}

// What if half as many came: the company as it was fitted, with one number
// changed.
func ExampleFitted_World() {
	w := fitted().World(7)
	w.Arrivals.PerMonth /= 2
	co, err := w.Run(simulate.Options{})
	fmt.Println(co.Counts().Customers, err)
	// Output:
	// 1243 <nil>
}

// A hundred customers of twenty, left alone for a year: who stays, and what
// they pay.
func ExampleRevenue_Expect() {
	w := small()
	w.Billing = paidSmall().World().Billing
	truth, err := w.Revenue()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, over := range []time.Duration{30 * day, 360 * day} {
		x := truth.Expect([]simulate.Holding{{Stage: "customer", Plan: "basic", Customers: 100, MRR: 2000}}, over)
		fmt.Printf("%v days: %.1f left, GRR %.1f %%\n", over.Hours()/24, x.Churned, 100*x.GRR())
	}
	// Output:
	// 30 days: 7.2 left, GRR 92.8 %
	// 360 days: 59.3 left, GRR 40.7 %
}
