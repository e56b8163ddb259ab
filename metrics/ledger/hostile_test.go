package ledger_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// moody are rates that panic, fail or answer, as they are told.
type moody struct {
	after int // answers before the mood
	panic bool
}

func (m *moody) Rate(from, to money.Currency, at time.Time) (decimal.Decimal, error) {
	if m.after--; m.after == 0 {
		if m.panic {
			panic("rates")
		}
		return decimal.Decimal{}, &money.RateError{From: from, To: to, At: at, Err: money.ErrNoRate}
	}
	return decimal.New(11, -1), nil
}

// attempt runs f and returns what it panicked with, or the error it gave.
func attempt(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return f()
}

// TestLaw_RefusedIsUntouched: an input that is refused in its middle, whose
// source breaks or panics, or whose rates do, leaves the books as they were: in
// bytes, in statements, and in what the next good input does.
func TestLaw_RefusedIsUntouched(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		rates := &moody{after: -1}
		o := ledger.Options{Currency: "EUR", Rates: rates}
		first, bad, next := anyChanges(t, o, true), anyChanges(t, o, true), anyChanges(t, o, true)
		l, want := books(t, o, first), books(t, o, first)
		if rapid.Bool().Draw(t, "read") {
			statements(t, l)
		}
		for i := range bad { // new customers, cycles, plans, places, ids: all of it must go
			bad[i].Customer += fmt.Sprint("new", i)
			bad[i].Cycle = calendar.Cycle{N: 13 + i}
			bad[i].Plan, bad[i].Amount = fmt.Sprint("plan", i), decimal.New(1+int64(i), -12)
		}
		at := rapid.IntRange(0, len(bad)).Draw(t, "at")
		how := rapid.SampledFrom([]string{"row", "source", "panic", "rates fail", "rates panic", "replace", "rewrite", "merge"}).Draw(t, "how")
		stream := func(f func() (ledger.Change, error)) iter.Seq2[ledger.Change, error] {
			return func(yield func(ledger.Change, error) bool) {
				for i, c := range bad {
					if i == at {
						if !yield(f()) {
							return
						}
					}
					if !yield(c, nil) {
						return
					}
				}
				if at == len(bad) {
					yield(f())
				}
			}
		}
		usd := ledger.Change{Customer: "usd", At: base, Amount: decimal.New(1, 0), Currency: "USD"}
		var err error
		switch how {
		case "row":
			err = l.Load(stream(func() (ledger.Change, error) { return ledger.Change{Customer: "c"}, nil }))
		case "source":
			err = l.Load(stream(func() (ledger.Change, error) { return ledger.Change{}, errors.New("source") }))
		case "panic":
			err = attempt(func() error { return l.Load(stream(func() (ledger.Change, error) { panic("source") })) })
		case "rates fail", "rates panic":
			err = attempt(func() error {
				return l.Load(stream(func() (ledger.Change, error) {
					rates.after, rates.panic = 1, how == "rates panic"
					return usd, nil
				}))
			})
		case "replace":
			err = l.Replace("rep", "s", base, ledger.Change{At: base, Amount: decimal.New(1, 0), Plan: "p"}, ledger.Change{})
		case "rewrite":
			v := ledger.Version{Recorded: base, Changes: []ledger.Change{{At: base, Amount: decimal.New(7, -11), ID: "evt_0"}}}
			err = l.Rewrite(ledger.History{Customer: "rep", Subscription: "s", Versions: []ledger.Version{v}}, ledger.History{})
		case "merge":
			other := books(t, o, append(bad, ledger.Change{Customer: "m", At: base, ID: "clash", Amount: decimal.New(1, 0)}))
			clash := ledger.Change{Customer: "m", At: base, ID: "clash", Amount: decimal.New(2, 0)}
			require.NoError(t, l.Append(clash))
			require.NoError(t, want.Append(clash))
			err = l.Merge(other)
		}
		require.Error(t, err, how)
		drawn[how]++
		rates.after = -1
		require.Equal(t, encoded(t, want), encoded(t, l), how)
		require.Equal(t, show(statements(t, want)), show(statements(t, l)), how)
		require.Equal(t, want.Len(), l.Len())
		for i := range next {
			next[i].ID = "" // ids of both draws are alike
		}
		require.NoError(t, want.Append(next...))
		require.NoError(t, l.Append(next...))
		require.Equal(t, encoded(t, want), encoded(t, l), how)
		require.Equal(t, show(statements(t, want)), show(statements(t, l)), how)
	}, drawn.Need("row", "source", "panic", "rates fail", "rates panic", "replace", "rewrite", "merge"))
}

// Rates that panic while somebody reads leave books that answer afterwards.
func TestRatesPanicWhileReading(t *testing.T) {
	t.Parallel()
	for after := 1; after < 40; after++ {
		rates := &moody{after: -1, panic: true}
		o := ledger.Options{Currency: "EUR", Rates: rates}
		changes := []ledger.Change{
			{Customer: "a", At: on("2024-01-05"), Amount: dec("10"), Currency: "USD"},
			{Customer: "a", At: on("2024-03-05"), Amount: dec("20"), Currency: "USD"},
			{Customer: "b", At: on("2024-02-05"), Amount: dec("5")},
		}
		l := books(t, o, changes)
		want := show(statements(t, l))
		late := ledger.Change{Customer: "a", At: on("2024-02-07"), Amount: dec("12"), Currency: "USD"}
		require.NoError(t, l.Append(late))
		rates.after = after
		_ = attempt(func() error { _, err := l.Statements(lawFrom, lawTo); return err })
		rates.after = -1
		require.Equal(t, show(statements(t, books(t, o, append(changes, late)))), show(statements(t, l)), "after %d", after)
		require.NotEqual(t, want, show(statements(t, l)))
	}
}

// What a caller's function panics with in a goroutine reaches the caller.
func TestFold_PanicReachesTheCaller(t *testing.T) {
	t.Parallel()
	l := load(t, synthetic(20_000, false, false))
	require.PanicsWithValue(t, "add", func() {
		_, _ = ledger.Fold(l, lastMonth, func() int { return 0 }, func(int, *ledger.Curve) { panic("add") })
	})
	require.NotEmpty(t, l.String()) // and leaves no lock behind
}

// 5,000 refused rows with a cycle each leave room for those of good ones.
func TestRefused_FillsNoTable(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, nil)
	row := func(n int) ledger.Change {
		return ledger.Change{Customer: "c", At: on("2026-01-01"), Amount: dec("1"), Cycle: calendar.Cycle{Unit: calendar.UnitDay, N: n}}
	}
	for i := range 5000 {
		bad := row(1 + i)
		bad.Amount = dec("-1")
		require.Error(t, l.Append(bad))
	}
	for i := range 4096 {
		require.NoError(t, l.Append(row(1+i)))
	}
	require.ErrorContains(t, l.Append(row(5000)), "more than 4096 distinct cycles")
	require.NoError(t, l.Append(row(4096)))
}

// A writer that loads from the ledger it writes to reads what was there before,
// and cannot write meanwhile.
func TestLoad_SourceUsesTheLedger(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{{Customer: "a", At: on("2026-01-01"), Amount: dec("1")}})
	require.NoError(t, l.Load(func(yield func(ledger.Change, error) bool) {
		for i := range 600 {
			if !yield(ledger.Change{Customer: fmt.Sprint("b", i), At: on("2026-01-01"), Amount: dec("2")}, nil) {
				return
			}
		}
		require.Equal(t, int64(1), l.Len())
		require.ErrorIs(t, l.Append(ledger.Change{Customer: "x", At: on("2026-01-01")}), ledger.ErrBusy)
		require.ErrorIs(t, l.Replace("x", "", on("2026-01-01")), ledger.ErrBusy)
	}))
	require.Equal(t, int64(601), l.Len())
	require.Equal(t, "1201", l.MRR(on("2026-01-01")).String())
}

// A million bad rows are counted, not kept, and clipped at a whole character.
func TestFaults_Bounded(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, nil)
	long := strings.Repeat("ก", 300)
	err := l.Load(func(yield func(ledger.Change, error) bool) {
		for range 20_000 {
			if !yield(ledger.Change{Customer: long, At: on("2026-01-01"), Amount: dec("-1")}, nil) {
				return
			}
		}
	})
	var b *fault.Batch
	require.ErrorAs(t, err, &b)
	require.Len(t, b.Rows, fault.MaxListed)
	require.Equal(t, int64(20_000), b.Count())
	require.True(t, utf8.ValidString(b.Rows[0].Customer))
	require.Less(t, len(b.Rows[0].Customer), 200)
}

// A zero with a huge exponent is zero at every door, and costs nothing.
func TestZeroWithHugeExponent(t *testing.T) {
	t.Parallel()
	for _, exp := range []int32{-2_000_000_000, 2_000_000_000} {
		zero := decimal.New(0, exp)
		l := books(t, ledger.Options{Currency: "EUR", Rates: monthlyRates{}}, []ledger.Change{
			{Customer: "c", At: on("2026-01-01"), Amount: dec("5"), Quantity: zero, Currency: "USD"},
			{Customer: "c", At: on("2026-02-01"), Amount: zero},
		})
		require.Equal(t, 1, statement(t, l, "2026-02").Revenue.Churn.Sign())
		require.NotEmpty(t, encoded(t, l))
		for c := range l.Changes() {
			_ = c.String()
		}
	}
	_ = ledger.Change{Amount: decimal.New(1, 2_000_000_000)}.String()
}

// An amount is written out as far as 64 digits on either side of its point and
// described beyond.
func TestAmountText_Bounded(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]decimal.Decimal{
		"1" + strings.Repeat("0", 64):        decimal.New(1, 64),
		"1 digits, exponent 65":              decimal.New(1, 65),
		"0." + strings.Repeat("0", 63) + "1": decimal.New(1, -64),
		"1 digits, exponent -65":             decimal.New(1, -65),
		"1 digits, exponent -2000000000":     decimal.New(1, -2_000_000_000),
		strings.Repeat("7", 64):              dec(strings.Repeat("7", 64)),
		"65 digits, exponent 0":              dec(strings.Repeat("7", 65)),
	} {
		c := ledger.Change{Customer: "c", At: on("2026-01-01"), Amount: d}
		require.Contains(t, c.String(), ": "+want+" ")
	}
}

func TestViews(t *testing.T) {
	t.Parallel()
	l := sample(t)
	require.NoError(t, l.Replace("rep", "s", on("2026-01-09"), ledger.Change{At: on("2026-01-09"), Amount: dec("1")}))
	text := func(v any) string { b, err := json.Marshal(v); require.NoError(t, err); return string(b) }
	require.JSONEq(t, `{"rules":{"currency":"EUR","location":"UTC","net":"per-instant"},"customers":3,"changes":5,"histories":1,
		"first":"2026-01-02T00:00:00Z","last":"2026-03-02T00:00:00Z"}`, text(l))
	require.JSONEq(t, `{"location":"UTC","net":"per-month","min_gap":"240h0m0s"}`, text(ledger.Options{Net: ledger.PerMonth, MinGap: 240 * time.Hour}))
	require.Equal(t, "5 changes of 3 customers, 2026-01-02 to 2026-03-02", l.String())
	require.Equal(t, "0 changes of 0 customers", books(t, ledger.Options{}, nil).String())
	for m := range l.MovementsOf("acme", month("2026-01").Period(time.UTC)) {
		require.JSONEq(t, `{"customer":"acme","at":"2026-01-02T00:00:00Z","kind":"new","cause":"mixed","heads":1,"before":"0","after":"149.9",
			"amount":"149.9","subscriptions":["seats","support"],"plans":[],"ids":["evt_1"]}`, text(m))
		require.Equal(t, "2026-01-02 acme: new 149.9 (0 to 149.9), mixed", m.String())
	}
	s := statement(t, l, "2026-03")
	require.Equal(t, "EUR", string(s.Currency))
	require.Contains(t, s.String(), "2026-03 EUR: ")
	require.Contains(t, s.String(), " - 49.9 contraction")
	require.Contains(t, text(s), `"closing_customers":3,"paying_customers":3`)
	c, err := l.Cube(month("2026-01"), month("2026-02"), nil)
	require.NoError(t, err)
	require.Equal(t, "2026-01 to 2026-02, 3 customers, 0 segments", c.String())
	require.Contains(t, text(c), `"segments":[]`)
	_, err = ledger.Fold(l, month("2026-02"), func() int { return 0 }, func(_ int, c *ledger.Curve) {
		if c.Customer() == "acme" {
			require.JSONEq(t, `{"customer":"acme","first":"2026-01","initial":"149.9","levels":["149.9","149.9"]}`, text(c))
		}
		require.NotEqual(t, "{}", text(c.Initial))
		require.NotEqual(t, "{}", text(c.Steps[0]))
	})
	require.NoError(t, err)
	require.NotEqual(t, "{}", text(l.Unit()))
	for c := range l.Changes() {
		var back ledger.Change
		require.NoError(t, json.Unmarshal([]byte(text(c)), &back))
		require.Equal(t, text(c), text(back))
	}
	require.Equal(t, `2026-01-01T00:00:00Z c\x1b/s: 5 a P1M, alive, pause`,
		ledger.Change{Customer: "c\x1b", Subscription: "s", At: on("2026-01-01"), Amount: dec("5"), Alive: true, Cause: ledger.CausePause}.String())
}
