package special

import "math"

// Trigamma is ψ′(x) = d² ln Γ(x)/dx² for x > 0; NaN elsewhere. Recurrence up
// to 10, then the asymptotic series (DLMF 5.15.8). gonum has none.
func Trigamma(x float64) float64 {
	if !(x > 0) {
		return math.NaN()
	}
	var shift float64
	for x < largeEnough {
		shift += 1 / (x * x)
		x++
	}
	w := 1 / (x * x)
	series := 1.0/6 - w*(1.0/30-w*(1.0/42-w*(1.0/30-w*(5.0/66-w*(691.0/2730-w*7.0/6)))))
	return shift + (1+0.5/x+w*series)/x
}
