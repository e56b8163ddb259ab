package special

import "math"

// LogBeta is ln B(a, b) for a, b > 0, with full relative precision also where
// an argument is large; gonum's mathext.Lbeta(1e10, 2.5), a plain difference,
// is wrong in the seventh digit. NaN elsewhere, as LogGamma is.
//
// Source: Didonato & Morris, ACM TOMS 18 (1992), functions BETALN and ALGDIV.
func LogBeta(a, b float64) float64 {
	if a > b {
		a, b = b, a
	}
	switch {
	case b < largeEnough:
		return LogGamma(a) + LogGamma(b) - LogGamma(a+b)
	case a < largeEnough:
		return LogGamma(a) - LogGammaDiff(b, a)
	}
	return halfLog2Pi + (a-0.5)*math.Log(a/(a+b)) - b*log1p(a/b) - 0.5*math.Log(b) +
		(stirling(a) + stirling(b) - stirling(a+b))
}

// LogBetaRatio is ln B(a, b+u) − ln B(a, b), the log of
// Γ(b+u) Γ(a+b) / (Γ(b) Γ(a+b+u)), for b, b+u, a+b and a+b+u > 0; a itself may
// be negative or zero, where the ratio of gamma functions still is what it is.
// It keeps its relative precision for small u, small a and large b. NaN
// elsewhere.
func LogBetaRatio(a, b, u float64) float64 {
	if !(b > 0) || !(b+u > 0) || !(a+b > 0) || !(a+b+u > 0) {
		return math.NaN()
	}
	if u == 0 || a == 0 {
		return 0
	}
	var shift float64
	for min(b, b+u, a+b, a+b+u) < largeEnough {
		// one factor of the recurrence of all four gamma functions
		if t := -u * a / ((b + u) * (a + b)); t > -0.5 {
			shift += log1p(t)
		} else {
			shift += math.Log(b / (b + u) * ((a + b + u) / (a + b)))
		}
		b++
	}
	// Stirling's main terms of the four, paired so that nothing cancels.
	main := (b-0.5)*log1p(u/b*(a/(a+b+u))) - u*log1p(a/(b+u)) - a*log1p(u/(a+b))
	if math.Abs(a) < math.Abs(u) {
		return shift + main + stirlingDiff(b, a) - stirlingDiff(b+u, a)
	}
	return shift + main + stirlingDiff(b, u) - stirlingDiff(a+b, u)
}
