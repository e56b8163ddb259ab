package journey_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// The program of the package's first screen.
func Example_firstScreen() {
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	friday := monday.AddDate(0, 0, 4)
	d, err := journey.Define(journey.Spec{
		Initial: "trial",
		Transitions: []journey.Transition{
			{From: "trial", On: "subscribed", To: "customer"},
			{From: "trial", On: "expired", To: "gone"},
			{From: "customer", On: "cancelled", To: "gone"},
		},
		After: []journey.Timer{{Stage: "trial", After: 14 * 24 * time.Hour, Trigger: "expired"}},
	})
	if err != nil {
		fmt.Println(err)
	}
	j := d.Start("acme", monday)
	j, err = d.Step(j, journey.Event{Trigger: "subscribed", At: friday})
	fmt.Println(j.Stage(), err)
	// Output: customer <nil>
}

func ExampleDefinition_Start() {
	d := must(journey.Define(signUps))
	fmt.Println(d.Start("acme", jan(1)))
	_, err := d.Step(d.Start("", jan(1)), journey.Event{Trigger: startTrial, At: jan(2)})
	fmt.Println(err)
	// Output:
	// acme in lead since 2026-01-01T09:00:00Z
	// journey: journey was not started: bad customer: it is empty
}

func ExampleDefinition_StartAt() {
	d := must(journey.Define(signUps))
	j := must(d.StartAt(trial, "acme", jan(1))) // on trial before we knew
	e, due := d.Due(j, jan(31))
	fmt.Println(j.Stage(), e.Trigger, e.At.Format(time.DateOnly), due)
	// Output: trial expire 2026-01-15 true
}

func ExampleDefinition_Step() {
	d := must(journey.Define(signUps))
	j := d.Start("acme", jan(1))
	j = must(d.Step(j, journey.Event{Trigger: startTrial, At: jan(2)}))
	j = must(d.Step(j, journey.Event{Trigger: importData, At: jan(3)}))
	fmt.Println(j.Stage(), j.Since().Format(time.DateOnly), j.Milestones())
	_, err := d.Step(j, journey.Event{Trigger: "cancel", At: jan(4)})
	fmt.Println(err)
	// Output:
	// trial 2026-01-02 [activated]
	// journey: step: customer "acme" in stage "trial" on "cancel" at 2026-01-04T09:00:00Z: not allowed in this stage; allowed: ["convert" "expire"]
}

func ExampleDefinition_Allowed() {
	fmt.Println(must(journey.Define(signUps)).Allowed(trial))
	// Output: [convert expire]
}

func ExampleDefinition_Due() {
	d := must(journey.Define(signUps))
	j := must(d.Step(d.Start("acme", jan(1)), journey.Event{Trigger: startTrial, At: jan(2)}))
	for {
		e, ok := d.Due(j, jan(20))
		if !ok {
			break
		}
		fmt.Println(e.Trigger, "at", e.At.Format(time.DateOnly))
		j, _, _ = d.Move(j, e)
	}
	fmt.Println(j.Stage())
	// Output:
	// expire at 2026-01-16
	// lost
}

func ExampleSpec_Bind() {
	spec := must(journey.ParseSpec(`
initial quote
from quote on sign to insured if adult
from quote on sign to refused
`))
	d := must(journey.Define(spec.Bind(map[string]func(journey.Journey, journey.Event) bool{
		"adult": func(_ journey.Journey, e journey.Event) bool { return e.Attrs["age"] >= "18" },
	})))
	for _, age := range []string{"17", "18"} {
		j := must(d.Step(d.Start("ada", jan(1)), journey.Event{Trigger: "sign", At: jan(1), Attrs: map[string]string{"age": age}}))
		fmt.Println(age, j.Stage())
	}
	// Output:
	// 17 refused
	// 18 insured
}

func ExampleInGroup() {
	d := must(journey.Define(journey.Spec{
		Initial: "setup",
		Stages:  []journey.StageSpec{{Name: "setup", Group: "customer"}, {Name: "live", Group: "customer"}, {Name: "gone", Terminal: true}},
		Transitions: []journey.Transition{
			{From: "setup", On: "went_live", To: "live"},
			{From: journey.InGroup("customer"), On: "cancelled", To: "gone"},
		},
	}))
	for _, e := range d.Edges() {
		fmt.Println(e.From, e.On, e.To, e.Direction)
	}
	// Output:
	// setup cancelled gone forward
	// setup went_live live forward
	// live cancelled gone forward
}

func ExampleSpec_Refine() {
	spec := must(preset.SaaS().Spec().Refine("trial", journey.StageSpec{Name: "setting up"}, journey.StageSpec{Name: "trying"}))
	spec.Transitions = append(spec.Transitions, journey.Transition{From: "setting up", On: "data_imported", To: "trying"})
	d := must(journey.Define(spec))
	j := must(d.Step(d.Start("acme", jan(1)), journey.Event{Trigger: "trial_started", At: jan(2)}))
	fmt.Println(j.Stage(), d.Path(j.Stage()))
	j = must(d.Step(j, journey.Event{Trigger: "data_imported", At: jan(4)}))
	end, _ := d.NextTimer(j)
	fmt.Println(j.Stage(), "until", end.Format(time.DateOnly))
	// Output:
	// setting up [acquisition trial setting up]
	// trying until 2026-01-16
}

func ExampleOrdered() {
	d := must(journey.Define(journey.Spec{Initial: "lead", Transitions: journey.Ordered("lead", "qualified", "won")}))
	fmt.Println(d.Next("lead", "won"))
	fmt.Println(d.Next("won", "lead"))
	// Output:
	// won true
	//  false
}

func ExampleRules_Trigger() {
	rules := journey.Rules{
		{Name: "Invoice Paid", Where: []touchpoint.Condition{{Attr: "plan", Values: []string{"pro"}}}, Trigger: "upgraded"},
		{Name: "Invoice Paid", Trigger: convert},
	}
	fmt.Println(rules.Trigger(touchpoint.Event{Name: "Invoice Paid", Attrs: map[string]string{"plan": "pro"}}))
	fmt.Println(rules.Trigger(touchpoint.Event{Name: "Invoice Paid"}))
	fmt.Println(rules.Trigger(touchpoint.Event{Name: "Page Viewed"}))
	// Output:
	// upgraded true
	// convert true
	//  false
}

func ExampleDefinition_Table() {
	t := must(journey.Define(signUps)).Table()
	stage, on := t.Initial, 0
	if k, ok := t.Trigger(startTrial); ok {
		on = k
	}
	if n := t.Next[stage*t.Width+on]; n != 0 {
		stage = int(n) - 1
	}
	want, _ := t.Stage(trial)
	fmt.Println(stage == want)
	// Output: true
}

func ExampleJourney_Snapshot() {
	d := must(journey.Define(signUps))
	s := d.Start("acme", jan(1)).Snapshot()
	j := must(d.Restore(s))
	fmt.Println(s.Stage, j == d.Start("acme", jan(1)))
	// Output: lead true
}

// Everything that falls due between two visits of the scheduler, in order.
func ExampleDefinition_Timers() {
	d := must(journey.Define(signUps))
	j := must(d.StartAt(trial, "acme", jan(1)))
	for e := range d.Timers(j) {
		fmt.Println(e.Trigger, e.At.Format(time.DateOnly))
	}
	at, ok := d.NextTimer(j)
	fmt.Println(at.Format(time.DateOnly), ok)
	// Output:
	// expire 2026-01-15
	// 2026-01-15 true
}

// A stage of a stage, outermost first; what the definition says of it.
func ExampleDefinition_Path() {
	spec := must(preset.SaaS().Spec().Refine("trial",
		journey.StageSpec{Name: "setting up"}, journey.StageSpec{Name: "trying", Doc: "Has data in."}))
	spec.Transitions = append(spec.Transitions, journey.Transition{From: "setting up", On: "data_imported", To: "trying"})
	d := must(journey.Define(spec))
	fmt.Println(d.Path("trying"))
	s, ok := d.Stage("trying")
	fmt.Println(s.Doc, ok, d.Observes("data_imported"))
	// Output:
	// [acquisition trial trying]
	// Has data in. true true
}

// Rules serve a log and live code alike; what they cannot mean is said first.
func ExampleRules_Validate() {
	d := must(journey.Define(signUps))
	rules := journey.Rules{{Name: "Started Trial", Trigger: startTrial}, {Name: "Paid", Trigger: "pay"}}
	fmt.Println(rules.Validate(d))
	e, ok := rules.Event(touchpoint.Event{Customer: "acme", Name: "Started Trial", At: jan(2)})
	fmt.Println(e.Customer, e.Trigger, ok)
	// Output:
	// journey: rules[1]: unknown trigger: "pay"
	// acme start_trial true
}

// A stored journey under a definition that calls a stage otherwise.
func ExampleDefinition_CheckMigrations() {
	d := must(journey.Define(signUps))
	fmt.Println(d.CheckMigrations([]journey.Migration{{From: d.Hash(), Stages: map[journey.Stage]journey.Stage{"lead": "prospect"}}}))
	// Output:
	// journey: migration 0 from "80035f617b58": stage "lead" to "prospect": unknown stage
}

func ExampleSnapshot_AppendBinary() {
	j := must(journey.Define(signUps)).Start("acme", jan(1))
	b := must(j.Snapshot().AppendBinary(nil))
	var back journey.Snapshot
	fmt.Println(back.UnmarshalBinary(b), back.Equal(j.Snapshot()))
	// Output:
	// <nil> true
}

func ExampleJourney_Reached() {
	d := must(journey.Define(signUps))
	j := must(d.Step(d.Start("acme", jan(1)), journey.Event{Trigger: startTrial, At: jan(2)}))
	before := j
	j = must(d.Step(j, journey.Event{Trigger: importData, At: jan(3)}))
	for _, m := range d.Milestones() {
		fmt.Println(m.Name, before.Reached(m.Name), j.Reached(m.Name))
	}
	// Output:
	// activated false true
}
