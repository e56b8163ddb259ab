package money_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func day(d int) time.Time { return time.Date(2026, time.January, d, 0, 0, 0, 0, time.UTC) }

func table(t testing.TB, options money.RateOptions, quotes ...money.Quote) *money.RateTable {
	t.Helper()
	rates, err := money.NewRateTable(quotes, options)
	require.NoError(t, err)
	return rates
}

func TestRateTable_Rate(t *testing.T) {
	t.Parallel()
	rates := table(t, money.RateOptions{},
		money.Quote{From: "EUR", To: "USD", Rate: dec(t, "1.20"), Since: day(20)}, // any order
		money.Quote{From: "EUR", To: "USD", Rate: dec(t, "1.10"), Since: day(1), Until: day(5)},
		money.Quote{From: "EUR", To: "USD", Rate: dec(t, "1.15"), Since: day(10)},
		money.Quote{From: "USD", To: "JPY", Rate: dec(t, "155.5"), Since: day(1)},
	)
	for _, c := range []struct {
		name     string
		from, to money.Currency
		at       time.Time
		want     string
		reason   string
	}{
		{"first instant", "EUR", "USD", day(1), "1.1", ""},
		{"inside", "EUR", "USD", day(4), "1.1", ""},
		{"until the next", "EUR", "USD", day(20).Add(-1), "1.15", ""},
		{"the next", "EUR", "USD", day(20), "1.2", ""},
		{"open end", "EUR", "USD", day(20).AddDate(50, 0, 0), "1.2", ""},
		{"same currency, no quote", "GBP", "GBP", day(1), "1", ""},
		{"before the first", "EUR", "USD", day(1).Add(-1), "", "before the first quote, 2026-01-01T00:00:00Z"},
		{"Until is not included", "EUR", "USD", day(5), "", "the last quote ended 2026-01-05T00:00:00Z"},
		{"a hole is a hole", "EUR", "USD", day(9), "", "the last quote ended"},
		{"no inverse", "JPY", "USD", day(2), "", "no quotes of the pair"},
		{"no cross rate", "EUR", "JPY", day(2), "", "no quotes of the pair"},
	} {
		got, err := rates.Rate(c.from, c.to, c.at)
		if c.reason == "" {
			require.NoError(t, err, c.name)
			equal(t, c.want, got, c.name)
			continue
		}
		require.ErrorIs(t, err, money.ErrNoRate, c.name)
		var e *money.RateError
		require.ErrorAs(t, err, &e, c.name)
		assert.Equal(t, c.from, e.From)
		assert.Equal(t, c.to, e.To)
		assert.True(t, c.at.Equal(e.At))
		assert.Contains(t, err.Error(), c.reason, c.name)
		assert.True(t, got.IsZero(), "never 1")
	}
	_, err := rates.Rate("EUR", "JPY", day(2))
	require.EqualError(t, err, "money: rate EUR to JPY at 2026-01-02T00:00:00Z: no exchange rate: no quotes of the pair")
	for _, pair := range [][2]money.Currency{{"", "USD"}, {"USD", "usd"}, {"ZZZ", "ZZZ"}} {
		_, err := rates.Rate(pair[0], pair[1], day(2))
		require.ErrorIs(t, err, money.ErrCurrency, pair)
	}
}

func TestRateTable_Zero(t *testing.T) {
	t.Parallel()
	var rates money.RateTable
	one, err := rates.Rate("USD", "USD", time.Time{})
	require.NoError(t, err)
	equal(t, "1", one)
	_, err = rates.Rate("USD", "EUR", day(1))
	require.ErrorIs(t, err, money.ErrNoRate)
	assert.EqualError(t, &money.RateError{From: "USD", To: "EUR", At: day(1), Err: money.ErrNoRate},
		"money: rate USD to EUR at 2026-01-01T00:00:00Z: no exchange rate", "for sources that give no reason")
}

func TestRateTable_MaxAge(t *testing.T) {
	t.Parallel()
	rates := table(t, money.RateOptions{MaxAge: 96 * time.Hour},
		money.Quote{From: "EUR", To: "USD", Rate: dec(t, "1.1"), Since: day(1)})
	_, err := rates.Rate("EUR", "USD", day(5))
	require.NoError(t, err)
	_, err = rates.Rate("EUR", "USD", day(5).Add(1))
	require.ErrorIs(t, err, money.ErrNoRate)
	assert.Contains(t, err.Error(), "96h0m0.000000001s old, limit 96h0m0s")
}

func TestRateTable_Inverse(t *testing.T) {
	t.Parallel()
	quotes := []money.Quote{
		{From: "EUR", To: "USD", Rate: dec(t, "1.25"), Since: day(1), Until: day(2)},
		{From: "EUR", To: "USD", Rate: dec(t, "1.1"), Since: day(2)},
		{From: "GBP", To: "USD", Rate: dec(t, "1.3"), Since: day(1)},
		{From: "USD", To: "GBP", Rate: dec(t, "0.77"), Since: day(2)},
		{From: "USD", To: "VND", Rate: dec(t, "80000000000"), Since: day(1)},
		{From: "USD", To: "IRR", Rate: dec(t, "9000000000000"), Since: day(1)}, // its inverse rounds to zero
	}
	none := table(t, money.RateOptions{}, quotes...)
	exact := table(t, money.RateOptions{Inverse: money.InverseExact}, quotes...)
	rounded := table(t, money.RateOptions{Inverse: money.InverseRounded}, quotes...)

	_, err := none.Rate("USD", "EUR", day(1))
	require.ErrorIs(t, err, money.ErrNoRate)
	_, _, err = none.Fraction("USD", "EUR", day(1))
	require.ErrorIs(t, err, money.ErrNoRate)

	got, err := exact.Rate("USD", "EUR", day(1))
	require.NoError(t, err)
	equal(t, "0.8", got)
	_, err = exact.Rate("USD", "EUR", day(2))
	require.ErrorIs(t, err, money.ErrInexact)
	assert.Contains(t, err.Error(), "1/1.1 is not a decimal of at most 12 places")
	require.NotErrorIs(t, err, money.ErrNoRate)
	num, den, err := exact.Fraction("USD", "EUR", day(2))
	require.NoError(t, err)
	equal(t, "1", num)
	equal(t, "1.1", den)
	num, den, err = exact.Fraction("EUR", "USD", day(2))
	require.NoError(t, err)
	equal(t, "1.1", num)
	equal(t, "1", den)

	got, err = rounded.Rate("USD", "EUR", day(2))
	require.NoError(t, err)
	equal(t, "0.909090909091", got)
	got, err = rounded.Rate("USD", "GBP", day(2))
	require.NoError(t, err)
	equal(t, "0.77", got, "a quote goes before an inverse")
	got, err = rounded.Rate("USD", "GBP", day(1))
	require.NoError(t, err)
	equal(t, "0.769230769231", got)
	got, err = rounded.Rate("VND", "USD", day(1))
	require.NoError(t, err)
	equal(t, "0.000000000012", got, "12.5 units go to the even one")
	_, err = rounded.Rate("IRR", "USD", day(1))
	require.ErrorIs(t, err, money.ErrInexact, "a rate is never zero")
	_, err = rounded.Rate("EUR", "GBP", day(2))
	require.ErrorIs(t, err, money.ErrNoRate, "no cross rates")
}

func TestNewRateTable_EveryBadQuoteIsReported(t *testing.T) {
	t.Parallel()
	good := money.Quote{From: "EUR", To: "USD", Rate: dec(t, "1.1"), Since: day(1), Until: day(10)}
	with := func(change func(*money.Quote)) money.Quote {
		q := good
		change(&q)
		return q
	}
	quotes := []money.Quote{
		good,
		with(func(q *money.Quote) { q.From = "eur" }),
		with(func(q *money.Quote) { q.To = "" }),
		with(func(q *money.Quote) { q.To = "EUR" }),
		with(func(q *money.Quote) { q.Rate = decimal.Decimal{} }),
		with(func(q *money.Quote) { q.Rate = dec(t, "-1.1") }),
		with(func(q *money.Quote) { q.Rate = dec(t, "1.1234567890123") }),
		with(func(q *money.Quote) { q.Rate = decimal.New(1, 1_000_000) }),
		with(func(q *money.Quote) { q.Since = time.Time{} }),
		with(func(q *money.Quote) { q.Until = day(1) }),
		with(func(q *money.Quote) { q.Until = day(1).AddDate(400, 0, 0) }),
		good,
		with(func(q *money.Quote) { q.Rate = dec(t, "1.2") }),
		with(func(q *money.Quote) { q.Since, q.Until = day(9), time.Time{} }),
		{From: "nope", To: "nope", Since: day(1), Until: time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)},
	}
	rates, err := money.NewRateTable(quotes, money.RateOptions{})
	require.Error(t, err)
	assert.Nil(t, rates, "nothing is half applied")
	want := []string{
		`row 2: From "eur": not an ISO 4217 code`,
		`row 3: To: not an ISO 4217 code`,
		`row 4: To "EUR": a currency is worth 1 of itself and needs no quote`,
		`row 5: Rate "0": want more than zero`,
		`row 6: Rate "-1.1": want more than zero`,
		`row 7: Rate: out of range: 13 decimal places, limit 12`,
		`row 8: Rate: out of range: 1000001 digits before the point, limit 18`,
		`row 9: Since "0001-01-01T00:00:00Z": outside the years 1900 to 2200`,
		`row 10: Until "2026-01-01T00:00:00Z": not after Since 2026-01-01T00:00:00Z`,
		`row 11: Until "2426-01-01T00:00:00Z": outside the years 1900 to 2200`,
		`row 12: Since "2026-01-01T00:00:00Z": repeats row 1`,
		`row 13: Since "2026-01-01T00:00:00Z": contradicts row 12`,
		`row 14: Since "2026-01-09T00:00:00Z": row 1 holds until 2026-01-10T00:00:00Z`,
		`row 15: From "nope": not an ISO 4217 code`,
		`row 15: To "nope": not an ISO 4217 code`,
		`row 15: Rate "0": want more than zero`,
		`row 15: Until "0001-01-01T00:00:00.000000001Z": outside the years 1900 to 2200`,
	}
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	var lines []string
	for _, row := range batch.Rows {
		lines = append(lines, row.Error())
	}
	assert.Equal(t, want, lines)
	require.ErrorIs(t, err, money.ErrQuote)
	require.ErrorIs(t, err, money.ErrConflict)
	require.ErrorIs(t, err, money.ErrCurrency)
	require.ErrorIs(t, err, money.ErrRange)
	var first *fault.Row
	require.ErrorAs(t, err, &first)
	assert.Equal(t, int64(2), first.Row)
	assert.Equal(t, "From", first.Field)
}

// Quotes may be of the years 1900 to 2200, the whole of both.
func TestNewRateTable_Years(t *testing.T) {
	t.Parallel()
	first, last := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2200, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	q := money.Quote{From: "EUR", To: "USD", Rate: dec(t, "1.1")}
	for at, ok := range map[time.Time]bool{first: true, first.Add(-1): false, last: true, last.Add(1): false} {
		q.Since = at
		_, err := money.NewRateTable([]money.Quote{q}, money.RateOptions{})
		assert.Equal(t, ok, err == nil, "%s: %v", at, err)
	}
}

func TestNewRateTable_Options(t *testing.T) {
	t.Parallel()
	_, err := money.NewRateTable(nil, money.RateOptions{MaxAge: -1})
	require.ErrorIs(t, err, money.ErrRange)
	_, err = money.NewRateTable(nil, money.RateOptions{Inverse: 3})
	require.ErrorIs(t, err, money.ErrRange)
	_, err = money.NewRateTable(make([]money.Quote, money.MaxQuotes+1), money.RateOptions{})
	require.ErrorIs(t, err, money.ErrRange)
	_, err = money.Inverse(3).MarshalText()
	require.ErrorIs(t, err, fault.ErrUnknown)
	for _, v := range []money.Inverse{money.InverseNone, money.InverseExact, money.InverseRounded} {
		text, err := v.MarshalText()
		require.NoError(t, err)
		var back money.Inverse
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, v, back)
	}
	require.ErrorIs(t, new(money.Inverse).UnmarshalText([]byte("maybe")), fault.ErrUnknown)
	require.ErrorIs(t, new(money.Inverse).Scan(1), fault.ErrUnknown)
}

// slowRate reads the whole list.
func slowRate(quotes []money.Quote, from, to money.Currency, at time.Time) (decimal.Decimal, bool) {
	var best *money.Quote
	for i, q := range quotes {
		if q.From == from && q.To == to && !q.Since.After(at) && (best == nil || q.Since.After(best.Since)) {
			best = &quotes[i]
		}
	}
	if best == nil || !best.Until.IsZero() && !at.Before(best.Until) {
		return decimal.Decimal{}, false
	}
	return best.Rate, true
}

func TestLaw_RateIsTheLatestThatHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currencies := []money.Currency{"EUR", "USD", "JPY"}
		var quotes []money.Quote
		for range rapid.IntRange(0, 30).Draw(t, "quotes") {
			q := money.Quote{
				From:  rapid.SampledFrom(currencies).Draw(t, "from"),
				To:    rapid.SampledFrom(currencies).Draw(t, "to"),
				Rate:  decimal.New(rapid.Int64Range(1, 1e6).Draw(t, "rate"), -4),
				Since: day(1).AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "since")),
			}
			if rapid.Bool().Draw(t, "ends") {
				q.Until = q.Since.AddDate(0, 0, rapid.IntRange(1, 5).Draw(t, "days"))
			}
			if q.From != q.To {
				quotes = append(quotes, q)
			}
		}
		rates, err := money.NewRateTable(quotes, money.RateOptions{})
		clash := slices.ContainsFunc(quotes, func(a money.Quote) bool {
			n := 0
			for _, b := range quotes {
				if a.From == b.From && a.To == b.To && !b.Since.After(a.Since) && (b.Since.Equal(a.Since) || b.Until.After(a.Since)) {
					n++ // a itself is one
				}
			}
			return n > 1
		})
		if clash {
			require.ErrorIs(t, err, money.ErrConflict)
			return
		}
		require.NoError(t, err)
		at := day(1).AddDate(0, 0, rapid.IntRange(-2, 70).Draw(t, "at"))
		for _, from := range currencies {
			for _, to := range currencies {
				got, err := rates.Rate(from, to, at)
				if from == to {
					require.NoError(t, err)
					continue
				}
				want, ok := slowRate(quotes, from, to, at)
				require.Equal(t, ok, err == nil, "%v", err)
				require.True(t, want.Equal(got))
			}
		}
	})
}

// A rounded inverse is the decimal of 12 places nearest to 1/r, ties to even.
func TestLaw_RoundedInverseIsNearest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := decimal.New(rapid.Int64Range(1, 1e15).Draw(t, "rate"), rapid.Int32Range(-12, 0).Draw(t, "exp"))
		rates, err := money.NewRateTable([]money.Quote{{From: "EUR", To: "USD", Rate: r, Since: day(1)}}, money.RateOptions{Inverse: money.InverseRounded})
		require.NoError(t, err)
		want := money.HalfEven.Quo(new(big.Int).Mul(r.Rat().Denom(), big.NewInt(1e12)), r.Rat().Num())
		got, err := rates.Rate("USD", "EUR", day(1))
		if want.Sign() == 0 {
			require.ErrorIs(t, err, money.ErrInexact)
			return
		}
		require.NoError(t, err)
		require.Zero(t, want.Cmp(got.Shift(12).BigInt()), "1/%s: want %s, got %s", r, want, got)
	})
}

func BenchmarkRateTable(b *testing.B) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		quotes := make([]money.Quote, n)
		start := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := range quotes {
			quotes[i] = money.Quote{From: "EUR", To: "USD", Rate: decimal.New(11, -1), Since: start.Add(time.Duration(i) * time.Hour)}
		}
		rates, err := money.NewRateTable(quotes, money.RateOptions{})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				_, err := rates.Rate("EUR", "USD", start.Add(time.Duration(i*7919%n)*time.Hour))
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestRateTable_Allocations(t *testing.T) {
	rates := table(t, money.RateOptions{}, money.Quote{From: "EUR", To: "USD", Rate: dec(t, "1.1"), Since: day(1)})
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = rates.Rate("EUR", "USD", day(3)) }))
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = money.Currency("EUR").Validate() }))
}
