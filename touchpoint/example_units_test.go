package touchpoint_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func carts() *touchpoint.Log {
	event := func(second int64, name, cart string) touchpoint.Event {
		return touchpoint.Event{Customer: "anna", Name: name, At: time.Unix(second, 0), Attrs: map[string]string{"cart": cart}}
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"cart"}}.LogOf(event(1, "filled", "1"), event(2, "filled", "2"), event(3, "paid", "1"))
	if err != nil {
		fmt.Println(err)
	}
	return log
}

func ExampleLog_Per() {
	byCart, err := carts().Per(touchpoint.Units{Hold: "cart"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for id, events := range byCart.ByCustomer() {
		fmt.Print(touchpoint.Actor(id), " cart ", touchpoint.UnitValue(id), ":")
		for e := range events {
			fmt.Print(" ", e.Name)
		}
		fmt.Println()
	}
	// Output:
	// anna cart 1: filled paid
	// anna cart 2: filled
}

func ExampleLog_Labels() {
	log := carts()
	labels, err := log.Labels(touchpoint.Breakdown{Attr: "cart", Label: touchpoint.LastTouch}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	chain := []int32{0, 1} // the first two events of the log
	fmt.Println(labels.Keys()[labels.Of(0, chain)])
	// Output: 2
}

func ExampleUnitValue() {
	sessions, err := carts().Per(touchpoint.Units{Session: time.Minute})
	fmt.Println(touchpoint.UnitValue(sessions.Customer(0)), touchpoint.Actor(sessions.Customer(0)), sessions.InUnits(), err)
	// Output: 000001 anna true <nil>
}
