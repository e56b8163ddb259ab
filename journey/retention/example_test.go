package retention_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
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
	growth, err := retention.Daily(logins(), retention.DailySpec{Days: 3, From: time.Date(2026, time.March, 9, 0, 0, 0, 0, time.UTC), Week: 6, Month: 29})
	for _, d := range growth.Days() {
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
	sticky, err := retention.Stickiness(logins(), retention.LifecycleSpec{
		Unit: calendar.UnitWeek, WeekStart: time.Monday, Periods: 3, From: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC),
	})
	fmt.Println(sticky.Customers(), err)
	// Output: [1 1 1] <nil>
}

func ExampleRunBy() {
	byPlan, err := retention.RunBy(logins(), weeks(), touchpoint.Breakdown{Customer: func(c string) string {
		if c == "anna" {
			return "pro"
		}
		return "basic"
	}})
	for _, table := range byPlan {
		fmt.Println(table.Key(), table.Rows()[0].Returned)
	}
	fmt.Println(err)
	// Output:
	// basic [1 0 1]
	// pro [1 1 1]
	// <nil>
}

func weeks() retention.Spec {
	return retention.Spec{
		Start: touchpoint.Named("signed_up"), Return: touchpoint.Named("logged_in"),
		Unit: calendar.UnitWeek, WeekStart: time.Monday, Periods: 3, From: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC),
	}
}

func ExampleTable_Share() {
	table, _ := retention.Run(logins(), weeks())
	weighted, _ := table.Weighted(1)
	fmt.Println(table.Share(0, 1).Percent(0), table.Share(0, 9), weighted.Fraction())
	// Output: 50% undefined 1/3
}

func ExampleTable_Weighted() {
	table, _ := retention.Run(logins(), weeks())
	share, cohorts := table.Weighted(1)
	fmt.Println(share.Fraction(), "over", cohorts)
	// Output: 1/3 over 2
}

func ExampleTable_Merge() {
	north, _ := retention.Run(logins(), weeks())
	log, _ := touchpoint.LogOf(touchpoint.Event{Customer: "zoe", Name: "signed_up", At: time.Date(2026, time.March, 4, 9, 0, 0, 0, time.UTC)})
	south, _ := retention.Run(log, weeks())
	fmt.Println(north.Merge(south), north.Rows()[0].Size, north.Customers())
	// Output: <nil> 3 4
}

func ExampleTable_AppendBinary() {
	table, _ := retention.Run(logins(), weeks())
	shard, err := table.AppendBinary(nil)
	var back retention.Table
	fmt.Println(err, back.UnmarshalBinary(shard), back.Customers())
	// Output: <nil> <nil> 3
}

func ExampleTable_Cumulative() {
	day := func(d int) time.Time { return time.Date(2026, time.March, d, 9, 0, 0, 0, time.UTC) }
	log, _ := touchpoint.LogOptions{Value: true}.LogOf(
		touchpoint.Event{Customer: "u1", Name: "paid", At: day(2), Value: decimal.NewFromInt(10)},
		touchpoint.Event{Customer: "u1", Name: "paid", At: day(10), Value: decimal.NewFromInt(5)},
		touchpoint.Event{Customer: "u2", Name: "paid", At: day(3), Value: decimal.NewFromInt(7)},
	)
	spec := weeks()
	spec.Start, spec.Return, spec.Amount = touchpoint.Named("paid"), nil, true
	table, err := retention.Run(log, spec)
	fmt.Println(table.Cumulative(0, 1), table.PerMember(0, 1), table.PerActive(0, 1), err)
	// Output: 22 2.5 5 <nil>
}

func ExampleTable_PerMember() {
	table, _ := retention.Run(logins(), weeks())
	fmt.Println(table.PerMember(0, 1), table.PerActive(0, 1)) // no Amount was asked for
	// Output: undefined undefined
}

func ExampleLifecycleBy() {
	parts, err := retention.LifecycleBy(logins(), retention.LifecycleSpec{Periods: 1, From: time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)}, touchpoint.Breakdown{Customer: func(c string) string { return c[:1] }})
	for _, p := range parts {
		fmt.Println(p.Key(), p.Periods()[0].New)
	}
	fmt.Println(err)
	// Output:
	// a 1
	// b 1
	// c 1
	// <nil>
}

func ExampleDailyBy() {
	parts, err := retention.DailyBy(logins(), retention.DailySpec{Days: 1, From: time.Date(2026, time.March, 10, 0, 0, 0, 0, time.UTC)}, touchpoint.Breakdown{Customer: func(c string) string { return c }})
	for _, p := range parts {
		fmt.Println(p.Key(), p.Days()[0].DAU(), p.Days()[0].MAU())
	}
	fmt.Println(err)
	// Output:
	// anna 1 1
	// ben 0 1
	// cleo 0 0
	// <nil>
}

func ExampleStickinessBy() {
	parts, err := retention.StickinessBy(logins(), retention.LifecycleSpec{Unit: calendar.UnitWeek, WeekStart: time.Monday, Periods: 3, From: weeks().From}, touchpoint.Breakdown{Customer: func(c string) string { return c }})
	for _, p := range parts {
		fmt.Println(p.Key(), p.Customers())
	}
	fmt.Println(err)
	// Output:
	// anna [0 0 1]
	// ben [0 1 0]
	// cleo [1 0 0]
	// <nil>
}

func ExampleFrequencies() {
	table, err := retention.Frequencies(logins(), retention.LifecycleSpec{Periods: 1, From: weeks().From})
	march := table.Periods()[0]
	fmt.Println(march.Active, march.Events, march.Mean.Fraction(), march.Median, err)
	// Output: 3 7 7/3 2 <nil>
}

func ExampleFrequenciesBy() {
	parts, err := retention.FrequenciesBy(logins(), retention.LifecycleSpec{Periods: 1, From: weeks().From}, touchpoint.Breakdown{Customer: func(c string) string { return c }})
	for _, p := range parts {
		fmt.Print(p.Key(), " ", p)
	}
	fmt.Println(err)
	// Output:
	// anna 2026-03-01 1 active, 3 events, median 3, nine in ten up to 3
	// ben 2026-03-01 1 active, 2 events, median 2, nine in ten up to 2
	// cleo 2026-03-01 1 active, 2 events, median 2, nine in ten up to 2
	// <nil>
}

// Two shards of customers: their states travel as bytes and add up.
func ExampleStates_Merge() {
	spec := retention.LifecycleSpec{Unit: calendar.UnitWeek, WeekStart: time.Monday, Periods: 2, From: weeks().From}
	of := func(customer string) *retention.States {
		shard, _ := touchpoint.NewLog(logins().Of(customer))
		states, _ := retention.Lifecycle(shard, spec)
		return states
	}
	bytes, _ := of("anna").MarshalBinary()
	var sum retention.States
	fmt.Println(sum.UnmarshalBinary(bytes), sum.Merge(of("ben")))
	fmt.Print(&sum)
	fmt.Println(sum.Merge(of("ben")) != nil) // counted already
	// Output:
	// <nil> <nil>
	// 2026-03-02 new 2 returning 0 resurrecting 0 dormant 0
	// 2026-03-09 new 0 returning 1 resurrecting 0 dormant 1
	// true
}

// Satisfied customers against the others, from the answers to a survey: what they
// pay three months later.
func ExampleEffectOf() {
	answers := []survey.Answer{{Customer: "anna", Score: 9}, {Customer: "ben", Score: 3}, {Customer: "cleo", Score: 10}}
	satisfied := map[string]bool{}
	for _, a := range answers {
		satisfied[a.Customer] = a.Score >= 9
	}
	books, _ := ledger.New(ledger.Options{Currency: "EUR"})
	day := func(month time.Month) time.Time { return time.Date(2026, month, 12, 0, 0, 0, 0, time.UTC) }
	_ = books.Append(
		ledger.Change{Customer: "anna", At: day(time.March), Amount: decimal.NewFromInt(40)},
		ledger.Change{Customer: "ben", At: day(time.March), Amount: decimal.NewFromInt(40)},
		ledger.Change{Customer: "ben", At: day(time.May), Amount: decimal.Zero},
		ledger.Change{Customer: "cleo", At: day(time.April), Amount: decimal.NewFromInt(60)},
	)
	effect, err := retention.EffectOf(logins(), retention.EffectSpec{
		Start: touchpoint.Named("signed_up"), Ledger: books, Periods: 3, AsOf: day(time.July),
		Group: func(c string) (with, known bool) { with, known = satisfied[c]; return with, known },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	last := effect.Periods[2]
	fmt.Println(effect.With, "satisfied, MRR", last.MRR.With, "against", last.MRR.Without)
	fmt.Println("value so far", last.Value.With, "against", last.Value.Without)
	fmt.Println(effect.Warnings[0])
	// Output:
	// 2 satisfied, MRR 50 against 0
	// value so far 120 against 80
	// association, not cause: the groups were not drawn at random
}

func ExampleTable_PerActive() {
	log, _ := touchpoint.LogOptions{Value: true}.LogOf(touchpoint.Event{Customer: "u", Name: "paid", At: weeks().From, Value: decimal.NewFromInt(10)})
	spec := weeks()
	spec.Start, spec.Return, spec.Amount = touchpoint.Named("paid"), nil, true
	table, err := retention.Run(log, spec)
	fmt.Println(table.PerActive(0, 0), table.PerActive(0, 1), err)
	// Output: 10 undefined <nil>
}
