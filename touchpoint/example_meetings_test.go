package touchpoint_test

import (
	"errors"
	"fmt"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// shop plans two touchpoints, and two customers met them.
var shop = touchpoint.Catalogue{Name: "shop", Touchpoints: []touchpoint.Touchpoint{
	{Name: "Newsletter", Events: []string{"newsletter_opened"}, LeadsTo: []string{"Checkout"}},
	{Name: "Checkout", Events: []string{"order_placed"}},
}}

// visits are a log of what the named customers did: each opened the newsletter
// and ordered.
func visits(customers ...string) *touchpoint.Log {
	var events []touchpoint.Event
	for _, c := range customers {
		events = append(events,
			touchpoint.Event{Customer: c, Name: "newsletter_opened", At: at("2026-01-05")},
			touchpoint.Event{Customer: c, Name: "order_placed", At: at("2026-01-06")})
	}
	log, err := touchpoint.LogOf(events...)
	if err != nil {
		panic(err)
	}
	return log
}

// The meetings of one shard, sent to where the whole is added up.
func ExampleMeetings_AppendBinary() {
	sent, err := shop.Meet(visits("acme", "bolt")).AppendBinary(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var got touchpoint.Meetings
	fmt.Println(got.UnmarshalBinary(sent))
	fmt.Println(&got)
	// Output:
	// <nil>
	// Newsletter: 2 of 2 customers, then Checkout 2 times
	// Checkout: 2 of 2 customers
}

// A customer belongs to one shard: the same shard twice is refused, and nothing
// was added.
func ExampleMeetings_Merge() {
	sum := shop.Meet(visits("acme", "bolt"))
	fmt.Println(sum.Merge(shop.Meet(visits("core"))), sum.Customers())
	err := sum.Merge(shop.Meet(visits("core")))
	fmt.Println(errors.Is(err, touchpoint.ErrMeetings), sum.Customers())
	// Output:
	// <nil> 3
	// true 3
}
