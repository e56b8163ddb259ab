package clv

import (
	"iter"
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// FitBGBB estimates a [BGBB] by maximum likelihood, as [FitBGNBD] does. X, TX
// and T are whole, X at most TX; T is the number of opportunities, the first
// transaction not among them. A cell costs time proportional to T − TX.
func FitBGBB(cells iter.Seq[Cell], o FitOptions) (*BGBB, error) {
	m := BGBB{}
	op := "fit " + m.name()
	o, err := o.check(op, 4)
	if err != nil {
		return nil, err
	}
	all, weight, err := gather(op, cells, func(c Cell) *limit { return opportunityFault(c.X, c.TX, c.T) })
	if err != nil {
		return nil, err
	}
	t := transactionTask(op, m, all, weight, o, func(_, _ float64) (start, scale []float64) {
		return []float64{1, 1, 1, 2}, []float64{1, 1, 1, 1}
	}, bgbbObjective)
	f := t.finish(all)
	m.fit = f
	m = m.at(f.report.Params)
	return &m, nil
}

func bgbbObjective(cells []Cell, weight float64) *objective {
	return &objective{k: 4, weight: weight, logs: 4, parts: []part{
		{len(cells), func(lo, hi int, p, acc []float64) {
			var d derivatives
			base := newBetaBase(p)
			for i := lo; i < hi; i++ {
				c := &cells[i]
				d.bgbb(&base, c.X, c.TX, c.T)
				d.addTo(float64(c.N), acc)
			}
		}},
	}}
}

// betaBase is what all cells subtract: ln B(α, β) + ln B(γ, δ) and derivatives.
type betaBase struct {
	m            BGBB
	psi          [4]float64 // by α, β, γ, δ
	triA, triB   float64    // ψ′(α), ψ′(β)
	triC, triD   float64
	triAB, triCD float64
}

func newBetaBase(p []float64) betaBase {
	b := betaBase{m: BGBB{Alpha: p[0], Beta: p[1], Gamma: p[2], Delta: p[3]}}
	ab, cd := special.Digamma(p[0]+p[1]), special.Digamma(p[2]+p[3])
	for i := range p[:4] {
		b.psi[i] = special.Digamma(p[i]) - [...]float64{ab, ab, cd, cd}[i]
	}
	b.triA, b.triB, b.triAB = special.Trigamma(p[0]), special.Trigamma(p[1]), special.Trigamma(p[0]+p[1])
	b.triC, b.triD, b.triCD = special.Trigamma(p[2]), special.Trigamma(p[3]), special.Trigamma(p[2]+p[3])
	return b
}

// bgbb is the log likelihood of a BG/BB customer: the log of a sum over the
// ways to see nothing after t_x, whose terms and digamma functions follow each
// other by recurrence.
func (d *derivatives) bgbb(b *betaBase, x, tx, n float64) {
	m := &b.m
	alive, ended := m.terms(x, tx, n)
	wAlive, wEnded := odds(ended-alive), odds(alive-ended)
	hi := max(alive, ended)
	d.ll = hi + math.Log1p(math.Exp(-math.Abs(alive-ended)))
	if math.IsInf(ended, -1) {
		d.ll = alive
	}
	d.g, d.h = [4]float64{}, [10]float64{}
	psiAX, triAX := special.Digamma(m.Alpha+x), special.Trigamma(m.Alpha+x)
	// one term: y failures seen with the x, k opportunities lived, shape γ+up
	add := func(w float64, psiY, triY, psiN, triN, psiG, triG, psiK, triK, psiGK, triGK float64) {
		g := [4]float64{
			psiAX - psiN - b.psi[0], psiY - psiN - b.psi[1],
			psiG - psiGK - b.psi[2], psiK - psiGK - b.psi[3],
		}
		at := 0
		for i := range 4 {
			d.g[i] += w * g[i]
			for j := i; j < 4; j++ {
				d.h[at] += w * g[i] * g[j]
				at++
			}
		}
		cross := b.triAB - triN
		d.h[0] += w * (triAX - b.triA + cross)
		d.h[1] += w * cross
		d.h[4] += w * (triY - b.triB + cross)
		cross = b.triCD - triGK
		d.h[7] += w * (triG - b.triC + cross)
		d.h[8] += w * cross
		d.h[9] += w * (triK - b.triD + cross)
	}
	psi, tri := special.Digamma, special.Trigamma
	al, be, ga, de := m.Alpha, m.Beta, m.Gamma, m.Delta
	if wAlive > 0 {
		add(wAlive, psi(be+n-x), tri(be+n-x), psi(al+be+n), tri(al+be+n),
			psi(ga), tri(ga), psi(de+n), tri(de+n), psi(ga+de+n), tri(ga+de+n))
	}
	if n > tx && wEnded > 0 {
		y, k := be+tx-x, de+tx
		ab, cd := al+be+tx, ga+1+de+tx
		psiY, triY, psiN, triN := psi(y), tri(y), psi(ab), tri(ab)
		psiK, triK, psiGK, triGK := psi(k), tri(k), psi(cd), tri(cd)
		psiG, triG := psi(ga+1), tri(ga+1)
		// weights of the terms relative to their sum
		sum, term := 1.0, 1.0
		for i := tx; i < n-1; i++ {
			term *= (be - x + i) / (al + be + i) * ((de + i) / (ga + de + 1 + i))
			sum += term
		}
		w := wEnded / sum
		for i := tx; ; i++ {
			add(w, psiY, triY, psiN, triN, psiG, triG, psiK, triK, psiGK, triGK)
			if i >= n-1 {
				break
			}
			w *= (be - x + i) / (al + be + i) * ((de + i) / (ga + de + 1 + i))
			psiY, triY, y = psiY+1/y, triY-1/(y*y), y+1
			psiN, triN, ab = psiN+1/ab, triN-1/(ab*ab), ab+1
			psiK, triK, k = psiK+1/k, triK-1/(k*k), k+1
			psiGK, triGK, cd = psiGK+1/cd, triGK-1/(cd*cd), cd+1
		}
	}
	at := 0
	for i := range 4 {
		for j := i; j < 4; j++ {
			d.h[at] -= d.g[i] * d.g[j]
			at++
		}
	}
}
