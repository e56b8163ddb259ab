// Package revops answers what a revenue team asks of billing records beside
// recurring revenue itself: which trials convert, which contracts are up for
// renewal and renew, what the coming months hold, what use brings in beside flat
// fees, and what invoices bring in as cash.
//
//	due, _, err := revops.Renewals(spans, policy.Standard(), o, from, to, until)
//	for _, r := range due {
//		fmt.Println(r) // 2026-03 annual: 12 due, 10 renewed, 1 open: 90.9%
//	}
//
// The data path:
//
//  1. [Trials] reads spans: of the trials that began in a month, how many convert.
//  2. [Renewals] reads spans and a policy: what comes to the end of its term in a
//     month, how much of it goes on, by the length of the term.
//  3. [Outlook] reads a policy.Reading: MRR at the ends of coming months, as far as
//     it is scheduled, and the committed part of it.
//  4. [Usage] keeps flat and metered revenue as books of their own, with who has
//     which.
//  5. [CashFlow] reads invoice lines: invoiced, collected, refunded, failed and
//     recovered.
//
// Results are slices of flat values, one a row, with JSON and String. What is
// rounded is rounded once, to ledger.Places; a rate of nothing is undefined.
package revops
