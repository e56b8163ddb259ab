package clv_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// TestReport_Numbers: what a report counts and how the criteria are made of it.
func TestReport_Numbers(t *testing.T) {
	m, err := clv.FitBGBB(slices.Values(donors), clv.FitOptions{Level: 0.9})
	require.NoError(t, err)
	r := m.Report()
	require.Equal(t, 11104.0, r.N)
	require.Equal(t, 22, r.Cells)
	require.Equal(t, 0.9, r.Level)
	require.InEpsilon(t, 2*4-2*r.LogLikelihood, r.AIC, 1e-15)
	require.InEpsilon(t, 4*math.Log(11104)-2*r.LogLikelihood, r.BIC, 1e-15)
	require.Equal(t, []float64{m.Alpha, m.Beta, m.Gamma, m.Delta}, r.Params)
	require.InEpsilon(t, math.Log(r.Intervals[0].Hi/r.Params[0]), math.Log(r.Params[0]/r.Intervals[0].Lo), 1e-9)
	require.Len(t, r.Rows(), 4)
	require.Equal(t, "gamma", r.Rows()[2].Name)
	require.Contains(t, m.String(), "BG/BB: 11104 customers, log likelihood -33225.5813")
	// the report is a copy
	r.Params[0], r.Names[0] = 99, "x"
	require.NotEqual(t, 99.0, m.Report().Params[0])
	require.Equal(t, "alpha", m.Report().Names[0])

	sbg, err := clv.FitSBG(slices.Values([]clv.Renewals{{Lost: []float64{30, 0, 12}, Active: 58}, {Lost: []float64{20}}, {Active: 7}}), clv.FitOptions{})
	require.NoError(t, err)
	require.Equal(t, 4, sbg.Report().Cells)
	require.Equal(t, 127.0, sbg.Report().N)

	gg, err := clv.FitGammaGamma(slices.Values([]clv.Spend{{1, 3, 20}, {1, 3, 20}, {2, 7, 10}, {2, 1, 10}, {}}), clv.FitOptions{})
	require.NoError(t, err)
	require.Equal(t, 3, gg.Report().Cells)
	require.Equal(t, 60.0, gg.Report().N)

	// started elsewhere it comes to the same place
	other, err := clv.FitBGBB(slices.Values(donors), clv.FitOptions{Start: []float64{20, 0.01, 3, 90}})
	require.NoError(t, err)
	for i, p := range other.Report().Params {
		require.InEpsilon(t, m.Report().Params[i], p, 1e-9)
	}

	literal := clv.BdW{Alpha: 1, Beta: 2, C: 3}
	require.Equal(t, "BdW alpha=1 beta=2 c=3", literal.String())
	require.Len(t, literal.Report().Rows(), 3)
	require.True(t, math.IsNaN(literal.Report().Rows()[0].SE))
	require.True(t, math.IsNaN(clv.GammaGamma{P: 1, Q: 2, V: 3}.Correlation()))

	data, err := json.Marshal(m.Report())
	require.NoError(t, err)
	var back clv.FitReport
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, m.Report(), back)
	require.Error(t, json.Unmarshal([]byte(`{"params":[1],"names":[]}`), &back))
	require.Error(t, json.Unmarshal([]byte(`{"params":"x"}`), &back))
	var span clv.Span
	require.NoError(t, json.Unmarshal([]byte(`{"lo":null,"hi":null}`), &span))
	require.Equal(t, clv.Span{Lo: 0, Hi: math.Inf(1)}, span)
}

// TestValidate_Nobody: a holdout in which nobody bought has no correlation,
// and says 0 rather than NaN.
func TestValidate_Nobody(t *testing.T) {
	in := []clv.Transaction{
		{Customer: "a", At: date("2026-01-01")}, {Customer: "a", At: date("2026-01-05")}, {Customer: "b", At: date("2026-01-02")},
	}
	s, err := clv.Summarise(slices.Values(in), clv.SummaryOptions{Unit: calendar.UnitDay, End: date("2026-01-10"), Holdout: date("2026-01-20")})
	require.NoError(t, err)
	v, err := clv.Validate(clv.BGNBD{R: 1, Alpha: 5, A: 1, B: 2}, s)
	require.NoError(t, err)
	require.Zero(t, v.Correlation)
	require.Zero(t, v.Actual)
	require.Positive(t, v.Expected)
	data, err := json.Marshal(v)
	require.NoError(t, err)
	require.Contains(t, string(data), `"correlation":0`)
	require.Len(t, v.Deciles, 2)
}

func TestEnums(t *testing.T) {
	for _, s := range []clv.Scale{clv.LogScale, clv.LogitScale, clv.PlainScale} {
		text, err := s.MarshalText()
		require.NoError(t, err)
		var back clv.Scale
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, s, back)
		v, err := s.Value()
		require.NoError(t, err)
		require.NoError(t, back.Scan(v))
	}
	for _, c := range []clv.Collapse{clv.PerDay, clv.PerInstant} {
		text, err := c.MarshalText()
		require.NoError(t, err)
		var back clv.Collapse
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, c, back)
		v, err := c.Value()
		require.NoError(t, err)
		require.NoError(t, back.Scan(v))
	}
	_, err := clv.Scale(9).MarshalText()
	require.Error(t, err)
	_, err = clv.Collapse(9).MarshalText()
	require.Error(t, err)
}
