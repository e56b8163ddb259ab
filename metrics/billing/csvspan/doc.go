// Package csvspan reads and writes spans as CSV: the way in for every billing
// system, warehouse or spreadsheet that has no importer of its own.
//
//	imp, err := csvspan.New(csvspan.Options{})
//	for span, err := range imp.Spans(file) { … }
//	for _, f := range imp.Findings() { … }        // every bad row: line, column, value, reason
//
// The shape is that of every importer: see package importer.
//
// # The file
//
// CSV (RFC 4180) in UTF-8 with a header; the separator is the comma, or else the
// semicolon or tab of the header. One row is one billing.Span: a charge at
// constant terms, in force on [from, to). A change of terms ends one row and
// begins the next. Columns may stand in any order; only customer, from and amount
// must be there. An empty cell is the zero value of its field. Columns that begin
// with "_" are the writer's own and not read; any other unknown column is an
// error, since it may be a misspelt one.
//
//	customer      whose revenue this is
//	subscription  the contract
//	item          the charge within it
//	plan          what was bought
//	from, to      RFC 3339, "2006-01-02 15:04:05", a date, or seconds since 1970;
//	              without a zone in Options.Location. An empty to: still in force
//	amount        per cycle, in major units, without tax, before discounts: 19.99
//	tax           per cycle, on top
//	currency      ISO 4217, in either case
//	cycle         ISO 8601 duration: P1M (also when empty), P1Y, P2W, P30D
//	quantity      what amount was computed from; for information
//	state         active, trial, past-due, unpaid, paused, collection-paused, incomplete
//	basis         licensed, metered, committed, one-off
//	cancel_at     scheduled end
//	cancel_asked_at
//	reason        unknown, voluntary, involuntary, replaced
//	paid_through  end of the service period last paid
//	replaces      the subscription that this one carries on
//	test          true or false: a sandbox record
//	id            the source's record, for findings; else "line 12"
//	seq           order between records of one instant
//	recorded, end_recorded
//	              when the row, and when its end, became known
//	product       what the plan is one of
//	end_id        the source's record of the end
//	discount_id, discount_percent, discount_off, discount_from, discount_to,
//	discount_duration (forever, repeating, once), discount_cycles,
//	discount_level (item, subscription), discount_in_mrr (unsaid, yes, no)
//	              a discount; further ones as discount2_id … discount9_in_mrr
//
// For tables of whole months as analysts keep them, customer_id,
// subscription_id, start_date, end_date and monthly_amount are taken for
// customer, subscription, from, to and amount.
//
// # From a warehouse
//
// Select these columns from the tables that mirror the billing system; for the
// tables of Stripe in Fivetran's layout, for example, one row per
// subscription_item with its plan's amount / 100 × quantity, "P" || interval_count
// || the first letter of interval as cycle, and subscription_history's
// start_date, ended_at, status and trial_end as from, to and state.
//
// A text that begins with an apostrophe and =, +, - or @ is read without the
// apostrophe, which keeps spreadsheets from taking it for a formula. A file has at
// most 1,000 columns.
package csvspan
