package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// SBG is the shifted-beta-geometric model of a contract that is renewed period
// by period: a customer declines each renewal with probability
// θ ~ Beta(Alpha, Beta). That customers differ in θ is why a cohort's
// retention rises with its age.
//
// A literal with the two parameters predicts; [FitSBG] estimates them. Times
// are in periods; between renewals the formulas interpolate. Arguments below
// zero and parameters that are not positive give NaN.
//
// Source: Fader and Hardie, Journal of Interactive Marketing 21 (2007) 76–90;
// residual value: same, Marketing Science 29 (2010) 85–93.
type SBG struct {
	Alpha, Beta float64

	fit *fitted
}

func (m SBG) theta() []float64 { return []float64{m.Alpha, m.Beta} }

func (m SBG) fitting() *fitted { return m.fit }

func (m SBG) logs() int { return 2 }

func (m SBG) at(p []float64) SBG { return SBG{Alpha: p[0], Beta: p[1], fit: m.fit} }

func (m SBG) name() string { return "sBG" }

func (m SBG) names() []string { return []string{"alpha", "beta"} }

func (m SBG) legal() bool { return positive(m.Alpha, m.Beta) }

// Survival is the share of a cohort still there after t renewals,
// B(α, β+t)/B(α, β).
func (m SBG) Survival(t float64) float64 {
	if !m.legal() || !(t >= 0) {
		return math.NaN()
	}
	if math.IsInf(t, 1) {
		return 0
	}
	return math.Exp(special.LogBetaRatio(m.Alpha, m.Beta, t))
}

// Retention is the share of those still there after t−1 renewals that also
// make the t-th, (β+t−1)/(α+β+t−1); t is 1 or more.
func (m SBG) Retention(t float64) float64 {
	if !m.legal() || !(t >= 1) {
		return math.NaN()
	}
	if math.IsInf(t, 1) {
		return 1
	}
	return (m.Beta + t - 1) / (m.Alpha + m.Beta + t - 1)
}

// DERL is the discounted expected residual lifetime of a customer who has
// renewed n times, just before the next decision, in periods: the next payment
// undiscounted, the one after at 1/(1+d). At d = 0 it is (β+n)/(α−1), and
// [ErrInfinite] where α <= 1.
func (m SBG) DERL(d, renewals float64) (float64, error) {
	if err := wantRenewals(m.name()+" DERL", m.legal(), d, renewals); err != nil {
		return 0, err
	}
	if d == 0 && m.Alpha <= 1 {
		return 0, refused(m.name()+" DERL", "alpha", m.Alpha, "want more than 1 where d is 0: the lifetime has no finite mean", ErrInfinite)
	}
	return discountedRenewals(m.Alpha, m.Beta+renewals, d), nil
}

// DEL is the discounted expected lifetime of a new customer, the first period,
// which is paid for certain, included: 1 + [SBG.DERL](d, 0)/(1+d).
func (m SBG) DEL(d float64) (float64, error) { return lifetimeOf(d, m.DERL) }

// discountedRenewals is Σ_{k>=1} B(α, β+k)/B(α, β) (1+d)^(1−k).
func discountedRenewals(alpha, beta, d float64) float64 {
	if d == 0 {
		return beta / (alpha - 1)
	}
	return beta / (alpha + beta) * special.Hyp2F1One(beta+1, alpha+beta+1, 1/(1+d), d/(1+d))
}

func lifetimeOf(d float64, derl func(d, renewals float64) (float64, error)) (float64, error) {
	rest, err := derl(d, 0)
	if err != nil {
		return 0, err
	}
	return 1 + rest/(1+d), nil
}

func wantRenewals(op string, legal bool, d, renewals float64) error {
	switch {
	case !legal:
		return refused(op, "parameters", math.NaN(), "want all positive and finite", ErrInput)
	case !(d >= 0) || math.IsInf(d, 1):
		return refused(op, "d", d, "want a finite discount rate per period, zero or more", ErrInput)
	case !(renewals >= 0) || math.IsInf(renewals, 1):
		return refused(op, "renewals", renewals, "want a finite number, zero or more", ErrInput)
	}
	return nil
}
