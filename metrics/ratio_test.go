package metrics_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// exact is numerator over denominator, as the text form writes them.
func exact(r metrics.Ratio) string { return fmt.Sprintf("%+v", r) }

func dec(t testing.TB, s string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(s)
	require.NoError(t, err)
	return d
}

func ratio(t testing.TB, num, den string) metrics.Ratio {
	t.Helper()
	return metrics.NewRatio(dec(t, num), dec(t, den))
}

// at asserts the value of a ratio at the places of want; "undefined" too.
func at(t testing.TB, want string, r metrics.Ratio, about ...any) {
	t.Helper()
	if want == "undefined" {
		assert.False(t, r.Defined(), about...)
		return
	}
	places := int32(0)
	if _, frac, ok := strings.Cut(want, "."); ok {
		places = int32(len(frac))
	}
	got, ok := r.Decimal(places)
	if assert.True(t, ok, about...) {
		assert.Equal(t, want, got.StringFixed(places), about...)
	}
}

func TestRatio_Zero(t *testing.T) {
	t.Parallel()
	var zero metrics.Ratio
	assert.False(t, zero.Defined())
	require.ErrorIs(t, zero.Err(), metrics.ErrNoBase)
	assert.Equal(t, "undefined", zero.Percent(2))
	assert.Equal(t, "0/0", exact(zero))
	_, ok := zero.Decimal(2)
	assert.False(t, ok)
	_, ok = zero.Float64()
	assert.False(t, ok)
	_, ok = zero.Cmp(metrics.NewCount(1, 2))
	assert.False(t, ok)
	_, ok = metrics.NewCount(1, 2).Cmp(zero)
	assert.False(t, ok)
	assert.False(t, zero.Complement().Defined())
	assert.False(t, zero.Reciprocal().Defined())
	at(t, "0.5", metrics.NewCount(1, 2).Pool(zero), "the zero Ratio changes nothing")
	assert.False(t, metrics.PoolOf().Defined())
}

func TestRatio_Undefined(t *testing.T) {
	t.Parallel()
	r := metrics.NewCount(5, 0)
	assert.False(t, r.Defined())
	assert.Equal(t, "undefined", r.Percent(0))
	assert.Equal(t, int64(5), r.Num().IntPart(), "the numerator is kept")
	at(t, "0.8", r.Pool(metrics.NewCount(3, 10)), "and pooled")
	assert.False(t, r.Reciprocal().Defined(), "0/5 would be a value that nobody measured")
	assert.False(t, metrics.NewCount(0, 5).Reciprocal().Defined())
	assert.True(t, metrics.NewCount(0, 5).Defined(), "zero of five is zero")
}

func TestRatio_Rounding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		num, den string
		places   int32
		want     string
	}{
		{"3", "82", 4, "0.0366"},
		{"1", "8", 2, "0.12"}, // ties to even
		{"3", "8", 2, "0.38"},
		{"-1", "8", 2, "-0.12"},
		{"1", "-8", 2, "-0.12"},
		{"-3", "-8", 2, "0.38"},
		{"1", "3", 0, "0"},
		{"5", "2", 0, "2"},
		{"12345", "1", -2, "12300"},
		{"12350", "1", -2, "12400"},
		// Rounded once: by two steps, 0.4445 would become 0.445 and 0.45.
		{"0.44449", "1", 2, "0.44"},
		{"0.1", "3", 30, "0.033333333333333333333333333333"},
		{"1e3", "1e-3", 0, "1000000"},
	} {
		got, ok := ratio(t, c.num, c.den).Decimal(c.places)
		require.True(t, ok)
		assert.Equal(t, c.want, got.StringFixed(max(0, c.places)), "%s/%s", c.num, c.den)
	}
	floor, ok := metrics.NewCount(68604881, 1097).Round(0, money.Floor)
	require.True(t, ok)
	assert.Equal(t, "62538", floor.String())
	assert.Equal(t, "0.333", mustDecimal(t, metrics.NewCount(1, 3), 1<<30).StringFixed(3), "places are bounded")
	assert.True(t, mustDecimal(t, metrics.NewCount(1, 3), math.MinInt32).IsZero())
}

func mustDecimal(t testing.TB, r metrics.Ratio, places int32) decimal.Decimal {
	t.Helper()
	d, ok := r.Decimal(places)
	require.True(t, ok)
	return d
}

func TestRatio_Percent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		num, den string
		places   int32
		want     string
	}{
		{"3", "82", 2, "3.66%"},
		{"3", "82", 0, "4%"},
		{"3", "82", -5, "4%"},
		{"1", "1", 1, "100.0%"},
		{"5", "4", 0, "125%"},
		{"-1", "8", 0, "-12%"},
		{"-1", "100000", 2, "0.00%"},
		{"1", "8000", 2, "0.01%"}, // 0.0125 % to the even neighbour
		{"1e15", "1", 0, "100000000000000000%"},
	} {
		assert.Equal(t, c.want, ratio(t, c.num, c.den).Percent(c.places), "%s/%s", c.num, c.den)
	}
	assert.Len(t, metrics.NewCount(1, 3).Percent(math.MaxInt32), len("33.%")+998)
}

func TestRatio_Cmp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b [2]string
		want int
	}{
		{[2]string{"1", "2"}, [2]string{"2", "4"}, 0},
		{[2]string{"1", "3"}, [2]string{"0.333333333333", "1"}, 1},
		{[2]string{"-1", "2"}, [2]string{"1", "-2"}, 0},
		{[2]string{"1", "-2"}, [2]string{"1", "2"}, -1},
		{[2]string{"-1", "-2"}, [2]string{"1", "3"}, 1},
	} {
		got, ok := ratio(t, c.a[0], c.a[1]).Cmp(ratio(t, c.b[0], c.b[1]))
		require.True(t, ok)
		assert.Equal(t, c.want, got, "%v %v", c.a, c.b)
	}
}

func TestRatio_Float64(t *testing.T) {
	t.Parallel()
	f, ok := metrics.NewCount(1, 3).Float64()
	require.True(t, ok)
	assert.InDelta(t, 1.0/3, f, 0)
	f, ok = ratio(t, "1e400", "1").Float64()
	require.True(t, ok)
	assert.True(t, math.IsInf(f, 1), "beyond a float64")
}

func TestRatio_Bounds(t *testing.T) {
	t.Parallel()
	one := decimal.New(1, 0)
	for _, hostile := range []decimal.Decimal{
		decimal.New(1, 1_000_000), decimal.New(1, -1_000_000), decimal.New(1, math.MaxInt32), decimal.New(1, math.MinInt32),
		decimal.New(0, math.MaxInt32), decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 4000), 0),
	} {
		for _, r := range []metrics.Ratio{metrics.NewRatio(hostile, one), metrics.NewRatio(one, hostile)} {
			assert.False(t, r.Defined())
			require.ErrorIs(t, r.Err(), metrics.ErrBounds)
			for _, derived := range []metrics.Ratio{r.Complement(), r.Reciprocal(), r.Pool(r), metrics.NewCount(1, 2).Pool(r)} {
				require.ErrorIs(t, derived.Err(), metrics.ErrBounds)
			}
			_, err := r.MarshalText()
			require.ErrorIs(t, err, metrics.ErrBounds)
			_, err = json.Marshal(r)
			require.ErrorIs(t, err, metrics.ErrBounds)
		}
	}
	wide := ratio(t, "1e1000", "1")
	require.NoError(t, wide.Err())
	require.ErrorIs(t, wide.Pool(ratio(t, "1e-1000", "1")).Err(), metrics.ErrBounds, "a sum of 2001 digits")
	require.NoError(t, metrics.NewCount(1, 2).Err())
}

func TestRatio_Text(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"3/82":           "3/82",
		"16.50/100":      "16.5/100",
		"-0.5/-1":        "-0.5/-1",
		"0/0":            "0/0",
		"007/1.000":      "7/1",
		"-0/5":           "0/5",
		"1000000000/0.1": "1000000000/0.1",
	} {
		var r metrics.Ratio
		require.NoError(t, r.UnmarshalText([]byte(text)), text)
		assert.Equal(t, want, exact(r))
	}
	assert.Equal(t, "1500/1", exact(ratio(t, "1.5e3", "1")), "no exponents")
}

func TestRatio_TextRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "/", "3", "3/", "/82", "3/82/1", "3 /82", "+3/82", "3e5/1", "1e1000000/1", "NaN/1", "1/Inf", "0x1/1",
		".5/1", "5./1", "1_000/1", "--1/2", "-/2", "３/82", "1/" + strings.Repeat("9", 1001),
	} {
		r := metrics.NewCount(1, 2)
		err := r.UnmarshalText([]byte(text))
		require.ErrorIs(t, err, metrics.ErrInput, "%q", text)
		var e *fault.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, metrics.CodeSyntax, e.Code)
		assert.Equal(t, "1/2", exact(r), "unchanged")
		assert.Less(t, len(err.Error()), 250)
	}
}

func TestRatio_JSON(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(map[string]metrics.Ratio{"churn": metrics.NewCount(3, 82), "none": {}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"churn":{"num":"3","den":"82","value":"0.036585365854"},"none":{"num":"0","den":"0","value":null}}`, string(data))
	var back map[string]metrics.Ratio
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, "3/82", exact(back["churn"]))
	assert.False(t, back["none"].Defined())

	r := metrics.NewCount(1, 2)
	require.NoError(t, json.Unmarshal([]byte("null"), &r))
	assert.Equal(t, "1/2", exact(r), "null changes nothing")
	for _, bad := range []string{`{}`, `{"num":"1"}`, `{"num":1,"den":2}`, `{"num":"1","den":"NaN"}`, `[1,2]`, `"1/2"`, `0.5`, `{"num":"1e9","den":"1"}`} {
		err := json.Unmarshal([]byte(bad), &r)
		require.Error(t, err, bad)
		assert.Equal(t, "1/2", exact(r))
	}
}

func TestRatio_SQL(t *testing.T) {
	t.Parallel()
	v, err := metrics.NewCount(5, 0).Value()
	require.NoError(t, err)
	assert.Equal(t, "5/0", v)
	_, err = metrics.NewRatio(decimal.New(1, math.MaxInt32), whole).Value()
	require.ErrorIs(t, err, metrics.ErrBounds)
	for _, src := range []any{"3/82", []byte("3/82")} {
		var r metrics.Ratio
		require.NoError(t, r.Scan(src))
		assert.Equal(t, "3/82", exact(r))
	}
	r := metrics.NewCount(1, 2)
	require.NoError(t, r.Scan(nil))
	assert.False(t, r.Defined())
	require.ErrorIs(t, r.Scan(0.5), metrics.ErrInput)
}

// anyRatio has small, large, fractional, negative and zero parts.
func anyRatio(t *rapid.T, label string) metrics.Ratio {
	part := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		if rapid.Bool().Draw(t, "small") {
			return decimal.New(rapid.Int64Range(-5, 5).Draw(t, "n"), 0)
		}
		return decimal.New(rapid.Int64().Draw(t, "coef"), rapid.Int32Range(-12, 3).Draw(t, "exp"))
	})
	return metrics.NewRatio(part.Draw(t, label+" num"), part.Draw(t, label+" den"))
}

func rat(r metrics.Ratio) *big.Rat { return new(big.Rat).Quo(r.Num().Rat(), r.Den().Rat()) }

func TestLaw_ComplementTwiceIsIdentity(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRatio(t, "r")
		twice := r.Complement().Complement()
		require.True(t, r.Num().Equal(twice.Num()))
		require.True(t, r.Den().Equal(twice.Den()))
		if r.Defined() {
			require.Zero(t, new(big.Rat).Sub(big.NewRat(1, 1), rat(r)).Cmp(rat(r.Complement())))
		}
	})
}

// A whole cut into segments in any way pools to the whole.
func TestLaw_PoolOfSegmentsIsTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) metrics.Ratio { return anyRatio(t, "part") }), 0, 20).Draw(t, "parts")
		num, den := new(big.Rat), new(big.Rat)
		for _, p := range parts {
			num.Add(num, p.Num().Rat())
			den.Add(den, p.Den().Rat())
		}
		whole := metrics.PoolOf(parts...)
		require.Zero(t, num.Cmp(whole.Num().Rat()))
		require.Zero(t, den.Cmp(whole.Den().Rat()))
		cut := rapid.IntRange(0, len(parts)).Draw(t, "cut")
		again := metrics.PoolOf(parts[cut:]...).Pool(metrics.PoolOf(parts[:cut]...))
		require.True(t, whole.Num().Equal(again.Num()) && whole.Den().Equal(again.Den()), "in any order")
	})
}

// The slow way: rationals all along, and both neighbours of the value.
func TestLaw_DecimalIsNearest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRatio(t, "r")
		places := rapid.Int32Range(-3, 20).Draw(t, "places")
		got, ok := r.Decimal(places)
		require.Equal(t, r.Defined(), ok)
		if !ok {
			return
		}
		unit := decimal.New(1, -places).Rat()
		off := new(big.Rat).Sub(got.Rat(), rat(r))
		off.Quo(off.Abs(off), unit)
		half := off.Cmp(big.NewRat(1, 2))
		require.LessOrEqual(t, half, 0, "%s is not nearest to %s", got, r)
		if half == 0 {
			units := new(big.Rat).Quo(got.Rat(), unit)
			require.Zero(t, units.Num().Bit(0), "a tie goes to even")
		}
		percent := strings.TrimSuffix(r.Percent(max(places, 0)), "%")
		hundredth, _ := r.Decimal(max(places, 0) + 2)
		require.True(t, hundredth.Shift(2).Equal(decimal.RequireFromString(percent)))
	})
}

func TestLaw_CmpIsOfRationals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyRatio(t, "a"), anyRatio(t, "b")
		c, ok := a.Cmp(b)
		require.Equal(t, a.Defined() && b.Defined(), ok)
		if ok {
			require.Equal(t, rat(a).Cmp(rat(b)), c)
		}
	})
}

func FuzzRatio_RoundTrip(f *testing.F) {
	for _, s := range []string{"3/82", "-0.50/1", "0/0", "1e9/1", "NaN/1", "1/3/2", "", "/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var r metrics.Ratio
		if err := r.UnmarshalText([]byte(s)); err != nil {
			require.ErrorIs(t, err, metrics.ErrInput)
			return
		}
		text, err := r.MarshalText()
		require.NoError(t, err)
		var back metrics.Ratio
		require.NoError(t, back.UnmarshalText(text))
		require.True(t, r.Num().Equal(back.Num()) && r.Den().Equal(back.Den()))
		again, err := back.MarshalText()
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		data, err := json.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, exact(r), exact(back))
	})
}

func FuzzRatio_UnmarshalJSON(f *testing.F) {
	for _, s := range []string{`{"num":"3","den":"82"}`, `{"num":"1e9","den":""}`, `null`, `[]`, `{"num":null}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r metrics.Ratio
		if json.Unmarshal(data, &r) != nil {
			return
		}
		out, err := json.Marshal(r)
		require.NoError(t, err)
		var back metrics.Ratio
		require.NoError(t, json.Unmarshal(out, &back))
		require.Equal(t, exact(r), exact(back))
	})
}

func BenchmarkRatio_Decimal(b *testing.B) {
	r := metrics.NewRatio(decimal.New(21681_25, -2), decimal.New(672909_03, -2))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := r.Decimal(6); !ok {
			b.Fatal("undefined")
		}
	}
}
