package ledger_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/wholefile"
)

func newBooks() *ledger.Ledger {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		panic(err)
	}
	return l
}

// A cancellation scheduled for May is withdrawn in March. Each webhook says the
// whole history of the subscription anew.
func ExampleLedger_Replace() {
	l := newBooks()
	start := ledger.Change{At: date(1, 5), Amount: decimal.NewFromInt(100), ID: "evt_1"}
	end := ledger.Change{At: date(5, 5), Cause: ledger.CauseCancel, ID: "evt_2"}
	for _, v := range []struct {
		known   time.Time
		changes []ledger.Change
	}{{date(1, 5), []ledger.Change{start}}, {date(2, 1), []ledger.Change{start, end}}, {date(3, 1), []ledger.Change{start}}} {
		if err := l.Replace("acme", "sub_1", v.known, v.changes...); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println("June, as of today:", l.MRR(date(6, 1)))
	fmt.Println("June, as of February:", l.AsOf(date(2, 15)).MRR(date(6, 1)))
	// Output:
	// June, as of today: 100
	// June, as of February: 0
}

func ExampleLedger_Rewrite() {
	l := newBooks()
	version := func(known time.Time, amount int64) ledger.Version {
		return ledger.Version{Recorded: known, Changes: []ledger.Change{{At: date(1, 5), Amount: decimal.NewFromInt(amount)}}}
	}
	// A record of January arrives in March: what was known from then on is said anew.
	err := l.Rewrite(ledger.History{Customer: "acme", Subscription: "sub_1", Versions: []ledger.Version{version(date(1, 5), 80), version(date(2, 1), 90)}})
	fmt.Println(err, l.MRR(date(3, 1)), l.AsOf(date(1, 20)).MRR(date(3, 1)))
	for h := range l.Histories() {
		fmt.Println(h.Customer, h.Subscription, len(h.Versions), "versions")
	}
	// Output:
	// <nil> 90 80
	// acme sub_1 2 versions
}

// A customer pauses: worth nothing, still there.
func ExampleLedger_Heads() {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(49)},
		ledger.Change{Customer: "acme", At: date(2, 5), Alive: true, Cause: ledger.CausePause},
		ledger.Change{Customer: "bolt", At: date(2, 9), Amount: decimal.NewFromInt(10)},
	)
	if err != nil {
		fmt.Println(err)
	}
	heads, err := l.Heads(february.Period(time.UTC))
	fmt.Println(heads.Opening, "+", heads.New, "-", heads.Churned, "=", heads.Closing(), err)
	s, _ := l.Statement(february)
	fmt.Println(s.ClosingCustomers, "customers,", s.PayingCustomers, "paying")
	// Output:
	// 1 + 1 - 0 = 2 <nil>
	// 2 customers, 1 paying
}

func ExampleLedger_StatementsByPlan() {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(30), Plan: "basic"},
		ledger.Change{Customer: "acme", At: date(2, 5), Amount: decimal.NewFromInt(35), Plan: "pro"},
	)
	if err != nil {
		fmt.Println(err)
	}
	plans, err := l.StatementsByPlan(february, february)
	if err != nil {
		fmt.Println(err)
	}
	for _, p := range plans {
		r := p.Statements[0].Revenue
		fmt.Printf("%s: %s - %s out + %s in + %s expansion = %s\n", p.Key, r.Opening, p.Out[0], p.In[0], r.Expansion, p.Closing(0))
	}
	// Output:
	// basic: 30 - 30 out + 0 in + 0 expansion = 0
	// pro: 0 - 0 out + 30 in + 5 expansion = 35
}

// The year on one line, as the ARR snowball shows it.
func ExampleLedger_StatementOver() {
	s, err := shop().StatementOver(calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 3))
	fmt.Println(s, err)
	// Output:
	// 2026-01 to 2026-03 EUR: 0 + 149 new + 50 expansion - 10 contraction - 100 churn = 89, 1 customers <nil>
}

func ExampleLedger_SumBy() {
	sums, err := shop().SumBy(february.Period(time.UTC), ledger.ByCause)
	if err != nil {
		fmt.Println(err)
	}
	for _, s := range sums {
		fmt.Println(s)
	}
	// Output:
	// cancel churn: 1 movements, 100
	// discount contraction: 1 movements, 10
	// plan expansion: 1 movements, 50
}

func ExampleLedger_Span() {
	first, last, ok := shop().Span()
	fmt.Println(first.Format(time.DateOnly), last.Format(time.DateOnly), ok)
	// Output: 2026-01-05 2026-02-20 true
}

// Two shards, a third of a year each: exact where rounded statements are not.
func ExampleLedger_Cube() {
	var sum *ledger.Cube
	for _, customer := range []string{"acme", "bolt", "crux"} {
		l := newBooks()
		if err := l.Append(ledger.Change{Customer: customer, At: date(2, 1), Amount: decimal.NewFromInt(100), Cycle: calendar.Cycle{Unit: calendar.UnitYear}}); err != nil {
			fmt.Println(err)
		}
		c, err := l.Cube(february, february, nil)
		if err != nil {
			fmt.Println(err)
		}
		fmt.Println(c.Statements()[0].Revenue.New)
		if sum == nil {
			sum = c
		} else if err := sum.Merge(c); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println("together", sum.Statements()[0].Revenue.New)
	// Output:
	// 8.333333333333
	// 8.333333333333
	// 8.333333333333
	// together 25
}

func ExampleLedger_FirstPlan() {
	l := newBooks()
	if err := l.Append(ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(30), Plan: "basic"}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(l.FirstPlan("acme"))
	// Output: basic
}

// Two seats more in February, a second product in March.
func ExampleLedger_Growth() {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(100), Plan: "team", Product: "crm", Quantity: decimal.NewFromInt(10)},
		ledger.Change{Customer: "acme", At: date(2, 5), Amount: decimal.NewFromInt(120), Plan: "team", Product: "crm", Quantity: decimal.NewFromInt(12)},
		ledger.Change{Customer: "acme", Subscription: "second", At: date(3, 5), Amount: decimal.NewFromInt(30), Plan: "mail", Product: "mail"},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	months, err := l.Growth(calendar.NewMonth(2026, 2), calendar.NewMonth(2026, 3))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range months {
		fmt.Println(g)
	}
	per, _ := months[0].PerSeat().Decimal(2)
	fmt.Println(per, "a seat")
	// Output:
	// 2026-02 EUR: 20 expansion = 20 seats (2)
	// 2026-03 EUR: 30 expansion = 30 cross-sell
	// 10 a seat
}

func ExampleLedger_GrowthOver() {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(100), Plan: "team"},
		ledger.Change{Customer: "acme", At: date(2, 5), Amount: decimal.NewFromInt(150), Plan: "business"},
		ledger.Change{Customer: "acme", Item: "support", At: date(3, 5), Amount: decimal.NewFromInt(20)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.GrowthOver(calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 3)))
	// Output:
	// 2026-01 to 2026-03 EUR: 70 expansion = 50 plan + 20 add-on <nil>
}

func ExampleLedger_Seats() {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(100), Quantity: decimal.NewFromInt(10)},
		ledger.Change{Customer: "bolt", At: date(1, 9), Amount: decimal.NewFromInt(50), Quantity: decimal.NewFromInt(5)},
		ledger.Change{Customer: "acme", At: date(2, 5), Amount: decimal.NewFromInt(120), Quantity: decimal.NewFromInt(12)},
		ledger.Change{Customer: "bolt", At: date(2, 9)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	months, err := l.Seats(calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range months {
		fmt.Println(m)
	}
	// Output:
	// 2026-01: 0 seats + 15 - 0 = 15
	// 2026-02: 15 seats + 2 - 5 = 12
}

func ExampleLedger_Accounts() {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(100)},
		ledger.Change{Customer: "bolt", At: date(1, 9), Amount: decimal.NewFromInt(50)},
		ledger.Change{Customer: "cone", At: date(1, 9), Amount: decimal.NewFromInt(50)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	accounts, err := l.Accounts(date(2, 1), 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range accounts {
		fmt.Println(a, "together", a.Cumulative.Percent(1))
	}
	// Output:
	// 1. acme: 100 (50.0%) together 50.0%
	// 2. bolt: 50 (25.0%) together 75.0%
}

// The ARR snowball: years as bridges.
func ExampleLedger_StatementsEvery() {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(100)},
		ledger.Change{Customer: "acme", At: date(5, 5), Amount: decimal.NewFromInt(130)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	quarters, err := l.StatementsEvery(calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 6), 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, q := range quarters {
		fmt.Println(q)
	}
	// Output:
	// 2026-01 to 2026-03 EUR: 0 + 100 new = 100, 1 customers
	// 2026-04 to 2026-06 EUR: 100 + 30 expansion = 130, 1 customers
}

func ExampleByWill() {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(100)},
		ledger.Change{Customer: "acme", At: date(2, 5), Cause: ledger.CauseNonPayment},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	sums, err := l.SumBy(calendar.NewMonth(2026, 2).Period(nil), ledger.ByWill)
	fmt.Println(sums, err)
	// Output:
	// [involuntary churn: 1 movements, 100] <nil>
}

// Books are written to a file whole, and read again.
func ExampleLedger_AppendBinary() {
	dir, err := os.MkdirTemp("", "books")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	l := newBooks()
	if err := l.Append(ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(100)}); err != nil {
		fmt.Println(err)
		return
	}
	data, err := l.AppendBinary(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	file := filepath.Join(dir, "books.bin")
	if err := wholefile.Write(file, data, 0o600); err != nil {
		fmt.Println(err)
		return
	}

	if data, err = os.ReadFile(file); err != nil {
		fmt.Println(err)
		return
	}
	again := newBooks()
	err = again.UnmarshalBinary(data)
	fmt.Println(again, err)
	// Output:
	// 1 changes of 1 customers, 2026-01-05 to 2026-01-05 <nil>
}
