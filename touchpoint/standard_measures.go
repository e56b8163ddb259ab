package touchpoint

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Ground is from where a number is read.
type Ground uint8

// The grounds.
const (
	GroundNone    Ground = iota // there is no such number
	GroundEvents                // events of a log
	GroundBooks                 // the ledger
	GroundAnswers               // answers to a survey
	GroundScores                // scores of customers
	GroundOutside               // what another system says: an advertiser, a bank, a search engine
)

var grounds = enum.New[Ground]("touchpoint", "Ground", "none", "events", "books", "answers", "scores", "outside")

// String returns the name of the ground.
func (g Ground) String() string { return grounds.String(g) }

// MarshalText returns the name of the ground.
func (g Ground) MarshalText() ([]byte, error) { return grounds.Marshal(g) }

// UnmarshalText reads the name of a ground.
func (g *Ground) UnmarshalText(text []byte) error { return grounds.Unmarshal(g, text) }

// Scan reads the name of a ground from an SQL column; NULL is the zero value.
func (g *Ground) Scan(src any) error { return grounds.Scan(g, src) }

// Value returns the name of the ground for an SQL column.
func (g Ground) Value() (driver.Value, error) { return grounds.Value(g) }

// Counted is one half of a metric.
type Counted struct {
	From   Ground  `json:"from"`
	Events []Match `json:"events,omitempty"` // where From is GroundEvents: any of them
}

// Measure says from where a metric of metrics.Catalog is read: which standard
// events, or what else, its numerator and denominator are.
type Measure struct {
	Metric      string  `json:"metric"` // metrics.Definition.ID
	Numerator   Counted `json:"numerator"`
	Denominator Counted `json:"denominator"`
}

// StandardMeasures lists every metric of metrics.Catalog with the events of
// StandardEvents that it counts, so that the vocabulary is complete: what is
// neither in the log nor in books, answers or scores is said to come from
// outside.
func StandardMeasures() []Measure {
	on := func(names ...string) Counted { return Counted{GroundEvents, Named(names...)} }
	with := func(name, attr string, values ...string) Counted {
		return Counted{GroundEvents, []Match{{Name: name, Where: []Condition{{Attr: attr, Values: values}}}}}
	}
	nothing, books, answers, scores, outside := Counted{}, Counted{From: GroundBooks}, Counted{From: GroundAnswers}, Counted{From: GroundScores}, Counted{From: GroundOutside}
	subscribed := on("subscribed")
	return []Measure{
		{"visits_by_source", with("visited", "source"), nothing},
		{"source_share_of_visits", with("visited", "source"), on("visited")},
		{"branded_search_share", outside, outside},
		{"followers", outside, nothing},
		{"social_engagement_rate", outside, outside},
		{"search_rank", outside, outside},
		{"impressions", outside, nothing},
		{"reach", outside, nothing},
		{"frequency", outside, outside},
		{"click_through_rate", outside, outside},
		{"media_mentions", outside, nothing},
		{"content_shares", on("content_shared"), nothing},
		{"content_engagement_rate", on("content_viewed", "content_downloaded", "engaged"), on("visited")},
		{"micro_conversion_rate", on("newsletter_joined", "content_downloaded", "webinar_attended", "pricing_viewed"), on("visited")},
		{"known_visitor_rate", on("lead_captured", "newsletter_joined", "account_created"), on("visited")},
		{"trial_signup_rate", on("trial_started"), on("visited")},
		{"trial_login_frequency", on("logged_in"), on("trial_started")},
		{"trial_features_tried", with("feature_used", "feature"), on("trial_started")},
		{"trial_duration", on("trial_expired", "subscribed"), on("trial_started")},
		{"lead_score", scores, on("lead_captured")},
		{"leads", on("lead_captured"), nothing},
		{"mql_count", on("marketing_qualified"), nothing},
		{"mql_rate", on("marketing_qualified"), on("lead_captured")},
		{"sql_count", on("sales_qualified"), nothing},
		{"sql_rate", on("sales_qualified"), on("marketing_qualified")},
		{"conversion_by_source", subscribed, on("lead_captured")},
		{"conversion_by_channel", subscribed, on("lead_captured")},
		{"conversion_by_campaign", subscribed, on("lead_captured")},
		{"lead_to_customer_rate", subscribed, on("lead_captured")},
		{"trial_to_paid_rate", subscribed, on("trial_expired", "subscribed")},
		{"no_decision_rate", with("declined", "reason", "no decision"), on("declined", "subscribed")},
		{"win_rate", subscribed, on("declined", "subscribed")},
		{"cost_per_lead", outside, on("lead_captured")},
		{"cac", outside, subscribed},
		{"cac_payback_months", outside, books},
		{"asp", books, books},
		{"magic_number", books, outside},
		{"activation_rate", on("activated"), subscribed},
		{"time_to_first_value", on("activated", "value_received"), subscribed},
		{"welcome_open_rate", with("mail_opened", "mail", "welcome"), with("mail_sent", "mail", "welcome")},
		{"onboarding_content_engagement", with("content_viewed", "content", "onboarding"), subscribed},
		{"onboarding_completion_rate", on("activated"), subscribed},
		{"support_time_to_decision", on("ticket_solved"), on("ticket_opened")},
		{"onboarding_nps", answers, answers},
		{"early_churn_rate", on("cancelled", "payment_lapsed"), subscribed},
		{"engagement_score", scores, on("active_day", "logged_in", "feature_used")},
		{"feature_adoption_rate", with("feature_used", "feature"), on("active_day")},
		{"stickiness", on("active_day"), on("active_day")},
		{"basic_ticket_share", with("ticket_opened", "type", "basic"), on("ticket_opened")},
		{"advanced_ticket_share", with("ticket_opened", "type", "advanced"), on("ticket_opened")},
		{"tickets_per_customer", on("ticket_opened"), books},
		{"upgrade_rate", on("upgraded"), books},
		{"add_on_rate", on("addon_bought"), books},
		{"customer_churn_rate", books, books},
		{"mrr", books, nothing},
		{"arr", books, nothing},
		{"nrr", books, books},
		{"grr", books, books},
		{"gross_revenue_churn", books, books},
		{"net_revenue_churn", books, books},
		{"quick_ratio", books, books},
		{"renewal_rate", on("renewed"), on("renewed", "cancelled", "payment_lapsed")},
		{"resolution_time", on("ticket_solved"), on("ticket_opened")},
		{"csat", answers, answers},
		{"ces", answers, answers},
		{"month_2_retention", books, books},
		{"annual_retention", books, books},
		{"arpa", books, books},
		{"ltv", books, books},
		{"ltv_to_cac", books, outside},
		{"burn_multiple", outside, books},
		{"rule_of_40", outside, outside},
		{"expansion_mrr", books, nothing},
		{"expansion_rate", books, books},
		{"upsell_count", on("upgraded"), nothing},
		{"cross_sell_count", on("addon_bought"), nothing},
		{"premium_feature_adoption", with("feature_used", "tier", "premium"), on("active_day")},
		{"ltv_change", books, books},
		{"existing_customer_revenue_share", books, books},
		{"expansion_share_of_new", books, books},
		{"referral_participation", on("referred"), books},
		{"referrals_per_customer", on("referred"), books},
		{"referral_conversion_rate", subscribed, on("referred")},
		{"case_study_consent", on("case_study_agreed"), on("case_study_asked")},
		{"community_participation", on("community_joined", "answer_posted"), books},
		{"nps", answers, answers},
	}
}
