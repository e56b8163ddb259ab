package journeymap_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func ExampleMap_Validate() {
	m := journeymap.Map{
		Name: "Trial", Kind: journeymap.FutureState, Purpose: "Agree on the first day.",
		Stages: []journeymap.Stage{{
			Name: "trial", Goal: journeymap.Notes("See my own case work"), Actions: journeymap.Notes("Imports a file"),
			Emotion:     &journeymap.Emotion{Value: 3},
			Touchpoints: []journeymap.Touchpoint{{Name: "Import", Channel: touchpoint.InApp}},
		}},
	}
	fmt.Println(m.Validate())
	// Output:
	// journeymap: map "Trial": 2 faults
	// 	Stages[0].Touchpoints[0].Owner ("Import"): want somebody accountable [touchpoint-no-owner]
	// 	Stages[0].Emotion.Value ("trial"): want -2 to +2, got 3 [emotion-range]
}

func ExampleMap_SVG() {
	picture, err := sample.SaaS().SVG(journeymap.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.HasPrefix(string(picture), "<svg "), strings.Count(string(picture), `<path class="h"`), "stages")
	// Output: true 8 stages
}

func ExampleMap_Mermaid() {
	text, err := sample.Of(journeymap.FutureState).Mermaid(journeymap.JourneyDiagram, journeymap.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(text)
	// Output:
	// journey
	//     title Tidewise in a year#colon; a plan on the first day
	//     section Consideration
	//       Trial with a sample project: 4: Customer
	//     section Onboarding
	//       First plan: 5: Customer
	//     section Adoption
	//       Call on day five: 5: Customer
}

func ExampleMap_Markdown() {
	m := sample.Of(journeymap.DayInTheLife)
	text, err := m.Markdown(journeymap.Options{Lanes: []journeymap.Lane{journeymap.LaneTime, journeymap.LaneContext, journeymap.LaneEmotion}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(strings.Split(text, "\n")[8:12], "\n"))
	// Output:
	// ### The map as a table
	//
	// | Stage | Time | Context | Emotion |
	// |---|---|---|---|
}

func ExampleMap_CSV() {
	data, err := sample.Of(journeymap.Opportunities).CSV(journeymap.Options{Lanes: []journeymap.Lane{journeymap.LaneOpportunities}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(string(data))) // numbers stay with their units
	// Output:
	// ,Trial,Onboarding,Expansion
	// Opportunities,#2 Sample project · Safe gain 23 035,#1 Read the usual spreadsheets as they are · Safe gain 37 759,#3 Seats by the month · Safe gain 3497
}

func ExampleMap_DOT() {
	m := journeymap.Map{Name: "Two", Stages: []journeymap.Stage{{Name: "a"}, {Name: "b"}}}
	text, err := m.DOT(journeymap.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Contains(text, "s1 -> s2"))
	// Output: true
}

func ExampleMap_HTML() {
	page, err := sample.Blueprint("ar").HTML(journeymap.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Split(string(page), "\n")[1])
	// Output: <html lang="ar" dir="rtl">
}

func ExamplePage_HTML() {
	page, err := journeymap.Page{Title: "This year and next", Maps: []journeymap.Map{sample.SaaS(), sample.Of(journeymap.FutureState)}}.HTML()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Count(string(page), "<h2"), "maps")
	// Output: 2 maps
}

func ExampleParse() {
	m, err := journeymap.Parse([]byte(`{"name": "Trial", "kind": "micro-journey", "stages": [{"name": "form"}, {"name": "first plan"}]}`))
	fmt.Println(m.Name, m.Kind, len(m.Stages), err)
	_, err = journeymap.Parse([]byte(`{"name": "Trial", "colour": "red"}`))
	fmt.Println(err)
	// Output:
	// Trial micro-journey 2 <nil>
	// journeymap: parse: colour: unknown field
}

func ExampleDiff() {
	a := sample.SaaS()
	b := sample.SaaS()
	b.Stages[1].Emotion.Value = 1
	b.Stages[1].Pains = nil
	changes, err := journeymap.Diff(a, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range changes {
		fmt.Println(c.Lane, "|", c)
	}
	// Output:
	// emotion | changed: consideration › emotion
	// pains | removed: consideration › pains › The trial begins with an empty screen
}

func ExampleRank() {
	ranked, err := journeymap.Rank(map[string]journeymap.Chance{
		"trial to active":  {Successes: 120, Trials: 1000, Target: 0.18, Value: 600},
		"set-up to use":    {Successes: 260, Trials: 400, Target: 0.80, Value: 900},
		"use to expansion": {Successes: 9, Trials: 60, Target: 0.30, Value: 1500},
	}, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range ranked {
		fmt.Println(r)
	}
	// Output:
	// 1. set-up to use: 260 of 400, gain 54000, for sure 37759
	// 2. trial to active: 120 of 1000, gain 36000, for sure 23035
	// 3. use to expansion: 9 of 60, gain 13500, for sure 3497
}

func ExampleGoal_Progress() {
	goal := journeymap.Goal{
		ID: "first-plan", Metric: "activation_rate", From: decimal.New(42, -2), To: decimal.New(55, -2),
		Start: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), By: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC),
	}
	measured, err := metrics.Wilson(480, 1000, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := goal.Progress(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), measured)
	fmt.Printf("%.3f of %.3f expected, on track %t, sure %t, %v\n", p.Value.Value, p.Expected, p.OnTrack, p.Sure, err)
	// Output: 0.480 of 0.485 expected, on track false, sure false, <nil>
}

func ExampleMap_Audit() {
	a := sample.SaaS().Audit()
	fmt.Println("answered:", a.Covered.Percent(0))
	for _, c := range a.Cells[:2] {
		fmt.Println(c.Stage, "|", c.Question, "|", c.Items)
	}
	// Output:
	// answered: 36%
	// awareness | What does it cost us to plan in spreadsheets? | [What late projects cost]
	// awareness | How do others of our size do it? | []
}

func ExampleMap_Accountability() {
	m := sample.SaaS()
	m.Stages[0].Touchpoints[0].Owner = journeymap.Ownership{Accountable: []string{"Marketing", "Sales"}}
	for _, r := range m.Accountability().Unclear() {
		fmt.Println(r.Stage, r.Touchpoint, r.Accountable)
	}
	// Output: awareness Talk at a trade day [Marketing Sales]
}

func ExampleMap_CompareVariants() {
	list, err := sample.Of(journeymap.MicroJourney).CompareVariants(0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range list {
		fmt.Printf("%s: %+.3f [%.3f, %.3f], p = %.3f\n", c.Stage, c.First.Difference.Value, c.First.Difference.Lo, c.First.Difference.Hi, c.First.P)
	}
	// Output:
	// confirm: +0.090 [0.049, 0.131], p = 0.000
	// plan: +0.030 [0.000, 0.060], p = 0.050
}

func ExamplePlanned() {
	m := journeymap.Planned(preset.SaaS(), touchpoint.StandardSaaS(), journeymap.PlanOptions{Purpose: "Show what is promised."})
	fmt.Println(m)
	for s, within := range m.Columns() {
		fmt.Println(within[0].Name, "›", s.Name, len(s.Touchpoints))
	}
	// Output:
	// current-state map "SaaS", planned: 10 stages
	// acquisition › awareness 2
	// acquisition › consideration 3
	// acquisition › decision 1
	// acquisition › trial 1
	// customer › onboarding 4
	// customer › adoption 4
	// customer › retention 5
	// customer › expansion 3
	// customer › advocacy 2
	// churn › churned 1
}

// firm is a log of four customers of a subscription.
func firm() *touchpoint.Log {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC) }
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "page", At: at(1)}, touchpoint.Event{Customer: "acme", Name: "signed up", At: at(2)},
		touchpoint.Event{Customer: "acme", Name: "plan made", At: at(3)}, touchpoint.Event{Customer: "acme", Name: "paid", At: at(12)},
		touchpoint.Event{Customer: "bolt", Name: "page", At: at(1)}, touchpoint.Event{Customer: "bolt", Name: "signed up", At: at(4)},
		touchpoint.Event{Customer: "core", Name: "page", At: at(2)}, touchpoint.Event{Customer: "core", Name: "help asked", At: at(5)},
		touchpoint.Event{Customer: "dune", Name: "signed up", At: at(2)}, touchpoint.Event{Customer: "dune", Name: "paid", At: at(9)},
	)
	if err != nil {
		panic(err)
	}
	return log
}

func ExampleActual() {
	m, err := journeymap.Actual(small, catalogue(), firm(), journeymap.ActualOptions{Replay: journey.ReplayOptions{AtLastEvent: true}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range m.Columns() {
		f := s.Figures
		fmt.Println(s.Name, "entered", f.Entered, "onward", f.Onward, "median", f.Median)
		for _, t := range s.Touchpoints {
			fmt.Println("  ", t.Name, t.Customers)
		}
	}
	fmt.Println(m.Paths[0].Steps)
	// Output:
	// look entered 4 onward 0.75 median 1d
	//    Site 3
	//    Form 3
	//    help asked 1
	// try entered 3 onward 0.6667 median 7d
	//    Plan 1
	//    Invoice 2
	// use entered 2 onward undefined median 0s
	// gone entered 0 onward undefined median 0s
	// [Form Invoice]
}

func ExampleGapOf() {
	planned := journeymap.Planned(small, catalogue(), journeymap.PlanOptions{})
	actual, err := journeymap.Actual(small, catalogue(), firm(), journeymap.ActualOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	gap, err := journeymap.GapOf(planned, actual, journeymap.GapOptions{Targets: map[string]float64{"try": 0.9}, Values: map[string]float64{"try": 1200}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(gap)
	for _, f := range gap.Findings {
		fmt.Println(f.Stage, "|", f.Name, "|", f.Deviation, f.Value)
	}
	for _, r := range gap.Ranked {
		fmt.Printf("%d. %s: %.0f, for sure %.0f\n", r.Rank, r.Stage, r.Gain, r.Safe)
	}
	// Output:
	// 1 skipped, 1 not planned, 0 out of order, 0 others
	// look | Plan | skipped 0
	// look | help asked | unplanned 0.25
	// 1. try: 840, for sure 0
}

func ExampleActualBy() {
	maps, err := journeymap.ActualBy(small, catalogue(), firm(), func(customer string) string {
		if customer < "c" {
			return "buyer"
		}
		return "lead"
	}, journeymap.ActualOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range maps {
		look, _ := m.Find("look")
		fmt.Println(m.Persona, look.Figures.Onward)
	}
	changes, err := journeymap.Compare(maps[0], maps[1], 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range changes[1:2] {
		fmt.Printf("%s %s: %+.2f [%.2f, %.2f], sure %t\n", c.Stage, c.Figure, c.Change.Value, c.Change.Lo, c.Change.Hi, c.Sure)
	}
	// Output:
	// buyer 1
	// lead 0.5
	// look onward: -0.50 [-0.91, 0.27], sure false
}

func ExampleMap_ServiceLevels() {
	replay, err := small.ReplayLog(firm(), nil, journey.ReplayOptions{AtLastEvent: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	m := journeymap.Planned(small, catalogue(), journeymap.PlanOptions{})
	m.Handoffs = []journeymap.Handoff{{From: "try", To: "use", Level: journeymap.Days(7)}}
	reports, _ := m.ServiceLevels(replay)
	for _, h := range reports {
		fmt.Println(h.Owner, "late", h.Late, "overdue", h.Overdue, "median", h.Median)
	}
	// Output: Product late 0.5 overdue 1 median 7d
}
