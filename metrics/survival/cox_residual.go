package survival

import "iter"

// Martingale are the residuals of all subjects in input order: whether the
// event came less the hazard the model saw them accumulate. They sum to 0
// (weighted) and lie below 1.
func (m *CoxModel) Martingale() []float64 {
	d := m.data
	out := make([]float64, d.n)
	for s := range d.stratum {
		b := &m.base[s]
		for i := d.bounds[s]; i < d.bounds[s+1]; i++ {
			from, to := m.span(b, i)
			h := b.haz[to] - b.haz[from]
			died := 0.0
			if d.event[i] {
				h += b.part[to]
				died = 1
			}
			out[d.row[i]] = died - float64(m.risk[i]*h)
		}
	}
	return out
}

// span gives the places in b between which row i was at risk. A row with the
// event has its own time left out: there the tied deaths share.
func (m *CoxModel) span(b *baseline, i int) (from, to int) {
	d := m.data
	if d.entry != nil && d.entry[i] > 0 {
		from = b.upTo(d.entry[i])
	}
	to = b.upTo(d.exit[i])
	if d.event[i] {
		to--
	}
	return from, to
}

// scores are the rows' shares of the gradient, of the standardised covariates,
// in the order of data.
func (m *CoxModel) scores() []float64 {
	d := m.data
	p := d.p
	out := make([]float64, d.n*p)
	for s := range d.stratum {
		b := &m.base[s]
		for i := d.bounds[s]; i < d.bounds[s+1]; i++ {
			from, to := m.span(b, i)
			for j, x := range d.x[i*p : (i+1)*p] {
				u := -float64(m.risk[i] * (float64(x*(b.haz[to]-b.haz[from])) - (b.mean[to][j] - b.mean[from][j])))
				if d.event[i] {
					u += x - b.own[to][j] - float64(m.risk[i]*(float64(x*b.part[to])-b.partMean[to][j]))
				}
				out[i*p+j] = u
			}
		}
	}
	return out
}

// sandwich makes cov robust: I⁻¹·(Σ over clusters of s·sᵀ)·I⁻¹ with s the
// weighted sum of the cluster's scores.
func (m *CoxModel) sandwich() {
	d := m.data
	p := d.p
	scores := m.scores()
	sums := make([]float64, d.clusters*p)
	for i := range d.n {
		c := int(d.cluster[i])
		for j := range p {
			sums[c*p+j] += float64(d.weight[i] * scores[i*p+j])
		}
	}
	robust := make([]float64, p*p)
	influence := make([]float64, p)
	for c := range d.clusters {
		for j := range p {
			influence[j] = 0
			for k := range p {
				influence[j] += float64(m.naive[j*p+k] * sums[c*p+k])
			}
		}
		for j := range p {
			for k := range p {
				robust[j*p+k] += float64(influence[j] * influence[k])
			}
		}
	}
	m.cov = robust
}

// DFBeta is how much each coefficient would change without the subject, in
// input order: one row of coefficients per subject.
func (m *CoxModel) DFBeta() [][]float64 {
	d := m.data
	p := d.p
	scores := m.scores()
	out := make([][]float64, d.n)
	for i := range d.n {
		row := make([]float64, p)
		for j := range p {
			for k := range p {
				row[j] += float64(m.naive[j*p+k]*scores[i*p+k]) * d.weight[i]
			}
			row[j] /= d.scale[j]
		}
		out[d.row[i]] = row
	}
	return out
}

// SchoenfeldRow is the residual of one event: its covariates less the mean of
// those at risk.
type SchoenfeldRow struct {
	Time     float64
	Stratum  string
	Row      int64 // place of the subject in the input, from 1
	Residual []float64
}

// Schoenfeld yields the residuals of all events by stratum and time. A trend
// in time says that a covariate's effect changes: see [CoxModel.Proportional].
func (m *CoxModel) Schoenfeld() iter.Seq[SchoenfeldRow] {
	return func(yield func(SchoenfeldRow) bool) {
		d := m.data
		for s := range d.stratum {
			b := &m.base[s]
			for i := d.bounds[s]; i < d.bounds[s+1]; i++ {
				if !d.event[i] {
					continue
				}
				at := b.upTo(d.exit[i]) - 1
				r := SchoenfeldRow{Time: d.exit[i], Stratum: d.stratum[s], Row: int64(d.row[i]) + 1, Residual: make([]float64, d.p)}
				for j := range r.Residual {
					r.Residual[j] = (d.x[i*d.p+j] - b.own[at][j]) * d.scale[j]
				}
				if !yield(r) {
					return
				}
			}
		}
	}
}

// ProportionalTest asks of one covariate, or of all together, whether its
// effect is the same at all times.
type ProportionalTest struct {
	Name string // "" is all covariates
	Test
}

// Proportional tests whether hazards are proportional: a score test of adding
// x·g(t), g being one less the Kaplan-Meier estimate just before t, for each
// covariate alone and, last, for all.
//
// Source: Grambsch and Therneau, Biometrika 81 (1994); R's cox.zph since
// survival 3.0 with the same default transformation.
func (m *CoxModel) Proportional() []ProportionalTest {
	d := m.data
	p := d.p
	g := m.leftKM()
	var mean float64
	for i := range d.n {
		if d.event[i] {
			mean += g[i] / float64(d.events)
		}
	}
	u := make([]float64, 2*p)
	one, two, three := make([]float64, p*p), make([]float64, p*p), make([]float64, p*p)
	m.data.walk(m.eta, m.risk, true, func(at *instant) {
		t := at.ties(m.opt.Ties)
		info := make([]float64, p*p)
		at.information(t, info)
		c := g[at.from] - mean
		for j := range p {
			u[p+j] += float64(c * (at.dx[j] - float64(t.h0*at.s1[j]) + float64(t.h1*at.d1[j])))
		}
		for k, v := range info {
			one[k] += v
			two[k] += float64(c * v)
			three[k] += float64(c*c) * v
		}
	})
	full := make([]float64, 4*p*p)
	at := func(block []float64, j, k int) float64 {
		if j < k {
			j, k = k, j
		}
		return block[j*p+k]
	}
	for j := range p {
		for k := range p {
			full[j*2*p+k] = at(one, j, k)
			full[(p+j)*2*p+k], full[j*2*p+p+k] = at(two, j, k), at(two, j, k)
			full[(p+j)*2*p+p+k] = at(three, j, k)
		}
	}
	var out []ProportionalTest
	kept := make([]int, p, 2*p)
	for j := range p {
		kept[j] = j
	}
	for j := range p {
		q, _ := quadratic(full, 2*p, u, append(kept[:p:p], p+j))
		out = append(out, ProportionalTest{m.names[j], chiTest(q, 1)})
	}
	for j := range p {
		kept = append(kept, p+j)
	}
	q, _ := quadratic(full, 2*p, u, kept)
	return append(out, ProportionalTest{"", chiTest(q, p)})
}

// leftKM is one less the Kaplan-Meier estimate just before each row's exit,
// all strata together and each row counting once, as R does.
func (m *CoxModel) leftKM() []float64 {
	d := m.data
	s := sample{exit: d.exit, event: d.event, entry: d.entry}
	c := newCurve(&s, byTime(s.exit), Options{})
	out := make([]float64, d.n)
	for i, t := range d.exit {
		if at := c.line.step(t); at > 0 {
			out[i] = 1 - c.surv[at-1]
		}
	}
	return out
}
