package fault_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

var errPrice = errors.New("impossible price")

// A reader that takes an input whole or not at all says everything that is wrong
// with it at once, and its caller has the rows as fields.
func ExampleBatch_Add() {
	bad := fault.Batch{Package: "prices", Op: "load"}
	for i, amount := range []string{"10", "-5", "ten"} {
		if strings.Trim(amount, "0123456789") != "" {
			bad.Add(fault.Row{Row: int64(i + 1), Field: "amount", Value: amount, Limit: "a number, 0 or more", Err: errPrice})
		}
	}
	err := bad.Err()
	fmt.Println(err)
	var row *fault.Row
	fmt.Println(errors.As(err, &row), row.Row, row.Value, errors.Is(err, errPrice))
	// Output:
	// prices: load: 2 bad rows, nothing was taken; row 2: amount "-5": a number, 0 or more; row 3: amount "ten": a number, 0 or more
	// true 2 -5 true
}

// A price list that a person designs and mends: every fault has a code that
// stays, and a place.
func ExampleDesign_Addf() {
	d := fault.Design{Package: "prices", Kind: "list", Name: "2026", Err: errPrice}
	d.Addf("no-currency", "Plans[1].Currency", "gold", "empty; want one of ISO 4217")
	d.Addf("twice", "Plans[2].Name", "gold", "named before, at Plans[%d]", 1)
	fmt.Println(d.Fault())
	// Output:
	// prices: list "2026": 2 faults
	// 	Plans[1].Currency ("gold"): empty; want one of ISO 4217 [no-currency]
	// 	Plans[2].Name ("gold"): named before, at Plans[1] [twice]
}

// A design without faults is no error.
func ExampleDesign_Has() {
	d := fault.Design{Package: "prices", Kind: "list", Err: errPrice}
	fmt.Println(d.Fault(), d.Has("twice"))
	d.Add(fault.Fault{Code: "twice", Path: "Plans[2]", Detail: "named before"})
	fmt.Println(errors.Is(d.Fault(), errPrice), d.Has("twice"))
	// Output:
	// <nil> false
	// true true
}

func ExampleDesign_Add() {
	var d fault.Design
	for range fault.MaxListed + 1 {
		d.Add(fault.Fault{Code: "twice"})
	}
	fmt.Println(len(d.Faults), "listed,", d.More, "more counted")
	// Output: 1000 listed, 1 more counted
}

func ExampleAtMost() {
	fmt.Println(fault.AtMost(1024, "bytes", 2000))
	// Output: at most 1024 bytes, got 2000
}

// What comes from outside may be long, may not be text, and may want to act on a
// terminal.
func ExampleCheckText() {
	for _, s := range []string{"acme", "acme\xff", strings.Repeat("x", 20)} {
		limit, err := fault.CheckText(s, 16)
		fmt.Printf("%q %v\n", limit, err)
	}
	// Output:
	// "" <nil>
	// "must be valid UTF-8" must be valid UTF-8
	// "at most 16 bytes, got 20" too long
}

func ExampleQuote() {
	fmt.Println(fault.Quote("ลูกค้า\x1b[2J"))
	fmt.Println(fault.Quote(strings.Repeat("ก", 40)))
	// Output:
	// "ลูกค้า\x1b[2J"
	// "กกกกกกกกกกกกกกกกกกกกก…"
}
