package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// ParetoNBD is the Pareto/NBD model: a customer buys at a rate
// λ ~ Gamma(R, Alpha) per unit of time and may end at any moment, at a rate
// μ ~ Gamma(S, Beta).
//
// A literal with the four parameters predicts; [FitParetoNBD] estimates them.
// Times are in one unit, the one Alpha and Beta are in. Arguments outside
// their domain and parameters that are not positive give NaN, as in [BGNBD].
//
// Source: Schmittlein, Morrison and Colombo, Management Science 33 (1987)
// 1–24; Fader and Hardie, notes 009 and 028 of brucehardie.com.
type ParetoNBD struct {
	R, Alpha, S, Beta float64

	fit *fitted
}

func (m ParetoNBD) theta() []float64 { return []float64{m.R, m.Alpha, m.S, m.Beta} }

func (m ParetoNBD) fitting() *fitted { return m.fit }

func (m ParetoNBD) logs() int { return 4 }

func (m ParetoNBD) at(p []float64) ParetoNBD {
	return ParetoNBD{R: p[0], Alpha: p[1], S: p[2], Beta: p[3], fit: m.fit}
}

func (m ParetoNBD) name() string { return "Pareto/NBD" }

func (m ParetoNBD) names() []string { return []string{"r", "alpha", "s", "beta"} }

func (m ParetoNBD) legal() bool { return positive(m.R, m.Alpha, m.S, m.Beta) }

// ahead is the model from T on of a customer who is alive then: given that,
// purchase rate and end rate are independent again.
func (m ParetoNBD) ahead(x, T float64) ParetoNBD {
	return ParetoNBD{R: m.R + x, Alpha: m.Alpha + T, S: m.S, Beta: m.Beta + T}
}

// LogLikelihood is the log likelihood of one customer, in units of the data.
func (m ParetoNBD) LogLikelihood(x, tx, T float64) float64 {
	if !m.legal() || !seen(x, tx, T) {
		return math.NaN()
	}
	alive, ended := m.terms(x, tx, T)
	hi := max(alive, ended)
	return m.common(x, tx) + hi + math.Log(math.Exp(alive-hi)+math.Exp(ended-hi))
}

// common is the log of what both terms of the likelihood share: all purchases
// made and the customer alive at the last of them.
func (m ParetoNBD) common(x, tx float64) float64 {
	return special.LogGammaDiff(m.R, x) - m.R*math.Log1p(tx/m.Alpha) - x*math.Log(m.Alpha+tx) - m.S*math.Log1p(tx/m.Beta)
}

// terms are the logs of the two ways to see nothing after t_x: alive without a
// purchase, and ended in between. The second is the integral over the moment
// of the end; every published closed form is one of 2F1, with a case for which
// of Alpha and Beta is larger and trouble where they are equal.
func (m ParetoNBD) terms(x, tx, T float64) (alive, ended float64) {
	gap := T - tx
	alive = -(m.R+x)*math.Log1p(gap/(m.Alpha+tx)) - m.S*math.Log1p(gap/(m.Beta+tx))
	var q lifetimes
	q.integrate(m.R+x, m.Alpha, m.S, m.Beta, tx, T, false)
	return alive, math.Log(m.S/(m.Beta+tx)) + math.Log(q.weight)
}

// PAlive is the probability that the customer is alive at T.
func (m ParetoNBD) PAlive(x, tx, T float64) float64 {
	if !m.legal() || !seen(x, tx, T) {
		return math.NaN()
	}
	alive, ended := m.terms(x, tx, T)
	return odds(ended - alive)
}

// PAliveAt is the probability that the customer is alive at T+t.
func (m ParetoNBD) PAliveAt(t, x, tx, T float64) float64 {
	if !(t >= 0) {
		return math.NaN()
	}
	return m.PAlive(x, tx, T) * math.Exp(-m.S*math.Log1p(t/(m.Beta+T)))
}

// Expected is the number of repeat purchases of a new customer within t. At
// t = +Inf it is finite where S > 1.
func (m ParetoNBD) Expected(t float64) float64 {
	if !m.legal() || !(t >= 0) {
		return math.NaN()
	}
	return m.R * m.Beta / m.Alpha * decay(m.S-1, math.Log1p(t/m.Beta))
}

// Conditional is the number of purchases expected in (T, T+t] of a customer
// with this history. At t = +Inf it is finite where S > 1.
func (m ParetoNBD) Conditional(t, x, tx, T float64) float64 {
	alive := m.PAlive(x, tx, T)
	if math.IsNaN(alive) || !(t >= 0) {
		return math.NaN()
	}
	return times(alive, m.ahead(x, T).Expected(t))
}

// PMF is the probability that a new customer makes n repeat purchases
// within t.
func (m ParetoNBD) PMF(t, n float64) float64 {
	switch {
	case !m.legal() || !counts(t, n):
		return math.NaN()
	case t == 0 && n == 0:
		return 1
	case t == 0:
		return 0
	}
	alive := math.Exp(logNBD(m.R, m.Alpha, t, n) - m.S*math.Log1p(t/m.Beta))
	// n purchases before an end at y < t, over ln(1 + y/min(α, β)), where the
	// integrand has no singularity near.
	unit := min(m.Alpha, m.Beta)
	density := math.Log(m.S / m.Beta)
	ended := special.Integrate(func(v float64) float64 {
		y := unit * math.Expm1(v)
		if y == 0 && n > 0 {
			return 0
		}
		p := -m.R * math.Log1p(y/m.Alpha)
		if n > 0 {
			p = logNBD(m.R, m.Alpha, y, n)
		}
		return math.Exp(p + density - (m.S+1)*math.Log1p(y/m.Beta) + math.Log(unit) + v)
	}, 0, math.Log1p(t/unit), 1e-13)
	return alive + ended
}

// ConditionalPMF is the probability of n purchases in (T, T+t] of a customer
// with this history.
func (m ParetoNBD) ConditionalPMF(t, n, x, tx, T float64) float64 {
	alive := m.PAlive(x, tx, T)
	if math.IsNaN(alive) || !counts(t, n) {
		return math.NaN()
	}
	return givenAlive(alive, n, m.ahead(x, T).PMF(t, n))
}

// DERT is the discounted expected residual transactions: every purchase after
// T counted with e^(−delta·time from T). At delta = 0 it is
// [ParetoNBD.Conditional] at infinity, and [ErrInfinite] where S <= 1.
func (m ParetoNBD) DERT(delta, x, tx, T float64) (float64, error) {
	return m.Discounted(delta, math.Inf(1), x, tx, T)
}

// Discounted is [ParetoNBD.DERT] up to a horizon: purchases in
// (T, T+horizon], each counted with e^(−delta·time from T).
func (m ParetoNBD) Discounted(delta, horizon, x, tx, T float64) (float64, error) {
	alive := m.PAlive(x, tx, T)
	if err := wantHistory(m.name(), delta, horizon, x, tx, T, alive); err != nil {
		return 0, err
	}
	next := m.ahead(x, T)
	switch {
	case alive == 0 || horizon == 0:
		return 0, nil
	case !math.IsInf(horizon, 1):
		return alive * within(next.Expected, next.R/next.Alpha, delta, horizon), nil
	case delta == 0 && m.S <= 1:
		return 0, refused(m.name()+" DERT", "s", m.S, "want more than 1 where delta is 0: the sum is infinite", ErrInfinite)
	}
	return alive * (next.R / next.Alpha) * next.Beta * special.ScaledExpInt(m.S, delta*next.Beta), nil
}

// NextPurchase is the time from T within which the customer buys next with
// probability p; +Inf where the probability of ever buying again is not
// above p.
func (m ParetoNBD) NextPurchase(p, x, tx, T float64) float64 {
	alive := m.PAlive(x, tx, T)
	switch {
	case math.IsNaN(alive) || !(p >= 0) || p > 1:
		return math.NaN()
	case p == 0:
		return 0
	case p >= alive:
		return math.Inf(1)
	}
	next := m.ahead(x, T)
	return quantile(func(t float64) float64 { return alive * (1 - next.PMF(t, 0)) }, p, next.Alpha/next.R)
}

// quantile is where a rising function reaches p, found by doubling and
// bisection from a scale; +Inf where it does not within 1e15 scales.
func quantile(f func(float64) float64, p, scale float64) float64 {
	lo, hi := 0.0, scale
	for f(hi) < p {
		if hi > 1e15*scale {
			return math.Inf(1)
		}
		lo, hi = hi, 2*hi
	}
	for range 200 {
		mid := lo + (hi-lo)/2
		if !(mid > lo && mid < hi) || hi-lo <= 1e-13*hi {
			break
		}
		if f(mid) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}
