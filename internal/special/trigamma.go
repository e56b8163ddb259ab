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

// TrigammaDiff is ψ′(a+h) − ψ′(a) for a, a+h > 0, as [DigammaDiff].
func TrigammaDiff(a, h float64) float64 {
	if !(a > 0) || !(a+h > 0) {
		return math.NaN()
	}
	var shift float64
	for min(a, a+h) < largeEnough {
		p, q := 1/(a+h), 1/a
		shift -= h * p * q * (p + q)
		a++
	}
	p, q := 1/(a+h), 1/a
	d := -h * p * q // p − q
	// ψ′(x) = 1/x + 1/(2x²) + Σ B_2k x^(−2k−1)
	sum, power := p*p+p*q+q*q, q*q*q // Σ p^i q^(n−1−i) and q^n at n = 3
	var series float64
	for _, c := range trigammaTerms {
		series += c * sum
		sum = sum*p + power
		power *= q
		sum = sum*p + power
		power *= q
	}
	return d*(1+0.5*(p+q)+series) + shift
}

// trigammaTerms are B_2k.
var trigammaTerms = [7]float64{1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6}
