package survival_test

import (
	"fmt"
	"iter"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// stays are ten customers: months with us, whether they left, on which plan, with
// how many seats and why.
func stays() iter.Seq[survival.Subject] {
	s := func(months float64, left bool, plan string, seats float64, why string) survival.Subject {
		if !left {
			why = ""
		}
		return survival.Subject{Exit: months, Event: left, Group: plan, Cause: why, X: []float64{seats}}
	}
	return slices.Values([]survival.Subject{
		s(1, true, "solo", 1, "price"), s(2, true, "solo", 1, "product"), s(3, true, "solo", 2, "price"), s(5, false, "solo", 1, ""), s(8, true, "solo", 3, "price"),
		s(4, true, "team", 4, "product"), s(6, false, "team", 6, ""), s(9, true, "team", 3, "price"), s(12, false, "team", 9, ""), s(12, false, "team", 5, ""),
	})
}

// Counts by month of tenure, as a cohort table gives them: 10 left in the first
// month, 5 in the second, and 20 were still there.
func ExampleOfCounts() {
	c, err := survival.KaplanMeier(survival.OfCounts([]int64{10, 5, 0}, []int64{0, 0, 20}), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f customers, %.0f %% after two months\n", c.At(0).AtRisk, 100*c.At(2).S)
	// Output: 35 customers, 57 % after two months
}

func ExampleOfValues() {
	c, err := survival.KaplanMeier(survival.OfValues([]float64{2, 3, 5, 5}, []bool{true, false, true, false}), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.At(4).S, c.At(5).S)
	// Output: 0.75 0.375
}

// How many of ten are still there after half a year, and how sure that is.
func ExampleCurve_At() {
	c, err := survival.KaplanMeier(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := c.At(6)
	fmt.Printf("%.2f, between %.2f and %.2f, %v at risk\n", p.S, p.Lo, p.Hi, p.AtRisk)
	// Output: 0.60, between 0.36 and 1.00, 5 at risk
}

func ExampleCurve_Group() {
	c, err := survival.KaplanMeier(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, plan := range c.Groups() {
		fmt.Printf("%s %.2f\n", plan, c.Group(plan).At(6).S)
	}
	// Output:
	// solo 0.40
	// team 0.80
}

// When a quarter has left; that three quarters of the teams have, nobody has seen.
func ExampleCurve_Quantile() {
	c, err := survival.KaplanMeier(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Quantile(0.25).Value)
	fmt.Println(c.Group("team").Quantile(0.75).Warnings)
	// Output:
	// 3
	// [survival: Quantile: not reached: 0.4667 have had the event, 0.75 asked]
}

// How many months of a year a customer stays, on average.
func ExampleCurve_RestrictedMean() {
	c, err := survival.KaplanMeier(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	mean := c.RestrictedMean(12)
	fmt.Printf("%.2f months, %.1f to %.1f\n", mean.Value, mean.Lo, mean.Hi)
	// Output: 7.15 months, 4.5 to 9.8
}

func ExampleHazard_At() {
	h, err := survival.NelsonAalen(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := h.At(6)
	fmt.Printf("%.3f\n", p.H)
	// Output: 0.479
}

func ExampleHazard_Group() {
	h, err := survival.NelsonAalen(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("solo %.2f, team %.2f\n", h.Group("solo").At(6).H, h.Group("team").At(6).H)
	// Output: solo 0.78, team 0.20
}

// Quarter by quarter: when is leaving most likely?
func ExampleHazard_Rates() {
	h, err := survival.NelsonAalen(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, err := h.Rates(3, 1)
	for _, r := range rows {
		fmt.Printf("%v to %v: %.2f a month\n", r.From, r.To, r.Rate)
	}
	fmt.Println(err)
	// Output:
	// 0 to 3: 0.33 a month
	// 3 to 6: 0.17 a month
	// 6 to 9: 0.55 a month
	// 9 to 12: 0.00 a month
	// <nil>
}

// Shares by reason and those who stay are one.
func ExampleIncidence_At() {
	c, err := survival.CumulativeIncidence(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cause := range c.Causes() {
		fmt.Printf("%s %.3f\n", cause, c.At(cause, 9).P)
	}
	fmt.Printf("still there %.3f\n", c.Survival(9))
	// Output:
	// price 0.500
	// product 0.200
	// still there 0.300
}

func ExampleIncidence_Survival() {
	c, err := survival.CumulativeIncidence(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", c.Survival(6))
	// Output: 0.60
}

func ExampleIncidence_Group() {
	c, err := survival.CumulativeIncidence(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", c.Group("solo").At("price", 9).P)
	// Output: 0.80
}

func ExampleIncidence_Rows() {
	c, err := survival.CumulativeIncidence(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for p := range c.Rows("price") {
		fmt.Printf("%v %.2f\n", p.Time, p.P)
	}
	// Output:
	// 1 0.10
	// 2 0.10
	// 3 0.20
	// 4 0.20
	// 5 0.20
	// 6 0.20
	// 8 0.35
	// 9 0.50
	// 12 0.50
}

// One number for the whole stay, to hold an estimate against.
func ExampleExponential() {
	e, err := survival.Exponential(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := survival.Weibull(stays(), survival.Options{})
	fmt.Printf("AIC %.1f against %.1f of Weibull's, %v\n", e.AIC(), w.AIC(), err)
	// Output: AIC 42.0 against 43.8 of Weibull's, <nil>
}

func ExampleParametric_Survival() {
	e, err := survival.Exponential(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f after half a year, %.2f after a year\n", e.Survival(6), e.Survival(12))
	// Output: 0.56 after half a year, 0.31 after a year
}

// A Weibull shape near 1 is a hazard that hardly changes with tenure.
func ExampleParametric_Hazard() {
	w, err := survival.Weibull(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f in the first month, %.3f in the twelfth\n", w.Hazard(1), w.Hazard(12))
	// Output: 0.077 in the first month, 0.127 in the twelfth
}

func seats() (*survival.CoxModel, error) {
	return survival.Cox(stays(), survival.CoxOptions{Names: []string{"seats"}})
}

// What is expected of a customer with one seat, and of one with six.
func ExampleCoxModel_Predict() {
	m, err := seats()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range []float64{1, 6} {
		p, err := m.Predict([]float64{n}, "", 0)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%v seats: %.2f\n", n, p.At(6).S)
	}
	// Output:
	// 1 seats: 0.20
	// 6 seats: 0.95
}

// The baseline is of a subject whose covariates are all 0.
func ExampleCoxModel_Baseline() {
	m, err := seats()
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := m.Baseline("")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", p.At(3).S)
	// Output: 0.13
}

// Who is at a higher risk than the baseline: below 0 is lower.
func ExampleCoxModel_LinearPredictor() {
	m, err := seats()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f %.2f\n", m.LinearPredictor([]float64{1}), m.LinearPredictor([]float64{6}))
	// Output: -0.71 -4.23
}

// Did the predictions come true? Best asked of others than the model was fitted
// to; of its own it flatters.
func ExampleCoxModel_Calibrate() {
	m, err := seats()
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := m.Calibrate(stays(), 6)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d subjects, Brier %.2f, without the model %.2f\n", c.Subjects, c.Brier, c.Reference)
	// Output: 10 subjects, Brier 0.12, without the model 0.24
}

func prediction() (*survival.Prediction, error) {
	m, err := seats()
	if err != nil {
		return nil, err
	}
	return m.Predict([]float64{2}, "", 0)
}

func ExamplePrediction_At() {
	p, err := prediction()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f %.2f %.2f\n", p.At(1).S, p.At(6).S, p.At(12).S)
	// Output: 0.89 0.45 0.04
}

func ExamplePrediction_Hazard() {
	p, err := prediction()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", p.Hazard(6).H)
	// Output: 0.79
}

func ExamplePrediction_Quantile() {
	p, err := prediction()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Quantile(0.5).Value)
	// Output: 4
}
