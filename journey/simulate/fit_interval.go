package simulate

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// shares lists the shares that are not zero: branches, stays, timers.
func (s *stageData) shares() []*float64 {
	var out []*float64
	for i := range s.branches {
		out = append(out, &s.branches[i].p)
	}
	return append(out, &s.stays, &s.timers)
}

// intervals are those of the shares and of the mean lengths in days, from the
// inverse of the observed information, in logits and logarithms (delta method).
func (s *stageData) intervals(level float64) (shares, means []metrics.Estimate) {
	all := s.shares()
	var free []int
	for i, p := range all {
		if *p > 1e-6 {
			free = append(free, i)
		}
	}
	var x []float64
	for _, i := range free[min(1, len(free)):] {
		x = append(x, math.Log(*all[i] / *all[free[0]]))
	}
	var laws [][2]int
	for i := range s.branches {
		for k := range s.branches[i].law.params() {
			laws = append(laws, [2]int{i, k})
			x = append(x, s.branches[i].law.x[k])
		}
	}
	set := func(x []float64) *stageData {
		c := s.clone()
		to := c.shares()
		sum := 1.0
		for k := range free[min(1, len(free)):] {
			sum += math.Exp(x[k])
		}
		for k, i := range free {
			if k == 0 {
				*to[i] = 1 / sum
			} else {
				*to[i] = math.Exp(x[k-1]) / sum
			}
		}
		for j, l := range laws {
			c.branches[l[0]].law.x[l[1]] = x[max(len(free)-1, 0)+j]
		}
		return c
	}
	cov := covariance(x, func(x []float64) float64 { return set(x).loglik() })
	z := special.NormalTwoSided(level)
	n := int64(s.byTimer) + int64(len(s.open))
	for i := range s.branches {
		n += int64(s.branches[i].obs.n)
	}
	spread := func(value func(*stageData) float64) float64 {
		return math.Sqrt(delta(x, cov, func(x []float64) float64 { return value(set(x)) }))
	}
	for i, p := range all {
		e := metrics.Estimate{Value: *p, Level: level, N: n, Lo: math.NaN(), Hi: math.NaN()}
		if *p <= 1e-6 || *p >= 1-1e-9 { // at the edge: as if it were counted
			if w, err := metrics.Wilson(int64(math.Round(*p*float64(n))), n, level); err == nil {
				e.Lo, e.Hi = w.Lo, w.Hi
			}
		} else if sd := spread(func(c *stageData) float64 { q := *c.shares()[i]; return math.Log(q / (1 - q)) }); !math.IsNaN(sd) {
			l := math.Log(*p / (1 - *p))
			e.Lo, e.Hi = 1/(1+math.Exp(-l+z*sd)), 1/(1+math.Exp(-l-z*sd))
		}
		shares = append(shares, e)
	}
	for i := range s.branches {
		b := &s.branches[i]
		mean := b.law.dwell().meanSeconds() / 86400
		e := metrics.Estimate{Value: mean, Level: level, N: int64(b.obs.n), Lo: math.NaN(), Hi: math.NaN()}
		if b.law.family == FamilyFixed {
			e.Lo, e.Hi = mean, mean
		} else if sd := spread(func(c *stageData) float64 { return math.Log(c.branches[i].law.dwell().meanSeconds()) }); !math.IsNaN(sd) {
			e.Lo, e.Hi = mean*math.Exp(-z*sd), mean*math.Exp(z*sd)
		}
		means = append(means, e)
	}
	return shares, means
}

// covariance is the inverse of the observed information by central differences.
func covariance(x []float64, f func([]float64) float64) [][]float64 {
	const h = 1e-3
	n := len(x)
	at := func(i, j int, di, dj float64) float64 {
		y := append([]float64(nil), x...)
		y[i] += di
		y[j] += dj
		return f(y)
	}
	info := square(n)
	mid := f(x)
	for i := range n {
		for j := range i + 1 {
			var d float64
			if i == j {
				d = (at(i, i, h, 0) - 2*mid + at(i, i, -h, 0)) / (h * h)
			} else {
				d = (at(i, j, h, h) - at(i, j, h, -h) - at(i, j, -h, h) + at(i, j, -h, -h)) / (4 * h * h)
			}
			info[i][j], info[j][i] = -d, -d
		}
	}
	inverse := square(n)
	for k := range n {
		a, b := square(n), make([]float64, n)
		for i := range n {
			copy(a[i], info[i])
		}
		b[k] = 1
		col, ok := solve(a, b)
		for i := range n {
			inverse[i][k] = math.NaN()
			if ok {
				inverse[i][k] = col[i]
			}
		}
	}
	return inverse
}

// delta is the variance of a function of the parameters.
func delta(x []float64, cov [][]float64, f func([]float64) float64) float64 {
	const h = 1e-4
	g := make([]float64, len(x))
	for i := range x {
		up, down := append([]float64(nil), x...), append([]float64(nil), x...)
		up[i] += h
		down[i] -= h
		g[i] = (f(up) - f(down)) / (2 * h)
	}
	v := 0.0
	for i := range x {
		for j := range x {
			v += float64(g[i]*cov[i][j]) * g[j]
		}
	}
	return v
}
