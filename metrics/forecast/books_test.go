package forecast_test

import (
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func monthOf(i int) calendar.Month { return calendar.NewMonth(worldStart, 1).Add(i) }

// Every path and the means are bridges that close, month into month, from what
// the ledger closes with.
func TestLaw_ForecastBridgeCloses(t *testing.T) {
	t.Parallel()
	for i, w := range worlds {
		books, _, _ := w.found(t, uint64(i), 23, 3)
		p, err := forecast.Books(books, forecast.Options{Origin: monthOf(23), Horizon: 9, Paths: 50, Scenarios: []forecast.Scenario{{Name: "s", ChurnPoints: 0.02, PriceRise: 0.07, SignUps: -0.3}}})
		require.NoError(t, err)
		st, err := books.Statement(monthOf(23))
		require.NoError(t, err)
		opening := st.Revenue.Closing()
		moved := 0
		s, ok := p.Scenario("s")
		require.True(t, ok)
		for _, q := range []*forecast.Projection{p, s} {
			for path := range q.Paths() {
				previous := opening
				n := 0
				for m, r := range q.Path(path) {
					n++
					require.Equal(t, q.Month(n), m)
					require.True(t, r.Opening.Equal(previous), "%s: path %d month %d opens with %v, %v closed", w.name, path, n, r.Opening, previous)
					require.NoError(t, r.Validate())
					previous = r.Closing()
					if r.NetNew().Sign() != 0 {
						moved++
					}
				}
				require.Equal(t, 9, n)
			}
			previous := opening
			for h := 1; h <= 9; h++ {
				r := q.Mean(h)
				require.True(t, r.Opening.Equal(previous), "%s: mean %d", w.name, h)
				require.NoError(t, r.Validate())
				previous = r.Closing()
				assert.InDelta(t, q.At(forecast.MRR, h, 0.8).Value, previous.InexactFloat64(), 0.0051)
				assert.InDelta(t, q.At(forecast.ChurnedMRR, h, 0.8).Value, r.Churn.InexactFloat64(), 0.0151)
				assert.InDelta(t, q.At(forecast.NewMRR, h, 0.8).Value, r.New.InexactFloat64(), 0.0151)
			}
		}
		assert.Positive(t, moved)
	}
}

// Amounts without end in the currency: what the books close with, rounded
// once, is what the projection opens with.
func TestBooks_OpensWithTheLedger(t *testing.T) {
	t.Parallel()
	books, err := ledger.New(ledger.Options{Currency: "JPY"})
	require.NoError(t, err)
	for i := range 40 {
		require.NoError(t, books.Append(ledger.Change{Customer: fmt.Sprint(i), At: monthOf(i % 9).Start(time.UTC), Amount: decimal.NewFromInt(int64(100 + i)), Cycle: calendar.Cycle{Unit: calendar.UnitYear}}))
	}
	p, err := forecast.Books(books, forecast.Options{Paths: 10})
	require.NoError(t, err)
	st, err := books.Statement(monthOf(8))
	require.NoError(t, err)
	assert.Equal(t, monthOf(8), p.Origin)
	assert.Equal(t, st.Revenue.Closing().Round(0).String(), p.Mean(1).Opening.String())
	assert.Contains(t, fmt.Sprint(p.Warnings), "12 months")
}

// Equal seeds, equal bytes, whatever the number of goroutines; other seeds,
// other paths; what happens after the origin does not matter.
func TestBooks_Deterministic(t *testing.T) {
	books, _, _ := worlds[0].found(t, 1, 20, 6)
	bytes := func(seed uint64, procs int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		p, err := forecast.Books(books, forecast.Options{Origin: monthOf(20), Horizon: 4, Paths: 31, Seed: seed, Scenarios: []forecast.Scenario{{Name: "x", SignUps: 0.2}}})
		require.NoError(t, err)
		text, err := json.Marshal(p)
		require.NoError(t, err)
		shares, err := json.Marshal(p.FromToday())
		require.NoError(t, err)
		return string(text) + string(shares)
	}
	one := bytes(7, 1)
	assert.Equal(t, one, bytes(7, 4))
	assert.Equal(t, one, bytes(7, 3))
	assert.NotEqual(t, one, bytes(8, 1))
	shorter, _, _ := worlds[0].found(t, 1, 20, 0)
	p, err := forecast.Books(shorter, forecast.Options{Origin: monthOf(20), Horizon: 4, Paths: 31, Seed: 7, Scenarios: []forecast.Scenario{{Name: "x", SignUps: 0.2}}})
	require.NoError(t, err)
	text, err := json.Marshal(p)
	require.NoError(t, err)
	assert.Contains(t, one, string(text))
}

// A scenario meets the same fates: its difference is far surer than either.
func TestBooks_Scenarios(t *testing.T) {
	t.Parallel()
	books, _, _ := worlds[0].found(t, 3, 29, 0)
	o := forecast.Options{Origin: monthOf(29), Paths: 300, Scenarios: []forecast.Scenario{
		{Name: "nothing"}, {Name: "churn", ChurnPoints: -0.01}, {Name: "price", PriceRise: 0.05}, {Name: "sign-ups", SignUps: 0.2}, {Name: "none new", SignUps: -1}, {Name: "all leave", ChurnPoints: 1},
	}}
	p, err := forecast.Books(books, o)
	require.NoError(t, err)
	for h := 1; h <= 12; h++ {
		for _, q := range forecast.Quantities() {
			d := p.Difference("nothing", q, h, 0.95)
			assert.InDelta(t, 0, d.Value, 0)
			assert.InDelta(t, 0, d.Hi, 0)
		}
		base := p.At(forecast.MRR, h, 0.95)
		for _, name := range []string{"churn", "price", "sign-ups"} {
			d := p.Difference(name, forecast.MRR, h, 0.95)
			if h > 3 {
				assert.Positive(t, d.Value, name)
				assert.Less(t, d.Hi-d.Lo, (base.Hi-base.Lo)*0.6, name)
			}
			assert.LessOrEqual(t, d.Lo, d.Value)
		}
		heads := p.Difference("churn", forecast.Customers, h, 0.9999)
		assert.GreaterOrEqual(t, heads.Lo, 0.0, "fewer leave in every path")
		heads = p.Difference("sign-ups", forecast.NewCustomers, h, 0.9999)
		assert.GreaterOrEqual(t, heads.Lo, 0.0, "more come in every path")
	}
	price := p.Difference("price", forecast.MRR, 1, 0.95).Value / p.At(forecast.MRR, 1, 0.95).Value
	assert.InDelta(t, 0.05, price, 0.001)
	s, _ := p.Scenario("none new")
	assert.InDelta(t, 0, s.At(forecast.NewMRR, 5, 0.8).Hi, 0)
	s, _ = p.Scenario("all leave")
	assert.InDelta(t, 1, s.At(forecast.CustomerChurn, 1, 0.8).Value, 1e-12)
	assert.InDelta(t, 0, s.At(forecast.NRR, 1, 0.8).Value, 0)
	assert.Len(t, p.Scenarios(), 6)
	_, ok := p.Scenario("unheard of")
	assert.False(t, ok)
	assert.False(t, p.Difference("unheard of", forecast.MRR, 1, 0.8).Defined())
}

// Whoever is committed stays; whose end is known goes then.
func TestBooks_Commitments(t *testing.T) {
	t.Parallel()
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	for i := range 60 {
		start := monthOf(i / 6)
		require.NoError(t, books.Append(ledger.Change{Customer: fmt.Sprintf("c%02d", i), At: start.Start(time.UTC), Amount: decimal.NewFromInt(100)}))
		if i%3 == 0 {
			require.NoError(t, books.Append(ledger.Change{Customer: fmt.Sprintf("c%02d", i), At: start.Add(1 + i%4).Start(time.UTC)}))
		}
	}
	origin := monthOf(14)
	var all []forecast.Commitment
	for i := range 60 {
		if i%3 != 0 {
			all = append(all, forecast.Commitment{Customer: fmt.Sprintf("c%02d", i), Until: origin.Add(4), Ends: i%3 == 1})
		}
	}
	p, err := forecast.Books(books, forecast.Options{Origin: origin, Horizon: 8, Paths: 200, Commitments: all, Scenarios: []forecast.Scenario{{Name: "s", ChurnPoints: 0.5}}})
	require.NoError(t, err)
	s, _ := p.Scenario("s")
	for h := 1; h < 4; h++ {
		assert.InDelta(t, 1, s.At(forecast.NRR, h, 0.99).Lo, 1e-12, "committed")
	}
	assert.InDelta(t, 0.5, p.At(forecast.NRR, 4, 0.99).Hi, 1e-12, "half of them end")
	assert.Less(t, s.At(forecast.NRR, 6, 0.99).Hi, 0.45)

	for _, c := range []forecast.Commitment{
		{Customer: "nobody", Until: origin.Add(1)}, {Customer: "c00", Until: origin.Add(1)}, {Customer: "c01", Until: origin}, {Customer: "c01"},
	} {
		_, err = forecast.Books(books, forecast.Options{Origin: origin, Commitments: []forecast.Commitment{c}})
		require.ErrorIs(t, err, forecast.ErrCommitment, "%+v", c)
	}
	twice := forecast.Commitment{Customer: "c01", Until: origin.Add(1)}
	_, err = forecast.Books(books, forecast.Options{Origin: origin, Commitments: []forecast.Commitment{twice, twice}})
	var row *fault.Row
	require.ErrorAs(t, err, &row)
	assert.Equal(t, int64(2), row.Row)
}

func TestBooks_Quantities(t *testing.T) {
	t.Parallel()
	books, mrr, heads := worlds[8].found(t, 5, 29, 0)
	p, err := forecast.Books(books, forecast.Options{Origin: monthOf(29), Paths: 400, Target: decimal.NewFromInt(int64(mrr[29]))})
	require.NoError(t, err)
	assert.InDelta(t, mrr[29], p.Mean(1).Opening.InexactFloat64(), 1e-6)
	previous := float64(heads[29])
	for h := 1; h <= 12; h++ {
		at := func(q forecast.Quantity) float64 { return p.At(q, h, 0.8).Value }
		assert.InDelta(t, at(forecast.Customers), previous+at(forecast.NewCustomers)+at(forecast.ReactivatedCustomers)-at(forecast.ChurnedCustomers), 1e-6)
		previous = at(forecast.Customers)
		assert.LessOrEqual(t, at(forecast.GRR), at(forecast.NRR))
		assert.LessOrEqual(t, at(forecast.GRR), 1.0)
		assert.InDelta(t, at(forecast.CustomerChurn), at(forecast.ChurnedCustomers)/(previous+at(forecast.ChurnedCustomers)-at(forecast.NewCustomers)-at(forecast.ReactivatedCustomers)), 0.01)
		for _, q := range forecast.Quantities() {
			wide, narrow := p.At(q, h, 0.95), p.At(q, h, 0.5)
			assert.LessOrEqual(t, wide.Lo, narrow.Lo)
			assert.GreaterOrEqual(t, wide.Hi, narrow.Hi)
			assert.GreaterOrEqual(t, p.Median(q, h), narrow.Lo)
			assert.LessOrEqual(t, p.Median(q, h), narrow.Hi)
			assert.GreaterOrEqual(t, p.MonteCarloError(q, h), 0.0)
		}
		reach := p.Reach(decimal.NewFromFloat(p.Median(forecast.MRR, h)), h, 0.95)
		assert.InDelta(t, 0.5, reach.Value, 0.01)
		assert.Positive(t, at(forecast.ReactivationMRR), "customers of this company return")
	}
	for _, e := range []metrics.Estimate{p.At(forecast.MRR, 0, 0.8), p.At(forecast.MRR, 13, 0.8), p.At(99, 1, 0.8), p.At(forecast.MRR, 1, 1), p.Reach(decimal.Zero, 13, 0.8)} {
		assert.False(t, e.Defined())
		assert.NotEmpty(t, e.Warnings)
	}
	assert.True(t, math.IsNaN(p.Median(forecast.MRR, 99)))
	assert.True(t, math.IsNaN(p.MonteCarloError(forecast.MRR, 0)))
	assert.Equal(t, metrics.Revenue{}, p.Mean(13))
	for range p.Path(-1) {
		t.Fatal("no such path")
	}
	text, err := json.Marshal(p)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "{}")
	var view struct {
		Bridges []struct {
			Month calendar.Month  `json:"month"`
			Mean  metrics.Revenue `json:"mean"`
			Error float64         `json:"monte_carlo_error"`
		}
		Rows []any
	}
	require.NoError(t, json.Unmarshal(text, &view))
	require.Len(t, view.Bridges, 12)
	assert.Len(t, view.Rows, 12*13*2)
	for i, b := range view.Bridges {
		assert.Equal(t, p.Month(i+1), b.Month)
		assert.True(t, b.Mean.Closing().Equal(p.Mean(i+1).Closing()))
		assert.InEpsilon(t, p.MonteCarloError(forecast.MRR, i+1), b.Error, 1e-12)
	}
	assert.NotContains(t, p.String(), "%!")
	two, err := forecast.Books(books, forecast.Options{Origin: monthOf(29), Paths: 2, Horizon: 1})
	require.NoError(t, err)
	e := two.At(forecast.MRR, 1, 0.8)
	assert.InEpsilon(t, (e.Hi-e.Lo)/2, two.MonteCarloError(forecast.MRR, 1), 1e-9) // |a-b|/√2 over √2
	one, err := forecast.Books(books, forecast.Options{Origin: monthOf(29), Paths: 1, Horizon: 1})
	require.NoError(t, err)
	assert.True(t, math.IsNaN(one.MonteCarloError(forecast.MRR, 1)))
	rows := 0
	for r := range p.Rows() {
		rows++
		assert.False(t, math.IsNaN(r.Estimate.Value), "%v", r)
	}
	assert.Equal(t, 12*13*2, rows)
	var q forecast.Quantity
	require.NoError(t, q.UnmarshalText([]byte("churned-mrr")))
	assert.Equal(t, forecast.ChurnedMRR, q)
}

func TestBooks_Rules(t *testing.T) {
	t.Parallel()
	empty, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	_, err = forecast.Books(empty, forecast.Options{})
	require.ErrorIs(t, err, forecast.ErrTooShort)
	books, _, _ := worlds[0].found(t, 1, 30, 0)
	for _, m := range []int{-1, 0, 4} {
		_, err = forecast.Books(books, forecast.Options{Origin: monthOf(m)})
		require.ErrorIs(t, err, forecast.ErrTooShort, "%d", m)
	}
	for _, o := range []forecast.Options{
		{Horizon: -1},
		{Horizon: 121},
		{Paths: -1},
		{Paths: 1 << 30},
		{Levels: []float64{1}},
		{Levels: make([]float64, 50)},
		{Target: decimal.NewFromInt(-1)},
		{Origin: calendar.NewMonth(1500, 1)},
		{Scenarios: []forecast.Scenario{{}}},
		{Scenarios: []forecast.Scenario{{Name: "a"}, {Name: "a"}}},
		{Scenarios: []forecast.Scenario{{Name: "a", ChurnPoints: math.NaN()}}},
		{Scenarios: []forecast.Scenario{{Name: "a", PriceRise: -1}}},
		{Scenarios: []forecast.Scenario{{Name: "a", SignUps: -2}}},
	} {
		_, err = forecast.Books(books, o)
		require.ErrorIs(t, err, forecast.ErrOptions, "%+v", o)
	}
	_, err = forecast.Books(books, forecast.Options{Scenarios: make([]forecast.Scenario, 21)})
	require.ErrorIs(t, err, fault.ErrTooMany)
	// At the bounds themselves.
	for _, o := range []forecast.Options{{Horizon: 120, Paths: 1}, {Horizon: 1, Paths: 1}, {Paths: 2, Levels: slices.Repeat([]float64{0.5}, 20)}, {Paths: 2, Origin: monthOf(5)}} {
		_, err = forecast.Books(books, o)
		require.NoError(t, err, "%+v", o)
	}
	for _, o := range []forecast.Options{{Horizon: 120, Paths: 16_667}, {Paths: 166_667}, {Paths: 2, Levels: slices.Repeat([]float64{0.5}, 21)}} {
		_, err = forecast.Books(books, o)
		require.ErrorIs(t, err, forecast.ErrOptions, "%+v", o)
	}
}

// A company that all have left has a forecast: nothing is there, new ones may
// come, and what has no base is undefined.
func TestBooks_NobodyThere(t *testing.T) {
	t.Parallel()
	books, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	for i := range 12 {
		c := fmt.Sprint(i)
		require.NoError(t, books.Append(ledger.Change{Customer: c, At: monthOf(i).Start(time.UTC), Amount: decimal.NewFromInt(10)}, ledger.Change{Customer: c, At: monthOf(i + 2).Start(time.UTC)}))
	}
	p, err := forecast.Books(books, forecast.Options{Origin: monthOf(20), Paths: 100})
	require.NoError(t, err)
	assert.True(t, p.Mean(1).Opening.IsZero())
	assert.False(t, p.At(forecast.NRR, 1, 0.8).Defined())
	assert.True(t, p.At(forecast.MRR, 12, 0.8).Defined())
	text, err := json.Marshal(p)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "NaN")
	// No sign-up for a year: no amount to draw, nobody comes.
	p, err = forecast.Books(books, forecast.Options{Origin: monthOf(40), Paths: 50})
	require.NoError(t, err)
	assert.InDelta(t, 0, p.At(forecast.MRR, 12, 0.8).Hi, 0)
}

func TestProjection_FromToday(t *testing.T) {
	t.Parallel()
	books, mrr, _ := worlds[0].found(t, 9, 29, 0)
	p, err := forecast.Books(books, forecast.Options{Origin: monthOf(29), Paths: 200})
	require.NoError(t, err)
	s := p.FromToday()
	total := 0.0
	for _, c := range s.Cohorts {
		total += c.Share
	}
	assert.InDelta(t, s.Share.Value, total, 1e-9)
	assert.Less(t, s.Share.Value, 1.0)
	assert.Greater(t, s.Share.Value, 0.7)
	assert.True(t, slices.IsSortedFunc(s.Cohorts, func(a, b forecast.CohortShare) int { return a.Cohort.Compare(b.Cohort) }))
	// A year ago it is a fact of the books: by hand, from those who were there.
	there := map[string]bool{}
	level := map[string]float64{}
	var then, all float64
	for h := -12; h <= -9; h++ {
		for m := range books.Movements(calendar.Period{From: monthOf(0).Start(time.UTC), To: monthOf(29 + h + 1).Start(time.UTC)}) {
			level[m.Customer] = m.After.InexactFloat64()
		}
		for c, l := range level {
			if h == -12 {
				there[c] = l > 0
				continue
			}
			all += l
			if there[c] {
				then += l
			}
		}
	}
	assert.InDelta(t, then/all, s.YearAgo, 1e-9)
	assert.InDelta(t, mrr[18]+mrr[19]+mrr[20], all, 1e-6)
}
