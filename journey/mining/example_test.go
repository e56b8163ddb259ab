package mining_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func orders() *touchpoint.Log {
	at := func(hour int) time.Time { return time.Date(2026, time.March, 2, hour, 0, 0, 0, time.UTC) }
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "anna", Name: "sign_up", At: at(8)}, touchpoint.Event{Customer: "anna", Name: "trial", At: at(9)}, touchpoint.Event{Customer: "anna", Name: "pay", At: at(12)},
		touchpoint.Event{Customer: "ben", Name: "sign_up", At: at(8)}, touchpoint.Event{Customer: "ben", Name: "trial", At: at(10)},
		touchpoint.Event{Customer: "cleo", Name: "sign_up", At: at(10)}, touchpoint.Event{Customer: "cleo", Name: "pay", At: at(11)},
	)
	if err != nil {
		fmt.Println(err)
	}
	return log
}

func ExampleDirectlyFollows() {
	g, err := mining.DirectlyFollows(orders(), mining.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range g.Edges() {
		fmt.Println(e.From, "->", e.To, e.N, e.Median)
	}
	fmt.Println(g.Starts(), g.Ends())
	// Output:
	// sign_up -> trial 2 1h30m0s
	// sign_up -> pay 1 1h0m0s
	// trial -> pay 1 3h0m0s
	// map[sign_up:3] map[pay:2 trial:1]
}

func ExampleVariants() {
	v, err := mining.Variants(orders(), mining.Options{})
	fmt.Print(v)
	fmt.Println(err)
	// Output:
	// 1 33.3% sign_up > pay
	// 1 33.3% sign_up > trial
	// 1 33.3% sign_up > trial > pay
	// <nil>
}

func ExampleCasesOf() {
	c, err := mining.CasesOf(orders(), mining.Options{})
	fmt.Println(c.Customers, c.Events, c.Median, c.Share("trial").Percent(0), err)
	// Output: 3 7 2h0m0s 67% <nil>
}

func ExamplePaths() {
	paths, err := mining.Paths(orders(), mining.PathOptions{Gap: 24 * time.Hour})
	for _, e := range paths.Edges() {
		fmt.Println(e.Position, e.From, "->", e.To, e.N)
	}
	fmt.Println(err)
	// Output:
	// 1 sign_up -> trial 2
	// 1 sign_up -> pay 1
	// 2 trial -> pay 1
	// <nil>
}

func checkout() *journey.Definition {
	d, err := journey.Define(journey.Spec{
		Initial: "visitor",
		Stages:  []journey.StageSpec{{Name: "visitor"}, {Name: "lead"}, {Name: "trial"}, {Name: "customer", Goal: true, Terminal: true}},
		Transitions: []journey.Transition{
			{From: "visitor", On: "sign_up", To: "lead"}, {From: "lead", On: "trial", To: "trial"}, {From: "trial", On: "pay", To: "customer"},
		},
	})
	if err != nil {
		fmt.Println(err)
	}
	return d
}

func ExampleAlign() {
	a, err := mining.Align(checkout(), "sign_up", "pay")
	fmt.Println(a, err)
	// Output: cost 1 fitness 0.8; model move trial in lead <nil>
}

func ExampleConformance() {
	r, err := mining.Conformance(checkout(), orders(), nil)
	fmt.Print(r)
	fmt.Println(err)
	// Output:
	// 3 customers, 33.3% fit, fitness of the log 0.875
	// model move trial in lead: 1 by 1 customers
	// model move pay in trial: 1 by 1 customers
	// <nil>
}

func ExampleDiscover() {
	spec, report, err := mining.Discover(orders(), mining.DiscoverOptions{Name: "found", Goals: []journey.Stage{"pay"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range spec.Transitions {
		fmt.Println(t.From, "on", t.On, "to", t.To)
	}
	fmt.Print(report)
	// Output:
	// start on sign_up to sign_up
	// sign_up on trial to trial
	// sign_up on pay to pay
	// trial on pay to pay
	// 4 transitions of at least 1 customers take 100.0% of 7 events; precision 1; 0 pruned
}
