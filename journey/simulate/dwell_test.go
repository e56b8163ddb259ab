package simulate_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
)

func dwells() map[string]simulate.Dwell {
	cut := func(d simulate.Dwell, at time.Duration) simulate.Dwell {
		d.Below = at
		return d
	}
	return map[string]simulate.Dwell{
		"exponential": simulate.Exponential(10 * day), "weibull young": simulate.Weibull(10*day, 0.6), "weibull old": simulate.Weibull(10*day, 2.5),
		"log-normal": simulate.LogNormal(5*day, 0.9), "gamma low": simulate.Gamma(20*day, 0.4), "gamma": simulate.Gamma(3*day, 4),
		"fixed": simulate.Fixed(4 * day), "empirical": simulate.Empirical(day, 2*day, 2*day, 40*day),
		"cut exponential": cut(simulate.Exponential(10*day), 12*day), "cut gamma": cut(simulate.Gamma(3*day, 4), 10*day), "cut log-normal": cut(simulate.LogNormal(5*day, 0.9), 9*day),
		"cut empirical": cut(simulate.Empirical(day, 2*day, 2*day, 40*day), 40*day),
	}
}

// waits draws from a Dwell through a world: the time from one stage to the next.
func waits(t *testing.T, d simulate.Dwell, n int) []float64 {
	t.Helper()
	w := simulate.World{
		Seed: 5, Definition: define(t, journey.Spec{Initial: "a", Observe: []journey.Trigger{"came"}, Transitions: []journey.Transition{{From: "a", On: "go", To: "b"}}}),
		From: date(2024, 1, 1), To: date(2100, 1, 1), Arrivals: simulate.Arrivals{Exactly: n, Event: "came", Until: date(2025, 1, 1)},
		Moves: []simulate.Move{{From: "a", On: "go", P: 1, Dwell: d}},
	}
	var out []float64
	for c, err := range w.Each(simulate.Options{}) {
		require.NoError(t, err)
		require.Len(t, c.Events, 2)
		out = append(out, c.Events[1].At.Sub(c.Events[0].At).Hours()/24)
	}
	return out
}

// Draws follow the distribution function (Kolmogorov-Smirnov at 0.1 %) and have
// the mean.
func TestLaw_DrawsFollowTheDistribution(t *testing.T) {
	t.Parallel()
	const n = 4000
	for name, d := range dwells() {
		x := waits(t, d, n)
		sum, sq := 0.0, 0.0
		for _, v := range x {
			sum += v
			sq += v * v
		}
		mean := sum / n
		se := math.Sqrt((sq/n - mean*mean) / n)
		assert.InDelta(t, d.Mean().Hours()/24, mean, 4*se+1e-4, name)
		for _, at := range []time.Duration{day / 2, day, 2 * day, 3 * day, 5 * day, 8 * day, 11 * day, 20 * day, 50 * day} {
			below := 0.0
			for _, v := range x {
				if v <= at.Hours()/24+1e-9 {
					below++
				}
			}
			assert.InDelta(t, d.CDF(at), below/n, 1.95/math.Sqrt(n), "%s at %s", name, at)
			if d.Below > 0 {
				assert.LessOrEqual(t, below/n, 1.0)
			}
		}
		if d.Below > 0 {
			for _, v := range x {
				require.Less(t, v, d.Below.Hours()/24, name)
			}
		}
	}
}

// Means are the integrals of the survival function.
func TestLaw_MeanIsTheIntegral(t *testing.T) {
	t.Parallel()
	for name, d := range dwells() {
		sum := 0.0
		const step = 20 * time.Minute
		for at := step / 2; at < 600*day; at += step {
			sum += (1 - d.CDF(at)) * step.Hours() / 24
		}
		assert.InEpsilon(t, sum, d.Mean().Hours()/24, 2e-3, name)
	}
}

// A Dwell is written and read.
func TestDwell_JSON(t *testing.T) {
	t.Parallel()
	for name, d := range dwells() {
		data, err := json.Marshal(d)
		require.NoError(t, err)
		var got simulate.Dwell
		require.NoError(t, json.Unmarshal(data, &got), name)
		assert.Equal(t, d, got)
		assert.NotEmpty(t, d.String())
	}
	var d simulate.Dwell
	for _, bad := range []string{`{"family":"normal"}`, `{"family":"fixed","scale":"three"}`, `{"family":"fixed","below":"x"}`, `{"family":"empirical","values":["1h","y"]}`, `[]`} {
		require.Error(t, json.Unmarshal([]byte(bad), &d), bad)
	}
	data, err := json.Marshal(simulate.Weibull(36*time.Hour, 1.5))
	require.NoError(t, err)
	assert.JSONEq(t, `{"family":"weibull","scale":"36h0m0s","shape":1.5}`, string(data))
	assert.True(t, simulate.Dwell{}.IsZero())
	assert.False(t, simulate.Fixed(1).IsZero())
}

func FuzzDwell(f *testing.F) {
	f.Add([]byte(`{"family":"gamma","scale":"36h","shape":0.5,"below":"90h"}`))
	f.Add([]byte(`{"family":"empirical","values":["1h","-3h"]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var d simulate.Dwell
		if json.Unmarshal(data, &d) != nil {
			return
		}
		again, err := json.Marshal(d)
		require.NoError(t, err)
		var same simulate.Dwell
		require.NoError(t, json.Unmarshal(again, &same))
		require.Equal(t, d.String(), same.String())
	})
}

func TestEnums(t *testing.T) {
	t.Parallel()
	for f := range simulate.FamilyEmpirical + 1 {
		text, err := f.MarshalText()
		require.NoError(t, err)
		var got simulate.Family
		require.NoError(t, got.UnmarshalText(text))
		v, err := f.Value()
		require.NoError(t, err)
		require.NoError(t, got.Scan(v))
		assert.Equal(t, f, got)
	}
	for e := range simulate.Refer + 1 {
		text, err := e.MarshalText()
		require.NoError(t, err)
		var got simulate.Effect
		require.NoError(t, got.UnmarshalText(text))
		v, err := e.Value()
		require.NoError(t, err)
		require.NoError(t, got.Scan(v))
		assert.Equal(t, e.String(), got.String())
	}
}
