package forecast

import (
	"math"
	"slices"
)

const (
	maxTimesSeason   = 24 // of a multiplicative season, as in R's ets
	relativeSteps    = 60
	relativeStarts   = 3
	leastExpected    = 1e-9 // of values scaled to about 1
	relativeConverge = 1e-11
)

// relative searches for the parameters and first states of a model with
// multiplicative errors, y = μ·(1+e):
//
//	season none or added:  μ = l + φ·b + s,    l' = l + φ·b + α·μ·e,      b' = φ·b + β·μ·e,            s' = s + γ·μ·e
//	season a factor:       μ = (l + φ·b)·s,    l' = (l + φ·b)·(1 + α·e),  b' = φ·b + β·(l + φ·b)·e,    s' = s·(1 + γ·e)
//
// The likelihood, -½·n·ln Σe² - Σ ln μ, is highest where Σ(e·G)² is lowest, G
// being the geometric mean of the μ: least squares of all unknowns together,
// which Levenberg's and Marquardt's steps find by derivatives that go through
// the recursion with the states. Only fits whose μ are all positive count.
//
// Source: Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential
// Smoothing (2008), ch. 2 and 5; Marquardt (1963) for the steps.
type relative struct {
	m      *ets
	y      []float64 // about 1
	dim, k int       // smoothing parameters in the unit cube; with first states
	height int       // of a column: points and damping
	slopes []float64 // k columns of how the residuals move, and the residuals
	work   []float64
	fig    []float64
	dl, db []float64    // how the states move with each unknown
	ds     []float64    // k × season
	by     [4][]float64 // how α, β, γ and φ do
	means  []float64
	sse    float64 // of the last evaluation
	logs   float64
	last   state
}

func newRelative(m *ets, y []float64) *relative {
	k := m.dim() + 1 + max(0, m.season-1)
	if m.trend {
		k++
	}
	w := &relative{m: m, y: y, dim: m.dim(), k: k, height: len(y) + k}
	w.slopes, w.work = make([]float64, w.height*(k+1)), make([]float64, w.height*(k+1))
	w.fig, w.ds = make([]float64, m.season), make([]float64, k*m.season)
	w.dl, w.db, w.means = make([]float64, k), make([]float64, k), make([]float64, k)
	for i := range w.by {
		w.by[i] = make([]float64, k)
	}
	return w
}

// fitRelative fits a model with multiplicative errors to positive values; nil
// where none of the starts expects positive values throughout.
func fitRelative(y []float64, f form, season int) *ets {
	m := &ets{relative: true, trend: f.trend, damped: f.damped, season: season, times: f.times, n: len(y)}
	scale := 0.0
	for i, v := range y {
		scale += (v - scale) / float64(i+1)
	}
	z := make([]float64, len(y))
	for i, v := range y {
		z[i] = v / scale
	}
	w := newRelative(m, z)
	best := vertex{f: math.Inf(1)}
	from := w.starts()
	starts := relativeStarts
	if season > 0 {
		starts = 1
	}
	for _, v := range from[:min(starts, len(from))] {
		if v = w.slide(v); v.f < best.f {
			best = v
		}
	}
	if math.IsInf(best.f, 1) {
		return nil
	}
	best = w.turn(best)
	w.evaluate(best.at, false)
	first := w.first(best.at)
	m.level, m.slope, m.figure, m.last = first.level*scale, first.slope*scale, first.figure, w.last
	m.last.level *= scale
	m.last.slope *= scale
	if !f.times {
		for i := range m.figure {
			m.figure[i] *= scale
			m.last.figure[i] *= scale
		}
	}
	m.logs = w.logs + float64(float64(len(y))*math.Log(scale))
	if m.sse = w.sse; m.sse <= exactFit*float64(len(y)) {
		m.sse = 0
	}
	return m
}

// starts are parameters of a grid with the first states of least squares, the
// best ones first: a multiplicative season's with its classical figure.
func (w *relative) starts() (from []vertex) {
	m := w.m
	plain, x := &ets{trend: m.trend, damped: m.damped, season: m.season, n: m.n}, w.y
	figure := make([]float64, m.season)
	if m.times {
		if figure = decompose(w.y, m.season, true); figure == nil {
			return nil
		}
		x = make([]float64, len(w.y))
		for i, v := range w.y {
			x[i] = v / figure[i%m.season]
		}
		plain.season = 0
	}
	space := newWorkspace(plain, x)
	grid := []float64{0.02, 0.15, 0.35, 0.65, 0.98} // a border has no β or γ to choose
	if m.season > 0 {
		grid = []float64{0.05, 0.4, 0.9}
	}
	points := 1
	for range w.dim {
		points *= len(grid)
	}
	for code := range points {
		at := make([]float64, w.k)
		for i := range w.dim {
			at[i] = grid[code%len(grid)]
			code /= len(grid)
		}
		plain.set(at)
		space.sse()
		s := space.states()
		if !m.times {
			figure = s.figure
		}
		i := w.dim
		at[i] = s.level
		i++
		if m.trend {
			at[i] = s.slope
			i++
		}
		copy(at[i:], figure)
		f := w.evaluate(at, false)
		if math.IsInf(f, 1) { // the mean of all, without slope or added season
			clear(at[w.dim:])
			at[w.dim] = 1
			if m.times {
				copy(at[i:], figure)
			}
			f = w.evaluate(at, false)
		}
		if !math.IsInf(f, 1) {
			from = append(from, vertex{at, f})
		}
	}
	slices.SortStableFunc(from, byValue)
	return from
}

// first are the first states of unknowns.
func (w *relative) first(p []float64) state {
	s := state{level: p[w.dim]}
	i := w.dim + 1
	if w.m.trend {
		s.slope = p[i]
		i++
	}
	if w.m.season > 0 {
		s.figure = append([]float64(nil), p[i:]...)
		rest := 0.0
		if w.m.times {
			rest = float64(w.m.season)
		}
		for _, v := range s.figure {
			rest -= v
		}
		s.figure = append(s.figure, rest)
	}
	return s
}

// turn goes on from where α is at a bound that leaves β or γ but one value: it
// tries both ends of what is then without effect, and α may turn back with it.
func (w *relative) turn(v vertex) vertex {
	for _, u := range []float64{0, 1} {
		idle := 0
		switch {
		case w.m.trend && v.at[0] <= 0:
			idle = 1
		case w.m.season > 0 && v.at[0] >= 1:
			idle = w.dim - 1
		}
		if idle > 0 && v.at[idle] != u {
			at := slices.Clone(v.at)
			at[idle] = u
			if other := w.slide(vertex{at, v.f}); other.f < v.f {
				v = other
			}
		}
	}
	return v
}

// slide takes steps until they gain nothing. Unknowns of the unit cube that
// would leave it are held on its border.
func (w *relative) slide(v vertex) vertex {
	p, low := slices.Clone(v.at), w.evaluate(v.at, true)
	step, try, damp := make([]float64, w.k), make([]float64, w.k), 0.1
	steps := relativeSteps
	if w.m.season == 0 { // which costs little
		steps *= 5
	}
	for range steps {
		w.step(p, step, damp)
		for j := range try {
			try[j] = p[j] + step[j]
			if j < w.dim {
				try[j] = min(1, max(0, try[j]))
			}
		}
		f := w.evaluate(try, false)
		if !(f < low) {
			if damp *= 8; damp > 1e7 {
				break
			}
			continue
		}
		gain := low - f
		p, try, low = try, p, w.evaluate(try, true)
		damp = max(1e-12, damp/8)
		if gain <= relativeConverge*low {
			break
		}
	}
	return vertex{p, low}
}

// step solves for the step from p; what would leave the cube goes to its
// border, and the others make the best of that.
func (w *relative) step(p, step []float64, damp float64) {
	n, h := len(w.y), w.height
	held := make([]bool, w.dim)
	for {
		copy(w.work, w.slopes)
		last := w.work[w.k*h : (w.k+1)*h]
		for j, hold := range held {
			if hold {
				for i, c := range w.work[j*h : j*h+n] {
					last[i] += float64(c * (step[j] - p[j])) // step holds where it goes
				}
			}
		}
		for j := range w.k {
			col := w.work[j*h : (j+1)*h]
			if j < w.dim && held[j] {
				clear(col)
				continue
			}
			norm := 0.0
			for _, c := range col[:n] {
				norm += float64(c * c)
			}
			col[n+j] = math.Sqrt(damp * norm)
		}
		goal := slices.Clone(step[:w.dim])
		leastSquares(w.work, h, w.k, step)
		again := false
		for j := range held {
			to := p[j] + step[j]
			switch {
			case held[j]:
				to = goal[j]
			case to < 0 || to > 1:
				to, held[j], again = min(1, max(0, to)), true, true
			}
			goal[j] = to
		}
		for j := range goal {
			if step[j] = goal[j] - p[j]; again {
				step[j] = goal[j]
			}
		}
		if !again {
			return
		}
	}
}
