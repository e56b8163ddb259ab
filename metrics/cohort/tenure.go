package cohort

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// TenureMonth is what happened to customers in one month of their tenure, in
// their first spell: until they are at zero for the first time, or as far as
// they were observed. A value, safe everywhere.
type TenureMonth struct {
	// Month is the month of tenure, 0 being the activation month.
	Month int `json:"month"`
	// AtRisk customers were there at its beginning and are observed at its end.
	// Churned of them are gone by then. Censored are those who stay but are not
	// observed any further: they leave the count without having left.
	AtRisk   int64 `json:"at_risk"`
	Churned  int64 `json:"churned"`
	Censored int64 `json:"censored"`
	// Hazard is Churned / AtRisk: the churn rate of this month of tenure.
	Hazard metrics.Ratio `json:"hazard"`
	// MRRAtRisk is what those at risk paid a month before, in month 0 what they
	// paid first; MRRChurned is that of the churned, and MRRHazard its share.
	MRRAtRisk  decimal.Decimal `json:"mrr_at_risk"`
	MRRChurned decimal.Decimal `json:"mrr_churned"`
	MRRHazard  metrics.Ratio   `json:"mrr_hazard"`
	// Survival is the Kaplan-Meier estimate of the share of customers still
	// there at the end of the month: the product of 1 - Hazard so far. It is
	// exact, in lowest terms, unless its digits exceed the bounds of a Ratio;
	// then it is rounded to metrics.ScalePlaces.
	Survival metrics.Ratio `json:"survival"`
}

// Tenure is churn by month of tenure, from month 0 through the last in which
// anybody was at risk.
//
// Source: Kaplan and Meier, "Nonparametric Estimation from Incomplete
// Observations", JASA 53 (1958).
type Tenure []TenureMonth

// Tenure is the churn of all customers by month of tenure. Who is there at the
// last month observed is censored, not churned.
//
// In a table of longer periods a month of tenure is a period.
func (t *Table) Tenure() Tenure { return newTenure(t.unit, t.sums) }

// Worst is the month of tenure with the highest Hazard, among those with at
// least so many at risk: the rate of the last few customers of an old cohort
// says little. Of equal months it is the earlier. It is false where no month
// has that many, or nobody churned.
func (t Tenure) Worst(atRisk int64) (TenureMonth, bool) {
	return t.worst(atRisk, func(m *TenureMonth) metrics.Ratio { return m.Hazard })
}

// WorstMRR is Worst by MRRHazard.
func (t Tenure) WorstMRR(atRisk int64) (TenureMonth, bool) {
	return t.worst(atRisk, func(m *TenureMonth) metrics.Ratio { return m.MRRHazard })
}

func (t Tenure) worst(atRisk int64, of func(*TenureMonth) metrics.Ratio) (TenureMonth, bool) {
	worst := -1
	highest := metrics.NewCount(0, 1)
	for i := range t {
		if t[i].AtRisk < atRisk {
			continue
		}
		if c, ok := of(&t[i]).Cmp(highest); ok && c > 0 {
			worst, highest = i, of(&t[i])
		}
	}
	if worst < 0 {
		return TenureMonth{}, false
	}
	return t[worst], true
}

func newTenure(l ledger.Unit, sums tableSums) Tenure {
	var out Tenure
	survival := big.NewRat(1, 1)
	for k := range sums {
		m := TenureMonth{Month: k}
		var atRisk, churned ledger.Units
		for before, c := range sums[k:] { // those that have reached k
			if c == nil {
				continue
			}
			was, had := c.size, c.initial
			if k > 0 {
				was, had = c.intact(k - 1)
			}
			intact, _ := c.intact(k)
			m.AtRisk += was
			m.Churned += was - intact
			if before == 0 { // sums[k], whose last age is k
				m.Censored = intact
			}
			atRisk, churned = atRisk.Add(had), churned.Add(c.away[k].lost)
		}
		if m.AtRisk == 0 {
			break
		}
		m.Hazard = metrics.NewCount(m.Churned, m.AtRisk)
		m.MRRAtRisk, m.MRRChurned = l.Amount(atRisk), l.Amount(churned)
		m.MRRHazard = metrics.NewRatio(m.MRRChurned, m.MRRAtRisk)
		survival.Mul(survival, big.NewRat(m.AtRisk-m.Churned, m.AtRisk))
		m.Survival = ratio(survival)
		out = append(out, m)
	}
	return out
}

// ratio is a fraction as a Ratio.
func ratio(r *big.Rat) metrics.Ratio {
	exact := metrics.NewRatio(decimal.NewFromBigInt(r.Num(), 0), decimal.NewFromBigInt(r.Denom(), 0))
	if exact.Defined() {
		return exact
	}
	// Half even, as everywhere in package metrics.
	scaled := new(big.Int).Exp(big.NewInt(10), big.NewInt(metrics.ScalePlaces), nil)
	rounded := money.HalfEven.Quo(new(big.Int).Mul(r.Num(), scaled), r.Denom())
	return metrics.NewRatio(decimal.NewFromBigInt(rounded, -metrics.ScalePlaces), decimal.NewFromInt(1))
}
