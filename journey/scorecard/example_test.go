package scorecard_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// leads is who left an address in January and February, and who bought.
func leads() *touchpoint.Log {
	var events []touchpoint.Event
	for i := range 60 {
		at := time.Date(2026, time.January, 1+i, 9, 0, 0, 0, time.UTC)
		e := touchpoint.Event{Customer: fmt.Sprintf("c%02d", i), Name: "lead_captured", At: at, Channel: []touchpoint.Channel{"Email", "Paid Search"}[i%2]}
		events = append(events, e)
		if i%3 == 0 || i%2 == 0 && i > 30 {
			e.Name, e.At = "subscribed", at.Add(48*time.Hour)
			events = append(events, e)
		}
	}
	log, err := touchpoint.LogOf(events...)
	if err != nil {
		panic(err)
	}
	return log
}

func ExampleEvaluate() {
	report, err := scorecard.Evaluate(scorecard.Data{Log: leads()}, scorecard.Standard(), scorecard.Options{
		From: calendar.NewMonth(2026, 1), To: calendar.NewMonth(2026, 2),
		By:    []scorecard.By{{Dimension: scorecard.ByChannel}},
		Goals: []scorecard.Goal{{Metric: "lead_to_customer_rate", Target: metrics.NewCount(3, 4)}},
		Bands: []scorecard.Band{},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range report.Series {
		if s.Metric.ID == "lead_to_customer_rate" {
			fmt.Println(s)
		}
	}
	whole, _ := report.Find("lead_to_customer_rate", scorecard.By{}, "")
	for _, p := range whole.Points {
		fmt.Printf("%s %s, %.2f to %.2f\n", p.Month, p.Value.Fraction(), p.Interval.Lo, p.Interval.Hi)
	}
	// Output:
	// Lead-to-customer rate: 67.9% in 2026-02, +0.324 (better); goal 75.0% missed by 0.0714
	// Lead-to-customer rate (channel Email): 100.0% in 2026-02, +0.625 (better)
	// Lead-to-customer rate (channel Paid Search): 35.7% in 2026-02, +0.0238 (unclear)
	// 2026-01 11/31, 0.21 to 0.53
	// 2026-02 19/28, 0.49 to 0.82
}

func ExampleBinding() {
	// Who buys within three days of leaving an address, instead of ever.
	quick := scorecard.Standard()
	for i := range quick {
		if quick[i].Metric == "lead_to_customer_rate" {
			quick[i].Within = 72 * time.Hour
			fmt.Println(quick[i].Rule, quick[i].Numerator.Events, quick[i].Validate())
		}
	}
	report, err := scorecard.Evaluate(scorecard.Data{Log: leads()}, quick, scorecard.Options{Bands: []scorecard.Band{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, _ := report.Find("lead_to_customer_rate", scorecard.By{}, "")
	for _, p := range s.Points[:2] {
		fmt.Println(p.Month, p.Value.Fraction(), "running", p.Running)
	}
	// Output:
	// cohort [{subscribed   []}] <nil>
	// 2026-01 11/31 running 0
	// 2026-02 18/27 running 1
}

func ExampleEvaluateAround() {
	change, err := scorecard.EvaluateAround(scorecard.Data{Log: leads()}, scorecard.Standard(), time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC), 1, scorecard.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, _ := change.Find("lead_to_customer_rate", scorecard.By{}, "")
	fmt.Println(c)
	fmt.Println(c.Compared)
	// Output:
	// Lead-to-customer rate: 35.5% to 67.9%, better
	// 35.5% and 67.9%: 32.4 points, 6.8 to 52.6, p = 0.013
}

func ExampleNumber() {
	january := calendar.NewMonth(2026, 1)
	report, err := scorecard.Evaluate(
		scorecard.Data{Log: leads(), Numbers: []scorecard.Number{{Name: "marketing_spend", Month: january, Value: decimal.NewFromInt(930)}}},
		scorecard.Standard(), scorecard.Options{To: january})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, _ := report.Find("cost_per_lead", scorecard.By{}, "")
	fmt.Println(s)
	// Output: Cost per lead: 30.00 in 2026-01
}
