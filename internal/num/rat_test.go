package num_test

import (
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/num"
)

// TestLaw_MulDivIsBigInt compares with math/big, floors of negatives included.
func TestLaw_MulDivIsBigInt(t *testing.T) {
	t.Parallel()
	fits := 0
	law.Check(t, func(t *rapid.T) {
		a := int128().Draw(t, "a")
		mul, div := rapid.Uint64().Draw(t, "mul"), rapid.Uint64Min(1).Draw(t, "div")
		if rapid.Bool().Draw(t, "small") {
			mul, div = 1_000_000_000_000, div>>2+1
		}
		n := new(big.Int).Mul(a.Big(), new(big.Int).SetUint64(mul))
		q, r := new(big.Int).DivMod(n, new(big.Int).SetUint64(div), new(big.Int))
		got, rem, ok := a.MulDiv(mul, div)
		if !ok {
			require.True(t, q.BitLen() >= 127 || a.Hi < 0 && a.Neg().Hi < 0, "%s", q)
			return
		}
		fits++
		require.Equal(t, q.String(), got.String())
		require.Equal(t, r.String(), new(big.Int).SetUint64(rem).String())
		if div < 1<<63 {
			want := num.Round(n, new(big.Int).SetUint64(div), 0)
			d, ok := num.RoundInt(a, mul, div, 0)
			require.True(t, ok)
			require.True(t, want.Equal(d), "%s is not %s", d, want)
		}
	}, law.Counters{"fits": &fits})
}

func TestLaw_UnitsIntIsUnits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, places := int128().Draw(t, "a"), rapid.Int32Range(0, 12).Draw(t, "places")
		if rapid.Bool().Draw(t, "round") {
			a, _ = num.Of(rapid.Int64Range(-999, 999).Draw(t, "n")).Mul(num.Of(num.Pow10(rapid.Int32Range(0, 12).Draw(t, "zeros"))))
		}
		want, got := num.Units(a.Big(), places), num.UnitsInt(a, places)
		require.Equal(t, want.String(), got.String())
		require.Equal(t, want.Exponent(), got.Exponent())
	})
}

// FuzzReadRat: what is read is written as the same bytes, or was not in lowest
// terms; truncated bytes are refused.
func FuzzReadRat(f *testing.F) {
	f.Add(num.AppendRat(nil, big.NewRat(-100, 12)))
	f.Add(num.AppendRat(nil, new(big.Rat)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n, err := num.ReadRat(b)
		if err != nil {
			return
		}
		again := num.AppendRat(nil, r)
		back, m, err := num.ReadRat(again)
		require.NoError(t, err)
		require.Len(t, again, m)
		require.Zero(t, back.Cmp(r))
		require.LessOrEqual(t, n, len(b))
		for i := range again {
			_, _, err := num.ReadRat(again[:i])
			require.Error(t, err)
		}
	})
}

// A zero with a huge exponent is zero, and costs nothing; a number beyond the
// limits is refused and nothing added.
// What is written is read, with what follows left alone; what was not written so
// is refused.
func TestRat_RoundTrip(t *testing.T) {
	t.Parallel()
	wide := new(big.Int).Lsh(big.NewInt(1), 8*1024)
	for _, want := range []*big.Rat{
		new(big.Rat), big.NewRat(1, 1), big.NewRat(-1, 1), big.NewRat(355, 113), big.NewRat(-256, 255),
		new(big.Rat).SetFrac(wide, big.NewInt(3)), new(big.Rat).SetFrac(big.NewInt(-3), wide),
	} {
		b := num.AppendRat([]byte{}, want)
		got, n, err := num.ReadRat(append(b, 1, 2, 3))
		require.NoError(t, err)
		require.Zero(t, want.Cmp(got), "%s", want)
		require.Len(t, b, n)
		for cut := range b {
			_, _, err := num.ReadRat(b[:cut])
			require.Error(t, err, "%s, the first %d bytes", want, cut)
		}
	}
	tooWide := new(big.Int).Lsh(big.NewInt(1), 8*5000)
	for what, b := range map[string][]byte{
		"a numerator of zero in bytes": {2, 0, 1, 1},
		"a denominator of zero":        {2, 1, 1, 0},
		"no denominator":               {2, 1, 0},
		"a wide numerator":             num.AppendRat(nil, new(big.Rat).SetInt(tooWide)),
		"a wide denominator":           num.AppendRat(nil, new(big.Rat).SetFrac(big.NewInt(1), tooWide)),
	} {
		_, _, err := num.ReadRat(b)
		require.Error(t, err, what)
	}
}

func TestSum_Checked(t *testing.T) {
	t.Parallel()
	var s num.Sum
	zero := decimal.New(0, -2_000_000_000)
	s.Add(zero)
	s.Add(decimal.New(0, 2_000_000_000))
	s.Add(decimal.New(5, -1))
	require.Equal(t, "0.5", s.Decimal().String())
	_, err := s.AddChecked([]decimal.Decimal{decimal.New(1, 0), zero, decimal.New(123, 5)})
	require.NoError(t, err)
	at, err := s.AddChecked([]decimal.Decimal{decimal.New(1, 0), decimal.New(1, 1_000_000)})
	require.ErrorIs(t, err, num.ErrRange)
	require.Equal(t, 1, at)
	require.Equal(t, "12300001.5", s.Decimal().String())
}
