package clv

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/special"
)

// TestLaw_Derivatives: the exact gradient and Hessian of every objective are
// those of its value by differences, and its value is the sum of the models'
// own log likelihoods.
func TestLaw_Derivatives(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var cells, whole []Cell
		for range rapid.IntRange(1, 12).Draw(t, "cells") {
			c := Cell{T: 1 + 80*r.Float64(), N: 1 + int64(r.IntN(3))}
			w := Cell{T: float64(r.IntN(12)), N: c.N}
			switch r.IntN(5) {
			case 0:
				seen["x = 0"]++
			case 1:
				seen["t_x = T"]++
				c.X, c.TX = float64(1+r.IntN(20)), c.T
			case 2:
				seen["many"]++
				c.X, c.TX = float64(100+r.IntN(300)), c.T*(0.05+0.95*r.Float64())
			default:
				c.X, c.TX = float64(1+r.IntN(6)), c.T*(0.01+0.99*r.Float64())
			}
			if n := int(w.T); n > 0 && r.IntN(4) > 0 {
				w.TX = float64(1 + r.IntN(n))
				w.X = float64(1 + r.IntN(int(w.TX)))
			}
			cells, whole = append(cells, c), append(whole, w)
		}
		p := make([]float64, 4)
		for i := range p {
			p[i] = math.Exp(4*r.Float64() - 2)
		}
		p[1] *= 5
		if r.IntN(4) == 0 {
			p[0], p[2] = 1, 1
			seen["one"]++
		}
		kind := rapid.IntRange(0, 6).Draw(t, "model")
		cells, whole = canonical(cells), canonical(whole)
		var o *objective
		var want float64
		sum := func(cells []Cell, ll func(x, tx, T float64) float64) {
			for _, c := range cells {
				want += float64(c.N) * ll(c.X, c.TX, c.T)
			}
		}
		switch kind {
		case 0:
			o = bgObjective(cells, 1, 0)
			sum(cells, BGNBD{}.at(p).LogLikelihood)
		case 1:
			o = bgObjective(cells, 1, 1)
			sum(cells, MBGNBD{}.at(p).LogLikelihood)
		case 2:
			p[3] *= 5
			o = paretoObjective(cells, 1)
			sum(cells, ParetoNBD{}.at(p).LogLikelihood)
		case 3:
			o = bgbbObjective(whole, 1)
			sum(whole, BGBB{}.at(p).LogLikelihood)
		case 4, 5:
			k := kind - 2
			p = p[:k]
			l := life{lost: []float64{3, 2, 0, 1.5, 1}, active: []float64{1, 0, 2, 0, 4, 7}}
			o = &objective{k: k, weight: 1, logs: k, parts: []part{{1, func(_, _ int, p, acc []float64) { l.add(p, acc) }}}}
			m := BdW{Alpha: p[0], Beta: p[1], C: 1}
			if k == 3 {
				m.C = p[2]
			}
			for i, n := range l.lost {
				want += n * math.Log(m.Survival(float64(i))-m.Survival(float64(i+1)))
			}
			for i, n := range l.active {
				want += n * math.Log(m.Survival(float64(i)))
			}
		case 6:
			p = p[:3]
			rows := []Spend{{1, 3.5, 2}, {4, 0.2, 1}, {30, 1, 1}}
			o = &objective{k: 3, weight: 1, logs: 3, parts: []part{{len(rows), func(lo, hi int, p, acc []float64) { spendRows(rows[lo:hi], p, acc) }}}}
			m := GammaGamma{}.at(p)
			for _, s := range rows {
				want += float64(s.N) * m.LogLikelihood(s.X, s.Mean)
			}
		}
		theta := make([]float64, len(p))
		for i := range p {
			theta[i] = math.Log(p[i])
		}
		ll, g, h := o.value(theta)
		if math.Abs(ll-want) > 1e-9*(1+math.Abs(want)) {
			t.Fatalf("model %d at %v: log likelihood %v, of the model %v", kind, p, ll, want)
		}
		const step = 1e-5
		for i := range theta {
			at := append([]float64(nil), theta...)
			at[i] += step
			up, gUp, _ := o.value(at)
			at[i] -= 2 * step
			down, gDown, _ := o.value(at)
			size := 1 + math.Abs(ll)
			if d := (up - down) / (2 * step); math.Abs(d-g[i]) > 1e-6*size {
				t.Fatalf("model %d at %v: slope %d is %v, by differences %v", kind, p, i, g[i], d)
			}
			for j := range theta {
				if d := (gUp[j] - gDown[j]) / (2 * step); math.Abs(d-h[i][j]) > 1e-6*(size+math.Abs(h[i][j])) {
					t.Fatalf("model %d at %v: curvature %d,%d is %v, by differences %v", kind, p, i, j, h[i][j], d)
				}
			}
		}
	}, seen.Need("x = 0", "t_x = T", "many", "one"))
}

// TestLaw_LifetimesAgree: the integral over the moment of the end is the closed
// form in 2F1, on both sides of α = β and at it, as the notes give it.
func TestLaw_ParetoAgreesWithClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, lo, hi float64) float64 {
			return math.Exp(rapid.Float64Range(lo, hi).Draw(t, name))
		}
		m := ParetoNBD{R: draw("r", -4, 3), Alpha: draw("alpha", -4, 5), S: draw("s", -4, 3), Beta: draw("beta", -4, 5)}
		if rapid.IntRange(0, 4).Draw(t, "equal") == 0 {
			m.Beta = m.Alpha
		}
		T := draw("T", -2, 5)
		tx := T * rapid.Float64Range(0.001, 1).Draw(t, "share")
		x := float64(rapid.IntRange(1, 300).Draw(t, "x"))
		if rapid.IntRange(0, 4).Draw(t, "silent") == 0 {
			x, tx = 0, 0
		}
		got, want := m.LogLikelihood(x, tx, T), closedPareto(m, x, tx, T)
		if math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
			t.Fatalf("%v at (%v, %v, %v): %.15g, closed form %.15g", m, x, tx, T, got, want)
		}
	})
}

// closedPareto is the log likelihood as a sum of two positive terms, note 009
// of brucehardie.com, equations 22 and 23, after Euler's transform: each
// F(n, q; n+1; z) is (1−z)^(1−q) F(1, n+1−q; n+1; z).
func closedPareto(m ParetoNBD, x, tx, T float64) float64 {
	n := m.R + m.S + x
	lead := special.LogGammaDiff(m.R, x) + m.R*math.Log(m.Alpha) + m.S*math.Log(m.Beta)
	hi, gap, q1, q2 := m.Alpha, m.Alpha-m.Beta, m.S+1, m.S
	if m.Beta > m.Alpha {
		hi, gap, q1, q2 = m.Beta, m.Beta-m.Alpha, m.R+x, m.R+x+1
	}
	f := func(q, at float64) float64 {
		z := gap / (hi + at)
		w := (hi + at - gap) / (hi + at)
		return (1-q)*math.Log(w) + math.Log(special.Hyp2F1One(n+1-q, n+1, z, w)) - n*math.Log(hi+at)
	}
	a := math.Log(m.S/n) + f(q1, tx)
	b := math.Log((m.R+x)/n) + f(q2, T)
	return lead + max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
}
