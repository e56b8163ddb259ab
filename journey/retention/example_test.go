package retention_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func logins() *touchpoint.Log {
	day := func(d int) time.Time { return time.Date(2026, time.March, d, 9, 0, 0, 0, time.UTC) }
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "anna", Name: "signed_up", At: day(2)}, touchpoint.Event{Customer: "anna", Name: "logged_in", At: day(10)},
		touchpoint.Event{Customer: "anna", Name: "logged_in", At: day(17)},
		touchpoint.Event{Customer: "ben", Name: "signed_up", At: day(3)}, touchpoint.Event{Customer: "ben", Name: "logged_in", At: day(18)},
		touchpoint.Event{Customer: "cleo", Name: "signed_up", At: day(11)}, touchpoint.Event{Customer: "cleo", Name: "logged_in", At: day(23)},
	)
	if err != nil {
		fmt.Println(err)
	}
	return log
}

func ExampleRun() {
	table, err := retention.Run(logins(), retention.Spec{
		Start: touchpoint.Named("signed_up"), Return: touchpoint.Named("logged_in"),
		Unit: calendar.UnitWeek, WeekStart: time.Monday, Periods: 3, From: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range table.Rows() {
		fmt.Println(row.Start.Format(time.DateOnly), row.Size, row.Returned)
	}
	week1, cohorts := table.Weighted(1)
	fmt.Println("after a week", week1.Percent(0), "in", cohorts, "cohorts")
	// Output:
	// 2026-03-02 2 [2 1 2]
	// 2026-03-09 1 [1 0]
	// 2026-03-16 0 [0]
	// after a week 33% in 2 cohorts
}

func ExampleLifecycle() {
	states, err := retention.Lifecycle(logins(), retention.LifecycleSpec{
		Unit: calendar.UnitWeek, WeekStart: time.Monday, Periods: 3, From: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC),
	})
	fmt.Print(states)
	fmt.Println(err)
	// Output:
	// 2026-03-02 new 2 returning 0 resurrecting 0 dormant 0
	// 2026-03-09 new 1 returning 1 resurrecting 0 dormant 1
	// 2026-03-16 new 0 returning 1 resurrecting 1 dormant 1
	// <nil>
}

func ExampleDaily() {
	days, err := retention.Daily(logins(), retention.DailySpec{Days: 3, From: time.Date(2026, time.March, 9, 0, 0, 0, 0, time.UTC), Week: 6, Month: 29})
	for _, d := range days {
		fmt.Println(d.Start.Format(time.DateOnly), d.DAU(), d.WAU(), d.MAU(), d.Stickiness().Percent(0))
	}
	fmt.Println(err)
	// Output:
	// 2026-03-09 0 1 2 0%
	// 2026-03-10 1 1 2 50%
	// 2026-03-11 1 2 3 33%
	// <nil>
}

func ExampleStickiness() {
	counts, err := retention.Stickiness(logins(), retention.LifecycleSpec{
		Unit: calendar.UnitWeek, WeekStart: time.Monday, Periods: 3, From: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC),
	})
	fmt.Println(counts, err)
	// Output: [1 1 1] <nil>
}
