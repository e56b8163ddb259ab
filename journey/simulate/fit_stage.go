package simulate

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// fewVisits is how many ended visits a family of two parameters, or of one,
// wants; below it the next simpler one is taken.
const fewVisits = 15

// neverLeaves is half the 99 % point of that distribution, 5.41.
const neverLeaves = 5.41 / 2

// stageData are the visits of a stage.
type stageData struct {
	stage    journey.Stage
	on       []journey.Trigger // by branch
	to       []journey.Stage
	times    [][]float64 // by branch, in days
	open     []float64   // visits that have not ended, in days
	timer    float64     // days; 0 = none
	timerOn  journey.Trigger
	byTimer  float64 // visits the timer ended
	branches []branchFit
	censored weighted
	stays    float64 // share that never leaves
	timers   float64 // share that the timer ends
}

// branchFit is one way to leave as it is being fitted.
type branchFit struct {
	obs        observed
	law        law
	p          float64
	candidates []Candidate
}

// Candidate is a family that was tried, and its AIC: −2 log L + 2 parameters.
type Candidate struct {
	Family Family  `json:"family"`
	AIC    float64 `json:"aic"`
}

// fit estimates a stage: shares of the branches and their laws by the EM
// algorithm over which branch an open visit will take (A. P. Dempster,
// N. M. Laird and D. B. Rubin, 1977), and families by AIC. That some never leave
// is taken up where chance would feign it in one case of a hundred: the ratio of
// the likelihoods, at the edge of what a share can be, is half a χ² of one degree.
func (s *stageData) fit(families []Family) {
	s.censored = binned(s.open, maxCensored)
	for i := range s.times {
		b := branchFit{obs: observe(s.times[i])}
		b.law = begin(FamilyExponential, &b.obs, s.timer, s.most())
		if b.obs.same {
			b.law = law{family: FamilyFixed, x: [2]float64{math.Log(b.obs.all.t[0])}}
		}
		s.branches = append(s.branches, b)
	}
	with := s.clone()
	with.em(families, true)
	if len(s.open) == 0 || len(s.branches) == 0 && s.byTimer == 0 {
		*s = *with
		return
	}
	without := s.clone()
	without.em(families, false)
	if with.loglik()-neverLeaves > without.loglik() {
		*s = *with
	} else {
		*s = *without
	}
}

// most is the longest visit in days, ended or not.
func (s *stageData) most() float64 {
	most := 1.0 / 86400
	for i := range s.times {
		for _, t := range s.times[i] {
			most = max(most, t)
		}
	}
	for _, t := range s.open {
		most = max(most, t)
	}
	return most
}

func (s *stageData) clone() *stageData {
	c := *s
	c.branches = append([]branchFit(nil), s.branches...)
	return &c
}

// em runs the algorithm, with or without those who never leave.
func (s *stageData) em(families []Family, stay bool) {
	n := s.byTimer + float64(len(s.open))
	for i := range s.branches {
		n += s.branches[i].obs.n
	}
	ended := n - float64(len(s.open))
	for i := range s.branches {
		s.branches[i].p = s.branches[i].obs.n / max(ended, 1)
	}
	s.timers, s.stays = s.byTimer/max(ended, 1), 0
	if stay && n > 0 {
		s.stays = float64(len(s.open)) / n / 2
		if ended == 0 {
			s.stays = 1
		}
		for i := range s.branches {
			s.branches[i].p *= 1 - s.stays
		}
		s.timers *= 1 - s.stays
	}
	s.families(families, s.responsibilities())
	was := math.Inf(-1)
	for round := range 200 {
		r := s.responsibilities()
		for i := range s.branches {
			b := &s.branches[i]
			sum := b.obs.n
			for _, w := range r[i].w {
				sum += w
			}
			b.p = sum / n
			b.law, _ = maximise(b.law, &b.obs, r[i], 0.02)
		}
		s.stays, s.timers = total(r[len(s.branches)].w)/n, (s.byTimer+total(r[len(s.branches)+1].w))/n
		if round%20 == 10 {
			s.families(families, r)
		}
		now := s.loglik()
		if now-was < 1e-5 && round > 12 || len(s.open) == 0 {
			break
		}
		was = now
	}
}

func total(w []float64) float64 {
	sum := 0.0
	for _, x := range w {
		sum += x
	}
	return sum
}

// families chooses each branch's family by AIC.
func (s *stageData) families(families []Family, r []weighted) {
	for i := range s.branches {
		b := &s.branches[i]
		if b.law.family == FamilyFixed || b.obs.n == 0 {
			continue
		}
		b.candidates = nil
		best := math.Inf(1)
		keep := b.law
		for _, f := range families {
			if f != FamilyExponential && b.obs.n < fewVisits {
				continue
			}
			l, ll := maximise(begin(f, &b.obs, s.timer, s.most()), &b.obs, r[i], 0.3)
			aic := -2*ll + 2*float64(l.params())
			b.candidates = append(b.candidates, Candidate{f, aic})
			if aic < best {
				best, keep = aic, l
			}
		}
		b.law = keep
	}
}

// responsibilities shares the open visits among what may become of them: the
// branches, staying, the timer.
func (s *stageData) responsibilities() []weighted {
	k := len(s.branches)
	out := make([]weighted, k+2)
	for i := range out {
		out[i] = weighted{t: s.censored.t, w: make([]float64, len(s.censored.t))}
	}
	for j, t := range s.censored.t {
		all := 0.0
		for i := range s.branches {
			out[i].w[j] = s.branches[i].p * s.branches[i].law.tail(t)
			all += out[i].w[j]
		}
		out[k].w[j] = s.stays
		out[k+1].w[j] = s.timers
		all += s.stays + s.timers
		for i := range out {
			if all > 0 {
				out[i].w[j] *= s.censored.w[j] / all
			}
		}
	}
	return out
}

// loglik is the log likelihood of the stage.
func (s *stageData) loglik() float64 {
	sum := 0.0
	if s.byTimer > 0 {
		sum += s.byTimer * math.Log(s.timers)
	}
	for i := range s.branches {
		b := &s.branches[i]
		sum += b.obs.n*math.Log(b.p) + b.law.likelihood(&b.obs)
	}
	for j, t := range s.censored.t {
		p := s.stays + s.timers
		for i := range s.branches {
			p += s.branches[i].p * s.branches[i].law.tail(t)
		}
		sum += s.censored.w[j] * math.Log(max(p, 1e-300))
	}
	return sum
}

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
