package clv

import (
	"iter"
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// FitParetoNBD estimates a [ParetoNBD] by maximum likelihood, as [FitBGNBD]
// does.
func FitParetoNBD(cells iter.Seq[Cell], o FitOptions) (*ParetoNBD, error) {
	m := ParetoNBD{}
	op := "fit " + m.name()
	o, err := o.check(op, 4)
	if err != nil {
		return nil, err
	}
	all, weight, err := gather(op, cells, func(c Cell) *limit { return historyFault(c.X, c.TX, c.T) })
	if err != nil {
		return nil, err
	}
	t := transactionTask(op, m, all, weight, o, func(rate, tau float64) (start, scale []float64) {
		return []float64{0.5, 0.5 / rate, 0.5, tau / 2}, []float64{1, tau, 1, tau}
	}, paretoObjective)
	f := t.finish(all)
	m.fit = f
	m = m.at(f.report.Params)
	return &m, nil
}

func paretoObjective(cells []Cell, weight float64) *objective {
	groups := groupsOf(cells)
	return &objective{k: 4, weight: weight, logs: 4, parts: []part{
		{len(groups), func(lo, hi int, p, acc []float64) {
			rateGroups(groups[lo:hi], p[0], acc)
		}},
		{len(cells), func(lo, hi int, p, acc []float64) {
			var d derivatives
			for i := lo; i < hi; i++ {
				c := &cells[i]
				d.pareto(p[0], p[1], p[2], p[3], c.X, c.TX, c.T)
				d.addTo(float64(c.N), acc)
			}
		}},
	}}
}

// rateGroups adds ln Γ(r+x) − ln Γ(r), which depends on x alone.
func rateGroups(groups []group, r float64, acc []float64) {
	psi, tri := special.Digamma(r), special.Trigamma(r)
	for _, q := range groups {
		acc[0] += q.n * special.LogGammaDiff(r, q.x)
		acc[1] += q.n * (special.Digamma(r+q.x) - psi)
		acc[5] += q.n * (special.Trigamma(r+q.x) - tri)
	}
}

// derivatives are those of one customer's log likelihood by four natural
// parameters.
type derivatives struct {
	ll float64
	g  [4]float64
	h  [10]float64
	q  lifetimes
}

func (d *derivatives) addTo(n float64, acc []float64) {
	acc[0] += n * d.ll
	for i, v := range d.g {
		acc[1+i] += n * v
	}
	for i, v := range d.h {
		acc[5+i] += n * v
	}
}

// pareto is the log likelihood of a Pareto/NBD customer without
// ln Γ(r+x) − ln Γ(r).
//
// The likelihood is e^φ₁ + ∫ e^φ₂(y) dy, so its gradient is the mean of ∇φ over
// these weights, and its Hessian the mean of ∇²φ plus the covariance of ∇φ.
func (d *derivatives) pareto(r, alpha, s, beta, x, tx, T float64) {
	n := r + x
	a, b, gap := alpha+tx, beta+tx, T-tx
	ia, ib := 1/a, 1/b
	la0, lb0 := math.Log1p(tx/alpha), math.Log1p(tx/beta)
	// at t_x
	d.ll = -r*la0 - x*math.Log(a) - s*lb0
	d.g = [4]float64{-la0, r/alpha - n*ia, -lb0, s/beta - s*ib}

	// alive at T, from t_x
	la1, lb1 := math.Log1p(gap*ia), math.Log1p(gap*ib)
	ia1, ib1 := 1/(alpha+T)-ia, 1/(beta+T)-ib
	t1 := -n*la1 - s*lb1
	d1 := [4]float64{-la1, -n * ia1, -lb1, -s * ib1}
	w1, w2 := 1.0, 0.0
	e := d1
	q := &d.q
	var d2 [4]float64
	if gap > 0 {
		q.integrate(n, alpha, s, beta, tx, T, true)
		t2 := math.Log(s*ib) + math.Log(q.weight)
		w2 = odds(t1 - t2)
		w1 = odds(t2 - t1)
		d.ll += max(t1, t2) + math.Log1p(math.Exp(-math.Abs(t1-t2)))
		d2 = [4]float64{-q.mean[0], -n * q.mean[1], -q.mean[2] + 1/s, -(s+1)*q.mean[3] - ib}
		for i := range e {
			e[i] = w1*d1[i] + w2*d2[i]
		}
	} else {
		d.ll += t1
		q.mean, q.prod = [4]float64{}, [10]float64{}
	}
	for i := range e {
		d.g[i] += e[i]
	}
	// covariance
	c := [4]float64{-1, -n, -1, -(s + 1)}
	at := 0
	for i := range 4 {
		for j := i; j < 4; j++ {
			d.h[at] = w1 * w2 * (d1[i] - d2[i]) * (d1[j] - d2[j])
			if w2 > 0 {
				d.h[at] += w2 * c[i] * c[j] * (q.prod[at] - q.mean[i]*q.mean[j])
			}
			at++
		}
	}
	// mean of the second derivatives
	mean := func(at float64, i int, first float64) float64 { return at + w1*first + w2*q.mean[i] }
	d.h[1] += 1/alpha - mean(ia, 1, ia1)
	d.h[8] += 1/beta - mean(ib, 3, ib1)
	square := func(at, first, mean, prod float64) (alive, ended float64) {
		return (at + first) * (at + first), at*at + 2*at*mean + prod
	}
	s1, s2 := square(ia, ia1, q.mean[1], q.prod[4])
	d.h[4] += -r/(alpha*alpha) + n*(w1*s1+w2*s2)
	s1, s2 = square(ib, ib1, q.mean[3], q.prod[9])
	d.h[9] += -s/(beta*beta) + s*w1*s1 + (s+1)*w2*s2
	d.h[7] -= w2 / (s * s)
}
