package parquetio_test

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/parquetio"
)

var january = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)

// twoCustomers is the books of the examples as a file: one stays, one leaves.
func twoCustomers() (*bytes.Reader, error) {
	changes := []ledger.Change{
		{Customer: "acme", At: january, Amount: decimal.RequireFromString("49.90")},
		{Customer: "bell", At: january, Amount: decimal.RequireFromString("10")},
		{Customer: "bell", At: january.AddDate(0, 1, 0), Cause: ledger.CauseCancel},
	}
	var file bytes.Buffer
	err := parquetio.WriteChanges(&file, slices.Values(changes), parquetio.Options{})
	return bytes.NewReader(file.Bytes()), err
}

// What one program wrote another loads; money is the same to the last digit.
func ExampleChanges() {
	file, err := twoCustomers()
	if err != nil {
		fmt.Println(err)
		return
	}
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := books.Load(parquetio.Changes(file, parquetio.Options{})); err != nil {
		fmt.Println(err)
		return
	}
	s, err := books.Statement(calendar.NewMonth(2026, time.February))
	fmt.Println(s, err)
	// Output:
	// 2026-02 EUR: 59.9 - 10 churn = 49.9, 1 customers <nil>
}

// A file beyond what the caller allows is refused before it is read.
func ExampleWriteChanges() {
	file, err := twoCustomers()
	fmt.Println(err)
	for _, err := range parquetio.Changes(file, parquetio.Options{MaxRows: 2}) {
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// parquetio: changes: beyond the limit: at most 2 rows, got 3
}

// Columns of numbers at once, for a program that counts itself.
func ExampleIntegers() {
	file, err := twoCustomers()
	if err != nil {
		fmt.Println(err)
		return
	}
	columns, err := parquetio.Integers(file, parquetio.Options{}, "at")
	for _, micros := range columns[0] {
		fmt.Println(time.UnixMicro(micros).UTC().Format(time.DateOnly))
	}
	fmt.Println(err)
	// Output:
	// 2026-01-05
	// 2026-01-05
	// 2026-02-05
	// <nil>
}

// A log travels with its attributes.
func ExampleWriteEvents() {
	var file bytes.Buffer
	err := parquetio.WriteEvents(&file, slices.Values([]touchpoint.Event{
		{Customer: "acme", Name: "visited", At: january, Channel: "Email"},
		{Customer: "acme", Name: "signed_up", At: january.Add(time.Hour), Attrs: map[string]string{"plan": "pro"}},
	}), parquetio.Options{})
	fmt.Println(err)
	for e, err := range parquetio.Events(bytes.NewReader(file.Bytes()), parquetio.Options{}) {
		fmt.Println(e.Name, e.Channel, e.Attrs, err)
	}
	// Output:
	// <nil>
	// visited Email map[] <nil>
	// signed_up  map[plan:pro] <nil>
}

// The events of a file are what a log is made of.
func ExampleEvents() {
	var file bytes.Buffer
	err := parquetio.WriteEvents(&file, slices.Values([]touchpoint.Event{{Customer: "acme", Name: "visited", At: january}}), parquetio.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var events []touchpoint.Event
	for e, err := range parquetio.Events(bytes.NewReader(file.Bytes()), parquetio.Options{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		events = append(events, e)
	}
	log, err := touchpoint.LogOf(events...)
	fmt.Println(log.Len(), err)
	// Output:
	// 1 <nil>
}

// Statements for whoever draws them elsewhere.
func ExampleWriteStatements() {
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := books.Append(ledger.Change{Customer: "acme", At: january, Amount: decimal.RequireFromString("49.90")}); err != nil {
		fmt.Println(err)
		return
	}
	first := calendar.NewMonth(2026, time.January)
	statements, err := books.Statements(first, first.Add(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	fmt.Println(parquetio.WriteStatements(&file, statements, parquetio.Options{}))
	for s, err := range parquetio.Statements(bytes.NewReader(file.Bytes()), parquetio.Options{}) {
		fmt.Println(s, err)
	}
	// Output:
	// <nil>
	// 2026-01 EUR: 0 + 49.9 new = 49.9, 1 customers <nil>
	// 2026-02 EUR: 49.9 = 49.9, 1 customers <nil>
}

// A row whose heads do not lead to its closing is refused, with its number.
func ExampleStatements() {
	var file bytes.Buffer
	s := ledger.Statement{Month: calendar.NewMonth(2026, time.January)}
	s.Customers.New = 2
	fmt.Println(parquetio.WriteStatements(&file, []ledger.Statement{s}, parquetio.Options{}))
	for _, err := range parquetio.Statements(bytes.NewReader(file.Bytes()), parquetio.Options{}) {
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// parquetio: statements: row 1: closing_customers "0": want what the heads lead to
}
