package attribution_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// journeys of four customers: a search, then mails; three pay.
func journeys() *attribution.Paths {
	paths, err := attribution.PathsOf(journeyLog(), attribution.Options{Conversion: touchpoint.Named("paid")})
	if err != nil {
		fmt.Println(err)
	}
	return paths
}

func journeyLog() *touchpoint.Log {
	day := func(d int) time.Time { return time.Date(2026, time.March, d, 9, 0, 0, 0, time.UTC) }
	touch := func(c string, d int, channel touchpoint.Channel) touchpoint.Event {
		return touchpoint.Event{Customer: c, Name: "visited", Channel: channel, At: day(d)}
	}
	paid := func(c string, d int) touchpoint.Event {
		return touchpoint.Event{Customer: c, Name: "paid", At: day(d), Value: decimal.New(100, 0)}
	}
	log, err := touchpoint.LogOptions{Value: true}.LogOf(
		touch("anna", 1, touchpoint.PaidSearch), touch("anna", 8, touchpoint.Email), touch("anna", 9, touchpoint.Direct), paid("anna", 9),
		touch("ben", 2, touchpoint.PaidSearch), touch("ben", 3, touchpoint.Email), paid("ben", 4),
		touch("cleo", 2, touchpoint.OrganicSearch), paid("cleo", 2),
		touch("dora", 5, touchpoint.PaidSearch),
	)
	if err != nil {
		fmt.Println(err)
	}
	return log
}

func show(m attribution.Model) {
	c, err := journeys().Credit(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, key := range c.Keys() {
		fmt.Printf("%s %.3f; ", key, c.Of(key).Conversions)
	}
	fmt.Println()
}

func ExampleFirst() {
	show(attribution.First())
	// Output: Direct 0.000; Email 0.000; Organic Search 1.000; Paid Search 2.000;
}

func ExampleLast() {
	show(attribution.Last())
	// Output: Direct 1.000; Email 1.000; Organic Search 1.000; Paid Search 0.000;
}

func ExampleLastNonDirect() {
	show(attribution.LastNonDirect())
	// Output: Direct 0.000; Email 2.000; Organic Search 1.000; Paid Search 0.000;
}

func ExampleLinear() {
	show(attribution.Linear())
	// Output: Direct 0.333; Email 0.833; Organic Search 1.000; Paid Search 0.833;
}

func ExampleUShaped() {
	show(attribution.UShaped())
	// Output: Direct 0.400; Email 0.700; Organic Search 1.000; Paid Search 0.900;
}

func ExampleWShaped() {
	show(attribution.WShaped("Email"))
	// Output: Direct 0.333; Email 0.833; Organic Search 1.000; Paid Search 0.833;
}

func ExampleTimeDecay() {
	show(attribution.TimeDecay(7 * 24 * time.Hour))
	// Output: Direct 0.424; Email 0.909; Organic Search 1.000; Paid Search 0.667;
}

func ExampleMarkov() {
	show(attribution.Markov(1))
	// Output: Direct 0.500; Email 1.000; Organic Search 0.500; Paid Search 1.000;
}

func ExampleShapley() {
	show(attribution.Shapley())
	// Output: Direct 0.333; Email 0.833; Organic Search 1.000; Paid Search 0.833;
}

func ExampleDataDriven() {
	show(attribution.DataDriven(attribution.DataDrivenOptions{}))
	// Output: Direct 0.302; Email 1.698; Organic Search 1.000; Paid Search 0.000;
}

func ExamplePaths_Credit() {
	c, err := journeys().Credit(attribution.Linear())
	fmt.Println(c.Of("Email").Value.StringFixed(2), c.Value, err)
	// Output: 83.33 300 <nil>
}

func ExampleCredits_Of() {
	c, _ := journeys().Credit(attribution.Last())
	fmt.Println(c.Of("Email").Conversions, c.Of("Fax").Conversions)
	// Output: 1 0
}

func ExampleCredits_Costs() {
	c, _ := journeys().Credit(attribution.First())
	for _, x := range c.Costs(map[string]decimal.Decimal{"Paid Search": decimal.New(80, 0)}) {
		if x.CAC.Defined() && !x.Spend.IsZero() {
			fmt.Println(x.Key, "CAC", x.CAC, "return", x.Return)
		}
	}
	// Output: Paid Search CAC 40 return 2.5
}

func ExamplePaths_Compare() {
	c, err := journeys().Compare(attribution.CompareOptions{
		Spend: map[string]decimal.Decimal{"Paid Search": decimal.New(80, 0)}, Groups: attribution.OrganicAndPaid(),
	}, attribution.First(), attribution.Last(), attribution.Linear())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range c.Groups {
		fmt.Print(g.Key)
		for _, x := range g.Costs {
			fmt.Printf(" %.2f", x.Conversions)
		}
		fmt.Println()
	}
	// Output:
	// organic 1.00 2.00 1.33
	// own 0.00 1.00 0.83
	// paid 2.00 0.00 0.83
}

func ExampleOrganicAndPaid() {
	groups := attribution.OrganicAndPaid()
	groups["Fair"] = attribution.Paid // with us
	fmt.Println(groups["Display"], groups["Direct"], groups["Email"], groups["Fair"])
	// Output: paid organic own paid
}

func ExamplePaths_Bootstrap() {
	v, err := journeys().Bootstrap(attribution.Last(), attribution.BootstrapOptions{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	email := v.Credits[1]
	fmt.Printf("%s %.0f, %.0f to %.0f\n", email.Key, email.Conversions.Value, email.Conversions.Lo, email.Conversions.Hi)
	// Output: Email 1, 0 to 3
}

func ExamplePaths_Orders() {
	paths, _ := attribution.NewPaths(slices.Values([]attribution.Path{
		{Touches: []string{"A", "B"}, Conversions: 20}, {Touches: []string{"B", "A"}, Nulls: 20},
	}))
	o, err := paths.Orders(attribution.OrderOptions{Most: 2})
	fmt.Println("order", o.Best, err) // what follows A depends on what came before it
	// Output: order 2 <nil>
}

func ExamplePathsBy() {
	parts, err := attribution.PathsBy(journeyLog(), attribution.Options{Conversion: touchpoint.Named("paid")}, touchpoint.Breakdown{Channel: true})
	for _, p := range parts {
		fmt.Println(p.Key(), "-", p)
	}
	fmt.Println(err)
	// Output:
	// Organic Search - 1 paths over 1 touches: 1 conversions worth 100, 0 without
	// Paid Search - 3 paths over 3 touches: 2 conversions worth 200, 1 without
	// <nil>
}

func ExamplePaths_Merge() {
	paths := journeys()
	log, _ := touchpoint.LogOptions{Value: true}.LogOf(touchpoint.Event{Customer: "emil", Name: "visited", Channel: touchpoint.Email, At: time.Unix(0, 0)})
	more, _ := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid")})
	fmt.Println(paths.Merge(more), paths)
	// Output: <nil> 5 paths over 4 touches: 3 conversions worth 300, 2 without
}

func ExamplePaths_AppendBinary() {
	b, err := journeys().AppendBinary(nil)
	var back attribution.Paths
	fmt.Println(err, back.UnmarshalBinary(b), back.Keys())
	// Output: <nil> <nil> [Direct Email Organic Search Paid Search]
}
