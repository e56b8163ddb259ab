package journeymap

import (
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Touchpoint is a meeting of customer and company in a stage of a map.
type Touchpoint struct {
	// Name identifies it among the touchpoints of the map; it may occur in
	// several stages.
	Name    string             `json:"name"`
	Channel touchpoint.Channel `json:"channel,omitempty"`
	// Sender and Receiver say who begins and who is met, as in CJML.
	Sender   string   `json:"sender,omitempty"`
	Receiver string   `json:"receiver,omitempty"`
	Evidence Evidence `json:"evidence"`
	// LeadsTo names the touchpoints that may follow.
	LeadsTo []string `json:"leads_to,omitempty"`
	// Decision says how it changes what the customer decides, Feeling by how
	// much it moves the emotion, from -2 to +2.
	Decision string             `json:"decision,omitempty"`
	Feeling  touchpoint.Feeling `json:"feeling,omitempty"`
	// Moment marks a moment of truth: here the customer stays or leaves.
	Moment bool      `json:"moment,omitempty"`
	Owner  Ownership `json:"owner,omitzero"`
	Pains  []Note    `json:"pains,omitempty"`

	// Events and Customers count how often and by how many it was met in the
	// stage; Share is Customers of those who came to the stage.
	Events    int64         `json:"events,omitempty"`
	Customers int64         `json:"customers,omitempty"`
	Share     metrics.Ratio `json:"share,omitzero"`
	// Place is the mean place, from 1, at which those who met it did so first
	// among the touchpoints of the stage; 0 = not counted.
	Place float64 `json:"place,omitempty"`
	// Deviation says how it differs from the plan.
	Deviation Deviation `json:"deviation,omitempty"`
}

// Ownership says who answers for something: one accountable, others who
// contribute. Names are teams or roles.
type Ownership struct {
	Accountable  []string `json:"accountable,omitempty"`
	Contributing []string `json:"contributing,omitempty"`
}

// IsZero reports that nobody is named.
func (o Ownership) IsZero() bool { return len(o.Accountable) == 0 && len(o.Contributing) == 0 }

// Owned is an Ownership with one accountable team and those who contribute.
func Owned(accountable string, contributing ...string) Ownership {
	return Ownership{Accountable: []string{accountable}, Contributing: contributing}
}
