// Package billing turns what billing systems store into changes of a ledger,
// under a policy that states every rule on which vendors disagree, and explains
// the difference between two dashboards customer by customer.
//
// The data path:
//
//  1. An importer (billing/stripe, billing/csvspan …) reads a source into
//     Spans: a recurring charge at constant terms, in force on [From, To). A
//     Price turns tiers and quantities into the span's Amount; InvoiceLines
//     are kept where amounts are to be read from invoices. Sources of events
//     give TermsChanges, which SpansOf turns into spans. What an importer
//     cannot honour is a Finding, never a silent zero.
//  2. Lint says what is wrong or doubtful with the records as such.
//  3. A Policy says what counts, how much and when. The zero Policy is
//     Standard; ChartMogul, Stripe and the other presets follow what their
//     vendors publish and list what they do not. String says all of it.
//  4. Read brings records and policy together. Its Reading yields Changes for
//     a ledger.Ledger, committed and trial MRR as series of their own, and
//     findings. Stream does the same for more spans than fit into memory.
//  5. Reading.Books is the ledger with the rules a ledger does not know (free
//     customers, the churn rate): Statement is a month, Churn any window.
//  6. Reconcile explains one month under two policies: for MRR, every movement
//     and the churn rate, which customer, which subscription, which rule and
//     how much, in lines that sum to the difference exactly.
//
// # Exactness
//
// Amounts are decimals and fractions of them; nothing is rounded unless the
// policy says so. A charge whose month is no decimal (100 a year) reaches the
// ledger as an amount per whole months; so does one by the week or the day under
// a factor of a vendor, such as 4.33. The rare one that has no such form within
// 12 places and 1200 months is rounded to 12 places, with a finding.
//
// # Faults
//
// A record that cannot be read counts nothing and is a finding of severity
// Fault; all others count. Whoever must not publish a number with faults asks
// Reading.Faults first.
package billing
