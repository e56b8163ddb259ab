package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
)

// plainRelative is a multiplicative-error model as the book's tables have it,
// one row each for l, b and s: the sum of squared relative errors, the sum of
// ln μ, and points drawn after it.
func plainRelative(y []float64, m *ets, first state, ahead int, draw func() float64) (sse, logs float64, next []float64) {
	l, b := first.level, first.slope
	s := append([]float64(nil), first.figure...)
	for t := range len(y) + ahead {
		var mu float64
		switch {
		case m.season == 0:
			mu = l + m.phi*b
		case m.times:
			mu = (l + m.phi*b) * s[t]
		default:
			mu = l + m.phi*b + s[t]
		}
		var e float64
		if t < len(y) {
			e = (y[t] - mu) / mu
			sse += e * e
			logs += math.Log(mu)
		} else {
			e = draw()
			next = append(next, mu*(1+e))
		}
		base := l + m.phi*b
		if m.times {
			l, b = base*(1+m.alpha*e), m.phi*b+m.beta*base*e
			s = append(s, s[t]*(1+m.gam*e))
			continue
		}
		l, b = base+m.alpha*mu*e, m.phi*b+m.beta*mu*e
		if m.season > 0 {
			s = append(s, s[t]+m.gam*mu*e)
		}
	}
	return sse, logs, next
}

func everyRelative() (out []form) {
	for m := ETSMNN; m <= ETSMAdM; m++ {
		out = append(out, forms[m])
	}
	return out
}

func drawPositive(r *rand.Rand, n, season int, slope, noise float64) []float64 {
	y, level := make([]float64, n), 100.0
	for i := range y {
		level = max(5, level+slope) * math.Exp(0.3*noise*r.NormFloat64())
		y[i] = level * (1 + 0.3*math.Sin(2*math.Pi*float64(i%season)/float64(season))) * math.Exp(noise*r.NormFloat64())
	}
	return y
}

// A fit's likelihood is the plain recursion's at its parameters and first
// states, its means are that recursion's without errors, and no draw around it
// betters it.
func TestLaw_RelativeIsTheOptimumOfItsRecursion(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		f := rapid.SampledFrom(everyRelative()).Draw(t, "form")
		season := 0
		if f.season {
			season = rapid.SampledFrom([]int{2, 4, 7}).Draw(t, "season")
		}
		n := rapid.IntRange(24, 60).Draw(t, "n")
		y := drawPositive(r, n, max(2, season), rapid.Float64Range(-1, 2).Draw(t, "slope"), rapid.SampledFrom([]float64{0.02, 0.1, 0.4}).Draw(t, "noise"))
		m := fitRelative(y, f, season)
		if m == nil {
			t.Fatal("positive values that cannot be fitted")
		}
		first := state{m.level, m.slope, m.figure}
		sse, logs, next := plainRelative(y, m, first, 9, func() float64 { return 0 })
		assert.InEpsilon(t, sse, m.sse, 1e-6)
		assert.InDelta(t, logs, m.logs, 1e-6)
		own := -float64(n)/2*math.Log(sse) - logs
		assert.InDelta(t, own, m.logLikelihood(), 1e-6)
		mean, _ := m.forecastRelative(9)
		for h, want := range next {
			if !f.times || h < season { // after it, the factors' errors are the level's
				assert.InDelta(t, want, mean[h], 1e-6*(math.Abs(m.level)+math.Abs(want)))
			}
		}
		for _, at := range []struct {
			name  string
			bound bool
		}{{"alpha highest", m.alpha == highest}, {"gamma lowest", f.season && m.gam == lowest}, {"phi at a bound", f.damped && (m.phi == lowPhi || m.phi == highPhi)}, {"inside", m.alpha > lowest && m.alpha < highest}, {"factors", f.times}} {
			if at.bound {
				drawn[at.name]++
			}
		}
		for i := range 100 {
			// A search may end on flat ground half a unit of the log likelihood short
			// of what is near, and in another valley than the best within three.
			wide, off := 1.0, 3.0
			if i%2 == 0 {
				wide, off = 0.03, 0.5
			}
			near := func(v, by, lo, hi float64) float64 { return min(hi, max(lo, v+wide*by*r.NormFloat64())) }
			o := *m
			o.alpha = near(m.alpha, 0.03, lowest, highest)
			if f.trend {
				o.beta = near(m.beta, 0.03, lowest, o.alpha)
			}
			if f.season {
				o.gam = near(m.gam, 0.03, lowest, max(lowest, 1-o.alpha))
			}
			if f.damped {
				o.phi = near(m.phi, 0.03, lowPhi, highPhi)
			}
			inf := math.Inf(1)
			other := state{near(m.level, 0.02*m.level, -inf, inf), m.slope, m.figure}
			if f.trend {
				other.slope = near(m.slope, 0.002*m.level, -inf, inf)
			}
			sse, logs, _ := plainRelative(y, &o, other, 0, nil)
			if !math.IsNaN(logs) {
				assert.LessOrEqual(t, -float64(n)/2*math.Log(sse)-logs, own+off, "%+v %+v", f, o)
			}
		}
	}, drawn.Need("alpha highest", "gamma lowest", "phi at a bound", "inside", "factors"))
}

// How the residuals move with each unknown is what differences say.
func TestLaw_RelativeDerivatives(t *testing.T) {
	t.Parallel()
	law.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		f := rapid.SampledFrom(everyRelative()).Draw(t, "form")
		season := 0
		if f.season {
			season = 3
		}
		y := drawPositive(r, 20, 3, 0, 0.05)
		for i := range y {
			y[i] /= 100
		}
		w := newRelative(&ets{relative: true, trend: f.trend, damped: f.damped, season: season, times: f.times, n: len(y)}, y)
		from := w.starts()
		require.NotEmpty(t, from)
		p := from[0].at
		for i := range w.dim {
			p[i] = 0.1 + 0.6*r.Float64()
		}
		if math.IsInf(w.evaluate(p, true), 1) {
			return
		}
		slopes := append([]float64(nil), w.slopes...)
		const step = 1e-6
		for j := range p {
			q := append([]float64(nil), p...)
			q[j] += step
			w.evaluate(q, false)
			up := append([]float64(nil), w.slopes[w.k*w.height:]...)
			q[j] -= 2 * step
			w.evaluate(q, false)
			for i := range y {
				assert.InDelta(t, (up[i]-w.slopes[w.k*w.height+i])/(2*step), slopes[j*w.height+i], 1e-5, "%+v: unknown %d, point %d", f, j, i)
			}
		}
	})
}

// The formulas of mean and variance against paths that are drawn: exact but for
// chance.
func TestRelative_VarianceIsThatOfPaths(t *testing.T) {
	t.Parallel()
	const paths, ahead, sigma = 40_000, 10, 0.08
	for _, f := range everyRelative() {
		m := &ets{relative: true, trend: f.trend, damped: f.damped, times: f.times, n: 1000, alpha: 0.4, phi: 1}
		m.last = state{level: 100}
		if f.trend {
			m.beta, m.last.slope = 0.1, 2
		}
		if f.damped {
			m.phi = 0.9
		}
		if f.season {
			m.season, m.gam, m.last.figure = 4, 0.2, []float64{-20, 5, 10, 5}
		}
		if f.times {
			m.last.figure = []float64{0.8, 1.05, 1.1, 1.05}
		}
		m.sse = sigma * sigma * float64(m.n-m.parameters())
		mean, sd := m.forecastRelative(ahead)
		r := rand.New(rand.NewPCG(5, 6))
		sums, squares := make([]float64, ahead), make([]float64, ahead)
		for range paths {
			_, _, next := plainRelative(nil, m, m.last, ahead, func() float64 { return sigma * r.NormFloat64() })
			for h, v := range next {
				sums[h] += v - mean[h]
				squares[h] += (v - mean[h]) * (v - mean[h])
			}
		}
		for h := range ahead {
			off := sums[h] / paths
			assert.InDelta(t, 0, off, 0.02*sd[h], "%+v h %d", f, h+1)
			assert.InEpsilon(t, math.Sqrt(squares[h]/paths-off*off), sd[h], 0.02, "%+v h %d", f, h+1)
		}
	}
}
