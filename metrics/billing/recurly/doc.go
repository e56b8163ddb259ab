// Package recurly reads the objects of Recurly's API v3 (2019-10-10 to
// 2021-02-25), and rows of warehouses that mirror it, and gives spans and
// invoice lines.
//
//	imp, err := recurly.New(recurly.Options{})
//	err = imp.Catalogue(plans)                       // GET /plans
//	for span, err := range imp.Spans(subscriptions) { … }
//	for _, f := range imp.Findings() { … }
//
// The shape is that of every importer: see package importer.
//
// A Recurly subscription does not say how often it is charged: its plan does.
// Plans must therefore come before the subscriptions, through Catalogue or in
// the same input. Full coupons and subscription add-ons may come that way too.
//
// # What is read
//
//   - [Importer.Spans]: subscription, one span for the plan and one for each
//     add-on, by state.
//   - [Importer.History]: rows of a table that keeps every version of a
//     subscription (Fivetran's subscription_history), in any order; a version
//     holds from its updated_at until the next one's.
//   - [Importer.Lines]: invoice and line_item.
//
// # How fields are read
//
//   - The customer is the account's code, which is the merchant's own id; where
//     a record has no code, its id.
//   - Amounts are in major units. They are JSON numbers, and never become
//     floats here.
//   - canceled is not the end: it is paid for, and counts, until expires_at, which
//     becomes CancelAt. expired ended at expires_at.
//   - A trial is what trial_started_at and trial_ends_at say, whatever the state.
//   - paused_at may lie ahead, at the end of the current period; the pause ends
//     after remaining_pause_cycles then.
//   - The zero time of year 1, which clients in Go write, means unset.
//   - Add-ons billed by use give no span, but a Notice.
//   - A change that is pending is a Notice, not a span.
//
// Source: developers.recurly.com/api/v2021-02-25.
package recurly
