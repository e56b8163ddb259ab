package funnel

import "github.com/lifecycle-go/lifecycle/touchpoint"

// actors counts, for each step, the actors of whom a unit got as far; nil where
// customers are their own actors. Units of an actor stand together.
func (r *Report) actors() []int64 {
	inUnits := r.log.InUnits()
	if r.names != nil {
		inUnits = len(r.names) > 0 && touchpoint.Actor(r.names[0]) != r.names[0]
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
	for c, level := range r.levels {
		if level == 0 || level == outside || r.names == nil && !r.has(c) {
			continue
		}
		if who := touchpoint.Actor(r.customer(c)); who != actor {
			flush()
			actor, best = who, 0
		}
		best = max(best, int(level))
	}
	flush()
	return out
}

// customer is the id at a place of the report.
func (r *Report) customer(c int) string {
	if r.names != nil {
		return r.names[c]
	}
	return r.log.Customer(c)
}
