package revops_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/revops"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

func charge(customer string, amount int64, from, to time.Time, terms billing.Terms) billing.Span {
	terms.Amount, terms.Currency = decimal.NewFromInt(amount), "USD"
	return billing.Span{Customer: customer, Subscription: customer, From: from, To: to, Terms: terms}
}

func ExampleTrials() {
	trial := billing.Terms{State: billing.StateTrial}
	spans := []billing.Span{
		charge("acme", 50, date("2026-01-05"), date("2026-01-19"), trial),
		charge("acme", 50, date("2026-01-19"), time.Time{}, billing.Terms{}),
		charge("bolt", 50, date("2026-01-07"), date("2026-01-21"), trial),
		charge("cone", 50, date("2026-01-30"), date("2026-02-13"), trial),
	}
	january := calendar.NewMonth(2026, time.January)
	cohorts, findings, err := revops.Trials(spans, january, january, date("2026-02-01"), nil)
	if err != nil || len(findings) > 0 {
		fmt.Println(findings, err)
		return
	}
	fmt.Println(cohorts[0])
	// Output:
	// 2026-01: 3 trials, 1 converted, 0 free, 1 lost, 1 open: 50.0%
}

// Two annual contracts come to the end of their year in March; one goes on, for
// more.
func ExampleRenewals() {
	annual := billing.Terms{Cycle: calendar.Cycle{Unit: calendar.UnitYear}}
	spans := []billing.Span{
		charge("acme", 1200, date("2025-03-10"), date("2026-03-10"), annual),
		charge("acme", 1500, date("2026-03-10"), time.Time{}, annual),
		charge("bolt", 600, date("2025-03-20"), date("2026-03-20"), annual),
	}
	march := calendar.NewMonth(2026, time.March)
	rows, _, err := revops.Renewals(spans, policy.Standard(), policy.Options{Currency: "USD"}, march, march, date("2026-04-01"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range rows {
		if r.Term == revops.TermAnnual {
			fmt.Println(r)
			fmt.Println("of revenue", r.GrossRate().Percent(1), "with what was sold", r.NetRate().Percent(1))
		}
	}
	// Output:
	// 2026-03 annual: 2 due, 1 renewed, 1 lost, 0 open: 50.0%
	// of revenue 66.7% with what was sold 83.3%
}

// A price that rises in July, and a customer who has asked to leave.
func ExampleOutlook() {
	spans := []billing.Span{
		charge("acme", 100, date("2026-01-01"), date("2026-07-01"), billing.Terms{}),
		charge("acme", 130, date("2026-07-01"), time.Time{}, billing.Terms{}),
		charge("bolt", 50, date("2026-02-01"), time.Time{}, billing.Terms{CancelAskedAt: date("2026-05-12"), CancelAt: date("2026-08-01")}),
	}
	r, err := policy.Read(spans, policy.Standard(), policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	months, err := revops.Outlook(r, calendar.NewMonth(2026, time.June), calendar.NewMonth(2026, time.August))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range months {
		fmt.Println(m)
	}
	// Output:
	// 2026-06 USD: 150 scheduled, 100 committed, 0 in trial
	// 2026-07 USD: 180 scheduled, 130 committed, 0 in trial
	// 2026-08 USD: 130 scheduled, 130 committed, 0 in trial
}

func usageExample() (revops.Metered, error) {
	metered := billing.Terms{Basis: billing.BasisMetered}
	calls := charge("acme", 20, date("2026-01-01"), date("2026-02-01"), metered)
	more := charge("acme", 35, date("2026-02-01"), date("2026-03-01"), metered)
	calls.Item, more.Item = "calls", "calls"
	spans := []billing.Span{
		charge("acme", 100, date("2026-01-01"), time.Time{}, billing.Terms{}), calls, more,
		charge("bolt", 50, date("2026-01-01"), time.Time{}, billing.Terms{}),
	}
	return revops.Usage(spans, policy.Standard(), policy.Options{Currency: "USD"})
}

func ExampleUsage() {
	m, err := usageExample()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("flat: ", m.Flat.Ledger().MRR(date("2026-02-15")))
	fmt.Println("usage:", m.Usage.Ledger().MRR(date("2026-02-15")))
	// Output:
	// flat:  150
	// usage: 35
}

func ExampleMetered_Months() {
	m, err := usageExample()
	if err != nil {
		fmt.Println(err)
		return
	}
	months, err := m.Months(calendar.NewMonth(2026, time.January), calendar.NewMonth(2026, time.February))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, u := range months {
		fmt.Println(u)
		fmt.Println("  ", u.Usage.Statement)
	}
	// Output:
	// 2026-01: 150 flat + 20 usage; 1 customers flat only, 0 usage only, 1 both
	//    2026-01 USD: 0 + 20 new = 20, 1 customers
	// 2026-02: 150 flat + 35 usage; 1 customers flat only, 0 usage only, 1 both
	//    2026-02 USD: 20 + 15 expansion = 35, 1 customers
}

func ExampleCashFlow() {
	line := func(id string, kind billing.LineKind, amount int64, issued, paid time.Time) billing.InvoiceLine {
		l := billing.InvoiceLine{Customer: "acme", ID: id, Kind: kind, Amount: decimal.NewFromInt(amount), Currency: "USD", IssuedAt: issued, PaidAt: paid}
		if paid.IsZero() {
			l.Status = billing.LineOpen
		}
		return l
	}
	lines := []billing.InvoiceLine{
		line("in_1", billing.LineRecurring, 100, date("2026-01-02"), date("2026-01-02")),
		line("in_2", billing.LineRecurring, 40, date("2026-01-05"), date("2026-02-03")), // after reminders
		line("in_3", billing.LineRecurring, 60, date("2026-01-09"), time.Time{}),
		line("re_1", billing.LineRefund, 20, date("2026-02-10"), date("2026-02-10")),
	}
	months, _, err := revops.CashFlow(lines, calendar.NewMonth(2026, time.January), calendar.NewMonth(2026, time.February), revops.CashOptions{
		Currency: "USD", DueDays: 7, Until: date("2026-03-01"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range months {
		fmt.Println(m)
	}
	fmt.Println("recovered", months[0].RecoveryRate().Percent(1))
	// Output:
	// 2026-01 USD: 100 collected - 0 refunded = 100; 100 failed, 40 recovered; 100 outstanding
	// 2026-02 USD: 40 collected - 20 refunded = 20; 0 failed, 0 recovered; 60 outstanding
	// recovered 40.0%
}

// A refund of 50, of which a credit note took 30 back from an invoice: both name the
// money, and it is counted once.
func ExampleCashFlow_refunds() {
	line := billing.InvoiceLine{Customer: "acme", Kind: billing.LineRefund, Refund: "re_1", Currency: "USD", IssuedAt: date("2026-02-10")}
	refund, note := line, line
	refund.ID, refund.Amount = "re_1", decimal.NewFromInt(50)
	note.ID, note.Invoice, note.Amount = "cn_1", "in_1", decimal.NewFromInt(30)
	feb := calendar.NewMonth(2026, time.February)
	for _, lines := range [][]billing.InvoiceLine{{note}, {note, refund}} {
		months, _, err := revops.CashFlow(lines, feb, feb, revops.CashOptions{Currency: "USD", Until: date("2026-03-01")})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(months[0].Refunded)
	}
	// Output:
	// 30
	// 50
}
