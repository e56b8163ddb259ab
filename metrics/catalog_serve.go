package metrics

// The stages from the sale to daily use.

var onboardingMetrics = []Definition{
	{
		ID: "activation_rate", Name: "Activation rate", Stage: PhaseOnboarding, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "new customers who reached the activation milestone within the window / new customers whose window has passed", Numerator: "activated within the window", Denominator: "new customers whose window has passed",
		Source: "Amplitude, Activation rate",
	},
	{
		ID: "time_to_first_value", Name: "Time to first value", Stage: PhaseOnboarding, Unit: UnitTime, Direction: LowerIsBetter,
		Formula: "time from sign-up to the first milestone of value, summed / customers who reached it; say how many have not", Numerator: "time to the milestone", Denominator: "customers who reached it",
		Source: "Gainsight, Time to value",
	},
	{
		ID: "welcome_open_rate", Name: "Welcome-mail open rate", Stage: PhaseOnboarding, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "welcome mails opened at least once / welcome mails delivered", Numerator: "mails opened", Denominator: "mails delivered",
		Source: "Mailchimp help, About open and click rates",
	},
	{
		ID: "onboarding_content_engagement", Name: "Onboarding content engagement", Stage: PhaseOnboarding, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "new customers who used onboarding content / new customers", Numerator: "new customers who opened a guide, video or course", Denominator: "new customers",
		Source: "practice of customer success; no single definition",
	},
	{
		ID: "onboarding_completion_rate", Name: "Onboarding completion", Stage: PhaseOnboarding, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers who finished every step of onboarding / customers who began it", Numerator: "customers who finished", Denominator: "customers who began",
		Source: "Userpilot, Onboarding completion rate",
	},
	{
		ID: "support_time_to_decision", Name: "Support time to decision", Stage: PhaseOnboarding, Unit: UnitTime, Direction: LowerIsBetter,
		Formula: "time from a new customer's request to the decision on it, summed / requests decided", Numerator: "time to the decision", Denominator: "requests decided",
		Source: "practice of customer support; no single definition",
	},
	{
		ID: "onboarding_nps", Name: "Onboarding NPS", Stage: PhaseOnboarding, Unit: UnitFraction, Direction: HigherIsBetter,
		Formula: "(promoters − detractors) / answers, asked at the end of onboarding", Numerator: "promoters − detractors", Denominator: "answers",
		Source: "Reichheld, The One Number You Need to Grow, HBR (2003)", Function: "NPS",
	},
	{
		ID: "early_churn_rate", Name: "Early churn", Stage: PhaseOnboarding, Unit: UnitShare, Direction: LowerIsBetter,
		Formula: "new customers who left within the early window (90 days is usual) / new customers whose window has passed", Numerator: "new customers gone within the window", Denominator: "new customers whose window has passed",
		Source: "practice of customer success; no single definition",
	},
}

var adoptionMetrics = []Definition{
	{
		ID: "engagement_score", Name: "Engagement score", Stage: PhaseAdoption, Unit: UnitScore, Direction: HigherIsBetter,
		Formula: "weighted, decayed event counts, summed over customers / customers", Numerator: "points", Denominator: "customers",
		Source: "Gainsight, Customer health scores",
	},
	{
		ID: "feature_adoption_rate", Name: "Feature adoption", Stage: PhaseAdoption, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers who used the feature / customers who could have", Numerator: "customers who used the feature", Denominator: "active customers with access to it",
		Source: "Pendo, Feature adoption rate",
	},
	{
		ID: "stickiness", Name: "Stickiness", Stage: PhaseAdoption, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "mean daily active users / monthly active users", Numerator: "daily active users, mean over the month", Denominator: "monthly active users",
		Source: "Mixpanel, DAU/MAU ratio",
	},
	{
		ID: "basic_ticket_share", Name: "Basic tickets", Stage: PhaseAdoption, Unit: UnitShare, Direction: LowerIsBetter,
		Formula: "tickets about basic use / tickets", Numerator: "tickets about basic use", Denominator: "tickets",
		Source: "Zendesk, Tickets by type",
	},
	{
		ID: "advanced_ticket_share", Name: "Advanced tickets", Stage: PhaseAdoption, Unit: UnitShare, Direction: DirectionDepends,
		Formula: "tickets about advanced use / tickets", Numerator: "tickets about advanced use", Denominator: "tickets",
		Source: "Zendesk, Tickets by type",
	},
	{
		ID: "tickets_per_customer", Name: "Tickets per customer", Stage: PhaseAdoption, Unit: UnitMean, Direction: LowerIsBetter,
		Formula: "tickets / customers", Numerator: "tickets", Denominator: "customers",
		Source: "Zendesk, Ticket volume",
	},
	{
		ID: "upgrade_rate", Name: "Upgrade rate", Stage: PhaseAdoption, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers of the start who moved to a higher plan / customers at the start", Numerator: "customers who upgraded", Denominator: "customers at the start",
		Source: "ChartMogul help, Expansion MRR",
	},
	{
		ID: "add_on_rate", Name: "Add-on rate", Stage: PhaseAdoption, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers with at least one add-on / customers", Numerator: "customers with an add-on", Denominator: "customers",
		Source: "Chargebee, Add-ons",
	},
}
