package money_test

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func dec(t testing.TB, s string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(s)
	require.NoError(t, err)
	return d
}

func equal(t testing.TB, want string, got decimal.Decimal, about ...any) {
	t.Helper()
	if w := dec(t, want); !w.Equal(got) {
		assert.Fail(t, "want "+want+", got "+got.String(), about...)
	}
}

// The exponents are those of ISO 4217.
func TestMinor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor    int64
		currency money.Currency
		major    string
	}{
		{1999, "USD", "19.99"},
		{-1999, "USD", "-19.99"},
		{1999, "JPY", "1999"},
		{1999, "BHD", "1.999"},
		{1999, "CLF", "0.1999"},
		{1999, "UYW", "0.1999"},
		{1999, "ISK", "1999"},
		{1999, "UGX", "1999"},
		{1999, "MGA", "19.99"},
		{1999, "HUF", "19.99"},
		{0, "EUR", "0"},
		{math.MaxInt64, "USD", "92233720368547758.07"},
		{math.MinInt64, "USD", "-92233720368547758.08"},
	} {
		got, err := money.FromMinor(c.minor, c.currency)
		require.NoError(t, err)
		equal(t, c.major, got, c.currency)
		back, err := money.Minor(got, c.currency)
		require.NoError(t, err)
		assert.Equal(t, c.minor, back, c.currency)
	}
}

func TestMinor_Refused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount   decimal.Decimal
		currency money.Currency
		want     error
		text     string
	}{
		{dec(t, "19.999"), "USD", money.ErrInexact, "money: Minor: 19.999 USD: 3 decimal places, the currency has 2"},
		{dec(t, "0.5"), "JPY", money.ErrInexact, "1 decimal places, the currency has 0"},
		{dec(t, "1"), "", money.ErrCurrency, `money: Minor: "": not an ISO 4217 code`},
		{dec(t, "1"), "usd", money.ErrCurrency, "not an ISO 4217 code"},
		{dec(t, "1"), "XAU", money.ErrNoMinorUnits, "money: Minor: XAU: ISO 4217 gives it no minor unit"},
		{dec(t, "92233720368547758.08"), "USD", money.ErrRange, "more minor units than an int64 holds"},
		{dec(t, "999999999999999999"), "CLF", money.ErrRange, "more minor units than an int64 holds"},
		{decimal.New(1, 1_000_000), "USD", money.ErrRange, "digits before the point"},
		{decimal.New(1, -1_000_000), "USD", money.ErrRange, "decimal places"},
		{decimal.New(1, math.MaxInt32), "USD", money.ErrRange, "digits"},
		{decimal.New(1, math.MinInt32), "USD", money.ErrRange, "decimal places"},
	} {
		_, err := money.Minor(c.amount, c.currency)
		require.ErrorIs(t, err, c.want)
		assert.Contains(t, err.Error(), c.text)
		var e *fault.Error
		require.ErrorAs(t, err, &e)
	}
	got, err := money.Minor(dec(t, "10.500000"), "USD")
	require.NoError(t, err, "trailing zeros are not places")
	assert.Equal(t, int64(1050), got)

	_, err = money.FromMinor(math.MaxInt64, "JPY")
	require.ErrorIs(t, err, money.ErrRange)
	_, err = money.FromMinor(1, "XXX")
	require.ErrorIs(t, err, money.ErrNoMinorUnits)
	_, err = money.FromMinor(1, "nope")
	require.ErrorIs(t, err, money.ErrCurrency)
}

// docs.stripe.com/currencies: sixteen zero-decimal currencies; ISK and UGX
// take two decimals for backward compatibility; BHD, JOD, KWD, OMR and TND
// take three.
func TestStripeExponents(t *testing.T) {
	t.Parallel()
	stripe := money.StripeExponents()
	require.NoError(t, stripe.Validate())
	for digits, list := range map[int32][]money.Currency{
		0: {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"},
		2: {"ISK", "UGX", "USD", "EUR", "HUF", "TWD"},
		3: {"BHD", "JOD", "KWD", "OMR", "TND"},
	} {
		for _, c := range list {
			got, ok := stripe.MinorUnits(c)
			assert.True(t, ok, c)
			assert.Equal(t, digits, got, c)
		}
	}
	krona, err := stripe.FromMinor(150_000, "ISK")
	require.NoError(t, err)
	equal(t, "1500", krona)
	iso, err := money.FromMinor(150_000, "ISK")
	require.NoError(t, err)
	equal(t, "150000", iso)
	minor, err := stripe.Minor(krona, "ISK")
	require.NoError(t, err)
	assert.Equal(t, int64(150_000), minor)

	stripe["USD"] = 0
	again, ok := money.StripeExponents().MinorUnits("USD")
	assert.True(t, ok)
	assert.Equal(t, int32(2), again, "each call gives a new map")
}

func TestExponents_Validate(t *testing.T) {
	t.Parallel()
	require.NoError(t, money.Exponents(nil).Validate())
	bad := money.Exponents{"USD": -1, "JPY": 7, "ZZZ": 2, "usd": 2, "EUR": 3}
	err := bad.Validate()
	require.ErrorIs(t, err, money.ErrRange)
	require.ErrorIs(t, err, money.ErrCurrency)
	assert.EqualError(t, err, `money: Exponents.Validate: JPY 7: want 0 to 6 digits
money: Exponents.Validate: USD -1: want 0 to 6 digits
money: Exponents.Validate: "ZZZ": not an ISO 4217 code
money: Exponents.Validate: "usd": not an ISO 4217 code`)
	_, err = bad.FromMinor(1, "USD")
	require.ErrorIs(t, err, money.ErrRange)
	_, err = bad.Minor(decimal.New(1, 0), "JPY")
	require.ErrorIs(t, err, money.ErrRange)
	got, err := bad.FromMinor(1500, "EUR")
	require.NoError(t, err)
	equal(t, "1.5", got)
}

func TestLaw_MinorUndoesFromMinor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64().Draw(t, "minor")
		c := rapid.SampledFrom([]money.Currency{"USD", "BHD", "CLF", "JPY", "EUR"}).Draw(t, "currency")
		amount, err := money.FromMinor(minor, c)
		if err != nil {
			require.ErrorIs(t, err, money.ErrRange)
			require.Greater(t, math.Abs(float64(minor)), 9e17)
			return
		}
		back, err := money.Minor(amount, c)
		require.NoError(t, err)
		require.Equal(t, minor, back)
	})
}
