package funnel_test

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
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
	groups, err := funnel.RunBy(visits(), spec(), touchpoint.Breakdown{Channel: true})
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

func ExampleArmOf() {
	byChannel, err := funnel.RunBy(visits(), spec(), touchpoint.Breakdown{Channel: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, report := range byChannel {
		fmt.Println(funnel.ArmOf(report))
	}
	// Output:
	// {Email 1 2}
	// {Organic Search 0 1}
}

func ExampleSampleSize() {
	each, err := funnel.SampleSize(0.12, 0.15, 0.95, 0.8)
	fmt.Printf("%.0f %v\n", math.Ceil(each), err)
	// Output: 2036 <nil>
}

func ExampleReport_Who() {
	report, _ := funnel.Run(visits(), spec())
	fmt.Println(slices.Collect(report.Who(2, false)), slices.Collect(report.Who(2, true)))
	// Output: [anna ben] [ben]
}

func ExampleReport_Instead() {
	report, _ := funnel.Run(visits(), spec())
	fmt.Println(report.Instead(2))
	// Output: [{asked_support 1}]
}

func ExampleReport_Histogram() {
	report, _ := funnel.Run(visits(), spec())
	fmt.Println(report.Histogram(time.Hour, 6*time.Hour))
	// Output: [0 1 0]
}

func ExampleReport_HistogramOf() {
	report, _ := funnel.Run(visits(), spec())
	fmt.Println(report.HistogramOf(2, time.Hour, 6*time.Hour), "of those who signed up")
	// Output: [1 1 0] of those who signed up
}

func ExampleVerdict_Rows() {
	v, err := funnel.Experiment(funnel.ExperimentOptions{},
		funnel.Arm{Name: "old", Converted: 120, Exposed: 1000}, funnel.Arm{Name: "new", Converted: 150, Exposed: 1000})
	for _, row := range v.Rows() {
		fmt.Println(row[0], row[5], row[6], row[7])
	}
	fmt.Println(err)
	// Output:
	// variant difference lo hi
	// new 0.03 1.37824e-05 0.0600083
	// <nil>
}

func ExampleTrend() {
	days, err := funnel.Trend(visits(), spec(), calendar.Grid{Unit: calendar.UnitDay}, time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC), 2, time.Time{})
	for _, d := range days {
		fmt.Println(d.Start.Format(time.DateOnly), d.Report.Conversion().Fraction(), "open:", d.Open)
	}
	fmt.Println(err)
	// Output:
	// 2026-03-01 0/0 open: true
	// 2026-03-02 1/3 open: true
	// <nil>
}

func ExampleTrendBy() {
	parts, err := funnel.TrendBy(visits(), spec(), touchpoint.Breakdown{Channel: true}, calendar.Grid{Unit: calendar.UnitDay}, time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC), 2, time.Time{})
	for _, part := range parts {
		for _, d := range part.Periods {
			fmt.Println(part.Key, d.Start.Format(time.DateOnly), d.Report.Conversion().Fraction())
		}
	}
	fmt.Println(err)
	// Output:
	// Email 2026-03-01 0/0
	// Email 2026-03-02 1/2
	// Organic Search 2026-03-01 0/0
	// Organic Search 2026-03-02 0/1
	// <nil>
}

func ExampleReport_AppendBinary() {
	report, _ := funnel.Run(visits(), spec())
	shard, err := report.AppendBinary(nil)
	var back funnel.Report
	fmt.Println(err, back.UnmarshalBinary(shard), back.Conversion().Fraction())
	// Output: <nil> <nil> 1/3
}

func ExampleOfReplay() {
	at := func(hour int) time.Time { return time.Date(2026, time.March, 2, hour, 0, 0, 0, time.UTC) }
	replay, err := preset.SaaS().Replay(slices.Values([]journey.Event{
		{Customer: "anna", Trigger: "signed_up", At: at(8)},
		{Customer: "anna", Trigger: "trial_started", At: at(9)},
		{Customer: "ben", Trigger: "signed_up", At: at(10)},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := funnel.OfReplay(replay, "acquisition", "trial", "customer")
	for _, s := range report.Steps() {
		fmt.Println(s.Name, s.Customers, s.FromFirst.Percent(0))
	}
	fmt.Println(err)
	// Output:
	// acquisition 2 100%
	// trial 1 50%
	// customer 0 0%
	// <nil>
}

func ExampleCorrelateOutcome() {
	log := visits()
	late := func(c int) funnel.Outcome { // who is not done by eleven
		from, to := log.Columns().Range(c)
		last := time.Unix(0, log.Columns().UnixNano[to-1]).UTC()
		return funnel.Outcome{In: true, Won: last.Hour() > 11, From: from, To: to}
	}
	found, err := funnel.CorrelateOutcome(log, funnel.CorrelateOptions{Channel: true}, late)
	if err != nil {
		fmt.Println(err)
		return
	}
	best := found.All()[0]
	fmt.Printf("%d of %d; %s %s ×%.1f\n", found.Converted, found.Entered, best.Property, best.Event, best.OddsRatio)
	// Output: 2 of 3; channel Email ×6.0
}

func ExampleReport_Correlate() {
	report, _ := funnel.Run(visits(), spec())
	found, err := report.Correlate(funnel.CorrelateOptions{Channel: true})
	for _, c := range found.For {
		fmt.Printf("%s %s: %d of %d\n", c.Property, c.Event, c.With, c.With+c.WithLost)
	}
	fmt.Println(err)
	// Output:
	// channel Email: 1 of 2
	// <nil>
}

func ExampleArmsOf() {
	at := func(hour int) time.Time { return time.Date(2026, time.March, 2, hour, 0, 0, 0, time.UTC) }
	saw := func(c, variant string) touchpoint.Event {
		return touchpoint.Event{Customer: c, Name: "tour", At: at(8), Attrs: map[string]string{"variant": variant}}
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"variant"}}.LogOf(
		saw("anna", "long"), touchpoint.Event{Customer: "anna", Name: "activated", At: at(9)},
		saw("ben", "short"), saw("cleo", "short"), touchpoint.Event{Customer: "cleo", Name: "activated", At: at(10)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := funnel.ArmsOf(log, touchpoint.Named("tour"), touchpoint.Breakdown{Attr: "variant"}, funnel.Spec{Steps: []funnel.Step{{Any: touchpoint.Named("activated")}}})
	fmt.Print(e)
	fmt.Println(err)
	// Output:
	// long: 1 of 1
	// short: 1 of 2
	// 0 saw several variants, 0 none that has a name
	// <nil>
}

func ExampleTimesComparison_Rows() {
	c, err := funnel.CompareTimes(took(nil, 10, 11, 12, 14), took(nil, 15, 18, 30, 300), 0.95)
	for _, row := range c.Rows() {
		fmt.Printf("%s|%s|%s|%s\n", row[0], row[1], row[3], row[8])
	}
	fmt.Println(err)
	// Output:
	// group|n|median|rank_p
	// a|4|11.5s|
	// b|4|24s|
	// difference|||0.0285714
	// <nil>
}

func ExampleExposures_Rows() {
	e := funnel.Exposures{Arms: []funnel.Arm{{Name: "long", Converted: 1, Exposed: 1}, {Name: "short", Converted: 1, Exposed: 2}}}
	for _, row := range e.Rows() {
		fmt.Println(row)
	}
	// Output:
	// [variant exposed converted share]
	// [long 1 1 100.00%]
	// [short 2 1 50.00%]
}

func ExampleRank() {
	list, err := funnel.Rank(
		funnel.Opportunity{Name: "trial", Converted: 120, Entered: 1000, Target: 0.18, Worth: 600},
		funnel.Opportunity{Name: "adopt", Converted: 260, Entered: 400, Target: 0.80, Worth: 900},
	)
	for _, o := range list {
		fmt.Printf("%s %.0f, for sure %.0f\n", o.Name, o.Gain, o.Safe)
	}
	fmt.Println(err)
	// Output:
	// adopt 54000, for sure 37759
	// trial 36000, for sure 23035
	// <nil>
}
