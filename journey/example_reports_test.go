package journey_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func ExampleReplay_Journey() {
	j, ok := january().Journey("acme")
	fmt.Println(j, ok)
	// Output: acme in active since 2026-01-09T09:00:00Z true
}

func ExampleSummary_Refusals() {
	for _, f := range january().Refusals(journey.ByStage) {
		fmt.Println(f, "first", f.Examples[0].Customer)
	}
	// Output:
	// 1 × "dance" in "lead": unknown trigger first echo
	// 1 × "convert" in "lost": not allowed in this stage first bolt
}

func ExampleReplay_Conversion() {
	r := january()
	c := must(r.Conversion(trial, active, 14*24*time.Hour))
	fmt.Println(c, "running", c.Running)
	// Output:
	// trial → active: 2 of 3, 66.7% within 14d running 1
}

func ExampleSummary_Events() {
	for _, e := range january().Events(journey.ByStage) {
		fmt.Println(e.Stage, e.Trigger, e.Count)
	}
	// Output:
	// lead start_trial 4
	// trial convert 2
	// trial import_data 2
	// active cancel 1
	// lost convert 1
}

func ExampleSummary_Directions() {
	for _, d := range january().Directions(journey.ByStage) {
		fmt.Println(d.Direction, d.Count, d.Triggers)
	}
	// Output:
	// forward 8 [{start_trial 4} {convert 2} {cancel 1} {expire 1}]
	// back 0 []
	// sideways 0 []
}

func ExampleReplay_Stuck() {
	for s := range january().Stuck(trial, 7*24*time.Hour) {
		fmt.Println(s.Customer, s.Since.Format(time.DateOnly))
	}
	// Output:
	// dune 2026-01-20
}

func ExampleReplay_Parts() {
	log := must(journey.LogOf(slices.Values(logged())))
	r := must(must(journey.Define(signUps)).ReplayLog(log, nil, journey.ReplayOptions{
		Horizon: jan(31),
		Key:     func(customer string) string { return map[bool]string{true: "early", false: "late"}[customer < "c"] },
	}))
	for key, part := range r.Parts() {
		fmt.Println(key, part.Customers(), part.InStage(active))
	}
	// Output:
	// early 2 1
	// late 3 0
}

func ExampleSummary_Merge() {
	d := must(journey.Define(signUps))
	var sum journey.Summary
	for _, shard := range [][]journey.Event{logged()[:3], logged()[3:]} {
		log := must(journey.LogOf(slices.Values(shard)))
		r := must(d.ReplayLog(log, nil, journey.ReplayOptions{Horizon: jan(31)}))
		if err := sum.Merge(&r.Summary); err != nil {
			fmt.Println(err)
		}
	}
	whole := must(january().AppendBinary(nil))
	fmt.Println(string(must(sum.AppendBinary(nil))) == string(whole))
	fmt.Println(&sum)
	// Output:
	// true
	// sign-ups: 5 customers, followed to 2026-01-31T09:00:00Z, 5 still on their way; 9 events accepted, 2 refused, 0 ignored
}

func ExampleSummary_Rows() {
	for _, row := range january().Rows(journey.ByStage) {
		fmt.Println(row.Stage, row.Reached, row.Here, row.Visits, row.Total)
	}
	// Output:
	// lead 5 1 5 10d 00:00:00
	// trial 4 1 4 39d 00:00:00
	// active 2 1 2 38d 00:00:00
	// lost 2 2 2 17d 00:00:00
}

func ExampleReplay_Referrals() {
	log := must(touchpoint.LogOptions{Attrs: []string{"friend"}}.LogOf(
		touchpoint.Event{Customer: "acme", Name: "referred", At: jan(3), Attrs: map[string]string{"friend": "bolt"}},
		touchpoint.Event{Customer: "bolt", Name: string(startTrial), At: jan(5)},
	))
	r := must(must(journey.Define(signUps)).ReplayLog(log, nil, journey.ReplayOptions{}))
	for _, f := range must(r.Referrals("friend", touchpoint.Match{Name: "referred"})) {
		fmt.Println(f.Referrer, f.Referred, f.Joined, f.Stage)
	}
	// Output:
	// acme bolt true trial
}

func ExampleMilestoneReport() {
	m := must(january().Milestone("activated", journey.MilestoneOptions{Within: 7 * 24 * time.Hour, Goals: []journey.Stage{active}}))
	fmt.Println(m)
	fmt.Println("with   ", m.With)
	fmt.Println("without", m.Without)
	// Output:
	// activated: reached by 2 of 5, within 7d by 2 of 5
	// with    2 of 2, 100.0%
	// without 0 of 3, 0.0%
}

// One line per stage: how long visits last, with those that go on apart.
func ExampleSojourn_Quantile() {
	for _, s := range january().Sojourns(journey.ByStage) {
		median, ok := s.Quantile(0.5)
		waiting, open := s.OpenQuantile(0.5)
		fmt.Println(s, "median", median, ok, "waiting", waiting, open)
	}
	// Output:
	// lead: 5 visits, 1 open, 10d 00:00:00 in all median 0s true waiting 240h0m0s true
	// trial: 4 visits, 1 open, 39d 00:00:00 in all median 168h0m0s true waiting 264h0m0s true
	// active: 2 visits, 1 open, 38d 00:00:00 in all median 384h0m0s true waiting 528h0m0s true
	// lost: 2 visits, 2 open, 17d 00:00:00 in all median 0s false waiting 72h0m0s true
}

// Half of all customers came there within this time, or have not come yet.
func ExampleArrival_Quantile() {
	for _, a := range january().Arrivals(journey.ByStage) {
		half, ok := a.Quantile(0.5)
		fmt.Println(a, half, ok)
	}
	// Output:
	// lead: reached by 5 of 5 0s true
	// trial: reached by 4 of 5 0s true
	// active: reached by 2 of 5 0s false
	// lost: reached by 2 of 5 0s false
}

// From each stage to the next one or one behind it, within two weeks. Here lost
// was not said to stand aside, so that it is behind active.
func ExampleReplay_Steps() {
	for _, c := range must(january().Steps(journey.ByStage, 14*24*time.Hour)) {
		median, ok := c.Quantile(0.5)
		fmt.Println(c, median, ok)
	}
	// Output:
	// lead → trial: 3 of 3, 100.0% within 14d 0s true
	// trial → active: 3 of 3, 100.0% within 14d 168h0m0s true
	// active → lost: 0 of 2, 0.0% within 14d 0s false
}

// Every transition of the definition, with how often it was taken.
func ExampleSummary_Transitions() {
	for _, t := range january().Transitions(journey.ByStage) {
		if n := t.Count + t.Timers; n > 0 {
			fmt.Println(t.From, t.On, t.To, n, t.Direction)
		}
	}
	fmt.Println(january().InStage(trial), "on trial now")
	// Output:
	// lead start_trial trial 4 forward
	// trial convert active 2 forward
	// trial expire lost 1 forward
	// active cancel lost 1 forward
	// 1 on trial now
}

// Milestone reports of shards add up as summaries do, and travel.
func ExampleMilestoneReport_Merge() {
	d := must(journey.Define(signUps))
	name := d.Milestones()[0].Name
	var sum journey.MilestoneReport
	for _, shard := range [][]journey.Event{logged()[:3], logged()[3:]} {
		log := must(journey.LogOf(slices.Values(shard)))
		r := must(d.ReplayLog(log, nil, journey.ReplayOptions{Horizon: jan(31)}))
		m := must(r.Milestone(name, journey.MilestoneOptions{}))
		var sent journey.MilestoneReport
		if err := sent.UnmarshalBinary(must(m.AppendBinary(nil))); err != nil {
			fmt.Println(err)
		}
		if err := sum.Merge(&sent); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(sum)
	within, ok := sum.Quantile(0.5)
	fmt.Println(within, ok)
	// Output:
	// activated: reached by 2 of 5
	// 0s false
}
