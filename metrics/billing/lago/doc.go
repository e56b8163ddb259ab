// Package lago reads the objects of Lago's API v1 and webhooks, and gives spans
// and invoice lines.
//
//	imp, err := lago.New(lago.Options{})
//	err = imp.Catalogue(plans)                       // GET /plans, /applied_coupons
//	for span, err := range imp.Spans(subscriptions) { … }
//	for _, f := range imp.Findings() { … }
//
// The shape is that of every importer: see package importer. Input may be pages
// such as {"subscriptions": […], "meta": …}, single objects as the API and
// webhooks wrap them, and JSON lines of these or of the bare objects.
//
// A subscription names its plan by code; how often it is charged, the plan says,
// and where the subscription has no amount of its own, how much. Plans must
// therefore come first, through Catalogue or in the same input, or be inside.
//
// # What is read
//
//   - [Importer.Spans]: subscription; one span for the fee of the plan, by state,
//     and one of billing.BasisCommitted for what a minimum commitment
//     guarantees beyond the fee.
//   - [Importer.Lines]: the fees of invoices, and fees by themselves.
//
// # A change of plan is another subscription
//
// Lago ends a subscription that changes its plan (next_plan_code) and begins
// another (previous_plan_code). Taken as they stand they would be churn and a
// new subscription; the importer finds the pair and sets Terms.Replaces, and
// ReasonReplaced on the one that ended. Of several that may be meant it takes
// the one nearest in time, whatever the order of the records: what began with a
// change is therefore given when the input ends, with a Warning where its other
// half never came. Memory grows with the number of plan changes.
//
// Webhooks do not say when they were sent. Of several of one subscription the
// one furthest on (pending, active, terminated) counts, and of equals the last in
// the input; they are given when the input ends.
//
// # How fields are read
//
//   - The customer is external_customer_id, the subscription lago_id.
//   - Ends of periods are inclusive (23:59:59); a second is added.
//   - canceled_at on an active subscription is when it was asked for; ending_at
//     becomes CancelAt; terminated_at is the end. status canceled is of those that
//     never began.
//   - Charges are billed by use, monthly on request (bill_charges_monthly), which
//     does not touch the plan's own cycle. They give no span, but one Notice for
//     each plan.
//   - Applied coupons are the customer's: they stand on each subscription.
//
// Source: docs.getlago.com/api-reference.
package lago
