package billing_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

// versions are what two webhooks say of one subscription, the later one first.
func versions() []billing.Record {
	terms := func(amount int64) []billing.Span {
		return []billing.Span{{Customer: "acme", Subscription: "sub_1", From: on(1, 1), Terms: billing.Terms{Amount: decimal.NewFromInt(amount), Currency: "EUR"}}}
	}
	return []billing.Record{
		{Key: "subscription sub_1", ID: "evt_2", Created: on(3, 1), Spans: terms(80)},
		{Key: "subscription sub_1", ID: "evt_1", Created: on(1, 1), Spans: terms(50)},
	}
}

// Webhooks come in any order; folded in order of their creation each version
// holds until the next.
func ExampleFold() {
	rs := versions()
	slices.SortFunc(rs, func(a, b billing.Record) int { return a.Compare(&b) })
	for _, s := range billing.Fold(nil, rs...) {
		fmt.Println(s.From.Format(time.DateOnly), s.Amount, s.To.IsZero())
	}
	// Output:
	// 2026-01-01 50 false
	// 2026-03-01 80 true
}

// Between versions of one instant the higher Version is later.
func ExampleRecord_Compare() {
	created, updated := billing.Record{Created: on(1, 1), Version: 0}, billing.Record{Created: on(1, 1), Version: 1}
	fmt.Println(created.Compare(&updated), updated.Compare(&created))
	// Output: -1 1
}

// A record that names nothing belongs nowhere.
func ExampleRecord_Check() {
	r := billing.Record{ID: "evt_1"}
	fmt.Println(r.Check(func(f billing.Finding) { fmt.Println(f) }))
	// Output:
	// fault missing-key "evt_1" Key "": empty; nothing says which object it is a version of
	// false
}

// Whoever writes an importer of their own checks what comes out.
func ExampleSpan_Check() {
	s := billing.Span{Customer: "acme", From: on(2, 1), To: on(1, 1)}
	fmt.Println(s.Check(func(f billing.Finding) { fmt.Println(f) }))
	// Output:
	// fault end-before-start ("acme") To "2026-01-01T00:00:00Z": before From 2026-02-01T00:00:00Z; the span counts nothing
	// false
}

func ExampleInvoiceLine_Check() {
	l := billing.InvoiceLine{Customer: "acme", IssuedAt: on(1, 1), From: on(1, 1), Currency: "EUR", Amount: decimal.NewFromInt(10)}
	fmt.Println(l.Check(func(f billing.Finding) { fmt.Println(f) }))
	// Output:
	// fault missing-time ("acme") To "": a service period has both ends or none; the line counts nothing
	// false
}

// Terms that are equal do not make a new span: 50 and 50.00 are one price, and
// another discount is another price.
func ExampleTerms_Equal() {
	a := billing.Terms{Amount: decimal.RequireFromString("50")}
	b := billing.Terms{Amount: decimal.RequireFromString("50.00")}
	fmt.Println(a.Equal(&b))
	b.Discounts = []billing.Discount{{ID: "spring", Percent: decimal.NewFromInt(10)}}
	fmt.Println(a.Equal(&b))
	// Output:
	// true
	// false
}

func ExampleDiscount_Equal() {
	ten := billing.Discount{ID: "spring", Percent: decimal.NewFromInt(10)}
	once := ten
	once.Duration = billing.DurationOnce
	fmt.Println(ten.Equal(ten), ten.Equal(once))
	// Output: true false
}

// What spans are made of: one change where they touch, and an end.
func ExampleTermsChanges() {
	spans := []billing.Span{
		{Customer: "acme", From: on(1, 1), To: on(2, 1), Terms: billing.Terms{Plan: "basic"}},
		{Customer: "acme", From: on(2, 1), To: on(3, 1), Terms: billing.Terms{Plan: "pro"}},
	}
	for _, c := range billing.TermsChanges(spans) {
		fmt.Println(c.At.Format(time.DateOnly), c.Plan, c.Ended)
	}
	// Output:
	// 2026-01-01 basic false
	// 2026-02-01 pro false
	// 2026-03-01  true
}

// Two workers read halves of an export, and what they found is one list.
func ExampleFindings_Join() {
	var a, b billing.Findings
	a.Add(billing.Finding{Code: billing.CodeMissingPrice, Severity: billing.Fault, Record: "sub_1", Message: "no items"})
	b.Add(billing.Finding{Code: billing.CodeTestMode, Severity: billing.Notice, Record: "sub_9", Message: "a record of test mode"})
	a.Join(&b)
	for _, f := range a.All() {
		fmt.Println(f)
	}
	// Output:
	// fault missing-price "sub_1": no items
	// notice test-mode "sub_9": a record of test mode
}

// Findings stop at billing.MaxFindings, so that hostile input cannot fill memory
// with complaints about it.
func ExampleFindings_Add() {
	var f billing.Findings
	for range 3 * billing.MaxFindings {
		f.Add(billing.Finding{Code: billing.CodeName, Severity: billing.Fault})
	}
	all := f.All()
	fmt.Println(len(all)-billing.MaxFindings, all[len(all)-1].Message)
	// Output: 1 and so many more than the first 10000
}
