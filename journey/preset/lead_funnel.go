package preset

import (
	"sync"

	"github.com/lifecycle-go/lifecycle/journey"
)

// LeadFunnel returns the six-stage journey from a visitor to a served customer.
// Stages, in groups:
//
//	marketing  visitor         came to the site
//	           lead            left a way to be reached
//	           qualified lead  fits, and is interested
//	sales      opportunity     a deal is open
//	           customer        has bought (goal)
//	           post-sale       is served after the purchase (goal)
//	           lost            no deal; a recycled one is a lead again
//
// Milestones: qualification (qualified, within 30 days), purchase (won).
func LeadFunnel() *journey.Definition { return leadFunnel() }

var leadFunnel = sync.OnceValue(func() *journey.Definition {
	return mustDefine(`
journey "Lead funnel, six stages"
initial visitor
stage visitor group marketing doc "Came to the site."
stage lead group marketing doc "Left a way to be reached."
stage "qualified lead" group marketing doc "Fits, and is interested."
stage opportunity group sales doc "A deal is open."
stage customer group sales goal doc "Has bought."
stage post-sale group sales goal doc "Is served after the purchase."
stage lost group sales doc "No deal."

from visitor on captured to lead
from lead on qualified to "qualified lead"
from lead on disqualified to lost
from "qualified lead" on disqualified to lost
from "qualified lead" on opportunity_opened to opportunity
from opportunity on won to customer
from opportunity on lost to lost
from lost on recycled to lead
from customer on delivered to post-sale
from post-sale on opportunity_opened to opportunity
from post-sale on repurchased to customer

milestone qualification any of qualified deadline 720h doc "Marketing and sales agree that it is worth a call."
milestone purchase any of won doc "The first deal is won."
`)
})
