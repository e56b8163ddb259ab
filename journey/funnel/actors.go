package funnel

import "github.com/lifecycle-go/lifecycle/touchpoint"

// actors counts, for each step, the actors of whom a unit got as far; nil where
// customers are their own actors. Units of an actor stand together.
func (r *Report) actors() []int64 {
	inUnits := r.log.InUnits()
	if r.crowd != nil {
		for first := range r.crowd.Names() {
			inUnits = touchpoint.Actor(first) != first
			break
		}
	}
	if !inUnits {
		return nil
	}
	out := make([]int64, len(r.steps))
	actor, best := "", 0
	flush := func() {
		for k := range best {
			out[k]++
		}
	}
	for customer, level := range r.reached() {
		if level == 0 {
			continue
		}
		if who := touchpoint.Actor(customer); who != actor {
			flush()
			actor, best = who, 0
		}
		best = max(best, int(level))
	}
	flush()
	return out
}
