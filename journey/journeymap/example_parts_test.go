package journeymap_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// A stage or a part of one, by its name.
func ExampleMap_Find() {
	s, ok := sample.SaaS().Find("onboarding")
	fmt.Println(s.Name, len(s.Touchpoints), ok)
	_, ok = sample.SaaS().Find("divorce")
	fmt.Println(ok)
	// Output:
	// onboarding 3 true
	// false
}

// What has most to gain for sure comes first, whichever stage it is in.
func ExampleMap_Ranked() {
	ranked, err := sample.Of(journeymap.Opportunities).Ranked(0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range ranked {
		fmt.Println(r.Rank, r.Stage, "|", r.Name)
	}
	// Output:
	// 1 onboarding | Read the usual spreadsheets as they are
	// 2 trial | Sample project
	// 3 expansion | Seats by the month
}

// Whether every metric that the map speaks of is one that somebody defines.
func ExampleMap_UnknownMetrics() {
	m := sample.SaaS()
	fmt.Println(m.UnknownMetrics(metrics.Catalog()))
	m.Stages[0].KPIs = append(m.Stages[0].KPIs, journeymap.KPI{Metric: "smiles_per_hour"})
	fmt.Println(m.UnknownMetrics(metrics.Catalog()))
	// Output:
	// []
	// [smiles_per_hour]
}

// What one has changed the other can take over; changes of another map are
// refused, and nothing is done by halves.
func ExampleMap_Apply() {
	mine, theirs := sample.SaaS(), sample.SaaS()
	theirs.Stages[1].Pains = nil
	changes, err := journeymap.Diff(mine, theirs)
	if err != nil {
		fmt.Println(err)
		return
	}
	merged, err := mine.Apply(changes)
	fmt.Println(len(changes), len(merged.Stages[1].Pains), err)
	_, err = merged.Apply(changes)
	fmt.Println(errors.Is(err, journeymap.ErrChanges))
	// Output:
	// 1 0 <nil>
	// true
}

// Who read the guide, and whether readers buy more often.
func ExampleMap_ContentUse() {
	m := journeymap.Map{Content: []journeymap.Content{{Title: "Guide", Consumed: touchpoint.Named("guide_read")}}}
	at := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "anna", Name: "guide_read", At: at}, touchpoint.Event{Customer: "anna", Name: "subscribed", At: at.Add(time.Hour)},
		touchpoint.Event{Customer: "ben", Name: "guide_read", At: at},
		touchpoint.Event{Customer: "cleo", Name: "visited", At: at},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	use, err := m.ContentUse(log, touchpoint.Match{Name: "subscribed"})
	for _, u := range use {
		fmt.Println(u.Title, u.Consumers, "readers,", u.Converted.Percent(0), "bought, of the others", u.Others.Percent(0))
	}
	fmt.Println(err)
	// Output:
	// Guide 2 readers, 50% bought, of the others 0%
	// <nil>
}

// Texts become assumptions until somebody measures or is asked.
func ExampleNotes() {
	for _, n := range journeymap.Notes("Wants to see the price", "Fears the change") {
		fmt.Println(n.Text, "|", n.Evidence)
	}
	// Output:
	// Wants to see the price | assumed
	// Fears the change | assumed
}

func ExampleOwned() {
	o := journeymap.Owned("Customer success", "Support", "Product")
	fmt.Println(o.Accountable, o.Contributing)
	// Output:
	// [Customer success] [Support Product]
}

// Times of a plan are text in a file, and whole days where they are.
func ExampleDays() {
	text, err := journeymap.Days(14).MarshalText()
	fmt.Println(journeymap.Days(14), string(text), err)
	// Output:
	// 14d 14d <nil>
}

// Answers on any scale on one from -2 to +2.
func ExampleOnScale() {
	at := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	for _, a := range []journeymap.Answer{
		journeymap.OnScale("anna", at, 10, 0, 10), journeymap.OnScale("ben", at, 3, 1, 5), journeymap.OnScale("cleo", at, 2, 1, 7),
	} {
		fmt.Printf("%s %.2f\n", a.Customer, a.Value)
	}
	// Output:
	// anna 2.00
	// ben 0.00
	// cleo -1.33
}

// A funnel of the log as one of the ways that a micro journey compares.
func ExampleVariantOf() {
	at := func(hour int) time.Time { return time.Date(2026, time.March, 2, hour, 0, 0, 0, time.UTC) }
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "anna", Name: "opened", At: at(8)}, touchpoint.Event{Customer: "anna", Name: "paid", At: at(10)},
		touchpoint.Event{Customer: "ben", Name: "opened", At: at(9)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := funnel.Run(log, funnel.Spec{Steps: []funnel.Step{{Name: "cart", Any: touchpoint.Named("opened")}, {Name: "payment", Any: touchpoint.Named("paid")}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := journeymap.VariantOf("one page", report)
	for _, s := range v.Steps {
		fmt.Println(v.Name, s.Stage, s.Customers, s.Median)
	}
	fmt.Println(err)
	// Output:
	// one page cart 2 2h0m0s
	// one page payment 1 0s
	// <nil>
}

// The same stage before a change and after it: half of 80 went on, then three
// quarters.
func ExampleCompare() {
	stage := func(onward int64) journeymap.Map {
		return journeymap.Map{Stages: []journeymap.Stage{{Name: "trial", Figures: &journeymap.Figures{Entered: 80, Onward: metrics.NewCount(onward, 80)}}}}
	}
	changes, err := journeymap.Compare(stage(40), stage(60), 0.95)
	for _, c := range changes {
		if c.Figure == journeymap.FigureOnward {
			fmt.Printf("%s: %+.3f [%+.3f, %+.3f], sure %v\n", c.Stage, c.Change.Value, c.Change.Lo, c.Change.Hi, c.Sure)
		}
	}
	fmt.Println(err)
	// Output:
	// trial: +0.250 [+0.100, +0.385], sure true
	// <nil>
}
