package clv

import (
	"iter"
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// FitSBG estimates an [SBG] by maximum likelihood. Each [Renewals] is one
// cohort; cohorts of different age add up. Counts may be fractional (weighted
// or published as percentages). Negative and non-finite counts, more than
// 100,000 periods and input without a single renewal decision are refused.
func FitSBG(cohorts iter.Seq[Renewals], o FitOptions) (*SBG, error) {
	m := SBG{}
	f, err := fitContract(m, 2, cohorts, o)
	if err != nil {
		return nil, err
	}
	m.fit = f
	m = m.at(f.report.Params)
	return &m, nil
}

// FitBdW estimates a [BdW], as [FitSBG] does. Compare the two with
// [LikelihoodRatio]: the sBG model is this one at c = 1.
func FitBdW(cohorts iter.Seq[Renewals], o FitOptions) (*BdW, error) {
	m := BdW{}
	f, err := fitContract(m, 3, cohorts, o)
	if err != nil {
		return nil, err
	}
	m.fit = f
	m = m.at(f.report.Params)
	return &m, nil
}

// life is the sum of all cohorts: how many were lost at each renewal, and how
// many were last seen after each.
type life struct {
	lost, active []float64 // by period; lost[0] is the first renewal, active[0] nobody has decided yet
}

func fitContract(m described, k int, cohorts iter.Seq[Renewals], o FitOptions) (*fitted, error) {
	op := "fit " + m.name()
	o, err := o.check(op, k)
	if err != nil {
		return nil, err
	}
	l, n, left, histories, err := readCohorts(op, cohorts)
	if err != nil {
		return nil, err
	}
	// Start at the mean of all decisions.
	var decided float64
	at := n
	for i, v := range l.lost {
		at -= l.active[i]
		decided += at
		at -= v
	}
	hazard := (left + 0.5) / (decided + 1)
	start := []float64{max(hazard, 1e-3), max(1-hazard, 1e-3), 1}
	if o.Start != nil {
		start = o.Start
	}
	t := task{
		op: op, model: m.name(), names: m.names(), start: start[:k], scale: []float64{1, 1, 1}[:k], opt: o, cells: histories, data: l.fingerprint(),
		o: &objective{k: k, weight: n, logs: k, parts: []part{{1, func(_, _ int, p, acc []float64) { l.add(p, acc) }}}},
	}
	f := t.run()
	if want := 10 * float64(k); left < want {
		f.report.Diagnoses = append([]error{&FewError{Model: m.name(), What: "customers lost", N: left, Want: want}}, f.report.Diagnoses...)
	}
	return f, nil
}

func readCohorts(op string, cohorts iter.Seq[Renewals]) (l life, n, left float64, histories int, err error) {
	bad := fault.Batch{Package: "clv", Op: op}
	var row int64
	if cohorts != nil {
		for c := range cohorts {
			row++
			if len(c.Lost) > maxPeriods {
				bad.Add(fault.Row{Row: row, Field: "Lost", Value: number(float64(len(c.Lost))) + " periods", Limit: "want at most " + number(maxPeriods), Err: ErrInput})
				continue
			}
			ok := true
			check := func(field string, v float64) {
				if !(v >= 0) || v > maxWeight {
					bad.Add(fault.Row{Row: row, Field: field, Value: number(v), Limit: "want a number of customers, zero or more and at most " + number(maxWeight), Err: ErrInput})
					ok = false
				}
			}
			for i, v := range c.Lost {
				check("Lost["+number(float64(i))+"]", v)
			}
			check("Active", c.Active)
			if !ok {
				continue
			}
			for len(l.lost) < len(c.Lost) {
				l.lost = append(l.lost, 0)
			}
			for len(l.active) < len(c.Lost)+1 {
				l.active = append(l.active, 0)
			}
			for i, v := range c.Lost {
				l.lost[i] += v
				n += v
				left += v
			}
			l.active[len(c.Lost)] += c.Active
			n += c.Active
		}
	}
	if err := bad.Err(); err != nil {
		return l, 0, 0, 0, err
	}
	if len(l.lost) == 0 || n-l.active[0] <= 0 {
		return l, 0, 0, 0, &fault.Error{Package: "clv", Op: op, Field: "cohorts", Limit: "want at least one customer who has come to a renewal", Err: ErrInput}
	}
	for _, counts := range [2][]float64{l.lost, l.active} {
		for _, v := range counts {
			if v > 0 {
				histories++
			}
		}
	}
	return l, n, left, histories, nil
}

func (l life) fingerprint() uint64 {
	cells := make([]Cell, 0, len(l.active))
	for i, v := range l.active {
		c := Cell{X: float64(i), TX: v}
		if i < len(l.lost) {
			c.T = l.lost[i]
		}
		cells = append(cells, c)
	}
	return fingerprint(cells)
}

// add is the log likelihood of all cohorts and its derivatives by α, β and,
// where p has three entries, c.
//
// P(t) = S(t−1) − S(t) in logs: A + ln(1 − e^Δ), A = ln S(t−1),
// Δ = ln S(t) − A.
func (l life) add(p, acc []float64) {
	k := len(p)
	c := 1.0
	if k == 3 {
		c = p[2]
	}
	alpha, beta := p[0], p[1]
	// ln S(t) with derivatives by α, β, c
	type point struct {
		v float64
		g [3]float64
		h [3][3]float64
	}
	at := func(t float64) (q point) {
		if t == 0 {
			return q
		}
		u := math.Pow(t, c)
		psiAB, triAB := special.DigammaDiff(alpha+beta, u), special.TrigammaDiff(alpha+beta, u)
		// of the gap between the two arguments, which is α
		gap, triGap := -special.DigammaDiff(beta+u, alpha), -special.TrigammaDiff(beta+u, alpha)
		q.v = special.LogBetaRatio(alpha, beta, u)
		q.g[0], q.g[1] = -psiAB, special.DigammaDiff(beta, u)-psiAB
		q.h[0][0], q.h[0][1] = -triAB, -triAB
		q.h[1][1] = special.TrigammaDiff(beta, u) - triAB
		if k == 3 {
			du := u * math.Log(t)
			ddu := du * math.Log(t)
			q.g[2] = gap * du
			q.h[0][2] = -special.Trigamma(alpha+beta+u) * du
			q.h[1][2] = triGap * du
			q.h[2][2] = triGap*du*du + gap*ddu
		}
		return q
	}
	take := func(n, v float64, g *[3]float64, h *[3][3]float64) {
		acc[0] += n * v
		pos := 1 + k
		for i := range k {
			acc[1+i] += n * g[i]
			for j := i; j < k; j++ {
				acc[pos] += n * h[i][j]
				pos++
			}
		}
	}
	before := point{}
	for t, lost := range l.lost {
		now := at(float64(t + 1))
		if lost > 0 {
			delta := now.v - before.v
			if u := math.Pow(float64(t), c); t > 0 { // without cancellation
				delta = special.LogBetaRatio(alpha, beta+u, math.Pow(float64(t+1), c)-u)
			}
			w := -1 / math.Expm1(-delta) // d ln(1 − e^Δ)/dΔ, negative
			var g [3]float64
			var h [3][3]float64
			for i := range k {
				g[i] = before.g[i] + w*(now.g[i]-before.g[i])
				for j := i; j < k; j++ {
					h[i][j] = before.h[i][j] + w*(now.h[i][j]-before.h[i][j]) +
						w*(1-w)*(now.g[i]-before.g[i])*(now.g[j]-before.g[j])
				}
			}
			take(lost, before.v+math.Log(-math.Expm1(delta)), &g, &h)
		}
		if n := l.active[t+1]; n > 0 {
			take(n, now.v, &now.g, &now.h)
		}
		before = now
	}
}
