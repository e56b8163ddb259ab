package channel_test

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

func ExampleGA4() {
	grouping := channel.GA4()
	c, err := grouping.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(grouping.Version)
	for _, v := range []channel.Visit{
		{Source: "google", Medium: "cpc"},
		{Referrer: "https://www.google.de/"},
		{Referrer: "https://m.facebook.com/story"},
		{Source: "newsletter", Medium: "email"},
		{},
	} {
		fmt.Println(c.Channel(v))
	}
	// Output:
	// 2026-05-13, sources of 2026-11
	// Paid Search
	// Organic Search
	// Organic Social
	// Email
	// Direct
}

// A company's own channel goes before those of Google.
func ExampleGrouping_Compile() {
	g := channel.GA4()
	g.Name, g.Version = "ours", "1"
	g.Rules = slices.Insert(g.Rules, 0, channel.Rule{
		Channel: "Partner portal",
		Any:     [][]channel.Condition{{{Field: channel.FieldSource, Pattern: `(^|\.)partners\.example$`}}},
	})
	c, err := g.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	a := c.Classify(channel.Visit{Referrer: "https://eu.partners.example/deals"})
	fmt.Println(a.Channel, a.Rule, a.Source, a.Medium)
	// Output: Partner portal 0 eu.partners.example referral
}

func ExampleVisitOf() {
	v, err := channel.VisitOf("https://app.example/start?utm_source=linkedin&utm_medium=paid_social&utm_campaign=q1", "")
	fmt.Printf("%+v %v\n", v, err)
	// Output: {Source:linkedin Medium:paid_social Campaign:q1 Referrer:} <nil>
}
