package calendar_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Four hundred customer-years are more than a time.Duration can hold; their mean
// is one again.
func ExampleElapsed_Mean() {
	var total calendar.Elapsed
	for range 400 {
		total = total.Add(calendar.ElapsedOf(365*24*3600, 0))
	}
	_, fits := total.Duration()
	mean, ok := total.Mean(400)
	fmt.Println(fits, mean, ok, total.Days())
	// Output: false 8760h0m0s true 146000
}

func ExampleElapsedOf() {
	fmt.Println(calendar.ElapsedOf(90, 500_000_000))
	// Output: 0d 00:01:30
}

// Sums of parts are the sum of all: no rounding on the way.
func ExampleElapsed_Add() {
	a, b := calendar.ElapsedOf(0, 999_999_999), calendar.ElapsedOf(0, 1)
	fmt.Println(a.Add(b) == b.Add(a), a.Add(b))
	// Output: true 0d 00:00:01
}

// Weeks that begin on Monday in Berlin: the instant of a visit belongs to the
// week of its place.
func ExampleGrid_Floor() {
	berlin := time.FixedZone("CET", 3600)
	weeks := calendar.Grid{Unit: calendar.UnitWeek, Location: berlin, WeekStart: time.Monday}
	visit := time.Date(2026, 2, 1, 23, 30, 0, 0, time.UTC) // a Sunday in London, half past midnight on Monday in Berlin
	fmt.Println(weeks.Floor(visit).Format("Mon 2006-01-02"))
	// Output: Mon 2026-02-02
}

// The columns of a retention triangle, from the period that an instant is in.
func ExampleGrid_Nth() {
	months := calendar.Grid{}
	start := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for n := range 3 {
		fmt.Println(months.Nth(start, n).Format(time.DateOnly))
	}
	// Output:
	// 2026-01-01
	// 2026-02-01
	// 2026-03-01
}

func ExampleGrid_Starts() {
	days := calendar.Grid{Unit: calendar.UnitDay}
	for _, t := range days.Starts(time.Date(2026, 2, 27, 0, 0, 0, 0, time.UTC), 3) {
		fmt.Println(t.Format("Jan 2"))
	}
	// Output:
	// Feb 27
	// Feb 28
	// Mar 1
	// Mar 2
}

func ExampleMonth_Sub() {
	began, left := calendar.NewMonth(2025, time.November), calendar.NewMonth(2026, time.February)
	fmt.Println("tenure in months:", left.Sub(began))
	// Output: tenure in months: 3
}

func ExampleMonth_Before() {
	closed, asked := calendar.NewMonth(2026, time.March), calendar.NewMonth(2026, time.April)
	fmt.Println(closed.Before(asked), asked.Before(closed), closed.Before(closed))
	// Output: true false false
}

func ExampleMonth_After() {
	closed, asked := calendar.NewMonth(2026, time.March), calendar.NewMonth(2026, time.April)
	fmt.Println(asked.After(closed), closed.After(closed))
	// Output: true false
}

func ExampleMonth_Compare() {
	a, b := calendar.NewMonth(2025, time.December), calendar.NewMonth(2026, time.January)
	fmt.Println(a.Compare(b), b.Compare(a), a.Compare(a))
	// Output: -1 1 0
}

// Months have no zone of their own; where they begin depends on the place.
func ExampleMonth_Start() {
	m := calendar.NewMonth(2026, time.March)
	fmt.Println(m.Start(nil))
	fmt.Println(m.Start(time.FixedZone("BKK", 7*3600)).UTC())
	// Output:
	// 2026-03-01 00:00:00 +0000 UTC
	// 2026-02-28 17:00:00 +0000 UTC
}

// A fiscal year that begins in April.
func ExampleMonth_FiscalStart() {
	for _, m := range []calendar.Month{calendar.NewMonth(2026, time.March), calendar.NewMonth(2026, time.April)} {
		fmt.Println(m, "is of the year that began in", m.FiscalStart(time.April), "and its quarter", m.QuarterStart(time.April))
	}
	// Output:
	// 2026-03 is of the year that began in 2025-04 and its quarter 2026-01
	// 2026-04 is of the year that began in 2026-04 and its quarter 2026-04
}

func ExampleMonth_QuarterStart() {
	fmt.Println(calendar.NewMonth(2026, time.November).QuarterStart(time.January))
	// Output: 2026-10
}

// Two periods that touch share no instant.
func ExamplePeriod_Contains() {
	march := calendar.NewMonth(2026, time.March).Period(nil)
	fmt.Println(march.Contains(march.From), march.Contains(march.To))
	// Output: true false
}

func ExamplePeriod_Overlaps() {
	march, april := calendar.NewMonth(2026, time.March).Period(nil), calendar.NewMonth(2026, time.April).Period(nil)
	easter := calendar.Period{From: march.To.AddDate(0, 0, -2), To: march.To.AddDate(0, 0, 3)}
	fmt.Println(march.Overlaps(april), march.Overlaps(easter), april.Overlaps(easter))
	// Output: false true true
}
