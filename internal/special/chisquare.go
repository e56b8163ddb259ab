package special

import "math"

// LogChiSquareTail is ln P(X > x) of a chi-square X with df > 0 degrees of
// freedom: the logarithm of a p-value, finite where the p-value underflows
// (from about x = 1,480 at one degree of freedom). It is NaN for a negative or
// NaN x or a df that is not above zero and finite.
func LogChiSquareTail(x, df float64) float64 {
	if !(x >= 0 && df > 0) || math.IsInf(df, 1) {
		return math.NaN()
	}
	return LogGammaTail(df/2, x/2)
}

// ChiSquareP is P(X > x), 0 where it underflows.
func ChiSquareP(x, df float64) float64 { return math.Exp(LogChiSquareTail(x, df)) }

// LogGammaTail is ln Q(a, x), the regularised upper incomplete gamma function,
// for a > 0 and x >= 0: the series of P below a+1, Legendre's continued
// fraction in logarithms above (DLMF 8.11.4 and 8.9.2, evaluated by Lentz'
// method). gonum has Q itself, which underflows.
func LogGammaTail(a, x float64) float64 {
	const eps, tiny = 1e-16, 1e-300
	switch {
	case math.IsNaN(a) || math.IsNaN(x) || a <= 0 || x < 0:
		return math.NaN()
	case x == 0:
		return 0
	case math.IsInf(x, 1):
		return math.Inf(-1)
	}
	lg, _ := math.Lgamma(a)
	front := a*math.Log(x) - x - lg
	// Both need some √a terms; an a beyond 1e12 is no degree of freedom.
	limit := 1000 + 20*int(math.Min(math.Sqrt(a), 1e6))
	if x < a+1 {
		term := 1 / a
		sum := term
		for n := 1; n < limit && term > eps*sum; n++ {
			term *= x / (a + float64(n))
			sum += term
		}
		return math.Log1p(-math.Exp(front + math.Log(sum)))
	}
	b := x + 1 - a
	c, d := 1/tiny, 1/b
	h := d
	for i := 1; i < limit; i++ {
		an := -float64(i) * (float64(i) - a)
		b += 2
		d = an*d + b
		if math.Abs(d) < tiny {
			d = tiny
		}
		c = b + an/c
		if math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		delta := d * c
		h *= delta
		if math.Abs(delta-1) < eps {
			break
		}
	}
	return front + math.Log(h)
}
