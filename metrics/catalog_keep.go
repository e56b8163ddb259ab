package metrics

// The stages in which customers stay, grow and tell others.

var retentionMetrics = []Definition{
	{
		ID: "customer_churn_rate", Name: "Customer churn", Stage: PhaseRetention, Unit: UnitFraction, Direction: LowerIsBetter,
		Formula: "(churned − new-and-churned − churned-and-returned) / customers at the start", Numerator: "customers of the start who are gone", Denominator: "customers at the start",
		Source: "ChartMogul help, Customer churn rate; other rules in ChurnRule", Function: "ChurnRate",
	},
	{
		ID: "mrr", Name: "Monthly recurring revenue", Stage: PhaseRetention, Unit: UnitAmount, Direction: HigherIsBetter,
		Formula: "recurring price × quantity of all paying customers, a month", Numerator: "recurring revenue a month",
		Source: "ChartMogul help, Monthly Recurring Revenue", Function: "Revenue.Closing",
	},
	{
		ID: "arr", Name: "Annual run rate", Stage: PhaseRetention, Unit: UnitAmount, Direction: HigherIsBetter,
		Formula: "12 × MRR", Numerator: "12 × MRR",
		Source: "ChartMogul help, Annual Run Rate", Function: "ARR",
	},
	{
		ID: "nrr", Name: "Net revenue retention", Stage: PhaseRetention, Unit: UnitFraction, Direction: HigherIsBetter,
		Formula: "(opening + expansion − contraction − churn) / opening MRR", Numerator: "MRR kept of the opening, with expansion", Denominator: "opening MRR",
		Source: "SaaS Metrics Standards Board, Net Revenue Retention", Function: "NRR",
	},
	{
		ID: "grr", Name: "Gross revenue retention", Stage: PhaseRetention, Unit: UnitFraction, Direction: HigherIsBetter,
		Formula: "(opening − contraction − churn) / opening MRR; at most 1", Numerator: "MRR kept of the opening, without expansion", Denominator: "opening MRR",
		Source: "SaaS Metrics Standards Board, Gross Revenue Retention", Function: "GRR",
	},
	{
		ID: "gross_revenue_churn", Name: "Gross revenue churn", Stage: PhaseRetention, Unit: UnitFraction, Direction: LowerIsBetter,
		Formula: "(contraction + churn) / opening MRR", Numerator: "MRR lost", Denominator: "opening MRR",
		Source: "ChartMogul help, Gross MRR churn rate", Function: "GrossRevenueChurn",
	},
	{
		ID: "net_revenue_churn", Name: "Net revenue churn", Stage: PhaseRetention, Unit: UnitFraction, Direction: LowerIsBetter,
		Formula: "(contraction + churn − expansion) / opening MRR; below 0 where more was won", Numerator: "MRR lost less expansion", Denominator: "opening MRR",
		Source: "ChartMogul help, Net MRR churn rate", Function: "NetRevenueChurn",
	},
	{
		ID: "quick_ratio", Name: "Quick ratio", Stage: PhaseRetention, Unit: UnitMultiple, Direction: HigherIsBetter,
		Formula: "(new + expansion) / (contraction + churn)", Numerator: "MRR won", Denominator: "MRR lost",
		Source: "Baremetrics, SaaS Quick Ratio", Function: "QuickRatio",
	},
	{
		ID: "renewal_rate", Name: "Renewal rate", Stage: PhaseRetention, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers who renewed / customers whose term ended in the period", Numerator: "customers who renewed", Denominator: "customers up for renewal",
		Source: "Gainsight, Renewal rate",
	},
	{
		ID: "resolution_time", Name: "Resolution time", Stage: PhaseRetention, Unit: UnitTime, Direction: LowerIsBetter,
		Formula: "time from a ticket's creation to its resolution, summed / tickets resolved", Numerator: "time to resolution", Denominator: "tickets resolved",
		Source: "Zendesk, Full resolution time",
	},
	{
		ID: "csat", Name: "Customer satisfaction", Stage: PhaseRetention, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "satisfied answers (4 or 5 of 5) / answers", Numerator: "satisfied answers", Denominator: "answers",
		Source: "Zendesk, Customer satisfaction score", Function: "CSAT",
	},
	{
		ID: "ces", Name: "Customer effort score", Stage: PhaseRetention, Unit: UnitScore, Direction: DirectionDepends,
		Formula: "sum of answers / answers, on the scale that was asked", Numerator: "sum of answers", Denominator: "answers",
		Source: "Dixon, Freeman, Toman, Stop Trying to Delight Your Customers, HBR (2010)", Function: "CES",
	},
	{
		ID: "month_2_retention", Name: "Month-2 retention", Stage: PhaseRetention, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers of a cohort still paying in their second month after activation / size of the cohort", Numerator: "customers still paying", Denominator: "size of the cohort",
		Source: "ChartMogul help, Cohort analysis",
	},
	{
		ID: "annual_retention", Name: "Annual retention", Stage: PhaseRetention, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers of a cohort still paying twelve months after activation / size of the cohort", Numerator: "customers still paying", Denominator: "size of the cohort",
		Source: "ChartMogul help, Cohort analysis",
	},
	{
		ID: "arpa", Name: "Average revenue per account", Stage: PhaseRetention, Unit: UnitMoney, Direction: HigherIsBetter,
		Formula: "MRR / paying customers", Numerator: "MRR", Denominator: "customers with MRR above zero",
		Source: "ChartMogul help, Average Revenue Per Account", Function: "ARPA",
	},
	{
		ID: "ltv", Name: "Lifetime value", Stage: PhaseRetention, Unit: UnitMoney, Direction: HigherIsBetter,
		Formula: "ARPA × gross margin / churn rate, with a cap on the lifetime if one is stated", Numerator: "monthly gross margin of a customer", Denominator: "monthly churn rate",
		Source: "Skok, SaaS Metrics 2.0; ChartMogul help, Customer Lifetime Value", Function: "LTV",
	},
	{
		ID: "ltv_to_cac", Name: "LTV : CAC", Stage: PhaseRetention, Unit: UnitMultiple, Direction: HigherIsBetter,
		Formula: "LTV / CAC", Numerator: "LTV", Denominator: "CAC",
		Source: "Skok, SaaS Metrics 2.0", Function: "LTVToCAC",
	},
	{
		ID: "burn_multiple", Name: "Burn multiple", Stage: PhaseRetention, Unit: UnitMultiple, Direction: LowerIsBetter,
		Formula: "net burn / net new ARR", Numerator: "net burn", Denominator: "net new ARR",
		Source: "Sacks, The Burn Multiple (2020)", Function: "BurnMultiple",
	},
	{
		ID: "rule_of_40", Name: "Rule of 40", Stage: PhaseRetention, Unit: UnitFraction, Direction: HigherIsBetter,
		Formula: "annual revenue growth + profit margin; 0.4 passes", Numerator: "growth of revenue + profit", Denominator: "revenue each refers to",
		Source: "Feld, The Rule of 40 % for a Healthy SaaS Company (2015)", Function: "RuleOf40",
	},
}

var expansionMetrics = []Definition{
	{
		ID: "expansion_mrr", Name: "Expansion MRR", Stage: PhaseExpansion, Unit: UnitAmount, Direction: HigherIsBetter,
		Formula: "increases of MRR of customers who stay", Numerator: "expansion MRR",
		Source: "ChartMogul help, Expansion MRR", Function: "Revenue.Expansion",
	},
	{
		ID: "expansion_rate", Name: "Expansion rate", Stage: PhaseExpansion, Unit: UnitFraction, Direction: HigherIsBetter,
		Formula: "expansion MRR / opening MRR", Numerator: "expansion MRR", Denominator: "opening MRR",
		Source: "Baremetrics, Expansion MRR",
	},
	{
		ID: "upsell_count", Name: "Up-sells", Stage: PhaseExpansion, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "moves to a higher plan or more seats in the period", Numerator: "up-sells",
		Source: "Salesforce, Up-sell and cross-sell",
	},
	{
		ID: "cross_sell_count", Name: "Cross-sells", Stage: PhaseExpansion, Unit: UnitCount, Direction: HigherIsBetter,
		Formula: "further products sold to customers in the period", Numerator: "cross-sells",
		Source: "Salesforce, Up-sell and cross-sell",
	},
	{
		ID: "premium_feature_adoption", Name: "Premium-feature adoption", Stage: PhaseExpansion, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers who used a premium feature / customers with access to one", Numerator: "customers who used a premium feature", Denominator: "customers with access to one",
		Source: "Pendo, Feature adoption rate",
	},
	{
		ID: "ltv_change", Name: "Change of LTV", Stage: PhaseExpansion, Unit: UnitFraction, Direction: HigherIsBetter,
		Formula: "(LTV after − LTV before) / LTV before", Numerator: "LTV after − LTV before", Denominator: "LTV before",
		Source: "ChartMogul API, percentage change",
	},
	{
		ID: "existing_customer_revenue_share", Name: "Revenue from existing customers", Stage: PhaseExpansion, Unit: UnitShare, Direction: DirectionDepends,
		Formula: "revenue from customers of the start / revenue", Numerator: "revenue from customers of the start", Denominator: "revenue",
		Source: "practice of revenue reporting; no single definition",
	},
	{
		ID: "expansion_share_of_new", Name: "Expansion share of new MRR", Stage: PhaseExpansion, Unit: UnitShare, Direction: DirectionDepends,
		Formula: "expansion MRR / (new + expansion MRR)", Numerator: "expansion MRR", Denominator: "new + expansion MRR",
		Source: "KeyBanc Capital Markets, Private SaaS Company Survey",
	},
}

var advocacyMetrics = []Definition{
	{
		ID: "referral_participation", Name: "Referral participation", Stage: PhaseAdvocacy, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers who referred somebody / customers", Numerator: "customers who referred", Denominator: "customers",
		Source: "ReferralCandy, Participation rate",
	},
	{
		ID: "referrals_per_customer", Name: "Referrals per customer", Stage: PhaseAdvocacy, Unit: UnitMean, Direction: HigherIsBetter,
		Formula: "referrals / customers", Numerator: "referrals", Denominator: "customers",
		Source: "McClure, Startup Metrics for Pirates (2007)",
	},
	{
		ID: "referral_conversion_rate", Name: "Referral conversion", Stage: PhaseAdvocacy, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "referred people who became customers / referred people", Numerator: "referred people who became customers", Denominator: "referred people",
		Source: "McClure, Startup Metrics for Pirates (2007)",
	},
	{
		ID: "case_study_consent", Name: "Case-study consent", Stage: PhaseAdvocacy, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers who agreed to a case study / customers asked", Numerator: "customers who agreed", Denominator: "customers asked",
		Source: "practice of customer marketing; no single definition",
	},
	{
		ID: "community_participation", Name: "Community participation", Stage: PhaseAdvocacy, Unit: UnitShare, Direction: HigherIsBetter,
		Formula: "customers who posted, answered or attended / customers", Numerator: "customers active in the community", Denominator: "customers",
		Source: "CMX, Community Industry Report",
	},
	{
		ID: "nps", Name: "Net promoter score", Stage: PhaseAdvocacy, Unit: UnitFraction, Direction: HigherIsBetter,
		Formula: "(promoters − detractors) / answers", Numerator: "promoters − detractors", Denominator: "answers",
		Source: "Reichheld, The One Number You Need to Grow, HBR (2003)", Function: "NPS",
	},
}
