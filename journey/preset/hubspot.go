package preset

import (
	"slices"
	"sync"

	"github.com/lifecycle-go/lifecycle/journey"
)

// HubSpot returns the lifecycle stages of HubSpot contacts under HubSpot's rule
// that automatic updates only move forward. Stages, by internal value and in
// HubSpot's order, after "unset" for a contact without one:
//
//	subscriber, lead, marketingqualifiedlead, salesqualifiedlead, opportunity,
//	customer (goal), evangelist (goal), other
//
// Triggers have the names of the stages: setting the property to a value is the
// event of that name. Stages can be skipped. Setting the value a contact already
// has changes nothing; setting an earlier one is refused, see [Refusals]. The
// trigger cleared empties the property, after which any value can be set, which
// is how HubSpot moves a contact backwards.
//
// There are no milestones: Replay.Arrivals says who came to each stage, and when.
//
// Source: HubSpot knowledge base, "Use contact and company lifecycle stages".
func HubSpot() *journey.Definition { return hubSpot() }

var hubSpot = sync.OnceValue(func() *journey.Definition {
	stages := []journey.StageSpec{
		{Name: "unset", Doc: "No lifecycle stage set."},
		{Name: "subscriber", Group: "prospect", Doc: "Opted in to hear more."},
		{Name: "lead", Group: "prospect", Doc: "Converted beyond a subscription."},
		{Name: "marketingqualifiedlead", Group: "prospect", Doc: "Marketing has qualified it."},
		{Name: "salesqualifiedlead", Group: "prospect", Doc: "Sales has qualified it."},
		{Name: "opportunity", Group: "prospect", Doc: "Has an open deal."},
		{Name: "customer", Group: "buyer", Goal: true, Doc: "Has a closed deal."},
		{Name: "evangelist", Group: "buyer", Goal: true, Doc: "Speaks for the company."},
		{Name: "other", Aside: true, Doc: "Fits none of the others."},
	}
	var order []journey.Stage
	for _, s := range stages {
		order = append(order, s.Name)
	}
	moves := slices.DeleteFunc(journey.Ordered(order...), func(t journey.Transition) bool { return t.On == "unset" })
	moves = append(moves,
		journey.Transition{From: journey.Any, On: "cleared", To: "unset"},
		journey.Transition{From: "unset", On: "cleared", To: "unset", Internal: true})
	return must(journey.Define(journey.Spec{Name: "HubSpot lifecycle stages", Initial: "unset", Stages: stages, Transitions: moves}))
})
