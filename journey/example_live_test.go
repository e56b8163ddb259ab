package journey_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// What a scheduler sleeps until. A stage without a timer has none.
func ExampleDefinition_NextTimer() {
	d := must(journey.Define(signUps))
	for _, stage := range []journey.Stage{trial, active} {
		if due, ok := d.NextTimer(must(d.StartAt(stage, "acme", jan(2)))); ok {
			fmt.Println(stage, "until", due.Format(time.DateOnly))
		} else {
			fmt.Println(stage, "until something happens")
		}
	}
	// Output:
	// trial until 2026-01-16
	// active until something happens
}

// An event may move nobody and still count: a milestone waits for it.
func ExampleDefinition_Observes() {
	d := must(journey.Define(signUps))
	_, moves := d.Next(trial, importData)
	fmt.Println("moves", moves, "observed", d.Observes(importData))
	fmt.Println(d.Observes("dance"))
	// Output:
	// moves false observed true
	// false
}

// The stage was called otherwise when the journey was stored; it goes on where
// it stood, and its trial ends when it would have.
func ExampleDefinition_Restore() {
	old := must(journey.Define(signUps))
	stored := must(old.StartAt(trial, "acme", jan(2))).Snapshot()

	renamed := signUps
	renamed.Transitions = []journey.Transition{
		{From: lead, On: startTrial, To: "testing"}, {From: "testing", On: convert, To: active}, {From: "testing", On: expire, To: lost},
	}
	renamed.After = []journey.Timer{{Stage: "testing", After: 14 * 24 * time.Hour, Trigger: expire}}
	d := must(journey.Define(renamed))
	_, err := d.Restore(stored)
	fmt.Println(err)
	j := must(d.Restore(stored, journey.Migration{From: old.Hash(), Stages: map[journey.Stage]journey.Stage{trial: "testing"}}))
	due, _ := d.NextTimer(j)
	fmt.Println(j.Stage(), "until", due.Format(time.DateOnly))
	// Output:
	// journey: restore: customer "acme": snapshot of "sign-ups" (80035f617b58…) into "sign-ups" (83e21b546fee…): another definition and no migration from it; no stage "trial"
	// testing until 2026-01-16
}

// What a definition says of a stage, for a page that describes it.
func ExampleDefinition_Stage() {
	d := must(journey.Define(journey.Spec{
		Initial:     "open",
		Stages:      []journey.StageSpec{{Name: "open"}, {Name: "settled", Doc: "Paid in full.", Terminal: true}},
		Transitions: []journey.Transition{{From: "open", On: "paid", To: "settled"}},
	}))
	s, ok := d.Stage("settled")
	fmt.Println(s.Doc, s.Terminal, ok)
	_, ok = d.Stage("refunded")
	fmt.Println(ok)
	// Output:
	// Paid in full. true true
	// false
}

// The same rules serve live events: here a page view is none of the journey's
// business.
func ExampleRules_Event() {
	rules := journey.Rules{{Name: "Trial Started", Trigger: startTrial}, {Name: "Invoice Paid", Trigger: convert}}
	for _, name := range []string{"Invoice Paid", "Page Viewed"} {
		e, ok := rules.Event(touchpoint.Event{Customer: "acme", Name: name, At: jan(9), ID: "evt_8"})
		fmt.Printf("%q %q %v\n", e.Trigger, e.ID, ok)
	}
	// Output:
	// "convert" "evt_8" true
	// "" "evt_8" false
}

// Whether somebody else has changed a stored journey meanwhile. Times are
// compared as instants, wherever they were written.
func ExampleSnapshot_Equal() {
	d := must(journey.Define(signUps))
	s := d.Start("acme", jan(1)).Snapshot()
	read := s
	read.Since = s.Since.In(time.FixedZone("Bangkok", 7*60*60))
	fmt.Println(s.Equal(read))
	moved := must(d.Step(must(d.Restore(s)), journey.Event{Trigger: startTrial, At: jan(2)})).Snapshot()
	fmt.Println(s.Equal(moved))
	// Output:
	// true
	// false
}

// Numbers stand for names where millions of events are followed; one that the
// definition does not have is no number.
func ExampleTable_Stage() {
	d := must(journey.Define(signUps))
	n, ok := d.Table().Stage(active)
	fmt.Println(d.Stages()[n].Name, ok)
	_, ok = d.Table().Stage("elsewhere")
	fmt.Println(ok)
	// Output:
	// active true
	// false
}

// Which stages a trigger leads out of, one load each.
func ExampleTable_Trigger() {
	d := must(journey.Define(signUps))
	t := d.Table()
	k, _ := t.Trigger(startTrial)
	for n, s := range d.Stages() {
		if to := t.Next[n*t.Width+k]; to != 0 {
			fmt.Println(s.Name, "to", d.Stages()[to-1].Name)
		}
	}
	// Output:
	// lead to trial
	// lost to trial
}
