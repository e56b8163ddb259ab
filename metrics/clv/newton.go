package clv

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// optimum is where an optimiser ended.
type optimum struct {
	theta     []float64
	ll        float64
	g         []float64
	h         [][]float64
	fixed     []bool // at a bound, the likelihood still rising beyond it
	steps     int
	evals     int
	converged bool
}

// climb maximises o from theta by Newton's method: the exact Hessian, shifted
// until it is negative definite, steps cut to at most reach and halved while
// they do not gain. Parameters stay between lo and hi; one that is pushed
// against its bound is held there. hold, where given, are parameters that do
// not move at all.
//
// It has converged where the full Newton step is below 1e-9. The likelihood
// itself is not asked near the optimum: it is flat to its last digits there,
// and line searches that insist on a gain fail, as gonum's do.
func climb(o *objective, theta, lo, hi []float64, hold []bool, most int) optimum {
	const reach = 2.0
	at := optimum{theta: append([]float64(nil), theta...)}
	for i := range at.theta {
		at.theta[i] = min(max(at.theta[i], lo[i]), hi[i])
	}
	eval := func(t []float64) (float64, []float64, [][]float64) {
		at.evals++
		return o.value(t)
	}
	at.ll, at.g, at.h = eval(at.theta)
	for at.steps = 0; at.steps < most; at.steps++ {
		at.fixed = at.pushed(lo, hi, hold)
		step, clean := newtonStep(at.g, at.h, at.fixed)
		var size, slope float64
		for i, s := range step {
			size = max(size, math.Abs(s))
			slope += s * at.g[i]
		}
		if size == 0 || (clean && size < 1e-9) {
			at.converged = size > 0 || allFixed(at.fixed) || maxAbsFree(at.g, at.fixed) == 0
			return at
		}
		if size > reach {
			for i := range step {
				step[i] *= reach / size
			}
			slope *= reach / size
		}
		near := clean && size < 1e-5
		moved := false
		for shrink := 1.0; shrink > 1e-9; shrink /= 2 {
			t := make([]float64, len(step))
			for i := range t {
				t[i] = min(max(at.theta[i]+shrink*step[i], lo[i]), hi[i])
			}
			ll, g, h := eval(t)
			if near || ll >= at.ll+1e-4*shrink*slope {
				if math.IsNaN(ll) {
					continue
				}
				at.theta, at.ll, at.g, at.h = t, ll, g, h
				moved = true
				break
			}
		}
		if !moved {
			// No gain in the last digits: at the optimum, or on a ridge as flat as
			// one, if the promised gain is itself near them.
			at.converged = slope <= 1e-9*max(1e3, math.Abs(at.ll))
			return at
		}
		if near && size < 1e-7 {
			at.steps++
			at.fixed = at.pushed(lo, hi, hold)
			at.converged = true
			return at
		}
	}
	return at
}

// pushed marks the parameters that stand at a bound and would leave it.
func (at *optimum) pushed(lo, hi []float64, hold []bool) []bool {
	fixed := make([]bool, len(at.theta))
	for i, t := range at.theta {
		fixed[i] = (t <= lo[i] && at.g[i] <= 0) || (t >= hi[i] && at.g[i] >= 0) || (hold != nil && hold[i])
	}
	return fixed
}

func allFixed(fixed []bool) bool {
	for _, f := range fixed {
		if !f {
			return false
		}
	}
	return true
}

func maxAbsFree(g []float64, fixed []bool) float64 {
	var m float64
	for i, v := range g {
		if !fixed[i] {
			m = max(m, math.Abs(v))
		}
	}
	return m
}

// newtonStep solves (−H + λI) s = g over the free parameters, with λ = 0 where
// −H is positive definite (clean), else the least of a growing sequence that
// makes it so.
func newtonStep(g []float64, h [][]float64, fixed []bool) (step []float64, clean bool) {
	var free []int
	var scale float64
	for i := range g {
		if !fixed[i] {
			free = append(free, i)
			scale = max(scale, math.Abs(h[i][i]))
		}
	}
	step = make([]float64, len(g))
	if len(free) == 0 {
		return step, true
	}
	m := make([][]float64, len(free))
	b := make([]float64, len(free))
	for lambda := 0.0; ; lambda = max(4*lambda, 1e-4*scale, 1e-300) {
		for a, i := range free {
			m[a] = make([]float64, len(free))
			for c, j := range free {
				m[a][c] = -h[i][j]
			}
			m[a][a] += lambda
			b[a] = g[i]
		}
		if cholesky(m) {
			solve(m, b)
			for a, i := range free {
				step[i] = b[a]
			}
			return step, lambda == 0
		}
		if lambda > 1e12*scale || math.IsNaN(scale) || math.IsInf(scale, 0) {
			return step, false
		}
	}
}

// cholesky factors m in place into its lower triangle; false where m is not
// positive definite to working precision.
func cholesky(m [][]float64) bool {
	for i := range m {
		diagonal := m[i][i]
		for j := range i + 1 {
			s := m[i][j]
			for k := range j {
				s -= m[i][k] * m[j][k]
			}
			if i == j {
				if !(s > 1e-14*diagonal) {
					return false
				}
				m[i][i] = math.Sqrt(s)
			} else {
				m[i][j] = s / m[j][j]
			}
		}
	}
	return true
}

// solve replaces b by the solution of L Lᵀ x = b.
func solve(l [][]float64, b []float64) {
	for i := range b {
		for k := range i {
			b[i] -= l[i][k] * b[k]
		}
		b[i] /= l[i][i]
	}
	for i := len(b) - 1; i >= 0; i-- {
		for k := i + 1; k < len(b); k++ {
			b[i] -= l[k][i] * b[k]
		}
		b[i] /= l[i][i]
	}
}

// inverse of the information −H over the free parameters; the rows of the
// others are NaN. Where it is not positive definite, it is the inverse over the
// directions in which it is, and the rows of parameters that take part in one
// of the others are NaN too.
func inverse(h [][]float64, fixed []bool) [][]float64 {
	out := make([][]float64, len(h))
	var free []int
	for i := range h {
		out[i] = make([]float64, len(h))
		for j := range out[i] {
			out[i][j] = math.NaN()
		}
		if !fixed[i] {
			free = append(free, i)
		}
	}
	m := make([][]float64, len(free))
	for a, i := range free {
		m[a] = make([]float64, len(free))
		for c, j := range free {
			m[a][c] = -h[i][j]
		}
	}
	if !cholesky(m) {
		return partialInverse(h, free, out)
	}
	for c, j := range free {
		e := make([]float64, len(free))
		e[c] = 1
		solve(m, e)
		for a, i := range free {
			out[i][j] = e[a]
		}
	}
	return out
}

func partialInverse(h [][]float64, free []int, out [][]float64) [][]float64 {
	info := mat.NewSymDense(max(1, len(free)), nil)
	for a, i := range free {
		for c, j := range free[a:] {
			if math.IsNaN(h[i][j]) || math.IsInf(h[i][j], 0) {
				return out
			}
			info.SetSym(a, a+c, -h[i][j])
		}
	}
	var eig mat.EigenSym
	if len(free) == 0 || !eig.Factorize(info, true) {
		return out
	}
	values := eig.Values(nil)
	var v mat.Dense
	eig.VectorsTo(&v)
	open := make([]bool, len(free))
	for e, l := range values {
		if l > 1e-12*values[len(values)-1] {
			continue
		}
		for a := range free {
			open[a] = open[a] || math.Abs(v.At(a, e)) > 1e-3
		}
	}
	for a, i := range free {
		for c, j := range free {
			if open[a] || open[c] {
				continue
			}
			out[i][j] = 0
			for e, l := range values {
				if l > 1e-12*values[len(values)-1] {
					out[i][j] += v.At(a, e) * v.At(c, e) / l
				}
			}
		}
	}
	return out
}
