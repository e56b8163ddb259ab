package simulate

import (
	"math"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

// milestone is the share of customers who ever reach a milestone of rule AnyOf:
// a linear system over the stages, in which a visit misses the milestone's
// habits with probability E[Π S(D)] for the survival S of each habit's first
// time and the length D of the visit.
func (e *engine) milestone(m *journey.Milestone, chains []*chain, weights []float64) (float64, bool) {
	if m.Rule != journey.AnyOf {
		return 0, false
	}
	counts := func(name string) bool { return slices.Contains(m.Events, journey.Trigger(name)) }
	if counts(e.w.Arrivals.Event) {
		return 1, true
	}
	if counts(EventSent) || counts(EventAnswered) || counts(EventExposed) || counts(e.w.Billing.Payments.Failed) || counts(e.w.Billing.Payments.Recovered) {
		return 0, false
	}
	habits := make([][]*Dwell, len(e.stages))
	for s := range e.stages {
		for _, h := range e.stages[s].habits {
			habit := &e.w.Habits[h]
			if habit.Does == Pause && counts(habit.Resume) {
				return 0, false
			}
			if !counts(habit.Event) {
				continue
			}
			if habit.Does == Upgrade || habit.Does == Downgrade || habit.Does == Pause {
				return 0, false // not done where it has no effect
			}
			habits[s] = append(habits[s], &habit.Every)
		}
	}
	p := 0.0
	for i, c := range chains {
		n := len(e.stages)
		a, b := square(n), make([]float64, n)
		for s := range n {
			a[s][s]++
			stays := 1.0
			for _, x := range c.exits[s] {
				stays -= x.p
				missed := missed(&x.dwell, habits[s])
				b[s] += x.p * (1 - missed)
				if counts(string(x.on)) {
					b[s] += x.p * missed
				} else {
					a[s][x.to] -= x.p * missed
				}
			}
			if len(habits[s]) > 0 {
				b[s] += max(stays, 0)
			}
		}
		x, ok := solve(a, b)
		if !ok {
			return 0, false
		}
		p += weights[i] * x[c.start]
	}
	return min(max(p, 0), 1), true
}

// missed is the probability that none of the habits has its first time within a
// visit of length D: a Stieltjes sum over 20,000 steps of the logarithm of time.
func missed(d *Dwell, habits []*Dwell) float64 {
	if len(habits) == 0 {
		return 1
	}
	none := func(t time.Duration) float64 {
		p := 1.0
		for _, h := range habits {
			p *= 1 - h.CDF(t)
		}
		return p
	}
	switch d.Family {
	case FamilyFixed:
		return none(d.Scale)
	case FamilyEmpirical:
		sum, n := 0.0, 0
		for _, v := range d.Values {
			if d.Below == 0 || v < d.Below {
				sum += none(v)
				n++
			}
		}
		return sum / float64(n)
	default:
	}
	const steps = 20_000
	lo, hi := 1.0, maxDwell.Seconds()
	if d.Below > 0 {
		hi = d.Below.Seconds()
	}
	ratio := math.Pow(hi/lo, 1.0/steps)
	sum, was := d.CDF(seconds(lo))*none(seconds(lo)), d.CDF(seconds(lo))
	for t := lo; t < hi; t *= ratio {
		now := d.CDF(seconds(t * ratio))
		if now > was {
			sum += (now - was) * none(seconds(t*math.Sqrt(ratio)))
		}
		was = now
	}
	return sum
}
