package special_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// Figures by mpmath with 40 digits.
func TestNormal_HighPrecision(t *testing.T) {
	t.Parallel()
	for z, want := range map[float64]float64{
		-5: -2.8665161296376359338e-7, 0: -0.69314718055994530942, 1.96: -3.6889636517296386186,
		5: -15.064998393988725736, 24.9: -314.14041276161316294, 25: -316.63940800802025894,
		25.1: -319.14838740588863448, 37: -689.0305855768905936, 40: -804.60844201375378817,
		1000: -500007.82669481218431,
	} {
		assert.InEpsilon(t, want, special.LogNormalTail(z), 1e-13, "z = %v", z)
	}
	for p, want := range map[float64]float64{
		0.025: -1.9599639845400542355, 0.975: 1.9599639845400542355,
		1e-10: -6.3613409024040562047, 1e-300: -37.047096299361199237,
	} {
		assert.InEpsilon(t, want, special.NormalQuantile(p), 1e-14, "p = %v", p)
	}
	assert.InEpsilon(t, 1.9599639845400542355, special.NormalTwoSided(0.95), 1e-14)
	assert.Zero(t, special.NormalQuantile(0.5))
	assert.True(t, math.IsInf(special.NormalQuantile(0), -1))
	assert.True(t, math.IsInf(special.NormalQuantile(1), 1))
	assert.True(t, math.IsInf(special.LogNormalTail(math.Inf(1)), -1))
	for _, p := range []float64{-1, 2, math.NaN()} {
		assert.True(t, math.IsNaN(special.NormalQuantile(p)), "p = %v", p)
	}
}

func TestLaw_NormalQuantileInvertsTheTail(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Float64Range(0, 37).Draw(t, "z")
		assert.InDelta(t, z, -special.NormalQuantile(math.Exp(special.LogNormalTail(z))), 1e-11*math.Max(1, z))
		assert.InDelta(t, special.NormalP(z), 2*math.Exp(special.LogNormalTail(z)), 1e-14)
	})
}

// Figures by mpmath with 40 digits.
func TestChiSquare_HighPrecision(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ df, x, want float64 }{
		{1, 0.5, -0.73501112983708440303},
		{1, 3.841458820694124, -2.9957322735539898255},
		{3, 25.40370035, -11.272927993113748343},
		{1, 122.2491256, -63.761403759312276606},
		{1, 1480, -743.87636457414163732},
		{3, 13684.6642404, -6837.7958229429972413},
		{10, 5, -0.11521107470692996544},
		{7, 2000, -983.92908478218237812},
		{1, 1e-8, -0.000079791639215483497641},
		{100, 90, -0.28342718321204165029},
		{100, 1e5, -49614.395627549364737},
	} {
		assert.InEpsilon(t, c.want, special.LogChiSquareTail(c.x, c.df), 1e-12, "df = %v, x = %v", c.df, c.x)
	}
	assert.Zero(t, special.LogChiSquareTail(0, 3))
	assert.InDelta(t, 1, special.ChiSquareP(0, 3), 0)
	assert.True(t, math.IsInf(special.LogChiSquareTail(math.Inf(1), 3), -1))
	for _, c := range [][2]float64{{-1, 1}, {1, 0}, {1, -2}, {math.NaN(), 1}, {1, math.NaN()}, {1, math.Inf(1)}} {
		assert.True(t, math.IsNaN(special.LogChiSquareTail(c[0], c[1])), "%v", c)
	}
}

// Against gonum where it does not underflow, and against the closed form of an
// even number of degrees of freedom: e^{-x/2} Σ (x/2)^k/k!.
func TestLaw_ChiSquareTailOtherForms(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		df := rapid.IntRange(1, 60).Draw(t, "df")
		x := rapid.OneOf(rapid.Float64Range(0, 200), rapid.Float64Range(0, 1e6)).Draw(t, "x")
		got := special.LogChiSquareTail(x, float64(df))
		if x < 200 {
			want := distuv.ChiSquared{K: float64(df)}.Survival(x)
			assert.InDelta(t, want, math.Exp(got), 1e-12)
		}
		if df%2 == 0 {
			term, sum := 1.0, 1.0
			for k := 1; k < df/2; k++ {
				term *= x / 2 / float64(k)
				sum += term
			}
			want := math.Log(sum) - x/2
			assert.InDelta(t, want, got, 1e-11*math.Max(1, math.Abs(want)))
		}
	})
}
