package simulate

import (
	"math"

	"github.com/lifecycle-go/lifecycle/journey"
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
