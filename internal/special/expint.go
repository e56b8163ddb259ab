package special

import "math"

// ScaledExpInt is e^z E_s(z) = ∫₀^∞ e^(−zt) (1+t)^(−s) dt, the generalised
// exponential integral without its exponential, for s > 0 and z >= 0. At
// z = 0 it is 1/(s−1), and +Inf where s <= 1. Kummer's U(s, s, z) is
// z^(1−s) times this. NaN elsewhere.
//
// Sources: continued fraction DLMF 8.19.17, series 8.19.8 (its removable
// singularities at whole s taken out), recurrence 8.19.12, uniform expansion
// for large s 8.20.6.
func ScaledExpInt(s, z float64) float64 {
	switch {
	case !(s > 0) || !(z >= 0):
		return math.NaN()
	case z == 0 && s <= 1:
		return math.Inf(1)
	case z == 0:
		return 1 / (s - 1)
	case math.IsInf(z, 1):
		return 0
	case s >= 60:
		return expIntLarge(s, z)
	case z >= 1:
		return expIntFraction(s, z)
	}
	// The series near s = 1, then upwards, where an error shrinks by z/s a step.
	steps := 0
	if s > 1.5 {
		steps = int(math.Round(s - 1))
	}
	base := s - float64(steps)
	e := expIntSeries(base, z)
	for range steps {
		e = (1 - z*e) / base
		base++
	}
	return e
}

// expIntTerms is how many terms of the uniform expansion are kept: at s = 60
// the next is below 1e-16 for every z.
const expIntTerms = 14

// expIntPolynomials are A_1, A_2, … of the uniform expansion, by their
// coefficients: A_{k+1} = (1−2kλ) A_k + λ(λ+1) A_k′, A_1 = 1.
var expIntPolynomials = func() (a [expIntTerms][expIntTerms]float64) {
	a[0][0] = 1
	for n := 1; n < expIntTerms; n++ {
		k := float64(n)
		for i := range n {
			c, d := a[n-1][i], float64(i)
			a[n][i] += c * (1 + d)
			a[n][i+1] += c * (d - 2*k)
		}
	}
	return a
}()

// expIntLarge is 1/(z+s) Σ A_k(λ) (1+λ)^(−2k) s^(−k), λ = z/s; each term is
// below (2k−1)!!/(4s)^k or so, and smaller still for large λ.
func expIntLarge(s, z float64) float64 {
	l := z / s
	// q = 1/(s (1+λ)²); A_k q^k with A_k of degree k−1
	sum, step := 1.0, 1/(s*(1+l)*(1+l))
	power := step
	for n := range expIntTerms {
		var v float64
		for i := n; i >= 0; i-- {
			v = v*l + expIntPolynomials[n][i]
		}
		t := v * power
		sum += t
		if math.Abs(t) < 1e-17 {
			break
		}
		power *= step
	}
	return sum / (z + s)
}

// expIntFraction is Legendre's continued fraction by Lentz' method. It needs
// some 60 steps at z = 1 and fewer above.
func expIntFraction(s, z float64) float64 {
	const tiny = 1e-300
	b := z + s
	c, d := 1/tiny, 1/b
	h := d
	for i := 1; i <= 20000; i++ {
		k := float64(i)
		a := -k * (s + k - 1)
		b += 2
		d = 1 / (a*d + b)
		c = b + a/c
		step := c * d
		h *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	return h
}

// expIntSeries is e^z (Γ(ε) z^(−ε) − Σ (−z)^k/(k!(ε+k))) with ε = 1−s. The
// poles of the first term and of k = 0 at ε = 0 cancel analytically.
func expIntSeries(s, z float64) float64 {
	eps, l := 1-s, math.Log(z)
	first := -(EulerGamma + l)
	if eps != 0 {
		first = math.Expm1(LogGammaDiff(1, eps)-eps*l) / eps
	}
	term, sum := 1.0, 0.0
	for k := 1.0; k < 100; k++ {
		term *= -z / k
		add := term / (eps + k)
		sum += add
		if math.Abs(add) < 1e-18 {
			break
		}
	}
	return math.Exp(z) * (first - sum)
}

// EulerGamma is γ = −ψ(1).
const EulerGamma = 0.57721566490153286060651209008240
