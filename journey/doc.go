// Package journey says where customers are: a typed definition of the stages of
// their life with a product, and what follows from it. Three names come first:
// [Spec] is the definition as written, [Definition] is what [Define] makes of
// it, and [Journey] is where one customer is.
//
//	d, err := journey.Define(journey.Spec{
//		Initial: "trial",
//		Transitions: []journey.Transition{
//			{From: "trial", On: "subscribed", To: "customer"},
//			{From: "trial", On: "expired", To: "gone"},
//			{From: "customer", On: "cancelled", To: "gone"},
//		},
//		After: []journey.Timer{{Stage: "trial", After: 14 * 24 * time.Hour, Trigger: "expired"}},
//	})
//	j := d.Start("acme", monday)
//	j, err = d.Step(j, journey.Event{Trigger: "subscribed", At: friday})
//	fmt.Println(j.Stage()) // customer
//
// # The way of the data
//
//  1. Define compiles a Spec of stages, transitions, timers and milestones, and
//     reports everything wrong with it at once. Stages nest; [Spec.Refine] gives
//     a stage parts. Package journey/preset has definitions to start from.
//  2. Start gives a customer's Journey, a small immutable value; StartAt begins
//     in any stage.
//  3. Step turns a Journey and an [Event] into the next Journey, or says why
//     not in a [*TransitionError]. Timers that fall due before the event fire
//     before it. Milestones observe: what is reached never depends on where the
//     customer stood.
//  4. ReplayLog folds Step over a log of touchpoints, which [Rules] map to
//     triggers; Replay does it for events at hand. A [Replay] knows every
//     customer's visits; its [Summary] has the tables, at any level of the
//     stages: sojourn times, transitions, arrivals, events, refusals. Summaries
//     and milestone reports of shards add up.
//  5. Package tracker does live what Replay does in bulk.
//
// Text, JSON, Mermaid and DOT show the same definition. Time is an argument
// everywhere: nothing here reads a clock. Money does not occur.
package journey
