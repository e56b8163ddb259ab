package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// departs prints how a preset differs from Standard.
func departs(p policy.Policy) {
	standard := policy.Standard()
	for _, r := range standard.Diff(p) {
		fmt.Printf("%s: %s\n", r, p.Words(r))
	}
	fmt.Println(len(p.Undocumented), "rules are not documented")
}

// inMay prints what the two customers of records are worth in May.
func inMay(p policy.Policy) {
	r, err := policy.Read(records(), p, policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := r.Ledger()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("MRR on 31 May:", l.MRR(time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)))
}

func ExampleChanges() {
	changes, findings, err := policy.Changes(records(), policy.Stripe(), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range changes {
		fmt.Println(c)
	}
	fmt.Println(len(findings), "findings")
	// Output:
	// 2026-01-01T00:00:00Z acme/sub_1: 1200 USD a P12M, start
	// 2026-02-01T00:00:00Z bolt/sub_2: 50 USD a P1M, start
	// 2026-05-12T00:00:00Z bolt/sub_2: 0 USD a P1M, cancel
	// 0 findings
}

func ExampleBooks_Statement() {
	r, err := policy.Read(records(), policy.Stripe(), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	books, err := r.Books()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := books.Statement(calendar.NewMonth(2026, time.May))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Statement)
	fmt.Println("ARR", s.ARR, "customer churn", s.ChurnRate.Percent(1), "as", s.Policy.Title(), "counts it")
	// Output:
	// 2026-05 USD: 150 - 50 churn = 100, 1 customers
	// ARR 1200 customer churn 50.0% as Stripe counts it
}

// Kill Bill gives weekly and daily plans no MRR.
func ExampleNoFactor() {
	p := policy.Policy{WeekFactor: policy.NoFactor()}
	fmt.Println(p.Words(policy.RuleWeekFactor))
	// Output:
	// weekly charges count nothing
}

func ExampleNewFeed() {
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
	fmt.Println(feed.Size().Objects, "objects")

	_, err = policy.NewFeed(books, policy.Recurly(), o)
	fmt.Println(errors.Is(err, policy.ErrFeed), err)
	// Output:
	// 0 objects
	// true policy: new feed: impossible feed: the ledger has other rules on movements than the policy; make it with Policy.LedgerOptions
}

// A subscription is invoiced for January. Nobody says that it ended, and
// nobody invoices February.
func ExampleFeed_Observe() {
	at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	p, o := policy.Recurly(), policy.Options{Currency: "USD"}
	p.Lapse = policy.Lapse{Rule: policy.LapseAfterDays, Days: 7}
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
	_, _, err = feed.Apply(at(1, 1), billing.Record{Key: "in_1", Lines: []billing.InvoiceLine{{
		Customer: "acme", Subscription: "sub_1", IssuedAt: at(1, 1), From: at(1, 1), To: at(2, 1),
		Amount: decimal.NewFromInt(100), Currency: "USD",
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, now := range []time.Time{at(1, 31), at(2, 5), at(2, 9)} {
		moved, _, err := feed.Observe(now)
		fmt.Println(now.Format(time.DateOnly), books.MRR(now), moved, err)
	}
	// Output:
	// 2026-01-31 100 [] <nil>
	// 2026-02-05 100 [] <nil>
	// 2026-02-09 0 [2026-02-08 acme: churn 100 (100 to 0), cancel] <nil>
}

// What a feed knows is written beside the books, and both are read again.
func ExampleFeed_AppendBinary() {
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	start := func(state, books []byte) (*policy.Feed, error) {
		l, err := ledger.New(p.LedgerOptions(o))
		if err != nil {
			return nil, err
		}
		if books != nil {
			if err := l.UnmarshalBinary(books); err != nil {
				return nil, err
			}
		}
		f, err := policy.NewFeed(l, p, o)
		if err == nil && state != nil {
			err = f.UnmarshalBinary(state)
		}
		return f, err
	}
	f, err := start(nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	event := billing.Record{Key: "sub_2", ID: "evt_1", Created: records()[1].From, Spans: records()[1:]}
	if _, _, err := f.Apply(time.Time{}, event); err != nil {
		fmt.Println(err)
		return
	}
	state, err := f.AppendBinary(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	books, err := f.Ledger().AppendBinary(nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	f, err = start(state, books)
	if err != nil {
		fmt.Println(err)
		return
	}
	moved, _, err := f.Apply(time.Time{}, event) // delivered again
	fmt.Println(len(moved), "moved,", f.Size().Repeats, "repeated,", err)
	// Output:
	// 0 moved, 1 repeated, <nil>
}

func ExampleMetrics() {
	for _, m := range policy.Metrics() {
		fmt.Print(m, " ")
	}
	// Output:
	// mrr new expansion reactivation contraction churn fx churned-customers churn-base
}

func ExampleRules() {
	rules := policy.Rules()
	fmt.Println(len(rules), "rules, the first", rules[0], "and the last", rules[len(rules)-1])
	// Output:
	// 28 rules, the first source and the last churn-rate
}

func ExamplePresets() {
	for _, p := range policy.Presets() {
		fmt.Print(p.Title(), " ")
	}
	// Output:
	// Standard ChartMogul Stripe ProfitWell Baremetrics Maxio Recurly LagoSQL LagoAnalytics KillBill Polar
}

func ExamplePolicy_Words() {
	fmt.Println(policy.Stripe().Words(policy.RuleDiscounts))
	fmt.Println(policy.ProfitWell().Words(policy.RuleDiscounts))
	// Output:
	// only those without end are subtracted, items before subscriptions, not below zero
	// all are subtracted, items before subscriptions, not below zero
}

func ExamplePolicy_Documented() {
	p := policy.Baremetrics()
	fmt.Println(p.Documented(policy.RulePastDue), p.Documented(policy.RuleDiscounts))
	// Output:
	// true false
}

func ExamplePolicy_LedgerOptions() {
	o := policy.Recurly().LedgerOptions(policy.Options{Currency: "EUR"})
	fmt.Println(o.Currency, o.Net)
	// Output:
	// EUR per-month
}

func ExampleReconciliation_Of() {
	r, err := policy.Reconcile(records(), policy.Standard(), policy.Stripe(), calendar.NewMonth(2026, time.May), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range r.Of(policy.MetricChurn) {
		fmt.Println(l.Customer, l.Rule, l.Difference())
	}
	// Output:
	// bolt churn-date 50
}

func ExampleReconciliation_Total() {
	r, err := policy.Reconcile(records(), policy.Standard(), policy.Stripe(), calendar.NewMonth(2026, time.May), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	t := r.Total(policy.MetricMRR)
	fmt.Println(t.A, t.B, t.Difference())
	// Output:
	// 150 100 -50
}

func ExampleReconciliation_WriteText() {
	r, err := policy.Reconcile(records(), policy.Standard(), policy.Stripe(), calendar.NewMonth(2026, time.May), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	var b strings.Builder
	err = r.WriteText(&b, policy.TextOptions{})
	first, _, _ := strings.Cut(b.String(), "\n")
	fmt.Println(first, err)
	// Output:
	// 2026-05 in USD: Standard (A) against Stripe (B) <nil>
}

func ExampleStandard() {
	inMay(policy.Standard())
	// Output:
	// MRR on 31 May: 150
}

func ExampleBaremetrics() {
	departs(policy.Baremetrics())
	// Output:
	// past-due: counts for 30 days, then nothing
	// churn-rate: churned / customers at the start
	// 16 rules are not documented
}

func ExampleChartMogul() {
	departs(policy.ChartMogul())
	// Output:
	// source: recurring invoice lines over their service periods
	// scaling: invoice lines divided by the months of their cycle, prorated ones scaled up to it first
	// first-invoice: a subscription counts nothing until its first invoice is paid
	// lapse: what was invoiced last counts until the next invoice or the end
	// unpaid: counts
	// paused: counts
	// discounts: all are subtracted, items before subscriptions, not below zero
	// rounding: each item's month to 2 places, half-up
	// churn-date: when the billing system ends the subscription
	// coalescing: movements within 1h0m0s of a first one are one
	// free: going to zero with a subscription alive is contraction; the customer stays
	// 4 rules are not documented
}

func ExampleKillBill() {
	departs(policy.KillBill())
	// Output:
	// trials: count what they would charge
	// discounts: none are subtracted
	// week-factor: weekly charges count nothing
	// day-factor: daily charges count nothing
	// rounding: each item's month to 4 places, half-up
	// churn-date: when the billing system ends the subscription
	// rate-date: each span at the rate of its beginning, for good
	// 12 rules are not documented
}

func ExampleLagoAnalytics() {
	inMay(policy.LagoAnalytics())
	// Output:
	// MRR on 31 May: 150
}

func ExampleLagoSQL() {
	departs(policy.LagoSQL())
	// Output:
	// source: recurring invoice lines over their service periods
	// scaling: invoice lines by the days of their service period
	// discounts: all are subtracted, items before subscriptions, not below zero
	// tax: included
	// week-factor: weekly charges × 4.33
	// day-factor: daily charges × 30.44
	// 15 rules are not documented
}

func ExampleMaxio() {
	departs(policy.Maxio())
	// Output:
	// paused: counts
	// discounts: all are subtracted, items before subscriptions, not below zero
	// churn-date: when the customer asks
	// reactivation: any return, up to 90 days; later it is new business
	// churn-rate: churned / customers at the start
	// 11 rules are not documented
}

func ExamplePolar() {
	departs(policy.Polar())
	// Output:
	// trials: count from the start of the month in which they convert
	// paused: counts
	// discounts: all are subtracted, items before subscriptions, not below zero
	// rounding: each subscription's month to 2 places, half-up
	// churn-date: when the billing system ends the subscription
	// committed: committed MRR leaves out whatever has a scheduled end
	// rate-date: all amounts at the rates of the month's last instant
	// churn-count: counts requests to end
	// churn-rate: churned / customers at the start
	// 7 rules are not documented
}

func ExampleProfitWell() {
	departs(policy.ProfitWell())
	// Output:
	// source: recurring invoice lines over their service periods
	// credits: credits and refunds lower the service period they name
	// past-due: counts for 15 days, then nothing
	// metered: usage counts in the period it was used
	// discounts: all are subtracted, items before subscriptions, not below zero
	// week-factor: weekly charges × 4.33
	// day-factor: daily charges × 30
	// same-month: not shown at all
	// 9 rules are not documented
}

func ExampleRecurly() {
	departs(policy.Recurly())
	// Output:
	// source: recurring invoice lines over their service periods
	// credits: credits and refunds lower the service period they name
	// discounts: all are subtracted, items before subscriptions, not below zero
	// day-factor: daily charges × 30
	// netting: one movement per customer and month, between month ends
	// 10 rules are not documented
}

func ExampleStripe() {
	departs(policy.Stripe())
	// Output:
	// discounts: only those without end are subtracted, items before subscriptions, not below zero
	// churn-date: when the customer asks
	// churn-rate: churned / (customers at the start + new)
	// 7 rules are not documented
}
