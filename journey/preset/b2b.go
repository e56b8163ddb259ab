package preset

import (
	"sync"

	"github.com/lifecycle-go/lifecycle/journey"
)

// B2B returns the journey of business customers through sales and after it,
// with deals lost to others and deals lost to no decision. Stages, in groups:
//
//	marketing  attract          knows the company
//	           capture          is known to the company
//	           nurture          marketing has qualified it
//	sales      sales-qualified  sales has taken it on
//	           opportunity      a deal is open
//	customer   convert          has bought (goal)
//	           expand           has bought more (goal)
//	closed     lost             chose somebody else or left; may be reopened
//	           no decision      bought nothing from anybody; may be re-engaged
//
// From nurture on, 180 days in one stage end in no decision. A customer whose
// first known event is a deal, a renewal or a cancellation starts where that
// event says.
//
// Milestones: qualification (within 90 days), demo, deal (closed_won), renewal,
// reference (a referral, a review or a case study).
func B2B() *journey.Definition { return b2b() }

var b2b = sync.OnceValue(func() *journey.Definition {
	return mustDefine(`
journey "B2B, seven stages"
initial attract
stage attract group marketing doc "Knows the company."
stage capture group marketing doc "Is known to the company."
stage nurture group marketing doc "Marketing has qualified it."
stage sales-qualified group sales doc "Sales has taken it on."
stage opportunity group sales doc "A deal is open."
stage convert group customer goal doc "Has bought."
stage expand group customer goal doc "Has bought more."
stage lost group closed aside doc "Chose somebody else, or left."
stage "no decision" group closed aside doc "Bought nothing from anybody."

observe visited captured contacted qualified sales_qualified disqualified opportunity_opened meeting_held demo_held
observe proposal_sent closed_won closed_lost stalled reengaged reopened
observe onboarded review_held renewed expanded downgraded referred review_published case_study_agreed cancelled

from attract on captured to capture
from attract on contacted to capture
from @closed on captured to capture
from attract on qualified to nurture
from capture on qualified to nurture
from @closed on qualified to nurture
from @marketing on sales_qualified to sales-qualified
from @closed on sales_qualified to sales-qualified
from @marketing on disqualified to lost
from @sales on disqualified to lost
from @marketing on opportunity_opened to opportunity
from sales-qualified on opportunity_opened to opportunity
from @closed on opportunity_opened to opportunity
from nurture on meeting_held to =
from sales-qualified on meeting_held to =
from opportunity on meeting_held to =
from @marketing on closed_won to convert
from @sales on closed_won to convert
from @closed on closed_won to convert
from @marketing on closed_lost to lost
from @sales on closed_lost to lost
from "no decision" on closed_lost to lost
from nurture on stalled to "no decision"
from sales-qualified on stalled to "no decision"
from opportunity on stalled to "no decision"
after nurture 4320h fires stalled
after sales-qualified 4320h fires stalled
after opportunity 4320h fires stalled
from "no decision" on reengaged to nurture
from lost on reopened to nurture
from "no decision" on reopened to nurture
from @marketing on renewed to convert
from @sales on renewed to convert
from convert on renewed to =
from expand on renewed to =
from @closed on renewed to convert
from @marketing on expanded to expand
from @sales on expanded to expand
from convert on expanded to expand
from expand on expanded to =
from @closed on expanded to expand
from expand on downgraded to convert
from @marketing on cancelled to lost
from @sales on cancelled to lost
from @customer on cancelled to lost
from "no decision" on cancelled to lost

milestone qualification any of qualified sales_qualified deadline 2160h doc "Worth working on."
milestone demo any of demo_held doc "Has seen it shown."
milestone deal any of closed_won doc "The first deal is won."
milestone renewal any of renewed doc "Has renewed."
milestone reference any of referred review_published case_study_agreed doc "Has spoken for the company."
`)
})
