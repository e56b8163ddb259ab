package preset

import (
	"fmt"
	"strings"
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
// has changes nothing; setting an earlier one is refused. The trigger cleared
// empties the property, after which any value can be set, which is how HubSpot
// moves a contact backwards.
//
// Source: HubSpot knowledge base, "Use contact and company lifecycle stages".
func HubSpot() *journey.Definition { return hubSpot() }

var hubSpot = sync.OnceValue(func() *journey.Definition {
	stages := []string{
		"unset", "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
		"customer", "evangelist", "other",
	}
	var b strings.Builder
	b.WriteString("journey \"HubSpot lifecycle stages\"\ninitial unset\nstage unset doc \"No lifecycle stage set.\"\n")
	b.WriteString(`
stage subscriber group prospect doc "Opted in to hear more."
stage lead group prospect doc "Converted beyond a subscription."
stage marketingqualifiedlead group prospect doc "Marketing has qualified it."
stage salesqualifiedlead group prospect doc "Sales has qualified it."
stage opportunity group prospect doc "Has an open deal."
stage customer group customer goal doc "Has a closed deal."
stage evangelist group customer goal doc "Speaks for the company."
stage other doc "Fits none of the others."
`)
	for i, from := range stages {
		for k := max(i, 1); k < len(stages); k++ {
			internal := ""
			if k == i {
				internal = " internal"
			}
			fmt.Fprintf(&b, "from %s on %s to %s%s\n", from, stages[k], stages[k], internal)
		}
	}
	b.WriteString("from * on cleared to unset\n")
	b.WriteString("milestone qualification any of marketingqualifiedlead salesqualifiedlead opportunity customer\n")
	b.WriteString("milestone purchase any of customer\n")
	return mustDefine(b.String())
})
