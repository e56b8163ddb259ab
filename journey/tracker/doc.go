// Package tracker moves customers through their journey live, as events arrive.
//
// A [Tracker] does one event at a time what a journey.Replay does with a whole
// log: it loads the customer from a [Store], lets the journey.Definition
// decide, executes the transition with its [Hooks] on github.com/looplab/fsm,
// and stores the result. A program that only defines or replays journeys does
// not link this package.
//
//	live, err := tracker.New(preset.SaaS(), tracker.NewMemStore(tracker.MemOptions{History: true}), tracker.Options{
//		AutoStart: true,           // the first event starts a customer
//		Grace:     48 * time.Hour, // late events are taken in where they belong
//	})
//	…
//	out, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "trial_started", At: at, ID: "evt-1"})
//	…
//	done, err := live.Tick(ctx, now, tracker.TickOptions{}) // once a minute: timers
//
// # The way of the data
//
//  1. [New] takes a definition, a store and [Options].
//  2. [Tracker.Start] begins the journey of a customer; [Tracker.Fire] applies
//     one event, after the timers that fall due before it; [Tracker.Tick] fires
//     what is due for everybody. An [Outcome] says what came of it.
//  3. Every call is one [Commit] to the store, or a few: the new [State], the
//     version it replaces, and each [Occurrence] that led to it. A [Historian]
//     keeps those, so that repeats are known, late events find their place and
//     [Tracker.Repair] can begin anew; an [Outbox] keeps them until a [Relay] has
//     told others.
//  4. [MemStore] keeps customers in memory; package journeytest has the contract
//     that every other store is tested against.
//
// A timer that fails is [Parked]; it holds up nothing. Time is an argument:
// nothing here reads a clock.
package tracker
