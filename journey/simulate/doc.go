// Package simulate makes up the customers of a company: lives along a
// journey.Definition, with the touchpoints, subscriptions, invoices and answers
// that go with them, and knows the truth about them. Three names come first:
// [World] is a company as its parameters, [Company] is what came of it, and
// [Truth] is what an estimate from its records has to come back to.
//
//	w := simulate.World{
//		Seed: 1, Definition: d, From: january, To: january.Add(365 * day),
//		Arrivals: simulate.Arrivals{PerMonth: 200, Event: "signed_up"},
//		Moves: []simulate.Move{
//			{From: "trial", On: "subscribed", P: 0.3, Dwell: simulate.LogNormal(6*day, 0.8)},
//			{From: "customer", On: "cancelled", P: 1, Dwell: simulate.Exponential(400 * day)},
//		},
//	}
//	co, err := w.Run(simulate.Options{})
//	r, err := co.Replay() // refuses nothing
//	truth, err := w.Truth() // the transition matrix that r estimates
//
// # The way of the data
//
//  1. A World has a seed. Run keeps every [Customer] in a Company, Each hands
//     them out one by one, for millions.
//  2. Customers are semi-Markov: on entering a stage they draw how they will
//     leave it ([Move]) and after what time ([Dwell]); the definition's timers
//     fire before. In the stage they have habits, payments fail, surveys ask.
//  3. A Company gives touchpoint events, journey events, spans, invoices,
//     answers and Stripe's webhooks. [Deliver] brings records late, twice, out of
//     order or never.
//  4. Truth, Credit and Revenue are closed forms of the parameters.
//  5. [Fit] goes the other way: parameters from a replay and a ledger, so that
//     a company can simulate itself and ask what if.
//
// Every customer has a stream of chance seeded by the world's seed and the
// customer: results do not depend on the number of goroutines, and of two worlds
// that differ in what one persona does the others' customers stay as they are. All
// instants of events are whole seconds.
package simulate
