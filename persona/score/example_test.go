package score_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func at(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func ExampleEngagement_Scorer() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "login", At: at("2026-01-01")},
		touchpoint.Event{Customer: "acme", Name: "login", At: at("2026-01-08")},
		touchpoint.Event{Customer: "acme", Name: "report_shared", At: at("2026-01-15")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	scorer, err := score.Engagement{
		HalfLife: 7 * 24 * time.Hour,
		Weights:  []score.Weight{{Event: "login", Points: 4}, {Event: "report_shared", Points: 10}},
	}.Scorer(log)
	if err != nil {
		fmt.Println(err)
		return
	}
	got, err := scorer.Score("acme", at("2026-01-15"))
	fmt.Println(got.Value, err)
	for _, c := range got.Contributions {
		fmt.Println(c.Event, c.Events, c.Points)
	}
	// Output:
	// 13 <nil>
	// report_shared 1 10
	// login 2 3
}

func ExampleLeadRules_Changes() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "pricing_viewed", At: at("2026-01-01")},
		touchpoint.Event{Customer: "acme", Name: "demo_requested", At: at("2026-01-02")},
		touchpoint.Event{Customer: "acme", Name: "mail_opened", At: at("2026-03-15")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	scorer, err := score.Engagement{
		HalfLife: 14 * 24 * time.Hour,
		Weights:  []score.Weight{{Event: "pricing_viewed", Points: 30}, {Event: "demo_requested", Points: 60}, {Event: "mail_opened", Points: 2}},
	}.Scorer(log)
	if err != nil {
		fmt.Println(err)
		return
	}
	rules := score.LeadRules{
		MQL: score.Threshold{At: 25, Margin: 10},
		SQL: score.Threshold{At: 80, Margin: 20},
	}
	for c := range rules.Changes(scorer.Timeline("acme")) {
		fmt.Printf("%s %s to %s at %.1f\n", c.At.Format(time.DateOnly), c.From, c.To, c.Score)
	}
	// Output:
	// 2026-01-01 lead to mql at 30.0
	// 2026-01-02 mql to sql at 88.6
	// 2026-03-15 sql to lead at 4.5
}
