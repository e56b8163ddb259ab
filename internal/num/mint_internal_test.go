package num

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
)

// TestLaw_MintedIsNew: what a Mint makes is what decimal.New and UnitsInt make, bit
// for bit where it can be seen, and neither arithmetic nor later coins change it.
func TestLaw_MintedIsNew(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		var m Mint
		n := rapid.IntRange(1, 2*mintBlock+1).Draw(t, "n")
		got, want := make([]decimal.Decimal, n), make([]decimal.Decimal, n)
		for i := range got {
			coef := rapid.SampledFrom([]int64{0, 1, -1, 1 << 32, -1 << 32, math.MaxInt64, math.MinInt64, rapid.Int64().Draw(t, "coef")}).Draw(t, "edge")
			exp := rapid.Int32Range(-12, 3).Draw(t, "exp")
			got[i], want[i] = m.New(coef, exp), decimal.New(coef, exp)
			if coef == math.MinInt64 {
				drawn["the lowest"]++
			}
		}
		if n > mintBlock {
			drawn["two blocks"]++
		}
		for i := range got {
			require.Equal(t, want[i].String(), got[i].String())
			require.Equal(t, want[i].Coefficient(), got[i].Coefficient())
			require.Equal(t, want[i].Exponent(), got[i].Exponent())
			_, _ = got[i].Neg().Add(got[0]).Mul(got[i]).MarshalText()
		}
		for i := range got {
			require.Equal(t, want[i].String(), got[i].String(), "changed by arithmetic")
		}
	}, drawn.Need("two blocks", "the lowest"))
}

func TestLaw_MintRoundsAsRoundInt(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		var m Mint
		a := Of(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "a"))
		if rapid.IntRange(0, 3).Draw(t, "round") == 0 {
			a, _ = a.Mul(Of(Pow10(rapid.Int32Range(0, 12).Draw(t, "zeros"))))
		}
		mul, div := uint64(Pow10(rapid.Int32Range(0, 12).Draw(t, "mul"))), uint64(rapid.SampledFrom([]int64{1, 3, 12, 1200, 7_300_000}).Draw(t, "div"))
		places := rapid.Int32Range(0, 12).Draw(t, "places")
		got, ok := m.RoundInt(a, mul, div, places)
		want, ok2 := RoundInt(a, mul, div, places)
		require.Equal(t, ok2, ok)
		require.Equal(t, want.String(), got.String())
		require.Equal(t, want.Exponent(), got.Exponent())
		if ok && want.Exponent() == 0 && places == 12 && !want.IsZero() {
			drawn["twelve zeros"]++
		}
		if !ok {
			drawn["too large"]++
		}
		if _, small := want.Coefficient().Int64(), want.Coefficient().IsInt64(); !small {
			drawn["of two words"]++
		}
	}, drawn.Need("twelve zeros", "of two words"))
}

func BenchmarkMint(b *testing.B) {
	b.Run("mint", func(b *testing.B) {
		var m Mint
		var d decimal.Decimal
		b.ReportAllocs()
		for i := range b.N {
			d = m.New(int64(i), -2)
		}
		_ = d
	})
	b.Run("decimal.New", func(b *testing.B) {
		var d decimal.Decimal
		b.ReportAllocs()
		for i := range b.N {
			d = decimal.New(int64(i), -2)
		}
		_ = d
	})
}
