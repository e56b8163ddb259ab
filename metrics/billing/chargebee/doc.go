// Package chargebee reads the objects of Chargebee's API v2 and its webhooks,
// of both product catalogues, and gives spans and invoice lines.
//
//	imp, err := chargebee.New(chargebee.Options{})
//	for span, err := range imp.Spans(export) { … }
//	for _, f := range imp.Findings() { … }
//
// The shape is that of every importer: see package importer. Input may be pages
// ({"list": [{"subscription": …}], "next_offset": …}), single objects as the API
// wraps them, events, and JSON lines of any of these.
//
// # What is read
//
//   - [Importer.Spans]: subscription, one span per item and state; events give
//     spans that follow the changes, in whatever order and however often they
//     came.
//   - [Importer.Lines]: invoice. Of several events of one invoice the latest
//     counts.
//   - [Importer.Catalogue], and both others as they come by: item_price (the
//     pricing model of tiers, the period of an add-on) and coupon.
//
// # How fields are read
//
//   - Amounts are integers of minor units or, with multi-decimal pricing, text of
//     major units in fields that end in _in_decimal, which go first. Minor units
//     have two digits in every currency that has any, the dinars included.
//   - The amount of an item is Chargebee's own (it has the tiers and the free
//     quantity in it). Where there is none it is computed; where the unit price
//     times the quantity says otherwise, a Warning does too.
//   - An item without a period of its own has that of its item_price, where the
//     catalogue knows it, else that of the subscription.
//   - non_renewing counts until cancelled_at, which becomes CancelAt, as does the
//     end of the last of remaining_billing_cycles outside a contract term.
//   - A subscription is past due since due_since.
//   - A trial is that of the item, else that of the subscription.
//   - deleted subscriptions are left out, with a Warning.
//   - included_in_mrr of a discount is kept in Discount.InMRR.
//
// Source: apidocs.chargebee.com/docs/api/subscriptions, /currencies, /events.
// There is no public export to test against: the tests are written by these.
package chargebee
