package scorecard_test

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// of86 counts one metric of the catalogue in a month by hand; a total is over 1.
func (s *slow) of86(id string, m calendar.Month) (pair, bool) {
	one := decimal.New(1, 0)
	total := func(n int64) (pair, bool) { return counts(n, 1), true }
	outside := func(num, den string) (pair, bool) {
		if den == "" {
			return pair{s.number(num, m), one}, true
		}
		return pair{s.number(num, m), s.number(den, m)}, true
	}
	b := s.book(m)
	money := func(num, den decimal.Decimal) (pair, bool) { return pair{num, den}, true }
	n := func(x int64) decimal.Decimal { return decimal.New(x, 0) }
	visited, lead, sub := named("visited"), named("lead_captured"), named("subscribed")
	switch id {
	case "visits_by_source":
		return total(s.events(with("visited", "source", ""), m))
	case "source_share_of_visits":
		return counts(s.events(with("visited", "source", ""), m), s.events(visited, m)), true
	case "branded_search_share":
		return outside("branded_search_clicks", "search_clicks")
	case "followers", "impressions", "reach", "media_mentions":
		return outside(id, "")
	case "social_engagement_rate":
		return outside("social_interactions", "post_impressions")
	case "search_rank":
		return outside("search_positions", "search_impressions")
	case "frequency":
		return outside("impressions", "reach")
	case "click_through_rate":
		return outside("clicks", "impressions")
	case "content_shares":
		return total(s.events(named("content_shared"), m))

	case "content_engagement_rate":
		return s.both(named("content_viewed", "content_downloaded", "engaged"), visited, false, m), true
	case "micro_conversion_rate":
		return s.both(named("newsletter_joined", "content_downloaded", "webinar_attended", "pricing_viewed"), visited, false, m), true
	case "known_visitor_rate":
		return s.both(named("lead_captured", "newsletter_joined", "account_created"), visited, true, m), true
	case "trial_signup_rate":
		return s.both(named("trial_started"), visited, false, m), true
	case "trial_login_frequency":
		return s.trial(named("logged_in"), nil, m), true
	case "trial_features_tried":
		return s.trial(named("feature_used"), func(e touchpoint.Event) string { return e.Attrs["feature"] }, m), true
	case "trial_duration":
		return s.times(named("trial_started"), named("trial_expired", "subscribed"), false, m, nil), true
	case "lead_score":
		return s.scores(lead, m), true
	case "leads":
		return total(s.firsts(lead, m))

	case "mql_count":
		return total(s.firsts(named("marketing_qualified"), m))
	case "sql_count":
		return total(s.firsts(named("sales_qualified"), m))
	case "mql_rate":
		return s.cohort(named("marketing_qualified"), lead, 0, false, m), true
	case "sql_rate":
		return s.cohort(named("sales_qualified"), named("marketing_qualified"), 0, false, m), true
	case "conversion_by_source", "conversion_by_channel", "conversion_by_campaign", "lead_to_customer_rate":
		return s.cohort(sub, lead, 0, false, m), true
	case "trial_to_paid_rate":
		var won, ended int64
		s.customers(func(_ string, events []touchpoint.Event) {
			trial, end, paid := false, false, false
			for _, e := range events {
				end = end || trial && in(e, m) && named("trial_expired", "subscribed")(e)
				paid = paid || in(e, m) && sub(e)
				trial = trial || e.Name == "trial_started"
			}
			if end {
				ended++
				if paid {
					won++
				}
			}
		})
		return counts(won, ended), true
	case "no_decision_rate":
		return s.both(with("declined", "reason", "no decision"), named("declined", "subscribed"), false, m), true
	case "win_rate":
		return s.both(sub, named("declined", "subscribed"), false, m), true
	case "cost_per_lead":
		return money(s.number("marketing_spend", m), n(s.firsts(lead, m)))
	case "cac":
		return money(s.number("acquisition_spend", m), n(s.firsts(sub, m)))
	case "cac_payback_months": // spend / new / (MRR / customers)
		return money(s.number("acquisition_spend", m).Mul(n(b.end)), b.closing.Mul(n(b.joined)))
	case "asp":
		return money(b.fresh, n(b.joined))
	case "magic_number":
		return money(b.closing.Sub(s.book(m.Add(-3)).closing).Mul(n(12)), s.number("acquisition_spend", m.Add(-5), m.Add(-4), m.Add(-3)))

	case "activation_rate":
		return s.cohort(named("activated"), sub, 30*24*time.Hour, true, m), true
	case "time_to_first_value":
		return s.times(sub, named("activated", "value_received"), true, m, nil), true
	case "welcome_open_rate":
		return s.both(named("mail_opened"), named("mail_sent"), false, m), true
	case "onboarding_content_engagement":
		return s.cohort(with("content_viewed", "content", "onboarding"), sub, 30*24*time.Hour, false, m), true
	case "onboarding_completion_rate":
		return s.cohort(named("activated"), sub, 0, true, m), true
	case "support_time_to_decision":
		return s.times(named("ticket_opened"), named("ticket_solved"), false, m, func(events []touchpoint.Event, i int) bool {
			for k := i - 1; k >= 0; k-- {
				if sub(events[k]) {
					return events[i].At.Sub(events[k].At) <= 90*24*time.Hour
				}
			}
			return false
		}), true
	case "onboarding_nps", "csat", "ces", "nps":
		return s.answers(id, m), true
	case "early_churn_rate":
		return s.cohort(named("cancelled", "payment_lapsed"), sub, 90*24*time.Hour, false, m), true

	case "engagement_score":
		return s.scores(named("active_day", "logged_in", "feature_used"), m), true
	case "feature_adoption_rate":
		return s.both(named("feature_used"), named("active_day"), false, m), true
	case "stickiness":
		var days, users int64
		s.customers(func(_ string, events []touchpoint.Event) {
			seen := map[string]bool{}
			for _, e := range events {
				if e.Name == "active_day" && in(e, m) {
					seen[e.At.Format(time.DateOnly)] = true
				}
			}
			days += int64(len(seen))
			if len(seen) > 0 {
				users++
			}
		})
		return counts(days, users*int64(m.Days())), true
	case "basic_ticket_share":
		return counts(s.events(with("ticket_opened", "type", "basic"), m), s.events(named("ticket_opened"), m)), true
	case "advanced_ticket_share":
		return counts(s.events(with("ticket_opened", "type", "advanced"), m), s.events(named("ticket_opened"), m)), true
	case "tickets_per_customer":
		return counts(s.events(named("ticket_opened"), m), b.end), true
	case "upgrade_rate":
		return s.ofPresent(named("upgraded"), false, m.Add(-1), m), true
	case "add_on_rate":
		return s.ofPresent(named("addon_bought"), true, m, m), true

	case "customer_churn_rate":
		return counts(b.gone, b.begin), true
	case "mrr":
		return money(b.closing, one)
	case "arr":
		return money(b.closing.Mul(n(12)), one)
	case "nrr":
		return money(b.opening.Add(b.expansion).Sub(b.contraction).Sub(b.churn), b.opening)
	case "grr":
		return money(b.opening.Sub(b.contraction).Sub(b.churn), b.opening)
	case "gross_revenue_churn":
		return money(b.contraction.Add(b.churn), b.opening)
	case "net_revenue_churn":
		return money(b.contraction.Add(b.churn).Sub(b.expansion), b.opening)
	case "quick_ratio":
		return money(b.fresh.Add(b.expansion), b.contraction.Add(b.churn))
	case "renewal_rate":
		return s.both(named("renewed"), named("renewed", "cancelled", "payment_lapsed"), false, m), true
	case "resolution_time":
		return s.times(named("ticket_opened"), named("ticket_solved"), false, m, nil), true
	case "month_2_retention":
		return s.kept(2, m), true
	case "annual_retention":
		return s.kept(12, m), true
	case "arpa":
		return money(b.closing, n(b.end))
	case "ltv":
		return s.ltv(m), true
	case "ltv_to_cac":
		ltv := s.ltv(m)
		return money(ltv.num.Mul(n(b.joined)), ltv.den.Mul(s.number("acquisition_spend", m)))
	case "burn_multiple":
		return money(s.number("net_burn", m), b.closing.Sub(b.opening).Mul(n(12)))
	case "rule_of_40":
		year, before, profit := s.number("revenue_year", m), s.number("revenue_year_before", m), s.number("profit_year", m)
		return money(year.Sub(before).Mul(year).Add(profit.Mul(before)), before.Mul(year))

	case "expansion_mrr":
		return money(b.expansion, one)
	case "expansion_rate":
		return money(b.expansion, b.opening)
	case "upsell_count":
		return total(s.events(named("upgraded"), m))
	case "cross_sell_count":
		return total(s.events(named("addon_bought"), m))
	case "premium_feature_adoption":
		return s.both(with("feature_used", "tier", "premium"), named("active_day"), false, m), true
	case "ltv_change":
		now, then := s.ltv(m), s.ltv(m.Add(-6))
		if now.den.Sign() == 0 || then.den.Sign() == 0 {
			return counts(0, 0), true
		}
		base := then.num.Mul(now.den)
		return money(now.num.Mul(then.den).Sub(base), base)
	case "existing_customer_revenue_share":
		return money(b.existing, b.closing)
	case "expansion_share_of_new":
		return money(b.expansion, b.fresh.Add(b.expansion))

	case "referral_participation":
		return s.ofPresent(named("referred"), true, m, m), true
	case "referrals_per_customer":
		return counts(s.events(named("referred"), m), b.end), true
	case "referral_conversion_rate":
		return s.referrals(m), true
	case "case_study_consent":
		return s.cohort(named("case_study_agreed"), named("case_study_asked"), 0, false, m), true
	case "community_participation":
		return s.ofPresent(named("community_joined", "answer_posted"), false, m, m), true
	}
	return pair{}, false
}

// scores is the mean score, at the end of the month, of those who have such an
// event in it, point by point.
func (s *slow) scores(what is, m calendar.Month) pair {
	sum := decimal.Decimal{}
	var n int64
	s.customers(func(c string, events []touchpoint.Event) {
		for _, e := range events {
			if what(e) && in(e, m) {
				got, err := s.d.Scores.Score(c, m.Add(1).Start(nil).Add(-1))
				if err != nil {
					s.t.Error(err)
				}
				points, err := decimal.NewFromString(strconv.FormatFloat(got.Value, 'f', 6, 64))
				if err != nil {
					s.t.Error(err)
				}
				sum = sum.Add(points)
				n++
				return
			}
		}
	})
	return pair{sum, decimal.New(n, 0)}
}

// referrals is of those who were named for the first time in the month, by one
// whom it is about, who subscribed from then on.
func (s *slow) referrals(m calendar.Month) pair {
	type naming struct {
		at time.Time
		by string
	}
	first := map[string]naming{}
	for _, c := range s.who {
		for _, e := range s.of[c] {
			other, ok := e.Attrs["referred"]
			if !ok || e.Name != "referred" {
				continue
			}
			if f, seen := first[other]; !seen || e.At.Before(f.at) {
				first[other] = naming{e.At, c}
			}
		}
	}
	var a, b int64
	for other, f := range first {
		if calendar.MonthOf(f.at, nil) != m || s.here != nil && !s.here(f.by) {
			continue
		}
		b++
		for _, e := range s.of[other] {
			if e.Name == "subscribed" && !e.At.Before(f.at) {
				a++
				break
			}
		}
	}
	return counts(a, b)
}
