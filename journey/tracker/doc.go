// Package tracker moves customers through their journey live, as events arrive.
//
// A [Tracker] does one event at a time what a journey.Replay does with a whole
// log: it loads the customer from a [Store], lets the journey.Definition
// decide, executes the transition with its [Hooks] on github.com/looplab/fsm,
// and stores the result. A program that only defines or replays journeys does
// not link this package.
//
// # The way of the data
//
//  1. [New] takes a definition, a store and [Options].
//  2. [Tracker.Start] begins the journey of a customer; [Tracker.Fire] applies
//     one event, after the timers that fall due before it; [Tracker.Tick] fires
//     what is due for everybody.
//  3. Every call is one [Commit] to the store, or a few: the new
//     journey.Snapshot, the version it replaces, and each [Occurrence] that led
//     to it. A store may write those to a history or an outbox.
//  4. [MemStore] keeps customers in memory; package journeytest has the contract
//     that every other store is tested against.
//
// Time is an argument: nothing here reads a clock.
package tracker
