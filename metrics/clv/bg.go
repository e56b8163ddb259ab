package clv

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// course is the future of a customer who is alive: purchases at a rate
// λ ~ Gamma(r, α), and after each of them an end with probability
// p ~ Beta(a, b). A new customer of the BG/NBD model is one; so is, with
// updated parameters, every customer of it or of the MBG/NBD model who is
// known to be alive. Both models are this one with different odds of being so.
type course struct{ r, alpha, a, b float64 }

// slowSeries is where a quadrature is faster than the power series in z.
const slowSeries = 0.995

// expected is the number of purchases within t,
// E[(1 − (α/(α+pt))^r)/p] over p.
//
// As (a+b−1)/(a−1) · [1 − (1−z)^(a−1) F(a+b−1−r, a−1; a+b−1; z)],
// z = t/(α+t), with the division by a−1 carried out term by term, so that
// a = 1 is a case like any other. Where the first parameter of F is negative
// the series would alternate, and the mean over p is taken by quadrature.
func (c course) expected(t float64) float64 {
	switch {
	case t == 0:
		return 0
	case math.IsInf(t, 1):
		return c.total()
	}
	z := t / (c.alpha + t)
	top := c.a + c.b - 1
	if k := t / c.alpha; top-c.r <= -1 || z > slowSeries || c.r < 1e-6*top || c.a*math.Log1p(k) > 300 {
		return special.BetaMean(c.a, c.b, func(p, _ float64) float64 {
			if p == 0 {
				return c.r * k
			}
			return -math.Expm1(-c.r*math.Log1p(p*k)) / p
		})
	}
	e, l := c.a-1, -math.Log1p(t/c.alpha) // ln(1−z)
	return top*decay(e, -l) - math.Exp(e*l)*special.Hyp2F1Tail(top-c.r, e, top, z)
}

// decay is (1 − exp(−e l))/e, and l at e = 0.
func decay(e, l float64) float64 {
	if e == 0 {
		return l
	}
	return -math.Expm1(-e*l) / e
}

// total is the number of purchases ever, the mean of 1/p.
func (c course) total() float64 {
	if c.a <= 1 {
		return math.Inf(1)
	}
	return (c.a + c.b - 1) / (c.a - 1)
}

// stays is the probability of being alive after t, E[(α/(α+pt))^r].
func (c course) stays(t float64) float64 {
	z := t / (c.alpha + t)
	top := c.a + c.b
	switch {
	case t == 0:
		return 1
	case math.IsInf(t, 1):
		return 0
	case top-c.r <= -1 || z > slowSeries || c.a*math.Log1p(t/c.alpha) > 300:
		k := t / c.alpha
		return special.BetaMean(c.a, c.b, func(p, _ float64) float64 { return math.Exp(-c.r * math.Log1p(p*k)) })
	}
	f := 1 + c.a/top*special.Hyp2F1Tail(top-c.r, c.a, top, z)
	return math.Exp(-c.a*math.Log1p(t/c.alpha)) * f
}

// none is the probability of no purchase within t.
func (c course) none(t float64) float64 { return math.Exp(-c.r * math.Log1p(t/c.alpha)) }

// pmf is the probability of n purchases within t: n in time and still alive
// after them, or dead after the n-th which came in time.
func (c course) pmf(t, n float64) float64 {
	if n == 0 {
		return c.none(t)
	}
	if t == 0 {
		return 0
	}
	alive := math.Exp(special.LogBetaRatio(c.a, c.b, n) + logNBD(c.r, c.alpha, t, n))
	ended := c.a / (c.a + c.b) * math.Exp(special.LogBetaRatio(c.a+1, c.b, n-1))
	return alive + ended*atLeast(c.r, c.alpha, t, n)
}

// discounted is the number of purchases ever, each worth e^(−δ·its time):
// E[(r/p) e^z E_{r+1}(z)] over p, z = δα/p.
func (c course) discounted(delta float64) float64 {
	if delta == 0 {
		return c.total()
	}
	most := c.r / (delta * c.alpha) // of someone who never ends
	return special.BetaMean(c.a, c.b, func(p, _ float64) float64 {
		z := delta * c.alpha / p // +Inf at p = 0
		if !(z < 1e17) {
			return most
		}
		return most * z * special.ScaledExpInt(c.r+1, z)
	})
}

// logNBD is the log probability of n events within t at a rate ~ Gamma(r, α),
// t > 0.
func logNBD(r, alpha, t, n float64) float64 {
	if n == 0 {
		return -r * math.Log1p(t/alpha)
	}
	return special.LogGammaDiff(r, n) - special.LogGammaDiff(1, n) - r*math.Log1p(t/alpha) - n*math.Log1p(alpha/t)
}

// atLeast is the probability of n or more events within t, a regularised
// incomplete beta function: the sum of complements, which the published
// formulas subtract from 1, cancels.
func atLeast(r, alpha, t, n float64) float64 {
	if n == 0 {
		return 1
	}
	return mathext.RegIncBeta(n, r, t/(alpha+t))
}

// odds is 1/(1+e^d).
func odds(d float64) float64 {
	if d > 0 {
		e := math.Exp(-d)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(d))
}

// softplus is ln(1 + e^d).
func softplus(d float64) float64 {
	if d > 0 {
		return d + math.Log1p(math.Exp(-d))
	}
	return math.Log1p(math.Exp(d))
}
