// Package touchpoint is about what happens between a customer and the company:
// as it was, and as it was planned.
//
// Begin with [Event], [Log] and [Match]:
//
//	log, err := touchpoint.NewLog(events) // any order, duplicates dropped by (Source, ID)
//	for e := range log.Of("acme") {
//		fmt.Println(e.At, e.Name, e.Channel)
//	}
//	trials, err := log.Select(touchpoint.Named("trial_started"))
//
//	touchpoint.Event ─▶ touchpoint.Log ─▶ journey.Replay, funnels, attribution
//
// In order:
//
//  1. Event says that something happened to a customer: name, channel, time.
//  2. A Log holds many events in columns, ordered by (customer, time, input
//     order). NewLog and LogOf build it, refuse bad rows with their positions,
//     and drop duplicates. LogOptions names what else to keep: campaign, cost,
//     value, attributes.
//  3. Log.Events, Log.Of and Log.ByCustomer give events back; Log.Columns gives
//     arrays to programs that read millions; Log.Select compiles sets of
//     Matches, the one way to say "these events".
//  4. Merge puts parts together; MarshalBinary stores a log.
//  5. A Touchpoint says for one planned meeting of customer and company what
//     each side wants and does, how the customer should feel and what should
//     come of it. A Catalogue of them is checked for faults; StandardSaaS is one
//     to start from.
//
// Times given to the package are instants; times it returns are in UTC.
// Amounts are exact decimals. Nothing here reads the clock. A Log is immutable
// and safe for any number of goroutines.
package touchpoint
