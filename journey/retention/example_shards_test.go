package retention_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// twoWeeks are the first two of March 2026.
var twoWeeks = retention.LifecycleSpec{Unit: calendar.UnitWeek, WeekStart: time.Monday, Periods: 2, From: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)}

// shard is what one customer did.
func shard(customer string) *touchpoint.Log { return must(touchpoint.NewLog(logins().Of(customer))) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Equal states are equal bytes, so that a shard run twice can be told from one
// that changed.
func ExampleStates_AppendBinary() {
	a, b := must(retention.Lifecycle(shard("anna"), twoWeeks)), must(retention.Lifecycle(shard("anna"), twoWeeks))
	fmt.Println(string(must(a.AppendBinary(nil))) == string(must(b.AppendBinary(nil))))
	var back retention.States
	fmt.Println(back.UnmarshalBinary(must(a.AppendBinary(nil))))
	fmt.Print(&back)
	// Output:
	// true
	// <nil>
	// 2026-03-02 new 1 returning 0 resurrecting 0 dormant 0
	// 2026-03-09 new 0 returning 1 resurrecting 0 dormant 0
}

func ExampleFrequencyTable_AppendBinary() {
	var back retention.FrequencyTable
	fmt.Println(back.UnmarshalBinary(must(must(retention.Frequencies(logins(), twoWeeks)).AppendBinary(nil))))
	fmt.Print(&back)
	// Output:
	// <nil>
	// 2026-03-02 2 active, 2 events, median 1, nine in ten up to 1
	// 2026-03-09 2 active, 2 events, median 1, nine in ten up to 1
}

// Anna's weeks and Ben's are both of theirs.
func ExampleFrequencyTable_Merge() {
	sum := must(retention.Frequencies(shard("anna"), twoWeeks))
	fmt.Println(sum.Merge(must(retention.Frequencies(shard("ben"), twoWeeks))))
	fmt.Print(sum)
	// Output:
	// <nil>
	// 2026-03-02 2 active, 2 events, median 1, nine in ten up to 1
	// 2026-03-09 1 active, 1 events, median 1, nine in ten up to 1
}

// tenth is 10 March, with the six days and the 29 before it.
func tenth(log *touchpoint.Log) *retention.Growth {
	return must(retention.Daily(log, retention.DailySpec{Days: 1, From: time.Date(2026, time.March, 10, 0, 0, 0, 0, time.UTC), Week: 6, Month: 29}))
}

func ExampleGrowth_AppendBinary() {
	var back retention.Growth
	fmt.Println(back.UnmarshalBinary(must(tenth(logins()).AppendBinary(nil))))
	d := back.Days()[0]
	fmt.Println("day", d.DAU(), "week", d.WAU(), "month", d.MAU())
	// Output:
	// <nil>
	// day 1 week 1 month 2
}

// The active of a month add up over shards; a customer in both is refused, as
// no active customer may count twice.
func ExampleGrowth_Merge() {
	sum := tenth(shard("anna"))
	fmt.Println(sum.Merge(tenth(shard("ben"))), sum.Days()[0].MAU())
	fmt.Println(sum.Merge(tenth(shard("anna"))) != nil, sum.Days()[0].MAU())
	// Output:
	// <nil> 2
	// true 2
}

func ExampleSticky_AppendBinary() {
	var back retention.Sticky
	fmt.Println(back.UnmarshalBinary(must(must(retention.Stickiness(logins(), twoWeeks)).AppendBinary(nil))), back.Customers())
	// Output:
	// <nil> [2 1]
}

// In one week and in two: one customer each.
func ExampleSticky_Merge() {
	sum := must(retention.Stickiness(shard("anna"), twoWeeks))
	fmt.Println(sum.Merge(must(retention.Stickiness(shard("ben"), twoWeeks))), sum.Customers())
	// Output:
	// <nil> [1 1]
}
