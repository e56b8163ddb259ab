package clv

import (
	"iter"
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// FitBGNBD estimates a [BGNBD] by maximum likelihood. Cells may come in any
// order and repeat; the estimate does not depend on it, nor on the number of
// goroutines.
//
// Rows that cannot be (see [BGNBD]), X that is not whole and negative N are
// refused, all of them in one [fault.Batch]; then no model is returned. What
// makes an estimate doubtful does not stop it: it is in the report's Diagnoses.
func FitBGNBD(cells iter.Seq[Cell], o FitOptions) (*BGNBD, error) {
	f, err := fitBG(BGNBD{}, 0, cells, o)
	if err != nil {
		return nil, err
	}
	m := BGNBD{fit: f}.at(f.report.Params)
	return &m, nil
}

// FitMBGNBD estimates an [MBGNBD], as [FitBGNBD] does.
func FitMBGNBD(cells iter.Seq[Cell], o FitOptions) (*MBGNBD, error) {
	f, err := fitBG(MBGNBD{}, 1, cells, o)
	if err != nil {
		return nil, err
	}
	m := MBGNBD{fit: f}.at(f.report.Params)
	return &m, nil
}

// described is a model by name.
type described interface {
	name() string
	names() []string
}

// fitBG fits both models: in the second a customer may end once more often.
func fitBG(m described, more float64, in iter.Seq[Cell], o FitOptions) (*fitted, error) {
	op := "fit " + m.name()
	o, err := o.check(op, 4)
	if err != nil {
		return nil, err
	}
	cells, weight, err := gather(op, in, func(c Cell) *limit { return historyFault(c.X, c.TX, c.T) })
	if err != nil {
		return nil, err
	}
	t := transactionTask(op, m, cells, weight, o, func(r, tau float64) (start, scale []float64) {
		return []float64{0.5, 0.5 / r, 1, 2}, []float64{1, tau, 1, 1}
	}, func(cells []Cell, weight float64) *objective { return bgObjective(cells, weight, more) })
	return t.finish(cells), nil
}

// transactionTask is what the fits of cells have in common: a start at the
// mean rate, and a sample to begin with where there are many.
func transactionTask(op string, m described, cells []Cell, weight float64, o FitOptions,
	begin func(rate, tau float64) (start, scale []float64), sum func([]Cell, float64) *objective,
) task {
	var x, age float64
	for _, c := range cells {
		x += float64(c.N) * c.X
		age += float64(c.N) * c.T
	}
	tau := age / weight
	if !(tau > 0) {
		tau = 1
	}
	start, scale := begin(max(x, 0.5)/(tau*weight), tau)
	if o.Start != nil {
		start = o.Start
	}
	t := task{op: op, model: m.name(), names: m.names(), start: start, scale: scale, o: sum(cells, weight), cells: len(cells), data: fingerprint(cells), opt: o}
	const many, few = 50_000, 8_000
	if len(cells) > many {
		part := sample(cells, few)
		var w float64
		for _, c := range part {
			w += float64(c.N)
		}
		t.small = sum(part, w)
	}
	return t
}

// finish runs the task and adds what cells alone can say.
func (t task) finish(cells []Cell) *fitted {
	f := t.run()
	var repeat float64
	for _, c := range cells {
		if c.X > 0 {
			repeat += float64(c.N)
		}
	}
	if want := 10 * float64(t.o.k); repeat < want {
		f.report.Diagnoses = append([]error{&FewError{Model: t.model, What: "customers with a repeat transaction", N: repeat, Want: want}}, f.report.Diagnoses...)
	}
	return f
}

// fingerprint of canonical cells, FNV-1a over their bits: two fits of the same
// data are comparable by likelihood.
func fingerprint(cells []Cell) uint64 {
	h := uint64(14695981039346656037)
	mix := func(v uint64) { h = (h ^ v) * 1099511628211 }
	for _, c := range cells {
		mix(math.Float64bits(c.X))
		mix(math.Float64bits(c.TX))
		mix(math.Float64bits(c.T))
		mix(uint64(c.N))
	}
	return h
}

func bgObjective(cells []Cell, weight, more float64) *objective {
	groups := groupsOf(cells)
	return &objective{k: 4, weight: weight, logs: 4, parts: []part{
		{len(groups), func(lo, hi int, p, acc []float64) { bgGroups(groups[lo:hi], more, p, acc) }},
		{len(cells), func(lo, hi int, p, acc []float64) { bgCells(cells[lo:hi], more, p, acc) }},
	}}
}

// bgGroups adds what depends on x alone: gamma and beta functions, so that they
// are computed once for all customers with the same number of transactions.
func bgGroups(groups []group, more float64, p, acc []float64) {
	r, alpha, a, b := p[0], p[1], p[2], p[3]
	psiR, triR := special.Digamma(r), special.Trigamma(r)
	psiAB, triAB := special.Digamma(a+b), special.Trigamma(a+b)
	psiB, triB := special.Digamma(b), special.Trigamma(b)
	lnAlpha := math.Log(alpha)
	g, h := acc[1:5], acc[5:15]
	for _, q := range groups {
		n, y := q.n, q.x+more
		acc[0] += n * (r*lnAlpha + special.LogGammaDiff(r, q.x) + special.LogBetaRatio(a, b, y))
		g[0] += n * (lnAlpha + special.Digamma(r+q.x) - psiR)
		g[1] += n * r / alpha
		h[0] += n * (special.Trigamma(r+q.x) - triR)
		h[1] += n / alpha
		h[4] -= n * r / (alpha * alpha)
		if y == 0 {
			continue
		}
		dAB, tAB := special.Digamma(a+b+y)-psiAB, special.Trigamma(a+b+y)-triAB
		g[2] -= n * dAB
		g[3] += n * (special.Digamma(b+y) - psiB - dAB)
		h[7] -= n * tAB
		h[8] -= n * tAB
		h[9] += n * (special.Trigamma(b+y) - triB - tAB)
	}
}

// bgCells adds what depends on the times.
func bgCells(cells []Cell, more float64, p, acc []float64) {
	r, alpha, a, b := p[0], p[1], p[2], p[3]
	lnA := math.Log(a)
	var ll, g0, g1, g2, g3 float64
	var h00, h01, h02, h03, h11, h12, h13, h22, h23, h33 float64
	x, lnB, da, db := -1.0, 0.0, 1/a, 0.0
	for i := range cells {
		c := &cells[i]
		n := float64(c.N)
		rx := r + c.X
		lnT, iT := math.Log(alpha+c.T), 1/(alpha+c.T)
		ll -= n * rx * lnT
		g0 -= n * lnT
		g1 -= n * rx * iT
		h01 -= n * iT
		h11 += n * rx * iT * iT
		if c.X+more == 0 {
			continue
		}
		if c.X != x {
			x = c.X
			lnB, db = math.Log(b+x+more-1), -1/(b+x+more-1)
		}
		it := 1 / (alpha + c.TX)
		la, ia := lnT-math.Log(alpha+c.TX), iT-it
		d := lnA - lnB + rx*la
		var w, soft float64 // σ(d), ln(1+e^d)
		if d > 0 {
			e := math.Exp(-d)
			w, soft = 1/(1+e), d+math.Log1p(e)
		} else {
			e := math.Exp(d)
			w, soft = e/(1+e), math.Log1p(e)
		}
		ll += n * soft
		w *= n
		v := w * (1 - w/n)
		d1 := rx * ia
		g0 += w * la
		g1 += w * d1
		g2 += w * da
		g3 += w * db
		h00 += v * la * la
		h01 += v*la*d1 + w*ia
		h02 += v * la * da
		h03 += v * la * db
		h11 += v*d1*d1 - w*rx*(iT*iT-it*it)
		h12 += v * d1 * da
		h13 += v * d1 * db
		h22 += (v - w) * da * da
		h23 += v * da * db
		h33 += (v + w) * db * db
	}
	for i, s := range [...]float64{ll, g0, g1, g2, g3, h00, h01, h02, h03, h11, h12, h13, h22, h23, h33} {
		acc[i] += s
	}
}
