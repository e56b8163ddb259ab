package shard_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
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

// twoShards are a folder of two shards with a change and an event.
func twoShards() (dir string, set *shard.Set) {
	dir, err := os.MkdirTemp("", "shard")
	if err != nil {
		panic(err)
	}
	w, err := shard.Create(dir, shard.Options{Shards: 2})
	if err != nil {
		panic(err)
	}
	at := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	for _, err := range []error{
		w.Change(ledger.Change{Customer: "acme", At: at, Amount: decimal.NewFromInt(49)}),
		w.Change(ledger.Change{Customer: "acme", At: at.Add(24 * time.Hour), Amount: decimal.NewFromInt(99)}),
		w.Event(touchpoint.Event{Customer: "globex", Name: "sign_up", At: at}),
	} {
		if err != nil {
			panic(err)
		}
	}
	if set, err = w.Close(); err != nil {
		panic(err)
	}
	return dir, set
}

// A later program finds what an earlier one wrote.
func ExampleOpen() {
	dir, _ := twoShards()
	defer os.RemoveAll(dir)
	set, err := shard.Open(dir)
	fmt.Println(set, err)
	_, err = shard.Open(filepath.Join(dir, "elsewhere"))
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	// Output:
	// 2 shards, 2 changes, 1 events <nil>
	// true
}

// All rows of a customer are in one file.
func ExampleSet_Shard() {
	dir, set := twoShards()
	defer os.RemoveAll(dir)
	for i := range set.Len() {
		for c, err := range set.Shard(i).Changes() {
			fmt.Println(i == shard.Of("acme", set.Len()), c.Customer, c.Amount, err)
		}
	}
	// Output:
	// true acme 49 <nil>
	// true acme 99 <nil>
}

// A folder that holds a set is not written over.
func ExampleCreate() {
	dir, _ := twoShards()
	defer os.RemoveAll(dir)
	_, err := shard.Create(dir, shard.Options{Shards: 2})
	fmt.Println(errors.Is(err, shard.ErrExists))
	// Output:
	// true
}

// What the ledger thinks of a change is said when it is read; only what no file
// can hold is refused here.
func ExampleWriter_Change() {
	dir, err := os.MkdirTemp("", "shard")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	w, err := shard.Create(dir, shard.Options{Shards: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(w.Change(ledger.Change{Customer: "acme", At: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)}) != nil)
	fmt.Println(w.Change(ledger.Change{Customer: "acme", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Amount: decimal.NewFromInt(-5)}))
	set, err := w.Close()
	fmt.Println(set, err)
	// Output:
	// true
	// <nil>
	// 2 shards, 1 changes, 0 events <nil>
}

// Events and changes of one customer lie in one shard, so that journeys and
// books of it can be read together.
func ExampleWriter_Event() {
	dir, set := twoShards()
	defer os.RemoveAll(dir)
	for e, err := range set.Shard(shard.Of("globex", set.Len())).Events() {
		fmt.Println(e.Customer, e.Name, e.At.Format(time.DateOnly), err)
	}
	// Output:
	// globex sign_up 2026-01-05 <nil>
}
