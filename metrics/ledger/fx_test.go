package ledger_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// rates quotes units of the ledger's currency per month "2024-01".
type rates map[string]string

func (r rates) Rate(from, to money.Currency, at time.Time) (decimal.Decimal, error) {
	q, ok := r[at.UTC().Format("2006-01")]
	if !ok {
		return decimal.Decimal{}, &money.RateError{From: from, To: to, At: at, Err: money.ErrNoRate}
	}
	return decimal.RequireFromString(q), nil
}

// Polar's case of EUR 100 a month at 2.0 in January and no rate in February
// (reference/revenue.md 3.29): Polar goes on with 1 and reports 100. Ours is
// 200, then an error.
func TestStatement_MissingRateIsAnError(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{Currency: "USD", Rates: rates{"2024-01": "2.0"}}, []ledger.Change{
		{Customer: "c", At: on("2024-01-05"), Amount: dec("100"), Currency: "EUR"},
	})
	requireRevenue(t, "0 +200 +0 +0 -0 -0 fx0 =200", statement(t, l, "2024-01").Revenue)
	_, err := l.Statement(month("2024-02"))
	require.ErrorIs(t, err, ledger.ErrNoRate)
	require.ErrorContains(t, err, "EUR")
	_, err = l.Value(on("2024-02-03"))
	require.ErrorIs(t, err, ledger.ErrNoRate)
	// MRR cannot fail: it stays at the rate the change was accepted with.
	require.Equal(t, "200", l.MRR(on("2024-02-03")).String())
	_, err = ledger.Fold(l, month("2024-02"), func() int { return 0 }, func(int, *ledger.Curve) {})
	require.ErrorIs(t, err, ledger.ErrNoRate)
	_, err = l.Value(time.Time{})
	require.ErrorIs(t, err, ledger.ErrRange)
}

// What nobody did is the FX line: EUR 100 is opened at 1.10, grows by 10 at
// 1.20 and closes at 1.20. Closing 132 = 110 + 12 + FX 10.
func TestStatement_FXIsItsOwnLine(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{Currency: "USD", Rates: rates{"2024-01": "1.10", "2024-02": "1.20", "2024-03": "1.05"}}, []ledger.Change{
		{Customer: "c", At: on("2024-01-05"), Amount: dec("100"), Currency: "EUR"},
		{Customer: "c", At: on("2024-02-05"), Amount: dec("110"), Currency: "EUR"},
		{Customer: "c", At: on("2024-03-05"), Currency: "EUR"},
		{Customer: "d", At: on("2024-01-09"), Amount: dec("7")},
	})
	requireRevenue(t, "0 +117 +0 +0 -0 -0 fx0 =117", statement(t, l, "2024-01").Revenue)
	requireRevenue(t, "117 +0 +12 +0 -0 -0 fx10 =139", statement(t, l, "2024-02").Revenue)
	requireRevenue(t, "139 +0 +0 +0 -0 -115.5 fx-16.5 =7", statement(t, l, "2024-03").Revenue)
	for m := range l.MovementsOf("c", month("2024-03").Period(time.UTC)) {
		require.Equal(t, ledger.Churn, m.Kind)
		require.Equal(t, "115.5 0 115.5", m.Before.String()+" "+m.After.String()+" "+m.Amount.String())
	}
}

// A subscription that changes its currency moves by the difference at the day's
// rate, and needs a rate to do so.
func TestStatement_CurrencySwitch(t *testing.T) {
	t.Parallel()
	r := rates{"2024-01": "1.10", "2024-02": "1.10"}
	l := books(t, ledger.Options{Currency: "USD", Rates: r}, []ledger.Change{
		{Customer: "c", At: on("2024-01-05"), Amount: dec("100"), Currency: "EUR"},
		{Customer: "c", At: on("2024-02-05"), Amount: dec("115"), Currency: "USD", Cause: ledger.CauseCurrency},
	})
	requireRevenue(t, "110 +0 +5 +0 -0 -0 fx0 =115", statement(t, l, "2024-02").Revenue)

	l = books(t, ledger.Options{Currency: "USD", Rates: r}, []ledger.Change{
		{Customer: "c", At: on("2024-01-05"), Amount: dec("100"), Currency: "EUR"},
		{Customer: "c", At: on("2024-03-05"), Amount: dec("115")},
	})
	_, err := l.Statement(month("2024-03"))
	require.ErrorIs(t, err, ledger.ErrNoRate)
}

func TestAppend_RatesBeyondBounds(t *testing.T) {
	t.Parallel()
	for quote, says := range map[string]string{
		"0": "not above 0", "-1": "not above 0", "0.1234567890123": "13 decimal places, limit 12",
		"1e60": "digits before the point, limit 18",
	} {
		l, err := ledger.New(ledger.Options{Currency: "USD", Rates: rates{"2024-01": quote}})
		require.NoError(t, err)
		err = l.Append(ledger.Change{Customer: "c", At: on("2024-01-05"), Amount: dec("100"), Currency: "EUR"})
		require.ErrorIs(t, err, ledger.ErrRange, quote)
		require.ErrorContains(t, err, says)
		require.Zero(t, l.Len())
	}
}

// A ledger without a currency takes no amount in one, and one without Rates
// none in another.
func TestAppend_CurrencyWithoutRates(t *testing.T) {
	t.Parallel()
	c := ledger.Change{Customer: "c", At: on("2024-01-05"), Amount: dec("100"), Currency: "EUR"}
	err := books(t, ledger.Options{}, nil).Append(c)
	require.ErrorIs(t, err, ledger.ErrCurrency)
	err = books(t, ledger.Options{Currency: "USD"}, nil).Append(c)
	require.ErrorIs(t, err, ledger.ErrNoRate)
	require.ErrorContains(t, err, "from EUR to USD")
}

// Sums stay exact beyond 64 bits and with rates of twelve places.
func TestStatement_WideFX(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{Currency: "USD", Rates: rates{"2024-01": "1.000000000001"}}, []ledger.Change{
		{Customer: "c", At: on("2024-01-05"), Amount: dec("999999999999.99"), Currency: "EUR"},
		{Customer: "d", At: on("2024-01-05"), Amount: dec("0.01"), Currency: "EUR", Cycle: calendar.Cycle{N: 3}},
	})
	// 999999999999.99 * 1.000000000001 + 0.01/3 * 1.000000000001
	want := dec("999999999999.99").Mul(dec("1.000000000001")).Add(dec("0.01").Mul(dec("1.000000000001")).DivRound(dec("3"), 20))
	require.Equal(t, want.StringFixed(12), statement(t, l, "2024-01").Revenue.New.StringFixed(12))
}
