package preset

import (
	"sync"

	"github.com/lifecycle-go/lifecycle/journey"
)

// SaaS returns the eight-stage journey of a software subscription, with a trial
// path, churn and win-back. Stages, in groups:
//
//	acquisition  awareness      knows that the product exists
//	             consideration  compares it with others
//	             decision       talks about terms
//	             trial          uses it without paying, for 14 days
//	customer     onboarding     pays and is being set up
//	             adoption       uses it for the work it was bought for
//	             retention      has renewed at least once (goal)
//	             expansion      has bought more (goal)
//	             advocacy       brings others (goal)
//	churn        churned        left; win_back leads to onboarding
//
// Milestones: activation (the trigger activated, within 14 days), first value
// (value_received or activated), habit (three active days within a week),
// reference (referred or case_study). The text of the definition, which
// SaaS().Spec().MarshalText returns, lists every trigger.
func SaaS() *journey.Definition { return saas() }

var saas = sync.OnceValue(func() *journey.Definition {
	return mustDefine(`
journey "SaaS, eight stages"
initial awareness
stage awareness group acquisition doc "Knows that the product exists."
stage consideration group acquisition doc "Compares it with others."
stage decision group acquisition doc "Talks about terms."
stage trial group acquisition doc "Uses it without paying, for 14 days."
stage onboarding group customer doc "Pays and is being set up."
stage adoption group customer doc "Uses it for the work it was bought for."
stage retention group customer goal doc "Has renewed at least once."
stage expansion group customer goal doc "Has bought more."
stage advocacy group customer goal doc "Brings others."
stage churned group churn doc "Left, and may be won back."

from awareness on engaged to consideration
from awareness on demo_requested to decision
from consideration on demo_requested to decision
from decision on declined to consideration
from @acquisition on trial_started to trial
from trial on trial_extended to =
from trial on trial_expired to consideration
after trial 336h fires trial_expired
from @acquisition on subscribed to onboarding except awareness

from onboarding on activated to adoption
from adoption on renewed to retention
from retention on renewed to =
from expansion on renewed to retention
from advocacy on renewed to = internal
from adoption on upgraded to expansion
from retention on upgraded to expansion
from expansion on upgraded to =
from advocacy on upgraded to expansion
from expansion on downgraded to retention
from adoption on referred to advocacy
from retention on referred to advocacy
from expansion on referred to advocacy
from advocacy on referred to = internal
from @customer on cancelled to churned
from @customer on payment_lapsed to churned
from churned on won_back to onboarding

milestone activation any of activated deadline 336h doc "Set up and used once for real."
milestone "first value" any of activated value_received deadline 168h doc "Got out of it what it was bought for."
milestone habit count 3 of active_day within 168h deadline 720h doc "Three active days within a week."
milestone reference any of referred case_study doc "Has spoken for the product."
`)
})
