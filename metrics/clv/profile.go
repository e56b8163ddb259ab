package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// profile is the profile-likelihood interval of parameter i: where the maximum
// over all others lies within half a χ² quantile of the whole maximum, in the
// optimiser's own parameters. A side on which it never falls that far is
// infinite.
func profile(o *objective, at optimum, i int, lo, hi []float64, level float64) Span {
	z := special.NormalTwoSided(level)
	drop := z * z / 2
	hold := make([]bool, o.k)
	copy(hold, at.fixed)
	hold[i] = true
	sd := math.Sqrt(inverse(at.h, at.fixed)[i][i])
	if !(sd > 1e-8) || sd > 3 {
		sd = 3
	}
	side := func(sign, bound float64) float64 {
		theta := append([]float64(nil), at.theta...)
		// excess of the fall over drop at distance d, warm-started
		excess := func(d float64) float64 {
			theta[i] = at.theta[i] + sign*d
			got := climb(o, theta, lo, hi, hold, 60)
			copy(theta, got.theta)
			return at.ll - got.ll - drop
		}
		most := sign * (bound - at.theta[i])
		near, far := 0.0, min(z*sd, most)
		fNear, fFar := -drop, excess(far)
		for fFar < 0 {
			if far >= most {
				return math.Inf(int(sign))
			}
			near, fNear = far, fFar
			far = min(2*far, most)
			fFar = excess(far)
		}
		// Illinois' regula falsi on the square root, which is nearly linear
		root := func(f float64) float64 { return math.Sqrt(max(0, f+drop)) - math.Sqrt(drop) }
		a, b, fa, fb := near, far, root(fNear), root(fFar)
		d := b
		for range 60 {
			d = b - fb*(b-a)/(fb-fa)
			if !(d > min(a, b) && d < max(a, b)) {
				d = (a + b) / 2
			}
			f := root(excess(d))
			if math.Abs(f) < 1e-7 || math.Abs(b-a) < 1e-8 {
				break
			}
			if (f < 0) == (fb < 0) {
				fa /= 2
			} else {
				a, fa = b, fb
			}
			b, fb = d, f
		}
		for j := range theta { // the others wanted to go further with it
			bound := func(v float64) bool { return v < lo[j]+edge || v > hi[j]-edge }
			if j != i && bound(theta[j]) && !bound(at.theta[j]) {
				return math.Inf(int(sign))
			}
		}
		return sign * d
	}
	return Span{at.theta[i] + side(-1, lo[i]), at.theta[i] + side(1, hi[i])}
}
