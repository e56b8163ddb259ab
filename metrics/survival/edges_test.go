package survival_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// What people read: reached, not reached with and without an earliest time.
func TestCurve_Strings(t *testing.T) {
	t.Parallel()
	for want, s := range map[string][]survival.Subject{
		"2 subjects, 0 events, median not reached":              {{Exit: 1}, {Exit: 2}},
		"4 subjects, 1 events, median not reached (5 or later)": {{Exit: 5, Event: true}, {Exit: 7}, {Exit: 7}, {Exit: 7}},
		"2 subjects, 2 events, median 1 (1 or later)":           {{Exit: 1, Event: true}, {Exit: 2, Event: true}},
		"3 subjects, 1.5 events, median 1 (1 or later)\n\"\": 2 subjects, 1.5 events, median 1 (1 or later)\nb: 1 subjects, 0 events, median not reached": {{Exit: 1, Event: true, Weight: 1.5}, {Exit: 2, Weight: 0.5}, {Exit: 2, Group: "b", Weight: 0.5}},
	} {
		c, err := survival.KaplanMeier(slices.Values(s), survival.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, c.String())
	}
}

// Names that nobody has, before and after all there are.
func TestGroups_UnknownAreEmpty(t *testing.T) {
	t.Parallel()
	ss := []survival.Subject{{Exit: 1, Event: true, Group: "m", Cause: "x"}, {Exit: 2, Group: "n"}}
	c, err := survival.KaplanMeier(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	h, err := survival.NelsonAalen(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	in, err := survival.CumulativeIncidence(slices.Values(ss), survival.Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"m", "n"}, in.Groups())
	assert.Equal(t, []string{"m", "n"}, h.Groups())
	assert.Equal(t, []string{"x"}, in.Causes())
	for _, name := range []string{"a", "mm", "zz"} {
		assert.Equal(t, int64(0), c.Group(name).Subjects())
		assert.True(t, math.IsNaN(h.Group(name).At(1).H))
		assert.True(t, math.IsNaN(in.Group(name).At("x", 1).P))
		assert.True(t, math.IsNaN(in.Group(name).Survival(1)))
		assert.False(t, c.Group(name).RestrictedMean(1).Defined())
		_, err = h.Group(name).Rates(1, 1)
		require.ErrorIs(t, err, survival.ErrEmpty)
		assert.InDelta(t, 0, in.At(name, 1).P, 0, "a cause nobody had")
		assert.Empty(t, slices.Collect(in.Rows(name)))
	}
	assert.InDelta(t, 1, in.Group("m").At("x", 1).P, 0)
	assert.InDelta(t, 0, in.Group("m").At("x", 0.5).P, 0)
	assert.InDelta(t, 0, in.Group("n").At("x", 2).P, 0)
	assert.InDelta(t, 0.5, in.At("x", 1.5).P, 0)
	assert.InDelta(t, 0.5, in.Survival(1.5), 0)
	assert.InDelta(t, 1, in.Survival(0.5), 0)
	assert.True(t, math.IsNaN(in.Survival(nan)))
	assert.True(t, math.IsNaN(c.At(nan).S))
	assert.Equal(t, "2 subjects at 2: x 0.5, none 0.5\nm: 1 subjects at 1: x 1, none 0\nn: 1 subjects at 2: x 0, none 1", in.String())
	assert.Equal(t, "2 subjects, cumulative hazard 0.5 (SE 0.5) at 2\nm: 1 subjects, cumulative hazard 1 (SE 1) at 1\nn: 1 subjects, cumulative hazard 0 (SE 0) at 2", h.String())
}

// An incidence's interval is on the scale of the options, as a curve's.
func TestIncidence_Interval(t *testing.T) {
	t.Parallel()
	ss := []survival.Subject{}
	for i := range 40 {
		ss = append(ss, survival.Subject{Exit: float64(i + 1), Event: i%3 > 0, Cause: string(rune('a' + i%2))})
	}
	const z = 1.959963984540054
	for _, o := range []survival.Options{{}, {Interval: survival.LogLog}, {Interval: survival.Plain}} {
		in, err := survival.CumulativeIncidence(slices.Values(ss), o)
		require.NoError(t, err)
		p := in.At("a", 20)
		require.Positive(t, p.SE)
		switch o.Interval {
		case survival.Log:
			assert.InEpsilon(t, p.P*math.Exp(-z*p.SE/p.P), p.Lo, 1e-9)
			assert.InEpsilon(t, p.P*math.Exp(z*p.SE/p.P), p.Hi, 1e-9)
		case survival.LogLog:
			w := z * p.SE / p.P / math.Log(p.P)
			assert.InEpsilon(t, math.Pow(p.P, math.Exp(-w)), p.Lo, 1e-9)
			assert.InEpsilon(t, math.Pow(p.P, math.Exp(w)), p.Hi, 1e-9)
		case survival.Plain:
			assert.InEpsilon(t, p.P-z*p.SE, p.Lo, 1e-9)
			assert.InEpsilon(t, p.P+z*p.SE, p.Hi, 1e-9)
		}
	}
}

// A prediction's points, rows and quantiles are one curve; each stratum has
// its own; its standard error is that of the survival, not of the hazard.
func TestPrediction_Consistent(t *testing.T) {
	t.Parallel()
	ss := rossiLike()
	for i := range ss {
		ss[i].Stratum = fmt.Sprint(i % 2)
	}
	m, err := survival.Cox(slices.Values(ss), survival.CoxOptions{Level: 0.9})
	require.NoError(t, err)
	var medians []float64
	for _, stratum := range []string{"0", "1"} {
		p, err := m.Predict([]float64{50, 18}, stratum, 0.3)
		require.NoError(t, err)
		previous := 1.0
		median, lo, hi := nan, nan, nan
		for r := range p.Rows() {
			assert.Equal(t, r, p.At(r.Time))
			assert.Equal(t, r.S, p.At(math.Nextafter(r.Time, 1e9)).S)
			assert.Less(t, r.S, previous)
			previous = r.S
			h := p.Hazard(r.Time)
			assert.InEpsilon(t, math.Exp(-h.H), r.S, 1e-12)
			assert.InEpsilon(t, r.S*h.SE, r.SE, 1e-12)
			assert.InEpsilon(t, math.Exp(-h.H-1.6448536269514722*h.SE), r.Lo, 1e-9)
			for _, b := range []struct {
				s  float64
				at *float64
			}{{r.S, &median}, {r.Lo, &lo}, {r.Hi, &hi}} {
				if math.IsNaN(*b.at) && b.s <= 0.5 {
					*b.at = r.Time
				}
			}
		}
		q := p.Quantile(0.5)
		assert.InDelta(t, median, q.Value, 0)
		assert.InDelta(t, lo, q.Lo, 0)
		assert.InDelta(t, hi, q.Hi, 0)
		assert.Equal(t, int64(200), q.N)
		medians = append(medians, median)
		assert.False(t, p.Quantile(0).Defined())
		e := p.Quantile(1 - previous/2)
		assert.False(t, e.Defined())
		require.ErrorIs(t, errors.Join(e.Warnings...), survival.ErrNotReached)
		assert.True(t, math.IsNaN(p.Hazard(nan).H))
		assert.InDelta(t, 0, p.Hazard(0).H, 0)
	}
	assert.NotEqual(t, medians[0], medians[1])
	subjects, events := m.Subjects()
	assert.Equal(t, int64(200), subjects)
	assert.Equal(t, int64(150), events)
	assert.Positive(t, m.Iterations())
}

// A Wald test of all coefficients is their quadratic form.
func TestCox_WaldByHand(t *testing.T) {
	t.Parallel()
	m, err := survival.Cox(slices.Values(rossiLike()), survival.CoxOptions{})
	require.NoError(t, err)
	c, v := m.Coefficients(), m.Covariance()
	det := v[0]*v[3] - v[1]*v[2]
	a, b := c[0].Coef, c[1].Coef
	assert.InEpsilon(t, (a*a*v[3]-2*a*b*v[1]+b*b*v[0])/det, m.Wald().ChiSq, 1e-9)
	assert.Equal(t, 2, m.Wald().DF)
	for i := range c {
		assert.InEpsilon(t, math.Sqrt(v[3*i]), c[i].SE, 1e-12)
		assert.InEpsilon(t, c[i].Coef/c[i].SE, c[i].Z, 1e-12)
		assert.InEpsilon(t, c[i].Coef-1.959963984540054*c[i].SE, c[i].Lo, 1e-9)
	}
}
