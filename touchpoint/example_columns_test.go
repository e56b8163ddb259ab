package touchpoint_test

import (
	"fmt"
	"math/bits"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Events per channel without a string per event.
func ExampleChannelColumn_At() {
	log := week()
	cols := log.Columns()
	count := make([]int, len(log.Channels()))
	for i := range cols.Len() {
		count[cols.Channel.At(i)]++
	}
	for n, channel := range log.Channels() {
		fmt.Printf("%q %d\n", channel, count[n])
	}
	// Output:
	// "" 3
	// "Paid Search" 1
}

// From an event that some index found back to its customer.
func ExampleColumns_CustomerOf() {
	log := week()
	cols := log.Columns()
	for i := range cols.Len() {
		if log.Names()[cols.Name[i]] == "trial_started" {
			fmt.Println("event", i, "is of", log.Customer(cols.CustomerOf(i)))
		}
	}
	fmt.Println(cols.CustomerOf(cols.Len()))
	// Output:
	// event 3 is of globex
	// -1
}

func ExampleLog_Customer() {
	log := week()
	for c := range log.Customers() {
		fmt.Println(c, log.Customer(c))
	}
	fmt.Printf("%q\n", log.Customer(2))
	// Output:
	// 0 acme
	// 1 globex
	// ""
}

// What is not asked for is not kept; that it is checked all the same keeps a
// log from depending on what it is read for.
func ExampleLogOptions_LogOf() {
	e := touchpoint.Event{Customer: "acme", Name: "clicked", Campaign: "spring", At: at("2026-01-05")}
	for _, o := range []touchpoint.LogOptions{{}, {Campaign: true}} {
		log, err := o.LogOf(e)
		if err != nil {
			fmt.Println(err)
			return
		}
		for kept := range log.Events() {
			fmt.Printf("%q\n", kept.Campaign)
		}
	}
	// Output:
	// ""
	// "spring"
}

// A set of matches from names alone.
func ExampleNamed() {
	for _, m := range touchpoint.Named("subscribed", "upgraded") {
		fmt.Println(m.Name, m.Matches(touchpoint.Event{Name: "upgraded"}))
	}
	// Output:
	// subscribed false
	// upgraded true
}

// Which of the sets each event is in, as bits: the numbers by which a program
// walks a log once for all of them.
func ExampleSelector_Mask() {
	log := week()
	basic := touchpoint.Match{Name: "ticket_opened", Where: []touchpoint.Condition{{Attr: "type", Values: []string{"basic"}}}}
	s, err := log.Select(touchpoint.Named("ticket_opened"), []touchpoint.Match{basic})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range log.Len() {
		fmt.Printf("event %d is in %d of 2 sets: %02b\n", i, bits.OnesCount64(s.Mask(i)), s.Mask(i))
	}
	// Output:
	// event 0 is in 0 of 2 sets: 00
	// event 1 is in 2 of 2 sets: 11
	// event 2 is in 1 of 2 sets: 01
	// event 3 is in 0 of 2 sets: 00
}

// A log cut into carts still knows whose they are.
func ExampleActor() {
	byCart, err := carts().Per(touchpoint.Units{Hold: "cart"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range byCart.Customers() {
		fmt.Printf("%q is %s\n", byCart.Customer(c), touchpoint.Actor(byCart.Customer(c)))
	}
	fmt.Println(touchpoint.Actor("anna"))
	// Output:
	// "anna␟1" is anna
	// "anna␟2" is anna
	// anna
}

// The group of each event by itself.
func ExampleLabels_Event() {
	labels, err := carts().Labels(touchpoint.Breakdown{Attr: "cart"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range carts().Len() {
		fmt.Println("event", i, "in cart", labels.Keys()[labels.Event(int32(i))])
	}
	// Output:
	// event 0 in cart 1
	// event 1 in cart 2
	// event 2 in cart 1
}

// Which event of a chain gives the group is a choice: here the cart in which it
// began or the one in which it ended. An empty chain has none.
func ExampleLabels_Of() {
	log := carts()
	chain := []int32{0, 1}
	for _, label := range []touchpoint.Label{touchpoint.FirstTouch, touchpoint.LastTouch} {
		labels, err := log.Labels(touchpoint.Breakdown{Attr: "cart", Label: label}, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(label, labels.Keys()[labels.Of(0, chain)], labels.Of(0, nil) == touchpoint.NoGroup)
	}
	// Output:
	// first-touch 1 true
	// last-touch 2 true
}
