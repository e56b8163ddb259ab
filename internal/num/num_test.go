package num_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// int128 draws values whose magnitudes spread over all bit lengths.
func int128() *rapid.Generator[num.Int128] {
	return rapid.Custom(func(t *rapid.T) num.Int128 {
		v := num.Int128{Hi: rapid.Int64().Draw(t, "hi"), Lo: rapid.Uint64().Draw(t, "lo")}
		switch rapid.IntRange(0, 2).Draw(t, "width") {
		case 0:
			return num.Of(v.Hi)
		case 1:
			v.Hi >>= rapid.IntRange(0, 63).Draw(t, "shift")
		}
		return v
	})
}

// TestLaw_Int128IsBigInt compares every operation with math/big.
func TestLaw_Int128IsBigInt(t *testing.T) {
	t.Parallel()
	mod := new(big.Int).Lsh(big.NewInt(1), 128)
	half := new(big.Int).Lsh(big.NewInt(1), 127)
	wrap := func(b *big.Int) *big.Int {
		b = new(big.Int).Mod(b, mod)
		if b.Cmp(half) >= 0 {
			b.Sub(b, mod)
		}
		return b
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := int128().Draw(t, "a"), int128().Draw(t, "b")
		x, y := a.Big(), b.Big()
		require.Equal(t, wrap(new(big.Int).Add(x, y)).String(), a.Add(b).String())
		require.Equal(t, wrap(new(big.Int).Sub(x, y)).String(), a.Sub(b).String())
		require.Equal(t, wrap(new(big.Int).Neg(x)).String(), a.Neg().String())
		require.Equal(t, x.Cmp(y), a.Cmp(b))
		require.Equal(t, x.Sign(), a.Sign())
		require.Equal(t, x.Sign() == 0, a.IsZero())

		sum := new(big.Int).Add(x, y)
		_, ok := a.AddOK(b)
		require.Equal(t, wrap(sum).Cmp(sum) == 0, ok)

		product := new(big.Int).Mul(x, y)
		p, ok := a.Mul(b)
		require.Equal(t, product.BitLen() <= 127, ok, "product %s", product)
		if ok {
			require.Equal(t, product.String(), p.String())
		}

		v, ok := a.Int64()
		require.Equal(t, x.IsInt64(), ok)
		if ok {
			require.Equal(t, x.Int64(), v)
		}
		back, ok := num.FromBig(x)
		require.Equal(t, x.BitLen() <= 127, ok)
		if ok {
			require.Equal(t, a, back)
		}
		f, _ := new(big.Float).SetInt(x).Float64()
		require.InEpsilon(t, f+1e-300, a.Float64()+1e-300, 1e-15)
	})
}

// The lowest value times nothing is nothing. Found by the law, once in 65,000.
func TestInt128_LowestTimesZero(t *testing.T) {
	t.Parallel()
	lowest := num.Int128{Hi: math.MinInt64}
	for _, v := range [][2]num.Int128{{lowest, {}}, {{}, lowest}} {
		p, ok := v[0].Mul(v[1])
		require.True(t, ok)
		require.True(t, p.IsZero())
	}
	_, ok := lowest.Mul(num.Of(1))
	require.False(t, ok, "it counts as out of range")
}

// 127 bits fit on either side of zero, and no more.
func TestFromBig_Bounds(t *testing.T) {
	t.Parallel()
	most := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 127), big.NewInt(1))
	for _, b := range []*big.Int{most, new(big.Int).Neg(most)} {
		v, ok := num.FromBig(b)
		require.True(t, ok)
		require.Zero(t, b.Cmp(v.Big()))
	}
	for _, sign := range []int64{1, -1} {
		_, ok := num.FromBig(new(big.Int).Lsh(big.NewInt(sign), 127))
		require.False(t, ok)
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   decimal.Decimal
		coef string
		exp  int32
	}{
		{decimal.Decimal{}, "0", 0},
		{decimal.New(0, -30), "0", 0},
		{decimal.New(0, 1<<30), "0", 0},
		{decimal.RequireFromString("49.00"), "49", 0},
		{decimal.RequireFromString("-49.90"), "-499", -1},
		{decimal.RequireFromString("123456789012345678"), "123456789012345678", 0},
		{decimal.RequireFromString("123456789.123456789012"), "123456789123456789012", -12},
		{decimal.New(12, 3), "12000", 0},
		{decimal.RequireFromString("1.500000000000000000000"), "15", -1},
	} {
		coef, exp, err := num.Parts(c.in)
		require.NoError(t, err)
		require.Equal(t, c.coef, coef.String())
		require.Equal(t, c.exp, exp)
		require.NoError(t, num.Check(c.in))
	}
}

func TestParts_Limits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   decimal.Decimal
		says string
	}{
		{decimal.New(1, 1<<30), "1073741825 digits before the point, limit 18"},
		{decimal.New(1, -(1 << 30)), "1073741824 decimal places, limit 12"},
		{decimal.New(1, 18), "19 digits before the point, limit 18"},
		{decimal.New(1, -13), "13 decimal places, limit 12"},
		{decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 1000), 0), "302 digits, limit 64"},
	} {
		_, _, err := num.Parts(c.in)
		require.ErrorIs(t, err, num.ErrRange)
		require.ErrorContains(t, err, c.says)
		require.ErrorIs(t, num.Check(c.in), num.ErrRange)
	}
}

// TestLaw_SumIsDecimalAdd compares the fast sum with decimal's own addition.
func TestLaw_SumIsDecimalAdd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ds := rapid.SliceOf(rapid.Custom(func(t *rapid.T) decimal.Decimal {
			return decimal.New(rapid.Int64().Draw(t, "coef"), rapid.Int32Range(-14, 3).Draw(t, "exp"))
		})).Draw(t, "ds")
		want := decimal.Decimal{}
		for _, d := range ds {
			want = want.Add(d)
		}
		require.True(t, want.Equal(num.SumDecimals(ds)))
	})
}

// TestLaw_RoundCommutesWithWholeUnits: adding whole units before rounding is
// adding them after, and the result is within half a unit of the fraction.
func TestLaw_RoundCommutesWithWholeUnits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, d := big.NewInt(rapid.Int64().Draw(t, "num")), big.NewInt(rapid.Int64Range(1, 1<<40).Draw(t, "den"))
		k := big.NewInt(rapid.Int64Range(-1e6, 1e6).Draw(t, "k"))
		places := rapid.Int32Range(0, 12).Draw(t, "places")
		shifted := new(big.Int).Add(n, new(big.Int).Mul(k, d))
		r := num.Round(n, d, places)
		require.True(t, num.Round(shifted, d, places).Equal(r.Add(decimal.NewFromBigInt(k, 0))))

		off := new(big.Rat).Sub(r.Rat(), new(big.Rat).SetFrac(n, d))
		half := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
		half.Mul(half, big.NewRat(1, 2))
		require.LessOrEqual(t, off.Abs(off).Cmp(half), 0)
	})
}

func TestPow10(t *testing.T) {
	t.Parallel()
	require.Equal(t, int64(1), num.Pow10(0))
	require.Equal(t, int64(1e18), num.Pow10(18))
	require.Zero(t, num.Pow10(19))
	require.Zero(t, num.Pow10(-1))
}

func cents(n int) []decimal.Decimal {
	ds := make([]decimal.Decimal, n)
	for i := range ds {
		ds[i] = decimal.New(int64(i)*7919%100000, -2)
	}
	return ds
}

func TestSumAllocates(t *testing.T) {
	ds := cents(1024)
	var s num.Sum
	require.Zero(t, testing.AllocsPerRun(100, func() {
		s.Add(ds[0])
		s.AddAll(ds)
	}))
}

// BenchmarkSum1024 stands beside decimal's own addition of the same numbers.
func BenchmarkSum1024(b *testing.B) {
	ds := cents(1024)
	b.Run("num", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var s num.Sum
			s.AddAll(ds)
		}
	})
	b.Run("decimal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s := decimal.Decimal{}
			for i := range ds {
				s = s.Add(ds[i])
			}
		}
	})
}
