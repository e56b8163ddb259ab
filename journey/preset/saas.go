package preset

import (
	"sync"

	"github.com/lifecycle-go/lifecycle/journey"
)

// SaaS returns the ten-stage journey of a software subscription, with a trial
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
//	churn        churned        left; won_back leads to onboarding
//
// Its triggers are the events of touchpoint.StandardEvents. Who has been
// activated in the trial goes from subscribed to adoption at once. A customer
// whose first known event is a payment, a renewal or a cancellation, as from a
// billing system, starts where that event says.
//
// Milestones: newsletter, demo, trial, purchase; activation (within 14 days of
// the start), first value (within a week), first success, habit (three active
// days within a week), renewal, reference (a referral, a review or a case
// study). The text of the definition, which SaaS().Spec().MarshalText returns,
// lists every trigger.
func SaaS() *journey.Definition { return saas() }

var saas = sync.OnceValue(func() *journey.Definition {
	return mustDefine(`
journey "SaaS"
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
stage churned group churn aside doc "Left, and may be won back."

observe visited content_viewed content_shared content_downloaded pricing_viewed lead_captured newsletter_joined
observe webinar_attended engaged contacted marketing_qualified sales_qualified demo_requested demo_held declined
observe mail_sent mail_opened mail_clicked
observe trial_started trial_extended trial_expired account_created data_imported activated value_received
observe logged_in active_day feature_used subscribed renewed upgraded addon_bought downgraded
observe ticket_opened ticket_solved survey_answered idea_filed review_held goal_agreed goal_reached
observe payment_failed payment_lapsed cancel_requested cancelled won_back
observe community_joined answer_posted referred review_published case_study_asked case_study_agreed

from awareness on engaged to consideration
from awareness on lead_captured to consideration
from awareness on newsletter_joined to consideration
from awareness on webinar_attended to consideration
from awareness on marketing_qualified to consideration
from awareness on demo_requested to decision
from consideration on demo_requested to decision
from awareness on demo_held to decision
from consideration on demo_held to decision
from awareness on sales_qualified to decision
from consideration on sales_qualified to decision
from decision on declined to consideration
from trial on declined to consideration
from @acquisition on trial_started to trial
from trial on trial_extended to =
from trial on trial_expired to consideration
after trial 336h fires trial_expired
from @acquisition on subscribed to adoption gate activation
from @acquisition on subscribed to onboarding
from churned on trial_started to trial
from churned on subscribed to onboarding

from onboarding on activated to adoption
from @acquisition on renewed to retention
from onboarding on renewed to retention
from adoption on renewed to retention
from retention on renewed to =
from expansion on renewed to retention
from advocacy on renewed to = internal
from churned on renewed to retention
from awareness on upgraded to expansion
from consideration on upgraded to expansion
from decision on upgraded to expansion
from trial on upgraded to adoption gate activation
from trial on upgraded to onboarding
from onboarding on upgraded to expansion
from adoption on upgraded to expansion
from retention on upgraded to expansion
from expansion on upgraded to =
from advocacy on upgraded to expansion
from churned on upgraded to expansion
from onboarding on addon_bought to expansion
from adoption on addon_bought to expansion
from retention on addon_bought to expansion
from advocacy on addon_bought to expansion
from @acquisition on downgraded to retention
from expansion on downgraded to retention
from adoption on referred to advocacy
from retention on referred to advocacy
from expansion on referred to advocacy
from adoption on review_published to advocacy
from retention on review_published to advocacy
from expansion on review_published to advocacy
from adoption on case_study_agreed to advocacy
from retention on case_study_agreed to advocacy
from expansion on case_study_agreed to advocacy
from trial on cancelled to consideration
from awareness on cancelled to churned
from consideration on cancelled to churned
from decision on cancelled to churned
from @customer on cancelled to churned
from @customer on payment_lapsed to churned
from awareness on payment_lapsed to churned
from consideration on payment_lapsed to churned
from decision on payment_lapsed to churned
from churned on won_back to onboarding
from @acquisition on won_back to onboarding

milestone newsletter any of newsletter_joined doc "Wants to hear more."
milestone demo any of demo_held doc "Has seen it shown."
milestone trial any of trial_started doc "Has tried it."
milestone purchase any of subscribed doc "Pays."
milestone activation any of activated deadline 336h doc "Set up and used once for real."
milestone "first value" any of activated value_received deadline 168h doc "Got out of it what it was bought for."
milestone "first success" any of goal_reached deadline 2160h doc "Reached what was agreed to be success."
milestone habit count 3 of active_day within 168h deadline 720h doc "Three active days within a week."
milestone renewal any of renewed doc "Has renewed."
milestone reference any of referred review_published case_study_agreed doc "Has spoken for the product."
`)
})
