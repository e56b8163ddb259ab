package forecast_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/forecast"
)

// Figures of R 4.2.2 and its package forecast 8.20 on R's own data sets. R
// searches for the first states, too, and stops short of the best (WWWusage
// A,A,N by 1.8 in the log likelihood), so that likelihoods may only be better
// and variances smaller. Means agree to a thousandth, bounds to a hundredth.
func TestSeries_R(t *testing.T) {
	t.Parallel()
	type bound struct {
		h      int
		lo, hi float64
	}
	for _, c := range []struct {
		data           string
		method         forecast.Method
		params         map[string]float64
		loglik, sigma2 float64
		forecasts      []float64
		bounds         []bound
	}{
		{
			"nile", forecast.ETSANN,
			map[string]float64{"alpha": 0.2455338627},
			-726.39052, 20802.801,
			[]float64{805.38128, 805.38128},
			[]bound{{1, 522.69222, 1088.07034}, {5, 490.44645, 1120.31612}},
		},
		{
			"wwwusage", forecast.ETSAAN,
			map[string]float64{"alpha": 0.9999, "beta": 0.9999},
			-359.346865, 13.771333,
			[]float64{217.99940, 215.99900, 213.99860, 211.99820, 209.99779, 207.99739},
			[]bound{{1, 210.72602, 225.27278}, {6, 138.62068, 277.37411}},
		},
		{
			"wwwusage", forecast.ETSAAdN,
			map[string]float64{"alpha": 0.9999, "beta": 0.996643874},
			-352.865490, 12.224387,
			[]float64{218.36633, 217.03507, 215.95014, 215.06597, 214.34541, 213.75819},
			[]bound{{1, 211.51364, 225.21903}, {6, 167.31297, 260.20340}},
		},
		{
			"lynx", forecast.ETSANN,
			map[string]float64{"alpha": 0.9999},
			-1076.523137, 1422422.5,
			[]float64{3395.92606},
			[]bound{{1, 1058.36806, 5733.48407}},
		},
		{
			"nile", forecast.Theta,
			map[string]float64{"alpha": 0.2456681537, "drift": -1.357152715},
			nan, nan,
			[]float64{799.81200, 798.45484, 797.09769, 795.74054, 794.38339},
			[]bound{{1, 517.12294, 1082.50105}},
		},
		{
			"wwwusage", forecast.Theta,
			map[string]float64{"alpha": 0.9999, "drift": 0.3093969},
			nan, nan,
			[]float64{220.30963, 220.61903, 220.92842, 221.23782, 221.54722, 221.85661},
			[]bound{{1, 208.88353, 231.73572}},
		},
		{
			"airpassengers", forecast.Theta,
			map[string]float64{"alpha": 0.8377520899, "drift": 1.323069629},
			nan, nan,
			[]float64{440.07819, 428.38428, 489.70710, 475.70463, 479.67039, 545.36627, 602.75200, 601.10076, 523.95149, 456.62714, 397.95373, 447.64491},
			nil,
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
			assert.InEpsilon(t, want, got[p], 5e-3, "%s %s", name, p)
		}
		if !math.IsNaN(c.loglik) {
			assert.GreaterOrEqual(t, f.LogLikelihood, c.loglik-1e-3, name)
			assert.InDelta(t, c.loglik, f.LogLikelihood, 2, name)
			assert.LessOrEqual(t, f.Sigma2, c.sigma2*(1+1e-3), name)
			assert.InEpsilon(t, c.sigma2, f.Sigma2, 0.04, name)
		}
		for h, want := range c.forecasts {
			assert.InEpsilon(t, want, f.At(h+1, 0.95).Value, 1e-3, "%s h %d", name, h+1)
		}
		for _, b := range c.bounds {
			e := f.At(b.h, 0.95)
			assert.InEpsilon(t, b.lo, e.Lo, 1e-2, "%s h %d", name, b.h)
			assert.InEpsilon(t, b.hi, e.Hi, 1e-2, "%s h %d", name, b.h)
		}
	}
}

func TestSeries_ClosedForms(t *testing.T) {
	t.Parallel()
	check := func(data string, m forecast.Method, want []float64, h int, lo, hi float64) {
		f, err := forecast.Series(series(t, data), forecast.SeriesOptions{Method: m})
		require.NoError(t, err)
		for i, w := range want {
			assert.InEpsilon(t, w, f.At(i+1, 0.95).Value, 1e-9)
		}
		assert.InEpsilon(t, lo, f.At(h, 0.95).Lo, 1e-6) // printed with seven digits
		assert.InEpsilon(t, hi, f.At(h, 0.95).Hi, 1e-6)
	}
	check("nile", forecast.Naive, []float64{740, 740}, 1, 412.04973, 1067.95027)
	check("nile", forecast.Naive, []float64{740, 740}, 5, 6.68090, 1473.31910)
	check("nile", forecast.Drift, []float64{736.161616162, 732.323232323, 728.484848485, 724.646464646, 720.808080808}, 1, 404.968994, 1067.354239)
	check("wwwusage", forecast.Drift, []float64{221.0 + 1.0/3, 222.0 + 2.0/3, 224}, 1, 210.158314, 232.508353)
}

// R's HoltWinters: on WWWusage both parameters are 1 and the sum of squares is
// a whole number.
func TestSeries_HoltWintersR(t *testing.T) {
	t.Parallel()
	f, err := forecast.Series(series(t, "wwwusage"), forecast.SeriesOptions{Method: forecast.Holt})
	require.NoError(t, err)
	assert.InDelta(t, 1, f.Params[0].Value, 1e-6)
	assert.InDelta(t, 1, f.Params[1].Value, 1e-6)
	assert.InDelta(t, 1274, f.Sigma2*(98-2), 1e-6)
	assert.InDelta(t, 218, f.At(1, 0.95).Value, 1e-6)
	assert.InDelta(t, 216, f.At(2, 0.95).Value, 1e-6)

	f, err = forecast.Series(series(t, "airpassengers"), forecast.SeriesOptions{Method: forecast.HoltWinters, Season: 12})
	require.NoError(t, err)
	assert.LessOrEqual(t, f.Sigma2*(132-3), 16570.778+1e-3)
	for i, want := range []float64{0.275592, 0.032693, 0.870729} {
		assert.InEpsilon(t, want, f.Params[i].Value, 5e-3, f.Params[i].Name)
	}
	assert.InEpsilon(t, 447.0559, f.At(1, 0.95).Value, 1e-3)
}

// The choice by AICc is R's where its family is the same.
func TestSeries_AutoChooses(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]forecast.Method{"wwwusage": forecast.ETSAAdN, "lynx": forecast.ETSANN, "nile": forecast.ETSANN} {
		f, err := forecast.Series(series(t, data), forecast.SeriesOptions{})
		require.NoError(t, err)
		assert.Equal(t, want, f.Method, data)
	}
	f, err := forecast.Series(series(t, "wwwusage"), forecast.SeriesOptions{})
	require.NoError(t, err)
	assert.LessOrEqual(t, f.AICc, 718.634206)
	assert.InDelta(t, 718.634206, f.AICc, 2)
	f, err = forecast.Series(series(t, "airpassengers"), forecast.SeriesOptions{Season: 12})
	require.NoError(t, err)
	assert.True(t, f.Logs, "a season that grows with the level: %v", f)
	assert.InEpsilon(t, 441.80185, f.At(1, 0.95).Value, 0.03) // R's MAdM
}

// Theta on the 1,428 monthly series of the M3 competition; published: sMAPE
// 13.89, MASE 0.858.
func TestSeries_M3Monthly(t *testing.T) {
	t.Parallel()
	all := m3(t)
	require.Len(t, all, 1428)
	if testing.Short() {
		t.Skip("some seconds")
	}
	smape, mase := m3Accuracy(t, all, forecast.Theta)
	t.Logf("theta: sMAPE %.3f, MASE %.3f", smape, mase)
	assert.LessOrEqual(t, smape, 13.9)
}

func m3Accuracy(t *testing.T, all []m3Series, m forecast.Method) (smape, mase float64) {
	t.Helper()
	for _, s := range all {
		f, err := forecast.Series(s.past, forecast.SeriesOptions{Method: m, Season: 12, Horizon: len(s.future)})
		require.NoError(t, err)
		scale := 0.0
		for i := 12; i < len(s.past); i++ {
			scale += math.Abs(s.past[i]-s.past[i-12]) / float64(len(s.past)-12)
		}
		for h, x := range s.future {
			e := math.Abs(x - f.At(h+1, 0.8).Value)
			smape += 200 * e / (math.Abs(x) + math.Abs(f.At(h+1, 0.8).Value)) / float64(len(s.future)) / float64(len(all))
			mase += e / scale / float64(len(s.future)) / float64(len(all))
		}
	}
	return smape, mase
}

var nan = math.NaN()
