package survival_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// every estimator, as a function that only fails or not.
func estimators() map[string]func([]survival.Subject, survival.Options) error {
	return map[string]func([]survival.Subject, survival.Options) error{
		"KaplanMeier": func(s []survival.Subject, o survival.Options) error {
			_, err := survival.KaplanMeier(slices.Values(s), o)
			return err
		},
		"NelsonAalen": func(s []survival.Subject, o survival.Options) error {
			_, err := survival.NelsonAalen(slices.Values(s), o)
			return err
		},
		"LogRank": func(s []survival.Subject, o survival.Options) error {
			_, err := survival.LogRank(slices.Values(s), o)
			return err
		},
		"CumulativeIncidence": func(s []survival.Subject, o survival.Options) error {
			_, err := survival.CumulativeIncidence(slices.Values(s), o)
			return err
		},
		"Cox": func(s []survival.Subject, o survival.Options) error {
			_, err := survival.Cox(slices.Values(s), survival.CoxOptions{Level: o.Level})
			return err
		},
	}
}

func TestRules_BadSubjectsAreNamed(t *testing.T) {
	t.Parallel()
	good := survival.Subject{Exit: 3, Event: true}
	for _, c := range []struct {
		bad   survival.Subject
		field string
	}{
		{survival.Subject{Exit: -1}, "Exit"},
		{survival.Subject{Exit: nan}, "Exit"},
		{survival.Subject{Exit: inf}, "Exit"},
		{survival.Subject{Exit: 2, Entry: -1}, "Entry"},
		{survival.Subject{Exit: 2, Entry: nan}, "Entry"},
		{survival.Subject{Exit: 2, Entry: 2}, "Entry"},
		{survival.Subject{Exit: 2, Entry: 3}, "Entry"},
		{survival.Subject{Exit: 2, Weight: -1}, "Weight"},
		{survival.Subject{Exit: 2, Weight: nan}, "Weight"},
		{survival.Subject{Exit: 2, Weight: inf}, "Weight"},
		{survival.Subject{Exit: 2, Offset: nan}, "Offset"},
		{survival.Subject{Exit: 2, Offset: inf}, "Offset"},
	} {
		for name, f := range estimators() {
			err := f([]survival.Subject{good, c.bad, good, c.bad}, survival.Options{})
			require.ErrorIs(t, err, survival.ErrInput, "%s %+v", name, c.bad)
			var batch *fault.Batch
			require.ErrorAs(t, err, &batch, name)
			assert.Len(t, batch.Rows, 2, name)
			assert.Equal(t, int64(2), batch.Rows[0].Row, name)
			assert.Equal(t, c.field, batch.Rows[0].Field, name)
		}
	}
}

func TestRules_EmptyAndOptions(t *testing.T) {
	t.Parallel()
	one := []survival.Subject{{Exit: 1, Event: true}}
	for name, f := range estimators() {
		require.ErrorIs(t, f(nil, survival.Options{}), survival.ErrEmpty, name)
		for _, level := range []float64{-1, 1, 2, nan} {
			require.ErrorIs(t, f(one, survival.Options{Level: level}), survival.ErrOptions, name)
		}
		require.NoError(t, f(one, survival.Options{Level: 0.9}), name)
	}
	_, err := survival.KaplanMeier(slices.Values(one), survival.Options{Interval: 9})
	require.ErrorIs(t, err, survival.ErrOptions)
	_, err = survival.LogRank(slices.Values(one), survival.Options{Rho: nan})
	require.ErrorIs(t, err, survival.ErrOptions)
	_, err = survival.Cox(slices.Values(one), survival.CoxOptions{Ties: 9})
	require.ErrorIs(t, err, survival.ErrOptions)
}

// One subject, and none with an event: defined where it can be, and said where
// it cannot.
func TestRules_OneSubjectAndAllCensored(t *testing.T) {
	t.Parallel()
	censored := survival.OfValues([]float64{1, 2, 3}, []bool{false, false, false})
	c, err := survival.KaplanMeier(censored, survival.Options{})
	require.NoError(t, err)
	assert.InDelta(t, 1, c.At(9).S, 0)
	assert.False(t, c.Median().Defined())
	require.ErrorIs(t, errors.Join(c.Median().Warnings...), survival.ErrNotReached)
	test, err := survival.LogRank(censored, survival.Options{})
	require.NoError(t, err)
	assert.Equal(t, 0, test.DF)
	assert.InDelta(t, 1, test.P, 0)
	_, err = survival.Cox(censored, survival.CoxOptions{})
	require.ErrorIs(t, err, survival.ErrNoEvents)
	in, err := survival.CumulativeIncidence(censored, survival.Options{})
	require.NoError(t, err)
	assert.Empty(t, in.Causes())
	assert.InDelta(t, 0, in.At("x", 3).P, 0)

	one := survival.OfValues([]float64{0}, []bool{true})
	c, err = survival.KaplanMeier(one, survival.Options{})
	require.NoError(t, err)
	p := c.At(0)
	assert.InDelta(t, 0, p.S, 0)
	assert.InDelta(t, 1, p.AtRisk, 0)
	assert.True(t, math.IsNaN(p.SE))
	assert.InDelta(t, 0, c.Median().Value, 0)
	m, err := survival.Cox(one, survival.CoxOptions{})
	require.NoError(t, err)
	assert.Empty(t, m.Coefficients())
	assert.False(t, m.Concordance().Defined())
}

func TestRules_Quantile(t *testing.T) {
	t.Parallel()
	c, err := survival.KaplanMeier(survival.OfValues([]float64{1, 2, 3, 4}, []bool{true, true, true, false}), survival.Options{})
	require.NoError(t, err)
	for p, want := range map[float64]float64{0.25: 1, 0.5: 2, 0.75: 3, 0.2: 1, 0.6: 3} {
		assert.InDelta(t, want, c.Quantile(p).Value, 0, "%v", p)
	}
	assert.False(t, c.Quantile(0.8).Defined())
	for _, p := range []float64{0, 1, -1, nan} {
		e := c.Quantile(p)
		assert.False(t, e.Defined())
		require.ErrorIs(t, errors.Join(e.Warnings...), survival.ErrOptions)
	}
	assert.False(t, c.Group("nobody").Median().Defined())
}

// The area under S: 1 to time 1, 3/4 to time 2, 1/2 to time 3, 1/4 to time 4.
func TestRestrictedMean_ByHand(t *testing.T) {
	t.Parallel()
	c, err := survival.KaplanMeier(survival.OfValues([]float64{1, 2, 3, 4}, []bool{true, true, true, false}), survival.Options{})
	require.NoError(t, err)
	for horizon, want := range map[float64]float64{0: 0, 0.5: 0.5, 1: 1, 1.5: 1.375, 4: 2.5, 3: 2.25} {
		assert.InDelta(t, want, c.RestrictedMean(horizon).Value, 1e-12, "%v", horizon)
	}
	// Σ (area beyond t)²·d/(n(n-d)): 1.5²/12 + 0.75²/6 + 0.25²/2.
	e := c.RestrictedMean(4)
	assert.InDelta(t, math.Sqrt(1.5*1.5/12+0.75*0.75/6+0.25*0.25/2), (e.Value-e.Lo)/1.959963984540054, 1e-9)
	assert.False(t, c.RestrictedMean(4.5).Defined())
	assert.False(t, c.RestrictedMean(nan).Defined())
	assert.False(t, c.RestrictedMean(-1).Defined())
	// Without censoring it is the mean.
	c, err = survival.KaplanMeier(survival.OfValues([]float64{1, 2, 3, 6}, []bool{true, true, true, true}), survival.Options{})
	require.NoError(t, err)
	assert.InDelta(t, 3, c.RestrictedMean(100).Value, 1e-12)
}

func TestRates_ByHand(t *testing.T) {
	t.Parallel()
	h, err := survival.NelsonAalen(slices.Values([]survival.Subject{{Exit: 0, Event: true}, {Exit: 1, Event: true}, {Exit: 1.5}, {Entry: 0.5, Exit: 2.5, Event: true}}), survival.Options{})
	require.NoError(t, err)
	rows, err := h.Rates(1, 1)
	require.NoError(t, err)
	require.Len(t, rows, 3)
	for i, w := range []struct{ risk, events float64 }{{2.5, 2}, {1.5, 0}, {0.5, 1}} {
		assert.InDelta(t, w.risk, rows[i].AtRisk, 1e-12)
		assert.InDelta(t, w.events, rows[i].Events, 0)
		assert.InDelta(t, w.events/w.risk, rows[i].Rate, 1e-12)
		assert.InDelta(t, rows[i].Rate, rows[i].Smooth, 0)
	}
	rows, err = h.Rates(1, 2)
	require.NoError(t, err)
	assert.InDelta(t, (0+2*0.5+1*0.5)/(1.5+2.5*0.5+0.5*0.5), rows[1].Smooth, 1e-12)
	for _, length := range []float64{0, -1, nan, inf, 1e-9} {
		_, err = h.Rates(length, 1)
		require.ErrorIs(t, err, survival.ErrOptions)
	}
}

func TestCox_NamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	names := []string{"age", "plan", "twice"}
	base := []survival.Subject{}
	for i := range 40 {
		base = append(base, survival.Subject{Exit: float64(i%13 + 1), Event: i%3 > 0, X: []float64{float64(i * i % 17), float64(i % 5), float64(i * 7 % 11)}})
	}
	fit := func(change func(i int, x []float64)) (*survival.CoxModel, error) {
		ss := slices.Clone(base)
		for i := range ss {
			ss[i].X = slices.Clone(ss[i].X)
			change(i, ss[i].X)
		}
		return survival.Cox(slices.Values(ss), survival.CoxOptions{Names: names})
	}
	_, err := fit(func(int, []float64) {})
	require.NoError(t, err)

	column := func(err error) string {
		var c *survival.ColumnError
		require.ErrorAs(t, err, &c)
		return c.Name
	}
	m, err := fit(func(_ int, x []float64) { x[1] = 4 })
	require.ErrorIs(t, err, survival.ErrConstant)
	assert.Equal(t, "plan", column(err))
	assert.Nil(t, m)
	m, err = fit(func(_ int, x []float64) { x[2] = 2*x[0] - 3*x[1] + 5 })
	require.ErrorIs(t, err, survival.ErrCollinear)
	assert.Equal(t, "twice", column(err))
	assert.Nil(t, m)
	m, err = fit(func(i int, x []float64) { // none with plan = 1 has the event
		x[1] = 0
		if !base[i].Event {
			x[1] = 1
		}
	})
	require.ErrorIs(t, err, survival.ErrSeparated)
	require.NotErrorIs(t, err, survival.ErrStopped)
	assert.Equal(t, "plan", column(err))
	require.NotNil(t, m, "the estimate that was reached")
	assert.Less(t, m.Coefficients()[1].Coef, -5.0)
	assert.False(t, math.IsNaN(m.Coefficients()[1].SE))

	ss := slices.Clone(base)
	ss[3].X = []float64{1}
	ss[5].X = []float64{1, nan, 2}
	_, err = survival.Cox(slices.Values(ss), survival.CoxOptions{})
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	assert.Len(t, batch.Rows, 2)
	assert.Equal(t, "X", batch.Rows[0].Field)
	assert.Equal(t, "X[1]", batch.Rows[1].Field)
	_, err = survival.Cox(slices.Values(base), survival.CoxOptions{Names: []string{"one"}})
	require.ErrorIs(t, err, survival.ErrOptions)
	_, err = survival.Cox(slices.Values([]survival.Subject{{Exit: 1, Event: true, X: make([]float64, 100_000)}}), survival.CoxOptions{})
	require.ErrorIs(t, err, survival.ErrTooMany)

	m, err = survival.Cox(slices.Values(base), survival.CoxOptions{})
	require.NoError(t, err)
	_, err = m.Predict([]float64{1}, "", 0)
	require.ErrorIs(t, err, survival.ErrInput)
	_, err = m.Predict([]float64{1, 2, nan}, "", 0)
	require.ErrorIs(t, err, survival.ErrInput)
	_, err = m.Predict([]float64{1, 2, 3}, "elsewhere", 0)
	require.ErrorIs(t, err, survival.ErrInput)
	assert.True(t, math.IsNaN(m.LinearPredictor(nil)))
}

// A year of 2026 beside a share, and a scale of 1e-8: the same model.
func TestCox_ScaleDoesNotMatter(t *testing.T) {
	t.Parallel()
	ss := rossiLike()
	m, err := survival.Cox(slices.Values(ss), survival.CoxOptions{})
	require.NoError(t, err)
	for i := range ss {
		ss[i].X = []float64{ss[i].X[0]*1e-8 + 2026, ss[i].X[1]*1e6 - 1e9}
	}
	far, err := survival.Cox(slices.Values(ss), survival.CoxOptions{})
	require.NoError(t, err)
	assert.InEpsilon(t, m.LogLikelihood(), far.LogLikelihood(), 1e-6) // 2026 + 1e-8 has five digits left
	assert.InEpsilon(t, m.Coefficients()[1].Coef, far.Coefficients()[1].Coef*1e6, 1e-5)
}

func rossiLike() (ss []survival.Subject) {
	for i := range 200 {
		x := []float64{float64(i * 7919 % 101), float64(i * 104729 % 37)}
		ss = append(ss, survival.Subject{Exit: float64((i*i+3*i)%53) + 1 + x[0]/50, Event: i%4 > 0, X: x})
	}
	return ss
}

func TestRules_TooManyGroups(t *testing.T) {
	t.Parallel()
	var ss []survival.Subject
	for i := range 101 {
		ss = append(ss, survival.Subject{Exit: 1, Event: true, Group: strings.Repeat("g", i), Cause: strings.Repeat("c", i)})
	}
	_, err := survival.LogRank(slices.Values(ss), survival.Options{})
	require.ErrorIs(t, err, survival.ErrTooMany)
	_, err = survival.CumulativeIncidence(slices.Values(ss), survival.Options{})
	require.ErrorIs(t, err, survival.ErrTooMany)
	c, err := survival.KaplanMeier(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	assert.Len(t, c.Groups(), 101)
}

// Results are JSON without NaN, and enumerations round trip.
func TestJSON(t *testing.T) {
	t.Parallel()
	ss := []survival.Subject{{Exit: 1, Event: true, Cause: "a", X: []float64{1}}, {Exit: 2, Event: true, Cause: "b", X: []float64{3}}, {Exit: 2, Event: true, Cause: "b", X: []float64{2}, Group: "g"}}
	c, err := survival.KaplanMeier(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	h, err := survival.NelsonAalen(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	in, err := survival.CumulativeIncidence(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	test, err := survival.LogRank(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	m, err := survival.Cox(slices.Values(ss[:2]), survival.CoxOptions{})
	require.NotNil(t, m, "%v", err)
	b, err := m.Baseline("")
	require.NoError(t, err)
	rates, err := h.Rates(1, 3)
	require.NoError(t, err)
	for name, v := range map[string]any{"curve": c, "group": c.Group("g"), "none": c.Group("?"), "hazard": h, "incidence": in, "test": test, "cox": m, "prediction": b, "zph": m.Proportional(), "rates": rates} {
		text, err := json.Marshal(v)
		require.NoError(t, err, name)
		assert.NotContains(t, string(text), "{}", name)
		assert.NotEmpty(t, text, name)
	}
	text, err := json.Marshal(c.At(2))
	require.NoError(t, err)
	assert.JSONEq(t, `{"time":2,"at_risk":2,"events":2,"s":0,"se":null,"lo":null,"hi":null}`, string(text))
	for _, i := range []survival.Interval{survival.Log, survival.LogLog, survival.Plain} {
		text, err := i.MarshalText()
		require.NoError(t, err)
		var back survival.Interval
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, i, back)
		v, err := i.Value()
		require.NoError(t, err)
		require.NoError(t, back.Scan(v))
	}
	var ties survival.Ties
	require.NoError(t, ties.UnmarshalText([]byte("breslow")))
	assert.Equal(t, survival.Breslow, ties)
	require.Error(t, ties.UnmarshalText([]byte("exact")))
	for _, s := range []string{c.String(), h.String(), in.String(), test.String(), m.String()} {
		assert.NotContains(t, s, "%!")
	}
}

// The same where rounding stops the search just before: x -2 and 0 fell first,
// and the greater x are all that was left.
func TestCox_SeparatedToTheLastDigit(t *testing.T) {
	t.Parallel()
	rows := []survival.Subject{
		{Exit: 3, X: []float64{1}},
		{Exit: 5, X: []float64{0}},
		{Entry: 2, Exit: 9, X: []float64{3}},
		{Entry: 2, Exit: 5, Weight: 1, X: []float64{-2}},
		{Exit: 1, X: []float64{1}},
		{Exit: 0, Event: true, Weight: 1, X: []float64{-2}},
		{Exit: 1, Event: true, X: []float64{0}},
		{Exit: 4, Weight: 4, X: []float64{3}},
	}
	for _, weight := range []float64{4, 1, 2, 3, 5, 7, 11} {
		rows[7].Weight = weight
		_, err := survival.Cox(slices.Values(rows), survival.CoxOptions{Ties: survival.Breslow})
		require.ErrorIs(t, err, survival.ErrSeparated, "%v", weight)
	}
}
