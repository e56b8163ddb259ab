package preset

import (
	"sync"

	"github.com/lifecycle-go/lifecycle/journey"
)

// SaaSSeven returns the seven-stage journey of a software subscription as
// customer-success teams tell it, in which the purchase comes before the
// set-up. Stages, in groups:
//
//	buying    evaluation     looks for a solution
//	          consideration  has this product on a short list
//	customer  adoption       has bought it
//	          onboarding     is being set up
//	          renewal        uses it, and will renew or not (goal)
//	          expansion      has bought more (goal)
//	          evangelism     speaks for it (goal)
//	gone      lost           chose something else; may reconsider
//	          churned        left; won_back leads to adoption
//
// A customer whose first known event is a purchase, a renewal or a cancellation
// starts where that event says.
//
// Milestones: purchase, live (went_live, within 30 days of the start), first
// renewal, evangelist (recommended).
func SaaSSeven() *journey.Definition { return saasSeven() }

var saasSeven = sync.OnceValue(func() *journey.Definition {
	return mustDefine(`
journey "SaaS, seven stages"
initial evaluation
stage evaluation group buying doc "Looks for a solution."
stage consideration group buying doc "Has this product on a short list."
stage adoption group customer doc "Has bought it."
stage onboarding group customer doc "Is being set up."
stage renewal group customer goal doc "Uses it, and will renew or not."
stage expansion group customer goal doc "Has bought more."
stage evangelism group customer goal doc "Speaks for it."
stage lost group gone aside doc "Chose something else."
stage churned group gone aside doc "Left, and may be won back."

observe visited shortlisted rejected reconsidered purchased kicked_off went_live renewed expanded downgraded recommended
observe cancelled won_back

from evaluation on shortlisted to consideration
from lost on shortlisted to consideration
from @buying on rejected to lost
from lost on reconsidered to consideration
from @buying on purchased to adoption
from @gone on purchased to adoption
from @buying on kicked_off to onboarding
from adoption on kicked_off to onboarding
from lost on kicked_off to onboarding
from @buying on went_live to renewal
from adoption on went_live to renewal
from onboarding on went_live to renewal
from lost on went_live to renewal
from @buying on renewed to renewal
from adoption on renewed to renewal
from onboarding on renewed to renewal
from renewal on renewed to =
from expansion on renewed to renewal
from evangelism on renewed to = internal
from @gone on renewed to renewal
from @buying on expanded to expansion
from adoption on expanded to expansion
from onboarding on expanded to expansion
from renewal on expanded to expansion
from expansion on expanded to =
from evangelism on expanded to expansion
from @gone on expanded to expansion
from expansion on downgraded to renewal
from renewal on recommended to evangelism
from expansion on recommended to evangelism
from evangelism on recommended to = internal
from @customer on cancelled to churned
from @buying on cancelled to churned
from lost on cancelled to churned
from @gone on won_back to adoption
from @buying on won_back to adoption

milestone purchase any of purchased doc "Has bought it."
milestone live any of went_live deadline 720h doc "In productive use."
milestone "first renewal" any of renewed doc "Has renewed once."
milestone evangelist any of recommended doc "Has recommended the product."
`)
})
