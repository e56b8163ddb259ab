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
//	           lost            no deal, or left; a recycled one is a lead again
//
// A deal with somebody who has bought before leads back to post-sale when it is
// lost. A customer whose first known event is a deal, a renewal or a
// cancellation starts where that event says.
//
// Milestones: qualification (qualified, within 30 days), purchase (won), renewal.
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
stage lost group sales aside doc "No deal."

observe visited captured contacted qualified disqualified opportunity_opened won lost recycled delivered repurchased
observe renewed upgraded cancelled

from visitor on captured to lead
from visitor on contacted to lead
from lost on captured to lead
from visitor on qualified to "qualified lead"
from lead on qualified to "qualified lead"
from lost on qualified to "qualified lead"
from @marketing on disqualified to lost
from opportunity on disqualified to lost
from @marketing on opportunity_opened to opportunity
from post-sale on opportunity_opened to opportunity
from lost on opportunity_opened to opportunity
from @marketing on won to customer
from opportunity on won to customer
from lost on won to customer
from @marketing on lost to lost
from opportunity on lost to post-sale gate purchase
from opportunity on lost to lost
from lost on recycled to lead
from @marketing on delivered to post-sale
from opportunity on delivered to post-sale
from customer on delivered to post-sale
from lost on delivered to post-sale
from @marketing on repurchased to customer
from opportunity on repurchased to customer
from customer on repurchased to =
from post-sale on repurchased to customer
from lost on repurchased to customer
from @marketing on renewed to post-sale
from opportunity on renewed to post-sale
from customer on renewed to post-sale
from post-sale on renewed to = internal
from lost on renewed to post-sale
from @marketing on upgraded to post-sale
from opportunity on upgraded to post-sale
from customer on upgraded to = internal
from post-sale on upgraded to = internal
from lost on upgraded to post-sale
from @marketing on cancelled to lost
from opportunity on cancelled to lost
from customer on cancelled to lost
from post-sale on cancelled to lost

milestone qualification any of qualified deadline 720h doc "Marketing and sales agree that it is worth a call."
milestone purchase any of won repurchased delivered doc "A deal has been won."
milestone renewal any of renewed doc "Has renewed."
`)
})
