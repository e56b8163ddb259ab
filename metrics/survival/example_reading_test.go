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
	fmt.Printf("%d customers, %.2f after two months\n", c.Subjects(), c.At(2).S)
	// Output: ?
}

func ExampleOfValues() {
	c, err := survival.KaplanMeier(survival.OfValues([]float64{2, 3, 5, 5}, []bool{true, false, true, false}), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.At(4).S, c.At(5).S)
	// Output: ?
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
	// Output: ?
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
	// Output: ?
}

// When a quarter has left; half of them have not, and that is said.
func ExampleCurve_Quantile() {
	c, err := survival.KaplanMeier(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Quantile(0.25))
	fmt.Println(c.Group("team").Quantile(0.75))
	// Output: ?
}

// How many months of a year a customer stays, on average.
func ExampleCurve_RestrictedMean() {
	c, err := survival.KaplanMeier(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.RestrictedMean(12))
	// Output: ?
}

func ExampleHazard_At() {
	h, err := survival.NelsonAalen(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := h.At(6)
	fmt.Printf("%.3f\n", p.H)
	// Output: ?
}

func ExampleHazard_Group() {
	h, err := survival.NelsonAalen(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("solo %.2f, team %.2f\n", h.Group("solo").At(6).H, h.Group("team").At(6).H)
	// Output: ?
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
		fmt.Printf("%+v\n", r)
	}
	fmt.Println(err)
	// Output: ?
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
	// Output: ?
}

func ExampleIncidence_Survival() {
	c, err := survival.CumulativeIncidence(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", c.Survival(6))
	// Output: ?
}

func ExampleIncidence_Group() {
	c, err := survival.CumulativeIncidence(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", c.Group("solo").At("price", 9).P)
	// Output: ?
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
	// Output: ?
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
	// Output: ?
}

func ExampleParametric_Survival() {
	e, err := survival.Exponential(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f after half a year, %.2f after a year\n", e.Survival(6), e.Survival(12))
	// Output: ?
}

// A Weibull shape near 1 is a hazard that hardly changes with tenure.
func ExampleParametric_Hazard() {
	w, err := survival.Weibull(stays(), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f in the first month, %.3f in the twelfth\n", w.Hazard(1), w.Hazard(12))
	// Output: ?
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
	// Output: ?
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
	// Output: ?
}

// Who is at a higher risk than the baseline: below 0 is lower.
func ExampleCoxModel_LinearPredictor() {
	m, err := seats()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f %.2f\n", m.LinearPredictor([]float64{1}), m.LinearPredictor([]float64{6}))
	// Output: ?
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
	// Output: ?
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
	// Output: ?
}

func ExamplePrediction_Hazard() {
	p, err := prediction()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", p.Hazard(6).H)
	// Output: ?
}

func ExamplePrediction_Quantile() {
	p, err := prediction()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Quantile(0.5).Value)
	// Output: ?
}
