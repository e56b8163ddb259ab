package special

import "math"

// Digamma is ψ(x) = d ln Γ(x)/dx for x > 0; NaN elsewhere. Recurrence up to
// 10, then the asymptotic series (DLMF 5.11.2).
func Digamma(x float64) float64 {
	if !(x > 0) {
		return math.NaN()
	}
	var shift float64
	for x < largeEnough {
		shift += 1 / x
		x++
	}
	w := 1 / (x * x)
	series := w * (1.0/12 - w*(1.0/120-w*(1.0/252-w*(1.0/240-w*(1.0/132-w*(691.0/32760-w/12))))))
	return math.Log(x) - 0.5/x - series - shift
}
