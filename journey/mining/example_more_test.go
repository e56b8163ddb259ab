package mining_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func ExampleBy() {
	parts, err := mining.By(orders(), mining.Options{}, touchpoint.Breakdown{Customer: func(c string) string { return c[:1] }}, mining.Variants)
	for _, p := range parts {
		fmt.Println(p.Key, p.Result.All()[0].Activities)
	}
	fmt.Println(err)
	// Output:
	// a [sign_up trial pay]
	// b [sign_up trial]
	// c [sign_up pay]
	// <nil>
}

func ExampleSelect() {
	tried := mining.Filter{Has: touchpoint.Named("trial")}
	o, err := mining.Select(orders(), mining.Options{}, mining.Filter{And: []mining.Filter{tried, {Not: &mining.Filter{Ends: touchpoint.Named("pay")}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	stuck, err := mining.Variants(orders(), o) // the selection is of that very log
	fmt.Println(stuck, err)
	log := orders()
	o, _ = mining.Select(log, mining.Options{}, tried)
	cases, err := mining.CasesOf(log, o)
	fmt.Println(cases.Customers, err)
	// Output:
	// <nil> mining: options: Customers a selection: was made of another log
	// 2 <nil>
}

func ExampleNext() {
	model, err := mining.Next(orders(), mining.NextOptions{Order: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range model.Of("ben")[:2] {
		fmt.Printf("%q %.2f\n", c.Activity, c.P)
	}
	// Output:
	// "pay" 0.85
	// "trial" 0.10
}

func ExampleNextModel_After() {
	model, _ := mining.Next(orders(), mining.NextOptions{})
	best := model.After("", "sign_up")[0]
	fmt.Printf("%s %.2f, after about %s\n", best.Activity, best.P, best.Median.Round(30*time.Minute))
	// Output: trial 0.57, after about 1h0m0s
}

func ExampleNextModel_Of() {
	model, _ := mining.Next(orders(), mining.NextOptions{})
	fmt.Println(model.Of("ben")[0].Activity, model.Of("nobody"))
	// Output: pay []
}

func ExampleCalibrate() {
	c, err := mining.Calibrate(orders(), mining.NextOptions{Order: 1}, time.Date(2026, time.March, 2, 11, 0, 0, 0, time.UTC))
	fmt.Println(c.Tested, "steps told better than by the base rate:", c.Better(), err)
	// Output: 2 steps told better than by the base rate: false <nil>
}

func ExampleCompare() {
	morning := mining.Options{Customers: func(c string) bool { return c != "cleo" }}
	a, _ := mining.DirectlyFollows(orders(), morning)
	b, _ := mining.DirectlyFollows(orders(), mining.Options{})
	c, err := mining.Compare(a, b, 0.95)
	fmt.Println(len(c.Edges), "edges,", len(c.Differing()), "differ", err)
	// Output: 5 edges, 0 differ <nil>
}

func ExampleService() {
	r, err := mining.Service(orders(), mining.ServiceSpec{Begin: touchpoint.Named("sign_up"), Done: touchpoint.Named("pay"), Within: 2 * time.Hour})
	fmt.Print(r)
	fmt.Println(r.Overdue()[0].Customer, err)
	// Output:
	// all: 3 cases, 66.7% late, 1 open, median 2h30m0s
	// ben <nil>
}

func ExampleSlow() {
	found, err := mining.Slow(orders(), mining.CauseOptions{Share: 0.5})
	for _, c := range found.For {
		fmt.Printf("%s %d of %d slow\n", c.Event, c.With, c.With+c.WithLost)
	}
	fmt.Println(err)
	// Output:
	// trial 2 of 2 slow
	// sign_up 2 of 3 slow
	// <nil>
}

func orderly() *journey.Definition {
	d, err := journey.Define(journey.Spec{Initial: "visitor", Stages: []journey.StageSpec{{Name: "visitor"}, {Name: "lead"}, {Name: "trial"}, {Name: "customer", Goal: true, Terminal: true}}, Transitions: []journey.Transition{
		{From: "visitor", On: "sign_up", To: "lead"}, {From: "lead", On: "trial", To: "trial"}, {From: "trial", On: "pay", To: "customer"},
	}})
	if err != nil {
		fmt.Println(err)
	}
	return d
}

func ExampleNonConforming() {
	found, err := mining.NonConforming(orderly(), orders(), nil, mining.CauseOptions{})
	fmt.Println(found.Converted, "of", found.Entered, "leave the definition", err)
	// Output: 2 of 3 leave the definition <nil>
}

func ExampleConformanceOf() {
	r, err := mining.ConformanceOf(orderly(), orders(), nil, mining.Options{Customers: func(c string) bool { return c != "ben" }})
	fmt.Print(r)
	fmt.Println(err)
	// Output:
	// 2 customers, 50.0% fit, fitness of the log 0.9091
	// model move trial in lead: 1 by 1 customers
	// <nil>
}

func ExampleConformanceReport_Merge() {
	north, _ := mining.ConformanceOf(orderly(), orders(), nil, mining.Options{Customers: func(c string) bool { return c == "anna" }})
	south, _ := mining.ConformanceOf(orderly(), orders(), nil, mining.Options{Customers: func(c string) bool { return c != "anna" }})
	fmt.Println(north.Merge(south), north.Customers, north.Fitting.Fraction())
	// Output: <nil> 3 1/3
}

func ExampleConformanceReport_AppendBinary() {
	r, _ := mining.Conformance(orderly(), orders(), nil)
	b, err := r.AppendBinary(nil)
	var back mining.ConformanceReport
	fmt.Println(err, back.UnmarshalBinary(b), back.Customers)
	// Output: <nil> <nil> 3
}

func ExampleConformanceReport_Costly() {
	r, _ := mining.Conformance(orderly(), orders(), nil)
	for _, d := range r.Costly() {
		fmt.Println(d.Kind, d.Trigger, "in", d.Stage, d.Goal.A.Percent(0), "reach a goal, without it", d.Goal.B.Percent(0))
	}
	// Output:
	// model trial in lead 0% reach a goal, without it 50%
	// model pay in trial 0% reach a goal, without it 50%
}

func ExampleNewAligner() {
	a, err := mining.NewAligner(orderly())
	if err != nil {
		fmt.Println(err)
		return
	}
	cost, err := a.Cost("sign_up", "pay")
	fmt.Println(cost, err)
	fmt.Println(a.Align("sign_up", "pay"))
	// Output:
	// 1 <nil>
	// cost 1 fitness 0.8; model move trial in lead <nil>
}

func ExampleAligner_Align() {
	a, _ := mining.NewAligner(orderly())
	al, err := a.Align("sign_up", "sign_up", "trial", "pay")
	fmt.Println(al, err)
	// Output: cost 1 fitness 0.8571; log move sign_up in visitor <nil>
}

func ExampleAligner_Cost() {
	a, _ := mining.NewAligner(orderly())
	fmt.Println(a.Cost("pay"))
	// Output: 2 <nil>
}

func ExampleGraph_Mermaid() {
	g, _ := mining.DirectlyFollows(orders(), mining.Options{})
	fmt.Print(g.Mermaid(mining.DrawOptions{Least: 2}))
	// Output:
	// stateDiagram-v2
	//     state "pay × 2" as s0
	//     state "sign_up × 3" as s1
	//     state "trial × 2" as s2
	//     [*] --> s1 : × 3
	//     s1 --> s2 : × 2, 1h30m
	//     s0 --> [*] : × 2
}

func ExampleGraph_DOT() {
	g, _ := mining.DirectlyFollows(orders(), mining.Options{Match: touchpoint.Named("sign_up", "pay")})
	fmt.Print(g.DOT(mining.DrawOptions{Title: "orders", CountsOnly: true}))
	// Output:
	// digraph "orders" {
	//     rankdir=LR;
	//     node [shape=box, style=rounded];
	//     start [shape=point, label=""];
	//     s0 [label="pay\n2"];
	//     s1 [label="sign_up\n3"];
	//     start -> s1 [label="3"];
	//     s1 -> s0 [label="2", penwidth=5.00];
	//     stop [shape=doublecircle, label=""];
	//     s0 -> stop [label="2"];
	//     s1 -> stop [label="1"];
	// }
}

func ExampleCSV() {
	g, _ := mining.DirectlyFollows(orders(), mining.Options{})
	b, err := mining.CSV(g)
	fmt.Print(string(b))
	fmt.Println(err)
	// Output:
	// from,to,n,mean,median,min,max
	// sign_up,trial,2,1h30m0s,1h30m0s,1h0m0s,2h0m0s
	// sign_up,pay,1,1h0m0s,1h0m0s,1h0m0s,1h0m0s
	// trial,pay,1,3h0m0s,3h0m0s,3h0m0s,3h0m0s
	// <nil>
}

func ExampleGraph_Count() {
	g, _ := mining.DirectlyFollows(orders(), mining.Options{})
	fmt.Println(g.Count("sign_up", "trial"), g.Count("pay", "trial"), g.Count("no", "such"))
	// Output: 2 0 0
}

func ExampleGraph_Bottlenecks() {
	g, _ := mining.DirectlyFollows(orders(), mining.Options{})
	worst := g.Bottlenecks()[0]
	fmt.Println(worst.From, "->", worst.To, worst.Mean)
	// Output: sign_up -> trial 1h30m0s
}

func ExampleGraph_Merge() {
	north, _ := mining.DirectlyFollows(orders(), mining.Options{})
	log, _ := touchpoint.LogOf(touchpoint.Event{Customer: "dora", Name: "sign_up", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "dora", Name: "trial", At: time.Unix(60, 0)})
	south, _ := mining.DirectlyFollows(log, mining.Options{})
	fmt.Println(north.Merge(south), north.Count("sign_up", "trial"))
	// Output: <nil> 3
}

func ExampleGraph_AppendBinary() {
	g, _ := mining.DirectlyFollows(orders(), mining.Options{Sketch: true})
	b, err := g.AppendBinary(nil)
	var back mining.Graph
	fmt.Println(err, back.UnmarshalBinary(b), back.Count("sign_up", "trial"))
	// Output: <nil> <nil> 2
}

func ExampleVariantTable_Covering() {
	v, _ := mining.Variants(orders(), mining.Options{})
	fmt.Println(len(v.Covering(metrics.NewCount(1, 2))), "of", v.Len(), v.Top(1)[0].Activities)
	// Output: 2 of 3 [sign_up pay]
}

func ExampleVariantTable_Top() {
	v, _ := mining.Variants(orders(), mining.Options{})
	fmt.Println(v.Top(1)[0].N, v.Customers())
	// Output: 1 3
}

func ExampleVariantTable_Merge() {
	north, _ := mining.Variants(orders(), mining.Options{})
	log, _ := touchpoint.LogOf(touchpoint.Event{Customer: "dora", Name: "sign_up", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "dora", Name: "pay", At: time.Unix(60, 0)})
	south, _ := mining.Variants(log, mining.Options{})
	fmt.Println(north.Merge(south), north.Top(1)[0].Activities, north.Top(1)[0].Share.Fraction())
	// Output: <nil> [sign_up pay] 2/4
}

func ExampleVariantTable_AppendBinary() {
	v, _ := mining.Variants(orders(), mining.Options{})
	b, err := v.AppendBinary(nil)
	var back mining.VariantTable
	fmt.Println(err, back.UnmarshalBinary(b), back.Len())
	// Output: <nil> <nil> 3
}

func ExampleCases_Share() {
	c, _ := mining.CasesOf(orders(), mining.Options{})
	fmt.Println(c.Share("trial").Fraction(), c.Share("none").Fraction())
	// Output: 2/3 0/3
}

// Two shards of customers: what was found in each travels as bytes and adds up.
func ExampleCases_Merge() {
	of := func(customer string) *mining.Cases {
		shard, _ := touchpoint.NewLog(orders().Of(customer))
		cases, _ := mining.CasesOf(shard, mining.Options{})
		return cases
	}
	bytes, _ := of("anna").MarshalBinary()
	var sum mining.Cases
	fmt.Println(sum.UnmarshalBinary(bytes), sum.Merge(of("ben")))
	fmt.Print(&sum)
	// Output:
	// <nil> <nil>
	// 2 customers, 5 events, median 3h0m0s
	// pay: 1 by 1 customers, 0 again
	// sign_up: 2 by 2 customers, 0 again
	// trial: 2 by 2 customers, 0 again
}

func ExamplePathTable_Merge() {
	of := func(customer string) *mining.PathTable {
		shard, _ := touchpoint.NewLog(orders().Of(customer))
		paths, _ := mining.Paths(shard, mining.PathOptions{Gap: -1})
		return paths
	}
	sum := of("anna")
	fmt.Println(sum.Merge(of("ben")))
	fmt.Print(sum)
	// Output:
	// <nil>
	// 1_sign_up -> 2_trial 2 mean 1h30m0s
	// 2_trial -> 3_pay 1 mean 3h0m0s
}
