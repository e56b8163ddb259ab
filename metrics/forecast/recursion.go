package forecast

import "math"

// prepare sets the states and how they move with the unknowns to the start.
func (w *relative) prepare(p []float64) {
	m := w.m
	clear(w.dl)
	clear(w.db)
	clear(w.ds)
	clear(w.means)
	for _, v := range w.by {
		clear(v)
	}
	alpha, beta, gam, phi := w.by[0], w.by[1], w.by[2], w.by[3]
	alpha[0] = highest - lowest
	i := 1
	if m.trend {
		beta[i], beta[0] = m.alpha-lowest, p[i]*alpha[0]
		i++
	}
	if m.damped {
		phi[i] = highPhi - lowPhi
		i++
	}
	if room := 1 - m.alpha - lowest; m.season > 0 && room > 0 {
		gam[i], gam[0] = room, -p[i]*alpha[0]
	}
	i = w.dim
	w.dl[i] = 1
	i++
	if m.trend {
		w.db[i] = 1
		i++
	}
	for s := range m.season - 1 {
		w.ds[(i+s)*m.season+s] = 1
		w.ds[(i+s)*m.season+m.season-1] = -1 // the last makes up the sum
	}
}

// evaluate is Σ(e·G)² of unknowns, infinite where something expected is not
// positive, and on demand how each e·G moves with each unknown.
func (w *relative) evaluate(p []float64, slopes bool) float64 {
	m := w.m
	m.set(p)
	first := w.first(p)
	level, slope := first.level, first.slope
	copy(w.fig, first.figure)
	if slopes {
		w.prepare(p)
	}
	n, at := len(w.y), 0
	residuals := w.slopes[w.k*w.height : w.k*w.height+n]
	w.sse, w.logs = 0, 0
	for i, v := range w.y {
		base := level + float64(m.phi*slope)
		mu, fig := base, 0.0
		if m.season > 0 {
			if fig = w.fig[at]; m.times {
				mu = base * fig
			} else {
				mu = base + fig
			}
		}
		if !(mu > leastExpected) || m.times && !(base > leastExpected) {
			return math.Inf(1)
		}
		e := v/mu - 1
		ofLevel, ofSeason := v-mu, v-mu
		if m.times {
			ofLevel, ofSeason = v/fig-base, v/base-fig
		}
		if slopes {
			w.move(i, at, v, base, fig, mu, slope, ofLevel, ofSeason)
		}
		level = base + float64(m.alpha*ofLevel)
		slope = float64(m.phi*slope) + float64(m.beta*ofLevel)
		if m.season > 0 {
			w.fig[at] = fig + float64(m.gam*ofSeason)
			if at++; at == m.season {
				at = 0
			}
		}
		residuals[i] = e
		w.sse += float64(e * e)
		w.logs += math.Log(mu)
	}
	w.last = state{level: level, slope: slope, figure: append(append([]float64(nil), w.fig[at:]...), w.fig[:at]...)}
	g := math.Exp(w.logs / float64(n))
	if slopes {
		for j := range w.k {
			mean := w.means[j] / float64(n)
			col := w.slopes[j*w.height : j*w.height+n]
			for i, d := range col {
				col[i] = g * (float64(residuals[i]*mean) - float64((1+residuals[i])*d))
			}
		}
	}
	for i := range residuals {
		residuals[i] *= g
	}
	return w.sse * g * g
}

// move takes the derivatives of the states over a point; those of ln μ stay in
// the columns.
func (w *relative) move(i, at int, v, base, fig, mu, slope, ofLevel, ofSeason float64) {
	m := w.m
	alpha, beta, gam, phi := w.by[0], w.by[1], w.by[2], w.by[3]
	for j := range w.k {
		tail := float64(m.phi*w.db[j]) + float64(phi[j]*slope)
		dBase := w.dl[j] + tail
		dMu, dFig := dBase, 0.0
		if m.season > 0 {
			dFig = w.ds[j*m.season+at]
			dMu += dFig
		}
		dLevel, dSeason := -dMu, -dMu
		if m.times {
			dMu = float64(dBase*fig) + float64(base*dFig)
			dLevel = -float64(v/(fig*fig)*dFig) - dBase
			dSeason = -float64(v/(base*base)*dBase) - dFig
		}
		w.dl[j] = dBase + float64(m.alpha*dLevel) + float64(alpha[j]*ofLevel)
		w.db[j] = tail + float64(m.beta*dLevel) + float64(beta[j]*ofLevel)
		if m.season > 0 {
			w.ds[j*m.season+at] = dFig + float64(m.gam*dSeason) + float64(gam[j]*ofSeason)
		}
		d := dMu / mu
		w.slopes[j*w.height+i] = d
		w.means[j] += d
	}
}
