package journey_test

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
)

func ExampleReplay_Mermaid() {
	r := must(must(journey.Define(signUps)).Replay(slices.Values(logged())))
	fmt.Print(r.Mermaid(journey.ByStage))
	// Output:
	// ---
	// title: "sign-ups"
	// ---
	// stateDiagram-v2
	//     state "lead × 1" as s0
	//     state "trial × 1" as s1
	//     state "active × 1" as s2
	//     state "lost × 2" as s3
	//     [*] --> s0
	//     s0 --> s1 : start_trial × 4
	//     s1 --> s2 : convert × 2
	//     s1 --> s3 : expire (after 14d) × 1
	//     s2 --> s3 : cancel × 1
	//     s3 --> s1 : start_trial × 0
}

func ExampleDefinition_DOT() {
	fmt.Print(must(journey.Define(signUps)).DOT(journey.ByStage))
	// Output:
	// digraph "sign-ups" {
	//     rankdir=LR;
	//     node [shape=box, style=rounded];
	//     start [shape=point, label=""];
	//     s0 [label="lead"];
	//     s1 [label="trial"];
	//     s2 [label="active"];
	//     s3 [label="lost"];
	//     start -> s0;
	//     s0 -> s1 [label="start_trial"];
	//     s1 -> s2 [label="convert"];
	//     s1 -> s3 [label="expire (after 14d)"];
	//     s2 -> s3 [label="cancel"];
	//     s3 -> s1 [label="start_trial"];
	// }
}

func ExampleDefinition_Mermaid() {
	fmt.Print(preset.SaaS().Mermaid(journey.ByGroup))
	// Output:
	// ---
	// title: "SaaS"
	// ---
	// stateDiagram-v2
	//     state "acquisition" as s0
	//     state "customer" as s1
	//     state "churn" as s2
	//     [*] --> s0
	//     s0 --> s2 : cancelled
	//     s0 --> s1 : downgraded
	//     s0 --> s2 : payment_lapsed
	//     s0 --> s1 : renewed
	//     s0 --> s1 : subscribed
	//     s0 --> s1 : upgraded
	//     s0 --> s1 : won_back
	//     s1 --> s2 : cancelled
	//     s1 --> s2 : payment_lapsed
	//     s2 --> s1 : renewed
	//     s2 --> s1 : subscribed
	//     s2 --> s0 : trial_started
	//     s2 --> s1 : upgraded
	//     s2 --> s1 : won_back
	//     classDef goal stroke-width:3px
	//     class s1 goal
}

func ExampleParseSpec() {
	spec := must(journey.ParseSpec(`
journey "car insurance"
initial quote
stage quote
stage covered goal
stage ended terminal

from quote on sign to covered if solvent
from covered on renew to =
from * on close to ended
after quote 720h fires close
`))
	_, err := journey.Define(spec)
	fmt.Println(err)

	// A guard is a name in the text; the program supplies the function.
	d := must(journey.Define(spec.Bind(map[string]func(journey.Journey, journey.Event) bool{
		"solvent": func(j journey.Journey, _ journey.Event) bool { return j.Customer() != "icarus" },
	})))
	_, err = d.Step(d.Start("icarus", jan(1)), journey.Event{Trigger: "sign", At: jan(2)})
	fmt.Println(err)
	// Output:
	// journey: define "car insurance": 1 fault
	// 	Transitions[0].Guard ("quote, sign"): guard "solvent" has no function; see Spec.Bind [guard-unbound]
	// journey: step: customer "icarus" in stage "quote" on "sign" at 2026-01-02T09:00:00Z: not allowed in this stage; refused by guard ["solvent"]; allowed: ["close" "sign"]
}

func ExampleSpec_MarshalText() {
	text := must(signUps.MarshalText())
	fmt.Print(string(text))
	again := must(journey.Define(must(journey.ParseSpec(string(text)))))
	fmt.Println(again.Hash() == must(journey.Define(signUps)).Hash())
	// Output:
	// journey sign-ups
	// initial lead
	// from lead on start_trial to trial
	// from trial on convert to active
	// from trial on expire to lost
	// from lost on start_trial to trial
	// from active on cancel to lost
	// after trial 336h0m0s fires expire
	// milestone activated any of import_data
	// true
}
