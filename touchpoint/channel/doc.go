// Package channel says through which channel a visitor came: rules that are data
// turn source, medium, campaign and referrer into a touchpoint.Channel.
//
// Begin with [GA4], [Visit] and [Classifier]:
//
//	c, err := channel.GA4().Compile()
//	v, err := channel.VisitOf("https://app.example/?utm_source=linkedin&utm_medium=cpc", "")
//	event.Channel = c.Channel(v) // Paid Social
//
//	Visit ─▶ Grouping, compiled ─▶ touchpoint.Event.Channel ─▶ touchpoint.Log
//
// A Grouping is a value: print it, store it as JSON, change it, give it another
// version. A Classifier never changes and is safe for any number of goroutines.
// Classify says which rule decided and what it looked at.
package channel
