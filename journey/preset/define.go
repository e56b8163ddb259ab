package preset

import "github.com/lifecycle-go/lifecycle/journey"

// must gives a preset. One with a fault would fail the tests long before it
// could panic in a program.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err) //nolint:forbidigo // only a fault in a constant of this package comes here
	}
	return v
}

func mustDefine(text string) *journey.Definition {
	return must(journey.Define(must(journey.ParseSpec(text))))
}

// All returns the definitions that come with the package, in the order
// SaaS, SaaSSeven, LeadFunnel, B2B, Consumer, HubSpot.
func All() []*journey.Definition {
	return []*journey.Definition{SaaS(), SaaSSeven(), LeadFunnel(), B2B(), Consumer(), HubSpot()}
}

// Refusal is a trigger that a preset refuses in a stage, and why. Every other
// trigger of a preset is taken in every stage: it moves the customer, stays, or
// is observed.
type Refusal struct {
	Stage   journey.Stage   `json:"stage"`
	Trigger journey.Trigger `json:"trigger"`
	Reason  string          `json:"reason"`
}

// Refusals lists what a preset refuses, by stage and trigger. It is empty for
// all but HubSpot, which refuses to go back; nil for a definition that is no
// preset.
func Refusals(d *journey.Definition) []Refusal {
	if d != HubSpot() {
		return nil
	}
	var list []Refusal
	for _, s := range d.Stages() {
		for _, t := range d.Triggers() {
			if _, ok := d.Next(s.Name, t); !ok {
				list = append(list, Refusal{s.Name, t, "HubSpot sets a lifecycle stage forward only; clear it first"})
			}
		}
	}
	return list
}
