// Package journey says where customers are: a typed definition of the stages of
// their life with a product, and what follows from it.
//
// A definition is written once, as a [Spec], and compiled by [Define], which
// reports everything wrong with it. The [Definition] is immutable. It answers
// where a trigger leads ([Definition.Next]), moves one customer at a time
// ([Definition.Step]), and replays a whole log of events
// ([Definition.Replay]). Text, JSON, Mermaid and DOT show the same definition.
//
// # The way of the data
//
//  1. Define compiles a Spec of stages, transitions, timers and milestones.
//  2. Start gives a customer's [Journey], a small immutable value.
//  3. Step turns a Journey and an [Event] into the next Journey, or says why
//     not in a [*TransitionError]. Timers that fall due before the event fire
//     before it.
//  4. Replay folds Step over the events of every customer and keeps what a
//     report needs: final stages, visits, sojourn times, transition counts,
//     milestones, and every refusal with its reason.
//  5. Package tracker does live what Replay does in bulk.
//
// Every report of a replay can be read by stage or, where stages belong to a
// larger one, by group. Package journey/preset has definitions to start from.
//
// Time is an argument everywhere: nothing here reads a clock. Money does not
// occur.
package journey
