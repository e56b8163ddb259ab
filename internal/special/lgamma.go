package special

import "math"

// halfLog2Pi is ½ ln 2π.
const halfLog2Pi = 0.91893853320467274178032973640562

// largeEnough is where the Stirling correction has full precision.
const largeEnough = 10

// LogGamma is ln Γ(x) for x > 0; NaN elsewhere. It is math.Lgamma, except on two
// short stretches, where that takes the polynomial around the minimum at 1.46 a
// 25th beyond its range and loses three digits.
func LogGamma(x float64) float64 {
	switch {
	case !(x > 0):
		return math.NaN()
	case x > 0.1916 && x < 0.2317, x > 1.1916 && x < 1.2317:
		return LogGamma(x+1) - math.Log(x)
	}
	v, _ := math.Lgamma(x)
	return v
}

// LogGammaDiff is ln Γ(a+h) − ln Γ(a) for a > 0, a+h > 0, without the
// cancellation of the plain difference: at a = 1e10 that one keeps six digits.
// NaN elsewhere.
//
// Source: Stirling's series with remainder (DLMF 5.11.1); the powers are
// subtracted before they are rounded.
func LogGammaDiff(a, h float64) float64 {
	switch {
	case !(a > 0) || !(a+h > 0):
		return math.NaN()
	case h == 0:
		return 0
	case min(a, a+h) >= largeEnough:
		return (a-0.5)*log1p(h/a) + h*(math.Log(a+h)-1) + stirlingDiff(a, h)
	case math.Abs(h) >= 1:
		return LogGamma(a+h) - LogGamma(a)
	}
	// Γ(a+h)/Γ(a) = Γ(a+m+h)/Γ(a+m) / ∏ (1 + h/(a+i))
	var shift float64
	for min(a, a+h) < largeEnough {
		shift += log1p(h / a)
		a++
	}
	return LogGammaDiff(a, h) - shift
}

func log1p(x float64) float64 { return math.Log1p(x) }

// stirlingDiff is stirling(a+h) − stirling(a), relative to h: of each power
// p^n − q^n = (p−q)(p^(n−1) + … + q^(n−1)), and p−q is known exactly.
func stirlingDiff(a, h float64) float64 {
	p, q := 1/(a+h), 1/a
	var total float64
	sum, power := 1.0, 1.0 // Σ p^i q^(n−i) and q^n, from n = 0
	for _, c := range stirlingTerms {
		total += c * sum
		for range 2 {
			power *= q
			sum = sum*p + power
		}
	}
	return -h * p * q * total
}

// stirlingTerms are B_2k/(2k(2k−1)), the coefficients of 1/x, 1/x³, ….
var stirlingTerms = [7]float64{1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156}

// stirling is ln Γ(x) − (x−½) ln x + x − ½ ln 2π for x >= largeEnough. The
// series is asymptotic; its last term kept is below 1e-16 at 10.
func stirling(x float64) float64 {
	w := 1 / (x * x)
	return (1.0/12 - w*(1.0/360-w*(1.0/1260-w*(1.0/1680-w*(1.0/1188-w*(691.0/360360-w/156)))))) / x
}
