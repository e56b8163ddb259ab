package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// BdW is the beta-discrete-Weibull model: [SBG] whose customers' own risk of
// declining a renewal changes with age, rising for C > 1 and falling for
// C < 1. C = 1 is the sBG model.
//
// A literal with the three parameters predicts; [FitBdW] estimates them. Units
// and domain are those of [SBG].
//
// Source: Fader, Hardie, Liu, Davin and Steenburgh, Journal of Interactive
// Marketing 43 (2018) 1–16.
type BdW struct {
	Alpha, Beta, C float64

	fit *fitted
}

func (m BdW) theta() []float64 { return []float64{m.Alpha, m.Beta, m.C} }

func (m BdW) fitting() *fitted { return m.fit }

func (m BdW) logs() int { return 3 }

func (m BdW) at(p []float64) BdW { return BdW{Alpha: p[0], Beta: p[1], C: p[2], fit: m.fit} }

func (m BdW) name() string { return "BdW" }

func (m BdW) names() []string { return []string{"alpha", "beta", "c"} }

func (m BdW) legal() bool { return positive(m.Alpha, m.Beta, m.C) }

// Survival is the share of a cohort still there after t renewals,
// B(α, β+t^c)/B(α, β).
func (m BdW) Survival(t float64) float64 {
	if !m.legal() || !(t >= 0) {
		return math.NaN()
	}
	u := math.Pow(t, m.C)
	if math.IsInf(u, 1) {
		return 0
	}
	return math.Exp(special.LogBetaRatio(m.Alpha, m.Beta, u))
}

// Retention is the share of those still there after t−1 renewals that also
// make the t-th, S(t)/S(t−1); t is 1 or more.
func (m BdW) Retention(t float64) float64 {
	if !m.legal() || !(t >= 1) {
		return math.NaN()
	}
	from, to := math.Pow(t-1, m.C), math.Pow(t, m.C)
	if math.IsInf(to, 1) {
		return math.NaN()
	}
	return math.Exp(special.LogBetaRatio(m.Alpha, m.Beta+from, to-from))
}

// DERL is the discounted expected residual lifetime of a customer who has
// renewed n times, just before the next decision, in periods: the next payment
// undiscounted, the one after at 1/(1+d). At d = 0 it is [ErrInfinite] where
// αc <= 1.
//
// 200 terms are summed; the rest, whose terms fall like t^(−αc) (1+d)^−t, is
// the Euler–Maclaurin formula.
func (m BdW) DERL(d, renewals float64) (float64, error) {
	op := m.name() + " DERL"
	if err := wantRenewals(op, m.legal(), d, renewals); err != nil {
		return 0, err
	}
	order := m.Alpha * m.C
	if d == 0 && order <= 1 {
		return 0, refused(op, "alpha·c", order, "want more than 1 where d is 0: the lifetime has no finite mean", ErrInfinite)
	}
	from := math.Pow(renewals, m.C)
	l := math.Log1p(d)
	if math.IsInf(from, 1) {
		return 0, refused(op, "renewals", renewals, "renewals to the power c overflow", ErrInput)
	}
	// S(n+k)/S(n) (1+d)^(1−k)
	term := func(k float64) float64 {
		u := math.Pow(renewals+k, m.C)
		if math.IsInf(u, 1) {
			return 0
		}
		return math.Exp(special.LogBetaRatio(m.Alpha, m.Beta+from, u-from) - l*(k-1))
	}
	const direct = 200
	var sum float64
	for k := 1.0; k <= direct; k++ {
		v := term(k)
		sum += v
		if v <= 1e-18*sum && l > 0 {
			return sum, nil
		}
	}
	const start = direct + 1
	first := term(start)
	if first == 0 {
		return sum, nil
	}
	// ∫ from start over w = ln(n+k), until what is left does not count: at
	// d = 0 the integrand is e^(−(αc−1)w).
	lo := math.Log(renewals + start)
	hi := lo + 700
	if order > 1 {
		hi = min(hi, lo+math.Log(10)+45/(order-1))
	}
	if l > 0 {
		hi = min(hi, math.Log(renewals+start+60/l))
	}
	rest := special.Integrate(func(w float64) float64 {
		t := math.Exp(w)
		return term(t-renewals) * t
	}, lo, hi, 1e-13)
	// slope of the log of the term at start
	t := renewals + start
	u := math.Pow(t, m.C)
	g := m.C*u/t*(special.Digamma(m.Beta+u)-special.Digamma(m.Alpha+m.Beta+u)) - l
	return sum + rest + first*(0.5-g/12+g*g*g/720), nil
}

// DEL is the discounted expected lifetime of a new customer, the first period,
// which is paid for certain, included: 1 + [BdW.DERL](d, 0)/(1+d).
func (m BdW) DEL(d float64) (float64, error) { return lifetimeOf(d, m.DERL) }
