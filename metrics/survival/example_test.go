package survival_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// Months until two plans' customers left; false is still there.
var subjects = []survival.Subject{
	{Exit: 9, Event: true, Group: "annual"},
	{Exit: 13, Event: true, Group: "annual"},
	{Exit: 13, Group: "annual"},
	{Exit: 18, Event: true, Group: "annual"},
	{Exit: 23, Event: true, Group: "annual"},
	{Exit: 28, Group: "annual"},
	{Exit: 31, Event: true, Group: "annual"},
	{Exit: 34, Event: true, Group: "annual"},
	{Exit: 45, Group: "annual"},
	{Exit: 48, Event: true, Group: "annual"},
	{Exit: 161, Group: "annual"},
	{Exit: 5, Event: true, Group: "monthly"},
	{Exit: 5, Event: true, Group: "monthly"},
	{Exit: 8, Event: true, Group: "monthly"},
	{Exit: 8, Event: true, Group: "monthly"},
	{Exit: 12, Event: true, Group: "monthly"},
	{Exit: 16, Group: "monthly"},
	{Exit: 23, Event: true, Group: "monthly"},
	{Exit: 27, Event: true, Group: "monthly"},
	{Exit: 30, Event: true, Group: "monthly"},
	{Exit: 33, Event: true, Group: "monthly"},
	{Exit: 43, Event: true, Group: "monthly"},
	{Exit: 45, Event: true, Group: "monthly"},
}

func ExampleKaplanMeier() {
	curve, err := survival.KaplanMeier(slices.Values(subjects), survival.Options{Interval: survival.LogLog})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := curve.Group("annual").At(20)
	fmt.Printf("annual after 20 months: %.1f %% (%.1f to %.1f), %v at risk\n", 100*p.S, 100*p.Lo, 100*p.Hi, p.AtRisk)
	fmt.Println(curve)
	// Output:
	// annual after 20 months: 71.6 % (35.0 to 89.9), 7 at risk
	// 23 subjects, 18 events, median 27 (13 to 34)
	// annual: 11 subjects, 7 events, median 31 (13 or later)
	// monthly: 12 subjects, 11 events, median 23 (5 to 33)
}

func ExampleNelsonAalen() {
	hazard, err := survival.NelsonAalen(slices.Values(subjects), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", hazard.Group("annual").At(20).H)
	years, err := hazard.Rates(12, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, y := range years[:3] {
		fmt.Printf("%v to %v: %v events in %.2f years, %.3f a year, smoothed %.3f\n", y.From, y.To, y.Events, y.AtRisk, y.Rate, y.Smooth)
	}
	// Output:
	// 0.3159
	// 0 to 12: 6 events in 20.92 years, 0.287 a year, smoothed 0.287
	// 12 to 24: 4 events in 13.83 years, 0.289 a year, smoothed 0.334
	// 24 to 36: 5 events in 8.25 years, 0.606 a year, smoothed 0.494
}

func ExampleLogRank() {
	test, err := survival.LogRank(slices.Values(subjects), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(test)
	// Output:
	// chi-square 3.39639 on 1 degree of freedom, p = 0.06534
	// annual: observed 7, expected 10.6893
	// monthly: observed 11, expected 7.31066
}

func ExampleCumulativeIncidence() {
	trials := []survival.Subject{
		{Exit: 3, Event: true, Cause: "converted"},
		{Exit: 7, Event: true, Cause: "converted"},
		{Exit: 7, Event: true, Cause: "cancelled"},
		{Exit: 10},
		{Exit: 14, Event: true, Cause: "expired"},
		{Exit: 14, Event: true, Cause: "expired"},
		{Exit: 14, Event: true, Cause: "converted"},
	}
	in, err := survival.CumulativeIncidence(slices.Values(trials), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cause := range in.Causes() {
		p := in.At(cause, 14)
		fmt.Printf("%-10s %.3f (SE %.3f)\n", cause, p.P, p.SE)
	}
	// Output:
	// cancelled  0.143 (SE 0.132)
	// converted  0.476 (SE 0.204)
	// expired    0.381 (SE 0.199)
}

func ExampleCox() {
	rows := slices.Clone(subjects)
	for i := range rows {
		monthly := 0.0
		if rows[i].Group == "monthly" {
			monthly = 1
		}
		rows[i].X = []float64{monthly}
	}
	model, err := survival.Cox(slices.Values(rows), survival.CoxOptions{Names: []string{"monthly"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model)
	fmt.Printf("concordance %.3f\n", model.Concordance().Value)
	expected, err := model.Predict([]float64{1}, "", 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	p := expected.At(20)
	fmt.Printf("monthly after 20 months: %.1f %% (%.1f to %.1f)\n", 100*p.S, 100*p.Lo, 100*p.Hi)
	// Output:
	// Cox (efron), 23 subjects, 18 events, log likelihood -41.032616, likelihood ratio 3.384 on 1, p = 0.06581
	// covariate                  coef         se        z          p      ratio
	// monthly                0.915533   0.511934    1.788    0.07371     2.4981
	// concordance 0.619
	// monthly after 20 months: 53.1 % (32.4 to 86.9)
}

// Tenure of the customers in the books.
func ExampleOfLedger() {
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		fmt.Println(err)
		return
	}
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	hundred := decimal.NewFromInt(100)
	err = books.Append(
		ledger.Change{Customer: "acme", At: day(time.January, 5), Amount: hundred},
		ledger.Change{Customer: "zeta", At: day(time.January, 31), Amount: hundred},
		ledger.Change{Customer: "nova", At: day(time.March, 1), Amount: hundred},
		ledger.Change{Customer: "zeta", At: day(time.April, 2), Cause: ledger.CauseCancel},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range survival.OfLedger(books, calendar.NewMonth(2026, time.May)) {
		fmt.Printf("%v %v %q\n", s.Exit, s.Event, s.Cause)
	}
	// Output:
	// 4 false ""
	// 2 false ""
	// 3 true "cancel"
}

// Two risk factors, the chance to leave within half a year, and why.
func ExampleCoxModel_Risk() {
	var rows []survival.Subject
	for i := range 120 {
		seats, annual := float64(1+i*7%10), float64(i%3/2)
		months := float64(1+i*13%24) + seats/2 + 8*annual
		rows = append(rows, survival.Subject{Exit: months, Event: i%5 > 0, X: []float64{seats, annual}})
	}
	model, err := survival.Cox(slices.Values(rows), survival.CoxOptions{Names: []string{"seats", "annual"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	risk, err := model.Risk([]float64{2, 0}, "", 0, 6, 6) // two seats, monthly, there for half a year
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(risk)
	// Output:
	// 22.7 % (13.7 to 36.4); annual 0: × 1.61; seats 2: × 1.09
}

func ExampleGray() {
	var trials []survival.Subject
	for i := range 60 {
		s := survival.Subject{Group: "self-serve", Exit: float64(1 + i*11%30), Event: i%4 > 0, Cause: "converted"}
		if i%2 == 0 {
			s.Cause = "expired"
		}
		if i%3 == 0 {
			s.Group, s.Cause = "guided", "converted"
		}
		trials = append(trials, s)
	}
	test, err := survival.Gray(slices.Values(trials), "converted", survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(test)
	// Output:
	// chi-square 4.30903 on 1 degree of freedom, p = 0.03791
	// guided: observed 15, expected 8.69176
	// self-serve: observed 20, expected 26.3082
}

func ExampleWeibull() {
	w, err := survival.Weibull(slices.Values(subjects), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := survival.Exponential(slices.Values(subjects), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v\n%v\n", w, e)
	// Output:
	// Weibull, shape 1.09661 (0.786658 to 1.52868), scale 38.1868 (24.9538 to 58.4372), log likelihood -83.1787
	// exponential, mean 37.6667 (23.7316 to 59.7843), log likelihood -83.3180
}
