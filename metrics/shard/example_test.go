package shard_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
)

// Ten thousand customers in eight files, and the statements of all of them.
func ExampleRun() {
	dir, err := os.MkdirTemp("", "shard")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	w, err := shard.Create(dir, shard.Options{Shards: 8})
	if err != nil {
		fmt.Println(err)
		return
	}
	january := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	for i := range 10_000 {
		if err := w.Change(ledger.Change{Customer: fmt.Sprint("c", i), At: january, Amount: decimal.New(100, 0), Cycle: calendar.Cycle{Unit: calendar.UnitYear}}); err != nil {
			fmt.Println(err)
			return
		}
	}
	set, err := w.Close()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(set)
	cube, err := shard.Run(context.Background(), set, func(s shard.Shard) (*ledger.Cube, error) {
		books, err := ledger.New(ledger.Options{Currency: "EUR"})
		if err != nil {
			return nil, err
		}
		if err := books.Load(s.Changes()); err != nil {
			return nil, err
		}
		return books.Cube(calendar.NewMonth(2026, time.January), calendar.NewMonth(2026, time.January), nil)
	}, shard.RunOptions{Name: "statements", Key: "EUR, January 2026"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cube.Statements()[0]) // a year's 100 is 8.33 a month: exact until it is read
	// Output:
	// 8 shards, 10000 changes, 0 events
	// 2026-01 EUR: 0 + 83333.333333333333 new = 83333.333333333333, 10000 customers
}

// Where a customer is never changes.
func ExampleOf() {
	for _, customer := range []string{"acme", "globex", "عميل"} {
		fmt.Println(customer, shard.Of(customer, 256))
	}
	// Output:
	// acme 198
	// globex 177
	// عميل 220
}
