package journey_test

import (
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

// Names are typed: a program declares its own.
const (
	lead   journey.Stage = "lead"
	trial  journey.Stage = "trial"
	active journey.Stage = "active"
	lost   journey.Stage = "lost"

	startTrial journey.Trigger = "start_trial"
	convert    journey.Trigger = "convert"
	expire     journey.Trigger = "expire"
	importData journey.Trigger = "import_data"
)

// signUps is a trial of 14 days with an activation milestone.
var signUps = journey.Spec{
	Name:    "sign-ups",
	Initial: lead,
	Transitions: []journey.Transition{
		{From: lead, On: startTrial, To: trial},
		{From: trial, On: convert, To: active},
		{From: trial, On: expire, To: lost},
		{From: lost, On: startTrial, To: trial},
		{From: active, On: "cancel", To: lost},
	},
	After:      []journey.Timer{{Stage: trial, After: 14 * 24 * time.Hour, Trigger: expire}},
	Milestones: []journey.Milestone{{Name: "activated", Events: []journey.Trigger{importData}}},
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func jan(day int) time.Time { return time.Date(2026, 1, day, 9, 0, 0, 0, time.UTC) }

// logged is what five customers did in January.
func logged() []journey.Event {
	return []journey.Event{
		{Customer: "acme", Trigger: startTrial, At: jan(2)},
		{Customer: "acme", Trigger: importData, At: jan(3)},
		{Customer: "acme", Trigger: convert, At: jan(9)},
		{Customer: "bolt", Trigger: startTrial, At: jan(3)},
		{Customer: "bolt", Trigger: convert, At: jan(20)}, // after the trial
		{Customer: "core", Trigger: startTrial, At: jan(5)},
		{Customer: "core", Trigger: importData, At: jan(9)},
		{Customer: "core", Trigger: convert, At: jan(12)},
		{Customer: "core", Trigger: "cancel", At: jan(28)},
		{Customer: "dune", Trigger: startTrial, At: jan(20)},
		{Customer: "echo", Trigger: "dance", At: jan(21)},
	}
}

// january is the replay of what five customers did in January.
func january() *journey.Replay {
	log := must(journey.LogOf(slices.Values(logged())))
	return must(must(journey.Define(signUps)).ReplayLog(log, nil, journey.ReplayOptions{Horizon: jan(31)}))
}
