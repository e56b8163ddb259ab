package cohort

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Retention compares the customers of one month end with themselves at another.
// A value, safe everywhere; the zero Retention is of nobody, and undefined.
type Retention struct {
	Base calendar.Month `json:"base"`
	Now  calendar.Month `json:"now"`
	// Customers had MRR above zero at the end of Base; Retained of them have it
	// at the end of Now, whether or not they were away in between.
	Customers int64 `json:"customers"`
	Retained  int64 `json:"retained"`
	// BaseMRR and NowMRR are what those customers were worth and are worth now.
	// KeptMRR counts each at the smaller of the two.
	BaseMRR decimal.Decimal `json:"base_mrr"`
	NowMRR  decimal.Decimal `json:"now_mrr"`
	KeptMRR decimal.Decimal `json:"kept_mrr"`
	// NRR is NowMRR / BaseMRR, GRR is KeptMRR / BaseMRR and never exceeds 1,
	// Logo is Retained / Customers. Undefined where there were no customers.
	NRR  metrics.Ratio `json:"nrr"`
	GRR  metrics.Ratio `json:"grr"`
	Logo metrics.Ratio `json:"logo"`
}

// String is "2025-01 to 2026-01: NRR 104.2%, GRR 91.0%, logo 88.0% of 25 customers".
func (r Retention) String() string {
	return fmt.Sprintf("%s to %s: NRR %s, GRR %s, logo %s of %d customers",
		r.Base, r.Now, r.NRR.Percent(1), r.GRR.Percent(1), r.Logo.Percent(1), r.Customers)
}

// Snapshot is the retention of the customers above zero at the end of base,
// measured at the end of now: twelve months apart, the trailing-twelve-month
// NRR and GRR that boards ask for (SaaS Metrics Standards Board; PostHog
// handbook). Customers who were not there at the base cannot enter, so returns
// from before it do not count; GRR is min(now, base) customer by customer.
//
// base may equal now; after it, or months out of calendar's range, are
// ErrRange.
func Snapshot(l *ledger.Ledger, base, now calendar.Month) (Retention, error) {
	if l == nil {
		return Retention{}, fmt.Errorf("cohort: snapshot: %w: no ledger", ErrOptions)
	}
	for _, m := range []calendar.Month{base, now} {
		if err := m.Validate(); err != nil {
			return Retention{}, fmt.Errorf("cohort: snapshot: %w: %w", ErrRange, err)
		}
	}
	if base.After(now) {
		return Retention{}, fmt.Errorf("cohort: snapshot: %w: base %s is after now %s", ErrRange, base, now)
	}
	type sums struct {
		customers, retained int64
		then, now, kept     ledger.Units
	}
	parts, err := ledger.Fold(l, now, func() *sums { return new(sums) }, func(s *sums, c *ledger.Curve) {
		then, last := c.Level(base.Sub(c.First)), c.Level(c.Ages-1)
		if then.Sign() == 0 {
			return
		}
		s.customers++
		s.then = s.then.Add(then)
		if last.Sign() > 0 {
			s.retained++
			s.now = s.now.Add(last)
			s.kept = s.kept.Add(then.Min(last))
		}
	})
	if err != nil {
		return Retention{}, fmt.Errorf("cohort: snapshot: %w", err)
	}
	var all sums
	for _, p := range parts {
		all.customers += p.customers
		all.retained += p.retained
		all.then, all.now, all.kept = all.then.Add(p.then), all.now.Add(p.now), all.kept.Add(p.kept)
	}
	r := Retention{
		Base: base, Now: now, Customers: all.customers, Retained: all.retained,
		BaseMRR: l.Amount(all.then), NowMRR: l.Amount(all.now), KeptMRR: l.Amount(all.kept),
	}
	r.NRR = metrics.NewRatio(r.NowMRR, r.BaseMRR)
	r.GRR = metrics.NewRatio(r.KeptMRR, r.BaseMRR)
	r.Logo = metrics.NewCount(r.Retained, r.Customers)
	return r, nil
}
