package touchpoint

// EventKind is one word of the standard vocabulary.
type EventKind struct {
	// Name is the Event.Name, and the trigger of the SaaS preset of package
	// journey/preset.
	Name string `json:"name"`
	// Phase is the part of the lifecycle in which it typically happens, by the
	// name of a metrics.Phase.
	Phase string `json:"phase"`
	// Doc says what happened.
	Doc string `json:"doc"`
	// Attrs are the attributes that tell kinds of it apart, where metrics need
	// them.
	Attrs []string `json:"attrs,omitempty"`
}

// StandardEvents returns the events of a subscription software company by name,
// in the order of the lifecycle: the one vocabulary that the standard catalogue
// of touchpoints, the SaaS preset of journeys and the catalogue of metrics
// speak.
func StandardEvents() []EventKind {
	return []EventKind{
		{"visited", "awareness", "Came to the site, or became aware of the product otherwise.", []string{"source"}},
		{"content_viewed", "awareness", "Read a page, an article or a video.", []string{"content"}},
		{"content_shared", "awareness", "Passed content on.", nil},
		{"content_downloaded", "consideration", "Took a paper, a template or a price list.", nil},
		{"pricing_viewed", "consideration", "Looked at prices and plans.", nil},
		{"lead_captured", "consideration", "Left a way to be reached.", nil},
		{"newsletter_joined", "consideration", "Asked to hear more.", nil},
		{"webinar_attended", "consideration", "Took part in a webinar or an event.", nil},
		{"engaged", "consideration", "Answered, clicked or asked: shows interest.", nil},
		{"contacted", "consideration", "Sales got in touch.", nil},
		{"marketing_qualified", "decision", "Marketing has qualified the lead.", nil},
		{"sales_qualified", "decision", "Sales has taken the lead on.", nil},
		{"demo_requested", "decision", "Asked to see it shown.", nil},
		{"demo_held", "decision", "Has seen it shown.", nil},
		{"declined", "decision", "Decided against it for now.", []string{"reason"}},
		{"mail_sent", "consideration", "A mail went out.", []string{"mail"}},
		{"mail_opened", "consideration", "A mail was opened.", []string{"mail"}},
		{"mail_clicked", "consideration", "A link in a mail was followed.", []string{"mail"}},
		{"trial_started", "consideration", "Began to try it without paying.", nil},
		{"trial_extended", "consideration", "Got more time to try.", nil},
		{"trial_expired", "consideration", "The trial ended without a purchase.", nil},
		{"subscribed", "onboarding", "Began to pay.", []string{"plan"}},
		{"account_created", "onboarding", "Has an account.", nil},
		{"data_imported", "onboarding", "Brought in data.", nil},
		{"activated", "onboarding", "Set up and used once for real.", nil},
		{"value_received", "onboarding", "Got the first result it was bought for.", nil},
		{"logged_in", "adoption", "Came into the product.", nil},
		{"active_day", "adoption", "Was active on this day; at most once a day.", nil},
		{"feature_used", "adoption", "Used a feature.", []string{"feature", "tier"}},
		{"ticket_opened", "adoption", "Asked support.", []string{"type"}},
		{"ticket_solved", "adoption", "Support solved it.", []string{"type"}},
		{"survey_answered", "retention", "Answered a survey.", []string{"survey"}},
		{"idea_filed", "adoption", "Wished for something.", nil},
		{"review_held", "retention", "Went through the results with the account manager.", nil},
		{"goal_agreed", "onboarding", "Agreed on what success will look like.", nil},
		{"goal_reached", "retention", "Reached what was agreed to be success.", nil},
		{"renewed", "retention", "The subscription went on for another term.", nil},
		{"payment_failed", "retention", "A payment did not go through.", nil},
		{"payment_lapsed", "retention", "Payment was given up; the subscription ended.", nil},
		{"cancel_requested", "retention", "Said that they want to leave.", []string{"reason"}},
		{"cancelled", "retention", "Left.", []string{"reason"}},
		{"won_back", "retention", "Came back.", nil},
		{"upgraded", "expansion", "Went to a larger plan, or to more of the same.", []string{"plan"}},
		{"addon_bought", "expansion", "Bought something beside the plan.", []string{"addon"}},
		{"downgraded", "expansion", "Went to a smaller plan, or to less of the same.", []string{"plan"}},
		{"community_joined", "advocacy", "Joined the community.", nil},
		{"answer_posted", "advocacy", "Helped another customer.", nil},
		{"referred", "advocacy", "Recommended the product to somebody, whom the attribute names where known.", []string{"referred"}},
		{"review_published", "advocacy", "Reviewed the product in public.", nil},
		{"case_study_asked", "advocacy", "Was asked for a case study.", nil},
		{"case_study_agreed", "advocacy", "Agreed to one.", nil},
	}
}
