package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func date(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 9, 0, 0, 0, time.UTC)
}

// shop is a small history most examples share.
func shop() *ledger.Ledger {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		panic(err)
	}
	err = l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(49), ID: "evt_1", Cause: ledger.CauseStart},
		ledger.Change{Customer: "bolt", At: date(1, 9), Amount: decimal.NewFromInt(1200), Cycle: calendar.Cycle{Unit: calendar.UnitYear}, ID: "evt_2"},
		ledger.Change{Customer: "acme", At: date(2, 3), Amount: decimal.NewFromInt(99), ID: "evt_3", Cause: ledger.CausePlan},
		ledger.Change{Customer: "bolt", At: date(2, 20), ID: "evt_4", Cause: ledger.CauseCancel}, // zero ends it
		// Learnt in April: acme had been given a discount in February.
		ledger.Change{Customer: "acme", At: date(2, 10), Amount: decimal.NewFromInt(89), ID: "evt_5", Cause: ledger.CauseDiscount, Recorded: date(4, 2)},
	)
	if err != nil {
		panic(err)
	}
	return l
}

var february = calendar.NewMonth(2026, time.February)

func Example() {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(49)},
		ledger.Change{Customer: "bolt", At: date(1, 9), Amount: decimal.NewFromInt(100), Cycle: calendar.Cycle{Unit: calendar.UnitYear}},
		ledger.Change{Customer: "acme", At: date(2, 3), Amount: decimal.NewFromInt(99)},
		ledger.Change{Customer: "bolt", At: date(2, 20)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := l.Statement(february)
	if err != nil {
		fmt.Println(err)
		return
	}
	grr, err := metrics.GRR(s.Revenue)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("opening", s.Revenue.Opening, "churn", s.Revenue.Churn, "closing", s.Revenue.Closing())
	fmt.Println("GRR", grr.Percent(2))
	// Output:
	// opening 57.333333333333 churn 8.333333333333 closing 99
	// GRR 85.47%
}

func ExampleNew() {
	_, err := ledger.New(ledger.Options{Currency: "EUR", MinGap: -time.Hour})
	fmt.Println(errors.Is(err, ledger.ErrOptions))
	fmt.Println(err)
	// Output:
	// true
	// ledger: new: bad options: MinGap -1h0m0s: negative; the limit is 0
}

func ExampleLedger_Append() {
	l := shop()
	err := l.Append(
		ledger.Change{Customer: "core", At: date(3, 1), Amount: decimal.NewFromInt(10)},
		ledger.Change{Customer: "dyno", At: date(3, 1), Amount: decimal.NewFromInt(-10)},
		ledger.Change{Customer: "", At: date(3, 1), Amount: decimal.NewFromInt(10)},
	)
	fmt.Println(err)
	fmt.Println(l.Len(), "changes in the books")
	// Output:
	// ledger: append: 2 bad rows, nothing was taken; row 2: customer "dyno": Amount "-10": negative; the limit is 0; row 3: Customer: empty
	// 5 changes in the books
}

func ExampleLedger_Load() {
	lines := strings.NewReader("acme 49\nbolt 5x\n")
	l, _ := ledger.New(ledger.Options{})
	err := l.Load(func(yield func(ledger.Change, error) bool) {
		for {
			var customer, amount string
			if _, err := fmt.Fscanln(lines, &customer, &amount); err != nil {
				return
			}
			d, err := decimal.NewFromString(amount)
			if !yield(ledger.Change{Customer: customer, At: date(1, 5), Amount: d}, err) {
				return
			}
		}
	})
	fmt.Println(err)
	fmt.Println(l.Len())
	// Output:
	// ledger: load: 1 bad row, nothing was taken; row 2: can't convert 5x to decimal
	// 0
}

func ExampleLedger_Statements() {
	all, err := shop().Statements(calendar.NewMonth(2026, time.January), calendar.NewMonth(2026, time.March))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range all {
		r := s.Revenue
		fmt.Println(s.Month, r.Opening, "+", r.New, "+", r.Expansion, "-", r.Contraction, "-", r.Churn, "=", r.Closing(), "from", s.ClosingCustomers)
	}
	// Output:
	// 2026-01 0 + 149 + 0 - 0 - 0 = 149 from 2
	// 2026-02 149 + 0 + 50 - 10 - 100 = 89 from 1
	// 2026-03 89 + 0 + 0 - 0 - 0 = 89 from 1
}

func ExampleLedger_Statement() {
	s, err := shop().Statement(february)
	if err != nil {
		fmt.Println(err)
		return
	}
	churn, err := metrics.ChurnRate(s.Customers, metrics.ChurnStandard)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("churned", s.Customers.Churned, "of", s.Customers.Opening, "=", churn.Percent(1))
	// Output:
	// churned 1 of 2 = 50.0%
}

func ExampleLedger_StatementsBy() {
	country := map[string]string{"acme": "DE", "bolt": "FR"}
	segments, err := shop().StatementsBy(february, february, func(customer string) string { return country[customer] })
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		fmt.Println(s.Key, s.Statements[0].Revenue.Opening, "→", s.Statements[0].Revenue.Closing())
	}
	// Output:
	// DE 49 → 89
	// FR 100 → 0
}

func ExampleLedger_Movements() {
	for m := range shop().Movements(february.Period(time.UTC)) {
		fmt.Println(m.At.Format("02 Jan"), m.Customer, m.Kind, m.Amount, "because of", m.Cause, m.IDs)
	}
	// Output:
	// 03 Feb acme expansion 50 because of plan [evt_3]
	// 10 Feb acme contraction 10 because of discount [evt_5]
	// 20 Feb bolt churn 100 because of cancel [evt_4]
}

func ExampleLedger_MovementsOf() {
	year := calendar.Period{From: date(1, 1), To: date(12, 31)}
	for m := range shop().MovementsOf("bolt", year) {
		fmt.Println(m.Kind, m.Before, "→", m.After)
	}
	// Output:
	// new 0 → 100
	// churn 100 → 0
}

func ExampleLedger_MRR() {
	l := shop()
	fmt.Println(l.MRR(date(1, 5)), l.MRR(date(1, 31)), l.MRR(date(2, 4)))
	// Output:
	// 49 149 199
}

func ExampleLedger_Value() {
	var rates money.RateTable // no quotes at all
	l, err := ledger.New(ledger.Options{Currency: "EUR", Rates: &rates})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = l.Append(ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(49), Currency: "USD"})
	fmt.Println(errors.Is(err, ledger.ErrNoRate))
	v, err := l.Value(date(1, 5))
	fmt.Println(v, err)
	// Output:
	// true
	// 0 <nil>
}

func ExampleLedger_AsOf() {
	l := shop()
	closed := date(3, 1)
	before, err := l.AsOf(closed).Statement(february)
	if err != nil {
		fmt.Println(err)
		return
	}
	now, err := l.Statement(february)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("closed at", before.Revenue.Closing(), "now", now.Revenue.Closing())
	// Output:
	// closed at 99 now 89
}

func ExampleLedger_Restatements() {
	late, err := shop().Restatements(february, date(3, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range late {
		fmt.Println(r.Change.ID, r.Change.Customer, "recorded", r.Change.Recorded.Format("2 January"), "moved closing by", r.Revenue.Closing())
	}
	// Output:
	// evt_5 acme recorded 2 April moved closing by -10
}

func ExampleLedger_Merge() {
	north, _ := ledger.New(ledger.Options{Currency: "EUR"})
	south, _ := ledger.New(ledger.Options{Currency: "EUR"})
	_ = north.Append(ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(49)})
	_ = south.Append(ledger.Change{Customer: "bolt", At: date(1, 9), Amount: decimal.NewFromInt(100)})
	if err := north.Merge(south); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(north.MRR(date(1, 31)))
	// Output:
	// 149
}

func ExampleLedger_MarshalBinary() {
	data, err := shop().MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}
	back, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(errors.Is(back.UnmarshalBinary(data[:len(data)-1]), ledger.ErrEncoding))
	fmt.Println(back.UnmarshalBinary(data), back.MRR(date(2, 28)))
	// Output:
	// true
	// <nil> 89
}

func ExampleLedger_Changes() {
	for c := range shop().Changes() {
		fmt.Println(c.Customer, c.At.Format("02 Jan"), c.Amount, c.Cycle, c.ID)
	}
	// Output:
	// acme 05 Jan 49 P1M evt_1
	// acme 03 Feb 99 P1M evt_3
	// acme 10 Feb 89 P1M evt_5
	// bolt 09 Jan 1200 P1Y evt_2
	// bolt 20 Feb 0 P1M evt_4
}

func ExampleLedger_Customers() {
	for c := range shop().Customers() {
		fmt.Println(c)
	}
	// Output:
	// acme
	// bolt
}

// Fold adds up curves exactly: here what the customers of January brought when
// they came, and what they are worth at the end of February.
func ExampleFold() {
	type sum struct{ initial, february ledger.Units }
	l := shop()
	parts, err := ledger.Fold(l, february, func() *sum { return &sum{} }, func(s *sum, c *ledger.Curve) {
		s.initial = s.initial.Add(c.Initial)
		s.february = s.february.Add(c.Level(february.Sub(c.First)))
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var all sum
	for _, p := range parts {
		all.initial, all.february = all.initial.Add(p.initial), all.february.Add(p.february)
	}
	fmt.Println(l.Amount(all.initial), "→", l.Amount(all.february))
	// Output:
	// 149 → 89
}
