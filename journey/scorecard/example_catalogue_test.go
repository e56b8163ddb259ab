package scorecard_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// january is the scorecard of the leads' first month, compared with nobody.
func january(o scorecard.Options) *scorecard.Report {
	o.To, o.Bands = calendar.NewMonth(2026, 1), []scorecard.Band{}
	r, err := scorecard.Evaluate(scorecard.Data{Log: leads()}, scorecard.Standard(), o)
	if err != nil {
		panic(err)
	}
	return r
}

// What a rate may be made of without any event: lines of the books.
func ExampleBookLines() {
	lines := scorecard.BookLines()
	fmt.Println(len(lines), lines[:4])
	// Output:
	// 15 [opening_mrr new_mrr expansion_mrr reactivation_mrr]
}

// A rule that is a formula of package metrics names it.
func ExampleFunctions() {
	for _, name := range scorecard.Functions()[:3] {
		fmt.Println(name)
	}
	fmt.Println(slices.Contains(scorecard.Functions(), "guess"))
	// Output:
	// ChurnRate
	// NRR
	// GRR
	// false
}

// Numbers that no event log has: somebody has to bring them.
func ExampleNumbers() {
	for _, n := range scorecard.Numbers()[:3] {
		fmt.Printf("%s: %s\n", n.Name, n.Doc)
	}
	// Output:
	// branded_search_clicks: Clicks from search queries that name the brand.
	// search_clicks: Clicks from all search queries.
	// followers: Followers at the end of the month.
}

// How a metric of the catalogue is counted unless it is said otherwise.
func ExampleStandard() {
	for _, b := range scorecard.Standard() {
		if b.Metric == "lead_to_customer_rate" {
			fmt.Println(b.Rule, b.Denominator.Events[0].Name, "to", b.Numerator.Events[0].Name)
		}
	}
	// Output:
	// cohort lead_captured to subscribed
}

// A value as people read its unit.
func ExampleShow() {
	fmt.Println(scorecard.Show(metrics.UnitShare, metrics.NewCount(3, 8)))
	fmt.Println(scorecard.Show(metrics.UnitMoney, metrics.NewCount(125, 4)))
	fmt.Println(scorecard.Show(metrics.UnitShare, metrics.Ratio{}))
	// Output:
	// 37.5%
	// 31.25
	// undefined
}

// What others reach is at an address, and for whom it holds is said there.
func ExamplePublishedBands() {
	for _, b := range scorecard.PublishedBands()[:2] {
		fmt.Println(b)
	}
	// Output:
	// search advertisements, mean: 3.5% (WordStream, 2020)
	// trials without a card: 15.0% to 25.0% (RetentionLens)
}

// Both ends belong to it.
func ExampleBand_Holds() {
	b := scorecard.Band{Metric: "lead_to_customer_rate", Lo: metrics.NewCount(1, 10), Hi: metrics.NewCount(1, 4), What: "our own last year"}
	for _, r := range []metrics.Ratio{metrics.NewCount(1, 4), metrics.NewCount(26, 100), {}} {
		fmt.Println(r, b.Holds(r))
	}
	// Output:
	// 0.25 true
	// 0.26 false
	// undefined false
}

// A launch on 1 February: what one metric did, and that another was not
// measured.
func ExampleBeforeAfter_Find() {
	launch := time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC)
	change, err := scorecard.EvaluateAround(scorecard.Data{Log: leads()}, scorecard.Standard(), launch, 1, scorecard.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, ok := change.Find("lead_to_customer_rate", scorecard.By{}, "")
	fmt.Println(c, ok)
	_, ok = change.Find("smiles_per_hour", scorecard.By{}, "")
	fmt.Println(ok)
	// Output:
	// Lead-to-customer rate: 35.5% to 67.9%, better true
	// false
}

// One metric for one channel.
func ExampleReport_Find() {
	by := scorecard.By{Dimension: scorecard.ByChannel}
	r := january(scorecard.Options{By: []scorecard.By{by}})
	for _, channel := range []string{"Email", "Fax"} {
		s, ok := r.Find("lead_to_customer_rate", by, channel)
		fmt.Println(s, ok)
	}
	// Output:
	// Lead-to-customer rate (channel Email): 37.5% in 2026-01 true
	// no such series false
}

// What is read in a stage of the journey, as far as this log says it.
func ExampleReport_OfStage() {
	log := leads()
	journeys, err := preset.SaaS().ReplayLog(log, nil, journey.ReplayOptions{AtLastEvent: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := scorecard.Evaluate(scorecard.Data{Log: log, Journeys: journeys}, scorecard.Standard(), scorecard.Options{
		To: calendar.NewMonth(2026, 1), Bands: []scorecard.Band{},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range r.OfStage("decision") {
		if s.Points[0].Value.Defined() {
			fmt.Println(s)
		}
	}
	// Output:
	// Marketing-qualified leads: 0 in 2026-01
	// Lead to MQL: 0.0% in 2026-01
	// Sales-qualified leads: 0 in 2026-01
	// Conversion by source: 35.5% in 2026-01
	// Conversion by channel: 35.5% in 2026-01
	// Conversion by campaign: 35.5% in 2026-01
	// Lead-to-customer rate: 35.5% in 2026-01
	// Win rate: 100.0% in 2026-01
}

// The lists one after the other, as rows of a table.
func ExampleRows() {
	lists, err := scorecard.Worklists(scorecard.Data{Log: used()}, scorecard.WorklistOptions{
		At: time.Date(2026, time.March, 12, 0, 0, 0, 0, time.UTC), Use: touchpoint.Named("feature_used"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for name, e := range scorecard.Rows(lists) {
		fmt.Println(name, "|", e.Customer, "|", e.Reason)
	}
	// Output:
	// ready-to-expand | acme | used 6 times in 28 days, in the upper quarter of those who use it
}
