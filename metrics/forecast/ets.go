package forecast

import "math"

// Bounds of the smoothing parameters, those of R's ets.
const (
	lowest, highest   = 1e-4, 0.9999
	lowPhi, highPhi   = 0.8, 0.98
	exactFit          = 1e-24 // a mean squared error, of values scaled to about 1, that is rounding
	maxSeriesSeason   = 366
	maxSeriesHorizon  = 1200
	maxSeriesPoints   = 1 << 20
	maxSeriesAbsolute = 1e100
)

// ets is an additive exponential smoothing model:
//
//	y = l + φ·b + s + e,  l' = l + φ·b + α·e,  b' = φ·b + β·e,  s' = s + γ·e
//
// Given α, β, γ and φ the errors are linear in the first states, which least
// squares therefore finds exactly; only the one to four parameters are
// searched for.
//
// Source: Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential
// Smoothing (2008).
type ets struct {
	trend, damped    bool
	season           int // 0 = none
	alpha, beta, gam float64
	phi              float64
	level, slope     float64   // at the start
	figure           []float64 // season at the start, oldest first
	sse              float64
	n                int
	last             state

	// With multiplicative errors, sse is of errors relative to what was
	// expected, and logs the sum of what was expected's logarithms.
	relative, times bool // errors, season
	logs            float64
}

type state struct {
	level, slope float64
	figure       []float64 // the next season's, in order
}

// parameters are the smoothing parameters and first states: what R counts.
func (m *ets) parameters() int {
	k := 2
	if m.trend {
		k += 2
	}
	if m.damped {
		k++
	}
	return k + m.season // γ and the season's free states, which sum to zero
}

// logLikelihood without its constants, as R's ets gives it.
func (m *ets) logLikelihood() float64 { return -float64(m.n)/2*math.Log(m.sse) - m.logs }

// aicc counts the variance as one more parameter; infinite where there are too
// few points for them.
func (m *ets) aicc() float64 {
	k := float64(m.parameters() + 1)
	if float64(m.n)-k-1 <= 0 {
		return math.Inf(1)
	}
	return -2*m.logLikelihood() + 2*k + 2*k*(k+1)/(float64(m.n)-k-1)
}

// set takes a point of the unit cube as parameters within their bounds.
func (m *ets) set(u []float64) {
	between := func(lo, hi, u float64) float64 { return lo + float64(u*(hi-lo)) }
	m.alpha, m.phi = between(lowest, highest, u[0]), 1
	i := 1
	if m.trend {
		m.beta = between(lowest, m.alpha, u[i])
		i++
	}
	if m.damped {
		m.phi = between(lowPhi, highPhi, u[i])
		i++
	}
	if m.season > 0 {
		m.gam = between(lowest, max(lowest, 1-m.alpha), u[i])
	}
}

func (m *ets) dim() int {
	d := 1
	if m.trend {
		d++
	}
	if m.damped {
		d++
	}
	if m.season > 0 {
		d++
	}
	return d
}

// fitETS fits a model to a series. Values are scaled to about 1 for the search.
func fitETS(y []float64, trend, damped bool, season int) *ets {
	m := &ets{trend: trend, damped: damped, season: season, n: len(y)}
	// Less the first value first: beside a great one a mean has no digits.
	mean, scale := 0.0, 0.0
	z := make([]float64, len(y))
	for i, v := range y {
		z[i] = v - y[0]
		mean += (z[i] - mean) / float64(i+1)
	}
	for _, v := range z {
		scale = max(scale, math.Abs(v-mean))
	}
	if scale == 0 {
		scale = 1
	}
	for i, v := range z {
		z[i] = (v - mean) / scale
	}
	shift := y[0] + mean
	w := newWorkspace(m, z)
	// Without a season an evaluation costs a microsecond, and two or three
	// parameters of a trend have valleys worth a look, some of them narrow and
	// next to 0.
	grid, starts := []float64{0, 0.03, 0.1, 0.25, 0.55, 1}, 5
	switch {
	case m.dim() == 1:
		starts = 2
	case season > 0 && m.dim() > 2:
		grid, starts = []float64{0, 0.4, 0.9}, 1
	case season > 0:
		grid, starts = []float64{0, 0.15, 0.35, 0.65, 1}, 1
	}
	u := minimise(m.dim(), grid, starts, func(u []float64) float64 {
		m.set(u)
		return math.Log(w.sse() + exactFit*float64(len(y)))
	})
	m.set(u)
	m.sse = w.sse()
	first := w.states()
	m.level, m.slope, m.figure = first.level, first.slope, first.figure
	m.last = m.run(z, first, nil)
	m.level, m.last.level = float64(m.level*scale)+shift, float64(m.last.level*scale)+shift
	m.slope *= scale
	m.last.slope *= scale
	for i := range m.figure {
		m.figure[i] *= scale
		m.last.figure[i] *= scale
	}
	if m.sse <= exactFit*float64(len(y)) {
		m.sse = 0
	}
	m.sse *= scale * scale
	return m
}

// run takes the states through a series, giving each error to see.
func (m *ets) run(y []float64, s state, see func(i int, e float64)) state {
	fig := append([]float64(nil), s.figure...)
	at := 0
	for i, v := range y {
		base := s.level + float64(m.phi*s.slope)
		e := v - base
		if m.season > 0 {
			e -= fig[at]
			fig[at] += float64(m.gam * e)
			at = (at + 1) % m.season
		}
		s.level = base + float64(m.alpha*e)
		s.slope = float64(m.phi*s.slope) + float64(m.beta*e)
		if see != nil {
			see(i, e)
		}
	}
	s.figure = append(append([]float64(nil), fig[at:]...), fig[:at]...)
	return s
}

// workspace holds the least squares problem of a model's first states: the
// errors without states, and how each state moves them.
type workspace struct {
	m    *ets
	y    []float64
	k    int
	rows []float64 // k+1 columns of n, the last the errors without states
	cur  []float64 // (k+1) × (2+season) states of each column
	x    []float64
}

func newWorkspace(m *ets, y []float64) *workspace {
	k := 1
	if m.trend {
		k++
	}
	if m.season > 0 {
		k += m.season - 1
	}
	return &workspace{m: m, y: y, k: k, rows: make([]float64, len(y)*(k+1)), cur: make([]float64, (k+1)*(2+m.season)), x: make([]float64, k)}
}

// sse is the sum of squared errors at the best first states, which it leaves
// in x.
func (w *workspace) sse() float64 {
	m, c := w.m, w.k+1
	width := 2 + m.season
	clear(w.cur)
	col := 0
	w.cur[0] = 1 // the level of column 0
	col++
	if m.trend {
		w.cur[col*width+1] = 1
		col++
	}
	for s := 0; s < m.season-1; s++ {
		w.cur[col*width+2+s] = 1
		w.cur[col*width+1+m.season] = -1 // the last makes the sum zero
		col++
	}
	n := len(w.y)
	for j := range c {
		s := w.cur[j*width : j*width+width]
		level, slope, fig := s[0], s[1], s[2:]
		col := w.rows[j*n : j*n+n]
		at := 0
		for i := range col {
			base := level + float64(m.phi*slope)
			e := -base
			if j == w.k {
				e += w.y[i]
			}
			if len(fig) > 0 {
				e -= fig[at]
				fig[at] += float64(m.gam * e)
				if at++; at == len(fig) {
					at = 0
				}
			}
			level = base + float64(m.alpha*e)
			slope = float64(m.phi*slope) + float64(m.beta*e)
			col[i] = e
		}
	}
	return leastSquares(w.rows, len(w.y), w.k, w.x)
}

func (w *workspace) states() state {
	s := state{level: w.x[0]}
	i := 1
	if w.m.trend {
		s.slope = w.x[1]
		i++
	}
	if w.m.season > 0 {
		s.figure = append([]float64(nil), w.x[i:]...)
		sum := 0.0
		for _, v := range s.figure {
			sum += v
		}
		s.figure = append(s.figure, -sum)
	}
	return s
}

// forecast continues the model: means, and the growth of the variance in units
// of the errors'.
func (m *ets) forecast(h int) (mean, growth []float64) {
	mean, growth = make([]float64, h), make([]float64, h)
	damp, sum, g := 1.0, 0.0, 1.0
	for j := range h {
		damp *= m.phi
		sum += damp // φ + φ² + …
		mean[j] = m.last.level + float64(sum*m.last.slope)
		growth[j] = g
		c := m.alpha + float64(m.beta*sum)
		if m.season > 0 {
			mean[j] += m.last.figure[j%m.season]
			if (j+1)%m.season == 0 {
				c += m.gam
			}
		}
		g += float64(c * c)
	}
	return mean, growth
}

// sigma2 is the variance of the errors, with R's count of parameters.
func (m *ets) sigma2() float64 {
	return m.sse / float64(max(1, m.n-m.parameters()))
}
