package channel_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

// Why a visit has its channel: the rule, and what it was judged by.
func ExampleClassifier_Classify() {
	c, err := channel.GA4().Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range []channel.Visit{{Referrer: "https://www.bing.com/search"}, {Source: "shopping.google.com", Medium: "cpc"}, {Referrer: "https://blog.example/review"}} {
		a := c.Classify(v)
		fmt.Printf("%s: %s, %s, %q\n", a.Channel, a.Source, a.Medium, a.Category)
	}
	fmt.Println(c.Category("youtube.com"))
	// Output:
	// Organic Search: bing.com, organic, "search"
	// Paid Shopping: shopping.google.com, cpc, "shopping"
	// Referral: blog.example, referral, ""
	// video
}

// The rules as they stood on a day, for reports of that time.
func ExampleGA4On() {
	fmt.Println(channel.GA4On(time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)).Version)
	fmt.Println(channel.GA4On(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)).Version)
	// Output:
	// until-2026-05-12, sources of 2026-11
	// 2026-05-13, sources of 2026-11
}
