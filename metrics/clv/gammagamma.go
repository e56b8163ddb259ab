package clv

import "math"

// GammaGamma is the model of spend per transaction: a customer's transactions
// are Gamma(P, ν) with ν ~ Gamma(Q, V), independent of how often they buy. V
// is in units of money; it is called γ in the source.
//
// A literal with the three parameters predicts; [FitGammaGamma] estimates
// them. P and V are hard to tell apart (only P·V/(Q−1) is firm), so compare
// means, not parameters.
//
// Source: Fader, Hardie and Lee, Journal of Marketing Research 42 (2005)
// 415–430; note 025 of brucehardie.com, equations 1a and 5.
type GammaGamma struct {
	P, Q, V float64

	fit *fitted
}

func (m GammaGamma) theta() []float64 { return []float64{m.P, m.Q, m.V} }

func (m GammaGamma) fitting() *fitted { return m.fit }

func (m GammaGamma) logs() int { return 3 }

func (m GammaGamma) at(p []float64) GammaGamma {
	return GammaGamma{P: p[0], Q: p[1], V: p[2], fit: m.fit}
}

func (m GammaGamma) name() string { return "Gamma-Gamma" }

func (m GammaGamma) names() []string { return []string{"p", "q", "v"} }

func (m GammaGamma) legal() bool { return positive(m.P, m.Q, m.V) }

// Expected is the mean spend per transaction of a customer whose x
// transactions averaged mean: between that and the mean of all customers, the
// nearer to the former the larger x. x = 0 gives the mean of all. +Inf where
// px + q <= 1, where it has no finite value; NaN outside the domain.
func (m GammaGamma) Expected(x, mean float64) float64 {
	if !m.legal() || !(x >= 0) || math.IsInf(x, 1) || !(mean >= 0) || math.IsInf(mean, 1) {
		return math.NaN()
	}
	left := m.P*x + m.Q - 1
	if left <= 0 {
		return math.Inf(1)
	}
	return m.P * (m.V + x*mean) / left
}

// Mean is the mean spend per transaction of all customers, pv/(q−1);
// [ErrInfinite] where q <= 1. Other programs return negative money there.
func (m GammaGamma) Mean() (float64, error) {
	switch {
	case !m.legal():
		return 0, refused("Gamma-Gamma Mean", "parameters", math.NaN(), "want all positive and finite", ErrInput)
	case m.Q <= 1:
		return 0, refused("Gamma-Gamma Mean", "q", m.Q, "want more than 1: spend has no finite mean", ErrInfinite)
	}
	return m.P * m.V / (m.Q - 1), nil
}

// LogLikelihood is the log likelihood of a customer whose x transactions
// averaged mean; x and mean above zero.
func (m GammaGamma) LogLikelihood(x, mean float64) float64 {
	if !m.legal() || !(x > 0) || math.IsInf(x, 1) || !(mean > 0) || math.IsInf(mean, 1) {
		return math.NaN()
	}
	var out spendCell
	spendAt(x, mean, m.P, m.Q, m.V, false, &out)
	return out.ll
}
