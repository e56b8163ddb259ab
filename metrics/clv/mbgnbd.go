package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// MBGNBD is the modified BG/NBD model: as [BGNBD], but a customer may end also
// right after the first purchase, so that one who never came back need not be
// alive.
//
// A literal with the four parameters predicts; [FitMBGNBD] estimates them.
// Units and domain are those of [BGNBD].
//
// Source: Batislam, Denizel and Filiztekin, International Journal of Research
// in Marketing 24 (2007) 201–209; Wagner and Hoppe, same 25 (2008) 225–226.
type MBGNBD struct {
	R, Alpha, A, B float64

	fit *fitted
}

func (m MBGNBD) theta() []float64 { return []float64{m.R, m.Alpha, m.A, m.B} }

func (m MBGNBD) fitting() *fitted { return m.fit }

func (m MBGNBD) logs() int { return 4 }

func (m MBGNBD) at(p []float64) MBGNBD {
	return MBGNBD{R: p[0], Alpha: p[1], A: p[2], B: p[3], fit: m.fit}
}

func (m MBGNBD) name() string { return "MBG/NBD" }

func (m MBGNBD) names() []string { return []string{"r", "alpha", "a", "b"} }

func (m MBGNBD) legal() bool { return positive(m.R, m.Alpha, m.A, m.B) }

// stayed is the share of new customers who do not end at once; they follow the
// course of p ~ Beta(A, B+1).
func (m MBGNBD) stayed() (share float64, c course) {
	return m.B / (m.A + m.B), course{m.R, m.Alpha, m.A, m.B + 1}
}

func (m MBGNBD) ahead(x, T float64) course { return course{m.R + x, m.Alpha + T, m.A, m.B + x + 1} }

func (m MBGNBD) ended(x, tx, T float64) float64 {
	return math.Log(m.A/(m.B+x)) + (m.R+x)*math.Log1p((T-tx)/(m.Alpha+tx))
}

// LogLikelihood is the log likelihood of one customer, in units of the data.
func (m MBGNBD) LogLikelihood(x, tx, T float64) float64 {
	if !m.legal() || !seen(x, tx, T) {
		return math.NaN()
	}
	return special.LogGammaDiff(m.R, x) - m.R*math.Log1p(T/m.Alpha) - x*math.Log(m.Alpha+T) +
		special.LogBetaRatio(m.A, m.B, x+1) + softplus(m.ended(x, tx, T))
}

// PAlive is the probability that the customer is alive at T.
func (m MBGNBD) PAlive(x, tx, T float64) float64 {
	if !m.legal() || !seen(x, tx, T) {
		return math.NaN()
	}
	return odds(m.ended(x, tx, T))
}

// PAliveAt is the probability that the customer is alive at T+t.
func (m MBGNBD) PAliveAt(t, x, tx, T float64) float64 {
	if !(t >= 0) {
		return math.NaN()
	}
	return m.PAlive(x, tx, T) * m.ahead(x, T).stays(t)
}

// Expected is the number of repeat purchases of a new customer within t.
func (m MBGNBD) Expected(t float64) float64 {
	if !m.legal() || !(t >= 0) {
		return math.NaN()
	}
	share, c := m.stayed()
	return times(share, c.expected(t))
}

// Conditional is the number of purchases expected in (T, T+t] of a customer
// with this history. At t = +Inf it is finite where A > 1.
func (m MBGNBD) Conditional(t, x, tx, T float64) float64 {
	alive := m.PAlive(x, tx, T)
	if math.IsNaN(alive) || !(t >= 0) {
		return math.NaN()
	}
	return times(alive, m.ahead(x, T).expected(t))
}

// PMF is the probability that a new customer makes n repeat purchases
// within t.
func (m MBGNBD) PMF(t, n float64) float64 {
	if !m.legal() || !counts(t, n) {
		return math.NaN()
	}
	share, c := m.stayed()
	return givenAlive(share, n, c.pmf(t, n))
}

// ConditionalPMF is the probability of n purchases in (T, T+t] of a customer
// with this history.
func (m MBGNBD) ConditionalPMF(t, n, x, tx, T float64) float64 {
	alive := m.PAlive(x, tx, T)
	if math.IsNaN(alive) || !counts(t, n) {
		return math.NaN()
	}
	return givenAlive(alive, n, m.ahead(x, T).pmf(t, n))
}

// DERT is the discounted expected residual transactions, as [BGNBD.DERT].
func (m MBGNBD) DERT(delta, x, tx, T float64) (float64, error) {
	return m.Discounted(delta, math.Inf(1), x, tx, T)
}

// Discounted is [MBGNBD.DERT] up to a horizon.
func (m MBGNBD) Discounted(delta, horizon, x, tx, T float64) (float64, error) {
	alive := m.PAlive(x, tx, T)
	if err := wantHistory("MBG/NBD", delta, horizon, x, tx, T, alive); err != nil {
		return 0, err
	}
	return discountedCourse("MBG/NBD", m.ahead(x, T), alive, delta, horizon, "a", m.A)
}

// NextPurchase is the time from T within which the customer buys next with
// probability p; +Inf where the probability of ever buying again is not
// above p.
func (m MBGNBD) NextPurchase(p, x, tx, T float64) float64 {
	return nextOfCourse(p, m.PAlive(x, tx, T), m.ahead(x, T))
}
