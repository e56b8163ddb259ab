package funnel

import (
	"sync"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Run runs a funnel over a log, on all processors. Its result does not depend
// on their number, nor on the order in which events of distinct (customer,
// instant) were read. It costs one pass over the events; memory is a byte for
// each customer and eight for each step that one took.
//
// Errors: a Spec that Validate refuses, a match on a column that the log does
// not keep. A nil log is an empty one.
func Run(log *touchpoint.Log, spec Spec) (*Report, error) {
	groups, err := run(log, spec, parting{})
	if err != nil {
		return nil, err
	}
	return groups[0], nil
}

func run(log *touchpoint.Log, spec Spec, by parting) ([]*Report, error) {
	p, err := spec.compile(log)
	if err != nil {
		return nil, err
	}
	levels := make([]uint8, p.cols.Customers())
	seen := p.seen(levels)
	label, err := p.labels(by, levels)
	if err != nil {
		return nil, err
	}
	parts := p.cols.Parts()
	tallies := make([]*tally, len(parts))
	var wait sync.WaitGroup
	for i, s := range parts {
		tallies[i] = newTally(p, label)
		wait.Go(func() { tallies[i].walk(s, levels) })
	}
	wait.Wait()
	members := label.members(levels)
	reports := make([]*Report, len(label.keys))
	for g := range reports {
		r := &Report{plan: p, key: label.keys[g], customers: seen, levels: levels, group: label.group, which: int32(g), steps: make([]stepTally, len(spec.Steps))}
		r.gather(tallies, g)
		if members != nil {
			r.customers = members[g]
		}
		reports[g] = r
	}
	return reports, nil
}

// outside marks a customer whom the filter leaves out.
const outside = 0xFF

// seen asks the filter about every customer, in the caller's goroutine, so that
// a panic of it is the caller's, and counts those it takes.
func (p *plan) seen(levels []uint8) int64 {
	n := int64(len(levels))
	if p.spec.Customers == nil {
		return n
	}
	for c := range levels {
		if !p.spec.Customers(touchpoint.Actor(p.log.Customer(c))) {
			levels[c] = outside
			n--
		}
	}
	return n
}

// tally is what one goroutine counts.
type tally struct {
	w      *walker
	label  *labels
	groups []groupTally
}

// groupTally is one group of a breakdown.
type groupTally struct {
	steps []stepTally
	total []int64 // nanoseconds from the first step to the last, of those who took it
}

// stepTally is one step of one group.
type stepTally struct {
	n    int64
	took []int64 // nanoseconds since the step before, of those who took it
}

func newTally(p *plan, label *labels) *tally {
	t := &tally{w: p.walker(), label: label, groups: make([]groupTally, len(label.keys))}
	for g := range t.groups {
		t.groups[g].steps = make([]stepTally, len(p.spec.Steps))
	}
	return t
}

func (t *tally) walk(s touchpoint.Part, levels []uint8) {
	for c := s.From; c < s.To; c++ {
		if levels[c] == outside {
			continue
		}
		t.w.walk(c)
		if t.w.best.level == 0 {
			continue
		}
		levels[c] = uint8(t.w.best.level)
		if g := t.label.of(t.w, c); g != none {
			t.add(&t.groups[g])
		}
	}
}

func (t *tally) add(group *groupTally) {
	if t.w.spec.Order == AnyOrder || t.w.general || t.w.spec.Tolerance > 0 {
		t.w.times(group.add)
		return
	}
	// Every step up to the level is taken, one after the other.
	at, chain := t.w.cols.UnixNano, t.w.best.taken[:t.w.best.level]
	group.steps[0].n++
	last := at[chain[0]]
	for k, i := range chain[1:] {
		s := &group.steps[k+1]
		s.n++
		s.took = append(s.took, at[i]-last)
		last = at[i]
	}
	if len(chain) == len(group.steps) {
		group.total = append(group.total, last-at[chain[0]])
	}
}

func (g *groupTally) add(k int, sinceBefore, sinceFirst int64) {
	s := &g.steps[k]
	s.n++
	if sinceBefore >= 0 {
		s.took = append(s.took, sinceBefore)
	}
	if k == len(g.steps)-1 {
		g.total = append(g.total, sinceFirst)
	}
}

// gather joins what the goroutines counted of one group.
func (r *Report) gather(tallies []*tally, g int) {
	join := func(of func(t *groupTally) []int64) []int64 {
		n := 0
		for _, t := range tallies {
			n += len(of(&t.groups[g]))
		}
		if n == 0 {
			return nil
		}
		out := make([]int64, 0, n)
		for _, t := range tallies {
			out = append(out, of(&t.groups[g])...)
		}
		return out
	}
	for k := range r.steps {
		for _, t := range tallies {
			r.steps[k].n += t.groups[g].steps[k].n
		}
		r.steps[k].took = join(func(t *groupTally) []int64 { return t.steps[k].took })
	}
	r.total = join(func(t *groupTally) []int64 { return t.total })
}
