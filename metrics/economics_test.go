package metrics_test

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

var whole = decimal.New(1, 0) // no margin deducted

func TestPerHead(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(decimal.Decimal, int64) (metrics.Ratio, error){
		"ARPA": metrics.ARPA, "ASP": metrics.ASP, "CAC": metrics.CAC, "CES": metrics.CES,
	} {
		r, err := f(dec(t, "100.50"), 3)
		require.NoError(t, err, name)
		assert.Equal(t, "100.5/3", exact(r), name)
		r, err = f(dec(t, "100"), 0)
		require.NoError(t, err, name)
		assert.False(t, r.Defined(), "%s of nobody, not the total", name)
		assert.Equal(t, "100", r.Num().String(), name)
		_, err = f(dec(t, "-1"), -1)
		assert.Equal(t, []fault.Code{metrics.CodeNegative, metrics.CodeNegative}, codes(t, err), name)
		_, err = f(decimal.New(1, 1_000_000), 1)
		assert.Equal(t, []fault.Code{metrics.CodeBounds}, codes(t, err), name)
	}
}

func TestARR(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "1200.12", metrics.ARR(dec(t, "100.01")).String())
	assert.True(t, metrics.ARR(decimal.New(1, math.MaxInt32)).IsZero(), "hostile exponents cost nothing")
}

func TestMonthly_Refused(t *testing.T) {
	t.Parallel()
	_, err := metrics.Monthly(dec(t, "100"), calendar.Cycle{Unit: 9})
	require.ErrorIs(t, err, calendar.ErrCycle, "an unknown unit is no factor")
	_, err = metrics.Monthly(decimal.New(1, 1_000_000), calendar.Cycle{N: -1})
	require.ErrorIs(t, err, calendar.ErrCycle)
	require.ErrorIs(t, err, metrics.ErrInput)
	r, err := metrics.Monthly(dec(t, "-100"), calendar.Cycle{Unit: calendar.UnitYear})
	require.NoError(t, err, "a credit")
	at(t, "-8.3333", r)
}

// Twelve months of MRR are 52 weekly, 365 daily or 1/n n-yearly charges.
func TestLaw_MonthlyTimesTwelveIsTheYear(t *testing.T) {
	t.Parallel()
	for _, unit := range []calendar.Unit{calendar.UnitDay, calendar.UnitWeek, calendar.UnitMonth, calendar.UnitYear} {
		for n := range 100 {
			cycle := calendar.Cycle{Unit: unit, N: n}
			r, err := metrics.Monthly(dec(t, "99.90"), cycle)
			require.NoError(t, err)
			times, per, err := cycle.PerYear()
			require.NoError(t, err)
			year := metrics.NewRatio(r.Num().Mul(dec(t, "12")), r.Den())
			c, ok := year.Cmp(metrics.NewRatio(dec(t, "99.90").Mul(decimal.New(times, 0)), decimal.New(per, 0)))
			require.True(t, ok)
			require.Zero(t, c, "%s", cycle)
		}
	}
}

func TestLTV(t *testing.T) {
	t.Parallel()
	arpa := metrics.NewCount(100, 1)
	for _, c := range []struct {
		name string
		in   metrics.LTVInput
		want string
	}{
		{"ARPA / churn", metrics.LTVInput{ARPA: arpa, GrossMargin: whole, Churn: metrics.NewCount(5, 100)}, "2000.00"},
		{"margin", metrics.LTVInput{ARPA: arpa, GrossMargin: dec(t, "0.8"), Churn: metrics.NewCount(5, 100)}, "1600.00"},
		{"third parts", metrics.LTVInput{ARPA: metrics.NewCount(100, 3), GrossMargin: whole, Churn: metrics.NewCount(3, 82)}, "911.11"},
		{"no churn, no cap", metrics.LTVInput{ARPA: arpa, GrossMargin: whole, Churn: metrics.NewCount(0, 82)}, "undefined"},
		{"no churn, capped", metrics.LTVInput{ARPA: arpa, GrossMargin: whole, Churn: metrics.NewCount(0, 82), CapMonths: 60}, "6000.00"},
		{"capped at a hundred years", metrics.LTVInput{ARPA: arpa, GrossMargin: whole, Churn: metrics.NewCount(0, 82), CapMonths: 1200}, "120000.00"},
		{"cap above the lifetime", metrics.LTVInput{ARPA: arpa, GrossMargin: whole, Churn: metrics.NewCount(5, 100), CapMonths: 60}, "2000.00"},
		{"cap at the lifetime", metrics.LTVInput{ARPA: arpa, GrossMargin: whole, Churn: metrics.NewCount(5, 100), CapMonths: 20}, "2000.00"},
		{"cap below the lifetime", metrics.LTVInput{ARPA: arpa, GrossMargin: dec(t, "0.5"), Churn: metrics.NewCount(1, 100), CapMonths: 60}, "3000.00"},
		{"churn unknown", metrics.LTVInput{ARPA: arpa, GrossMargin: whole, Churn: metrics.Ratio{}, CapMonths: 60}, "undefined"},
		{"ARPA unknown", metrics.LTVInput{ARPA: metrics.Ratio{}, GrossMargin: whole, Churn: metrics.NewCount(1, 100)}, "undefined"},
		{"nobody pays", metrics.LTVInput{ARPA: metrics.NewCount(0, 7), GrossMargin: whole, Churn: metrics.NewCount(1, 100)}, "0.00"},
		{"all leave every month", metrics.LTVInput{ARPA: arpa, GrossMargin: whole, Churn: metrics.NewCount(7, 7)}, "100.00"},
	} {
		r, err := metrics.LTV(c.in)
		require.NoError(t, err, c.name)
		at(t, c.want, r, c.name)
	}
}

func TestLTV_Refused(t *testing.T) {
	t.Parallel()
	good := metrics.LTVInput{ARPA: metrics.NewCount(100, 1), GrossMargin: whole, Churn: metrics.NewCount(1, 100)}
	hostile := metrics.NewRatio(decimal.New(1, math.MaxInt32), whole)
	for _, c := range []struct {
		change func(*metrics.LTVInput)
		want   []fault.Code
		text   string
	}{
		{func(in *metrics.LTVInput) { in.GrossMargin = decimal.Decimal{} }, []fault.Code{metrics.CodeMissing}, "GrossMargin 0: want a fraction"},
		{func(in *metrics.LTVInput) { in.GrossMargin = dec(t, "80") }, []fault.Code{metrics.CodeExceeds}, "GrossMargin 80: want a fraction"},
		{func(in *metrics.LTVInput) { in.GrossMargin = dec(t, "-0.2") }, []fault.Code{metrics.CodeNegative}, "GrossMargin -0.2"},
		{func(in *metrics.LTVInput) { in.GrossMargin = decimal.New(1, -1_000_000) }, []fault.Code{metrics.CodeBounds}, "GrossMargin"},
		{func(in *metrics.LTVInput) { in.Churn = metrics.NewCount(-1, 100) }, []fault.Code{metrics.CodeNegative}, "Churn -1/100: want zero or more"},
		{func(in *metrics.LTVInput) { in.ARPA = metrics.NewCount(-1, 100) }, []fault.Code{metrics.CodeNegative}, "ARPA -1/100"},
		{func(in *metrics.LTVInput) { in.ARPA, in.Churn = hostile, hostile }, []fault.Code{metrics.CodeBounds, metrics.CodeBounds}, "ARPA"},
		{func(in *metrics.LTVInput) { in.CapMonths = -1 }, []fault.Code{metrics.CodeNegative}, "CapMonths -1"},
		{func(in *metrics.LTVInput) { in.CapMonths = 1201 }, []fault.Code{metrics.CodeBounds}, "CapMonths 1201"},
		{func(in *metrics.LTVInput) {
			in.ARPA, in.Churn = ratio(t, "1e900", "1"), ratio(t, "1", "1e900")
		}, []fault.Code{metrics.CodeBounds}, "result"},
	} {
		in := good
		c.change(&in)
		r, err := metrics.LTV(in)
		assert.Equal(t, c.want, codes(t, err), c.text)
		assert.Contains(t, err.Error(), c.text)
		assert.False(t, r.Defined())
	}
}

func TestPaybackAndLTVToCAC(t *testing.T) {
	t.Parallel()
	months, err := metrics.PaybackMonths(metrics.NewCount(1200, 1), metrics.NewCount(100, 1), dec(t, "0.8"))
	require.NoError(t, err)
	at(t, "15.0", months)
	for name, in := range map[string][2]metrics.Ratio{
		"no new customers":   {metrics.NewCount(1200, 0), metrics.NewCount(100, 1)},
		"no customers":       {metrics.NewCount(1200, 1), metrics.NewCount(100, 0)},
		"customers are free": {metrics.NewCount(1200, 1), metrics.NewCount(0, 5)},
	} {
		r, err := metrics.PaybackMonths(in[0], in[1], whole)
		require.NoError(t, err, name)
		assert.False(t, r.Defined(), name)
	}
	_, err = metrics.PaybackMonths(metrics.NewCount(-1, 1), metrics.NewCount(-1, 1), decimal.Decimal{})
	assert.Equal(t, []fault.Code{metrics.CodeNegative, metrics.CodeNegative, metrics.CodeMissing}, codes(t, err))

	r, err := metrics.LTVToCAC(metrics.NewCount(2000, 1), metrics.NewCount(1500, 2))
	require.NoError(t, err)
	at(t, "2.67", r)
	r, err = metrics.LTVToCAC(metrics.NewCount(2000, 1), metrics.NewCount(0, 2))
	require.NoError(t, err)
	assert.False(t, r.Defined(), "won for nothing")
	_, err = metrics.LTVToCAC(metrics.NewCount(-1, 1), metrics.NewCount(1, 1))
	assert.Equal(t, []fault.Code{metrics.CodeNegative}, codes(t, err))
	_, err = metrics.LTVToCAC(ratio(t, "1e900", "1"), ratio(t, "1", "1e900"))
	assert.Equal(t, []fault.Code{metrics.CodeBounds}, codes(t, err))
}

func TestEfficiency(t *testing.T) {
	t.Parallel()
	// The definition of the burn multiple: $2m burned to add $1m of ARR is 2
	// (Sacks 2020).
	r, err := metrics.BurnMultiple(dec(t, "2000000"), dec(t, "1000000"))
	require.NoError(t, err)
	at(t, "2.0", r)
	r, err = metrics.BurnMultiple(dec(t, "2000000"), decimal.Decimal{})
	require.NoError(t, err)
	assert.False(t, r.Defined())
	_, err = metrics.BurnMultiple(decimal.New(1, 99), decimal.New(1, -99))
	assert.Equal(t, []fault.Code{metrics.CodeBounds, metrics.CodeBounds}, codes(t, err))

	// Growth of 20 % and a margin of 20 % pass the rule (Feld 2015).
	r, err = metrics.RuleOf40(metrics.NewCount(20, 100), metrics.NewCount(1, 5))
	require.NoError(t, err)
	at(t, "0.40", r)
	r, err = metrics.RuleOf40(metrics.NewCount(100, 100), metrics.NewCount(-60, 100))
	require.NoError(t, err)
	at(t, "0.40", r, "growing and losing")
	r, err = metrics.RuleOf40(metrics.NewCount(1, 5), metrics.NewCount(1, 0))
	require.NoError(t, err)
	assert.False(t, r.Defined())
	hostile := metrics.NewRatio(decimal.New(1, math.MaxInt32), whole)
	_, err = metrics.RuleOf40(hostile, hostile)
	assert.Equal(t, []fault.Code{metrics.CodeBounds, metrics.CodeBounds}, codes(t, err))

	r, err = metrics.MagicNumber(dec(t, "-10"), decimal.Decimal{})
	require.NoError(t, err)
	assert.False(t, r.Defined(), "nothing was spent")
	_, err = metrics.MagicNumber(dec(t, "10"), dec(t, "-1"))
	assert.Equal(t, []fault.Code{metrics.CodeNegative}, codes(t, err))
	_, err = metrics.RevenueMagicNumber(dec(t, "10"), dec(t, "9"), dec(t, "-1"))
	assert.Equal(t, []fault.Code{metrics.CodeNegative}, codes(t, err))
}

func TestSurveys(t *testing.T) {
	t.Parallel()
	r, err := metrics.NPS(50, 30, 20)
	require.NoError(t, err)
	assert.Equal(t, "30/100", exact(r))
	r, err = metrics.NPS(0, 0, 7)
	require.NoError(t, err)
	at(t, "-1", r)
	r, err = metrics.NPS(0, 0, 0)
	require.NoError(t, err)
	assert.False(t, r.Defined())
	_, err = metrics.NPS(-1, -1, -1)
	assert.Len(t, codes(t, err), 3)

	r, err = metrics.CSAT(42, 50)
	require.NoError(t, err)
	at(t, "0.84", r)
	_, err = metrics.CSAT(51, 50)
	assert.Equal(t, []fault.Code{metrics.CodeExceeds}, codes(t, err))
	_, err = metrics.CSAT(1, -1)
	assert.Equal(t, []fault.Code{metrics.CodeNegative}, codes(t, err))

	r, err = metrics.CES(decimal.New(57, 0), 10)
	require.NoError(t, err)
	at(t, "5.7", r)
}
