package forecast_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
)

var everyMethod = []forecast.Method{
	forecast.Auto, forecast.Naive, forecast.SeasonalNaive, forecast.Drift, forecast.ETSANN, forecast.ETSAAN, forecast.ETSAAdN,
	forecast.ETSANA, forecast.ETSAAA, forecast.ETSAAdA, forecast.Theta, forecast.Holt, forecast.HoltWinters,
	forecast.ETSMNN, forecast.ETSMAN, forecast.ETSMAdN, forecast.ETSMNA, forecast.ETSMAA, forecast.ETSMAdA,
	forecast.ETSMNM, forecast.ETSMAM, forecast.ETSMAdM,
}

// slowETS is the model's recursion in plain form: the sum of squared errors
// from given parameters and first states, and what comes next.
func slowETS(y []float64, alpha, beta, gamma, phi, level, slope float64, season []float64) (sse float64, next []float64) {
	l, b := level, slope
	s := append([]float64(nil), season...)
	for i, v := range y {
		pre := l + phi*b
		e := v - pre
		if len(s) > 0 {
			e -= s[i]
			s = append(s, s[i]+gamma*e)
		}
		sse += e * e
		l, b = pre+alpha*e, phi*b+beta*e
	}
	damp := 1.0
	sum := 0.0
	for h := range 6 {
		damp *= phi
		sum += damp
		f := l + sum*b
		if len(s) > 0 {
			f += s[len(s)-len(season)+h%len(season)]
		}
		next = append(next, f)
	}
	return sse, next
}

// wander is a level that moves, seen through noise.
func wander(r *rand.Rand, n int, slope float64) []float64 {
	y, level := make([]float64, n), 100.0
	for i := range y {
		level += slope + 3*r.NormFloat64()
		y[i] = level + 5*r.NormFloat64()
	}
	return y
}

// etsAAN fits a series and returns what slowETS takes.
func etsAAN(t require.TestingT, y []float64) (f *forecast.SeriesForecast, alpha, beta, l0, b0 float64) {
	f, err := forecast.Series(y, forecast.SeriesOptions{Method: forecast.ETSAAN, Horizon: 6})
	require.NoError(t, err)
	p := map[string]float64{}
	for _, x := range f.Params {
		p[x.Name] = x.Value
	}
	return f, p["alpha"], p["beta"], p["l0"], p["b0"]
}

// No small change of parameters or first states within the bounds betters a fit,
// and its forecasts are the recursion's.
func TestLaw_ETSIsTheOptimumOfItsRecursion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		n := rapid.IntRange(12, 60).Draw(t, "n")
		y := wander(r, n, rapid.Float64Range(-2, 2).Draw(t, "slope"))
		f, alpha, beta, l0, b0 := etsAAN(t, y)
		sse, next := slowETS(y, alpha, beta, 0, 1, l0, b0, nil)
		assert.InEpsilon(t, -float64(n)/2*math.Log(sse), f.LogLikelihood, 1e-9)
		for h, want := range next {
			assert.InEpsilon(t, want, f.At(h+1, 0.8).Value, 1e-9)
		}
		for range 200 {
			a := min(0.9999, max(1e-4, alpha+0.003*r.NormFloat64()))
			b := min(a, max(1e-4, beta+0.003*r.NormFloat64()))
			other, _ := slowETS(y, a, b, 0, 1, l0+0.1*r.NormFloat64(), b0+0.02*r.NormFloat64(), nil)
			assert.GreaterOrEqual(t, other, sse*(1-1e-6))
		}
	})
}

// A line is continued as a line, a season as a season, a constant as itself:
// by every method that can.
func TestSeries_ContinuesWhatIsThere(t *testing.T) {
	t.Parallel()
	line, flat, wave := make([]float64, 48), make([]float64, 48), make([]float64, 48)
	for i := range line {
		line[i], flat[i] = 100+3*float64(i), 42
		wave[i] = (50 + float64(i)/2) * (1 + 0.4*math.Sin(float64(i%12)*math.Pi/6))
	}
	for _, m := range everyMethod {
		f, err := forecast.Series(flat, forecast.SeriesOptions{Method: m, Season: 12})
		require.NoError(t, err)
		for h := 1; h <= 12; h++ {
			e := f.At(h, 0.95)
			assert.InDelta(t, 42, e.Value, 1e-6, m.String())
			assert.InDelta(t, 42, e.Lo, 1e-6, m.String())
		}
		assert.ErrorIs(t, join(f.Warnings), forecast.ErrExact, m.String())
	}
	for _, m := range []forecast.Method{forecast.Auto, forecast.Drift, forecast.ETSAAN, forecast.ETSAAA, forecast.Holt} {
		f, err := forecast.Series(line, forecast.SeriesOptions{Method: m, Season: 12})
		require.NoError(t, err)
		assert.InDelta(t, 100+3*59, f.At(12, 0.95).Value, 1e-4, m.String())
	}
	for _, m := range []forecast.Method{forecast.Auto, forecast.Theta, forecast.HoltWinters} {
		f, err := forecast.Series(wave, forecast.SeriesOptions{Method: m, Season: 12})
		require.NoError(t, err)
		for h := 1; h <= 12; h++ {
			i := 47 + h
			want := (50 + float64(i)/2) * (1 + 0.4*math.Sin(float64(i%12)*math.Pi/6))
			assert.InEpsilon(t, want, f.At(h, 0.95).Value, 0.06, "%v h %d", m, h)
		}
	}
}

func join(errs []error) error { return errors.Join(errs...) }

// Shifting and scaling a series shifts and scales its forecast. The shifts and
// scales lose no digit, so that the search has the same surface before it.
func TestLaw_ForecastsScale(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		y, z := make([]float64, 30), make([]float64, 30)
		o := forecast.SeriesOptions{Method: rapid.SampledFrom(everyMethod).Draw(t, "method"), Season: rapid.SampledFrom([]int{0, 4}).Draw(t, "season")}
		ratio := o.Method == forecast.HoltWinters || o.Method >= forecast.ETSMNN // of no zero but the true one
		shift := rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.SampledFrom([]int64{0, -1 << 40, 1 << 40})).Draw(t, "shift")
		if ratio || o.Season > 0 && (o.Method == forecast.Theta || o.Method == forecast.Auto) || o.Method == forecast.Auto && shift < 0 {
			shift = 0
		}
		scale := math.Ldexp(1, rapid.IntRange(-20, 30).Draw(t, "scale"))
		for i := range y {
			y[i] = math.Round(1024*(100+float64(i)+4*r.NormFloat64())) / 1024
			z[i] = scale * (float64(shift) + y[i])
		}
		a, err := forecast.Series(y, o)
		b, other := forecast.Series(z, o)
		if err != nil && o.Season == 0 {
			require.EqualError(t, other, err.Error()) // a season asked for
			return
		}
		require.NoError(t, err)
		require.NoError(t, other)
		if math.Abs(float64(shift)) > 1e12 {
			met["great"]++
		}
		if scale > 1e6 || scale < 1e-5 {
			met["scaled"]++
		}
		near := 1e-9 + math.Abs(float64(shift))*1e-15
		for h := 1; h <= 12; h++ {
			p, q := a.At(h, 0.8), b.At(h, 0.8)
			assert.InDelta(t, p.Value, q.Value/scale-float64(shift), near, "%v", o.Method)
			assert.InDelta(t, p.Hi-p.Lo, (q.Hi-q.Lo)/scale, 2*near, "%v", o.Method)
		}
	}, met.Need("great", "scaled"))
}

// Conformal bounds are order statistics of past errors: by hand for Naive.
func TestSeries_Conformal(t *testing.T) {
	t.Parallel()
	y := []float64{1, 2, 4, 7, 11, 16, 22, 29, 37, 46}
	f, err := forecast.Series(y, forecast.SeriesOptions{Method: forecast.Naive, Horizon: 6, Conformal: true})
	require.NoError(t, err)
	// Origins 6 to 9: one step ahead the errors are 6, 7, 8, 9.
	e := f.At(1, 0.8) // ⌈5·0.8⌉ = 4th
	assert.InDelta(t, 46-9, e.Lo, 0)
	assert.InDelta(t, 46+9, e.Hi, 0)
	assert.InDelta(t, 46-7, f.At(1, 0.4).Lo, 0)
	assert.NotErrorIs(t, join(e.Warnings), forecast.ErrFewErrors)
	assert.ErrorIs(t, join(f.At(1, 0.9).Warnings), forecast.ErrFewErrors)
	assert.InDelta(t, 46+13+0.0+2, f.At(2, 0.5).Hi, 4) // one of 13, 15, 17
	assert.InDelta(t, f.At(4, 0.8).Hi, f.At(6, 0.8).Hi, 0, "beyond any past forecast the last known holds")
}

func TestSeries_Rules(t *testing.T) {
	t.Parallel()
	good := []float64{1, 3, 2, 5, 4, 6, 5, 8, 7, 9, 8, 11, 10}
	for _, n := range []int{0, 1, 5} {
		_, err := forecast.Series(good[:n], forecast.SeriesOptions{})
		require.ErrorIs(t, err, forecast.ErrTooShort, "%d", n)
	}
	f, err := forecast.Series(good[:6], forecast.SeriesOptions{})
	require.NoError(t, err)
	require.ErrorIs(t, join(f.Warnings), forecast.ErrFewPoints)
	require.ErrorIs(t, join(f.At(1, 0.8).Warnings), forecast.ErrSeriesOnly)
	f, err = forecast.Series(good, forecast.SeriesOptions{Season: 12})
	require.NoError(t, err)
	require.ErrorIs(t, join(f.Warnings), forecast.ErrNoSeason)
	require.NotErrorIs(t, join(f.Warnings), forecast.ErrFewPoints)
	for _, bad := range []float64{nan, math.Inf(1), math.Inf(-1), 1e101} {
		y := append([]float64{1, bad}, good...)
		_, err = forecast.Series(y, forecast.SeriesOptions{})
		require.ErrorIs(t, err, forecast.ErrInput)
		var row *fault.Row
		require.ErrorAs(t, err, &row)
		assert.Equal(t, int64(2), row.Row)
	}
	for _, o := range []forecast.SeriesOptions{
		{Method: 99},
		{Season: -1},
		{Season: 1000},
		{Horizon: -1},
		{Horizon: 1 << 20},
		{Levels: []float64{0}},
		{Levels: []float64{1}},
		{Levels: []float64{nan}},
		{Levels: make([]float64, 100)},
		{Method: forecast.HoltWinters},
		{Method: forecast.SeasonalNaive, Season: 1},
	} {
		_, err = forecast.Series(good, o)
		require.ErrorIs(t, err, forecast.ErrOptions, "%+v", o)
	}
	// At the bounds themselves.
	for _, o := range []forecast.SeriesOptions{{Season: 366}, {Horizon: 1}, {Horizon: 1200}, {Levels: slices.Repeat([]float64{0.5}, 20)}} {
		_, err = forecast.Series(good, o)
		require.NoError(t, err, "%+v", o)
	}
	for _, o := range []forecast.SeriesOptions{{Season: 367}, {Horizon: 1201}, {Levels: slices.Repeat([]float64{0.5}, 21)}} {
		_, err = forecast.Series(good, o)
		require.ErrorIs(t, err, forecast.ErrOptions, "%+v", o)
	}
	_, err = forecast.Series(make([]float64, 1<<20), forecast.SeriesOptions{Method: forecast.Naive})
	require.NoError(t, err)
	_, err = forecast.Series(make([]float64, 1<<20+1), forecast.SeriesOptions{Method: forecast.Naive})
	require.ErrorIs(t, err, fault.ErrTooMany)
	_, err = forecast.Series(good, forecast.SeriesOptions{Method: forecast.HoltWinters, Season: 12})
	require.ErrorIs(t, err, forecast.ErrTooShort)
	_, err = forecast.Series([]float64{1, -2, 3, -4, 5, -6, 7, -8}, forecast.SeriesOptions{Method: forecast.HoltWinters, Season: 2})
	require.ErrorIs(t, err, forecast.ErrInput)

	for _, h := range []int{-1, 0, 13} {
		e := f.At(h, 0.8)
		assert.False(t, e.Defined())
		require.ErrorIs(t, join(e.Warnings), forecast.ErrHorizon)
	}
	assert.False(t, f.At(1, 2).Defined())
	assert.Equal(t, int64(13), f.At(1, 0.8).N)
}

func TestSeries_Travels(t *testing.T) {
	t.Parallel()
	for _, m := range everyMethod {
		y := make([]float64, 40)
		for i := range y {
			y[i] = 100 + float64(i) + 10*float64(i%4) + float64(i*i%7)
		}
		f, err := forecast.Series(y, forecast.SeriesOptions{Method: m, Season: 4, Horizon: 2})
		require.NoError(t, err)
		text, err := json.Marshal(f)
		require.NoError(t, err)
		assert.Contains(t, string(text), `"ahead":2`)
		assert.NotContains(t, string(text), "{}")
		assert.NotContains(t, f.String(), "%!")
		for e := range f.Rows() {
			assert.False(t, math.IsNaN(e.Value) || math.IsNaN(e.Lo) || math.IsNaN(e.Hi), m.String())
			assert.LessOrEqual(t, e.Lo, e.Value)
			assert.LessOrEqual(t, e.Value, e.Hi)
		}
		name, err := m.MarshalText()
		require.NoError(t, err)
		var back forecast.Method
		require.NoError(t, back.UnmarshalText(name))
		assert.Equal(t, m, back)
	}
}

// No series, however odd, gives NaN.
func FuzzSeries_NeverNaN(f *testing.F) {
	f.Add(uint8(0), uint8(12), []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26})
	f.Add(uint8(10), uint8(4), []byte{0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0})
	f.Add(uint8(0), uint8(128+4), []byte{1, 9, 1, 1, 120, 1, 1, 1, 1, 1, 1, 1, 1, 1})
	f.Fuzz(func(t *testing.T, m, season uint8, data []byte) {
		y := make([]float64, min(len(data), 80))
		for i := range y {
			y[i] = float64(int8(data[i]))
		}
		s, err := forecast.Series(y, forecast.SeriesOptions{Method: forecast.Method(m), Season: int(season % 14), Multiplicative: season >= 128})
		if err != nil {
			return
		}
		for r := range s.Rows() {
			if math.IsNaN(r.Value) || math.IsNaN(r.Lo) || math.IsNaN(r.Hi) || r.Lo > r.Hi {
				t.Fatalf("%v of %v: %+v", s.Method, y, r)
			}
		}
	})
}

func BenchmarkSeries_Choice(b *testing.B) {
	for _, multiplicative := range []bool{false, true} {
		for _, n := range []int{60, 120, 240} {
			b.Run(fmt.Sprintf("multiplicative=%v/months=%d", multiplicative, n), func(b *testing.B) {
				y := make([]float64, n)
				r := rand.New(rand.NewPCG(1, 1))
				for i := range y {
					y[i] = (100 + float64(i)) * (1 + 0.2*math.Sin(float64(i%12)*math.Pi/6)) * (1 + 0.05*r.NormFloat64())
				}
				for b.Loop() {
					if _, err := forecast.Series(y, forecast.SeriesOptions{Season: 12, Multiplicative: multiplicative}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
