package forecast

import "math"

// forecastRelative continues a model with multiplicative errors: means and
// standard deviations, where errors are normal, by
//
//	θ₁ = μ₁²,  θ_h = μ_h² + σ²·Σ c_j²·θ_{h-j},  var_h = (1+σ²)·θ_h - μ_h²
//
// with c_j = α + β·(φ+…+φ^j), γ more at whole seasons; moments has those of a
// multiplicative season.
//
// Source: Hyndman, Koehler, Ord and Snyder, Prediction intervals for
// exponential smoothing using two new classes of state space models, J.
// Forecasting 24 (2005): classes 2 and 3, as R's forecast has them.
func (m *ets) forecastRelative(h int) (mean, sd []float64) {
	mean, sd = make([]float64, h), make([]float64, h)
	theta, squares := make([]float64, h), make([]float64, h) // squares[j] = c_{j+1}²
	sigma2 := m.sigma2()
	damp, sum := 1.0, 0.0
	for j := range h {
		if m.times {
			var square float64
			mean[j], square = m.moments(j, sigma2)
			sd[j] = rootOf(float64((1+sigma2)*square) - float64(mean[j]*mean[j]))
			continue
		}
		damp *= m.phi
		sum += damp
		mean[j] = m.last.level + float64(sum*m.last.slope)
		c := m.alpha + float64(m.beta*sum)
		if m.season > 0 {
			mean[j] += m.last.figure[j%m.season]
			if (j+1)%m.season == 0 {
				c += m.gam
			}
		}
		squares[j] = c * c
		square := mean[j] * mean[j]
		theta[j] = square
		for i := range j {
			theta[j] += float64(sigma2 * float64(squares[i]*theta[j-1-i]))
		}
		theta[j] = min(theta[j], math.MaxFloat64) // far ahead it grows without end
		sd[j] = rootOf(float64(theta[j]*(1+sigma2)) - square)
	}
	return mean, sd
}

// rootOf is the root of a variance, which rounding may take below 0 and
// what errors multiply beyond all numbers.
func rootOf(variance float64) float64 {
	return math.Sqrt(min(math.MaxFloat64, max(0, variance)))
}

// moments are the mean and the mean square of (l+φ·b)·s, what is expected so
// many points after the first ahead, with a multiplicative season. Level, slope
// and the factor of that point of the season err by the same errors, so that
// their products are followed together: x = s·(l, b) becomes
// (F + G·e)·(1 + γ·e)·x where the factor moves and (F + G·e)·x elsewhere.
func (m *ets) moments(ahead int, sigma2 float64) (mean, square float64) {
	const most, mostSquare = 1e145, 1e290
	fig := m.last.figure[ahead%m.season]
	level, slope := fig*m.last.level, fig*m.last.slope
	ll, lb, bb := level*level, level*slope, slope*slope
	for t := range ahead {
		gam := 0.0
		if t%m.season == ahead%m.season {
			gam = m.gam
		}
		none := 1 + float64(gam*gam*sigma2)              // of F·F
		one := 2 * gam * sigma2                          // of F·G and G·F
		two := sigma2 + float64(3*gam*gam*sigma2*sigma2) // of G·G: e⁴ is 3σ⁴
		drift := gam * sigma2 * (level + float64(m.phi*slope))
		level, slope = level+float64(m.phi*slope)+float64(m.alpha*drift), float64(m.phi*slope)+float64(m.beta*drift)
		base, cross, tail := m.squares(ll, lb, bb)
		ll = float64(base*none) + float64(2*m.alpha*base*one) + float64(m.alpha*m.alpha*base*two)
		lb = float64(cross*none) + float64((float64(m.beta*base)+float64(m.alpha*cross))*one) + float64(m.alpha*m.beta*base*two)
		bb = float64(tail*none) + float64(2*m.beta*cross*one) + float64(m.beta*m.beta*base*two)
		level, slope = bounded(level, most), bounded(slope, most)
		ll, lb, bb = bounded(ll, mostSquare), bounded(lb, mostSquare), bounded(bb, mostSquare)
	}
	square, _, _ = m.squares(ll, lb, bb)
	return level + float64(m.phi*slope), square
}

// squares are the mean squares and product of l+φ·b and φ·b.
func (m *ets) squares(ll, lb, bb float64) (base, cross, tail float64) {
	tail = m.phi * m.phi * bb
	cross = float64(m.phi*lb) + tail
	return ll + float64(m.phi*lb) + cross, cross, tail
}

// bounded keeps what grows without end a number.
func bounded(x, most float64) float64 {
	if !(math.Abs(x) <= most) {
		return math.Copysign(most, x)
	}
	return x
}
