package clv_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// TestInterval: the delta method and simulation agree, a parameter's own
// interval is the report's, and equal seeds give equal bits.
func TestInterval(t *testing.T) {
	m, err := clv.FitBGBB(slices.Values(donors), clv.FitOptions{})
	require.NoError(t, err)
	r := m.Report()
	e, err := clv.Interval(*m, func(m clv.BGBB) float64 { return m.Gamma }, clv.IntervalOptions{})
	require.NoError(t, err)
	require.InEpsilon(t, r.Intervals[2].Lo, e.Lo, 1e-7)
	require.InEpsilon(t, r.Intervals[2].Hi, e.Hi, 1e-7)
	require.EqualValues(t, 11104, e.N)
	e, err = clv.Interval(*m, func(m clv.BGBB) float64 { return m.Gamma }, clv.IntervalOptions{Scale: clv.PlainScale, Level: 0.9})
	require.NoError(t, err)
	require.InEpsilon(t, r.Params[2]-1.6448536*r.SE[2], e.Lo, 1e-6)

	alive := func(m clv.BGBB) float64 { return m.PAlive(2, 4, 6) }
	for _, q := range []struct {
		f     func(clv.BGBB) float64
		scale clv.Scale
	}{{alive, clv.LogitScale}, {func(m clv.BGBB) float64 { return m.Conditional(5, 2, 4, 6) }, clv.LogScale}} {
		delta, err := clv.Interval(*m, q.f, clv.IntervalOptions{Scale: q.scale})
		require.NoError(t, err)
		drawn, err := clv.Interval(*m, q.f, clv.IntervalOptions{Scale: q.scale, Draws: 40_000, Seed: 7})
		require.NoError(t, err)
		width := delta.Hi - delta.Lo
		require.InDelta(t, delta.Lo, drawn.Lo, 0.03*width)
		require.InDelta(t, delta.Hi, drawn.Hi, 0.03*width)
		again, err := clv.Interval(*m, q.f, clv.IntervalOptions{Scale: q.scale, Draws: 40_000, Seed: 7})
		require.NoError(t, err)
		require.Equal(t, drawn, again)
		other, err := clv.Interval(*m, q.f, clv.IntervalOptions{Scale: q.scale, Draws: 40_000, Seed: 8})
		require.NoError(t, err)
		require.NotEqual(t, drawn.Lo, other.Lo)
	}
	// what the parameters cannot move has no width
	one, err := clv.Interval(*m, func(clv.BGBB) float64 { return 1 }, clv.IntervalOptions{Scale: clv.LogitScale})
	require.NoError(t, err)
	require.Equal(t, [2]float64{1, 1}, [2]float64{one.Lo, one.Hi})
	_, err = clv.Interval(clv.BGBB{Alpha: 1, Beta: 1, Gamma: 1, Delta: 1}, alive, clv.IntervalOptions{})
	require.ErrorIs(t, err, clv.ErrInput)
	for _, o := range []clv.IntervalOptions{{Level: 1}, {Scale: 9}, {Draws: 3}, {Draws: 20_000_000}} {
		_, err = clv.Interval(*m, alive, o)
		require.ErrorIs(t, err, clv.ErrInput)
	}
}

// TestValue: value is spend times discounted transactions, and its interval on
// the log scale is that of both, added as variances.
func TestValue(t *testing.T) {
	s, err := clv.Summarise(slices.Values(cdnow(t)), cdnowOptions)
	require.NoError(t, err)
	m, err := clv.FitParetoNBD(s.Histories(), clv.FitOptions{})
	require.NoError(t, err)
	g, err := clv.FitGammaGamma(s.Spends(), clv.FitOptions{})
	require.NoError(t, err)
	c := s.Customers[0] // x = 2, mean 22.345
	delta := clv.Delta(0.15, calendar.UnitYear, calendar.UnitWeek)
	require.InEpsilon(t, math.Log(1.15)*7/365, delta, 1e-12)
	e, err := clv.Value(*m, *g, c, clv.ValueOptions{Delta: delta, Margin: 0.4})
	require.NoError(t, err)
	dert, err := m.DERT(delta, c.X, c.TX, c.T)
	require.NoError(t, err)
	require.InEpsilon(t, 0.4*dert*g.Expected(c.X, c.Mean), e.Value, 1e-12)
	a, err := clv.Interval(*m, func(m clv.ParetoNBD) float64 { v, _ := m.DERT(delta, c.X, c.TX, c.T); return v }, clv.IntervalOptions{})
	require.NoError(t, err)
	b, err := clv.Interval(*g, func(g clv.GammaGamma) float64 { return g.Expected(c.X, c.Mean) }, clv.IntervalOptions{})
	require.NoError(t, err)
	half := func(lo, hi float64) float64 { return math.Log(hi/lo) / 2 }
	require.InEpsilon(t, math.Hypot(half(a.Lo, a.Hi), half(b.Lo, b.Hi)), half(e.Lo, e.Hi), 1e-9)
	drawn, err := clv.Value(*m, *g, c, clv.ValueOptions{Delta: delta, Margin: 0.4, Interval: clv.IntervalOptions{Draws: 20_000, Seed: 1}})
	require.NoError(t, err)
	require.InEpsilon(t, half(e.Lo, e.Hi), half(drawn.Lo, drawn.Hi), 0.1)
	year, err := clv.Value(*m, *g, c, clv.ValueOptions{Delta: delta, Horizon: 52})
	require.NoError(t, err)
	require.Less(t, year.Value, e.Value/0.4)
	_, err = clv.Value(*m, *g, c, clv.ValueOptions{})
	require.ErrorIs(t, err, clv.ErrInfinite, "s < 1 without a discount")
	_, err = clv.Value(*m, clv.GammaGamma{P: 1, Q: 0.5, V: 1}, clv.Customer{T: 3}, clv.ValueOptions{Delta: delta})
	require.ErrorIs(t, err, clv.ErrInfinite)
	_, err = clv.Value(*m, *g, c, clv.ValueOptions{Delta: delta, Margin: 1.2})
	require.ErrorIs(t, err, clv.ErrInput)
	_, err = clv.Value(*m, *g, clv.Customer{X: 1, TX: 3, T: 2}, clv.ValueOptions{Delta: delta})
	require.ErrorIs(t, err, clv.ErrInput)
	require.True(t, math.IsNaN(clv.Delta(-1, calendar.UnitYear, calendar.UnitWeek)))
	require.True(t, math.IsNaN(clv.Delta(0.1, 99, calendar.UnitWeek)))
	require.InEpsilon(t, 12*clv.Delta(0.1, calendar.UnitYear, calendar.UnitMonth), math.Log(1.1), 1e-12)
}

// TestProfile: the profile likelihood at the ends of the interval is lower by
// half the χ² quantile, found here by fitting again on a grid of the held
// parameter: the sBG within the BdW at c.
func TestProfile(t *testing.T) {
	cohort := retained(t, "high_end", 12)
	m, err := clv.FitBdW(slices.Values([]clv.Renewals{cohort}), clv.FitOptions{Profile: true})
	require.NoError(t, err)
	r := m.Report()
	require.Equal(t, []bool{true, true, true}, r.Profiled)
	ll := func(a, b, c float64) float64 {
		w := clv.BdW{Alpha: a, Beta: b, C: c}
		sum := cohort.Active * math.Log(w.Survival(float64(len(cohort.Lost))))
		for i, n := range cohort.Lost {
			sum += n * math.Log(w.Survival(float64(i))-w.Survival(float64(i+1)))
		}
		return sum
	}
	drop := special.NormalTwoSided(0.95) * special.NormalTwoSided(0.95) / 2
	for _, c := range []float64{r.Intervals[2].Lo, r.Intervals[2].Hi} {
		// the maximum over α and β by a slow search
		best := math.Inf(-1)
		a, b, size := r.Params[0], r.Params[1], 0.5
		for range 400 {
			moved := false
			for _, s := range [][2]float64{{size, 0}, {-size, 0}, {0, size}, {0, -size}, {size, size}, {-size, -size}, {size, -size}, {-size, size}} {
				if v := ll(a*math.Exp(s[0]), b*math.Exp(s[1]), c); v > best {
					best, a, b, moved = v, a*math.Exp(s[0]), b*math.Exp(s[1]), true
				}
			}
			if !moved {
				size /= 2
			}
		}
		require.InDelta(t, r.LogLikelihood-drop, best, 1e-5, "c = %v", c)
	}
	require.Less(t, r.Intervals[2].Lo, r.Params[2])
	require.Greater(t, r.Intervals[2].Hi, r.Params[2])
	// and it excludes c = 1, as the ratio test does
	sbg, err := clv.FitSBG(slices.Values([]clv.Renewals{cohort}), clv.FitOptions{})
	require.NoError(t, err)
	test, err := clv.LikelihoodRatio(sbg, m)
	require.NoError(t, err)
	require.Greater(t, r.Intervals[2].Lo, 1.0)
	require.Less(t, test.P, 0.05)
	require.Equal(t, 1, test.DF)
	_, err = clv.LikelihoodRatio(m, sbg)
	require.ErrorIs(t, err, clv.ErrInput)
	_, err = clv.LikelihoodRatio(clv.SBG{Alpha: 1, Beta: 1}, m)
	require.ErrorIs(t, err, clv.ErrInput)
	other, err := clv.FitBdW(slices.Values([]clv.Renewals{retained(t, "high_end", 7)}), clv.FitOptions{})
	require.NoError(t, err)
	_, err = clv.LikelihoodRatio(sbg, other)
	require.ErrorIs(t, err, clv.ErrInput)
	data, err := json.Marshal(test)
	require.NoError(t, err)
	require.Contains(t, string(data), `"log_p"`)
}

// TestFlat: a direction the data leave open is named and has an interval that
// says so.
func TestFlat(t *testing.T) {
	few := []clv.Cell{{X: 2, TX: 30.43, T: 38.86}, {X: 1, TX: 1.71, T: 38.86}, {T: 38.86, N: 5}, {X: 7, TX: 29.43, T: 38.86}, {X: 1, TX: 5, T: 38.86}, {X: 5, TX: 25, T: 38}}
	m, err := clv.FitBGNBD(slices.Values(few), clv.FitOptions{})
	require.NoError(t, err)
	r := m.Report()
	t.Log(r)
	var flat *clv.FlatError
	for _, d := range r.Diagnoses {
		_ = errors.As(d, &flat)
	}
	require.NotNil(t, flat)
	var length float64
	for i, d := range flat.Direction {
		length += d * d
		if math.Abs(d) >= 0.3 && r.Converged && !math.IsNaN(r.SE[i]) {
			require.True(t, r.Profiled[i])
			require.Greater(t, r.Intervals[i].Hi, 20*r.Intervals[i].Lo)
		}
	}
	require.InDelta(t, 1, length, 1e-12)
	require.Contains(t, flat.Error(), "flat direction")
}
