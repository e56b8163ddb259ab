package journey_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
)

// A stage with parts, read by its parts and as a whole.
func ExampleLevel() {
	spec := must(preset.SaaS().Spec().Refine(trial, journey.StageSpec{Name: "setting up"}, journey.StageSpec{Name: "trying"}))
	spec.Transitions = append(spec.Transitions, journey.Transition{From: "setting up", On: "data_imported", To: "trying"})
	r := must(must(journey.Define(spec)).Replay(slices.Values([]journey.Event{
		{Customer: "acme", Trigger: "trial_started", At: jan(2)},
		{Customer: "acme", Trigger: "data_imported", At: jan(4)},
		{Customer: "bolt", Trigger: "trial_started", At: jan(3)},
	})))
	for _, by := range []journey.By{journey.Level(2), journey.ByStage} {
		for _, a := range r.Arrivals(by) {
			if strings.HasPrefix(a.Name, "t") || strings.HasPrefix(a.Name, "set") {
				fmt.Println(a)
			}
		}
	}
	// Output:
	// trial: reached by 2 of 2
	// setting up: reached by 2 of 2
	// trying: reached by 1 of 2
}

// Four came to the trial; who has not converted counts as later than everybody
// who has, so that three quarters are not known.
func ExampleConversion_Quantile() {
	c := must(january().Conversion(trial, active, 0))
	for _, share := range []float64{0.25, 0.5, 0.75} {
		within, ok := c.Quantile(share)
		fmt.Println(share, within, ok)
	}
	// Output:
	// 0.25 168h0m0s true
	// 0.5 168h0m0s true
	// 0.75 0s false
}

func ExampleMilestoneReport_Quantile() {
	m := must(january().Milestone("activated", journey.MilestoneOptions{}))
	for _, share := range []float64{0.2, 0.4, 0.6} {
		within, ok := m.Quantile(share)
		fmt.Println(share, "of five customers", within, ok)
	}
	// Output:
	// 0.2 of five customers 24h0m0s true
	// 0.4 of five customers 96h0m0s true
	// 0.6 of five customers 0s false
}

// What one shard found travels to where the whole is added up; bytes that were
// cut on the way are no report.
func ExampleMilestoneReport_AppendBinary() {
	m := must(january().Milestone("activated", journey.MilestoneOptions{Within: 7 * 24 * time.Hour}))
	sent := must(m.AppendBinary(nil))
	var got journey.MilestoneReport
	fmt.Println(got.UnmarshalBinary(sent), got)
	fmt.Println(got.UnmarshalBinary(sent[:len(sent)-1]) != nil)
	// Output:
	// <nil> activated: reached by 2 of 5, within 7d by 2 of 5
	// true
}

// How long those who are there have waited so far, and how long finished visits
// took.
func ExampleSojourn_OpenQuantile() {
	for _, s := range january().Sojourns(journey.ByStage) {
		if s.Name == string(active) {
			done, _ := s.Quantile(0.5)
			so, _ := s.OpenQuantile(0.5)
			fmt.Println("over after", done, "going on for", so)
		}
	}
	// Output:
	// over after 384h0m0s going on for 528h0m0s
}

// Night runs write what they counted; the next one adds the new shard without
// the old log.
func ExampleSummary_AppendBinary() {
	file := must(january().AppendBinary(nil))
	var read journey.Summary
	fmt.Println(read.UnmarshalBinary(file), &read)
	var nobody journey.Summary
	_, err := nobody.AppendBinary(nil)
	fmt.Println(errors.Is(err, journey.ErrUndefined))
	// Output:
	// <nil> sign-ups: 5 customers, followed to 2026-01-31T09:00:00Z, 5 still on their way; 9 events accepted, 2 refused, 0 ignored
	// true
}

func ExampleSummary_Arrivals() {
	for _, a := range january().Summary.Arrivals(journey.ByStage) {
		fmt.Println(a.Name, a.Rate().Percent(0))
	}
	// Output:
	// lead 100%
	// trial 80%
	// active 40%
	// lost 40%
}

// Where the customers of January stand at its end.
func ExampleSummary_InStage() {
	r := january()
	for _, s := range r.Definition().Stages() {
		fmt.Println(s.Name, r.InStage(s.Name))
	}
	// Output:
	// lead 1
	// trial 1
	// active 1
	// lost 2
}

// The share of all observed time that was spent in each stage.
func ExampleSummary_Sojourns() {
	r := january()
	for _, s := range r.Summary.Sojourns(journey.ByStage) {
		fmt.Println(s.Name, s.Total, "of", r.Observed())
	}
	// Output:
	// lead 10d 00:00:00 of 104d 00:00:00
	// trial 39d 00:00:00 of 104d 00:00:00
	// active 38d 00:00:00 of 104d 00:00:00
	// lost 17d 00:00:00 of 104d 00:00:00
}

// Arrows carry how often they were taken, and are drawn as wide.
func ExampleSummary_DOT() {
	for line := range strings.Lines(january().Summary.DOT(journey.ByStage)) {
		if strings.Contains(line, "->") {
			fmt.Print(line)
		}
	}
	// Output:
	// start -> s0;
	//     s0 -> s1 [label="start_trial\n4", penwidth=5.00];
	//     s1 -> s2 [label="convert\n2", penwidth=3.00];
	//     s1 -> s3 [label="expire (after 14d)\n1", penwidth=2.00];
	//     s2 -> s3 [label="cancel\n1", penwidth=2.00];
	//     s3 -> s1 [label="start_trial\n0", penwidth=1.00, style=dashed];
}

func ExampleSummary_Mermaid() {
	for line := range strings.Lines(january().Summary.Mermaid(journey.ByStage)) {
		if strings.Contains(line, "-->") {
			fmt.Print(line)
		}
	}
	// Output:
	// [*] --> s0
	//     s0 --> s1 : start_trial × 4
	//     s1 --> s2 : convert × 2
	//     s1 --> s3 : expire (after 14d) × 1
	//     s2 --> s3 : cancel × 1
	//     s3 --> s1 : start_trial × 0
}
