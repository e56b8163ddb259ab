package ledger_test

import (
	"errors"
	"fmt"
	"iter"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func on(day string) time.Time {
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		panic(err)
	}
	return t
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func month(s string) calendar.Month {
	m, err := calendar.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

var yearly = calendar.Cycle{Unit: calendar.UnitYear}

func statement(t *testing.T, l *ledger.Ledger, m string) ledger.Statement {
	t.Helper()
	s, err := l.Statement(month(m))
	require.NoError(t, err)
	return s
}

func requireRevenue(t *testing.T, want string, r metrics.Revenue) {
	t.Helper()
	require.Equal(t, want, fmt.Sprintf("%s +%s +%s +%s -%s -%s fx%s =%s",
		r.Opening, r.New, r.Expansion, r.Reactivation, r.Contraction, r.Churn, r.FX, r.Closing()))
}

// Rebilly's ReportMonthlyRecurringRevenue: 40 at sign-up, 100, 80, 0, back at
// 25; total change 40+25+60-20-80 = 25.
func TestStatement_RebillysFiveMovements(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{Currency: "USD"}, []ledger.Change{
		{Customer: "c", At: on("2026-01-02"), Amount: dec("40")},
		{Customer: "c", At: on("2026-01-05"), Amount: dec("100")},
		{Customer: "c", At: on("2026-01-09"), Amount: dec("80")},
		{Customer: "c", At: on("2026-01-12")},
		{Customer: "c", At: on("2026-01-20"), Amount: dec("25")},
	})
	s := statement(t, l, "2026-01")
	requireRevenue(t, "0 +40 +60 +25 -20 -80 fx0 =25", s.Revenue)
	require.Equal(t, metrics.Customers{New: 1, Reactivated: 1, Churned: 1, ChurnedAndReturned: 1}, s.Customers)
}

// Stripe support: cancelling the first of two subscriptions is a downgrade,
// the second is churn. ChartMogul and Maxio agree.
func TestStatement_SubscriptionEndingWhileAnotherLivesIsContraction(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{
		{Customer: "c", Subscription: "1", At: on("2026-01-01"), Amount: dec("30")},
		{Customer: "c", Subscription: "2", At: on("2026-01-01"), Amount: dec("20")},
		{Customer: "c", Subscription: "1", At: on("2026-02-10")},
		{Customer: "c", Subscription: "2", At: on("2026-03-10")},
	})
	requireRevenue(t, "0 +50 +0 +0 -0 -0 fx0 =50", statement(t, l, "2026-01").Revenue)
	requireRevenue(t, "50 +0 +0 +0 -30 -0 fx0 =20", statement(t, l, "2026-02").Revenue)
	requireRevenue(t, "20 +0 +0 +0 -0 -20 fx0 =0", statement(t, l, "2026-03").Revenue)
}

// Polar's base case (reference/revenue.md 3.19): 100 a month and 1,000 a year
// from January, 100 a month from June: 183.33, then 283.33.
func TestMRR_Polar(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{Currency: "USD"}, []ledger.Change{
		{Customer: "a", At: on("2024-01-01"), Amount: dec("100")},
		{Customer: "b", At: on("2024-01-01"), Amount: dec("1000"), Cycle: yearly},
		{Customer: "c", At: on("2024-06-01"), Amount: dec("100")},
	})
	require.Equal(t, "183.33", l.MRR(on("2024-01-01")).StringFixed(2))
	require.Equal(t, "183.33", l.MRR(on("2024-02-01")).StringFixed(2))
	require.Equal(t, "283.33", l.MRR(on("2024-06-01")).StringFixed(2))
	require.True(t, l.MRR(on("2023-12-31")).IsZero())
}

// A hundred a year has no finite decimal a month; a million of them sum as the
// rational does, and twelve hundred thousand to ten million exactly.
func TestStatement_TwelfthsSumAsTheRationalDoes(t *testing.T) {
	t.Parallel()
	n := 1_000_000
	if testing.Short() {
		n = 100_000
	}
	l, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	require.NoError(t, l.Load(annual(0, n)))
	want := new(big.Rat).Mul(big.NewRat(100, 12), big.NewRat(int64(n), 1))
	require.Equal(t, want.FloatString(ledger.Places), statement(t, l, "2026-01").Revenue.New.StringFixed(ledger.Places))

	require.NoError(t, l.Load(annual(n, n*6/5)))
	s := statement(t, l, "2026-01")
	require.True(t, s.Revenue.New.Equal(decimal.NewFromInt(int64(n)*10)), s.Revenue.New)
	require.Equal(t, int64(n)*6/5, s.ClosingCustomers)
}

func annual(from, to int) iter.Seq2[ledger.Change, error] {
	return func(yield func(ledger.Change, error) bool) {
		for i := from; i < to; i++ {
			if !yield(ledger.Change{Customer: fmt.Sprint("c", i), At: on("2026-01-07"), Amount: dec("100"), Cycle: yearly}, nil) {
				return
			}
		}
	}
}

// The last month of an export does not look like mass churn, nor do the months
// before the first change.
func TestStatement_OutsideTheBooks(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{{Customer: "c", At: on("2026-01-02"), Amount: dec("40")}})
	requireRevenue(t, "0 +0 +0 +0 -0 -0 fx0 =0", statement(t, l, "1950-06").Revenue)
	requireRevenue(t, "40 +0 +0 +0 -0 -0 fx0 =40", statement(t, l, "2026-02").Revenue)
	requireRevenue(t, "40 +0 +0 +0 -0 -0 fx0 =40", statement(t, l, "2190-12").Revenue)
	require.Equal(t, int64(1), statement(t, l, "2190-12").ClosingCustomers)

	empty := books(t, ledger.Options{}, nil)
	requireRevenue(t, "0 +0 +0 +0 -0 -0 fx0 =0", statement(t, empty, "2026-01").Revenue)
}

func TestStatement_Months(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, nil)
	_, err := l.Statements(month("2026-02"), month("2026-01"))
	require.ErrorIs(t, err, ledger.ErrPeriod)
	require.ErrorContains(t, err, "from 2026-02 is after to 2026-01")
	for _, m := range []calendar.Month{{}, calendar.NewMonth(1899, 12), calendar.NewMonth(2201, 1)} {
		_, err = l.Statement(m)
		require.ErrorIs(t, err, ledger.ErrPeriod)
		require.ErrorContains(t, err, "outside 1900 to 2200")
		_, err = l.Restatements(m, on("2026-01-01"))
		require.ErrorIs(t, err, ledger.ErrPeriod)
	}
	_, err = l.StatementsBy(month("2026-01"), month("2026-01"), nil)
	require.ErrorIs(t, err, ledger.ErrOptions)
}

// Months end where the location's midnight is, on the days the clocks change
// and on others: Berlin changed on 2026-03-29 and changes on 2026-10-25; Cairo
// once began a summer time at midnight of 2024-04-26, Havana in March.
func TestStatement_Location(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, before, after, month string }{
		{"Europe/Berlin", "2026-03-31T21:59:59.999999999Z", "2026-03-31T22:00:00Z", "2026-03"},
		{"Europe/Berlin", "2026-10-31T22:59:59.999999999Z", "2026-10-31T23:00:00Z", "2026-10"},
		{"America/New_York", "2026-12-01T04:59:59Z", "2026-12-01T05:00:00Z", "2026-11"},
		{"Asia/Kolkata", "2026-01-31T18:29:59Z", "2026-01-31T18:30:00Z", "2026-01"},
		{"Africa/Cairo", "2026-10-31T21:59:59Z", "2026-10-31T22:00:00Z", "2026-10"},
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skipf("no time zone data for %s: %v", c.zone, err)
		}
		at := func(s string) time.Time {
			v, err := time.Parse(time.RFC3339Nano, s)
			require.NoError(t, err)
			return v
		}
		l := books(t, ledger.Options{Location: loc}, []ledger.Change{
			{Customer: "before", At: at(c.before), Amount: dec("1")},
			{Customer: "after", At: at(c.after), Amount: dec("10")},
		})
		require.Equal(t, "1", statement(t, l, c.month).Revenue.New.String(), c.zone)
		require.Equal(t, "10", statement(t, l, month(c.month).Add(1).String()).Revenue.New.String(), c.zone)
	}
}

func TestAppend_CorrectionRecordedLaterWins(t *testing.T) {
	t.Parallel()
	at := on("2026-01-02")
	first := ledger.Change{Customer: "c", At: at, Amount: dec("40"), Recorded: on("2026-01-02")}
	fix := ledger.Change{Customer: "c", At: at, Amount: dec("45"), Recorded: on("2026-03-01")}
	for _, order := range [][]ledger.Change{{first, fix}, {fix, first}} {
		l := books(t, ledger.Options{}, order)
		require.Equal(t, "45", l.MRR(at).String())
		require.Equal(t, "40", l.AsOf(on("2026-02-01")).MRR(at).String())
	}
	// Recorded together, the later in input order.
	fix.Recorded = first.Recorded
	require.Equal(t, "45", books(t, ledger.Options{}, []ledger.Change{first, fix}).MRR(at).String())
	require.Equal(t, "40", books(t, ledger.Options{}, []ledger.Change{fix, first}).MRR(at).String())
}

func TestAppend_SameIDIsOneChange(t *testing.T) {
	t.Parallel()
	c := ledger.Change{Customer: "c", At: on("2026-01-02"), Amount: dec("40"), ID: "evt_1"}
	again := c
	again.Amount = dec("40.00") // the same amount
	again.Recorded = on("2026-01-09")
	l := books(t, ledger.Options{}, []ledger.Change{c, again})
	require.Equal(t, int64(1), l.Len())
	require.Equal(t, int64(1), l.Repeats())
	require.NoError(t, l.Append(c))
	require.Equal(t, int64(1), l.Len())
	require.Equal(t, int64(2), l.Repeats())

	other := c
	other.Subscription = "second"
	err := l.Append(other)
	require.ErrorIs(t, err, ledger.ErrConflict)
	require.ErrorContains(t, err, `ID "evt_1": taken by a change with other content`)
}

func TestAppend_ReportsEveryFaultAndTakesNothing(t *testing.T) {
	t.Parallel()
	good := ledger.Change{Customer: "good", At: on("2026-01-02"), Amount: dec("40"), ID: "evt_0"}
	l := books(t, ledger.Options{Currency: "EUR", Rates: noRates{}}, []ledger.Change{good})
	before := encoded(t, l)

	bad := func(edit func(*ledger.Change)) ledger.Change {
		c := ledger.Change{Customer: "c", At: on("2026-01-02"), Amount: dec("1")}
		edit(&c)
		return c
	}
	cases := []struct {
		change ledger.Change
		field  string
		err    error
		says   string
	}{
		{bad(func(c *ledger.Change) { c.Customer = "" }), "Customer", ledger.ErrName, "empty"},
		{bad(func(c *ledger.Change) { c.Customer = strings.Repeat("x", 2000) }), "Customer", ledger.ErrRange, "longer than 1024 bytes: 2000"},
		{bad(func(c *ledger.Change) { c.Subscription = "\xff" }), "Subscription", ledger.ErrName, "not valid UTF-8"},
		{bad(func(c *ledger.Change) { c.ID = strings.Repeat("x", 1025) }), "ID", ledger.ErrRange, "1025"},
		{bad(func(c *ledger.Change) { c.At = time.Time{} }), "At", ledger.ErrRange, "missing"},
		{bad(func(c *ledger.Change) { c.At = on("1899-12-31") }), "At", ledger.ErrRange, "1900"},
		{bad(func(c *ledger.Change) { c.At = time.Date(292277026, 1, 1, 0, 0, 0, 0, time.UTC) }), "At", ledger.ErrRange, "2200"},
		{bad(func(c *ledger.Change) { c.Recorded = on("2201-01-01") }), "Recorded", ledger.ErrRange, "2200"},
		{bad(func(c *ledger.Change) { c.Amount = dec("-0.01") }), "Amount", ledger.ErrNegative, "the limit is 0"},
		{bad(func(c *ledger.Change) { c.Amount = decimal.New(1, 1_000_000) }), "Amount", ledger.ErrRange, "1000001 digits before the point, limit 18"},
		{bad(func(c *ledger.Change) { c.Amount = decimal.New(1, -1_000_000) }), "Amount", ledger.ErrRange, "1000000 decimal places, limit 12"},
		{bad(func(c *ledger.Change) { c.Cycle = calendar.Cycle{Unit: 99} }), "Cycle", ledger.ErrCycle, "Unit(99)"},
		{bad(func(c *ledger.Change) { c.Cycle = calendar.Cycle{N: -1} }), "Cycle", ledger.ErrCycle, "-1"},
		{bad(func(c *ledger.Change) { c.Currency = "XYZ" }), "Currency", ledger.ErrCurrency, "XYZ"},
		{bad(func(c *ledger.Change) { c.Currency = "USD" }), "Currency", ledger.ErrNoRate, "no exchange rate"},
		{bad(func(c *ledger.Change) { c.Cause = 200 }), "Cause", ledger.ErrCause, "not a cause"},
		{bad(func(c *ledger.Change) { c.ID, c.Amount = "evt_0", dec("41") }), "ID", ledger.ErrConflict, "other content"},
	}
	for _, c := range cases {
		// Each alone among good ones …
		fine := bad(func(c *ledger.Change) { c.Customer, c.ID = "new", "evt_new" })
		err := l.Append(fine, c.change, fine)
		require.Error(t, err, c.field)
		var row *fault.Row
		require.ErrorAs(t, err, &row)
		require.Equal(t, int64(2), row.Row)
		require.Equal(t, c.field, row.Field)
		require.ErrorIs(t, err, c.err)
		require.ErrorContains(t, err, c.says)
		require.Less(t, len(err.Error()), 600)
		require.Equal(t, before, encoded(t, l), "the books changed: %s", c.field)
	}
	// … and all at once: every one is named.
	all := make([]ledger.Change, 0, len(cases))
	for _, c := range cases[:len(cases)-1] { // conflicts only show among valid changes
		all = append(all, c.change)
	}
	err := l.Append(all...)
	var in *fault.Batch
	require.ErrorAs(t, err, &in)
	seen := map[int64]bool{}
	for _, r := range in.Rows {
		seen[r.Row] = true
	}
	require.Len(t, seen, len(all))
	err = l.Append(ledger.Change{At: on("2026-01-02")}, ledger.Change{At: on("2026-01-02")})
	require.ErrorAs(t, err, &in)
	require.Len(t, in.Rows, 2)
	require.Equal(t, before, encoded(t, l))

	// The books still take what is right.
	require.NoError(t, l.Append(bad(func(c *ledger.Change) { c.Customer, c.ID = "new", "evt_new" })))
	require.Equal(t, "41", l.MRR(on("2026-01-02")).String())
}

type noRates struct{}

func (noRates) Rate(from, to money.Currency, at time.Time) (decimal.Decimal, error) {
	return decimal.Decimal{}, &money.RateError{From: from, To: to, At: at, Err: money.ErrNoRate}
}

// A finer unit, found out late, changes no amount already in the books, and what
// no common unit holds is as exact as the rest.
func TestAppend_Units(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{
		{Customer: "big", At: on("2026-01-01"), Amount: dec("999999999999999999")},
		{Customer: "c", At: on("2026-01-01"), Amount: dec("1"), Cycle: calendar.Cycle{N: 7}},
	})
	require.NoError(t, l.Append(ledger.Change{Customer: "d", At: on("2026-01-01"), Amount: dec("0.000000000001"), Cycle: calendar.Cycle{N: 11}}))
	want := new(big.Rat).SetInt64(999999999999999999)
	want.Add(want, big.NewRat(1, 7)).Add(want, big.NewRat(1, 11e12))
	require.Equal(t, want.FloatString(ledger.Places), l.MRR(on("2026-01-01")).StringFixed(ledger.Places))

	// Three more cycles that share no unit with these, nor with each other: what
	// is accepted does not depend on what else is there.
	for i, n := range []int{997, 991, 983} {
		require.NoError(t, l.Append(ledger.Change{Customer: fmt.Sprint("e", i), At: on("2026-01-01"), Amount: dec("0.000000000001"), Cycle: calendar.Cycle{N: n}}))
		want.Add(want, big.NewRat(1, int64(n)*1e12))
	}
	require.Equal(t, units(want).String(), units(l.MRR(on("2026-01-01")).Rat()).String())

	// More than 127 bits of charges.
	many := make([]ledger.Change, 20_000)
	day := calendar.Cycle{Unit: calendar.UnitDay, N: 1}
	for i := range many {
		many[i] = ledger.Change{Customer: fmt.Sprint(i), At: on("2026-01-01"), Amount: dec("999999999999999999"), Cycle: day}
	}
	require.NoError(t, l.Append(many...))
	each := big.NewRat(999999999999999999, 1)
	want.Add(want, each.Mul(each, big.NewRat(365*20_000, 12)))
	require.Equal(t, units(want).String(), units(l.MRR(on("2026-01-01")).Rat()).String())
	require.Equal(t, units(want).String(), units(statement(t, l, "2026-01").Revenue.New.Rat()).String())
}

func TestLoad_StreamErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("line 3: broken")
	l := books(t, ledger.Options{}, nil)
	err := l.Load(func(yield func(ledger.Change, error) bool) {
		_ = yield(ledger.Change{Customer: "a", At: on("2026-01-01"), Amount: dec("1")}, nil) &&
			yield(ledger.Change{}, broken) &&
			yield(ledger.Change{Customer: "b"}, nil)
	})
	require.ErrorIs(t, err, broken)
	var in *fault.Batch
	require.ErrorAs(t, err, &in)
	require.Len(t, in.Rows, 2)
	require.ErrorContains(t, err, "row 2: line 3: broken")
	require.ErrorContains(t, err, "row 3: ")
	require.Zero(t, l.Len())
}

func TestOptions_Invalid(t *testing.T) {
	t.Parallel()
	for says, o := range map[string]ledger.Options{
		"Currency": {Currency: "EURO"}, "Rates given": {Rates: noRates{}}, "Net 7": {Net: 7},
		"MinGap -1ns": {MinGap: -1}, "MaxGap -1ns": {MaxGap: -1}, "Coalesce -1ns": {Coalesce: -1},
		"shorter than MinGap": {MinGap: 2, MaxGap: 1}, "PerMonth nets": {Net: ledger.PerMonth, Coalesce: 1},
	} {
		_, err := ledger.New(o)
		require.ErrorIs(t, err, ledger.ErrOptions)
		require.ErrorContains(t, err, says)
	}
}

func TestMerge_OtherRules(t *testing.T) {
	t.Parallel()
	base := ledger.Options{Currency: "EUR"}
	for field, o := range map[string]ledger.Options{
		"Currency": {Currency: "USD"}, "Location": {Currency: "EUR", Location: time.FixedZone("x", 60)},
		"Net": {Currency: "EUR", Net: ledger.PerMonth}, "MinGap": {Currency: "EUR", MinGap: 1},
		"MaxGap": {Currency: "EUR", MaxGap: 1}, "Coalesce": {Currency: "EUR", Coalesce: 1},
	} {
		err := books(t, base, nil).Merge(books(t, o, nil))
		require.ErrorIs(t, err, ledger.ErrOptions)
		require.ErrorContains(t, err, field)
	}
	l := books(t, base, []ledger.Change{{Customer: "c", At: on("2026-01-01"), Amount: dec("1")}})
	require.NoError(t, l.Merge(nil))
	require.NoError(t, l.Merge(l))
	require.Equal(t, int64(1), l.Len())
}

// What one item gains in the instant in which another loses it moves nothing.
func TestMovements_OfEqualGainAndLossIsNone(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{
		{Customer: "c", Item: "a", At: on("2026-01-01"), Amount: dec("5")},
		{Customer: "c", Item: "b", At: on("2026-01-01"), Amount: dec("5")},
		{Customer: "c", Item: "a", At: on("2026-02-01"), Amount: dec("3")},
		{Customer: "c", Item: "b", At: on("2026-02-01"), Amount: dec("7")},
	})
	var kinds []ledger.Kind
	for m := range l.MovementsOf("c", calendar.Period{From: on("2026-01-01"), To: on("2026-03-01")}) {
		kinds = append(kinds, m.Kind)
	}
	require.Equal(t, []ledger.Kind{ledger.NewBusiness}, kinds)
	s := statement(t, l, "2026-02")
	require.True(t, s.Revenue.Contraction.IsZero())
}

// A customer of whom everything was forgotten has a place and no changes in the
// books that are merged: those behind come over all the same.
func TestMerge_CustomersOfWhomNothingIsSaid(t *testing.T) {
	t.Parallel()
	other := books(t, ledger.Options{}, nil)
	require.NoError(t, other.Replace("gone", "s", on("2026-01-01"), ledger.Change{At: on("2026-01-01"), Amount: dec("9")}))
	require.NoError(t, other.Rewrite(ledger.History{Customer: "gone", Subscription: "s"}))
	want := books(t, ledger.Options{}, nil)
	for i := range 50 { // so that every part of the books has some
		c := ledger.Change{Customer: fmt.Sprint("c", i), At: on("2026-01-02"), Amount: dec("1")}
		require.NoError(t, other.Append(c))
		require.NoError(t, want.Append(c))
	}
	l := books(t, ledger.Options{}, nil)
	require.NoError(t, l.Merge(other))
	require.Equal(t, encoded(t, want), encoded(t, l))
	require.Equal(t, "50", l.MRR(on("2026-01-02")).String())
}

func TestText_RoundTrips(t *testing.T) {
	t.Parallel()
	for k := ledger.Kind(0); k <= ledger.Churn; k++ {
		text, err := k.MarshalText()
		require.NoError(t, err)
		var back ledger.Kind
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, k, back)
	}
	for c := ledger.CauseUnknown; c <= ledger.CauseMixed; c++ {
		text, err := c.MarshalText()
		require.NoError(t, err)
		var back ledger.Cause
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, c, back)
	}
	for _, n := range []ledger.Net{ledger.PerInstant, ledger.PerMonth} {
		text, err := n.MarshalText()
		require.NoError(t, err)
		var back ledger.Net
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, n, back)
	}
	require.Error(t, new(ledger.Kind).UnmarshalText([]byte("gone")))
	require.Error(t, new(ledger.Cause).UnmarshalText([]byte(strings.Repeat("x", 1000))))
	require.Error(t, new(ledger.Net).UnmarshalText([]byte("")))
	_, err := ledger.Kind(99).MarshalText()
	require.Error(t, err)
	_, err = ledger.Cause(99).MarshalText()
	require.Error(t, err)
	_, err = ledger.Net(99).MarshalText()
	require.Error(t, err)
	require.Equal(t, "Kind(99) Cause(99) Net(99)", fmt.Sprint(ledger.Kind(99), ledger.Cause(99), ledger.Net(99)))
}
