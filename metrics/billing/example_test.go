package billing_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// A customer on an annual plan with a one-time discount, and one who has asked
// to cancel but is paid up to the end of May.
func records() []billing.Span {
	at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	return []billing.Span{
		{
			Customer: "acme", Subscription: "sub_1", From: at(1, 1),
			Terms: billing.Terms{
				Amount: decimal.NewFromInt(1200), Currency: "USD", Cycle: calendar.Cycle{Unit: calendar.UnitYear},
				Discounts: []billing.Discount{{Percent: decimal.NewFromInt(20), Duration: billing.DurationOnce}},
			},
		},
		{
			Customer: "bolt", Subscription: "sub_2", From: at(2, 1),
			Terms: billing.Terms{
				Amount: decimal.NewFromInt(50), Currency: "USD",
				CancelAskedAt: at(5, 12), CancelAt: at(6, 1),
			},
		},
	}
}

func ExampleLint() {
	spans := records()
	spans[1].Amount = decimal.NewFromInt(-50)
	spans[0].Discounts[0] = billing.Discount{Off: decimal.NewFromInt(1300)}
	for _, f := range billing.Lint(spans, billing.LintOptions{}) {
		fmt.Println(f)
	}
	// Output:
	// fault negative-amount ("bolt", "sub_2") Amount "-50": below zero; credits belong on invoice lines
	// warning over-discount ("acme", "sub_1") Discounts[0].Off "1300": more than the charge 1200; nothing falls below zero
}

func ExamplePrice_Amount() {
	p := billing.Price{Model: billing.ModelGraduated, Tiers: []billing.Tier{
		{UpTo: decimal.NewFromInt(5), Unit: decimal.RequireFromString("7")},
		{UpTo: decimal.NewFromInt(10), Unit: decimal.RequireFromString("6.5")},
		{Unit: decimal.RequireFromString("6")},
	}}
	for _, seats := range []int64{5, 6, 20} {
		amount, err := p.Amount(decimal.NewFromInt(seats))
		fmt.Println(seats, amount, err)
	}
	// Output:
	// 5 35 <nil>
	// 6 41.5 <nil>
	// 20 127.5 <nil>
}

func ExampleSpansOf() {
	at := func(day int) time.Time { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC) }
	spans, findings := billing.SpansOf([]billing.TermsChange{
		{Customer: "acme", At: at(20), Ended: true},
		{Customer: "acme", At: at(1), Terms: billing.Terms{Plan: "basic"}},
		{Customer: "acme", At: at(10), Terms: billing.Terms{Plan: "pro"}},
	})
	for _, s := range spans {
		fmt.Println(s.Plan, s.From.Format(time.DateOnly), s.To.Format(time.DateOnly))
	}
	fmt.Println(len(findings), "findings,", len(billing.TermsChanges(spans)), "changes")
	// Output:
	// basic 2026-01-01 2026-01-10
	// pro 2026-01-10 2026-01-20
	// 0 findings, 3 changes
}
