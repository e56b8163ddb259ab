package policy_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
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

func ExampleRead() {
	r, err := policy.Read(records(), policy.Standard(), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range r.Changes() {
		fmt.Println(c.At.Format(time.DateOnly), c.Customer, c.Amount, c.Cycle, c.Cause)
	}
	fmt.Println(len(r.Faults()), "faults")
	// Output:
	// 2026-01-01 acme 1200 P12M start
	// 2026-02-01 bolt 50 P1M start
	// 2026-06-01 bolt 0 P1M cancel
	// 0 faults
}

func ExampleReconcile() {
	may := calendar.NewMonth(2026, time.May)
	r, err := policy.Reconcile(records(), policy.Maxio(), policy.Stripe(), may, policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range r.Of(policy.MetricMRR) {
		fmt.Println(l.Customer, l.Subscription, l.Rule, l.A, "->", l.B)
	}
	t := r.Total(policy.MetricMRR)
	fmt.Println("MRR", t.A, "->", t.B, "difference", t.Difference())
	// Output:
	// acme sub_1 discounts 80 -> 100
	// MRR 80 -> 100 difference 20
}

func ExampleReconciliation_String() {
	may := calendar.NewMonth(2026, time.May)
	custom := policy.Policy{Name: "ours", ChurnDate: policy.EndRequested}
	r, err := policy.Reconcile(records(), policy.Standard(), custom, may, policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(r)
	// Output:
	// 2026-05 in USD: Standard (A) against ours (B)
	//
	//                           A       B  difference
	//                 mrr  150.00  100.00      -50.00
	//                 new    0.00    0.00        0.00
	//           expansion    0.00    0.00        0.00
	//        reactivation    0.00    0.00        0.00
	//         contraction    0.00    0.00        0.00
	//               churn    0.00   50.00      +50.00
	//                  fx    0.00    0.00        0.00
	//   churned-customers       0       1          +1
	//          churn-base       2       2           0
	//          churn rate   0.00%  50.00%
	//
	// Rules that differ, in the order in which they are switched from A to B:
	//   1. churn-date: at the end of paid service -> when the customer asks
	//
	// mrr: 150.00 -> 100.00, difference -50.00
	//   churn-date: -50.00
	//     bolt  sub_2  50.00 -> 0.00  -50.00
	//
	// churn: 0.00 -> 50.00, difference +50.00
	//   churn-date: +50.00
	//     bolt  sub_2  0.00 -> 50.00  +50.00
	//
	// churned-customers: 0 -> 1, difference +1
	//   churn-date: +1
	//     bolt  -  0 -> 1  +1
}

func ExampleReading_Books() {
	r, err := policy.Read(records(), policy.Stripe(), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := r.Books()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := b.Statement(calendar.NewMonth(2026, time.May))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("MRR", s.Revenue.Closing(), "ARR", s.ARR, "churned", s.ChurnRate, "under", s.Policy.Title())
	// Output:
	// MRR 100 ARR 1200 churned 0.5 under Stripe
}

func ExampleBooks_Churn() {
	r, err := policy.Read(records(), policy.Stripe(), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := r.Books()
	if err != nil {
		fmt.Println(err)
		return
	}
	// Stripe publishes the rate of the last 30 days.
	to := time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC)
	c, err := b.Churn(calendar.Period{From: to.AddDate(0, 0, -30), To: to})
	fmt.Println(c.Customers.Churned, "of", c.Customers.Opening, "is", c.Rate.Percent(1), err)
	// Output:
	// 1 of 2 is 50.0% <nil>
}

func ExampleReading_Committed() {
	r, err := policy.Read(records(), policy.Standard(), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := ledger.New(r.Policy().LedgerOptions(r.Options()))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := l.Append(slices.Collect(r.Committed())...); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.MRR(time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)), l.MRR(time.Date(2026, 5, 13, 0, 0, 0, 0, time.UTC)))
	// Output:
	// 150 100
}

func ExamplePolicy_Diff() {
	for _, r := range policy.Stripe().Diff(policy.Maxio()) {
		fmt.Printf("%s: %s / %s\n", r, policy.Stripe().Words(r), policy.Maxio().Words(r))
	}
	// Output:
	// paused: counts nothing / counts
	// discounts: only those without end are subtracted, items before subscriptions, not below zero / all are subtracted, items before subscriptions, not below zero
	// reactivation: any return / any return, up to 90 days; later it is new business
	// churn-rate: churned / (customers at the start + new) / churned / customers at the start
}

func ExamplePreset() {
	p, err := policy.Preset("killbill")
	fmt.Println(p.Title(), p.Words(policy.RuleWeekFactor), p.Documented(policy.RulePastDue), err)
	// Output:
	// KillBill weekly charges count nothing false <nil>
}

func ExampleParseFactor() {
	f, err := policy.ParseFactor("30.4375/7")
	fmt.Println(f, policy.Policy{WeekFactor: f}.Words(policy.RuleWeekFactor), err)
	// Output:
	// 30.4375/7 weekly charges × 30.4375/7 <nil>
}

func ExampleStream() {
	source := func(yield func(billing.Span, error) bool) {
		for _, s := range records() {
			if !yield(s, nil) {
				return
			}
		}
	}
	changes, err := policy.Stream(source, policy.Standard(), policy.Options{Currency: "USD"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := ledger.New(policy.Standard().LedgerOptions(policy.Options{Currency: "USD"}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.Load(changes), l.MRR(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)))
	// Output:
	// <nil> 150
}

func ExampleReading_Standing() {
	r, err := policy.Read(records(), policy.Standard(), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := r.Standing(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	fmt.Println(s.Active(), "active,", s.Customers, "customer", err)
	// Output:
	// 1 active, 1 customer <nil>
}

// Three webhooks arrive in the wrong order: the last says that the cancellation
// was withdrawn.
func ExampleFeed_Apply() {
	at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	span := func(end time.Time) billing.Span {
		return billing.Span{
			Customer: "acme", Subscription: "sub_1", From: at(1, 1),
			Terms: billing.Terms{Amount: decimal.NewFromInt(100), Currency: "USD", CancelAt: end},
		}
	}
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	books, err := ledger.New(p.LedgerOptions(o))
	if err != nil {
		fmt.Println(err)
		return
	}
	feed, err := policy.NewFeed(books, p, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range []billing.Record{
		{Key: "sub_1", ID: "evt_3", Created: at(2, 20), Spans: []billing.Span{span(time.Time{})}},
		{Key: "sub_1", ID: "evt_1", Created: at(1, 1), Spans: []billing.Span{span(time.Time{})}},
		{Key: "sub_1", ID: "evt_2", Created: at(2, 10), Spans: []billing.Span{span(at(3, 1))}},
	} {
		moved, findings, err := feed.Apply(at(2, 21), r)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, m := range moved {
			fmt.Println(m.At.Format(time.DateOnly), m.Kind, m.Amount, m.IDs)
		}
		for _, f := range findings {
			fmt.Println(f)
		}
	}
	fmt.Println("March:", books.MRR(at(3, 15)))
	fmt.Println("March as known on 15 February:", books.AsOf(at(2, 15)).MRR(at(3, 15)))
	// Output:
	// 2026-01-01 new 100 [evt_3]
	// warning assumed "evt_3" ("acme", "sub_1") From "2026-01-01T00:00:00Z": began before the first record of it, of 2026-02-20T00:00:00Z: what was charged until then is taken to be the same
	// March: 100
	// March as known on 15 February: 0
}
