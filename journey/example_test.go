package journey_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func Example() {
	d, err := journey.Define(signUps)
	if err != nil {
		fmt.Println(err)
		return
	}
	j := d.Start("acme", jan(1))
	j, err = d.Step(j, journey.Event{Trigger: startTrial, At: jan(2)})
	fmt.Println(j.Stage(), err)
	_, err = d.Step(j, journey.Event{Trigger: "cancel", At: jan(3)})
	fmt.Println(err)
	// Output:
	// trial <nil>
	// journey: step: customer "acme" in stage "trial" on "cancel" at 2026-01-03T09:00:00Z: not allowed in this stage; allowed: ["convert" "expire"]
}

func ExampleDefine() {
	_, err := journey.Define(journey.Spec{
		Name:    "broken",
		Initial: "lead",
		Stages:  []journey.StageSpec{{Name: "lead"}, {Name: "won", Terminal: true}, {Name: "orphan", Terminal: true}},
		Transitions: []journey.Transition{
			{From: "lead", On: "win", To: "won"},
			{From: "lead", On: "win", To: "orphan"},
			{From: "won", On: "lose", To: "lost"},
		},
		After: []journey.Timer{{Stage: "lead", Trigger: "win"}},
	})
	fmt.Println(err)
	var faults *fault.Design
	fmt.Println(errors.As(err, &faults) && faults.Has("duplicate-transition"))
	// Output:
	// journey: define "broken": 3 faults
	// 	Transitions[2].To ("lost"): stage "lost" is not declared [unknown-stage]
	// 	Transitions[1] ("lead, win"): from "lead" on "win": a second transition without guard; the first is Transitions[0] [duplicate-transition]
	// 	After[0].After ("lead, win"): duration 0s, want more than 0 and at most 438000h0m0s [timer-duration]
	// true
}

func ExampleDefinition_Next() {
	d := preset.SaaS()
	fmt.Println(d.Next("onboarding", "activated"))
	fmt.Println(d.Next("onboarding", "renewed"))
	fmt.Println(d.Allowed("onboarding"))
	// Output:
	// adoption true
	// retention true
	// [activated addon_bought cancelled payment_lapsed renewed upgraded]
}

func ExampleDefinition_Advance() {
	d := must(journey.Define(signUps))
	j := must(d.Step(d.Start("acme", jan(1)), journey.Event{Trigger: startTrial, At: jan(2)}))
	due, _ := d.NextTimer(j)
	fmt.Println("the trial ends", due.Format(time.DateOnly))
	j = must(d.Advance(j, jan(31)))
	fmt.Println(j.Stage(), "since", j.Since().Format(time.DateOnly))
	// Output:
	// the trial ends 2026-01-16
	// lost since 2026-01-16
}

func ExampleDefinition_Move() {
	d := must(journey.Define(signUps))
	j := must(d.Step(d.Start("acme", jan(1)), journey.Event{Trigger: startTrial, At: jan(2)}))
	for {
		e, ok := d.Due(j, jan(31))
		if !ok {
			break
		}
		var c journey.Change
		j, c, _ = d.Move(j, e)
		fmt.Println(c.At.Format(time.DateOnly), c.From, c.Trigger, c.To, c.Kind)
	}
	// Output:
	// 2026-01-16 trial expire lost moved
}

// A guarded choice: the first branch whose guard is satisfied is taken.
func ExampleGuard() {
	rich := journey.Guard{Name: "weekday", Allow: func(_ journey.Journey, e journey.Event) bool {
		return e.At.Weekday() != time.Saturday && e.At.Weekday() != time.Sunday
	}}
	d := must(journey.Define(journey.Spec{Initial: "open", Transitions: []journey.Transition{
		{From: "open", On: "call", To: "answered", Guard: rich},
		{From: "open", On: "call", To: "queued"},
	}}))
	for _, day := range []int{2, 3} { // a Friday and a Saturday
		j := must(d.Step(d.Start("acme", jan(1)), journey.Event{Trigger: "call", At: jan(day)}))
		fmt.Println(jan(day).Weekday(), j.Stage())
	}
	// Output:
	// Friday answered
	// Saturday queued
}

func ExampleDefinition_Replay() {
	d := must(journey.Define(signUps))
	r := must(d.Replay(slices.Values(logged())))
	for customer, stage := range r.Stages() {
		fmt.Println(customer, stage)
	}
	for _, x := range r.Refusals(journey.ByStage) {
		fmt.Println("refused:", x.Trigger, "in", x.Stage, x.Count, x.Err, x.Examples[0].Customer)
	}
	// Output:
	// acme active
	// bolt lost
	// core lost
	// dune trial
	// echo lead
	// refused: dance in lead 1 unknown trigger echo
	// refused: convert in lost 1 not allowed in this stage bolt
}

func ExampleLogOf() {
	d := must(journey.Define(signUps))
	log := must(journey.LogOf(slices.Values(logged())))
	r := must(d.ReplayLog(log, nil, journey.ReplayOptions{Horizon: jan(18)}))
	fmt.Printf("%+v\n", r.Counts())
	j, _ := r.Journey("bolt")
	fmt.Println(j.Stage(), j.Since().Format(time.DateOnly))
	// Output:
	// {Accepted:7 Observed:2 Refused:0 Ignored:0 Duplicates:0 Beyond:4 Timers:1}
	// lost 2026-01-17
}

func ExampleDefinition_ReplayLog() {
	log := must(touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "Trial Started", Channel: "web", At: jan(2)},
		touchpoint.Event{Customer: "acme", Name: "Page Viewed", Channel: "web", At: jan(4)},
		touchpoint.Event{Customer: "acme", Name: "Invoice Paid", Channel: "billing", At: jan(9)},
	))
	rules := journey.Rules{
		{Name: "Trial Started", Trigger: startTrial},
		{Name: "Invoice Paid", Channel: "billing", Trigger: convert},
	}
	r := must(must(journey.Define(signUps)).ReplayLog(log, rules, journey.ReplayOptions{}))
	for _, v := range r.Visits("acme") {
		fmt.Println(v.Stage, v.Duration(), v.Open)
	}
	fmt.Println(r.Counts().Ignored, "ignored")
	// Output:
	// lead 0s false
	// trial 168h0m0s false
	// active 0s true
	// 1 ignored
}

func ExampleReplay_Sojourns() {
	d := must(journey.Define(signUps))
	r := must(replayWith(d, slices.Values(logged()), journey.ReplayOptions{Horizon: jan(31)}))
	for _, s := range r.Sojourns(journey.ByStage) {
		median, ok := s.Quantile(0.5)
		fmt.Println(s.Name, s.Visits, s.Open, s.Total, median, ok)
	}
	fmt.Println("observed", r.Observed())
	// Output:
	// lead 5 1 10d 00:00:00 0s true
	// trial 4 1 39d 00:00:00 168h0m0s true
	// active 2 1 38d 00:00:00 384h0m0s true
	// lost 2 2 17d 00:00:00 0s false
	// observed 104d 00:00:00
}

func ExampleReplay_Transitions() {
	d := must(journey.Define(signUps))
	r := must(d.Replay(slices.Values(logged())))
	for _, t := range r.Transitions(journey.ByStage) {
		fmt.Println(t.From, t.On, t.To, t.Count, t.Timers)
	}
	// Output:
	// lead start_trial trial 4 0
	// trial convert active 2 0
	// trial expire lost 0 1
	// active cancel lost 1 0
	// lost start_trial trial 0 0
}

func ExampleReplay_Arrivals() {
	r := must(must(journey.Define(signUps)).Replay(slices.Values(logged())))
	for _, x := range r.Arrivals(journey.ByStage) {
		median, ok := x.Quantile(0.4)
		fmt.Println(x.Name, x.Rate().Percent(0), median, ok)
	}
	// Output:
	// lead 100% 0s true
	// trial 80% 0s true
	// active 40% 168h0m0s true
	// lost 40% 552h0m0s true
}

func ExampleReplay_Milestone() {
	d := must(journey.Define(signUps))
	r := must(replayWith(d, slices.Values(logged()), journey.ReplayOptions{Horizon: jan(31)}))
	m := must(r.Milestone("activated", journey.MilestoneOptions{
		Within: 3 * 24 * time.Hour, Goals: []journey.Stage{active},
	}))
	fmt.Println("activation rate", m.ActivationRate().Percent(0), "of", m.Mature)
	_, ok := m.TimeToFirstValue()
	fmt.Println("half of them got there:", ok)
	fmt.Printf("converted with %d/%d, without %d/%d\n", m.With.Converted, m.With.Customers, m.Without.Converted, m.Without.Customers)
	for s := range m.Stuck() {
		fmt.Println("stuck:", s.Customer, "in", s.Stage, "since", s.Since.Format(time.DateOnly))
	}
	// Output:
	// activation rate 20% of 5
	// half of them got there: false
	// converted with 2/2, without 0/3
	// stuck: bolt in lost since 2026-01-17
	// stuck: dune in trial since 2026-01-20
	// stuck: echo in lead since 2026-01-21
}

func ExampleReplay_Visits() {
	r := must(must(journey.Define(signUps)).Replay(slices.Values(logged())))
	for _, v := range r.Visits("core") {
		fmt.Println(v.Stage, v.By, v.From.Format(time.DateOnly), v.Open)
	}
	// Output:
	// lead  2026-01-05 false
	// trial start_trial 2026-01-05 false
	// active convert 2026-01-12 false
	// lost cancel 2026-01-28 true
}
