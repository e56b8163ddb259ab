package clv_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func books(t testing.TB, changes ...ledger.Change) *ledger.Ledger {
	t.Helper()
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	require.NoError(t, l.Append(changes...))
	return l
}

func level(customer, at string, amount int64, plan string) ledger.Change {
	return ledger.Change{Customer: customer, At: date(at), Amount: decimal.NewFromInt(amount), Plan: plan}
}

// TestOfLedger: renewals fall on anniversaries; who ends at one has declined
// it; who returns counts once.
func TestOfLedger(t *testing.T) {
	changes := []ledger.Change{
		level("first", "2026-01-31", 10, "s"), level("first", "2026-02-28", 0, "s"), // declined the first renewal, clamped
		level("early", "2026-01-10", 10, "s"), level("early", "2026-01-20", 0, "s"), // within the first period
		level("third", "2026-01-10", 10, "m"), level("third", "2026-04-05", 0, "m"), // made two
		level("back", "2026-01-10", 10, "m"), level("back", "2026-03-10", 0, "m"), level("back", "2026-04-01", 30, "s"),
		level("stays", "2026-01-15", 10, "m"), level("stays", "2026-02-20", 25, "l"),
		level("new", "2026-04-30", 10, "m"),
		level("later", "2026-05-02", 10, "m"),
		level("ends later", "2026-03-01", 10, "m"), level("ends later", "2026-05-01", 0, "m"),
	}
	l := books(t, changes...)
	april := calendar.NewMonth(2026, time.April)
	all, err := clv.OfLedger(l, april, calendar.Cycle{}, nil)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, []int64{2, 1, 1}, all[0].Declined)
	require.Equal(t, clv.Cohort{Customers: 7, Lost: 4, Decisions: 1 + 1 + 3 + 2 + 3 + 0 + 1, Declined: []int64{2, 1, 1}, Active: []int64{1, 1, 0, 1}}, all[0])
	require.Equal(t, []clv.Renewals{
		{Lost: []float64{2, 1, 1}}, {Lost: []float64{}, Active: 1}, {Lost: []float64{0}, Active: 1}, {Lost: []float64{0, 0, 0}, Active: 1},
	}, slices.Collect(all[0].Renewals()))
	plans, err := clv.OfLedger(l, april, calendar.Cycle{}, clv.PlanAtStart(slices.Values(changes)))
	require.NoError(t, err)
	require.Equal(t, "m", plans[0].Segment)
	require.EqualValues(t, 5, plans[0].Customers)
	require.Equal(t, []int64{0, 1, 1}, plans[0].Declined)
	require.Equal(t, []int64{2}, plans[1].Declined)
	require.Equal(t, `"all": 7 customers, 4 lost in 11 renewals`, all[0].String())
	// by the quarter
	quarters, err := clv.OfLedger(l, april, calendar.Cycle{N: 3}, nil)
	require.NoError(t, err)
	require.Equal(t, []int64{4}, quarters[0].Declined)
	_, err = clv.OfLedger(l, calendar.NewMonth(2025, time.April), calendar.Cycle{}, nil)
	require.ErrorIs(t, err, clv.ErrInput)
	_, err = clv.OfLedger(l, april, calendar.Cycle{N: -1}, nil)
	require.Error(t, err)
}

// TestLaw_OfLedgerCounts: against walking each customer's anniversaries one by
// one.
func TestLaw_OfLedgerCounts(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		var changes []ledger.Change
		lost := []int64{}
		var active []clv.Renewals
		var people, gone, decided int64
		through := calendar.NewMonth(2026, time.December)
		end := through.Add(1).Start(time.UTC)
		for i := range rapid.IntRange(1, 12).Draw(t, "customers") {
			came := date("2025-01-01").AddDate(0, 0, rapid.IntRange(0, 720).Draw(t, "came"))
			if rapid.IntRange(0, 3).Draw(t, "end of month") == 0 {
				came = calendar.MonthOf(came, time.UTC).Add(1).Start(time.UTC).AddDate(0, 0, -1)
				d["end of month"]++
			}
			id := fmt.Sprint(i)
			changes = append(changes, ledger.Change{Customer: id, At: came, Amount: decimal.NewFromInt(5)})
			left := end
			var churned bool
			switch rapid.IntRange(0, 2).Draw(t, "fate") {
			case 0:
				left, churned = came.AddDate(0, 0, rapid.IntRange(1, 400).Draw(t, "days")), true
			case 1:
				left, churned = calendar.Cycle{}.Nth(came, rapid.IntRange(1, 14).Draw(t, "n")), true
				d["anniversary"]++
			}
			if !left.Before(end) {
				left, churned = end, false
			} else {
				changes = append(changes, ledger.Change{Customer: id, At: left})
			}
			people++
			made := 0
			for at := (calendar.Cycle{}).Nth(came, 1); at.Before(left); at = (calendar.Cycle{}).Nth(came, made+1) {
				made++
			}
			decided += int64(made)
			if !churned {
				active = append(active, clv.Renewals{Lost: make([]float64, made), Active: 1})
				continue
			}
			gone++
			decided++
			for len(lost) <= made {
				lost = append(lost, 0)
			}
			lost[made]++
		}
		l, err := ledger.New(ledger.Options{Currency: "EUR"})
		require.NoError(t, err)
		require.NoError(t, l.Append(changes...))
		got, err := clv.OfLedger(l, through, calendar.Cycle{}, nil)
		require.NoError(t, err)
		c := got[0]
		require.Equal(t, [3]int64{people, gone, decided}, [3]int64{c.Customers, c.Lost, c.Decisions})
		require.Equal(t, lost, c.Declined)
		var still float64
		for r := range c.Renewals() {
			still += r.Active
			if r.Active > 0 {
				n := 0.0
				for _, a := range active {
					if len(a.Lost) == len(r.Lost) {
						n++
					}
				}
				require.Equal(t, n, r.Active)
			}
		}
		require.Equal(t, float64(len(active)), still)
	}, d.Need("anniversary", "end of month"))
}

// TestLTVOf: a simulated business whose customers follow an sBG law: the
// interval holds the true value, the steps add up, the parts are the exact
// ones.
func TestLTVOf(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	truth := map[string]clv.SBG{"small": {Alpha: 0.9, Beta: 6}, "large": {Alpha: 1.6, Beta: 40}}
	prices := map[string]int64{"small": 20, "large": 300}
	var changes []ledger.Change
	for i := range 6000 {
		plan := []string{"small", "large"}[i%2]
		m := truth[plan]
		came := date("2023-01-01").AddDate(0, 0, r.IntN(1090))
		id := fmt.Sprintf("c%05d", i)
		changes = append(changes, ledger.Change{Customer: id, At: came, Amount: decimal.NewFromInt(prices[plan]), Plan: plan})
		theta := betaDraw(r, m.Alpha, m.Beta)
		for n := 1; ; n++ {
			at := (calendar.Cycle{}).Nth(came, n)
			if !at.Before(date("2026-01-01")) {
				break
			}
			if r.Float64() < theta {
				changes = append(changes, ledger.Change{Customer: id, At: at, Plan: plan})
				break
			}
		}
	}
	l := books(t, changes...)
	december := calendar.NewMonth(2025, time.December)
	half := decimal.RequireFromString("0.5")
	o := clv.LTVOptions{GrossMargin: half, Discount: 0.1, Key: clv.PlanAtStart(slices.Values(changes))}
	v, err := clv.LTVOf(l, december, o)
	require.NoError(t, err)
	require.Len(t, v.Segments, 2)
	t.Log(v)
	monthly := math.Pow(1.1, 1.0/12) - 1
	for _, s := range v.Segments {
		require.NoError(t, s.Err)
		arpa, ok := s.ARPA.Decimal(6)
		require.True(t, ok)
		require.Equal(t, decimal.NewFromInt(prices[s.Segment]).StringFixed(6), arpa.StringFixed(6))
		life, err := truth[s.Segment].DEL(monthly)
		require.NoError(t, err)
		want := life * float64(prices[s.Segment]) / 2
		require.Less(t, s.Value.Lo, want)
		require.Greater(t, s.Value.Hi, want)
		require.Less(t, s.Value.Hi/s.Value.Lo, 1.5)
		simple, err := metrics.LTV(metrics.LTVInput{ARPA: s.ARPA, GrossMargin: half, Churn: s.Churn})
		require.NoError(t, err)
		require.True(t, simple.Num().Mul(s.Simple.Den()).Equal(s.Simple.Num().Mul(simple.Den())))
		require.Len(t, s.Steps, 4)
		require.InEpsilon(t, s.Steps[3].Months, s.Steps[0].Months+s.Steps[1].Months+s.Steps[2].Months, 1e-12)
		require.InEpsilon(t, s.Value.Value, s.Steps[3].Amount, 1e-12)
		exact, _ := s.Simple.Decimal(9)
		require.InEpsilon(t, exact.InexactFloat64(), s.Steps[0].Amount, 1e-9)
		require.Negative(t, s.Steps[1].Months)
		require.Positive(t, s.Steps[2].Months)
		require.Greater(t, s.Residual.Value, s.Value.Value-float64(prices[s.Segment])/2, "who has stayed is worth more than who just came")
	}
	// segments of the whole
	o.Key = nil
	whole, err := clv.LTVOf(l, december, o)
	require.NoError(t, err)
	require.Equal(t, v.Segments[0].Customers+v.Segments[1].Customers, whole.Segments[0].Customers)
	require.Equal(t, v.Segments[0].Active+v.Segments[1].Active, whole.Segments[0].Active)
	// bounded: a sum of survivals
	o.Discount, o.Months = 0, 24
	bounded, err := clv.LTVOf(l, december, o)
	require.NoError(t, err)
	s := bounded.Segments[0]
	var sum float64
	for k := range 24 {
		sum += s.Model.Survival(float64(k))
	}
	require.InEpsilon(t, sum, s.Lifetime.Value, 1e-10)
	// undiscounted and unbounded it is infinite, and says so
	o.Months = 0
	o.Key = clv.PlanAtStart(slices.Values(changes))
	infinite, err := clv.LTVOf(l, december, o)
	require.NoError(t, err)
	s = infinite.Segments[1]
	require.Equal(t, "small", s.Segment)
	require.LessOrEqual(t, s.Model.Alpha, 1.0)
	require.False(t, s.Value.Defined())
	require.ErrorIs(t, s.Value.Warnings[len(s.Value.Warnings)-1], clv.ErrInfinite)
	require.Empty(t, s.Steps)
	require.True(t, s.Simple.Defined(), "the simple formula is finite all the same")
	data, err := json.Marshal(infinite)
	require.NoError(t, err)
	require.Contains(t, string(data), `"value":{"value":null`)
	data, err = json.Marshal(v)
	require.NoError(t, err)
	require.Contains(t, string(data), `"segment":"large"`)

	for _, o := range []clv.LTVOptions{{}, {GrossMargin: decimal.NewFromInt(2)}, {GrossMargin: half, Discount: -1}, {GrossMargin: half, Discount: math.NaN()}, {GrossMargin: half, Months: -1}, {GrossMargin: half, Months: 1201}, {GrossMargin: half, Level: 1}} {
		_, err = clv.LTVOf(l, december, o)
		require.ErrorIs(t, err, clv.ErrInput, "%+v", o)
	}
	// a segment too young for a renewal does not hold up the others
	young := books(t, level("a", "2026-01-20", 10, ""), level("b", "2025-01-05", 10, ""), level("b", "2025-11-05", 0, ""), level("c", "2025-01-05", 10, ""))
	v, err = clv.LTVOf(young, calendar.NewMonth(2026, time.January), clv.LTVOptions{GrossMargin: half, Discount: 0.1, Key: func(c string) string { return map[string]string{"a": "new"}[c] }})
	require.NoError(t, err)
	require.ErrorIs(t, v.Segments[1].Err, clv.ErrInput)
	require.Nil(t, v.Segments[1].Model)
	require.NoError(t, v.Segments[0].Err)
	require.Contains(t, v.String(), "no model")
}
