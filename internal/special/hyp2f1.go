package special

import "math"

// Hyp2F1One is F(1, b; c; z) for c > b > 0 and 0 <= z < 1; w is 1−z, which the
// caller knows exactly where z was rounded. It is the mean of 1/(1−zp) over
// p ~ Beta(b, c−b). NaN elsewhere.
//
// Gauss' continued fraction (DLMF 15.7.5), all of whose coefficients are
// positive here; beyond z = 0.9999 the integral, because the fraction needs
// 1/√(1−z) steps. gonum's mathext.Hypergeo(1, 200.55, 202.16, 0.9999) is NaN.
func Hyp2F1One(b, c, z, w float64) float64 {
	switch {
	case !(b > 0) || !(c > b) || !(z >= 0) || !(w > 0):
		return math.NaN()
	case z == 0:
		return 1
	case w < 1e-4:
		return BetaMean(b, c-b, func(_, q float64) float64 { return 1 / (w + z*q) })
	}
	// F(b, c) = 1 + b/c z F(b+1, c+1): where b and c−b are small, 1 − a1 z is small
	// too and would cost five digits; a step further it does not.
	first := b / c * z
	b, c = b+1, c+1
	// F = 1/(1 − a1 z/(1 − a2 z/(1 − …))), summed from convergent to convergent:
	// every difference is positive, so that no rounding adds up, as it does in a
	// product of ratios that are 1 but for their last digit.
	d, step, f := 1.0, 1.0, 1.0
	for k, done := 1, 0; done < 2 && k <= 100000; k++ {
		var a float64
		switch m := float64(k / 2); {
		case k == 1:
			a = b / c
		case k%2 == 0:
			a = m * (c - b + m - 1) / ((c + 2*m - 2) * (c + 2*m - 1))
		default:
			a = (b + m) * (c + m - 1) / ((c + 2*m - 1) * (c + 2*m))
		}
		x := a * z * d
		d = 1 / (1 - x)
		step *= x * d
		f += step
		if done++; step > 1e-17*f { // twice, for odd and even ones differ
			done = 0
		}
	}
	return 1 + first*f
}

// Hyp2F1Tail is Σ_{n>=1} (a)_n (1+e)_{n−1} z^n / ((c+1)_{n−1} n!), which is
// c (F(a, e; c; z) − 1)/e without the division and without the pole at c = 0:
// it has a value at e = 0 and for c > −1. For a > −1, 1+e > 0 and
// 0 <= z < 1 all terms have one sign; they are summed until they do not count.
func Hyp2F1Tail(a, e, c, z float64) float64 {
	term := a * z
	sum := term
	for n := 1.0; n < 1e6; n++ {
		term *= z * ((a + n) * (e + n)) / ((c + n) * (n + 1))
		sum += term
		if math.Abs(term) <= 1e-17*math.Abs(sum)*(1-z) {
			break
		}
	}
	return sum
}
