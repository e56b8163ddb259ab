package funnel_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// visits of an invented shop: who, what, when, from where.
func visits() *touchpoint.Log {
	at := func(hour int) time.Time { return time.Date(2026, time.March, 2, hour, 0, 0, 0, time.UTC) }
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "anna", Name: "visited", At: at(8), Channel: touchpoint.Email},
		touchpoint.Event{Customer: "anna", Name: "signed_up", At: at(9)},
		touchpoint.Event{Customer: "anna", Name: "paid", At: at(12)},
		touchpoint.Event{Customer: "ben", Name: "visited", At: at(8), Channel: touchpoint.Email},
		touchpoint.Event{Customer: "ben", Name: "signed_up", At: at(11)},
		touchpoint.Event{Customer: "ben", Name: "asked_support", At: at(12)},
		touchpoint.Event{Customer: "cleo", Name: "visited", At: at(10), Channel: touchpoint.OrganicSearch},
	)
	if err != nil {
		panic(err)
	}
	return log
}

func spec() funnel.Spec {
	return funnel.Spec{Steps: []funnel.Step{
		{Any: touchpoint.Named("visited")},
		{Any: touchpoint.Named("signed_up")},
		{Any: touchpoint.Named("paid"), Within: 24 * time.Hour},
	}}
}

func ExampleRun() {
	report, err := funnel.Run(visits(), spec())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range report.Steps() {
		fmt.Println(s.Name, s.Customers, s.FromPrevious.Percent(0), s.Time.Median)
	}
	// Output:
	// visited 3 100% 0s
	// signed_up 2 67% 2h0m0s
	// paid 1 50% 3h0m0s
}

func ExampleReport_Level() {
	report, err := funnel.Run(visits(), spec())
	if err != nil {
		fmt.Println(err)
		return
	}
	level, times := report.Level("ben")
	fmt.Println(level, times[1].Format(time.TimeOnly))
	for who := range report.Who(2, true) {
		fmt.Println("stopped after signing up:", who)
	}
	for _, next := range report.Instead(2) {
		fmt.Println("and did instead:", next.Name, next.Customers)
	}
	// Output:
	// 2 11:00:00
	// stopped after signing up: ben
	// and did instead: asked_support 1
}

func ExampleRunBy() {
	groups, err := funnel.RunBy(visits(), spec(), funnel.Breakdown{Channel: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range groups {
		fmt.Println(g.Key(), g.Conversion().Percent(0), "of", g.Steps()[0].Customers)
	}
	// Output:
	// Email 50% of 2
	// Organic Search 0% of 1
}

func ExampleReport_Merge() {
	north, err1 := funnel.Run(visits(), spec())
	log, err2 := touchpoint.LogOf(touchpoint.Event{Customer: "dora", Name: "visited", At: time.Unix(0, 0)})
	south, err3 := funnel.Run(log, spec())
	if err1 != nil || err2 != nil || err3 != nil {
		return
	}
	fmt.Println(north.Merge(south), north.Conversion().Percent(0))
	fmt.Println(north.Merge(south))
	// Output:
	// <nil> 25%
	// funnel: merge: funnels do not add up: customer "dora" in both
}
