package channel_test

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

// ga4 is Google's default grouping, ready to classify.
func ga4() *channel.Classifier {
	c, err := channel.GA4().Compile()
	if err != nil {
		panic(err)
	}
	return c
}

// What kind of site a source is: hosts of a listed one belong to it, and what
// is not listed has no category.
func ExampleClassifier_Category() {
	for _, source := range []string{"google", "m.facebook.com", "shopping.yahoo.co.jp", "blog.example"} {
		fmt.Printf("%s %q\n", source, ga4().Category(source))
	}
	// Output:
	// google "search"
	// m.facebook.com "social"
	// shopping.yahoo.co.jp "shopping"
	// blog.example ""
}

// Tags of the link go before the page the visitor came from.
func ExampleClassifier_Channel() {
	from := "https://www.google.com/"
	fmt.Println(ga4().Channel(channel.Visit{Referrer: from}))
	fmt.Println(ga4().Channel(channel.Visit{Referrer: from, Source: "newsletter", Medium: "email"}))
	// Output:
	// Organic Search
	// Email
}
