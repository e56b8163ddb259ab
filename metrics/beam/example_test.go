package beam_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	apache "github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/beam"
)

// A package variable: the programs on all machines know the work by its name,
// and its parameters come with the pipeline.
var monthly = beam.Register("monthly", func(rows beam.Rows, m calendar.Month) (*ledger.Cube, error) {
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		return nil, err
	}
	if err := books.Load(rows.Changes()); err != nil {
		return nil, err
	}
	return books.Cube(m, m, nil)
})

var (
	jan       = calendar.NewMonth(2026, time.January)
	newYear   = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	customers = []string{"acme", "bolt", "عميل", "globex"}
)

// yearly is a subscription of 100 a year: 8.333... a month, exact until it is
// read.
func yearly(customer string) ledger.Change {
	return ledger.Change{Customer: customer, At: newYear, Amount: decimal.NewFromInt(100), Cycle: calendar.Cycle{Unit: calendar.UnitYear}}
}

// folder is a place for a set of shards and a result; runPrism runs a pipeline on
// this machine. A program of yours says beamx.Run.
func folder() (set, result string, remove func()) {
	dir, err := os.MkdirTemp("", "beam")
	if err != nil {
		panic(err)
	}
	set = filepath.Join(dir, "set")
	w, err := shard.Create(set, shard.Options{Shards: 3})
	if err != nil {
		panic(err)
	}
	for _, c := range customers {
		if err := w.Change(yearly(c)); err != nil {
			panic(err)
		}
	}
	if _, err := w.Close(); err != nil {
		panic(err)
	}
	return set, filepath.Join(dir, "sum"), func() { _ = os.RemoveAll(dir) }
}

func runPrism(p *apache.Pipeline) error {
	running.Lock()
	defer running.Unlock()
	_, err := apache.Run(context.Background(), "prism", p)
	return err
}

// Statements of a set of shards, each file wherever there is a machine.
func ExampleWork_Shards() {
	set, result, remove := folder()
	defer remove()
	p, s := apache.NewPipelineWithRoot()
	sum, err := monthly.Shards(s, set, jan)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := beam.Write(s, sum, result); err != nil {
		fmt.Println(err)
		return
	}
	if err := runPrism(p); err != nil {
		fmt.Println(err)
		return
	}
	cube, err := monthly.Read(context.Background(), result)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cube.Statements()[0])
	// Output:
	// 2026-01 EUR: 0 + 33.333333333333 new = 33.333333333333, 4 customers
}

// Rows that nobody partitioned, in any order.
func ExampleWork_Rows() {
	_, result, remove := folder()
	defer remove()
	p, s := apache.NewPipelineWithRoot()
	var list [][]byte // a source of yours makes them, from a topic or a table
	for i, c := range customers {
		row, err := beam.ChangeRow(yearly(c), int64(i))
		if err != nil {
			fmt.Println(err)
			return
		}
		list = append(list, row)
	}
	sum, err := monthly.Rows(s, apache.CreateList(s, list), jan, beam.RowsOptions{Groups: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(beam.Write(s, sum, result), runPrism(p))
	cube, err := monthly.Read(context.Background(), result)
	fmt.Println(cube.Statements()[0], err)
	// Output:
	// <nil> <nil>
	// 2026-01 EUR: 0 + 33.333333333333 new = 33.333333333333, 4 customers <nil>
}

// The sum of two sets of other customers. That the customers are others is
// checked: here they are the same.
func ExampleWork_Combine() {
	set, result, remove := folder()
	defer remove()
	p, s := apache.NewPipelineWithRoot()
	europe, _ := monthly.Shards(s, set, jan)
	asia, _ := monthly.Shards(s, set, jan)
	sum, err := monthly.Combine(s, apache.Flatten(s, europe, asia))
	fmt.Println(err)
	fmt.Println(beam.Write(s, sum, result), runPrism(p) != nil)
	// Output:
	// <nil>
	// <nil> true
}

// The function that a pipeline runs is one that anything can.
func ExampleWork_Compute() {
	set, _, remove := folder()
	defer remove()
	shards, err := shard.Open(set)
	if err != nil {
		fmt.Println(err)
		return
	}
	cube, err := shard.Run(context.Background(), shards, func(s shard.Shard) (*ledger.Cube, error) {
		return monthly.Compute(s, jan)
	}, shard.RunOptions{})
	fmt.Println(cube.Statements()[0].Customers.New, err)
	// Output:
	// 4 <nil>
}

// A name belongs to one function.
func ExampleRegister() {
	work := beam.Register("not a name", func(beam.Rows, int) (*ledger.Cube, error) { return &ledger.Cube{}, nil })
	_, err := work.Compute(shard.Blocks(nil), 0)
	fmt.Println(err)
	fmt.Println(monthly.Name())
	// Output:
	// beam: Register: name "not a name": want 1 to 100 letters, digits, - and _
	// monthly
}

// A result that is not there.
func ExampleWork_Read() {
	_, result, remove := folder()
	defer remove()
	_, err := monthly.Read(context.Background(), result)
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	// Output:
	// true
}

// Elements are bytes; the place of a row tells events of one instant apart.
func ExampleEventRow() {
	row, err := beam.EventRow(touchpoint.Event{Customer: "acme", Name: "sign_up", At: newYear}, 4711)
	fmt.Println(len(row) > 0, err)
	_, err = beam.EventRow(touchpoint.Event{Customer: "acme", Name: "sign_up"}, 4712)
	fmt.Println(err != nil)
	// Output:
	// true <nil>
	// true
}

// A change that cannot be written names its row.
func ExampleChangeRow() {
	_, err := beam.ChangeRow(ledger.Change{Customer: "acme"}, 3)
	fmt.Println(err)
	// Output:
	// beam: row 3: customer "acme": At "0001-01-01 00:00:00 +0000 UTC": calendar: CheckTime: the zero time: year outside 1900 to 2200
}

// What a pipeline keeps is one element: another collection is refused.
func ExampleWrite() {
	_, s := apache.NewPipelineWithRoot()
	fmt.Println(beam.Write(s, apache.Create(s, "text"), "sum"))
	// Output:
	// beam: write: a collection of string, want []byte
}
