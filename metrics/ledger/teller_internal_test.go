package ledger

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// TestLaw_CoinsAreAmounts: whichever way a teller comes by an amount, it is that
// of the unit, bit for bit, also when it is asked for again.
func TestLaw_CoinsAreAmounts(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		l, err := New(Options{})
		require.NoError(t, err)
		l.scale.den = rapid.SampledFrom([]int64{1, 2, 5, 25, 50, 100, 300, 1_000_000, 7 * 1461, maxDen}).Draw(t, "den")
		v := l.teller(months{}, calendar.Period{}, rapid.SampledFrom([]int{0, 100, 10_000}).Draw(t, "changes"))
		var told []int64
		for range rapid.IntRange(1, 40).Draw(t, "amounts") {
			n := rapid.OneOf(
				rapid.Int64Range(-3000, 3000), rapid.Int64(),
				rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64, 1 << 62 / hundred, 1<<62/hundred - 1, -1 << 62 / hundred}),
			).Draw(t, "n")
			if len(told) > 0 && rapid.Bool().Draw(t, "again") {
				n = told[rapid.IntRange(0, len(told)-1).Draw(t, "of")]
				drawn["again"]++
			}
			told = append(told, n)
			a := value{v: num.Of(n)}
			if rapid.IntRange(0, 9).Draw(t, "wide") == 0 {
				a.v.Hi = rapid.Int64Range(-9, 9).Draw(t, "hi")
				drawn["wide"]++
			}
			got, want := v.amount(a), v.unit.Amount(Units{a})
			require.Equal(t, want.Coefficient(), got.Coefficient(), "%d of %d", n, l.scale.den)
			require.Equal(t, want.Exponent(), got.Exponent(), "%d of %d", n, l.scale.den)
			if n != 0 && want.Exponent() == 0 {
				drawn["whole"]++
			}
			if want.Exponent() < -2 {
				drawn["not cents"]++
			}
		}
	}, drawn.Need("again", "wide", "whole", "not cents"))
}

// What movements are told with does not change when others are told.
func TestMovements_KeepWhatTheySay(t *testing.T) {
	t.Parallel()
	l, err := New(Options{})
	require.NoError(t, err)
	l.Eager(1)
	const n = 3000
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		s := strconv.Itoa(i)
		require.NoError(t, l.Append(Change{
			Customer: "customer" + strconv.Itoa(i/3), Subscription: "sub" + s, ID: "id" + s, Plan: "plan" + strconv.Itoa(i%5),
			At: at.AddDate(0, 0, i%3), Amount: decimal.New(int64(1+i), -2),
		}))
	}
	seen := map[string]Movement{}
	for m := range l.Movements(calendar.Period{From: at, To: at.AddDate(1, 0, 0)}) {
		seen[m.IDs[0]] = m
	}
	require.Len(t, seen, n)
	for i := range n {
		s := strconv.Itoa(i)
		m := seen["id"+s]
		require.Equal(t, "customer"+strconv.Itoa(i/3), m.Customer)
		require.Equal(t, []string{"sub" + s}, m.Subscriptions)
		require.Equal(t, []string{"plan" + strconv.Itoa(i%5)}, m.Plans)
		require.Equal(t, []string{"id" + s}, m.IDs)
		require.True(t, m.At.Equal(at.AddDate(0, 0, i%3)))
		require.Equal(t, decimal.New(int64(1+i), -2).String(), m.Amount.String())
		require.Equal(t, m.Amount.String(), m.After.Sub(m.Before).String())
	}
}
