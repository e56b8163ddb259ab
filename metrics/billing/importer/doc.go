// Package importer is what the importers of billing systems have in common for
// those who use one (billing/stripe, billing/recurly, billing/paddle,
// billing/lago, billing/chargebee, billing/csvspan): their options, limits,
// progress and errors. Each importer has the same shape:
//
//	imp, err := stripe.New(stripe.Options{})      // options are checked once
//	err = imp.Catalogue(prices)                   // what subscriptions refer to; where a system needs it
//	for span, err := range imp.Spans(export) {    // streams; an error is the last thing it yields
//		…
//	}
//	for _, f := range imp.Findings() { … }        // what could not be honoured, by record and field
//
// Spans yields the recurring charges of an export, Lines the lines of its
// invoices. Both read their input once, from front to back, and keep one record
// in memory: how long the export is does not matter. What has to be remembered
// is said by each importer; it is always something smaller than the export,
// such as the plans.
//
// # Broken input and bad records
//
// Input that is broken (JSON that does not parse, a read that fails, a record
// beyond [Limits]) ends the iteration with an [Error] that says where: nothing
// after it can be trusted. A record that is well formed and cannot be honoured
// is a [billing.Finding] with its id, its field and what was done about it, and
// the iteration goes on. No amount is ever zero because a field was missing.
//
// Whether all went well is therefore two questions: did the iteration end
// without an error, and are there findings of severity [billing.Fault].
//
// # Forms of input
//
// Importers of JSON take what the vendors' APIs, exports and webhooks give:
// one object, a page of a list (and pages of lists, one after the other or in
// an array), an array, JSON lines, and any mixture. Elements of lists and
// arrays are read one at a time.
//
// # Events
//
// A webhook carries the whole subscription as it stood at one moment. Importers
// put these versions in order, whatever order they came in and however often,
// and give the spans between them. The versions are held until the stream ends;
// an export of objects needs none.
package importer
