package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// The table of java.math.RoundingMode (Java SE documentation, "Summary of
// Rounding Operations Under Different Rounding Modes").
func TestRound_JavaTable(t *testing.T) {
	t.Parallel()
	modes := []money.Rounding{money.Up, money.Down, money.Ceiling, money.Floor, money.HalfUp, money.HalfDown, money.HalfEven}
	for _, row := range []struct {
		in   string
		want [7]string
	}{
		{"5.5", [7]string{"6", "5", "6", "5", "6", "5", "6"}},
		{"2.5", [7]string{"3", "2", "3", "2", "3", "2", "2"}},
		{"1.6", [7]string{"2", "1", "2", "1", "2", "2", "2"}},
		{"1.1", [7]string{"2", "1", "2", "1", "1", "1", "1"}},
		{"1.0", [7]string{"1", "1", "1", "1", "1", "1", "1"}},
		{"-1.0", [7]string{"-1", "-1", "-1", "-1", "-1", "-1", "-1"}},
		{"-1.1", [7]string{"-2", "-1", "-1", "-2", "-1", "-1", "-1"}},
		{"-1.6", [7]string{"-2", "-1", "-1", "-2", "-2", "-2", "-2"}},
		{"-2.5", [7]string{"-3", "-2", "-2", "-3", "-3", "-2", "-2"}},
		{"-5.5", [7]string{"-6", "-5", "-5", "-6", "-6", "-5", "-6"}},
	} {
		for i, mode := range modes {
			got, err := money.Round(dec(t, row.in), 0, mode)
			require.NoError(t, err)
			equal(t, row.want[i], got, row.in+" "+mode.String())
		}
	}
}

func TestRound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in     string
		places int32
		mode   money.Rounding
		want   string
	}{
		{"1.005", 2, money.HalfEven, "1.00"},
		{"1.015", 2, money.HalfEven, "1.02"},
		{"1.0050000001", 2, money.HalfEven, "1.01"},
		{"1234.5", -2, money.HalfUp, "1200"},
		{"1250", -2, money.HalfUp, "1300"},
		{"1250", -2, money.HalfEven, "1200"},
		{"1.5", 12, money.Up, "1.5"},
		{"0.004", 2, money.Ceiling, "0.01"},
		{"-0.004", 2, money.Ceiling, "0"},
		{"0", 2, money.Up, "0"},
		{"123456789012345678.123456789012", 11, money.Down, "123456789012345678.12345678901"},
		{"499999999999999999", -18, money.HalfUp, "0"},
	} {
		got, err := money.Round(dec(t, c.in), c.places, c.mode)
		require.NoError(t, err, c.in)
		equal(t, c.want, got, c.in)
	}
}

func TestRound_Refused(t *testing.T) {
	t.Parallel()
	one := decimal.New(1, 0)
	for _, c := range []struct {
		d      decimal.Decimal
		places int32
		mode   money.Rounding
		want   error
	}{
		{one, 13, money.HalfEven, money.ErrRange},
		{one, -19, money.HalfEven, money.ErrRange},
		{one, math.MinInt32, money.HalfEven, money.ErrRange},
		{one, 2, 7, money.ErrRounding},
		{decimal.New(1, 1_000_000), 2, money.HalfEven, money.ErrRange},
		{decimal.New(1, -13), 2, money.HalfEven, money.ErrRange},
		{dec(t, "999999999999999999.5"), 0, money.HalfUp, money.ErrRange}, // a nineteenth digit
	} {
		_, err := money.Round(c.d, c.places, c.mode)
		require.ErrorIs(t, err, c.want)
	}
}

func TestRoundTo(t *testing.T) {
	t.Parallel()
	for c, want := range map[money.Currency]string{"USD": "1.01", "JPY": "1", "BHD": "1.006", "CLF": "1.0056"} {
		got, err := money.RoundTo(dec(t, "1.00555"), c, money.HalfEven)
		require.NoError(t, err)
		equal(t, want, got, c)
	}
	_, err := money.RoundTo(decimal.New(1, 0), "XAU", money.HalfEven)
	require.ErrorIs(t, err, money.ErrNoMinorUnits)
}

func TestRounding_Text(t *testing.T) {
	t.Parallel()
	assert.Equal(t, money.HalfEven, money.Rounding(0), "the zero Rounding")
	for r := money.HalfEven; r <= money.Ceiling; r++ {
		text, err := r.MarshalText()
		require.NoError(t, err)
		back := money.Rounding(99)
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, r, back)
	}
	var r money.Rounding
	require.ErrorIs(t, r.UnmarshalText([]byte("bankers")), fault.ErrUnknown)
	_, err := money.Rounding(9).MarshalText()
	require.ErrorIs(t, err, fault.ErrUnknown)
	assert.Equal(t, "Rounding(9)", money.Rounding(9).String())
}

// The slow way: look at both whole numbers around the fraction.
func TestLaw_QuoIsTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1000, 1000).Draw(t, "n")
		d := rapid.Int64Range(-40, 40).Filter(func(d int64) bool { return d != 0 }).Draw(t, "d")
		mode := money.Rounding(rapid.IntRange(0, 6).Draw(t, "mode"))
		x := big.NewRat(n, d)
		lo := int64(math.Floor(float64(n) / float64(d))) // exact for such small numbers
		want := lo
		if !x.IsInt() {
			hi := lo + 1
			toLo := new(big.Rat).Sub(x, big.NewRat(lo, 1))
			half := toLo.Cmp(big.NewRat(1, 2))
			inner, outer := lo, hi
			if x.Sign() < 0 {
				inner, outer = hi, lo
			}
			even := lo
			if lo%2 != 0 {
				even = hi
			}
			tie := map[money.Rounding]int64{money.HalfEven: even, money.HalfUp: outer, money.HalfDown: inner}
			switch mode {
			case money.Up:
				want = outer
			case money.Down:
				want = inner
			case money.Floor:
				want = lo
			case money.Ceiling:
				want = hi
			default:
				switch {
				case half < 0:
					want = lo
				case half > 0:
					want = hi
				default:
					want = tie[mode]
				}
			}
		}
		require.Equal(t, want, mode.Quo(big.NewInt(n), big.NewInt(d)).Int64(), "%s %s", x, mode)
	})
	assert.Zero(t, money.Up.Quo(big.NewInt(5), new(big.Int)).Sign(), "no panic on zero")
}

func FuzzRounding_RoundTrip(f *testing.F) {
	f.Add("half-even")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		var r money.Rounding
		if r.UnmarshalText([]byte(s)) == nil {
			require.Equal(t, s, r.String())
		}
		var v money.Inverse
		if v.UnmarshalText([]byte(s)) == nil {
			require.Equal(t, s, v.String())
		}
	})
}
