package forecast_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/forecast"
)

// R's fits with multiplicative errors. Its search stops short of the best here
// too: on WWWusage by 3.9 in the log likelihood, with first states that hardly
// move the means, and on AirPassengers by 0.46, with means up to 0.6 per
// cent apart. Where it does not, on Nile, all agrees to a thousandth, but the
// parameter whose surface is flat.
func TestSeries_RMultiplicative(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		data                 string
		method               forecast.Method
		params               map[string]float64
		loglik, aicc, sigma2 float64
		better, near         float64
		forecasts            []float64
		lo, hi               float64
	}{
		{
			"nile", forecast.ETSMNN,
			map[string]float64{"alpha": 0.1514031662, "l0": 1087.771825},
			-726.150958, 1458.551916, 0.023957057, 1e-3, 1e-3,
			[]float64{838.87516, 838.87516},
			584.39018, 1093.36014,
		},
		{
			"wwwusage", forecast.ETSMAdN,
			map[string]float64{"alpha": 0.9999, "beta": 0.9999, "phi": 0.8},
			-360.252115, 733.407456, 8.2660e-4, 4, 1e-3,
			[]float64{218.39959, 217.11936, 216.09517, 215.27582, 214.62035, 214.09596},
			nan, nan,
		},
		{
			"airpassengers", forecast.ETSMAdM,
			map[string]float64{"gamma": 1e-4, "phi": 0.98},
			-679.583216, 1400.638432, 0.00153408, 0.5, 6e-3,
			[]float64{441.80185, 434.11862, 496.63005, 483.23748, 483.99135, 551.02440, 613.17968, 609.36483, 530.54083, 463.03321, 402.74780, 451.96937},
			407.88628, 475.71742,
		},
	} {
		f, err := forecast.Series(series(t, c.data), forecast.SeriesOptions{Method: c.method, Season: map[string]int{"airpassengers": 12}[c.data]})
		require.NoError(t, err)
		name := c.data + " " + c.method.String()
		got := map[string]float64{}
		for _, p := range f.Params {
			got[p.Name] = p.Value
		}
		for p, want := range c.params {
			assert.InEpsilon(t, want, got[p], 2e-3, "%s %s", name, p)
		}
		assert.GreaterOrEqual(t, f.LogLikelihood, c.loglik-1e-3, name)
		assert.LessOrEqual(t, f.LogLikelihood, c.loglik+c.better, name)
		assert.InDelta(t, c.aicc+2*(c.loglik-f.LogLikelihood), f.AICc, 1e-5, "%s: as many parameters as R counts", name)
		assert.LessOrEqual(t, f.Sigma2, c.sigma2*(1+1e-3), name)
		assert.InEpsilon(t, c.sigma2, f.Sigma2, 0.08, name)
		for h, want := range c.forecasts {
			assert.InEpsilon(t, want, f.At(h+1, 0.95).Value, c.near, "%s h %d", name, h+1)
		}
		if !math.IsNaN(c.lo) {
			assert.InEpsilon(t, c.lo, f.At(1, 0.95).Lo, 1e-3, name)
			assert.InEpsilon(t, c.hi, f.At(1, 0.95).Hi, 1e-3, name)
		}
	}
}

// With the family of R's ets the choice is R's. On AirPassengers R takes the
// damped trend where the undamped one, whose best likelihood it does not come
// near, is better by 9 in the AICc.
func TestSeries_AutoChoosesMultiplicative(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		data   string
		season int
		method forecast.Method
		aicc   float64 // R's
	}{{"nile", 0, forecast.ETSMNN, 1458.551916}, {"wwwusage", 0, forecast.ETSAAdN, 718.634206}, {"airpassengers", 12, forecast.ETSMAM, 1400.638432}} {
		f, err := forecast.Series(series(t, c.data), forecast.SeriesOptions{Season: c.season, Multiplicative: true})
		require.NoError(t, err)
		assert.Equal(t, c.method, f.Method, c.data)
		assert.False(t, f.Logs)
		assert.LessOrEqual(t, f.AICc, c.aicc+1e-3, c.data)
		own, err := forecast.Series(series(t, c.data), forecast.SeriesOptions{Season: c.season, Method: c.method})
		require.NoError(t, err)
		assert.Equal(t, own.String(), f.String())
	}
}

// Values that are not all positive have no multiplicative errors: an error
// where they are asked for, and out of the choice otherwise.
func TestSeries_MultiplicativeIsForPositiveValues(t *testing.T) {
	t.Parallel()
	for _, low := range []float64{0, -1, -1e-300} {
		y := []float64{5, 6, 7, 6, 8, 9, low, 8, 9, 10, 11, 10, 12, 13}
		for m := forecast.ETSMNN; m <= forecast.ETSMAdM; m++ {
			_, err := forecast.Series(y, forecast.SeriesOptions{Method: m, Season: 4})
			require.ErrorIs(t, err, forecast.ErrInput, "%v", m)
		}
		a, err := forecast.Series(y, forecast.SeriesOptions{Multiplicative: true})
		require.NoError(t, err)
		b, err := forecast.Series(y, forecast.SeriesOptions{})
		require.NoError(t, err)
		assert.Equal(t, b.String(), a.String())
	}
	y := make([]float64, 60)
	for i := range y {
		y[i] = 10 + float64(i%7)
	}
	for m := forecast.ETSMNM; m <= forecast.ETSMAdM; m++ {
		_, err := forecast.Series(y, forecast.SeriesOptions{Method: m, Season: 25})
		require.ErrorIs(t, err, forecast.ErrOptions)
		_, err = forecast.Series(y, forecast.SeriesOptions{Method: m, Season: 24})
		require.NoError(t, err)
	}
	f, err := forecast.Series(y, forecast.SeriesOptions{Season: 25, Multiplicative: true})
	require.NoError(t, err)
	assert.NotContains(t, []forecast.Method{forecast.ETSMNM, forecast.ETSMAM, forecast.ETSMAdM}, f.Method)
}
