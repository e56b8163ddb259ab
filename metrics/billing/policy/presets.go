package policy

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// The presets follow what their vendors publish; each says where. A rule that
// is not known to be published is named in Undocumented and is as in Standard.
// Location is UTC everywhere, because it is the account's own setting.

const day = 24 * time.Hour

// Standard is the zero Policy by name: agreed prices, without tax, trials and
// metered use, less the discounts that recur; past due counts, unpaid and paused
// do not; churn at the end of paid service; 52 weeks and 365 days are twelve
// months; nothing is rounded; churn rate as ChartMogul defines it.
func Standard() Policy { return Policy{Name: "Standard"} }

// ChartMogul is the subscription analytics of chartmogul.com with its default
// settings.
//
// Sources: help.chartmogul.com and dev.chartmogul.com, on MRR (per invoice line:
// amount without tax × subscription duration ratio × prorate factor, to a cent,
// after discounts), churn recognition (by default when the subscription ends in
// the billing system), customer churn (article 203359321: joined and churned,
// churned and reactivated are left out), articles 243 (nothing counts until the
// first invoice is paid) and 303 (a renewal that is missing keeps its MRR until
// the subscription is cancelled), Smart Activity Classification (60
// minutes), exchange rates (of the service period's start; a row Exchange Rate
// Impact) and free plans (the customer stays active).
func ChartMogul() Policy {
	return Policy{
		Name: "ChartMogul", Source: FromInvoices, Scaling: ScaleToCycle, Discounts: DiscountsAll,
		AwaitFirstPayment: true, Lapse: Lapse{Rule: LapseUntilEnd},
		CountUnpaid: true, CountPaused: true, ChurnDate: EndRecorded,
		Rounding: Rounding{Scope: RoundItems, Places: 2, Mode: money.HalfUp},
		Coalesce: 60 * time.Minute, Free: FreeStays, ChurnRule: metrics.ChurnStandard,
		Undocumented: []Rule{RuleMetered, RuleWeekFactor, RuleDayFactor, RuleTest},
		Notes: []string{
			"churn recognition and the treatment of refunds, past-due and free customers are settings of the account",
			"paused counts as with Stripe, GoCardless and Chargebee; with Recurly a pause is churn",
			"ties in rounding to a cent are not documented; half up",
		},
	}
}

// Stripe is Stripe Billing's own analytics with the rules of its glossary.
//
// Sources: docs.stripe.com/billing/subscriptions/analytics/glossary (active and
// past-due subscriptions, normalised to a month; no trials, free plans, tax or
// metered use; churn within 30 days of active then plus new since, where a
// customer can churn twice; an FX adjustment inside MRR growth; unpaid is
// churn) and support.stripe.com/questions/metric-configurations (discounts and
// the churn date have become settings; here are the rules from before).
func Stripe() Policy {
	return Policy{
		Name: "Stripe", Discounts: DiscountsForever, ChurnDate: EndRequested,
		ChurnRule:    metrics.ChurnOfStartAndNew,
		Undocumented: []Rule{RulePaused, RuleWeekFactor, RuleDayFactor, RuleRounding, RuleCommitted, RuleRateDate, RuleCoalesce},
		Notes: []string{
			"which discounts count and when churn is recognised are settings of the account; these are the rules from before they were",
			"the published rate is over a rolling window of 30 days",
		},
	}
}

// ProfitWell is ProfitWell Metrics, now Paddle's.
//
// Sources: paddle.com/help/profitwell-metrics, its page on calculating metrics
// (after all discounts and credits; weekly × 4.33, daily × 30; fully discounted
// users are not customers) and its pages measure/compare/profitwell-vs-recurly,
// -chargebee, -chargify, -maxio, -recharge and -braintree (churn at the end of
// the cycle; new and churned in one month are ignored; metered is in MRR; on
// hold is zero; delinquent churn after the dunning window).
func ProfitWell() Policy {
	return Policy{
		Name: "ProfitWell", Source: FromInvoices, SubtractCredits: true,
		PastDue: PastDue{Drop: true, AfterDays: 15}, Metered: MeteredIncluded, Discounts: DiscountsAll,
		WeekFactor: Factor{433, 100}, DayFactor: Factor{30, 1}, IgnoreSameMonth: true,
		Undocumented: []Rule{
			RuleScaling, RuleTest, RuleUnpaid, RuleCollectionPaused, RuleRounding, RuleCommitted, RuleRateDate, RuleCoalesce, RuleChurnRate,
		},
		Notes: []string{
			"the delinquency window is the account's; 15 days is the least that is recommended",
			"another page of the vendor says that metered use is not supported",
		},
	}
}

// Baremetrics is baremetrics.com.
//
// Source: its help pages on user churn (cancelled in 30 days / active 30 days
// ago; since the "churn update" those who sign up and cancel inside the window
// count; 30 days delinquent is cancelled).
func Baremetrics() Policy {
	return Policy{
		Name: "Baremetrics", PastDue: PastDue{Drop: true, AfterDays: 30}, ChurnRule: metrics.ChurnRaw,
		Undocumented: []Rule{
			RuleSource, RuleTest, RuleUnpaid, RulePaused, RuleCollectionPaused, RuleMetered, RuleDiscounts, RuleWeekFactor, RuleDayFactor,
			RuleRounding, RuleChurnDate, RuleCommitted, RuleRateDate, RuleCoalesce, RuleReactivation, RuleFree,
		},
		Notes: []string{"the published rate is over a rolling window of 30 days"},
	}
}

// Maxio is Maxio, formerly Chargify and SaaSOptics.
//
// Sources: its help pages on MRR (products, on/off and quantity components,
// less coupons; metered, one-time and set-up charges excluded), churn (at
// cancellation; churned / customers at the start) and reactivation (a return
// after 90 days is new); paddle.com/help, profitwell-vs-maxio and -chargify (on
// hold stays in MRR, refunds are ignored, new and churned both count).
func Maxio() Policy {
	return Policy{
		Name: "Maxio", CountPaused: true, Discounts: DiscountsAll, ChurnDate: EndRequested,
		MaxGap: 90 * day, ChurnRule: metrics.ChurnRaw,
		Undocumented: []Rule{
			RuleTest, RulePastDue, RuleUnpaid, RuleCollectionPaused, RuleWeekFactor, RuleDayFactor, RuleRounding,
			RuleCommitted, RuleRateDate, RuleCoalesce, RuleFree,
		},
	}
}

// Recurly is Recurly's own analytics.
//
// Sources: Recurly's help articles 360028027591, 360029630811 and 360027350412
// (invoiced recurring lines with a start and an end; the value of a month is
// that of its last day; a prorated line counts what it charges; daily × 30; a
// refund, coupon or credit is contraction; failed invoices stay; reactivation
// after at least a month away); paddle.com/help, profitwell-vs-recurly (on hold
// is active to the end of the period, then zero).
func Recurly() Policy {
	return Policy{
		Name: "Recurly", Source: FromInvoices, Scaling: ScaleAsBilled, SubtractCredits: true,
		Discounts: DiscountsAll, DayFactor: Factor{30, 1}, Net: ledger.PerMonth,
		Undocumented: []Rule{
			RuleTest, RuleUnpaid, RuleCollectionPaused, RuleMetered, RuleWeekFactor, RuleRounding, RuleCommitted, RuleRateDate,
			RuleFree, RuleChurnRate,
		},
		Notes: []string{"month ends are compared, so that a customer away for a month end or more is reactivated"},
	}
}

// LagoSQL is the open-source SQL of getlago/lago-api; LagoAnalytics is what Lago
// documents of its dashboards today.
//
// Source: getlago/lago-api, the MRR query (fees of invoiced subscriptions,
// less coupons, plus taxes, by the days they bill over 30.44; weekly is the
// mean fee × 4.33; usage fees are left out; currencies are never combined).
func LagoSQL() Policy {
	return Policy{
		Name: "LagoSQL", Source: FromInvoices, Scaling: ScaleByDays, Discounts: DiscountsAll, IncludeTax: true,
		WeekFactor: Factor{433, 100}, DayFactor: Factor{3044, 100},
		Undocumented: []Rule{
			RuleTest, RulePastDue, RuleUnpaid, RulePaused, RuleCollectionPaused, RuleRounding, RuleChurnDate, RuleCommitted,
			RuleRateDate, RuleCoalesce, RuleReactivation, RuleFree, RuleSameMonth, RuleChurnCount, RuleChurnRate,
		},
		Notes: []string{"the source keeps a series per currency; here they are converted"},
	}
}

// LagoAnalytics is the MRR of Lago's dashboards as documented in 2026, built from
// the prices of plans; LagoSQL is the open-source query that came before.
//
// Source: getlago.com/docs/guide/analytics/revenue/mrr (what plans promise to pay
// a month, not what was invoiced; usage apart; without tax; start and end of a
// month are balances; four movements: new, expansion, contraction, churn).
func LagoAnalytics() Policy {
	return Policy{
		Name: "LagoAnalytics",
		Undocumented: []Rule{
			RuleTest, RuleTrials, RulePastDue, RuleUnpaid, RulePaused, RuleCollectionPaused, RuleDiscounts, RuleWeekFactor, RuleDayFactor, RuleRounding,
			RuleChurnDate, RuleCommitted, RuleRateDate, RuleCoalesce, RuleReactivation, RuleFree, RuleSameMonth, RuleChurnCount, RuleChurnRate,
		},
		Notes: []string{
			"the source keeps a series per currency; here they are converted",
			"the source knows no reactivation: who returns is new there",
		},
	}
}

// KillBill is the analytics plugin of Kill Bill.
//
// Source: killbill/killbill-analytics-plugin at de3f6c6, BusinessSubscription
// (list price of the phase over the months of its billing period; days and
// weeks are 0; 4 places half up; converted at the transition's start for good)
// and the MRR and churn views (churn in the month of STOP_ENTITLEMENT).
func KillBill() Policy {
	return Policy{
		Name: "KillBill", Trials: TrialsCounted, Discounts: DiscountsNone,
		WeekFactor: NoFactor(), DayFactor: NoFactor(),
		Rounding:  Rounding{Scope: RoundItems, Places: 4, Mode: money.HalfUp},
		ChurnDate: EndRecorded, RateDate: RateFrozen,
		Undocumented: []Rule{
			RulePastDue, RuleUnpaid, RulePaused, RuleCollectionPaused, RuleCommitted, RuleCoalesce, RuleReactivation,
			RuleFree, RuleSameMonth, RuleChurnCount, RuleChurnRate, RuleTest,
		},
		Notes: []string{
			"the grain of the source is the subscription; here it is the customer",
			"a trial is a phase with a price of its own, usually zero",
			"the source's churn is of money, per billing period, and for annual plans over those due for renewal",
		},
	}
}

// Polar is polar.sh.
//
// Source: polarsource/polar at c6c3645, server/polar/metrics and its tests
// (each subscription to a cent; years / 12n, weeks × 52/12n, days × 365/12n;
// trials from the bucket they end in; past due and paused count; ended at
// ended_at, else ends_at; committed is what has no scheduled end; the churn
// rate counts canceled_at over those active at the start) and issue 8198 (a
// discount of the first period lowers MRR and committed MRR).
func Polar() Policy {
	return Policy{
		Name: "Polar", Trials: TrialsFromMonthOfEnd, CountPaused: true, Discounts: DiscountsAll,
		Rounding:  Rounding{Scope: RoundSubscriptions, Places: 2, Mode: money.HalfUp},
		ChurnDate: EndRecorded, Committed: CommittedNever, RateDate: RateAtMonthEnd,
		CountRequests: true, ChurnRule: metrics.ChurnRaw,
		Undocumented: []Rule{RuleUnpaid, RuleCollectionPaused, RuleMetered, RuleCoalesce, RuleReactivation, RuleSameMonth, RuleTest},
		Notes: []string{
			"the source converts at the mean rate of the account's payments in the bucket, else of the nearest day, else 1; here a missing rate is an error",
			"the source counts subscriptions where customers are counted here",
		},
	}
}

// Presets are all presets, Standard first.
func Presets() []Policy {
	return []Policy{
		Standard(), ChartMogul(), Stripe(), ProfitWell(), Baremetrics(), Maxio(), Recurly(), LagoSQL(), LagoAnalytics(), KillBill(), Polar(),
	}
}

// Preset finds a preset by its name, in either case.
func Preset(name string) (Policy, error) {
	var names []string
	for _, p := range Presets() {
		if strings.EqualFold(p.Name, name) {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Policy{}, fmt.Errorf("policy: preset: %q is not one of %s", text.Clip(name), strings.Join(names, ", "))
}
