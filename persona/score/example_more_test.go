package score_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// logins is a scorer of two customers: a log-in is worth four points, of which
// half are left a week later.
func logins() *score.Scorer {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "login", At: at("2026-01-01")},
		touchpoint.Event{Customer: "acme", Name: "login", At: at("2026-01-08")},
		touchpoint.Event{Customer: "beta", Name: "login", At: at("2026-01-01")},
	)
	if err != nil {
		panic(err)
	}
	s, err := score.Engagement{HalfLife: 7 * 24 * time.Hour, Weights: []score.Weight{{Event: "login", Points: 4}}}.Scorer(log)
	if err != nil {
		panic(err)
	}
	return s
}

func ExampleScorer_Score() {
	for _, day := range []string{"2026-01-01", "2026-01-08", "2026-01-15"} {
		got, err := logins().Score("acme", at(day))
		fmt.Println(got, err)
	}
	// Output:
	// acme: 4.0 (login +4.0) <nil>
	// acme: 6.0 (login +6.0) <nil>
	// acme: 3.0 (login +3.0) <nil>
}

func ExampleScorer_Scores() {
	all, err := logins().Scores(at("2026-01-15"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range all {
		fmt.Println(s.Customer, s.Value)
	}
	// Output:
	// acme 3
	// beta 1
}

// What the score was after each event: enough to see where it crosses a bound.
func ExampleScorer_Timeline() {
	for when, value := range logins().Timeline("acme") {
		fmt.Println(when.Format(time.DateOnly), value)
	}
	// Output:
	// 2026-01-01 4
	// 2026-01-08 6
}

// A lead keeps its grade until its score is below the threshold by the margin.
func ExampleLeadRules_Next() {
	rules := score.LeadRules{MQL: score.Threshold{At: 25, Margin: 10}, SQL: score.Threshold{At: 80, Margin: 20}}
	grade := score.GradeLead
	for _, value := range []float64{24, 25, 16, 14, 90, 61, 59} {
		grade = rules.Next(grade, value)
		fmt.Print(value, " ", grade, "; ")
	}
	// Output:
	// 24 lead; 25 mql; 16 mql; 14 lead; 90 sql; 61 sql; 59 mql;
}

func ExampleHealth_Changes() {
	health := score.Health{Cards: []score.Card{{Components: []score.Component{{
		Name: "use", Weight: 1, Measures: []score.Measure{{Name: "active days", Weight: 1, Bands: []score.Band{{From: 0, Score: 20}, {From: 5, Score: 60}, {From: 10, Score: 90}}}},
	}}}}}
	var scores []score.HealthScore
	for day, active := range []float64{12, 9, 3, 2} {
		s, err := health.Score("acme", "", at("2026-01-01").Add(time.Duration(day)*7*24*time.Hour), map[string]float64{"active days": active})
		if err != nil {
			fmt.Println(err)
			return
		}
		scores = append(scores, s)
	}
	for c := range health.Changes(func(yield func(score.HealthScore) bool) {
		for _, s := range scores {
			if !yield(s) {
				return
			}
		}
	}) {
		fmt.Println(c.At.Format(time.DateOnly), c.From, "to", c.To, "at", c.Score)
	}
	// Output:
	// 2026-01-01 unknown to healthy at 90
	// 2026-01-08 healthy to concerning at 60
	// 2026-01-15 concerning to poor at 20
}
