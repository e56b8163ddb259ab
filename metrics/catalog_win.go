package metrics

// The stages up to the sale. Where a platform defines a metric, its own help
// pages are the source; where only practice does, the source says so.

var awarenessMetrics = []Definition{
	{
		ID: "visits_by_source", Name: "Visits by source", Stage: PhaseAwareness, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "sessions that began in the period, for each source", Numerator: "sessions of one source",
		Source: "Google Analytics 4, Traffic acquisition report",
	},
	{
		ID: "source_share_of_visits", Name: "Share of visits by source", Stage: PhaseAwareness, Unit: UnitShare, Direction: DirectionDepends,
		Formula: "sessions of one source / all sessions", Numerator: "sessions of one source", Denominator: "all sessions",
		Source: "Google Analytics 4, Traffic acquisition report",
	},
	{
		ID: "branded_search_share", Name: "Branded share of search", Stage: PhaseAwareness, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "clicks from search queries that name the brand / clicks from all search queries", Numerator: "clicks from queries with the brand name", Denominator: "clicks from all queries",
		Source: "Google Search Console, Performance report with a query filter",
	},
	{
		ID: "followers", Name: "Followers", Stage: PhaseAwareness, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "followers at the end of the period", Numerator: "followers of the company's profiles",
		Source: "LinkedIn Page analytics, Followers",
	},
	{
		ID: "social_engagement_rate", Name: "Engagement rate", Stage: PhaseAwareness, Unit: UnitFraction, Direction: HigherIsBetter,
		Formula: "(clicks + reactions + comments + shares + follows) / impressions; above 1 where people act more than once", Numerator: "interactions with posts", Denominator: "impressions of those posts",
		Source: "LinkedIn Page analytics, Engagement rate",
	},
	{
		ID: "search_rank", Name: "Average search rank", Stage: PhaseAwareness, Unit: UnitMean, Direction: LowerIsBetter,
		Formula: "sum of the topmost positions / impressions in search results", Numerator: "positions summed over impressions", Denominator: "impressions in search results",
		Source: "Google Search Console, Average position",
	},
	{
		ID: "impressions", Name: "Impressions", Stage: PhaseAwareness, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "times that an advertisement or post was shown", Numerator: "times shown",
		Source: "Meta Ads Manager glossary, Impressions",
	},
	{
		ID: "reach", Name: "Reach", Stage: PhaseAwareness, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "people who saw an advertisement or post at least once", Numerator: "distinct people",
		Source: "Meta Ads Manager glossary, Reach",
	},
	{
		ID: "frequency", Name: "Frequency", Stage: PhaseAwareness, Unit: UnitMean, Direction: DirectionDepends,
		Formula: "impressions / reach", Numerator: "impressions", Denominator: "people reached",
		Source: "Meta Ads Manager glossary, Frequency",
	},
	{
		ID: "click_through_rate", Name: "Click-through rate", Stage: PhaseAwareness, Unit: UnitFraction, Direction: HigherIsBetter,
		Formula: "clicks / impressions", Numerator: "clicks", Denominator: "impressions",
		Source: "Google Ads help, Clickthrough rate (CTR)",
	},
	{
		ID: "media_mentions", Name: "Media mentions", Stage: PhaseAwareness, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "articles, broadcasts and posts by others that name the company", Numerator: "mentions",
		Source: "AMEC Integrated Evaluation Framework, outputs",
	},
	{
		ID: "content_shares", Name: "Content shares", Stage: PhaseAwareness, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "times that visitors passed content on", Numerator: "shares of the company's content",
		Source: "LinkedIn Page analytics, Reposts",
	},
}

var considerationMetrics = []Definition{
	{
		ID: "content_engagement_rate", Name: "Content engagement", Stage: PhaseConsideration, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "engaged sessions (10 seconds, a key event or a second page) / sessions", Numerator: "engaged sessions", Denominator: "sessions",
		Source: "Google Analytics 4, Engagement rate",
	},
	{
		ID: "micro_conversion_rate", Name: "Micro-conversion rate", Stage: PhaseConsideration, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "visitors who took a step towards the goal (download, newsletter, calculator) / visitors", Numerator: "visitors with a micro-conversion", Denominator: "visitors",
		Source: "Nielsen Norman Group, micro and macro conversions",
	},
	{
		ID: "known_visitor_rate", Name: "Known-visitor rate", Stage: PhaseConsideration, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "visitors who can be told by a contact / visitors", Numerator: "identified visitors", Denominator: "visitors",
		Source: "Segment, Identify specification",
	},
	{
		ID: "trial_signup_rate", Name: "Trial sign-up rate", Stage: PhaseConsideration, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "visitors who began a trial / visitors", Numerator: "visitors who began a trial", Denominator: "visitors",
		Source: "OpenView, Product Benchmarks",
	},
	{
		ID: "trial_login_frequency", Name: "Log-ins per trial", Stage: PhaseConsideration, Unit: UnitMean, Direction: HigherIsBetter,
		Formula: "log-ins during trials / trials", Numerator: "log-ins during trials", Denominator: "trials",
		Source: "practice of product analytics; no single definition",
	},
	{
		ID: "trial_features_tried", Name: "Features tried per trial", Stage: PhaseConsideration, Unit: UnitMean, Direction: HigherIsBetter,
		Formula: "distinct features used, summed over trials / trials", Numerator: "distinct features used, summed over trials", Denominator: "trials",
		Source: "practice of product analytics; no single definition",
	},
	{
		ID: "trial_duration", Name: "Trial duration", Stage: PhaseConsideration, Unit: UnitTime, Direction: DirectionDepends,
		Formula: "time from the start of a trial to its conversion or end / ended trials", Numerator: "time in ended trials", Denominator: "ended trials",
		Source: "practice of product analytics; no single definition",
	},
	{
		ID: "lead_score", Name: "Lead score", Stage: PhaseConsideration, Unit: UnitScore, Direction: HigherIsBetter,
		Formula: "points of fit and behaviour, summed over leads / leads", Numerator: "points", Denominator: "leads",
		Source: "HubSpot, Lead scoring",
	},
	{
		ID: "leads", Name: "Leads", Stage: PhaseConsideration, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "contacts who first became leads in the period", Numerator: "new leads",
		Source: "HubSpot, Lifecycle stages",
	},
}

var decisionMetrics = []Definition{
	{
		ID: "mql_count", Name: "Marketing-qualified leads", Stage: PhaseDecision, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "leads who first passed marketing's threshold in the period", Numerator: "new MQLs",
		Source: "HubSpot, Lifecycle stages",
	},
	{
		ID: "mql_rate", Name: "Lead to MQL", Stage: PhaseDecision, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "leads who became MQLs / leads", Numerator: "leads who became MQLs", Denominator: "leads",
		Source: "Forrester SiriusDecisions, Demand Waterfall",
	},
	{
		ID: "sql_count", Name: "Sales-qualified leads", Stage: PhaseDecision, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "leads that sales first accepted in the period", Numerator: "new SQLs",
		Source: "HubSpot, Lifecycle stages",
	},
	{
		ID: "sql_rate", Name: "MQL to SQL", Stage: PhaseDecision, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "MQLs who became SQLs / MQLs", Numerator: "MQLs who became SQLs", Denominator: "MQLs",
		Source: "Forrester SiriusDecisions, Demand Waterfall",
	},
	{
		ID: "conversion_by_source", Name: "Conversion by source", Stage: PhaseDecision, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "leads of one source who became customers / leads of that source", Numerator: "customers from the source", Denominator: "leads from the source",
		Source: "HubSpot, Contact analytics by original source",
	},
	{
		ID: "conversion_by_channel", Name: "Conversion by channel", Stage: PhaseDecision, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "leads of one channel who became customers / leads of that channel", Numerator: "customers from the channel", Denominator: "leads from the channel",
		Source: "Google Analytics 4, default channel group",
	},
	{
		ID: "conversion_by_campaign", Name: "Conversion by campaign", Stage: PhaseDecision, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "leads of one campaign who became customers / leads of that campaign", Numerator: "customers from the campaign", Denominator: "leads from the campaign",
		Source: "Salesforce, Campaign reports",
	},
	{
		ID: "lead_to_customer_rate", Name: "Lead-to-customer rate", Stage: PhaseDecision, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "leads who became customers / leads, of one cohort of leads", Numerator: "leads who became customers", Denominator: "leads",
		Source: "HubSpot, Lifecycle stages",
	},
	{
		ID: "trial_to_paid_rate", Name: "Trial-to-paid rate", Stage: PhaseDecision, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "trials that became paying customers / trials that ended", Numerator: "converted trials", Denominator: "ended trials",
		Source: "ChartMogul help, Trial-to-paid conversion rate",
	},
	{
		ID: "no_decision_rate", Name: "No-decision rate", Stage: PhaseDecision, Unit: UnitShare, Direction: LowerIsBetter,
		Formula: "qualified opportunities closed without any choice / qualified opportunities closed", Numerator: "opportunities closed with no decision", Denominator: "closed opportunities",
		Source: "Dixon, McKenna, The JOLT Effect (2022)",
	},
	{
		ID: "win_rate", Name: "Win rate", Stage: PhaseDecision, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "opportunities won / opportunities closed", Numerator: "opportunities won", Denominator: "closed opportunities",
		Source: "Salesforce, Opportunity reports",
	},
	{
		ID: "cost_per_lead", Name: "Cost per lead", Stage: PhaseDecision, Unit: UnitMoney, Direction: LowerIsBetter,
		Formula: "marketing spend / new leads", Numerator: "marketing spend", Denominator: "new leads",
		Source: "Google Ads help, Cost per lead",
	},
	{
		ID: "cac", Name: "Customer acquisition cost", Stage: PhaseDecision, Unit: UnitMoney, Direction: LowerIsBetter,
		Formula: "sales and marketing spend / new customers won by it", Numerator: "sales and marketing spend", Denominator: "new customers",
		Source: "Skok, SaaS Metrics 2.0", Function: "CAC",
	},
	{
		ID: "cac_payback_months", Name: "CAC payback", Stage: PhaseDecision, Unit: UnitMonths, Direction: LowerIsBetter,
		Formula: "CAC / (ARPA × gross margin)", Numerator: "CAC", Denominator: "monthly gross margin of a customer",
		Source: "Finmark, CAC payback period", Function: "PaybackMonths",
	},
	{
		ID: "asp", Name: "Average sale price", Stage: PhaseDecision, Unit: UnitMoney, Direction: HigherIsBetter,
		Formula: "new MRR / new customers", Numerator: "new MRR", Denominator: "new customers",
		Source: "ChartMogul help, Average Sale Price", Function: "ASP",
	},
	{
		ID: "magic_number", Name: "Magic number", Stage: PhaseDecision, Unit: UnitMultiple, Direction: HigherIsBetter,
		Formula: "net new ARR of the quarter / sales and marketing spend of the quarter before", Numerator: "net new ARR", Denominator: "sales and marketing spend, one quarter earlier",
		Source: "Scale Venture Partners, SaaS magic number", Function: "MagicNumber",
	},
}
