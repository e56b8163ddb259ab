package calendar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// A subscription that began on 31 January is charged at the end of every
// month, and on the 31st again wherever there is one.
func ExampleCycle_Nth() {
	monthly := calendar.Cycle{}
	anchor := time.Date(2026, time.January, 31, 9, 0, 0, 0, time.UTC)
	for n := range 5 {
		fmt.Println(monthly.Nth(anchor, n).Format(time.DateOnly))
	}
	// Output:
	// 2026-01-31
	// 2026-02-28
	// 2026-03-31
	// 2026-04-30
	// 2026-05-31
}

func ExampleParseCycle() {
	for _, text := range []string{"P1M", "P1Y6M", "P2W", "PT1H"} {
		c, err := calendar.ParseCycle(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(c, c.N, c.Unit)
	}
	// Output:
	// P1M 1 month
	// P18M 18 month
	// P2W 2 week
	// calendar: ParseCycle: "PT1H": a cycle has no time part
}

// A weekly price of 100 is worth 100 × 52 / 12 a month.
func ExampleCycle_PerYear() {
	weekly := calendar.Cycle{Unit: calendar.UnitWeek}
	times, per, err := weekly.PerYear()
	fmt.Println(times, per, err)
	// Output:
	// 52 1 <nil>
}

func ExampleCycle_Validate() {
	fmt.Println(calendar.Cycle{Unit: calendar.UnitYear, N: 2}.Validate())
	fmt.Println(calendar.Cycle{N: 5000}.Validate())
	// Output:
	// <nil>
	// calendar: Cycle.Validate: 5000 × month: at most 1200
}

func ExampleCycle_Canonical() {
	fmt.Println(calendar.Cycle{}.Canonical() == calendar.Cycle{Unit: calendar.UnitMonth, N: 1})
	// Output:
	// true
}

func ExampleMonthOf() {
	at := time.Date(2026, time.January, 31, 23, 30, 0, 0, time.UTC)
	tokyo := time.FixedZone("Tokyo", 9*60*60)
	fmt.Println(calendar.MonthOf(at, time.UTC), calendar.MonthOf(at, tokyo))
	// Output:
	// 2026-01 2026-02
}

func ExampleParseMonth() {
	m, err := calendar.ParseMonth("2026-01")
	fmt.Println(m, err)
	_, err = calendar.ParseMonth("1066-10")
	fmt.Println(err)
	fmt.Println(errors.Is(err, calendar.ErrYear))
	// Output:
	// 2026-01 <nil>
	// calendar: ParseMonth: "1066-10": year outside 1900 to 2200
	// true
}

func ExampleNewMonth() {
	fmt.Println(calendar.NewMonth(2026, time.March))
	// Output:
	// 2026-03
}

func ExampleMonth_Add() {
	m := calendar.NewMonth(2026, time.November)
	fmt.Println(m.Add(3), m.Add(3).Sub(m))
	// Output:
	// 2027-02 3
}

func ExampleMonth_Period() {
	p := calendar.NewMonth(2026, time.February).Period(time.UTC)
	fmt.Println(p)
	fmt.Println(p.Contains(p.From), p.Contains(p.To))
	// Output:
	// 2026-02-01T00:00:00Z/2026-03-01T00:00:00Z
	// true false
}

// A fiscal year that begins in April.
func ExampleMonth_Quarter() {
	m := calendar.NewMonth(2027, time.February)
	fmt.Println(m.Quarter(time.April), m.QuarterStart(time.April), m.FiscalStart(time.April))
	// Output:
	// 4 2027-01 2026-04
}

func ExampleMonths() {
	for m := range calendar.Months(calendar.NewMonth(2025, time.November), calendar.NewMonth(2026, time.January)) {
		fmt.Println(m)
	}
	// Output:
	// 2025-11
	// 2025-12
	// 2026-01
}

func ExampleMonth_MarshalText() {
	data, err := json.Marshal(map[calendar.Month]calendar.Cycle{
		calendar.NewMonth(2026, time.January): {Unit: calendar.UnitYear},
	})
	fmt.Println(string(data), err)
	// Output:
	// {"2026-01":"P1Y"} <nil>
}

func ExamplePeriod_Intersect() {
	day := func(d int) time.Time { return time.Date(2026, time.March, d, 0, 0, 0, 0, time.UTC) }
	paid := calendar.Period{From: day(1), To: day(15)}
	paused := calendar.Period{From: day(10), To: day(20)}
	fmt.Println(paid.Intersect(paused).Duration(), paid.Overlaps(paused))
	// Output:
	// 120h0m0s true
}

func ExampleParsePeriod() {
	p, err := calendar.ParsePeriod("2026-03-29T00:00:00+01:00/2026-03-30T00:00:00+02:00")
	fmt.Println(p.Duration(), err)
	// Output:
	// 23h0m0s <nil>
}

func ExampleCheckTime() {
	fmt.Println(calendar.CheckTime(time.Date(2026, time.May, 1, 0, 0, 0, 0, time.UTC)))
	fmt.Println(calendar.CheckTime(time.Date(20260, time.May, 1, 0, 0, 0, 0, time.UTC)))
	// Output:
	// <nil>
	// calendar: CheckTime: 20260-05-01T00:00:00Z: year outside 1900 to 2200
}

func ExampleParseUnit() {
	u, err := calendar.ParseUnit("week")
	fmt.Println(u, err)
	_, err = calendar.ParseUnit("fortnight")
	fmt.Println(err)
	// Output:
	// week <nil>
	// calendar: ParseUnit: "fortnight": want hour, day, week, month or year
}
