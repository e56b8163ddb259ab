package policy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// data opens a file of the reference data, or skips.
func data(t testing.TB, name string) []byte {
	t.Helper()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not at hand")
	}
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	require.NoError(t, err)
	return b
}

type polarSub struct {
	Customer string
	Price    int64
	Every    string
	Currency string
	Start    string
	EndsAt   string `json:"ends_at"`
	EndedAt  string `json:"ended_at"`
	Canceled string `json:"canceled_at"`
	Paused   string `json:"paused_at"`
	Discount string
}

type polarWant struct {
	Active, MRR, ARPU, Committed, Churned, Canceled *int64
	ChurnRate                                       *float64 `json:"churn_rate"`
}

type polarCase struct {
	ID     string
	Subs   json.RawMessage
	Expect map[string]polarWant
	Daily  map[string]float64 `json:"expect_daily"`
	Yearly map[string]float64 `json:"expect_yearly"`
	Rates  map[string]decimal.Decimal
}

// spans turns a case's subscriptions into records. Customers of their own, where
// the case names none: the source counts subscriptions.
func (c *polarCase) spans(t *testing.T) []billing.Span {
	t.Helper()
	var subs []polarSub
	if c.ID == "rolling30" { // said in words in the file
		for i := range 5 {
			s := polarSub{Price: 1000, Start: "2024-01-01"}
			if i == 0 {
				s.Canceled, s.EndedAt = "2024-02-01", "2024-03-01"
			}
			subs = append(subs, s)
		}
	} else {
		require.NoError(t, json.Unmarshal(c.Subs, &subs))
	}
	var out []billing.Span
	for i, s := range subs {
		x := billing.Span{Customer: s.Customer, Subscription: fmt.Sprint("s", i), From: date(s.Start)}
		if x.Customer == "" {
			x.Customer = fmt.Sprint("c", i)
		}
		x.Amount = decimal.New(s.Price, -2)
		x.Currency = money.Currency(strings.ToUpper(s.Currency))
		if x.Currency == "" {
			x.Currency = "USD"
		}
		if s.Every != "" {
			var n int
			var unit string
			_, err := fmt.Sscan(s.Every, &n, &unit)
			require.NoError(t, err)
			u, err := calendar.ParseUnit(unit)
			require.NoError(t, err)
			x.Cycle = calendar.Cycle{Unit: u, N: n}
		}
		if s.Discount != "" {
			require.Equal(t, "50% forever", s.Discount)
			x.Discounts = []billing.Discount{{Percent: dec("50")}}
		}
		x.To, x.CancelAt, x.CancelAskedAt = date(s.EndedAt), date(s.EndsAt), date(s.Canceled)
		if s.Paused != "" {
			y := x
			x.To = date(s.Paused)
			y.From, y.State = date(s.Paused), billing.StatePaused
			out = append(out, y)
		}
		out = append(out, x)
	}
	return out
}

func date(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// bucket is the month or the day that a key of the file names.
func bucket(t *testing.T, key string) calendar.Period {
	t.Helper()
	if m, err := calendar.ParseMonth(key); err == nil {
		return m.Period(nil)
	}
	from, err := time.Parse("2006-01-02", key)
	require.NoError(t, err)
	return calendar.Period{From: from, To: from.AddDate(0, 0, 1)}
}

func cents(d decimal.Decimal) int64 { return d.Shift(2).Round(0).IntPart() }

// The twelve cases of Polar's own tests, under its preset.
// Source: polarsource/polar, server/tests/metrics, at c6c3645.
func TestPolar_OwnCases(t *testing.T) {
	t.Parallel()
	var file struct{ Cases []polarCase }
	require.NoError(t, json.Unmarshal(data(t, "revenue/polar/cases.json"), &file))
	require.Len(t, file.Cases, 12)
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			o := policy.Options{Currency: "USD"}
			if c.Rates != nil {
				table, err := money.NewRateTable([]money.Quote{{
					From: "EUR", To: "USD", Rate: c.Rates["2024-01"], Since: date("2024-01-01"), Until: date("2024-02-01"),
				}}, money.RateOptions{})
				require.NoError(t, err)
				o.Rates = table
			}
			r, err := policy.Read(c.spans(t), policy.Polar(), o)
			require.NoError(t, err)
			require.Empty(t, r.Faults())
			books, err := r.Books()
			require.NoError(t, err)
			for key, want := range c.Expect {
				p := bucket(t, key)
				last := p.To.Add(-1) // a subscription that ends in a bucket is not active in it
				mrr, err := books.Ledger().Value(last)
				if c.ID == "fx_missing" && key == "2024-02" {
					// The source multiplies by 1; a missing rate is no rate.
					require.ErrorIs(t, err, money.ErrNoRate)
					_, err := books.Statement(calendar.MonthOf(p.From, nil))
					require.ErrorIs(t, err, money.ErrNoRate)
					continue
				}
				require.NoError(t, err)
				if want.MRR != nil {
					assert.Equal(t, *want.MRR, cents(mrr), "MRR of %s", key)
				}
				standing, err := r.Standing(last)
				require.NoError(t, err)
				if want.Active != nil {
					assert.Equal(t, *want.Active, standing.Active(), "active in %s", key)
				}
				if want.ARPU != nil {
					assert.Equal(t, *want.ARPU, cents(mrr.DivRound(decimal.NewFromInt(standing.Customers), 2)), "ARPU of %s", key)
				}
				if want.Committed != nil {
					l := load(t, policy.Polar().LedgerOptions(o), r.Committed())
					assert.Equal(t, *want.Committed, cents(l.MRR(last)), "committed in %s", key)
				}
				churn, err := books.Churn(p)
				require.NoError(t, err)
				if want.Churned != nil {
					assert.Equal(t, *want.Churned, churn.Customers.Churned, "churned in %s", key)
				}
				if want.Canceled != nil {
					assert.InDelta(t, *want.Canceled, num(churn.Rate), 0, "canceled in %s", key)
				}
				if want.ChurnRate != nil {
					assert.InDelta(t, *want.ChurnRate, rolling(t, books, p.From), 1e-9, "churn rate at %s", key)
				}
			}
			for key, want := range c.Daily {
				assert.InDelta(t, want, rolling(t, books, date(key)), 1e-9, "churn rate at %s", key)
			}
			for key, want := range c.Yearly {
				// The source counts those who begin at the very instant among
				// the active; here they are new in the period.
				from := date(key + "-01-01")
				churn, err := books.Churn(calendar.Period{From: from.Add(1), To: from.AddDate(1, 0, 0)})
				require.NoError(t, err)
				got, ok := churn.Rate.Float64()
				require.True(t, ok)
				assert.InDelta(t, want, got, 1e-9, "churn rate of %s", key)
			}
		})
	}
}

// rolling is Polar's churn rate at an instant: cancellations of the 30 days
// before over those active when they began; 0 where nobody was.
func rolling(t *testing.T, b *policy.Books, at time.Time) float64 {
	t.Helper()
	c, err := b.Churn(calendar.Period{From: at.AddDate(0, 0, -30), To: at})
	require.NoError(t, err)
	v, _ := c.Rate.Float64()
	return v
}

func num(r interface{ Num() decimal.Decimal }) float64 { return r.Num().InexactFloat64() }

func load(t testing.TB, o ledger.Options, changes func(func(ledger.Change) bool)) *ledger.Ledger {
	t.Helper()
	l, err := ledger.New(o)
	require.NoError(t, err)
	for c := range changes {
		require.NoError(t, l.Append(c))
	}
	return l
}
