package special

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// NormalQuantile is the z with P(Z <= z) = p of a standard normal Z: minus
// infinity at 0, infinity at 1, NaN outside. Unlike √2·erfinv(2p−1) it keeps
// its digits for a p near 0.
func NormalQuantile(p float64) float64 {
	switch {
	case math.IsNaN(p) || p < 0 || p > 1:
		return math.NaN() // gonum panics here
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	}
	return mathext.NormalQuantile(p)
}

// NormalTwoSided is the z of an interval of the level: 1.959964 for 0.95.
func NormalTwoSided(level float64) float64 { return -NormalQuantile((1 - level) / 2) }

// LogNormalTail is ln P(Z > z) of a standard normal Z. It does not underflow:
// at z = 40, where the probability is 10^-350, it is -804.608.
func LogNormalTail(z float64) float64 {
	switch {
	case z < 0:
		return math.Log1p(-math.Erfc(-z/math.Sqrt2) / 2) // near 0, where a logarithm of nearly 1 would lose it
	case z < 25:
		return math.Log(math.Erfc(z/math.Sqrt2) / 2)
	case math.IsInf(z, 1):
		return math.Inf(-1)
	}
	// Mills' ratio by its continued fraction 1/(z+1/(z+2/(z+3/(z+…)))),
	// A&S 26.2.14; at z >= 25 forty terms are more than enough.
	f := z
	for k := 40.0; k >= 1; k-- {
		f = z + k/f
	}
	return -z*z/2 - math.Log(f) - 0.5*math.Log(2*math.Pi)
}

// NormalP is the two-sided probability P(|Z| > |z|); 0 where it underflows.
func NormalP(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }
