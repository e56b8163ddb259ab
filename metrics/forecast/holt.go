package forecast

import "math"

// holt is exponential smoothing with fixed starting values, its parameters
// minimising the sum of squared one-step errors over [0, 1].
//
// Source: Holt (1957), Winters (1960); starting values of R's HoltWinters.
type holt struct {
	alpha, beta, gamma float64
	level, slope       float64
	figure             []float64 // nil: no season; in order of what comes next
	sse                float64
	points             int // errors summed
	start              state
	from               int
}

// fitHolt fits values less their first: a great one would leave the errors no
// digits.
func fitHolt(y []float64) *holt {
	shift := y[0]
	z := make([]float64, len(y))
	for i, v := range y {
		z[i] = v - shift
	}
	m := &holt{start: state{level: z[1], slope: z[1]}, from: 2}
	m.search(z, 2)
	m.start.level += shift
	m.level += shift
	return m
}

// fitHoltWinters is nil where the first two seasons have no multiplicative
// figure.
func fitHoltWinters(y []float64, season int) *holt {
	figure := decompose(y[:2*season], season, true)
	if figure == nil {
		return nil
	}
	// The line through the centred moving average of the first two seasons.
	half := season / 2
	var xs, ys []float64
	for i := half; i+half < 2*season; i++ {
		avg := 0.0
		for j := i - half; j <= i+half; j++ {
			w := 1.0
			if season%2 == 0 && (j == i-half || j == i+half) {
				w = 0.5
			}
			avg += float64(w*y[j]) / float64(season)
		}
		xs, ys = append(xs, float64(len(xs)+1)), append(ys, avg)
	}
	mx, my := 0.0, 0.0
	for i := range xs {
		mx += xs[i] / float64(len(xs))
		my += ys[i] / float64(len(xs))
	}
	cross, sum := 0.0, 0.0
	for i := range xs {
		cross += float64((xs[i] - mx) * (ys[i] - my))
		sum += float64((xs[i] - mx) * (xs[i] - mx))
	}
	slope := 0.0
	if sum > 0 {
		slope = cross / sum
	}
	m := &holt{start: state{level: my - float64(slope*mx), slope: slope, figure: figure}, from: season}
	m.search(y, 3)
	return m
}

func (m *holt) search(y []float64, dim int) {
	scale := 0.0
	for _, v := range y {
		scale = max(scale, math.Abs(v))
	}
	if scale == 0 {
		scale = 1
	}
	least := exactFit * float64(len(y))
	// Two parameters are cheap to look at closely, and their valleys narrow.
	grid := []float64{0, 0.25, 0.5, 0.75, 1}
	if dim == 2 {
		grid = []float64{0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}
	}
	u := minimise(dim, grid, 4, func(u []float64) float64 {
		m.set(u)
		m.run(y)
		if !(m.sse <= math.MaxFloat64) {
			return math.Inf(1)
		}
		return math.Log(m.sse/scale/scale + least)
	})
	m.set(u)
	m.run(y)
	if m.sse/scale/scale <= least {
		m.sse = 0
	}
}

func (m *holt) set(u []float64) {
	m.alpha, m.beta, m.gamma = u[0], u[1], 0
	if len(u) > 2 {
		m.gamma = u[2]
	}
}

func (m *holt) run(y []float64) {
	l, b := m.start.level, m.start.slope
	m.figure = append(m.figure[:0], m.start.figure...)
	fig := m.figure
	m.sse, m.points = 0, 0
	at := 0
	for _, v := range y[m.from:] {
		f := 1.0
		if fig != nil {
			f = fig[at]
		}
		e := v - float64((l+b)*f)
		m.sse += float64(e * e)
		m.points++
		was := l
		l = float64(m.alpha*v)/f + float64((1-m.alpha)*(l+b))
		b = float64(m.beta*(l-was)) + float64((1-m.beta)*b)
		if fig != nil {
			if l != 0 {
				fig[at] = float64(m.gamma*v)/l + float64((1-m.gamma)*fig[at])
			}
			at = (at + 1) % len(fig)
		}
	}
	m.level, m.slope = l, b
	m.figure = append(append([]float64(nil), fig[at:]...), fig[:at]...)
	if len(fig) == 0 {
		m.figure = nil
	}
}

func (m *holt) forecast(h int) continuation {
	c := continuation{mean: make([]float64, h), sd: make([]float64, h), exact: m.sse == 0, points: m.points}
	c.params = []Parameter{{"alpha", m.alpha}, {"beta", m.beta}}
	season := len(m.figure)
	if season > 0 {
		c.params = append(c.params, Parameter{"gamma", m.gamma})
	}
	sigma2 := m.sse / float64(max(1, m.points-len(c.params)))
	growth := 1.0
	for j := range h {
		f := 1.0
		if season > 0 {
			f = m.figure[j%season]
		}
		c.mean[j] = float64((m.level + float64(float64(j+1)*m.slope)) * f)
		c.sd[j] = math.Sqrt(sigma2 * growth)
		psi := m.alpha * (1 + float64(float64(j+1)*m.beta))
		if season > 0 && (j+1)%season == 0 {
			psi += m.gamma * (1 - m.alpha)
		}
		growth += float64(psi * psi)
	}
	return c
}
