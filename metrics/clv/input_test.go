package clv_test

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

type anyModel interface{ Report() clv.FitReport }

// fits are the four fits of cells by name.
var fits = map[string]func(iter.Seq[clv.Cell], clv.FitOptions) (anyModel, error){
	"BG/NBD":     func(c iter.Seq[clv.Cell], o clv.FitOptions) (anyModel, error) { return clv.FitBGNBD(c, o) },
	"MBG/NBD":    func(c iter.Seq[clv.Cell], o clv.FitOptions) (anyModel, error) { return clv.FitMBGNBD(c, o) },
	"Pareto/NBD": func(c iter.Seq[clv.Cell], o clv.FitOptions) (anyModel, error) { return clv.FitParetoNBD(c, o) },
	"BG/BB":      func(c iter.Seq[clv.Cell], o clv.FitOptions) (anyModel, error) { return clv.FitBGBB(c, o) },
}

func TestFit_BadRows(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := clv.Cell{X: 1, TX: 2, T: 5, N: 1}
	for _, c := range []struct {
		cell  clv.Cell
		field string
	}{
		{clv.Cell{X: nan, TX: 1, T: 2}, "X"},
		{clv.Cell{X: 1, TX: nan, T: 2}, "TX"},
		{clv.Cell{X: 1, TX: 1, T: nan}, "T"},
		{clv.Cell{X: inf, TX: 1, T: 2}, "X"},
		{clv.Cell{X: 1, TX: 1, T: inf}, "T"},
		{clv.Cell{X: 1, TX: inf, T: inf}, "TX"},
		{clv.Cell{X: -1, TX: 1, T: 2}, "X"},
		{clv.Cell{X: 1, TX: -1, T: 2}, "TX"},
		{clv.Cell{T: -2}, "T"},
		{clv.Cell{X: 1, TX: 3, T: 2}, "TX"},
		{clv.Cell{X: 1, TX: 0, T: 2}, "TX"},
		{clv.Cell{X: 0, TX: 1, T: 2}, "TX"},
		{clv.Cell{X: 1, TX: 1, T: 2, N: -1}, "N"},
		{clv.Cell{X: 1.5, TX: 1, T: 2}, "X"},
		{clv.Cell{X: 2e9, TX: 3e9, T: 3e9}, "X"},
	} {
		for name, fit := range fits {
			if name == "BG/BB" && c.cell.X == 2e9 {
				continue // too many opportunities, its own rule
			}
			m, err := fit(slices.Values([]clv.Cell{good, c.cell, good, c.cell}), clv.FitOptions{})
			require.Error(t, err, "%s %+v", name, c.cell)
			require.Nil(t, m, name)
			require.ErrorIs(t, err, clv.ErrInput)
			var batch *fault.Batch
			require.ErrorAs(t, err, &batch)
			require.EqualValues(t, 2, batch.Count(), "%s: every bad row", name)
			require.EqualValues(t, 2, batch.Rows[0].Row)
			require.EqualValues(t, 4, batch.Rows[1].Row)
			require.Equal(t, c.field, batch.Rows[0].Field, "%s %+v", name, c.cell)
			require.NotEmpty(t, batch.Rows[0].Limit)
		}
	}
	for _, c := range []clv.Cell{{X: 1, TX: 1.5, T: 2}, {X: 3, TX: 2, T: 5}, {X: 1, TX: 1, T: 2.5}, {T: clv.MaxOpportunities + 1}} {
		_, err := clv.FitBGBB(slices.Values([]clv.Cell{c}), clv.FitOptions{})
		require.ErrorIs(t, err, clv.ErrInput, "%+v", c)
	}
	for name, fit := range fits {
		_, err := fit(slices.Values([]clv.Cell(nil)), clv.FitOptions{})
		require.ErrorIs(t, err, clv.ErrInput, name)
		_, err = fit(nil, clv.FitOptions{})
		require.ErrorIs(t, err, clv.ErrInput, name)
		for _, o := range []clv.FitOptions{{Level: 2}, {Level: nan}, {MaxIterations: -1}, {Start: []float64{1}}, {Start: []float64{1, 1, 0, 1}}, {Start: []float64{1, 1, nan, 1}}} {
			_, err = fit(slices.Values([]clv.Cell{good}), o)
			require.ErrorIs(t, err, clv.ErrInput, "%s %+v", name, o)
		}
	}
	_, err := clv.FitBGNBD(slices.Values([]clv.Cell{{X: 1, TX: 3, T: 2}}), clv.FitOptions{})
	require.EqualError(t, err, `clv: fit BG/NBD: 1 bad row, nothing was taken; row 1: TX "3": want at most T, which is 2`)
}

func TestFitContract_BadRows(t *testing.T) {
	for _, c := range []clv.Renewals{
		{Lost: []float64{1, -1}, Active: 3},
		{Lost: []float64{1, math.NaN()}, Active: 3},
		{Lost: []float64{1}, Active: math.Inf(1)},
		{Lost: []float64{1}, Active: -2},
		{Lost: make([]float64, 100_001), Active: 1},
		{},
		{Active: 5},
		{Lost: []float64{0, 0}},
	} {
		_, err := clv.FitSBG(slices.Values([]clv.Renewals{c}), clv.FitOptions{})
		require.ErrorIs(t, err, clv.ErrInput, "%+v", c.Lost)
		_, err = clv.FitBdW(slices.Values([]clv.Renewals{c}), clv.FitOptions{})
		require.ErrorIs(t, err, clv.ErrInput)
	}
	_, err := clv.FitSBG(nil, clv.FitOptions{})
	require.ErrorIs(t, err, clv.ErrInput)
}

func TestFitGammaGamma_BadRows(t *testing.T) {
	for _, s := range []clv.Spend{
		{X: -1, Mean: 1}, {X: math.NaN(), Mean: 1}, {X: 1, Mean: 0}, {X: 1, Mean: -3}, {X: 1, Mean: math.Inf(1)}, {X: 0, Mean: 3}, {X: 1, Mean: 1, N: -1},
	} {
		_, err := clv.FitGammaGamma(slices.Values([]clv.Spend{{X: 1, Mean: 2}, s}), clv.FitOptions{})
		require.ErrorIs(t, err, clv.ErrInput, "%+v", s)
	}
	_, err := clv.FitGammaGamma(slices.Values([]clv.Spend{{}, {}}), clv.FitOptions{})
	require.ErrorIs(t, err, clv.ErrInput, "nobody bought again")
}

// TestFit_Degenerate: data without an answer give the estimate that was reached
// and say why it is not to be believed; nothing is NaN without a reason.
func TestFit_Degenerate(t *testing.T) {
	check := func(name string, m anyModel, err error, want ...any) {
		t.Helper()
		require.NoError(t, err, name)
		r := m.Report()
		require.NotEmpty(t, r.Diagnoses, "%s: %v", name, r)
		for i, p := range r.Params {
			require.False(t, math.IsNaN(p) || math.IsInf(p, 0) || p <= 0, "%s: %v", name, r)
			if math.IsNaN(r.SE[i]) {
				found := false
				for _, d := range r.Diagnoses {
					var bound *clv.BoundaryError
					var stopped *clv.StoppedError
					var flat *clv.FlatError
					found = found || errors.As(d, &stopped) || errors.As(d, &flat) || (errors.As(d, &bound) && bound.Param == r.Names[i])
				}
				require.True(t, found, "%s: no error of %s and no reason: %v", name, r.Names[i], r)
			}
		}
		require.False(t, math.IsNaN(r.LogLikelihood))
		for _, w := range want {
			found := false
			for _, d := range r.Diagnoses {
				found = found || assert.ObjectsAreEqual(typeName(w), typeName(d))
			}
			require.True(t, found, "%s: no %T in %v", name, w, r.Diagnoses)
		}
		require.NotPanics(t, func() { _ = r.String() })
	}
	silent := []clv.Cell{{T: 10, N: 500}, {T: 12, N: 300}}
	one := []clv.Cell{{X: 2, TX: 4, T: 6}}
	ten := []clv.Cell{
		{X: 2, TX: 30.43, T: 38.86}, {X: 1, TX: 1.71, T: 38.86}, {T: 38.86, N: 5}, {X: 7, TX: 29.43, T: 38.86}, {X: 1, TX: 5, T: 38.86}, {X: 5, TX: 25, T: 38},
	}
	same := []clv.Cell{{X: 5, TX: 9, T: 10, N: 1000}}
	fresh := []clv.Cell{{T: 0, N: 10}}
	for name, fit := range fits {
		m, err := fit(slices.Values(silent), clv.FitOptions{})
		check(name+" silent", m, err, &clv.FewError{})
		require.Greater(t, len(m.Report().Diagnoses), 1, name)
		m, err = fit(slices.Values(one), clv.FitOptions{})
		check(name+" one", m, err, &clv.FewError{})
		m, err = fit(slices.Values(same), clv.FitOptions{})
		check(name+" same", m, err)
		m, err = fit(slices.Values(fresh), clv.FitOptions{})
		check(name+" new", m, err, &clv.FewError{})
		if name != "BG/BB" {
			m, err = fit(slices.Values(ten), clv.FitOptions{})
			check(name+" ten", m, err, &clv.FewError{})
		}
		// stopped early is not wrong
		m, err = fit(slices.Values(donors), clv.FitOptions{MaxIterations: 1})
		check(name+" stopped", m, err, &clv.StoppedError{})
		require.False(t, m.Report().Converged)
	}
	sbg, err := clv.FitSBG(slices.Values([]clv.Renewals{{Lost: []float64{0, 0, 0}, Active: 100}}), clv.FitOptions{})
	check("nobody left", sbg, err, &clv.FewError{}, &clv.BoundaryError{})
	sbg, err = clv.FitSBG(slices.Values([]clv.Renewals{{Lost: []float64{100}}}), clv.FitOptions{})
	check("all left", sbg, err, &clv.BoundaryError{})
	bdw, err := clv.FitBdW(slices.Values([]clv.Renewals{{Lost: []float64{30, 20}, Active: 50}}), clv.FitOptions{})
	check("three parameters of two numbers", bdw, err)
	gg, err := clv.FitGammaGamma(slices.Values([]clv.Spend{{X: 3, Mean: 10, N: 400}}), clv.FitOptions{})
	check("constant spend", gg, err)
	gg, err = clv.FitGammaGamma(slices.Values([]clv.Spend{{X: 3, Mean: 10}}), clv.FitOptions{})
	check("one spender", gg, err, &clv.FewError{})
	// spend without a mean, and moving with frequency
	var heavy, tied []clv.Spend
	for i := 1; i <= 400; i++ {
		heavy = append(heavy, clv.Spend{X: float64(1 + i%3), Mean: math.Exp(8 * float64(i) / 400 * float64(1-2*(i%2)))})
		tied = append(tied, clv.Spend{X: float64(1 + i%5), Mean: float64(1+i%5) * (1 + float64(i%7)/10)})
	}
	gg, err = clv.FitGammaGamma(slices.Values(heavy), clv.FitOptions{})
	check("heavy", gg, err, &clv.InfiniteMeanError{})
	_, err = gg.Mean()
	require.ErrorIs(t, err, clv.ErrInfinite)
	gg, err = clv.FitGammaGamma(slices.Values(tied), clv.FitOptions{})
	check("tied", gg, err, &clv.CorrelationError{})
	require.InDelta(t, 0.94, gg.Correlation(), 0.05)
}

func typeName(v any) string {
	switch v.(type) {
	case *clv.FewError:
		return "few"
	case *clv.BoundaryError:
		return "boundary"
	case *clv.StoppedError:
		return "stopped"
	case *clv.FlatError:
		return "flat"
	case *clv.InfiniteMeanError:
		return "infinite"
	case *clv.CorrelationError:
		return "correlation"
	}
	return "other"
}

// TestPredict_OutsideTheDomain: NaN, or an error where there is one to return.
func TestPredict_OutsideTheDomain(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	models := []clv.Transactional{
		clv.BGNBD{R: 1, Alpha: 2, A: 1, B: 2}, clv.MBGNBD{R: 1, Alpha: 2, A: 1, B: 2}, clv.ParetoNBD{R: 1, Alpha: 2, S: 1, Beta: 2}, clv.BGBB{Alpha: 1, Beta: 2, Gamma: 1, Delta: 2},
	}
	for _, m := range append(models, clv.BGNBD{}, clv.MBGNBD{R: -1, Alpha: 1, A: 1, B: 1}, clv.ParetoNBD{R: nan, Alpha: 1, S: 1, Beta: 1}, clv.BGBB{Alpha: inf, Beta: 1, Gamma: 1, Delta: 1}) {
		histories := [][3]float64{{-1, 1, 2}, {1, -1, 2}, {1, 3, 2}, {0, 1, 2}, {1, 0, 2}, {nan, 1, 2}, {1, nan, 2}, {1, 1, nan}, {1, 1, inf}, {inf, 1, 2}}
		if !slices.Contains(models, m) {
			histories = append(histories, [3]float64{1, 1, 2})
			assert.True(t, math.IsNaN(m.Expected(3)))
			assert.True(t, math.IsNaN(m.PMF(3, 1)))
		}
		for _, h := range histories {
			x, tx, T := h[0], h[1], h[2]
			for _, v := range []float64{
				m.LogLikelihood(x, tx, T), m.PAlive(x, tx, T), m.PAliveAt(1, x, tx, T), m.Conditional(3, x, tx, T), m.ConditionalPMF(3, 1, x, tx, T), m.NextPurchase(0.3, x, tx, T),
			} {
				assert.True(t, math.IsNaN(v), "%v %v: %v", m, h, v)
			}
			_, err := m.DERT(0.1, x, tx, T)
			assert.ErrorIs(t, err, clv.ErrInput, "%v %v", m, h)
		}
	}
	for _, m := range models {
		for _, v := range []float64{
			m.Expected(-1), m.Expected(nan), m.PMF(-1, 1), m.PMF(1, -1), m.PMF(1, 0.5), m.PMF(nan, 1), m.PMF(1, inf),
			m.Conditional(-1, 1, 1, 2), m.Conditional(nan, 1, 1, 2), m.PAliveAt(-1, 1, 1, 2), m.ConditionalPMF(1, 0.5, 1, 1, 2),
			m.NextPurchase(-0.1, 1, 1, 2), m.NextPurchase(1.1, 1, 1, 2), m.NextPurchase(nan, 1, 1, 2),
		} {
			assert.True(t, math.IsNaN(v), "%v: %v", m, v)
		}
		for _, d := range []float64{-0.1, nan, inf} {
			_, err := m.DERT(d, 1, 1, 2)
			assert.ErrorIs(t, err, clv.ErrInput)
		}
		_, err := m.Discounted(0.1, -1, 1, 1, 2)
		assert.ErrorIs(t, err, clv.ErrInput)
		assert.Zero(t, m.Expected(0))
		assert.Equal(t, 1.0, m.PMF(0, 0))
		assert.Zero(t, m.NextPurchase(0, 1, 1, 2))
	}
	s, b := clv.SBG{Alpha: 1, Beta: 2}, clv.BdW{Alpha: 1, Beta: 2, C: 1.5}
	for _, v := range []float64{s.Survival(-1), s.Survival(nan), s.Retention(0.5), s.Retention(nan), b.Survival(-1), b.Retention(0), clv.SBG{}.Survival(1), clv.BdW{}.Survival(1), clv.BdW{}.Retention(1)} {
		assert.True(t, math.IsNaN(v), v)
	}
	for _, d := range []float64{-1, nan, inf} {
		_, err := s.DERL(d, 1)
		assert.ErrorIs(t, err, clv.ErrInput)
		_, err = b.DERL(0.1, d)
		assert.ErrorIs(t, err, clv.ErrInput)
		_, err = b.DEL(d)
		assert.ErrorIs(t, err, clv.ErrInput)
	}
	_, err := clv.SBG{}.DERL(0.1, 1)
	assert.ErrorIs(t, err, clv.ErrInput)
	g := clv.GammaGamma{P: 1, Q: 2, V: 3}
	for _, v := range []float64{g.Expected(-1, 1), g.Expected(1, -1), g.Expected(nan, 1), g.LogLikelihood(0, 1), g.LogLikelihood(1, 0), clv.GammaGamma{}.Expected(1, 1)} {
		assert.True(t, math.IsNaN(v), v)
	}
	_, err = clv.GammaGamma{}.Mean()
	assert.ErrorIs(t, err, clv.ErrInput)
}

// TestLaw_FitIsOfTheSet: the order of the cells, how they are split and joined,
// and the number of goroutines change not one bit.
func TestLaw_FitIsOfTheSet(t *testing.T) {
	cells := cellsOf(t, "cdnow_cbs_full_precision.csv", "x", "t_x", "T_cal", "")
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	whole := map[string]clv.FitReport{}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"BG/NBD", "MBG/NBD", "Pareto/NBD"}).Draw(t, "model")
		fit := fits[name]
		if whole[name].Model == "" {
			m, err := fit(slices.Values(cells), clv.FitOptions{})
			require.NoError(t, err)
			whole[name] = m.Report()
		}
		runtime.GOMAXPROCS(rapid.SampledFrom([]int{1, 2, 7}).Draw(t, "goroutines"))
		// every other customer again as counted cells, the rest shuffled
		count := map[clv.Cell]int64{}
		var rest []clv.Cell
		cut := rapid.IntRange(0, len(cells)).Draw(t, "cut")
		for i, c := range cells {
			if i < cut {
				count[c]++
			} else {
				rest = append(rest, c)
			}
		}
		for c, n := range count {
			c.N = n
			rest = append(rest, c)
		}
		m, err := fit(slices.Values(rest), clv.FitOptions{})
		require.NoError(t, err)
		require.Equal(t, whole[name], m.Report())
	})
}

// TestLaw_ContractFitIsOfTheSum: cohorts in any order, split by customer in any
// way, give the same report to the last bit.
func TestLaw_ContractFitIsOfTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lost, active := make([]int, 5), make([]int, 6)
		for i := range lost {
			lost[i] = rapid.IntRange(0, 40).Draw(t, "lost")
		}
		for i := range active {
			active[i] = rapid.IntRange(0, 40).Draw(t, "active")
		}
		lost[0]++
		whole := []clv.Renewals{{Lost: []float64{}}}
		for _, n := range lost {
			whole[0].Lost = append(whole[0].Lost, float64(n))
		}
		for n, v := range active {
			whole = append(whole, clv.Renewals{Lost: make([]float64, n), Active: float64(v)})
		}
		var parts []clv.Renewals // customer by customer, or in twos
		for i, n := range lost {
			for n > 0 {
				take := min(n, rapid.IntRange(1, 3).Draw(t, "take"))
				c := clv.Renewals{Lost: make([]float64, i+1)}
				c.Lost[i] = float64(take)
				parts = append(parts, c)
				n -= take
			}
		}
		for i, n := range active {
			for range n {
				parts = append(parts, clv.Renewals{Lost: make([]float64, i), Active: 1})
			}
		}
		parts = rapid.Permutation(parts).Draw(t, "order")
		a, err := clv.FitBdW(slices.Values(whole), clv.FitOptions{})
		require.NoError(t, err)
		b, err := clv.FitBdW(slices.Values(parts), clv.FitOptions{})
		require.NoError(t, err)
		x, y := a.Report(), b.Report()
		require.Equal(t, fmt.Sprint(x), fmt.Sprint(y))
		require.Equal(t, x.Params, y.Params)
		require.Equal(t, x.Cells, y.Cells)
	})
}
