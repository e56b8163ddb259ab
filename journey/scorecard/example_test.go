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

func ExampleFindWorks() {
	works, err := scorecard.FindWorks(scorecard.Data{Log: leads()}, scorecard.WorksSpec{
		Exposures: []scorecard.Exposure{
			{Name: "paid search", Any: []touchpoint.Match{{Channel: "Paid Search"}}, Cost: decimal.NewFromInt(1800)},
			{Name: "mail", Any: []touchpoint.Match{{Channel: "Email"}}, Cost: decimal.NewFromInt(200)},
		},
		Worth: func(string) decimal.Decimal { return decimal.NewFromInt(600) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(works)
	fmt.Println(works.Lines[1].Compared)
	// Output:
	// paid search, everybody: reached 30, won 10 of 30 (unexposed 20 of 30), 200.00 a lead (1.00×), CAC 180.00
	// mail, everybody: reached 30, won 20 of 30 (unexposed 10 of 30), 400.00 a lead (2.00×), CAC 10.00
	// 33.3% and 66.7%: 33.3 points, 8.0 to 53.3, p = 0.00982
}

// used is a log of three customers who use two features and read a guide.
func used() *touchpoint.Log {
	var events []touchpoint.Event
	add := func(customer, name string, day int, attr, value string) {
		events = append(events, touchpoint.Event{Customer: customer, Name: name, At: time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC), Attrs: map[string]string{attr: value}})
	}
	for day := 1; day <= 9; day += 2 {
		add("acme", "feature_used", day, "feature", "board")
		add("bolt", "feature_used", day, "feature", "export")
	}
	add("acme", "feature_used", 2, "feature", "export")
	add("acme", "content_viewed", 1, "content", "guide")
	add("coda", "content_viewed", 1, "content", "guide")
	add("acme", "subscribed", 4, "plan", "small")
	log, err := touchpoint.LogOptions{Attrs: []string{"feature", "content"}}.LogOf(events...)
	if err != nil {
		panic(err)
	}
	return log
}

func ExampleFindFeatures() {
	features, err := scorecard.FindFeatures(scorecard.Data{Log: used()}, scorecard.FeatureSpec{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(features)
	// Output:
	// board: 1 users, 50.0% of the active, 5.00 uses and 5.00 days each
	// export: 2 users, 100.0% of the active, 3.00 uses and 3.00 days each
}

func ExampleFindContent() {
	content, err := scorecard.FindContent(scorecard.Data{Log: used()}, scorecard.ContentSpec{Format: func(string) string { return "article" }})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(content)
	// Output: guide (article): 2 readers, 0 shares; leads 0 of 2, won 1 of 2 (others 0 of 1)
}

func ExampleSplitByFit() {
	table, err := scorecard.SplitByFit(scorecard.Data{Log: used()}, scorecard.FitSpec{
		Score:  func(customer string) (float64, bool) { return 80, customer == "acme" },
		Bounds: []float64{50},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(table)
	// Output:
	// fit below 50: 0 customers, referred undefined, left undefined
	// fit 50 and more: 1 customers, referred 0.0%, left 0.0%
	// fit (none): 0 customers, referred undefined, left undefined
}

func ExampleWorklists() {
	lists, err := scorecard.Worklists(scorecard.Data{Log: used()}, scorecard.WorklistOptions{
		At:   time.Date(2026, time.March, 12, 0, 0, 0, 0, time.UTC),
		Use:  touchpoint.Named("feature_used"),
		Term: func(string) calendar.Cycle { return calendar.Cycle{Unit: calendar.UnitMonth, N: 1} },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for name, e := range scorecard.Rows(lists) {
		fmt.Println(name, e)
	}
	// Output:
	// renewal-due acme, 0 a month: renews on 2026-04-04
	// ready-to-expand acme, 0 a month: used 6 times in 28 days, in the upper quarter of those who use it
}
