package attribution_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

func ExampleNewPaths() {
	paths, err := attribution.NewPaths(slices.Values([]attribution.Path{
		{Touches: []string{"Search", "Email"}, Conversions: 3, Nulls: 1, Value: decimal.New(300, 0)},
		{Touches: []string{"Search"}, Conversions: 1, Nulls: 6, Value: decimal.New(100, 0)},
		{Touches: []string{"Email"}, Nulls: 4},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range []attribution.Model{attribution.Last(), attribution.Linear(), attribution.Markov(1)} {
		c, err := paths.Credit(m)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-18s Search %.2f Email %.2f\n", m, c.Of("Search").Conversions, c.Of("Email").Conversions)
	}
	// Output:
	// last touch         Search 1.00 Email 3.00
	// linear             Search 2.50 Email 1.50
	// Markov of order 1  Search 1.82 Email 2.18
}

func ExamplePathsOf() {
	day := func(d int) time.Time { return time.Date(2026, time.March, d, 9, 0, 0, 0, time.UTC) }
	log, err := touchpoint.LogOptions{Value: true}.LogOf(
		touchpoint.Event{Customer: "acme", Name: "visited", Channel: touchpoint.OrganicSearch, At: day(1)},
		touchpoint.Event{Customer: "acme", Name: "opened_mail", Channel: touchpoint.Email, At: day(8)},
		touchpoint.Event{Customer: "acme", Name: "paid", At: day(8), Value: decimal.New(300, 0)},
		touchpoint.Event{Customer: "zeta", Name: "visited", Channel: touchpoint.Email, At: day(3)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	paths, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("paid")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(paths)
	credits, err := paths.Credit(attribution.TimeDecay(7 * 24 * time.Hour))
	fmt.Print(credits)
	for _, cost := range credits.Costs(map[string]decimal.Decimal{"Email": decimal.New(50, 0)}) {
		fmt.Println(cost.Key, "CAC", cost.CAC, "return", cost.Return)
	}
	fmt.Println(err)
	// Output:
	// 2 paths over 2 touches: 1 conversions worth 300, 1 without
	// time decay by halves in 168h0m0s: 1 conversions worth 300
	// Email                            0.67         200.00
	// Organic Search                   0.33         100.00
	// Email CAC 75 return 4
	// Organic Search CAC 0 return undefined
	// <nil>
}

func ExampleShapleyRate() {
	paths, err := attribution.NewPaths(slices.Values([]attribution.Path{
		{Touches: []string{"Ads"}, Conversions: 1, Nulls: 9},
		{Touches: []string{"Mail"}, Conversions: 3, Nulls: 7},
		{Touches: []string{"Ads", "Mail"}, Conversions: 4, Nulls: 6},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := paths.Credit(attribution.ShapleyRate(1, 0))
	fmt.Printf("Ads %.2f Mail %.2f %v\n", c.Of("Ads").Conversions, c.Of("Mail").Conversions, err)
	// Output: Ads 1.00 Mail 7.00 <nil>
}
