package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// BGNBD is the beta-geometric/negative-binomial model: a customer buys at a
// rate λ ~ Gamma(R, Alpha) per unit of time, and after each purchase ends with
// probability p ~ Beta(A, B). The first purchase does not count and does not
// end anyone, so that a customer without repeat purchases is alive for
// certain; use [MBGNBD] or [ParetoNBD] where that is not believed.
//
// A literal with the four parameters predicts; [FitBGNBD] estimates them.
// Times are in one unit, the one Alpha is in. Arguments outside their domain
// (negative, t_x beyond T, x = 0 with t_x > 0, x > 0 with t_x = 0) and
// parameters that are not positive give NaN.
//
// Source: Fader, Hardie and Lee, Marketing Science 24 (2005) 275–284; notes
// 004, 021 and 027 of brucehardie.com.
type BGNBD struct {
	R, Alpha, A, B float64

	fit *fitted
}

func (m BGNBD) theta() []float64 { return []float64{m.R, m.Alpha, m.A, m.B} }

func (m BGNBD) fitting() *fitted { return m.fit }

func (m BGNBD) logs() int { return 4 }

func (m BGNBD) at(p []float64) BGNBD {
	return BGNBD{R: p[0], Alpha: p[1], A: p[2], B: p[3], fit: m.fit}
}

func (m BGNBD) name() string { return "BG/NBD" }

func (m BGNBD) names() []string { return []string{"r", "alpha", "a", "b"} }

func (m BGNBD) legal() bool { return positive(m.R, m.Alpha, m.A, m.B) }

// fresh is the course of a new customer.
func (m BGNBD) fresh() course { return course{m.R, m.Alpha, m.A, m.B} }

// ahead is the course from T on of a customer who is alive then.
func (m BGNBD) ahead(x, T float64) course { return course{m.R + x, m.Alpha + T, m.A, m.B + x} }

// ended is the log odds of having ended after the last purchase; −Inf for a
// customer who has not bought again.
func (m BGNBD) ended(x, tx, T float64) float64 {
	if x == 0 {
		return math.Inf(-1)
	}
	return math.Log(m.A/(m.B+x-1)) + (m.R+x)*math.Log1p((T-tx)/(m.Alpha+tx))
}

// LogLikelihood is the log likelihood of one customer, in units of the data.
func (m BGNBD) LogLikelihood(x, tx, T float64) float64 {
	if !m.legal() || !seen(x, tx, T) {
		return math.NaN()
	}
	return special.LogGammaDiff(m.R, x) - m.R*math.Log1p(T/m.Alpha) - x*math.Log(m.Alpha+T) +
		special.LogBetaRatio(m.A, m.B, x) + softplus(m.ended(x, tx, T))
}

// PAlive is the probability that the customer is alive at T.
func (m BGNBD) PAlive(x, tx, T float64) float64 {
	if !m.legal() || !seen(x, tx, T) {
		return math.NaN()
	}
	return odds(m.ended(x, tx, T))
}

// PAliveAt is the probability that the customer is alive at T+t.
func (m BGNBD) PAliveAt(t, x, tx, T float64) float64 {
	if !(t >= 0) {
		return math.NaN()
	}
	return m.PAlive(x, tx, T) * m.ahead(x, T).stays(t)
}

// Expected is the number of repeat purchases of a new customer within t.
func (m BGNBD) Expected(t float64) float64 {
	if !m.legal() || !(t >= 0) {
		return math.NaN()
	}
	return m.fresh().expected(t)
}

// Conditional is the number of purchases expected in (T, T+t] of a customer
// with this history. At t = +Inf it is finite where A > 1.
func (m BGNBD) Conditional(t, x, tx, T float64) float64 {
	alive := m.PAlive(x, tx, T)
	if math.IsNaN(alive) || !(t >= 0) {
		return math.NaN()
	}
	return times(alive, m.ahead(x, T).expected(t))
}

// PMF is the probability that a new customer makes n repeat purchases
// within t.
func (m BGNBD) PMF(t, n float64) float64 {
	if !m.legal() || !counts(t, n) {
		return math.NaN()
	}
	return m.fresh().pmf(t, n)
}

// ConditionalPMF is the probability of n purchases in (T, T+t] of a customer
// with this history.
func (m BGNBD) ConditionalPMF(t, n, x, tx, T float64) float64 {
	alive := m.PAlive(x, tx, T)
	if math.IsNaN(alive) || !counts(t, n) {
		return math.NaN()
	}
	return givenAlive(alive, n, m.ahead(x, T).pmf(t, n))
}

// DERT is the discounted expected residual transactions: every purchase after
// T counted with e^(−delta·time from T). No source gives it for this model; it
// is the mean over p and λ of λ/(delta + λp) times [BGNBD.PAlive]. At
// delta = 0 it is [BGNBD.Conditional] at infinity, and [ErrInfinite] where
// A <= 1.
func (m BGNBD) DERT(delta, x, tx, T float64) (float64, error) {
	return m.Discounted(delta, math.Inf(1), x, tx, T)
}

// Discounted is [BGNBD.DERT] up to a horizon: purchases in (T, T+horizon],
// each counted with e^(−delta·time from T).
func (m BGNBD) Discounted(delta, horizon, x, tx, T float64) (float64, error) {
	alive := m.PAlive(x, tx, T)
	if err := wantHistory("BG/NBD", delta, horizon, x, tx, T, alive); err != nil {
		return 0, err
	}
	return discountedCourse("BG/NBD", m.ahead(x, T), alive, delta, horizon, "a", m.A)
}

// NextPurchase is the time from T within which the customer buys next with
// probability p: the p-quantile of the time to the next purchase. +Inf where
// the probability of ever buying again is not above p.
func (m BGNBD) NextPurchase(p, x, tx, T float64) float64 {
	return nextOfCourse(p, m.PAlive(x, tx, T), m.ahead(x, T))
}
