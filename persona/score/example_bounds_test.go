package score_test

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/persona/score"
)

// bounds make events of a lead score: sales are told at 60, and again when the
// lead has cooled down below 30.
var bounds = score.Bounds{
	{Score: "lead", From: 60, Rising: "lead_hot"},
	{Score: "lead", From: 30, Rising: "lead_warm", Falling: "lead_cold"},
}

// Live: the score before, the score after. A leap crosses every bound on its
// way, from the lowest up.
func ExampleBounds_Crossed() {
	after := score.Reading{Customer: "acme", Score: "lead", Value: 72, At: at("2026-01-05")}
	for _, e := range bounds.Crossed(score.Reading{}, after) {
		fmt.Println(e.Name, e.Attrs["value"])
	}
	cold := score.Reading{Customer: "acme", Score: "lead", Value: 12, At: at("2026-02-05")}
	for _, e := range bounds.Crossed(after, cold) {
		fmt.Println(e.Name, e.Attrs["value"])
	}
	// Output:
	// lead_warm 72
	// lead_hot 72
	// lead_cold 12
}

// In bulk: from all readings of all customers, in any order.
func ExampleBounds_Events() {
	readings := []score.Reading{
		{Customer: "acme", Score: "lead", Value: 10, At: at("2026-01-20")},
		{Customer: "acme", Score: "lead", Value: 40, At: at("2026-01-05")},
		{Customer: "bolt", Score: "lead", Value: 65, At: at("2026-01-06")},
	}
	for _, e := range bounds.Events(slices.Values(readings)) {
		fmt.Println(e.At.Format("02 January"), e.Customer, e.Name)
	}
	// Output:
	// 05 January acme lead_warm
	// 20 January acme lead_cold
	// 06 January bolt lead_warm
	// 06 January bolt lead_hot
}

// A level is lost only below its threshold less the margin, so that a score on
// the edge does not ring the bell every day.
func ExampleHealth_Next() {
	var h score.Health // healthy from 75, concerning from 50, margins of 3
	level := score.LevelUnknown
	for _, value := range []float64{76, 74, 71, 74, 75} {
		level = h.Next(level, score.HealthScore{Defined: true, Value: value})
		fmt.Println(value, level)
	}
	fmt.Println("not known", h.Next(level, score.HealthScore{}))
	// Output:
	// 76 healthy
	// 74 healthy
	// 71 concerning
	// 74 concerning
	// 75 healthy
	// not known healthy
}
