package preset

import (
	"sync"

	"github.com/lifecycle-go/lifecycle/journey"
)

// B2B returns the five-stage journey of business customers, with deals lost to
// others and deals lost to no decision. Stages:
//
//	attract      knows the company
//	capture      is known to the company
//	nurture      is being worked on; 180 days without a decision end it
//	convert      has bought (goal)
//	expand       has bought more (goal)
//	lost         chose somebody else or left; a reopened deal is nurtured again
//	no decision  bought nothing from anybody; may be re-engaged
//
// Milestones: qualification (qualified, within 90 days), deal (closed_won).
func B2B() *journey.Definition { return b2b() }

var b2b = sync.OnceValue(func() *journey.Definition {
	return mustDefine(`
journey "B2B, five stages"
initial attract
stage attract doc "Knows the company."
stage capture doc "Is known to the company."
stage nurture doc "Is being worked on."
stage convert group customer goal doc "Has bought."
stage expand group customer goal doc "Has bought more."
stage lost group closed doc "Chose somebody else, or left."
stage "no decision" group closed doc "Bought nothing from anybody."

from attract on captured to capture
from capture on qualified to nurture
from capture on disqualified to lost
from nurture on closed_won to convert
from nurture on closed_lost to lost
from nurture on meeting_held to =
from nurture on stalled to "no decision"
after nurture 4320h fires stalled
from "no decision" on reengaged to nurture
from lost on reopened to nurture
from convert on expanded to expand
from expand on expanded to =
from @customer on cancelled to lost

milestone qualification any of qualified deadline 2160h doc "Sales has taken it on."
milestone deal any of closed_won doc "The first deal is won."
`)
})
