package survival

import (
	"errors"
	"math"
)

const (
	maxIterations = 40
	pivotTol      = 1e-11
	closeEnough   = 1e-9 // of the optimum, in standard errors
)

// search finds the optimum by Newton's method. It leaves cov nil where there
// is nothing to return.
func (m *CoxModel) search() error {
	p := m.data.p
	m.beta = make([]float64, p)
	ll, grad, info := m.derivatives(m.beta)
	m.null, m.fit = ll, ll
	if p == 0 {
		m.cov, m.naive = []float64{}, []float64{}
		return nil
	}
	factor := append([]float64(nil), info...)
	if cholesky(factor, p, pivotTol) < p {
		return m.deficient(factor, info)
	}
	null := append([]float64(nil), info...)
	var far float64
	for m.iteration = 1; m.iteration <= maxIterations; m.iteration++ {
		step := append([]float64(nil), grad...)
		solve(factor, p, step)
		far = 0
		longest := 0.0
		for j := range p {
			far += float64(step[j] * grad[j])
			longest = max(longest, math.Abs(step[j]))
		}
		if m.iteration == 1 {
			m.score = far
		}
		far = math.Sqrt(max(0, far))
		if far <= closeEnough && longest < 0.01 {
			break
		}
		next := make([]float64, p)
		var newLL float64
		var newGrad, newInfo []float64
		better := false
		for halvings, scale := 0, 1.0; halvings < 30; halvings, scale = halvings+1, scale/2 {
			for j := range p {
				next[j] = m.beta[j] + float64(scale*step[j])
			}
			newLL, newGrad, newInfo = m.derivatives(next)
			if newLL >= ll-1e-12*math.Abs(ll) && !math.IsInf(newLL, 0) { // false for NaN
				better = true
				break
			}
		}
		if !better {
			break
		}
		gain := newLL - ll
		m.beta, ll, grad, info = next, newLL, newGrad, newInfo
		copy(factor, info)
		rank := cholesky(factor, p, pivotTol)
		if small := gain <= 1e-9*math.Max(1, math.Abs(ll)); rank < p || small && longest > 0.01 {
			return m.separated(ll, step, info)
		}
		if far < 1e-6 && gain <= 1e-14*math.Abs(ll) {
			far = 0 // the likelihood has no more digits
			break
		}
	}
	// What the last derivatives left may belong to a refused step.
	m.fit, _, _ = m.derivatives(m.beta)
	m.naive = inverse(factor, p)
	m.cov = m.naive
	if flat := m.flat(null, info); flat != nil {
		return flat
	}
	if far > 1e-4 {
		return &StoppedError{Iterations: m.iteration, Gradient: far}
	}
	return nil
}

// deficient names the columns without a pivot of their own.
func (m *CoxModel) deficient(factor, info []float64) error {
	var faults []error
	p := m.data.p
	for j := range p {
		if factor[j*p+j] != 0 {
			continue
		}
		reason := ErrCollinear
		if info[j*p+j] <= 1e-12*float64(m.data.events) {
			reason = ErrConstant // among those ever compared
		}
		faults = append(faults, &ColumnError{Name: m.names[j], Column: j, Err: reason})
	}
	return errors.Join(faults...)
}

// flat names the columns of which the search knows nothing where it stopped: next
// to no information is left of what there was at 0, and the standard error,
// in standard deviations of the column, says the same. A coefficient that runs
// away gets there when the steps lose their last digits.
func (m *CoxModel) flat(null, info []float64) error {
	var faults []error
	p := m.data.p
	for j := range p {
		if i := j*p + j; info[i] < 1e-4*null[i] && m.naive[i] > 100 {
			faults = append(faults, &ColumnError{Name: m.names[j], Column: j, Err: ErrSeparated})
		}
	}
	return errors.Join(faults...)
}

// separated keeps the model as far as it came and names the columns whose
// coefficients still ran away when the likelihood had stopped to rise.
func (m *CoxModel) separated(ll float64, step, info []float64) error {
	p := m.data.p
	m.fit = ll
	factor := append([]float64(nil), info...)
	cholesky(factor, p, 0)
	m.naive = inverse(factor, p)
	m.cov = m.naive
	var faults []error
	for j, s := range step {
		if math.Abs(s) > 0.01 {
			faults = append(faults, &ColumnError{Name: m.names[j], Column: j, Err: ErrSeparated})
		}
	}
	if faults == nil {
		return &StoppedError{Iterations: m.iteration, Gradient: math.NaN()}
	}
	return errors.Join(faults...)
}
