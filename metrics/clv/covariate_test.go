package clv_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// apparel are 600 customers of a retailer with two covariates, as CLVTools
// ships them.
func apparel(t *testing.T) []clv.CovariateCell {
	t.Helper()
	rows, col := table(t, "clvtools_apparel_trans.csv")
	var in []clv.Transaction
	for _, r := range rows {
		in = append(in, clv.Transaction{Customer: r[col["Id"]], At: date(r[col["Date"]])})
	}
	s, err := clv.Summarise(slices.Values(in), clv.SummaryOptions{Unit: calendar.UnitWeek, End: date("2006-12-31")})
	require.NoError(t, err)
	rows, col = table(t, "clvtools_apparel_static_cov.csv")
	known := map[string][]float64{}
	for _, r := range rows {
		known[r[col["Id"]]] = []float64{num(t, r[col["Gender"]]), num(t, r[col["Channel"]])}
	}
	var out []clv.CovariateCell
	for _, c := range s.Customers {
		z := known[c.ID]
		require.Len(t, z, 2)
		out = append(out, clv.CovariateCell{Cell: clv.Cell{X: c.X, TX: c.TX, T: c.T}, Rate: z, Life: z})
	}
	return out
}

// TestStatic_Optimum: on real data the estimate is where the sum of the plain
// models' log likelihoods, customer by customer, is stationary in every
// parameter and curved as the standard errors say. Another program's figures
// are in clvtools_test.go.
func TestStatic_Optimum(t *testing.T) {
	cells := apparel(t)
	o := clv.CovariateOptions{RateNames: []string{"gender", "channel"}, LifeNames: []string{"gender", "channel"}}
	pareto, err := clv.FitStaticParetoNBD(slices.Values(cells), o)
	require.NoError(t, err)
	bg, err := clv.FitStaticBGNBD(slices.Values(cells), o)
	require.NoError(t, err)
	for _, c := range []struct {
		r  clv.FitReport
		ll func(p []float64) float64
	}{
		{pareto.Report(), func(p []float64) (sum float64) {
			for _, c := range cells {
				m, err := clv.StaticParetoNBD{Base: clv.ParetoNBD{R: p[0], Alpha: p[1], S: p[2], Beta: p[3]}, Rate: p[4:6], Life: p[6:]}.For(c.Rate, c.Life)
				require.NoError(t, err)
				sum += m.LogLikelihood(c.X, c.TX, c.T)
			}
			return sum
		}},
		{bg.Report(), func(p []float64) (sum float64) {
			for _, c := range cells {
				m, err := clv.StaticBGNBD{Base: clv.BGNBD{R: p[0], Alpha: p[1], A: p[2], B: p[3]}, Rate: p[4:6], Life: p[6:]}.For(c.Rate, c.Life)
				require.NoError(t, err)
				sum += m.LogLikelihood(c.X, c.TX, c.T)
			}
			return sum
		}},
	} {
		t.Log(c.r)
		require.True(t, c.r.Converged)
		require.Equal(t, []string{"rate.gender", "rate.channel", "life.gender", "life.channel"}, c.r.Names[4:])
		require.InEpsilon(t, c.r.LogLikelihood, c.ll(c.r.Params), 1e-11)
		for i, p := range c.r.Params {
			if math.IsNaN(c.r.SE[i]) || c.r.SE[i] > 2*max(1, math.Abs(p)) {
				continue // at a boundary or flat, and diagnosed
			}
			h := c.r.SE[i] * 1e-2
			q := slices.Clone(c.r.Params)
			q[i] = p + h
			up := c.ll(q)
			q[i] = p - h
			down := c.ll(q)
			// falls on both sides, and the slope is nothing beside the fall
			require.Less(t, up, c.r.LogLikelihood, c.r.Names[i])
			require.Less(t, down, c.r.LogLikelihood, c.r.Names[i])
			require.Less(t, math.Abs(up-down), 0.05*(2*c.r.LogLikelihood-up-down), c.r.Names[i])
		}
	}
	// The test against the model without covariates.
	var plain []clv.Cell
	for _, c := range cells {
		plain = append(plain, c.Cell)
	}
	base, err := clv.FitParetoNBD(slices.Values(plain), clv.FitOptions{})
	require.NoError(t, err)
	test, err := clv.LikelihoodRatio(base, pareto)
	require.NoError(t, err)
	require.Equal(t, 4, test.DF)
	require.InEpsilon(t, 2*(pareto.Report().LogLikelihood-base.Report().LogLikelihood), test.ChiSq, 1e-12)
	require.InEpsilon(t, math.Exp(test.LogP), test.P, 1e-12)
	data, err := json.Marshal(pareto)
	require.NoError(t, err)
	require.Contains(t, string(data), `"rate.gender"`)
}

// TestStatic_Groups: with a covariate that is 0 or 1 in both processes and the
// shape parameters' groups alike, each group is the model of its own; the
// estimates recover what was simulated.
func TestStatic_Recovers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	truth := []float64{0.8, 8, 1.2, 14, 0.7, -0.4, -0.5}
	var cells []clv.CovariateCell
	for range 6000 {
		z := []float64{float64(r.IntN(2)), r.NormFloat64()}
		w := []float64{r.NormFloat64()}
		m, err := clv.StaticParetoNBD{Base: clv.ParetoNBD{R: truth[0], Alpha: truth[1], S: truth[2], Beta: truth[3]}, Rate: truth[4:6], Life: truth[6:]}.For(z, w)
		require.NoError(t, err)
		c := simulatePareto(r, m.R, m.Alpha, m.S, m.Beta, 30+40*r.Float64(), 0)
		cells = append(cells, clv.CovariateCell{Cell: c.Cell, Rate: z, Life: w})
	}
	m, err := clv.FitStaticParetoNBD(slices.Values(cells), clv.CovariateOptions{})
	require.NoError(t, err)
	rep := m.Report()
	require.Empty(t, rep.Diagnoses)
	for i, want := range truth {
		z := (rep.Params[i] - want) / rep.SE[i]
		if i < 4 {
			z = math.Log(rep.Params[i]/want) / (rep.SE[i] / rep.Params[i])
		}
		require.Less(t, math.Abs(z), 4.0, "%s: %v, want %v ± %v", rep.Names[i], rep.Params[i], want, rep.SE[i])
	}
	slices.Reverse(cells)
	again, err := clv.FitStaticParetoNBD(slices.Values(cells), clv.CovariateOptions{})
	require.NoError(t, err)
	require.Equal(t, rep, again.Report(), "the order of the rows does not matter")
	// the unit of a column changes its coefficient, nothing else
	for i := range cells {
		cells[i].Life = []float64{cells[i].Life[0] * 1000}
	}
	scaled, err := clv.FitStaticParetoNBD(slices.Values(cells), clv.CovariateOptions{})
	require.NoError(t, err)
	require.InEpsilon(t, rep.Params[6], 1000*scaled.Report().Params[6], 1e-6)
	require.InEpsilon(t, rep.SE[6], 1000*scaled.Report().SE[6], 1e-6)
	e, err := clv.Interval(*m, func(m clv.StaticParetoNBD) float64 {
		one, err := m.For([]float64{1, 0}, []float64{0})
		require.NoError(t, err)
		return one.Expected(52)
	}, clv.IntervalOptions{})
	require.NoError(t, err)
	one, err := clv.StaticParetoNBD{Base: clv.ParetoNBD{R: truth[0], Alpha: truth[1], S: truth[2], Beta: truth[3]}, Rate: truth[4:6], Life: truth[6:]}.For([]float64{1, 0}, []float64{0})
	require.NoError(t, err)
	require.Less(t, e.Lo, one.Expected(52))
	require.Greater(t, e.Hi, one.Expected(52))
	require.Less(t, e.Hi/e.Lo, 1.3)
}

// TestStatic_ReadsBack: what was written is read with all it can do, open
// intervals and named columns too; what is no such model leaves the old one.
func TestStatic_ReadsBack(t *testing.T) {
	literal := clv.StaticBGNBD{Base: clv.BGNBD{R: 1, Alpha: 2, A: 3, B: 4}, Rate: []float64{0.5, -1}, Life: []float64{0.25}}
	text, err := json.Marshal(literal)
	require.NoError(t, err)
	var back clv.StaticBGNBD
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, literal, back)
	for _, wrong := range []string{
		"[]", "{}", `{"model":"BG/NBD"}`,
		string(text[:10]), strings.Replace(string(text), "life.1", "rate", 1),
		strings.Replace(string(text), "BG/NBD with", "Pareto/NBD with", 1),
		strings.Replace(string(text), "rate.1", "alpha", 1),
		strings.Replace(string(text), "rate.1", "life.1", 1),
		strings.Replace(string(text), `"alpha"`, `"beta"`, 1),
		strings.Replace(string(text), "0.25", "null", 1),
		`{"model":"BG/NBD with covariates","params":[` + strings.Repeat(`{"name":"rate.1","value":1},`, 300) + `{"name":"rate.1","value":1}]}`,
	} {
		require.Error(t, json.Unmarshal([]byte(wrong), &back), wrong)
		require.Equal(t, literal, back)
	}
	cells := apparel(t)
	o := clv.CovariateOptions{RateNames: []string{"gender", "channel"}, LifeNames: []string{"gender", "channel"}}
	pareto, err := clv.FitStaticParetoNBD(slices.Values(cells), o)
	require.NoError(t, err)
	bg, err := clv.FitStaticBGNBD(slices.Values(cells), o)
	require.NoError(t, err)
	open := 0
	for _, s := range bg.Report().Intervals {
		if math.IsInf(s.Lo, -1) {
			open++
		}
	}
	require.Positive(t, open, "an interval that is open below")
	text, err = json.Marshal(bg)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &back))
	// Diagnoses come back as their text.
	require.Equal(t, bg.String(), back.String())
	require.Equal(t, bg.Rate, back.Rate)
	require.Equal(t, bg.Life, back.Life)
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(again))
	text, err = json.Marshal(pareto)
	require.NoError(t, err)
	var read clv.StaticParetoNBD
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, *pareto, read)
	year := func(m clv.StaticParetoNBD) float64 {
		one, err := m.For([]float64{1, 0}, []float64{1, 0})
		require.NoError(t, err)
		return one.Expected(52)
	}
	want, err := clv.Interval(*pareto, year, clv.IntervalOptions{})
	require.NoError(t, err)
	got, err := clv.Interval(read, year, clv.IntervalOptions{})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestStatic_Refused(t *testing.T) {
	row := func(z ...float64) clv.CovariateCell {
		return clv.CovariateCell{Cell: clv.Cell{X: 1, TX: 2, T: 5}, Rate: z, Life: []float64{z[0]}}
	}
	fit := func(o clv.CovariateOptions, rows ...clv.CovariateCell) error {
		_, a := clv.FitStaticBGNBD(slices.Values(rows), o)
		_, b := clv.FitStaticParetoNBD(slices.Values(rows), o)
		require.Equal(t, a == nil, b == nil)
		return a
	}
	named := clv.CovariateOptions{RateNames: []string{"age", "size", "sum"}, LifeNames: []string{"age"}}
	err := fit(named, row(1, 2, 3), row(2, 2, 4), row(3, 2, 5))
	require.ErrorIs(t, err, clv.ErrConstant)
	require.ErrorContains(t, err, "rate.size 2: the same for every customer")
	err = fit(named, row(1, 2, 3), row(2, 7, 9), row(3, 1, 4), row(-1, 0, -1))
	require.ErrorIs(t, err, clv.ErrCollinear)
	require.ErrorContains(t, err, "rate.sum")
	require.ErrorIs(t, fit(clv.CovariateOptions{}, row(1, 0), row(2, 0)), clv.ErrConstant)
	require.ErrorIs(t, fit(named, row(1, 2)), clv.ErrInput)
	require.ErrorIs(t, fit(clv.CovariateOptions{}), clv.ErrInput)
	require.ErrorIs(t, fit(clv.CovariateOptions{}, row(make([]float64, 100_000)...)), clv.ErrInput)
	var batch *fault.Batch
	require.ErrorAs(t, fit(clv.CovariateOptions{}, row(1), row(math.NaN()), row(1, 2), clv.CovariateCell{Cell: clv.Cell{X: 1, TX: 9, T: 5}, Rate: []float64{1}, Life: []float64{1}}, row(3)), &batch)
	require.EqualValues(t, 3, batch.Count())
	_, err = clv.StaticBGNBD{Base: clv.BGNBD{R: 1, Alpha: 1, A: 1, B: 1}, Rate: []float64{1}}.For(nil, nil)
	require.ErrorIs(t, err, clv.ErrInput)
	// a column that separates the buyers runs away and says so
	var cells []clv.CovariateCell
	for i := range 400 {
		c := clv.CovariateCell{Cell: clv.Cell{T: 30}, Rate: []float64{0}}
		if i%2 == 0 {
			c = clv.CovariateCell{Cell: clv.Cell{X: float64(1 + i%5), TX: float64(5 + i%20), T: 30}, Rate: []float64{1}}
		}
		cells = append(cells, c)
	}
	m, err := clv.FitStaticParetoNBD(slices.Values(cells), clv.CovariateOptions{RateNames: []string{"buyer"}})
	require.NoError(t, err)
	require.NotEmpty(t, m.Report().Diagnoses)
	t.Log(m.Report())
}
