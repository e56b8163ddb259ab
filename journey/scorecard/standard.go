package scorecard

import (
	"time"

	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

const day = 24 * time.Hour

// how says of one metric what touchpoint.StandardMeasures does not: the rule,
// and which line, number or function.
type how struct {
	rule          Rule
	num, den      string // lines of the books, numbers from outside
	function      string
	within, since time.Duration // since: of subscribed
	ever, once    bool
	attr          string
	split         By
	trial         bool // counts until the trial ends
	after         string
}

// standard has an entry for every metric of metrics.Catalog.
var standard = map[string]how{
	"visits_by_source":       {split: By{ByAttr, "source", OwnTouch}},
	"source_share_of_visits": {split: By{ByAttr, "source", PartTouch}},
	"branded_search_share":   {num: "branded_search_clicks", den: "search_clicks"},
	"followers":              {num: "followers"},
	"social_engagement_rate": {num: "social_interactions", den: "post_impressions"},
	"search_rank":            {num: "search_positions", den: "search_impressions"},
	"impressions":            {num: "impressions"},
	"reach":                  {num: "reach"},
	"frequency":              {num: "impressions", den: "reach"},
	"click_through_rate":     {num: "clicks", den: "impressions"},
	"media_mentions":         {num: "media_mentions"},
	"content_shares":         {},

	"content_engagement_rate": {rule: RuleCustomers},
	"micro_conversion_rate":   {rule: RuleCustomers},
	"known_visitor_rate":      {rule: RuleCustomers, ever: true},
	"trial_signup_rate":       {rule: RuleCustomers},
	"trial_login_frequency":   {rule: RuleCohortEvents, trial: true},
	"trial_features_tried":    {rule: RuleCohortValues, attr: "feature", trial: true},
	"trial_duration":          {rule: RuleTime},
	"lead_score":              {rule: RuleFunction, function: "score"},
	"leads":                   {rule: RuleFirst},

	"mql_count":              {rule: RuleFirst},
	"mql_rate":               {rule: RuleCohort},
	"sql_count":              {rule: RuleFirst},
	"sql_rate":               {rule: RuleCohort},
	"conversion_by_source":   {rule: RuleCohort, split: By{ByAttr, "source", FirstTouch}},
	"conversion_by_channel":  {rule: RuleCohort, split: By{Dimension: ByChannel, Touch: FirstTouch}},
	"conversion_by_campaign": {rule: RuleCohort, split: By{Dimension: ByCampaign, Touch: FirstTouch}},
	"lead_to_customer_rate":  {rule: RuleCohort},
	"trial_to_paid_rate":     {rule: RuleCustomers, after: "trial_started"},
	"no_decision_rate":       {rule: RuleCustomers},
	"win_rate":               {rule: RuleCustomers},
	"cost_per_lead":          {rule: RuleFirst, num: "marketing_spend"},
	"cac":                    {rule: RuleFirst, num: "acquisition_spend"},
	"cac_payback_months":     {rule: RuleFunction, function: "PaybackMonths"},
	"asp":                    {num: "new_mrr", den: "new_customers"},
	"magic_number":           {rule: RuleFunction, function: "MagicNumber"},

	"activation_rate":               {rule: RuleCohort, within: 30 * day, ever: true},
	"time_to_first_value":           {rule: RuleTime, once: true},
	"welcome_open_rate":             {rule: RuleCustomers},
	"onboarding_content_engagement": {rule: RuleCohort, within: 30 * day},
	"onboarding_completion_rate":    {rule: RuleCohort, ever: true},
	"support_time_to_decision":      {rule: RuleTime, after: "subscribed", since: 90 * day},
	"onboarding_nps":                {rule: RuleFunction, function: "answers", num: "onboarding_nps"},
	"early_churn_rate":              {rule: RuleCohort, within: 90 * day},

	"engagement_score":      {rule: RuleFunction, function: "score"},
	"feature_adoption_rate": {rule: RuleCustomers, split: By{ByAttr, "feature", PartTouch}},
	"stickiness":            {rule: RuleDays},
	"basic_ticket_share":    {},
	"advanced_ticket_share": {},
	"tickets_per_customer":  {den: "closing_customers"},
	"upgrade_rate":          {rule: RuleCustomers, den: "opening_customers"},
	"add_on_rate":           {rule: RuleCustomers, den: "closing_customers", ever: true},

	"customer_churn_rate": {rule: RuleFunction, function: "ChurnRate"},
	"mrr":                 {num: "closing_mrr"},
	"arr":                 {num: "run_rate"},
	"nrr":                 {rule: RuleFunction, function: "NRR"},
	"grr":                 {rule: RuleFunction, function: "GRR"},
	"gross_revenue_churn": {rule: RuleFunction, function: "GrossRevenueChurn"},
	"net_revenue_churn":   {rule: RuleFunction, function: "NetRevenueChurn"},
	"quick_ratio":         {rule: RuleFunction, function: "QuickRatio"},
	"renewal_rate":        {rule: RuleCustomers},
	"resolution_time":     {rule: RuleTime},
	"csat":                {rule: RuleFunction, function: "answers", num: "csat"},
	"ces":                 {rule: RuleFunction, function: "answers", num: "ces"},
	"month_2_retention":   {rule: RuleFunction, function: "MonthTwo"},
	"annual_retention":    {rule: RuleFunction, function: "Annual"},
	"arpa":                {num: "closing_mrr", den: "paying_customers"},
	"ltv":                 {rule: RuleFunction, function: "LTV"},
	"ltv_to_cac":          {rule: RuleFunction, function: "LTVToCAC"},
	"burn_multiple":       {rule: RuleFunction, function: "BurnMultiple"},
	"rule_of_40":          {rule: RuleFunction, function: "RuleOf40"},

	"expansion_mrr":                   {num: "expansion_mrr"},
	"expansion_rate":                  {num: "expansion_mrr", den: "opening_mrr"},
	"upsell_count":                    {},
	"cross_sell_count":                {},
	"premium_feature_adoption":        {rule: RuleCustomers},
	"ltv_change":                      {rule: RuleFunction, function: "LTVChange"},
	"existing_customer_revenue_share": {rule: RuleFunction, function: "ExistingRevenue"},
	"expansion_share_of_new":          {num: "expansion_mrr", den: "won_mrr"},

	"referral_participation":   {rule: RuleCustomers, den: "closing_customers", ever: true},
	"referrals_per_customer":   {den: "closing_customers"},
	"referral_conversion_rate": {rule: RuleNamed, attr: "referred"},
	"case_study_consent":       {rule: RuleCohort},
	"community_participation":  {rule: RuleCustomers, den: "closing_customers"},
	"nps":                      {rule: RuleFunction, function: "answers", num: "nps"},
}

// Standard binds every metric of metrics.Catalog: the events are those of
// touchpoint.StandardMeasures, the rules and windows the usual ones, which the
// entries show. Change an entry to count otherwise. The log must keep the
// attributes source, content, reason, mail, feature, tier, type, referred, and
// campaigns.
//
// A session is taken to be a visitor's month, and "could have used it" to be
// active; time is in seconds.
func Standard() []Binding {
	measures := touchpoint.StandardMeasures()
	out := make([]Binding, len(measures))
	for i, m := range measures {
		h := standard[m.Metric]
		b := Binding{
			Metric: m.Metric, Rule: h.rule, Function: h.function,
			Numerator: Half{Counted: m.Numerator, Name: h.num}, Denominator: Half{Counted: m.Denominator, Name: h.den},
			Within: h.within, Ever: h.ever, Once: h.once, Attr: h.attr, Split: h.split, SinceWithin: h.since,
		}
		if h.trial {
			b.Until = touchpoint.Named("subscribed", "trial_expired")
		}
		if h.after != "" {
			b.Since = touchpoint.Named(h.after)
		}
		b.Numerator.Grade, b.Denominator.Grade = grade(m.Numerator), grade(m.Denominator)
		out[i] = b
	}
	return out
}

// grade is the grade that a single event of the vocabulary stands for.
func grade(c touchpoint.Counted) score.Grade {
	if len(c.Events) != 1 {
		return score.GradeLead
	}
	switch c.Events[0].Name {
	case "marketing_qualified":
		return score.GradeMQL
	case "sales_qualified":
		return score.GradeSQL
	}
	return score.GradeLead
}
