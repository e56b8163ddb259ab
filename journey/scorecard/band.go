package scorecard

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Band is what others reach, as somebody published it. It says little about one
// company: who was asked, and how they count, is at the address.
type Band struct {
	Metric string `json:"metric"`
	// Lo and Hi are the ends of the band; equal for a single figure, and Hi is
	// undefined where it is open above.
	Lo metrics.Ratio `json:"lo"`
	Hi metrics.Ratio `json:"hi"`
	// What says whose figure it is.
	What string `json:"what"`
	// Months is over how many months the figure is, where that matters; a band of
	// another length than the series' stands beside it for information.
	Months int `json:"months,omitempty"`
	// Source and Address are where it was published, and Year when; zero where
	// the page does not say.
	Source  string `json:"source"`
	Address string `json:"address"`
	Year    int    `json:"year"`
}

// String is the band and its source.
func (b Band) String() string {
	unit := metrics.UnitShare
	if d, ok := metrics.Catalog().ByID(b.Metric); ok {
		unit = d.Unit
	}
	s := Show(unit, b.Lo)
	switch c, ok := b.Lo.Cmp(b.Hi); {
	case !ok:
		s += " or more"
	case c != 0:
		s += " to " + Show(unit, b.Hi)
	}
	if b.Months > 1 {
		s += fmt.Sprintf(" over %d months", b.Months)
	}
	if b.Year > 0 {
		return fmt.Sprintf("%s: %s (%s, %d)", b.What, s, b.Source, b.Year)
	}
	return fmt.Sprintf("%s: %s (%s)", b.What, s, b.Source)
}

// Holds reports whether a value lies in the band, both ends included.
func (b Band) Holds(r metrics.Ratio) bool {
	lo, ok := r.Cmp(b.Lo)
	if !ok || lo < 0 {
		return false
	}
	hi, ok := r.Cmp(b.Hi)
	return !ok || hi <= 0
}

func (e *evaluation) bands(s Series) []Band {
	out := []Band{}
	for _, b := range e.o.Bands {
		if b.Metric == s.Metric.ID && s.By == (By{}) {
			out = append(out, b)
		}
	}
	return out
}

// PublishedBands are bands that can be read on the web at their addresses. Add
// your own, from those who count as you do.
func PublishedBands() []Band {
	const open = -1
	// lo and hi are in ten-thousandths.
	at := func(metric string, lo, hi int64, what string, months int, source, address string, year int) Band {
		b := Band{Metric: metric, Lo: metrics.Rate(decimal.New(lo, -4)), What: what, Months: months, Source: source, Address: address, Year: year}
		if hi != open {
			b.Hi = metrics.Rate(decimal.New(hi, -4))
		}
		return b
	}
	const (
		june      = "https://help.june.so/en/articles/4752354-stickiness-benchmark"
		userpilot = "https://productquant.dev/blog/saas-activation-benchmarks-by-industry-2026"
		trials    = "https://retentionlens.com/saas-metrics/trial-conversion-rate"
		sacks     = "https://firstpagesage.com/seo-blog/burn-multiple-for-saas/"
	)
	return []Band{
		at("click_through_rate", 352, 352, "search advertisements, mean", 1, "WordStream", "https://staging.wordstream.com/blog/ws/2020/03/09/google-ads-benchmarks-your-industry-sneak-preview", 2020),
		at("trial_to_paid_rate", 1500, 2500, "trials without a card", 0, "RetentionLens", trials, 0),
		at("trial_to_paid_rate", 4000, 6000, "trials with a card", 0, "RetentionLens", trials, 0),
		at("cac_payback_months", 0, 120000, "at scale", 0, "Fairview", "https://getfairview.com/calculators/ltv-cac", 0),
		at("magic_number", 7500, open, "efficient enough to spend more", 0, "Calanar", "https://calanar.com/kb/growth-engine/magic-number", 2025),
		at("activation_rate", 3750, 3750, "547 software companies, mean", 0, "Userpilot, quoted by ProductQuant", userpilot, 2025),
		at("onboarding_completion_rate", 1920, 1920, "onboarding checklists, mean", 0, "Userpilot, quoted by ProductQuant", userpilot, 2025),
		at("time_to_first_value", 1296000000, 1296000000, "software companies, mean", 0, "Userpilot, quoted by ProductQuant", userpilot, 2025),
		at("feature_adoption_rate", 2450, 2450, "core features, mean", 1, "Userpilot, quoted by Omega Point", "https://omegapoint.systems/omega/benchmarks/feature-adoption-rate", 2024),
		at("stickiness", 1500, 2000, "software as a service, average to good", 1, "June, from Sequoia Capital", june, 0),
		at("stickiness", 3000, open, "software as a service, great", 1, "June, from Sequoia Capital", june, 0),
		at("customer_churn_rate", 327, 327, "subscriptions, overall", 1, "Recurly Research", "https://recurly.com/research/churn-rate-benchmarks/", 0),
		at("grr", 9200, 9300, "private software companies, median by contract value", 12, "SaaS Capital, quoted by SaaS Venture Capital", "https://saasventurecapital.com/blog-detail/hintofsaasjune23-3", 2023),
		at("quick_ratio", 40000, open, "fast growing software companies", 1, "InsightSquared, of M. Hamid", "https://www.insightsquared.com/blog/benchmarking-quick-ratio-benchmarks-2016/", 2016),
		at("ltv_to_cac", 30000, 50000, "healthy", 0, "Fairview", "https://getfairview.com/calculators/ltv-cac", 0),
		at("burn_multiple", 10000, 15000, "good", 0, "First Page Sage, of D. Sacks", sacks, 0),
		at("csat", 7800, 7800, "business software, median", 0, "HappySupport", "https://happysupport.ai/blog/csat-nps-ces-benchmarks-saas", 2026),
		at("ces", 55000, 55000, "business software, median, of 7", 0, "HappySupport", "https://happysupport.ai/blog/csat-nps-ces-benchmarks-saas", 2026),
		at("nps", 2000, 6200, "business software, low to high; median 0.38", 0, "GTMStack", "https://gtmstack.app/benchmarks/nps-score.html", 2026),
	}
}
