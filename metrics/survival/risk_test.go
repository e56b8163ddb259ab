package survival_test

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// R survival 3.8-6, brier() of the model it is fitted to.
func TestCalibrate_R(t *testing.T) {
	t.Parallel()
	m, err := survival.Cox(slices.Values(rossi(t)), survival.CoxOptions{Names: rossiNames})
	require.NoError(t, err)
	for _, w := range []struct{ time, brier, r2 float64 }{
		{13, 0.0429601774, 0.02701454523}, {26, 0.1044884178, 0.04467732317}, {39, 0.1426291893, 0.06376737297}, {52, 0.1804891089, 0.07084851987},
	} {
		c, err := m.Calibrate(slices.Values(rossi(t)), w.time)
		require.NoError(t, err)
		assert.InEpsilon(t, w.brier, c.Brier, 1e-7)
		assert.InEpsilon(t, w.r2, c.RSquared, 1e-6)
		assert.InDelta(t, 1, c.Slope.Value, 1e-6, "on the data it was fitted to")
		assert.InDelta(t, m.Concordance().Value, c.Concordance.Value, 1e-12)
		assert.Len(t, c.Bins, 10)
	}
}

// The Brier score with censoring before the time, by its definition.
func TestLaw_BrierIsItsDefinition(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		ss := kind{ties: true, weights: true, covariates: 1, least: 20}.sample(t, seen)
		m, err := survival.Cox(slices.Values(ss), survival.CoxOptions{})
		if err != nil {
			return
		}
		at := float64(rapid.IntRange(1, 8).Draw(t, "time"))
		c, err := m.Calibrate(slices.Values(ss), at)
		require.NoError(t, err)
		// G(t) is the chance of not being censored through t: at a censoring
		// time those at risk are the later and those censored then.
		stay := func(upTo float64, inclusive bool) float64 {
			g := 1.0
			var times []float64
			for _, s := range ss {
				if !s.Event {
					times = append(times, s.Exit)
				}
			}
			slices.Sort(times)
			for _, q := range slices.Compact(times) {
				if q > upTo || !inclusive && q == upTo {
					break
				}
				n, d := 0.0, 0.0
				for _, s := range ss {
					if s.Exit > q || s.Exit == q && !s.Event {
						n += weight(s)
					}
					if s.Exit == q && !s.Event {
						d += weight(s)
					}
				}
				g *= 1 - d/n
			}
			return g
		}
		var sum, own float64
		for _, s := range ss {
			p, err := m.Predict(s.X, "", 0)
			require.NoError(t, err)
			var was, g float64
			switch {
			case s.Event && s.Exit <= at:
				was, g = 1, stay(s.Exit, false)
			case s.Exit >= at:
				g = stay(at, false)
			default:
				seen["censored before"]++
				continue
			}
			sum += weight(s) / g
			own += weight(s) / g * math.Pow(was-(1-p.At(at).S), 2)
		}
		if sum > 0 {
			assert.InDelta(t, own/sum, c.Brier, 1e-9)
		}
		text, err := json.Marshal(c)
		require.NoError(t, err)
		assert.NotContains(t, string(text), "NaN")
	}, seen.Need("censored before", "tie", "weight"))
}

// telcoCovariates are the subscribers of a telephone company with what is
// known of each at the start.
func telcoCovariates(tb testing.TB) (ss []survival.Subject, names []string) {
	tb.Helper()
	t := read(tb, "telco_customer_churn")
	yes := []string{"Partner", "Dependents", "PaperlessBilling", "OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport", "MultipleLines"}
	names = append([]string{"one year", "two years", "fiber", "no internet", "electronic check", "mailed check", "senior"}, yes...)
	is := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	for i := range t.rows {
		s := survival.Subject{Exit: t.number(i, "tenure"), Event: t.text(i, "Churn") == "Yes", Group: t.text(i, "customerID")}
		s.X = []float64{
			is(t.text(i, "Contract") == "One year"), is(t.text(i, "Contract") == "Two year"), is(t.text(i, "InternetService") == "Fiber optic"), is(t.text(i, "InternetService") == "No"),
			is(t.text(i, "PaymentMethod") == "Electronic check"), is(t.text(i, "PaymentMethod") == "Mailed check"), t.number(i, "SeniorCitizen"),
		}
		for _, c := range yes {
			s.X = append(s.X, is(t.text(i, c) == "Yes"))
		}
		ss = append(ss, s)
	}
	return ss, names
}

// A model of two thirds of the subscribers, held against the others.
func TestCalibrate_TelcoHoldout(t *testing.T) {
	t.Parallel()
	all, names := telcoCovariates(t)
	var train, test []survival.Subject
	for _, s := range all {
		h := fnv.New32a()
		h.Write([]byte(s.Group))
		s.Group = ""
		if h.Sum32()%3 == 0 {
			test = append(test, s)
		} else {
			train = append(train, s)
		}
	}
	m, err := survival.Cox(slices.Values(train), survival.CoxOptions{Names: names})
	require.NoError(t, err)
	c, err := m.Calibrate(slices.Values(test), 24)
	require.NoError(t, err)
	t.Log(c)
	assert.Greater(t, c.Concordance.Value, 0.83)
	assert.GreaterOrEqual(t, c.Slope.Value, 0.9)
	assert.LessOrEqual(t, c.Slope.Value, 1.1)
	assert.Less(t, c.Brier, 0.75*c.Reference)
	r, err := m.Risk(test[0].X, "", 0, 6, 12)
	require.NoError(t, err)
	t.Log(r)
}

// A risk's reasons sum to its log hazard, which is that of the model; the risk
// is that of the predicted curve, and its interval holds it.
func TestLaw_RiskReasonsSumToTheLogHazard(t *testing.T) {
	t.Parallel()
	m, err := survival.Cox(slices.Values(rossiLike()), survival.CoxOptions{Names: []string{"a", "b"}})
	require.NoError(t, err)
	var mean [2]float64
	for _, s := range rossiLike() {
		mean[0] += s.X[0] / 200
		mean[1] += s.X[1] / 200
	}
	rapid.Check(t, func(t *rapid.T) {
		x := []float64{rapid.Float64Range(0, 100).Draw(t, "a"), rapid.Float64Range(0, 40).Draw(t, "b")}
		offset := rapid.Float64Range(-1, 1).Draw(t, "offset")
		now, horizon := rapid.Float64Range(0, 25).Draw(t, "now"), rapid.Float64Range(1, 25).Draw(t, "horizon")
		r, err := m.Risk(x, "", offset, now, horizon)
		require.NoError(t, err)
		sum := offset
		for _, e := range r.Reasons {
			sum += e.Effect
		}
		assert.InDelta(t, sum, r.LogHazard, 1e-12)
		assert.InDelta(t, m.LinearPredictor(x)-m.LinearPredictor(mean[:])+offset, r.LogHazard, 1e-9)
		assert.GreaterOrEqual(t, math.Abs(r.Reasons[0].Effect), math.Abs(r.Reasons[1].Effect))
		p, err := m.Predict(x, "", offset)
		require.NoError(t, err)
		assert.InDelta(t, 1-p.At(now+horizon).S/p.At(now).S, r.P.Value, 1e-9)
		assert.LessOrEqual(t, r.P.Lo, r.P.Value)
		assert.GreaterOrEqual(t, r.P.Hi, r.P.Value)
		assert.GreaterOrEqual(t, r.P.Lo, 0.0)
		assert.LessOrEqual(t, r.P.Hi, 1.0)
	})
	for _, bad := range [][2]float64{{-1, 1}, {0, 0}, {nan, 1}, {0, nan}, {0, inf}} {
		_, err = m.Risk([]float64{1, 2}, "", 0, bad[0], bad[1])
		require.ErrorIs(t, err, survival.ErrInput, "%v", bad)
	}
	_, err = m.Risk([]float64{1, 2}, "", 0, 0, 1000)
	require.ErrorIs(t, err, survival.ErrNotReached)
	_, err = m.Risk([]float64{1}, "", 0, 0, 1)
	require.ErrorIs(t, err, survival.ErrInput)
	r, err := m.Risk([]float64{90, 2}, "", 0, 1, 10)
	require.NoError(t, err)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"reasons":[{"name":`)
	assert.NotContains(t, r.String(), "%!")
}

func TestCalibrate_Rules(t *testing.T) {
	t.Parallel()
	m, err := survival.Cox(slices.Values(rossiLike()), survival.CoxOptions{})
	require.NoError(t, err)
	for _, at := range []float64{0, -1, nan, inf} {
		_, err = m.Calibrate(slices.Values(rossiLike()), at)
		require.ErrorIs(t, err, survival.ErrOptions)
	}
	_, err = m.Calibrate(slices.Values([]survival.Subject{}), 1)
	require.ErrorIs(t, err, survival.ErrEmpty)
	for _, s := range []survival.Subject{{Exit: -1, X: []float64{1, 2}}, {Exit: 3, Entry: 1, X: []float64{1, 2}}, {Exit: 3}, {Exit: 3, X: []float64{1, 2}, Stratum: "?"}} {
		_, err = m.Calibrate(slices.Values([]survival.Subject{s}), 1)
		require.ErrorIs(t, err, survival.ErrInput, "%+v", s)
	}
	// No events among them: no slope, and said so.
	c, err := m.Calibrate(slices.Values([]survival.Subject{{Exit: 3, X: []float64{1, 2}}, {Exit: 4, X: []float64{2, 2}}}), 1)
	require.NoError(t, err)
	assert.False(t, c.Slope.Defined())
	assert.False(t, math.IsNaN(c.Brier))
}

// The exponential is events over time at risk; Weibull's likelihood is highest
// where the fit says, and its curvature the interval.
func TestLaw_ParametricMaximisesItsLikelihood(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		ss := kind{entry: true, weights: true, least: 15}.sample(t, seen)
		like := func(k, scale float64) (ll float64) {
			for _, s := range ss {
				if s.Event {
					ll += weight(s) * (math.Log(k/scale) + (k-1)*math.Log(s.Exit/scale))
				}
				ll -= weight(s) * math.Pow(s.Exit/scale, k)
				if s.Entry > 0 {
					ll += weight(s) * math.Pow(s.Entry/scale, k)
				}
			}
			return ll
		}
		e, err := survival.Exponential(slices.Values(ss), survival.Options{})
		if err != nil {
			return
		}
		assert.InDelta(t, like(1, e.Scale.Value), e.LogLikelihood, 1e-9*math.Max(1, math.Abs(e.LogLikelihood)))
		assert.Greater(t, e.LogLikelihood, like(1, e.Scale.Value*1.01))
		assert.Greater(t, e.LogLikelihood, like(1, e.Scale.Value*0.99))
		w, err := survival.Weibull(slices.Values(ss), survival.Options{})
		require.NoError(t, err)
		k, s := w.Shape.Value, w.Scale.Value
		assert.InDelta(t, like(k, s), w.LogLikelihood, 1e-8*math.Max(1, math.Abs(w.LogLikelihood)))
		const h = 1e-3
		at := func(a, b float64) float64 { return like(k*math.Exp(a), s*math.Exp(b)) }
		for _, d := range [][2]float64{{h, 0}, {-h, 0}, {0, h}, {0, -h}, {h, h}, {h, -h}} {
			assert.Greater(t, w.LogLikelihood, at(d[0], d[1]))
		}
		assert.GreaterOrEqual(t, w.LogLikelihood, e.LogLikelihood-1e-9)
		i11 := -(at(h, 0) - 2*at(0, 0) + at(-h, 0)) / h / h
		i22 := -(at(0, h) - 2*at(0, 0) + at(0, -h)) / h / h
		i12 := -(at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / 4 / h / h
		se := math.Sqrt(i22 / (i11*i22 - i12*i12))
		assert.InEpsilon(t, se, math.Log(w.Shape.Hi/w.Shape.Lo)/2/1.959963984540054, 1e-2)
		assert.InDelta(t, 1, w.Survival(0), 0)
		assert.InDelta(t, math.Exp(-1), w.Survival(s), 1e-12)
		seen["weibull"]++
	}, seen.Need("late", "weight", "weibull"))
}

// R's survreg of the lung data without covariates prints a Weibull log
// likelihood of -1153.9, and of -1162.3 for the exponential.
func TestParametric_Lung(t *testing.T) {
	t.Parallel()
	w, err := survival.Weibull(slices.Values(lung(t)), survival.Options{})
	require.NoError(t, err)
	assert.InDelta(t, -1153.9, w.LogLikelihood, 0.05)
	e, err := survival.Exponential(slices.Values(lung(t)), survival.Options{})
	require.NoError(t, err)
	assert.InDelta(t, -1162.3, e.LogLikelihood, 0.05)
	assert.Less(t, w.AIC(), e.AIC())
	for _, p := range []survival.Parametric{w, e} {
		text, err := json.Marshal(p)
		require.NoError(t, err)
		assert.Contains(t, string(text), `"distribution":"`)
		assert.NotContains(t, p.String(), "%!")
	}
	assert.InEpsilon(t, e.Scale.Value, e.Mean(), 1e-12)
	assert.InEpsilon(t, 1/e.Scale.Value, e.Hazard(77), 1e-12)
	_, err = survival.Weibull(survival.OfValues([]float64{0, 1}, []bool{true, true}), survival.Options{})
	require.ErrorIs(t, err, survival.ErrInput)
	_, err = survival.Weibull(survival.OfValues([]float64{3, 3}, []bool{true, true}), survival.Options{})
	require.ErrorIs(t, err, survival.ErrStopped)
	_, err = survival.Exponential(survival.OfValues([]float64{3, 3}, []bool{false, false}), survival.Options{})
	require.ErrorIs(t, err, survival.ErrNoEvents)
	_, err = survival.Exponential(survival.OfValues([]float64{0}, []bool{true}), survival.Options{})
	require.ErrorIs(t, err, survival.ErrInput)
}

// Gray's test: groups that are the same subjects do not differ; of groups
// drawn alike the statistic is chi-square; where another cause takes people
// away in one group, it sees what a log-rank test cannot.
func TestGray(t *testing.T) {
	t.Parallel()
	draw := func(r *rand.Rand, n int, group string, a, b float64) (ss []survival.Subject) {
		for range n {
			x, y, c := r.ExpFloat64()/a, r.ExpFloat64()/b, r.Float64()*3
			s := survival.Subject{Group: group, Exit: min(x, y, c), Event: min(x, y) <= c, Cause: "a"}
			if y < x {
				s.Cause = "b"
			}
			ss = append(ss, s)
		}
		return ss
	}
	r := rand.New(rand.NewPCG(5, 6))
	one := draw(r, 200, "1", 1, 1)
	twice := slices.Clone(one)
	for i := range one {
		one[i].Group = "2"
	}
	test, err := survival.Gray(slices.Values(slices.Concat(twice, one)), "a", survival.Options{})
	require.NoError(t, err)
	assert.InDelta(t, 0, test.ChiSq, 1e-9)
	assert.Equal(t, 1, test.DF)

	draws := 400
	if testing.Short() {
		draws = 120
	}
	var mean float64
	small := 0
	for range draws {
		ss := slices.Concat(draw(r, 70, "1", 1, 1), draw(r, 110, "2", 1, 1), draw(r, 60, "3", 1, 1))
		test, err := survival.Gray(slices.Values(ss), "a", survival.Options{})
		require.NoError(t, err)
		assert.Equal(t, 2, test.DF)
		mean += test.ChiSq / float64(draws)
		if test.P < 0.05 {
			small++
		}
	}
	t.Logf("mean %.3f of 2, %d of %d below 0.05", mean, small, draws)
	assert.InDelta(t, 2, mean, 4*2/math.Sqrt(float64(draws)))
	assert.InDelta(t, 0.05, float64(small)/float64(draws), 4*math.Sqrt(0.05*0.95/float64(draws)))

	// Equal rates of the cause, but the other one is three times as quick in
	// group 2: fewer come to have the cause there.
	ss := slices.Concat(draw(r, 600, "1", 1, 0.7), draw(r, 600, "2", 1, 3))
	test, err = survival.Gray(slices.Values(ss), "a", survival.Options{})
	require.NoError(t, err)
	assert.Less(t, test.P, 1e-6)
	assert.Greater(t, test.Observed[0], test.Expected[0])
	for i := range ss {
		ss[i].Event = ss[i].Event && ss[i].Cause == "a"
	}
	rates, err := survival.LogRank(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	assert.Greater(t, rates.P, 0.001)

	_, err = survival.Gray(slices.Values(ss), "unheard of", survival.Options{})
	require.ErrorIs(t, err, survival.ErrNoEvents)
}

// With one cause and no ties it is the log-rank test but for the variance,
// which differs by what estimating it within groups does.
func TestGray_OneCauseIsLogRank(t *testing.T) {
	t.Parallel()
	ss := synthetic(4000, false, 0)
	for i := range ss {
		ss[i].Cause = "any"
	}
	g, err := survival.Gray(slices.Values(ss), "any", survival.Options{})
	require.NoError(t, err)
	l, err := survival.LogRank(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	for i := range g.Groups {
		assert.InEpsilon(t, l.Expected[i], g.Expected[i], 1e-9)
		assert.InDelta(t, l.Observed[i], g.Observed[i], 0)
	}
	assert.InEpsilon(t, l.ChiSq, g.ChiSq, 0.15)
	assert.Equal(t, l.DF, g.DF)
}
