package money_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func decs(t testing.TB, texts ...string) []decimal.Decimal {
	t.Helper()
	out := make([]decimal.Decimal, len(texts))
	for i, s := range texts {
		out[i] = dec(t, s)
	}
	return out
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		total   string
		weights []string
		places  int32
		want    []string
	}{
		// Martin Fowler, "Patterns of Enterprise Application Architecture",
		// Money: five cents over 3 : 7 and 100 over three equal parts.
		{"Foemmel's conundrum", "0.05", []string{"3", "7"}, 2, []string{"0.02", "0.03"}},
		{"thirds: the first gets the cent", "100", []string{"1", "1", "1"}, 2, []string{"33.34", "33.33", "33.33"}},
		// M. Balinski, H. P. Young, "Fair Representation": the Hamilton
		// apportionment of 26 seats.
		{
			"seats", "26",
			[]string{"9061", "7179", "5259", "3319", "1182"},
			0,
			[]string{"9", "7", "5", "4", "1"},
		},
		{"negative", "-100", []string{"1", "1", "1"}, 2, []string{"-33.34", "-33.33", "-33.33"}},
		{"a weight of zero gets nothing", "0.02", []string{"0", "1", "0", "1", "1"}, 2, []string{"0", "0.01", "0", "0.01", "0"}},
		{"weights may be fractions", "10", []string{"0.5", "0.25", "0.25"}, 0, []string{"5", "3", "2"}},
		{"places before the point", "1300", []string{"1", "1"}, -2, []string{"700", "600"}},
		{"nothing", "0", []string{"1", "2"}, 2, []string{"0", "0"}},
		{"more than 64 bits", "123456789012345678.123456789012", []string{"1", "1"}, 12, []string{"61728394506172839.061728394506", "61728394506172839.061728394506"}},
		{"huge weights", "1", []string{"999999999999999999.999999999999", "0.000000000001"}, 2, []string{"1", "0"}},
		{"one part", "19.99", []string{"7"}, 2, []string{"19.99"}},
	} {
		got, err := money.Allocate(dec(t, c.total), decs(t, c.weights...), c.places)
		require.NoError(t, err, c.name)
		require.Len(t, got, len(c.want), c.name)
		for i := range got {
			equal(t, c.want[i], got[i], c.name)
		}
	}
}

// Of many equal parts the first get what is left over, below and beyond 64 bits.
func TestAllocate_TiesOfMany(t *testing.T) {
	t.Parallel()
	const parts, over = 60, 13
	equalParts := make([]decimal.Decimal, parts)
	for i := range equalParts {
		equalParts[i] = dec(t, "1")
	}
	for _, each := range []string{"4.12", "1234567890123456.123456789012"} {
		share := dec(t, each)
		unit := decimal.New(1, share.Exponent())
		total := share.Mul(decimal.NewFromInt(parts)).Add(unit.Mul(decimal.NewFromInt(over)))
		got, err := money.Allocate(total, equalParts, -share.Exponent())
		require.NoError(t, err)
		for i, v := range got {
			want := share
			if i < over {
				want = want.Add(unit)
			}
			equal(t, want.String(), v, each, i)
		}
	}
}

// Of many parts, alike and not alike in turn, each gets what the slow method
// gives it, below and beyond 64 bits.
func TestAllocate_ManyAlike(t *testing.T) {
	t.Parallel()
	const parts = 90
	ws, rats := make([]decimal.Decimal, parts), make([]*big.Rat, parts)
	for i := range ws {
		w := int64(1 + i*7%3)
		ws[i], rats[i] = decimal.NewFromInt(w), big.NewRat(w, 1)
	}
	for _, total := range []int64{17, 100, 1_000_003, 1<<62 + 89} {
		for _, places := range []int32{0, 12} {
			units := new(big.Int).Mul(big.NewInt(total%1_000_000_000_000_000_000), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
			units.Add(units, big.NewInt(1))
			want := slowAllocate(units, rats)
			got, err := money.Allocate(decimal.NewFromBigInt(units, -places), ws, places)
			require.NoError(t, err)
			for i := range got {
				require.Zero(t, want[i].Cmp(got[i].Shift(places).BigInt()), "%s units, part %d", units, i)
			}
		}
	}
}

func TestAllocate_Refused(t *testing.T) {
	t.Parallel()
	one := decimal.New(1, 0)
	for _, c := range []struct {
		name    string
		total   decimal.Decimal
		weights []decimal.Decimal
		places  int32
		want    error
		text    string
	}{
		{"no weights", one, nil, 2, money.ErrWeights, "none given"},
		{"all zero", one, decs(t, "0", "0.00"), 2, money.ErrWeights, "sum to zero"},
		{"all bad ones are named", one, decs(t, "1", "-1", "2", "-0.5"), 2, money.ErrWeights, "weight 1 -1: negative\nmoney: Allocate: weight 3 -0.5: negative"},
		{"hostile weight", one, []decimal.Decimal{decimal.New(1, 1_000_000)}, 2, money.ErrRange, "weight 0"},
		{"hostile total", decimal.New(1, 1_000_000), decs(t, "1"), 2, money.ErrRange, "total"},
		{"total too fine", dec(t, "0.005"), decs(t, "1"), 2, money.ErrInexact, "total 0.005: not a whole number of units at 2 places"},
		{"total too fine for hundreds", dec(t, "150"), decs(t, "1"), -2, money.ErrInexact, "total 150"},
		{"places", one, decs(t, "1"), 13, money.ErrRange, "want -18 to 12"},
	} {
		got, err := money.Allocate(c.total, c.weights, c.places)
		require.ErrorIs(t, err, c.want, c.name)
		assert.Contains(t, err.Error(), c.text, c.name)
		assert.Nil(t, got, c.name)
	}
}

// slowAllocate is the Hamilton method in rationals: hand out the floor of
// every quota, then one unit at a time to the largest remainder.
func slowAllocate(total *big.Int, weights []*big.Rat) []*big.Int {
	sum := new(big.Rat)
	for _, w := range weights {
		sum.Add(sum, w)
	}
	parts := make([]*big.Int, len(weights))
	rests := make([]*big.Rat, len(weights))
	left := new(big.Int).Set(total)
	for i, w := range weights {
		quota := new(big.Rat).Mul(new(big.Rat).SetInt(total), new(big.Rat).Quo(w, sum))
		parts[i] = new(big.Int).Quo(quota.Num(), quota.Denom())
		rests[i] = new(big.Rat).Sub(quota, new(big.Rat).SetInt(parts[i]))
		left.Sub(left, parts[i])
	}
	for ; left.Sign() > 0; left.Sub(left, big.NewInt(1)) {
		best := 0
		for i, r := range rests {
			if r.Cmp(rests[best]) > 0 {
				best = i
			}
		}
		parts[best].Add(parts[best], big.NewInt(1))
		rests[best] = new(big.Rat).SetInt64(-1)
	}
	return parts
}

func weights(t *rapid.T, label string) []decimal.Decimal {
	ws := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) decimal.Decimal {
		if rapid.Bool().Draw(t, "small") {
			return decimal.New(rapid.Int64Range(0, 20).Draw(t, "w"), 0)
		}
		return decimal.New(rapid.Int64Range(0, 999_999_999_999_999_999).Draw(t, "w"), rapid.Int32Range(-12, 0).Draw(t, "exp"))
	}), 1, 12).Draw(t, label)
	if !slices.ContainsFunc(ws, decimal.Decimal.IsPositive) {
		ws[0] = decimal.New(1, 0)
	}
	return ws
}

func TestLaw_AllocateSumsExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.Int64().Draw(t, "units")
		places := rapid.Int32Range(2, 12).Draw(t, "places")
		if rapid.Bool().Draw(t, "few") {
			units %= 1000
		}
		total := decimal.New(units, -places)
		ws := weights(t, "weights")
		parts, err := money.Allocate(total, ws, places)
		require.NoError(t, err)

		sum := decimal.Decimal{}
		for _, p := range parts {
			sum = sum.Add(p)
			require.GreaterOrEqual(t, p.Exponent(), -places)
			require.True(t, p.Sign() == 0 || p.Sign() == total.Sign(), "no part against the total")
		}
		require.True(t, total.Equal(sum), "%s != %s", total, sum)

		rats := make([]*big.Rat, len(ws))
		for i, w := range ws {
			rats[i] = w.Rat()
		}
		want := slowAllocate(new(big.Int).Abs(big.NewInt(units)), rats)
		for i, p := range parts {
			require.Zero(t, want[i].Cmp(p.Shift(places).Abs().BigInt()), "part %d: want %s, got %s", i, want[i], p)
		}

		minus, err := money.Allocate(total.Neg(), ws, places)
		require.NoError(t, err)
		for i := range parts {
			require.True(t, parts[i].Neg().Equal(minus[i]))
		}
	})
}

func FuzzAllocate_SumsExactly(f *testing.F) {
	f.Add(int64(10000), int64(1), int64(1), int64(1), int32(2))
	f.Add(int64(-5), int64(3), int64(7), int64(0), int32(2))
	f.Add(int64(1)<<62, int64(1)<<62, int64(1)<<62, int64(1), int32(12))
	f.Fuzz(func(t *testing.T, units, a, b, c int64, places int32) {
		total := decimal.New(units, -places)
		parts, err := money.Allocate(total, []decimal.Decimal{decimal.New(a, 0), decimal.New(b, -3), decimal.New(c, -12)}, places)
		if err != nil {
			require.Nil(t, parts)
			return
		}
		require.True(t, total.Equal(parts[0].Add(parts[1]).Add(parts[2])))
	})
}

func BenchmarkAllocate(b *testing.B) {
	for _, n := range []int{3, 1000} {
		ws := make([]decimal.Decimal, n)
		for i := range ws {
			ws[i] = decimal.New(int64(i+1), -2)
		}
		total := decimal.New(1_000_000_01, -2)
		b.Run(decimal.New(int64(n), 0).String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := money.Allocate(total, ws, 2); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/part")
		})
	}
}
