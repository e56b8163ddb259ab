package metrics_test

import (
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func TestRevenue_Zero(t *testing.T) {
	t.Parallel()
	var zero metrics.Revenue
	require.NoError(t, zero.Validate())
	assert.True(t, zero.Closing().IsZero())
	assert.True(t, zero.NetNew().IsZero())
	for name, rate := range map[string]func(metrics.Revenue) (metrics.Ratio, error){
		"gross": metrics.GrossRevenueChurn, "churned": metrics.ChurnedRevenueRate, "net": metrics.NetRevenueChurn,
		"grr": metrics.GRR, "nrr": metrics.NRR, "quick": metrics.QuickRatio,
	} {
		r, err := rate(zero)
		require.NoError(t, err, "an empty month is no mistake")
		assert.False(t, r.Defined(), name)
	}
}

func TestRevenue_Validate(t *testing.T) {
	t.Parallel()
	bad := metrics.Revenue{
		Opening: dec(t, "-1"), New: decimal.New(1, 1_000_000), Expansion: dec(t, "-0.01"), Reactivation: decimal.New(1, -13),
		Contraction: dec(t, "-5"), Churn: dec(t, "-5"), FX: decimal.New(1, math.MaxInt32),
	}
	err := bad.Validate()
	assert.Equal(t, []fault.Code{
		metrics.CodeNegative, metrics.CodeBounds, metrics.CodeNegative, metrics.CodeBounds,
		metrics.CodeNegative, metrics.CodeNegative, metrics.CodeBounds,
	}, codes(t, err))
	for i, field := range []string{"Opening -1", "New", "Expansion -0.01", "Reactivation", "Contraction -5", "Churn -5", "FX"} {
		assert.Contains(t, strings.Split(err.Error(), "\n")[i], "metrics: Revenue.Validate: "+field)
	}
	assert.True(t, bad.Closing().IsZero(), "hostile exponents cost nothing")
	assert.True(t, bad.NetNew().IsZero())
	require.Error(t, bad.ReactivationAsExpansion().Validate())
	require.Error(t, bad.Add(metrics.Revenue{}).Validate(), "a sum does not hide what is wrong")
	require.Error(t, metrics.Revenue{}.Add(bad).Validate())
	for _, rate := range []func(metrics.Revenue) (metrics.Ratio, error){
		metrics.GrossRevenueChurn, metrics.ChurnedRevenueRate, metrics.NetRevenueChurn, metrics.GRR, metrics.NRR, metrics.QuickRatio,
	} {
		r, err := rate(bad)
		assert.Len(t, codes(t, err), 7)
		assert.False(t, r.Defined())
	}

	lost := metrics.Revenue{Opening: dec(t, "100"), Churn: dec(t, "150")}
	assert.Equal(t, []fault.Code{metrics.CodeExceeds}, codes(t, lost.Validate()))
	require.EqualError(t, lost.Validate(), "metrics: Revenue.Validate: Closing -50: more was lost than there was")
	fx := metrics.Revenue{Opening: dec(t, "100"), FX: dec(t, "-3")}
	require.NoError(t, fx.Validate(), "FX has a sign")
	assert.Equal(t, "97", fx.Closing().String())
	assert.True(t, fx.NetNew().IsZero(), "and is not net new")
}

func TestRevenue_Then(t *testing.T) {
	t.Parallel()
	january := metrics.Revenue{Opening: dec(t, "100"), New: dec(t, "50"), Churn: dec(t, "20")}
	february := metrics.Revenue{Opening: dec(t, "130.00"), Expansion: dec(t, "5"), Reactivation: dec(t, "20"), FX: dec(t, "-1")}
	both, err := january.Then(february)
	require.NoError(t, err)
	assert.Equal(t, "100", both.Opening.String())
	assert.True(t, february.Closing().Equal(both.Closing()))
	assert.True(t, january.NetNew().Add(february.NetNew()).Equal(both.NetNew()))

	_, err = february.Then(january)
	require.ErrorIs(t, err, metrics.ErrInput)
	assert.EqualError(t, err, "metrics: Revenue.Then: Opening 100: the period before closed at 154")
	_, err = january.Then(metrics.Revenue{Opening: dec(t, "130"), New: dec(t, "-1")})
	assert.Equal(t, []fault.Code{metrics.CodeNegative}, codes(t, err))
}

func revenue(t *rapid.T, label string) metrics.Revenue {
	amount := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return decimal.New(rapid.Int64Range(0, 1e12).Draw(t, "coef"), rapid.Int32Range(-4, 0).Draw(t, "exp"))
	})
	r := metrics.Revenue{
		Opening: amount.Draw(t, label+" opening"), New: amount.Draw(t, "new"), Expansion: amount.Draw(t, "expansion"),
		Reactivation: amount.Draw(t, "reactivation"), Contraction: amount.Draw(t, "contraction"), Churn: amount.Draw(t, "churn"),
		FX: amount.Draw(t, "fx"),
	}
	if rapid.Bool().Draw(t, "down") {
		r.FX = r.FX.Neg()
	}
	return r
}

func TestLaw_RatesOfABridge(t *testing.T) {
	t.Parallel()
	one := metrics.NewCount(1, 1)
	rapid.Check(t, func(t *rapid.T) {
		r := revenue(t, "r")
		grr, err := metrics.GRR(r)
		require.NoError(t, err)
		nrr, err := metrics.NRR(r)
		require.NoError(t, err)
		gross, err := metrics.GrossRevenueChurn(r)
		require.NoError(t, err)
		net, err := metrics.NetRevenueChurn(r)
		require.NoError(t, err)
		if !r.Opening.IsZero() {
			c, ok := grr.Cmp(one)
			require.True(t, ok && c <= 0, "GRR never exceeds 1")
			c, _ = grr.Cmp(nrr)
			require.LessOrEqual(t, c, 0, "GRR <= NRR")
		}
		for _, pair := range [][2]metrics.Ratio{{grr, gross.Complement()}, {nrr, net.Complement()}} {
			require.True(t, pair[0].Num().Equal(pair[1].Num()) && pair[0].Den().Equal(pair[1].Den()), "retention = 1 - churn")
		}
		folded := r.ReactivationAsExpansion()
		require.True(t, folded.Closing().Equal(r.Closing()), "folding moves nothing")
		require.True(t, folded.Reactivation.IsZero())
		with, err := metrics.NRR(folded)
		require.NoError(t, err)
		require.True(t, with.Num().Equal(nrr.Num().Add(r.Reactivation)))
	})
}

func TestLaw_SegmentsSumToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) metrics.Revenue { return revenue(t, "part") }), 1, 5).Draw(t, "parts")
		var whole metrics.Revenue
		var pooled metrics.Ratio
		closing := decimal.Decimal{}
		for _, p := range parts {
			whole = whole.Add(p)
			closing = closing.Add(p.Closing())
			nrr, err := metrics.NRR(p)
			require.NoError(t, err)
			pooled = pooled.Pool(nrr)
		}
		require.True(t, closing.Equal(whole.Closing()))
		nrr, err := metrics.NRR(whole)
		require.NoError(t, err)
		require.True(t, nrr.Num().Equal(pooled.Num()) && nrr.Den().Equal(pooled.Den()), "the pool of segments is the whole")
	})
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	var zero metrics.Customers
	require.NoError(t, zero.Validate())
	assert.Zero(t, zero.Closing())
	c := metrics.Customers{Opening: 100, New: 30, Reactivated: 4, Churned: 11, NewAndChurned: 2, ChurnedAndReturned: 1}
	require.NoError(t, c.Validate())
	assert.Equal(t, int64(123), c.Closing())
	assert.Equal(t, int64(23), c.NetNew())
	assert.Equal(t, metrics.Customers{Opening: 200, New: 60, Reactivated: 8, Churned: 22, NewAndChurned: 4, ChurnedAndReturned: 2}, c.Add(c))
}

func TestCustomers_Refused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   metrics.Customers
		want []fault.Code
		text string
	}{
		{
			"negative",
			metrics.Customers{Opening: -1, New: -2, Reactivated: -3, Churned: -4, NewAndChurned: -5, ChurnedAndReturned: -6},
			[]fault.Code{metrics.CodeNegative, metrics.CodeNegative, metrics.CodeNegative, metrics.CodeNegative, metrics.CodeNegative, metrics.CodeNegative},
			"ChurnedAndReturned -6: want a count of zero or more",
		},
		{
			"more churned than there were",
			metrics.Customers{Opening: 10, New: 2, Churned: 13},
			[]fault.Code{metrics.CodeExceeds},
			"Churned 13: more than the 12 customers there were",
		},
		{
			"more pairs than churned",
			metrics.Customers{Opening: 10, New: 5, Reactivated: 5, Churned: 5, NewAndChurned: 3, ChurnedAndReturned: 3},
			[]fault.Code{metrics.CodeExceeds},
			"NewAndChurned + ChurnedAndReturned 6: more than the 5 churned",
		},
		{
			"beyond an int64",
			metrics.Customers{Opening: math.MaxInt64, New: math.MaxInt64},
			[]fault.Code{metrics.CodeBounds, metrics.CodeBounds},
			"want at most 1152921504606846976",
		},
	} {
		err := c.in.Validate()
		assert.Equal(t, c.want, codes(t, err), c.name)
		assert.Contains(t, err.Error(), c.text, c.name)
		for _, rule := range []metrics.ChurnRule{metrics.ChurnStandard, metrics.ChurnOfStartAndNew, metrics.ChurnRaw} {
			r, err := metrics.ChurnRate(c.in, rule)
			assert.Equal(t, c.want, codes(t, err), c.name)
			assert.False(t, r.Defined())
		}
	}
	for _, c := range []struct {
		in   metrics.Customers
		text string
	}{
		{metrics.Customers{Opening: 10, New: 1, Churned: 3, NewAndChurned: 2}, "NewAndChurned 2: more than the 1 customers who joined"},
		{metrics.Customers{Opening: 10, New: 1, Churned: 3, ChurnedAndReturned: 2}, "ChurnedAndReturned 2: more than the 0 reactivated customers"},
	} {
		assert.Equal(t, []fault.Code{metrics.CodeExceeds}, codes(t, c.in.Validate()))
		assert.Contains(t, c.in.Validate().Error(), c.text)
	}
}

func TestChurnRate_EmptyBase(t *testing.T) {
	t.Parallel()
	for _, rule := range []metrics.ChurnRule{metrics.ChurnStandard, metrics.ChurnRaw} {
		r, err := metrics.ChurnRate(metrics.Customers{New: 5, Churned: 2, NewAndChurned: 2}, rule)
		require.NoError(t, err)
		assert.False(t, r.Defined(), rule)
	}
	r, err := metrics.ChurnRate(metrics.Customers{New: 5, Churned: 2, NewAndChurned: 2}, metrics.ChurnOfStartAndNew)
	require.NoError(t, err)
	at(t, "0.4", r)
}

func TestChurnRule_Text(t *testing.T) {
	t.Parallel()
	assert.Equal(t, metrics.ChurnStandard, metrics.ChurnRule(0), "the zero ChurnRule")
	for _, rule := range []metrics.ChurnRule{metrics.ChurnStandard, metrics.ChurnOfStartAndNew, metrics.ChurnRaw, metrics.ChurnNet} {
		text, err := rule.MarshalText()
		require.NoError(t, err)
		back := metrics.ChurnRule(99)
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, rule, back)
	}
	_, err := metrics.ChurnRate(metrics.Customers{}, 4)
	assert.Equal(t, []fault.Code{metrics.CodeUnknown}, codes(t, err))
	_, err = metrics.ChurnRule(4).MarshalText()
	require.ErrorIs(t, err, fault.ErrUnknown)
	require.EqualError(t, err, "metrics: marshal: ChurnRule 4: want one of standard, start-and-new, raw, net")
	require.ErrorIs(t, new(metrics.ChurnRule).UnmarshalText([]byte("shopify")), fault.ErrUnknown)
}

// Whatever the history, the standard rate counts customers of the opening who
// are gone, so it never exceeds 1: the counts are made here from single
// customers, one month each.
func TestLaw_StandardChurnIsOfTheOpening(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var c metrics.Customers
		gone := int64(0)
		for range rapid.IntRange(0, 20).Draw(t, "customers") {
			open := rapid.Bool().Draw(t, "open")
			known, paying, pair, away := open || rapid.Bool().Draw(t, "known"), open, false, false
			var one metrics.Customers
			if open {
				one.Opening = 1
			}
			for range rapid.IntRange(0, 4).Draw(t, "moves") {
				switch {
				case paying:
					one.Churned++
					paying, away = false, true
					if pair = !open; pair {
						one.NewAndChurned++
					}
				case !known:
					one.New++
					known, paying = true, true
				default:
					one.Reactivated++
					paying = true
					if away {
						one.ChurnedAndReturned++
						if pair {
							one.NewAndChurned--
						}
						away = false
					}
				}
			}
			if open && !paying {
				gone++
			}
			require.NoError(t, one.Validate(), "%+v", one)
			c = c.Add(one)
		}
		require.NoError(t, c.Validate())
		r, err := metrics.ChurnRate(c, metrics.ChurnStandard)
		require.NoError(t, err)
		require.Equal(t, exact(metrics.NewCount(gone, c.Opening)), exact(r))
	})
}
