// Package billing turns what billing systems store into changes of a ledger,
// under a policy that states every rule on which vendors disagree.
//
// The data path:
//
//  1. An importer (billing/stripe, billing/csvspan …) reads a source into
//     Spans: a recurring charge at constant terms, in force on [From, To).
//     A Price turns tiers and quantities into the span's Amount; an
//     InvoiceLine is kept where amounts are to be read from invoices. What the
//     importer cannot honour is a Finding, never a silent zero.
package billing
