package special_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// near reports a relative difference beyond tol, or an absolute one where the
// truth is zero.
func near(t *testing.T, tol, want, got float64, args ...float64) {
	t.Helper()
	if want == 0 {
		assert.InDelta(t, want, got, tol, "%v", args)
		return
	}
	if !(math.Abs(got-want) <= tol*math.Abs(want)) {
		t.Errorf("%v: got %.17g, want %.17g, relative difference %.2g", args, got, want, math.Abs(got-want)/math.Abs(want))
	}
}

func TestTruth(t *testing.T) {
	for _, r := range logGammaDiffs {
		near(t, 2e-15*max(1, math.Abs(math.Log(r[0]+r[1])*r[1]/r[2])), r[2], special.LogGammaDiff(r[0], r[1]), r...)
	}
	for _, r := range logBetas {
		near(t, 1e-15, r[2], special.LogBeta(r[0], r[1]), r...)
		near(t, 1e-15, r[2], special.LogBeta(r[1], r[0]), r...)
	}
	for _, r := range logBetaRatios {
		near(t, 3e-15, r[3], special.LogBetaRatio(r[0], r[1], r[2]), r...)
	}
	for _, r := range digammas {
		if r[0] > 1.4 && r[0] < 1.5 { // the zero of ψ
			assert.InDelta(t, r[1], special.Digamma(r[0]), 2e-15)
			continue
		}
		near(t, 2e-15, r[1], special.Digamma(r[0]), r...)
	}
	for _, r := range trigammas {
		near(t, 1e-15, r[1], special.Trigamma(r[0]), r...)
	}
	for _, r := range scaledExpInts {
		near(t, 2e-13, r[2], special.ScaledExpInt(r[0], r[1]), r...)
	}
	for _, r := range hyp2F1Ones {
		near(t, 1e-12, r[4], special.Hyp2F1One(r[0], r[1], r[2], r[3]), r...)
	}
	for _, r := range hyp2F1Tails {
		near(t, 2e-14, r[4]*r[2], special.Hyp2F1Tail(r[0], r[1], r[2], r[3]), r...)
	}
}

func TestOutsideTheDomain(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, v := range []float64{
		special.LogGamma(0), special.LogGamma(-1), special.LogGamma(nan), special.LogGammaDiff(0, 1), special.LogGammaDiff(1, -1),
		special.LogGammaDiff(0, 0.5), special.LogGammaDiff(0.5, -0.5), special.LogGammaDiff(-0.5, 0.7), special.LogGammaDiff(0.5, -0.7),
		special.LogBeta(0, 1), special.LogBeta(1, nan), special.LogBeta(nan, 1), special.LogBeta(20, nan), special.LogBeta(nan, 20), special.LogBeta(20, 0),
		special.LogBeta(-1, 20), special.LogBeta(0, inf), special.LogBeta(-3, -2),
		special.LogBetaRatio(-2, 1, 1), special.LogBetaRatio(1, 0, 1), special.LogBetaRatio(1, 1, -1),
		special.LogBetaRatio(-1, 1, 1), special.LogBetaRatio(-1, 2, -1), special.LogBetaRatio(-1.5, 2, -1), special.LogBetaRatio(1, 1, -2), special.LogBetaRatio(1, -1, 3),
		special.LogGammaTail(0, 1), special.LogGammaTail(-1, 1), special.LogGammaTail(1, -1), special.LogGammaTail(nan, 1), special.LogGammaTail(1, nan),
		special.Digamma(0), special.Trigamma(-3), special.ScaledExpInt(0, 1), special.ScaledExpInt(1, -1), special.ScaledExpInt(nan, 1),
		special.Hyp2F1One(2, 1, 0.5, 0.5), special.Hyp2F1One(0, 1, 0.5, 0.5), special.Hyp2F1One(1, 2, 1, 0), special.BetaMean(0, 1, nil),
	} {
		assert.True(t, math.IsNaN(v), "%v", v)
	}
	// Nothing changes by nothing, at infinity too.
	assert.Zero(t, special.LogBetaRatio(2, inf, 0))
	assert.Zero(t, special.LogBetaRatio(0, 3, inf))
	assert.Zero(t, special.LogGammaDiff(inf, 0))
	assert.Equal(t, inf, special.ScaledExpInt(1, 0))
	assert.Equal(t, inf, special.ScaledExpInt(0.5, 0))
	assert.Equal(t, 0.5, special.ScaledExpInt(3, 0))
	assert.Zero(t, special.ScaledExpInt(3, inf))
	assert.Zero(t, special.Integrate(math.Exp, 1, 1, 1e-9))
}

// TestIntegrate_Ends: what no bisection makes smooth costs 4,000 pieces and no
// more, and a peak no more than QUADPACK's estimate of the error asks for.
func TestIntegrate_Ends(t *testing.T) {
	calls := 0
	noise := func(x float64) float64 {
		if calls++; calls > 100_000 {
			return 0
		}
		return float64(math.Float64bits(x)*0x9e3779b97f4a7c15>>40) + 1
	}
	special.Integrate(noise, 0, 1, 1e-9)
	assert.Greater(t, calls, 4000*15)
	assert.LessOrEqual(t, calls, (4000+2)*15)
	// Pieces of two neighbouring numbers cannot be halved.
	calls = 0
	special.Integrate(noise, 1, 1+24*0x1p-52, 1e-9)
	assert.LessOrEqual(t, calls, 24*2*15)
	calls = 0
	peak := special.Integrate(func(x float64) float64 {
		calls++
		return math.Exp(-400 * x * x)
	}, -1, 1, 1e-12)
	near(t, 1e-14, math.Sqrt(math.Pi)/20, peak)
	assert.LessOrEqual(t, calls, 300)
}

// positive draws a number over many magnitudes, and often an awkward one.
func positive(t *rapid.T, name string) float64 {
	if rapid.IntRange(0, 4).Draw(t, name+" awkward") == 0 {
		return rapid.SampledFrom([]float64{1e-6, 0.5, 1, 2, 9.999999, 10, 10.5, 100, 1e6, 1e9}).Draw(t, name)
	}
	return math.Exp(rapid.Float64Range(math.Log(1e-6), math.Log(1e6)).Draw(t, name))
}

func exact(x float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(x) }

// TestLaw_LogBetaRatioIsTheProduct: for a whole u the ratio of beta functions
// is a product of fractions, here multiplied out in 300 bits.
func TestLaw_LogBetaRatioIsTheProduct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, u := positive(t, "a"), positive(t, "b"), rapid.IntRange(1, 60).Draw(t, "u")
		ratio := exact(1)
		for i := range u {
			top := new(big.Float).Add(exact(b), exact(float64(i)))
			ratio.Mul(ratio, top)
			ratio.Quo(ratio, new(big.Float).Add(exact(a), top))
		}
		got := special.LogBetaRatio(a, b, float64(u))
		// 1 − ratio in full precision gives the log where the ratio is near 1
		gap, _ := new(big.Float).Sub(exact(1), ratio).Float64()
		var want float64
		if gap < 0.5 {
			want = math.Log1p(-gap)
		} else {
			exp := ratio.MantExp(nil)
			m, _ := new(big.Float).SetMantExp(ratio, -exp).Float64()
			want = math.Log(m) + float64(exp)*math.Ln2
		}
		if math.Abs(got-want) > 4e-14*math.Abs(want) {
			t.Fatalf("got %.17g, want %.17g (%.2g)", got, want, math.Abs(got-want)/math.Abs(want))
		}
	})
}

// Where math.Lgamma is off by 6e-14, and the law of whole steps found it. Values
// of mpmath, 30 digits.
func TestLogGamma_BesideTheMinimum(t *testing.T) {
	for _, r := range [][2]float64{
		{0.1918862179832161, 1.56786566408799761392055124},
		{0.219, 1.4280447904834294266395392143},
		{0.2316, 1.368860917718122672496954295},
		{1.1917, -0.08293126255507434006549982362},
		{1.1918862179832161, -0.0829870332025861551700300891435},
		{1.21, -0.0882013651046910775675476283},
		{1.2315, -0.0938576382458693102199205497879},
		{1.2317, -0.09390758066208523461817153694},
	} {
		near(t, 1e-15, r[1], special.LogGamma(r[0]), r[0])
	}
	assert.InDelta(t, 0.17553710937500006, special.LogGammaDiff(1.1918862179832161, 1), 2e-16)
}

// TestLaw_LogGammaDiffOfWholeSteps: Γ(a+u)/Γ(a) = a(a+1)…(a+u−1).
func TestLaw_LogGammaDiffOfWholeSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, u := positive(t, "a"), rapid.IntRange(1, 60).Draw(t, "u")
		var want, size float64
		for i := range u {
			l := math.Log(a + float64(i))
			want, size = want+l, size+math.Abs(l)+1
		}
		got := special.LogGammaDiff(a, float64(u))
		if math.Abs(got-want) > 4e-15*size {
			t.Fatalf("got %.17g, want %.17g", got, want)
		}
		if back := special.LogGammaDiff(a+float64(u), -float64(u)); a >= 1 && math.Abs(got+back) > 4e-15*size {
			t.Fatalf("back %.17g, forth %.17g", back, got)
		}
	})
}

// TestLaw_DerivativesStep: ψ(x+1) = ψ(x) + 1/x and ψ′(x+1) = ψ′(x) − 1/x², and
// each is the slope of the one before.
func TestLaw_DerivativesStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := positive(t, "x")
		if got, want := special.Digamma(x+1), special.Digamma(x)+1/x; math.Abs(got-want) > 4e-15*(math.Abs(want)+1/x+1) {
			t.Fatalf("ψ: %v %v", got, want)
		}
		if got, want := special.Trigamma(x+1), special.Trigamma(x)-1/(x*x); math.Abs(got-want) > 4e-15*special.Trigamma(x) {
			t.Fatalf("ψ′: %v %v", got, want)
		}
		y := positive(t, "y")
		if got, want := special.DigammaDiff(x, y), special.Digamma(x+y)-special.Digamma(x); math.Abs(got-want) > 4e-15*(math.Abs(special.Digamma(x+y))+math.Abs(special.Digamma(x))+1) {
			t.Fatalf("difference of ψ: %v %v", got, want)
		}
		if got, want := special.TrigammaDiff(x, y), special.Trigamma(x+y)-special.Trigamma(x); math.Abs(got-want) > 4e-15*special.Trigamma(x) {
			t.Fatalf("difference of ψ′: %v %v", got, want)
		}
		// over whole steps they are sums of one sign
		var psi, tri float64
		for i := range 20 {
			v := 1 / (x + float64(i))
			psi, tri = psi+v, tri-v*v
		}
		if got := special.DigammaDiff(x, 20); math.Abs(got-psi) > 1e-14*psi {
			t.Fatalf("20 steps of ψ: %v %v", got, psi)
		}
		if got := special.TrigammaDiff(x, 20); math.Abs(got-tri) > -1e-14*tri {
			t.Fatalf("20 steps of ψ′: %v %v", got, tri)
		}
		if got := special.DigammaDiff(x+20, -20); x >= 1 && math.Abs(got+psi) > 1e-13*psi {
			t.Fatalf("20 steps back of ψ: %v %v", got, psi)
		}
		h := x * 1e-4
		if got, want := special.LogGammaDiff(x, h)-special.LogGammaDiff(x, -h), 2*h*special.Digamma(x); math.Abs(got-want) > 1e-7*(math.Abs(want)+h) {
			t.Fatalf("slope of ln Γ: %v %v", got, want)
		}
		if got, want := special.Digamma(x+h)-special.Digamma(x-h), 2*h*special.Trigamma(x); math.Abs(got-want) > 1e-7*math.Abs(want)+1e-14*math.Abs(special.Digamma(x)) {
			t.Fatalf("slope of ψ: %v %v", got, want)
		}
	})
}

// TestLaw_ExpIntStep: s E_{s+1} = 1 − z E_s (scaled), and E is the integral.
func TestLaw_ExpIntStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := math.Exp(rapid.Float64Range(-4, 7).Draw(t, "log s"))
		if rapid.Bool().Draw(t, "whole") {
			s = math.Ceil(s)
		}
		z := math.Exp(rapid.Float64Range(-20, 8).Draw(t, "log z"))
		e, up := special.ScaledExpInt(s, z), special.ScaledExpInt(s+1, z)
		if math.Abs(s*up+z*e-1) > 1e-12 {
			t.Fatalf("E_s %v, E_{s+1} %v, sum %v", e, up, s*up+z*e)
		}
		// over u = ln(1+t)
		integral := special.Integrate(func(u float64) float64 {
			return math.Exp(-z*math.Expm1(u) - (s-1)*u)
		}, 0, math.Log1p(60/z), 1e-13)
		if math.Abs(integral-e) > 2e-11*e {
			t.Fatalf("E_s(z) %.15g, integral %.15g", e, integral)
		}
	})
}

// Found by the law of the series: F(1, ½; 1; z) = 1/√(1−z), where a product of
// 100,000 ratios, none of which became 1, was off by up to 1e-9.
func TestHyp2F1One_RoundingDoesNotAddUp(t *testing.T) {
	for i := range 2000 {
		w := math.Pow(1e-4, float64(i)/1999)
		z := 1 - w
		w = 1 - z
		near(t, 3e-13, 1/math.Sqrt(w), special.Hyp2F1One(0.5, 1, z, w), z)
	}
	near(t, 1e-15, 3.7796447300922722721, special.Hyp2F1One(0.5, 1, 0.93, 0.07))
}

// TestLaw_Hyp2F1OneSteps: F(1, b; c; z) = 1 + b/c z F(1, b+1; c+1; z), also near
// z = 1, where a series does not end.
func TestLaw_Hyp2F1OneSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := max(1e-3, min(1e4, positive(t, "b")))
		c := b + max(1e-3, min(1e4, positive(t, "c-b")))
		z := 1 - math.Exp(rapid.Float64Range(math.Log(1.001e-4), 0).Draw(t, "w"))
		w := 1 - z
		got, want := special.Hyp2F1One(b, c, z, w), 1+b/c*z*special.Hyp2F1One(b+1, c+1, z, w)
		if math.Abs(got-want) > 5e-12*want {
			t.Fatalf("F(1, %g; %g; %g) = %.17g, by a step %.17g", b, c, z, got, want)
		}
	})
}

// TestLaw_Hyp2F1OneIsItsSeries: the power series in 300 bits, whose terms are
// all positive.
func TestLaw_Hyp2F1OneIsItsSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := max(1e-3, positive(t, "b"))
		c := b + max(1e-3, positive(t, "c-b"))
		z := rapid.Float64Range(0, 0.93).Draw(t, "z")
		if !(c > b) {
			t.Skip("c rounds to b")
		}
		term, sum := exact(1), exact(1)
		for n := range 900 {
			k := exact(float64(n))
			term.Mul(term, new(big.Float).Add(exact(b), k))
			term.Quo(term, new(big.Float).Add(exact(c), k))
			term.Mul(term, exact(z))
			sum.Add(sum, term)
		}
		want, _ := sum.Float64()
		if got := special.Hyp2F1One(b, c, z, 1-z); math.Abs(got-want) > 1e-11*want {
			t.Fatalf("got %.17g, want %.17g", got, want)
		}
	})
}

// TestLaw_BetaMean: moments of the beta law.
func TestLaw_BetaMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := math.Exp(rapid.Float64Range(-4, 11).Draw(t, "log a"))
		b := math.Exp(rapid.Float64Range(-4, 11).Draw(t, "log b"))
		one := special.BetaMean(a, b, func(_, _ float64) float64 { return 1 })
		p := special.BetaMean(a, b, func(p, _ float64) float64 { return p })
		pq := special.BetaMean(a, b, func(p, q float64) float64 { return p * q })
		// The log of the density's constant is of the size of a + b, and its last
		// digit is an error of the whole.
		tol := 1e-11 + 0x1p-52*(a+b)
		if math.Abs(one-1) > tol || math.Abs(p/(a/(a+b))-1) > tol || math.Abs(pq/(a*b/((a+b)*(a+b+1)))-1) > tol {
			t.Fatalf("1: %v, p: %v, pq: %v", one-1, p/(a/(a+b))-1, pq/(a*b/((a+b)*(a+b+1)))-1)
		}
	})
}
