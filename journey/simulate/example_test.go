package simulate_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// A trial of two weeks, and customers who stay for four hundred days on average.
func small() simulate.World {
	d, err := journey.Define(journey.Spec{
		Initial: "trial", Observe: []journey.Trigger{"signed_up", "upgraded"},
		Transitions: []journey.Transition{
			{From: "trial", On: "subscribed", To: "customer"},
			{From: "trial", On: "expired", To: "gone"},
			{From: "customer", On: "cancelled", To: "gone"},
		},
		After: []journey.Timer{{Stage: "trial", After: 14 * day, Trigger: "expired"}},
	})
	if err != nil {
		fmt.Println(err)
	}
	return simulate.World{
		Name: "Small", Seed: 1, Definition: d, From: date(2025, 1, 1), To: date(2026, 1, 1),
		Arrivals: simulate.Arrivals{PerMonth: 200, Event: "signed_up"},
		Moves: []simulate.Move{
			{From: "trial", On: "subscribed", P: 0.3, Dwell: simulate.LogNormal(6*day, 0.8)},
			{From: "customer", On: "cancelled", P: 1, Dwell: simulate.Exponential(400 * day)},
		},
	}
}

// The program of the package's first page.
func Example() {
	w := small()
	co, err := w.Run(simulate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(co)
	r, err := co.Replay()
	if err != nil {
		fmt.Println(err)
		return
	}
	truth, err := w.Truth()
	fmt.Println(len(r.Refusals(0)), "refused", err)
	fmt.Print(truth)
	// Output:
	// Small, 2025-01-01 to 2026-01-01: 2457 prospects, 2457 customers (0 referred), 3278 events, 0 spans, 0 invoice lines, 0 answers
	// 0 refused <nil>
	// trial          expired            gone            0.7434  336h0m0s
	// trial          subscribed         customer        0.2566  139h39m0s
	// customer       cancelled          gone            1.0000  9600h0m0s
}

// One customer after another, for worlds that no memory holds.
func ExampleWorld_Each() {
	w := small()
	for c, err := range w.Each(simulate.Options{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if len(c.Events) < 3 {
			continue
		}
		for _, e := range c.Events {
			fmt.Println(e.At.Format(time.DateTime), e.Customer, e.Name)
		}
		break
	}
	// Output:
	// 2025-01-01 09:50:57 c0000001 signed_up
	// 2025-01-02 22:27:09 c0000001 subscribed
	// 2025-01-22 04:34:54 c0000001 cancelled
}

// What is wrong with a world is said at once and in full.
func ExampleWorld_Validate() {
	w := small()
	w.Moves = append(w.Moves, simulate.Move{From: "trial", On: "cancelled", P: 1.5})
	w.Arrivals.Event = "landed"
	fmt.Println(w.Validate())
	// Output:
	// simulate: world "Small": 3 faults
	// 	Arrivals.Event ("landed"): no trigger of the definition [unknown]
	// 	Moves[2].P: 1.5: want 0 to 1 [probability]
	// 	Moves[2].On ("cancelled"): no transition leaves "trial" or begins it again on it [refused]
}

// What customers are worth when the rates are constant.
func ExampleWorld_Revenue() {
	w := small()
	w.Billing = simulate.Billing{
		Currency: "EUR",
		Stages:   []simulate.StageBilling{{Stage: "customer", State: billing.StateActive}},
		Plans: []simulate.Plan{
			{Name: "basic", Price: decimal.NewFromInt(20)},
			{Name: "pro", Price: decimal.NewFromInt(50)},
		},
	}
	w.Personas = []simulate.Persona{{ID: "team", Plans: []simulate.Choice{{Plan: "basic", P: 1}}}}
	w.Habits = []simulate.Habit{{Stage: "customer", Event: "upgraded", Every: simulate.Exponential(200 * day), Does: simulate.Upgrade}}
	truth, err := w.Revenue()
	if err != nil {
		fmt.Println(err)
		return
	}
	life := truth.Lives[0]
	fmt.Printf("%.0f a month at first, %.1f months, %.0f in all\n", life.ARPA, life.Months, life.LTV)
	x := truth.Expect([]simulate.Holding{{Persona: "team", Stage: "customer", Plan: "basic", Customers: 100, MRR: 2000}}, 30*day)
	fmt.Printf("churn %.2f %%, NRR %.1f %%, GRR %.1f %%\n", 100*x.ChurnRate(), 100*x.NRR(), 100*x.GRR())
	// Output:
	// 20 a month at first, 13.1 months, 526 in all
	// churn 7.23 %, NRR 112.2 %, GRR 92.0 %
}

// The channels' true credit.
func ExampleWorld_Credit() {
	w := small()
	w.Acquisition = simulate.Acquisition{
		Event: "touch", Gap: simulate.Exponential(2 * day),
		Channels: []simulate.Channel{
			{Channel: touchpoint.PaidSearch, Share: 0.5, Converts: 0.2, Leaves: 0.2},
			{Channel: touchpoint.Email, Share: 0.5, Converts: 0.1, Leaves: 0.2},
		},
	}
	credit, err := w.Credit()
	fmt.Print(credit, err)
	// Output:
	// 0.4286 of prospects arrive
	// Email               1.4286 touches  removal 0.6667  credit 0.4483
	// Paid Search         1.4286 touches  removal 0.8205  credit 0.5517
	//  <nil>
}

// A tenth of the events comes late, and a twentieth twice.
func ExampleDeliver() {
	w := small()
	co, err := w.Run(simulate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	events := co.JourneyEvents()
	came, err := simulate.Deliver(simulate.Delivery{Seed: 1, Late: 0.1, Twice: 0.05}, events,
		func(e *journey.Event) time.Time { return e.At }, func(e *journey.Event) string { return e.Customer })
	if err != nil {
		fmt.Println(err)
		return
	}
	late, again := 0, 0
	for _, d := range came {
		if d.Late && !d.Again {
			late++
		}
		if d.Again {
			again++
		}
	}
	fmt.Println(len(events), len(came), late, again)
	// Output:
	// 3278 3443 355 165
}

// A company simulates itself: what was fitted from its records, run with half the
// cancellations.
func ExampleFit() {
	w := small()
	co, err := w.Run(simulate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := co.Replay()
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := simulate.Fit(r, nil, simulate.FitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(fit)
	if m, ok := fit.Move("trial", "subscribed"); ok {
		fmt.Println(m.Dwell)
	}
	if m, ok := fit.Move("customer", "cancelled"); ok {
		fmt.Printf("%.0f days (%.0f to %.0f) on average\n", m.Mean.Value, m.Mean.Lo, m.Mean.Hi)
	}
	what := fit.World(7)
	for i := range what.Moves {
		if what.Moves[i].On == "cancelled" {
			what.Moves[i].Dwell.Scale *= 2
		}
	}
	if co, err = what.Run(simulate.Options{}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(co.Counts().Customers)
	// Output:
	// 205.0 arrive a month, growing by 0.7 %
	// trial          subscribed            634  0.262 (0.245 to 0.280)  5.7 days  log-normal
	// customer       cancelled             187  1.000 (0.994 to 1.000)  461.8 days  exponential
	// log-normal(median 140h11m9s, sigma 0.833286, below 336h0m0s)
	// 462 days (400 to 533) on average
	// 2493
}
