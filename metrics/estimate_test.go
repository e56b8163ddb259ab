package metrics_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// R. G. Newcombe, "Two-sided confidence intervals for the single proportion",
// Statistics in Medicine 17 (1998), table I, method 3, 95 %.
func TestWilson_Newcombe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		successes, n int64
		lo, hi       float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		e, err := metrics.Wilson(c.successes, c.n, 0.95)
		require.NoError(t, err)
		assert.True(t, e.Defined())
		assert.InDelta(t, float64(c.successes)/float64(c.n), e.Value, 0)
		assert.InDelta(t, c.lo, e.Lo, 0.00005)
		assert.InDelta(t, c.hi, e.Hi, 0.00005)
		assert.InDelta(t, 0.95, e.Level, 0)
		assert.Equal(t, c.n, e.N)
	}
}

func TestWilson_Empty(t *testing.T) {
	t.Parallel()
	e, err := metrics.Wilson(0, 0, 0.95)
	require.NoError(t, err, "no trials are no mistake")
	assert.False(t, e.Defined())
	assert.Equal(t, metrics.Estimate{}, e)
}

func TestWilson_Refused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		successes, n int64
		level        float64
		codes        []fault.Code
	}{
		{-1, 5, 0.95, []fault.Code{metrics.CodeNegative}},
		{6, 5, 0.95, []fault.Code{metrics.CodeExceeds}},
		{1, 5, 0, []fault.Code{metrics.CodeBounds}},
		{1, 5, 1, []fault.Code{metrics.CodeBounds}},
		{1, 5, 95, []fault.Code{metrics.CodeBounds}},
		{1, 5, math.NaN(), []fault.Code{metrics.CodeBounds}},
		{-1, -5, math.Inf(1), []fault.Code{metrics.CodeNegative, metrics.CodeNegative, metrics.CodeBounds}},
		{1, math.MaxInt64, 0.95, []fault.Code{metrics.CodeBounds}},
	} {
		e, err := metrics.Wilson(c.successes, c.n, c.level)
		assert.Equal(t, c.codes, codes(t, err), "%d/%d %g", c.successes, c.n, c.level)
		assert.False(t, e.Defined())
	}
}

// codes are the codes of all input errors that err joins.
func codes(t testing.TB, err error) []fault.Code {
	t.Helper()
	require.ErrorIs(t, err, metrics.ErrInput)
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	var out []fault.Code
	for _, err := range list {
		var e *fault.Error
		require.ErrorAs(t, err, &e)
		out = append(out, e.Code)
	}
	return out
}

// The interval contains the share, lies in [0, 1], mirrors under exchange of
// success and failure, and solves the score equation it is defined by:
// |p − bound| = z √(bound (1 − bound) / n).
func TestLaw_WilsonSolvesTheScoreEquation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1e9).Draw(t, "n")
		k := rapid.Int64Range(0, n).Draw(t, "k")
		level := rapid.Float64Range(0.5, 0.999).Draw(t, "level")
		e, err := metrics.Wilson(k, n, level)
		require.NoError(t, err)
		require.LessOrEqual(t, 0.0, e.Lo)
		require.LessOrEqual(t, e.Lo, e.Value)
		require.LessOrEqual(t, e.Value, e.Hi)
		require.LessOrEqual(t, e.Hi, 1.0)
		mirror, err := metrics.Wilson(n-k, n, level)
		require.NoError(t, err)
		require.InDelta(t, 1-e.Hi, mirror.Lo, 1e-12)
		z := math.Sqrt2 * math.Erfinv(level)
		for _, bound := range []float64{e.Lo, e.Hi} {
			require.InDelta(t, math.Abs(e.Value-bound), z*math.Sqrt(bound*(1-bound)/float64(n)), 1e-7)
		}
	})
}

func TestEstimate_JSON(t *testing.T) {
	t.Parallel()
	e := metrics.Estimate{Value: 0.5, Lo: math.NaN(), Hi: math.Inf(1), Level: 0.95, N: 3, Warnings: []error{errors.New("only 3 customers")}}
	data, err := json.Marshal(e)
	require.NoError(t, err)
	assert.JSONEq(t, `{"value":0.5,"lo":null,"hi":null,"level":0.95,"n":3,"warnings":["only 3 customers"]}`, string(data))
	data, err = json.Marshal(metrics.Estimate{})
	require.NoError(t, err)
	assert.JSONEq(t, `{"value":null,"lo":null,"hi":null,"level":null,"n":0}`, string(data), "no estimate is not zero")
}

func TestWilsonOf(t *testing.T) {
	t.Parallel()
	e, err := metrics.WilsonOf(metrics.NewCount(15, 148), 0.95) // Newcombe, as above
	require.NoError(t, err)
	assert.InDelta(t, 0.0624, e.Lo, 0.00005)
	assert.InDelta(t, 0.1605, e.Hi, 0.00005)
	e, err = metrics.WilsonOf(metrics.Ratio{}, 0.95)
	require.NoError(t, err)
	assert.False(t, e.Defined())
	for _, c := range []struct {
		r    metrics.Ratio
		want []fault.Code
	}{
		{ratio(t, "0.5", "10.25"), []fault.Code{metrics.CodeSyntax, metrics.CodeSyntax}},
		{ratio(t, "1e30", "1e31"), []fault.Code{metrics.CodeSyntax, metrics.CodeSyntax}},
		{metrics.NewCount(3, 2), []fault.Code{metrics.CodeExceeds}},
		{metrics.NewCount(-3, 2), []fault.Code{metrics.CodeNegative}},
		{metrics.NewCount(3, 0), []fault.Code{metrics.CodeExceeds}},
		{metrics.NewRatio(decimal.New(1, math.MaxInt32), whole), []fault.Code{metrics.CodeBounds}},
	} {
		_, err := metrics.WilsonOf(c.r, 0.95)
		assert.Equal(t, c.want, codes(t, err), exact(c.r))
	}
}

// For people: the interval where there is one.
func TestEstimate_String(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]metrics.Estimate{
		"undefined":             {Value: 3, Lo: 1, Hi: 4, Level: 0.95},
		"3 (1 to 4.5, 95 %)":    {Value: 3, Lo: 1, Hi: 4.5, Level: 0.95, N: 2},
		"3 (1 to +Inf, 99.5 %)": {Value: 3, Lo: 1, Hi: math.Inf(1), Level: 0.995, N: 2},
		"0.333333":              {Value: 1.0 / 3, Lo: math.NaN(), Hi: math.NaN(), N: 2},
	} {
		assert.Equal(t, want, e.String())
	}
}
