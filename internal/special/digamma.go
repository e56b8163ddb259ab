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

// DigammaDiff is ψ(a+h) − ψ(a) for a, a+h > 0, relative to itself where the
// plain difference loses what a is larger than h. NaN elsewhere.
func DigammaDiff(a, h float64) float64 {
	if !(a > 0) || !(a+h > 0) {
		return math.NaN()
	}
	var shift float64
	for min(a, a+h) < largeEnough {
		shift += h / a / (a + h)
		a++
	}
	p, q := 1/(a+h), 1/a
	d := -h * p * q // p − q
	// ψ(x) = ln x − 1/(2x) − Σ c_k x^(−2k)
	sum, power := p+q, q*q // Σ p^i q^(n−1−i) and q^n at n = 2
	var series float64
	for _, c := range digammaTerms {
		series += c * sum
		sum = sum*p + power
		power *= q
		sum = sum*p + power
		power *= q
	}
	return log1p(h/a) - d*(0.5+series) + shift
}

// digammaTerms are B_2k/(2k).
var digammaTerms = [7]float64{1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12}
