package clv_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Purchases are events of the log like any other; their value is the amount.
func ExampleOfLog() {
	log := must(touchpoint.LogOptions{Value: true}.LogOf(
		touchpoint.Event{Customer: "ann", At: day(time.January, 1), Name: "ordered", Value: decimal.NewFromInt(20)},
		touchpoint.Event{Customer: "ann", At: day(time.January, 3), Name: "page_viewed"},
		touchpoint.Event{Customer: "ann", At: day(time.January, 9), Name: "ordered", Value: decimal.NewFromInt(25)},
	))
	for t := range clv.OfLog(log, touchpoint.Match{Name: "ordered"}) {
		fmt.Println(t.Customer, t.At.Format(time.DateOnly), t.Amount)
	}
	// Output:
	// ann 2026-01-01 20
	// ann 2026-01-09 25
}

// A shop in months: whoever bought in a month used it, however often.
func ExampleOpportunities() {
	customers := must(clv.Opportunities(slices.Values(orders()), false, calendar.NewMonth(2026, time.April), nil))
	for _, c := range customers[:4] {
		fmt.Printf("%s used %g of %g months after the first, the last in month %g\n", c.ID, c.X, c.T, c.TX)
	}
	// Output:
	// ann used 3 of 3 months after the first, the last in month 3
	// bea used 1 of 3 months after the first, the last in month 2
	// cem used 0 of 3 months after the first, the last in month 0
	// dan used 0 of 3 months after the first, the last in month 0
}

// The model of discrete time, from the months of a shop.
func ExampleHistories() {
	customers := must(clv.Opportunities(slices.Values(orders()), false, calendar.NewMonth(2026, time.April), nil))
	for c := range clv.Histories(customers[:3]) {
		fmt.Printf("x %g, t_x %g, T %g, %d customer; alive %.2f\n", c.X, c.TX, c.T, c.N, giving.PAlive(c.X, c.TX, c.T))
	}
	// Output:
	// x 3, t_x 3, T 3, 1 customer; alive 0.90
	// x 1, t_x 2, T 3, 1 customer; alive 0.69
	// x 0, t_x 0, T 3, 1 customer; alive 0.24
}

// Aggregates take customers as they come; one who is there already is refused.
func ExampleCells_Add() {
	cells := clv.NewCells(clv.SummaryOptions{Unit: calendar.UnitWeek, End: day(time.April, 30)})
	fmt.Println(cells.Add(clv.Customer{ID: "ann", X: 2, TX: 5, T: 9}, clv.Customer{ID: "bea", X: 2, TX: 5, T: 9}))
	fmt.Println(cells.Add(clv.Customer{ID: "cem", T: 4}, clv.Customer{ID: "ann", T: 4}))
	fmt.Println(cells)
	// Output:
	// <nil>
	// clv: add: 1 bad row, nothing was taken; row 2: customer "ann": ID "ann": a customer is in both
	// 2 customers in 1 cells, times in units of a week
}

// Weeks and months do not add up.
func ExampleCells_Merge() {
	weeks := clv.NewCells(clv.SummaryOptions{Unit: calendar.UnitWeek, End: day(time.April, 30)})
	months := clv.NewCells(clv.SummaryOptions{Unit: calendar.UnitMonth})
	err := weeks.Merge(months)
	fmt.Println(errors.Is(err, clv.ErrOptions))
	fmt.Println(err)
	// Output:
	// true
	// clv: merge: times in units of a week, collapsed per_day, until 2026-04-30T00:00:00Z, days of UTC; and times in units of a month, collapsed per_day, until the last transaction, days of UTC: different options
}

// A shard writes its cells; whoever merges reads them and fits.
func ExampleCells_AppendBinary() {
	shard := clv.NewCells(clv.SummaryOptions{Unit: calendar.UnitWeek, End: day(time.April, 30)})
	if err := shard.Add(clv.Customer{ID: "ann", X: 2, TX: 5, T: 9}); err != nil {
		panic(err)
	}
	file := must(shard.AppendBinary(nil))
	var read clv.Cells
	fmt.Println(read.UnmarshalBinary(file))
	for c := range read.All() {
		fmt.Printf("%+v\n", c)
	}
	// Output:
	// <nil>
	// {X:2 TX:5 T:9 N:1}
}

func ExampleNewCells() {
	cells := clv.NewCells(clv.SummaryOptions{Unit: calendar.UnitWeek, End: day(time.April, 30)})
	s := must(clv.Summarise(slices.Values(orders()), clv.SummaryOptions{Unit: calendar.UnitWeek, End: day(time.April, 30)}))
	if err := cells.Add(s.Customers...); err != nil {
		panic(err)
	}
	m := must(clv.FitMBGNBD(cells.All(), clv.FitOptions{}))
	fmt.Printf("%d customers, log likelihood %.3f\n", cells.Customers(), m.Report().LogLikelihood)
	// Output:
	// 10 customers, log likelihood -54.613
}

// Six who took a monthly plan in January: how many renewals each made is what
// the contractual models see.
func ExampleOfLedger() {
	books, plan := subscribers()
	for _, c := range must(clv.OfLedger(books, calendar.NewMonth(2026, time.April), calendar.Cycle{}, plan)) {
		fmt.Println(c)
		for r := range c.Renewals() {
			fmt.Println("  lost", r.Lost, "then active", r.Active)
		}
	}
	// Output:
	// "solo": 3 customers, 2 lost in 6 renewals
	//   lost [1 1] then active 0
	//   lost [0 0 0] then active 1
	// "team": 3 customers, 0 lost in 9 renewals
	//   lost [0 0 0] then active 3
}

// Customers who change their plan stay in the segment they came with.
func ExamplePlanAtStart() {
	_, plan := subscribers()
	fmt.Println(plan("eva"), plan("nobody") == "")
	// Output:
	// solo true
}

// subscribers are three on each of two plans from 1 January 2026; one leaves at
// the first renewal, one at the second, one of the rest moves to another plan.
func subscribers() (*ledger.Ledger, func(string) string) {
	change := func(customer string, at time.Time, amount int64, plan string) ledger.Change {
		return ledger.Change{Customer: customer, At: at, Amount: decimal.NewFromInt(amount), Plan: plan}
	}
	changes := []ledger.Change{
		change("ann", day(time.January, 1), 50, "team"), change("bea", day(time.January, 1), 50, "team"), change("cem", day(time.January, 1), 50, "team"),
		change("dan", day(time.January, 1), 10, "solo"), change("eva", day(time.January, 1), 10, "solo"), change("fay", day(time.January, 1), 10, "solo"),
		change("dan", day(time.February, 1), 0, "solo"), change("fay", day(time.March, 1), 0, "solo"), change("eva", day(time.March, 1), 50, "team"),
	}
	books := must(ledger.New(ledger.Options{Currency: "EUR"}))
	if err := books.Append(changes...); err != nil {
		panic(err)
	}
	return books, clv.PlanAtStart(slices.Values(changes))
}

// day is one of 2026.
func day(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
