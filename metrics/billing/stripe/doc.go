// Package stripe reads Stripe's objects as its API, exports and webhooks write
// them, and gives spans and invoice lines.
//
//	imp, err := stripe.New(stripe.Options{})
//	err = imp.Catalogue(pricesAndCoupons)         // optional, see below
//	for span, err := range imp.Spans(export) { … }
//	for _, f := range imp.Findings() { … }
//
// The shape is that of every importer: see package importer. Input may be a
// page of a list, several pages, an array, JSON lines, single objects, and
// webhook events, of any API version: periods, coupons, prorations and prices
// of invoice lines are found where they were before version 2025-03-31 and where
// they are since, and objects of before 2020, which know plans only, are read too.
// Objects of one input may be of different versions.
//
// # What is read
//
//   - [Importer.Spans]: subscription, one span per item and state. Events of
//     subscriptions give spans that follow the changes of terms, in whatever
//     order and however often they were delivered.
//   - [Importer.Lines]: invoice, credit note and refund. Of several events of one
//     of them the latest counts.
//   - [Importer.Catalogue], and both others as they come by: price and plan
//     (for tiers), coupon and discount (for references that were not expanded),
//     subscription schedule (for its coming phases). Lines also learns from charge,
//     payment intent and invoice payment which invoice a refund is of.
//
// Everything else is counted in Progress().Skipped and found once for each kind.
//
// # Refunds and credit notes
//
// Money given back may stand twice in Stripe: as a refund, which names a charge or
// a payment intent only, and in credit notes that name the refund. The rule:
//
//   - A credit note says what of an invoice was taken back, line by line and with
//     its service period: it is what a policy that subtracts credits counts. A
//     refund has no service period and changes no recurring revenue.
//   - A refund is of the invoice that its charge or payment intent paid, or that a
//     credit note naming it is of. One of which neither is known is a Fault and
//     left out; one of a charge that says it has no invoice, a Notice.
//   - Lines of both name the refund, so that revops.CashFlow counts the money once:
//     the refund where it is in the records, else what the notes say of it. A refund
//     that failed or has not succeeded gave nothing back, whatever a note says.
//   - A note that gave back only a part, and credited the rest, is told apart: its
//     lines are filled one after the other with refunds[].amount_refunded and
//     out_of_band_amount, and the line where they end is two, the second with
//     "/rest" behind its ID. Of a note with the one refund of before 2025-03-31
//     all but the latter is taken to be of that; where the refund is known,
//     CashFlow counts no more than it gave.
//
// The order in which they come does not matter.
//
// # How fields are read
//
//   - A span begins at start_date, which backdating sets before created;
//     an item that was added more than a minute after its subscription begins at
//     its own created.
//   - A span ends at ended_at. canceled_at is when it was asked for; cancel_at
//     and cancel_at_period_end become CancelAt.
//   - status past_due, unpaid and paused, and pause_collection, are taken to
//     hold since the start of the current period (paused: since the end of the
//     trial), as the object does not say; a Notice says so. Events do say.
//   - PaidThrough is the end of the current period, or its start where it was
//     not paid (past_due, unpaid, canceled for payment_failed).
//   - Metered items have no amount in a subscription and give no span, but a
//     Notice; Lines has what was used.
//   - Discounts of items come before those of the subscription, and those of
//     the customer count where the subscription has none. An amount off is not
//     limited here: no policy lets a charge fall below zero.
//   - Tax inside the price is taken out where the rates are known, rounded to
//     the minor unit as invoices round it.
//   - Minor units are those of money.StripeExponents: ISK and UGX have two
//     digits, MGA none.
//   - Records with livemode false have Terms.Test set, and so do those of test
//     clocks.
//
// # What Stripe leaves out
//
// A list of subscriptions has no canceled ones unless status=all is asked for;
// tiers, and discounts since 2024, are left out unless expanded; the items of
// a subscription are one page of a list. Each is a finding, because each is
// revenue that would be missing without a word.
//
// Sources: docs.stripe.com/api (objects), docs.stripe.com/changelog/basil
// (2025-03-31), docs.stripe.com/api/refunds, /credit_notes and /invoice-payment,
// docs.stripe.com/currencies.
package stripe
