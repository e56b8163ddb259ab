// Package billing holds what billing systems store, in records that every
// importer speaks and every rule reads, and what can be said of them without a
// rule.
//
// A [Span] is a recurring charge at constant terms, in force on [From, To): a
// fact about what was agreed, with no opinion on what of it counts. A [Price]
// turns tiers and quantities into its Amount, a [Discount] lessens it, and an
// [InvoiceLine] is what was charged in the end.
//
//	price := billing.Price{Model: billing.ModelPerUnit, Unit: decimal.NewFromInt(12)}
//	amount, err := price.Amount(decimal.NewFromInt(5)) // 60 for five seats
//	span := billing.Span{
//		Customer: "acme", Subscription: "sub_1", From: january,
//		Terms: billing.Terms{Amount: amount, Currency: "EUR", Quantity: decimal.NewFromInt(5)},
//	}
//	for _, f := range billing.Lint([]billing.Span{span}, billing.LintOptions{}) {
//		fmt.Println(f) // what is wrong or doubtful with the records as such
//	}
//
// The data path:
//
//  1. An importer (billing/stripe, billing/csvspan …) reads a source into
//     Spans and InvoiceLines. Sources of events give [TermsChange]s, which
//     [SpansOf] turns into spans. What an importer cannot honour is a
//     [Finding], never a silent zero.
//  2. [Lint] says what is wrong or doubtful with the records as such.
//  3. Package billing/policy brings records and a policy together: changes for
//     a ledger, books, and two policies reconciled.
//
// # Faults
//
// A record that cannot be read counts nothing and is a finding of severity
// Fault; all others count.
package billing
