package ledger_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// plans are books in which acme goes from basic to pro in February, and bolt
// leaves.
func plans() *ledger.Ledger {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(30), Plan: "basic"},
		ledger.Change{Customer: "bolt", At: date(1, 9), Amount: decimal.NewFromInt(80), Plan: "pro"},
		ledger.Change{Customer: "acme", At: date(2, 5), Amount: decimal.NewFromInt(95), Plan: "pro", Cause: ledger.CausePlan},
		ledger.Change{Customer: "bolt", At: date(2, 20), Plan: "pro", Cause: ledger.CauseCancel},
	)
	if err != nil {
		panic(err)
	}
	return l
}

// movements prints the movements of February under a key.
func movements(l *ledger.Ledger, key func(*ledger.Movement) string) {
	sums, err := l.SumBy(february.Period(time.UTC), key)
	if err != nil {
		panic(err)
	}
	for _, s := range sums {
		fmt.Println(s)
	}
}

// Why revenue moved: a plan was changed, somebody cancelled.
func ExampleByCause() {
	movements(plans(), ledger.ByCause)
	// Output:
	// cancel churn: 1 movements, 80
	// plan expansion: 1 movements, 65
}

func ExampleByPlan() {
	movements(plans(), ledger.ByPlan)
	// Output:
	// pro expansion: 1 movements, 65
	// pro churn: 1 movements, 80
}

// Large customers and small ones, by what they pay at most.
func ExampleBySize() {
	movements(plans(), ledger.BySize(50, 90))
	// Output:
	// 50 churn: 1 movements, 80
	// 90 expansion: 1 movements, 65
}

// The ground of the statements by plan, as a shard sends it: read from merged
// bytes they are those of all customers.
func ExampleLedger_CubeByPlan() {
	c, err := plans().CubeByPlan(february, february)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range c.Segments() {
		fmt.Println(s.Key, s.Statements[0].Revenue.Opening, "to", s.Closing(0))
	}
	// Output:
	// basic 30 to 0
	// pro 80 to 95
}

func ExampleCube_AppendBinary() {
	c, err := plans().Cube(february, february, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	sent, err := c.AppendBinary(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var got ledger.Cube
	fmt.Println(got.UnmarshalBinary(sent))
	fmt.Println(got.Statements()[0])
	// Output:
	// <nil>
	// 2026-02 EUR: 110 + 65 expansion - 80 churn = 95, 1 customers
}

// A customer belongs to one shard; the sum stays as it was.
func ExampleCube_Merge() {
	sum, err := plans().Cube(february, february, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := plans().Cube(february, february, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(errors.Is(sum.Merge(again), ledger.ErrConflict), sum.Statements()[0].ClosingCustomers)
	// Output:
	// true 1
}

// What a plan is worth at the end of February: its own bridge, and who came
// from other plans.
func ExampleSegment_Closing() {
	segments, err := plans().StatementsByPlan(february, february)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range segments {
		fmt.Println(s.Key, "by its bridge", s.Statements[0].Revenue.Closing(), "with moves", s.Closing(0))
	}
	// Output:
	// basic by its bridge 30 with moves 0
	// pro by its bridge 65 with moves 95
}

// Everything a webhook ever said of a subscription, version by version.
func ExampleLedger_HistorySince() {
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	l, err := ledger.New(ledger.Options{})
	for d := 1; d <= 3 && err == nil; d++ {
		err = l.Replace("acme", "sub_1", day(d), ledger.Change{At: day(1), Amount: decimal.NewFromInt(int64(10 * d))})
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	h, before, _ := l.HistorySince("acme", "sub_1", day(3))
	for _, v := range h.Versions {
		fmt.Println(v.Recorded.Format(time.DateOnly), v.Changes)
	}
	fmt.Println(before, "before")
	// Output:
	// 2026-01-02 [2026-01-01T00:00:00Z acme/sub_1: 20 a P1M, unknown]
	// 2026-01-03 [2026-01-01T00:00:00Z acme/sub_1: 30 a P1M, unknown]
	// 1 before
}

func ExampleLedger_HistoryOf() {
	l := newBooks()
	for day, amount := range []int64{100, 90} {
		known := date(1, 5+day)
		if err := l.Replace("acme", "sub_1", known, ledger.Change{At: date(1, 5), Amount: decimal.NewFromInt(amount)}); err != nil {
			fmt.Println(err)
		}
	}
	h, ok := l.HistoryOf("acme", "sub_1")
	for _, v := range h.Versions {
		fmt.Println(v.Recorded.Format(time.DateOnly), v.Changes[0].Amount)
	}
	_, other := l.HistoryOf("acme", "sub_2")
	fmt.Println(ok, other)
	// Output:
	// 2026-01-05 100
	// 2026-01-06 90
	// true false
}
