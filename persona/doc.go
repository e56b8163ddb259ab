// Package persona says who the customers are: kinds of customers described,
// told apart by rules, and resting on evidence.
//
// Begin with [Profile], [Set] and [Classifier]:
//
//	c, err := set.Compile()
//	id := c.ID(profile)            // "olga": a key that groups a ledger or a log
//	match, err := c.Classify(profile)
//	fmt.Println(match)             // acme: olga because department = "logistics" …
//
//	persona.Profile ─▶ Classifier ─▶ persona id ─▶ ledger.StatementsBy, touchpoint.Log, reports
//
// In order:
//
//  1. A Profile holds what is known of one customer: traits whose values are
//     strings, numbers, bools or dates.
//  2. A Persona describes a kind of customer and has a Rule over traits that
//     says who is one. A Set of personas is checked for rules that contradict
//     themselves and rules that are never reached.
//  3. Set.Compile gives a Classifier. Classify says which persona a customer is
//     and because of what; Assign does it in bulk and gives the key by which a
//     ledger or a log is grouped.
//  4. Questions and answers of interviews are kept with the persona;
//     Set.Evidence says which of its statements somebody was heard to say and
//     which are assumed.
//
// The package reads no clock and draws no random numbers. Profiles, rules and
// personas are plain values; a Classifier is immutable and safe for any number
// of goroutines.
package persona
