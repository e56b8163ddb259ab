package metrics_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func TestAnnualise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		monthly metrics.Ratio
		want    string
	}{
		{metrics.NewCount(5, 100), "0.459639912337"}, // 1 − 0.95^12, ChartMogul's "nearly half (46 %)"
		{metrics.NewCount(0, 100), "0.000000"},
		{metrics.NewCount(100, 100), "1.000000"},
		{metrics.NewCount(1, 2), "0.999755859375"}, // 1 − 2^-12
		{metrics.NewCount(-1, 1), "-4095"},         // doubling every month
		{metrics.Ratio{}, "undefined"},
	} {
		r, err := metrics.Annualise(c.monthly)
		require.NoError(t, err)
		at(t, c.want, r, exact(c.monthly))
	}
	exact, err := metrics.Annualise(metrics.NewCount(3, 82))
	require.NoError(t, err)
	stay := new(big.Rat).SetFrac(new(big.Int).Exp(big.NewInt(79), big.NewInt(12), nil), new(big.Int).Exp(big.NewInt(82), big.NewInt(12), nil))
	assert.Zero(t, stay.Sub(big.NewRat(1, 1), stay).Cmp(rat(exact)), "exact")
}

// C. Gold, "Fighting Churn with Data", chapter 2: 5 % measured over 31 days.
func TestScaleOverDays(t *testing.T) {
	t.Parallel()
	r, err := metrics.ScaleToMonth(metrics.NewCount(5, 100), 31)
	require.NoError(t, err)
	assert.Equal(t, "4.9083%", r.Percent(4))
	r, err = metrics.ScaleToYear(metrics.NewCount(5, 100), 31)
	require.NoError(t, err)
	assert.Equal(t, "45.33%", r.Percent(2))

	same, err := metrics.ScaleToYear(metrics.NewCount(3, 82), 365)
	require.NoError(t, err)
	assert.Equal(t, "3/82", exact(same), "a year is a year")
	for _, f := range []func(metrics.Ratio, int) (metrics.Ratio, error){metrics.ScaleToMonth, metrics.ScaleToYear} {
		for _, days := range []int{0, -1, 36501, math.MaxInt32, math.MinInt32} {
			_, err := f(metrics.NewCount(1, 2), days)
			assert.Equal(t, []fault.Code{metrics.CodeBounds}, codes(t, err))
		}
		r, err := f(metrics.Ratio{}, 30)
		require.NoError(t, err)
		assert.False(t, r.Defined())
	}
}

func TestScale_Refused(t *testing.T) {
	t.Parallel()
	hostile := metrics.NewRatio(decimal.New(1, math.MaxInt32), whole)
	for name, f := range map[string]func(metrics.Ratio) (metrics.Ratio, error){
		"Annualise": metrics.Annualise, "AnnualToMonthly": metrics.AnnualToMonthly,
		"ScaleToMonth": func(r metrics.Ratio) (metrics.Ratio, error) { return metrics.ScaleToMonth(r, 7) },
	} {
		_, err := f(metrics.NewCount(101, 100))
		assert.Equal(t, []fault.Code{metrics.CodeExceeds}, codes(t, err), name)
		require.EqualError(t, err, "metrics: "+name+": rate 101/100: want at most 1")
		_, err = f(hostile)
		assert.Equal(t, []fault.Code{metrics.CodeBounds}, codes(t, err), name)
	}
	_, err := metrics.ScaleToYear(metrics.NewCount(-9, 1), 1) // tenfold every day
	require.NoError(t, err)
	_, err = metrics.ScaleToYear(metrics.NewCount(-9999999, 1), 1)
	assert.Equal(t, []fault.Code{metrics.CodeBounds}, codes(t, err), "ten million fold every day")
}

// Numbers at the edge of the bounds are answered, quickly.
func TestScale_Extremes(t *testing.T) {
	t.Parallel()
	tiny := ratio(t, "1e-999", "1")
	for _, days := range []int{1, 30, 365, 36500} {
		r, err := metrics.ScaleToMonth(tiny, days)
		require.NoError(t, err)
		at(t, "0.000000000000000000000000", r)
		almost, err := metrics.ScaleToYear(tiny.Complement(), days)
		require.NoError(t, err)
		if days == 36500 {
			at(t, "0.999999999897671", almost) // 1 − 10^(−999/100)
		} else {
			at(t, "1.000000000000000000000000", almost)
		}
	}
	long := metrics.NewRatio(decimal.New(1, -18), decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(7), big.NewInt(1000), nil), 0))
	_, err := metrics.Annualise(long)
	require.NoError(t, err)
	_, err = metrics.AnnualToMonthly(long)
	require.NoError(t, err)
}

func fraction(t *rapid.T) metrics.Ratio {
	den := rapid.Int64Range(1, 1e6).Draw(t, "den")
	return metrics.NewCount(rapid.Int64Range(-den, den).Draw(t, "num"), den)
}

func TestLaw_AnnualToMonthlyUndoesAnnualise(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := fraction(t)
		annual, err := metrics.Annualise(c)
		require.NoError(t, err)
		back, err := metrics.AnnualToMonthly(annual)
		require.NoError(t, err)
		cmp, ok := c.Cmp(back)
		require.True(t, ok)
		require.Zero(t, cmp, "%s came back as %s", c, back)
	})
}

// A scaled rate v is the decimal of 24 places nearest to 1 − x^(p/q): the
// power lies between (1−v∓½ unit)^q, which is compared in whole numbers.
func TestLaw_ScaledRateIsNearest(t *testing.T) {
	t.Parallel()
	half := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(metrics.ScalePlaces), nil)))
	rapid.Check(t, func(t *rapid.T) {
		c := fraction(t)
		p, q := int64(1), int64(12)
		var v metrics.Ratio
		var err error
		switch days := rapid.IntRange(1, 60).Draw(t, "days"); rapid.IntRange(0, 2).Draw(t, "what") {
		case 0:
			v, err = metrics.AnnualToMonthly(c)
		case 1:
			p, q = 365, int64(12*days)
			v, err = metrics.ScaleToMonth(c, days)
		default:
			p, q = 365, int64(days)
			v, err = metrics.ScaleToYear(c, days)
		}
		require.NoError(t, err)
		power := func(x *big.Rat, n int64) *big.Rat {
			e := big.NewInt(n)
			return new(big.Rat).SetFrac(new(big.Int).Exp(x.Num(), e, nil), new(big.Int).Exp(x.Denom(), e, nil))
		}
		want := power(rat(c.Complement()), p)
		got := rat(v.Complement())
		if lo := new(big.Rat).Sub(got, half); lo.Sign() > 0 {
			require.LessOrEqual(t, power(lo, q).Cmp(want), 0, "%s^(%d/%d)", c, p, q)
		}
		require.GreaterOrEqual(t, power(new(big.Rat).Add(got, half), q).Cmp(want), 0, "%s^(%d/%d)", c, p, q)
	})
}

func TestTrailing(t *testing.T) {
	t.Parallel()
	months := []metrics.Ratio{
		metrics.NewCount(2, 100), metrics.NewCount(8, 200), {}, metrics.NewCount(1, 100),
	}
	means, err := metrics.Trailing(months, 2)
	require.NoError(t, err)
	require.Len(t, means, 4)
	assert.False(t, means[0].Defined(), "no full window")
	assert.Equal(t, "10/300", exact(means[1]), "pooled: the bigger month weighs more")
	assert.Equal(t, "8/200", exact(means[2]))
	assert.Equal(t, "1/100", exact(means[3]))
	one, err := metrics.Trailing(months, 1)
	require.NoError(t, err)
	for i := range months {
		assert.Equal(t, exact(months[i]), exact(one[i]))
	}
	none, err := metrics.Trailing(months, 5)
	require.NoError(t, err)
	for _, r := range none {
		assert.False(t, r.Defined())
	}
	empty, err := metrics.Trailing(nil, 6)
	require.NoError(t, err)
	assert.Empty(t, empty)
	for _, window := range []int{0, -1, 1201} {
		_, err := metrics.Trailing(months, window)
		assert.Equal(t, []fault.Code{metrics.CodeBounds}, codes(t, err))
	}
}

func BenchmarkScale(b *testing.B) {
	churn := metrics.NewCount(3, 82)
	for _, c := range []struct {
		name string
		f    func() (metrics.Ratio, error)
	}{
		{"Annualise", func() (metrics.Ratio, error) { return metrics.Annualise(churn) }},
		{"AnnualToMonthly", func() (metrics.Ratio, error) { return metrics.AnnualToMonthly(churn) }},
		{"ScaleToMonth", func() (metrics.Ratio, error) { return metrics.ScaleToMonth(churn, 31) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
