package simulate

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// Customer is one simulated life, or, with an Acquisition, one prospect who
// perhaps never arrived. What it holds must not be changed.
type Customer struct {
	ID string
	// Persona, Variant and Referrer are empty where there is none.
	Persona, Variant, Referrer string
	// Arrived is the beginning of the journey; zero for a prospect who never
	// arrived.
	Arrived time.Time
	// Channel and Campaign are of the last touch before the arrival.
	Channel  touchpoint.Channel
	Campaign string
	// Events are everything that happened, by time; no two at one instant.
	Events []touchpoint.Event
	// Spans and Invoices are the subscriptions, by time; what runs beyond
	// World.To is open.
	Spans    []billing.Span
	Invoices []billing.InvoiceLine
	// Replies are the answers to surveys, by time.
	Replies []Reply
}

// Reply is an answer to the survey of that name.
type Reply struct {
	Survey string
	survey.Answer
}
