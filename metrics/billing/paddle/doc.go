// Package paddle reads the entities of Paddle Billing as its API and its
// notifications write them, and gives spans and invoice lines. Paddle Classic
// is another system.
//
//	imp, err := paddle.New(paddle.Options{})
//	for span, err := range imp.Spans(export) { … }
//	for _, f := range imp.Findings() { … }
//
// The shape is that of every importer: see package importer. Input may be pages
// of GET /subscriptions, /transactions and /events, single entities as the API
// wraps them in "data", notifications, and JSON lines of any of these. What an
// entity is, its id says: sub_, txn_, dsc_.
//
// # What is read
//
//   - [Importer.Spans]: subscription, one span per item and state; notifications
//     of subscriptions give spans that follow the changes, in whatever order and
//     however often they came.
//   - [Importer.Lines]: transaction. Of several notifications of one transaction
//     the latest counts.
//   - [Importer.Catalogue], and both others as they come by: discount, of which
//     a subscription has the id and dates only.
//
// # How fields are read
//
//   - Amounts are text of minor units; a charge is the unit price times the
//     quantity.
//   - Items that do not recur stand in a subscription too, and become spans of
//     billing.BasisOneOff.
//   - The price of an item is in its own currency; a customer elsewhere pays an
//     override for the country, or a conversion. The subscription does not say
//     the amount then: an override in the currency of the subscription is taken
//     where there is just one, else the price as it stands, with a Warning.
//     Transactions have what was charged.
//   - tax_mode internal means that tax is inside, how much only transactions say:
//     a Warning. Lines are always without tax.
//   - scheduled_change cancel becomes CancelAt, pause and resume bound the
//     paused state.
//   - past_due holds since the start of the current billing period, as the
//     entity does not say.
//
// Source: developer.paddle.com/api-reference.
package paddle
