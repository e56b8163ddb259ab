// Package journeytest helps other people's test suites to simulate journeys.
//
// What it offers, from the smallest to the largest:
//
//   - [Clock] is a clock that stands still until it is told to move.
//   - [Parse] reads events from text: "1a 2b 3c", or one line per event such as
//     "acme trial_started 2026-01-05".
//   - [Walk] leads one customer through a definition and asserts the stages.
//   - [Paths] lists every simple path from the start to the goals, over events
//     and over timers; a path can be played.
//   - [Events] and [Draws] make random streams of events that a definition
//     accepts, or of which it is known which it refuses; [Spec] makes random
//     definitions.
//   - [World] is a company whose truth is known, by hazards and branches, in ten
//     lines; package journey/simulate is behind it.
//   - [TestStore] is the contract that every [tracker.Store] has to keep, with
//     an explanation of each rule; [CheckStore] is the same without package
//     testing. [FailingStore] is a store that fails in the ways stores do.
//
// Randomness is an argument: equal generators give equal results, on every
// machine. Nothing here reads the time of day; only CheckStore waits, and only
// for a store that hangs.
package journeytest
