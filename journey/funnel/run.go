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
	groups, err := run(log, spec, Breakdown{})
	if err != nil {
		return nil, err
	}
	return groups[0], nil
}

func run(log *touchpoint.Log, spec Spec, by Breakdown) ([]*Report, error) {
	p, err := spec.compile(log)
	if err != nil {
		return nil, err
	}
	label, err := p.labels(by)
	if err != nil {
		return nil, err
	}
	n := p.cols.Customers()
	levels := make([]uint8, n)
	seen := p.seen(levels)
	parts := p.cols.Parts()
	tallies := make([]*tally, len(parts))
	var wait sync.WaitGroup
	for i, s := range parts {
		tallies[i] = newTally(p, label)
		wait.Go(func() { tallies[i].walk(s, levels) })
	}
	wait.Wait()
	reports := make([]*Report, len(label.values))
	for g := range reports {
		r := &Report{plan: p, key: label.values[g], customers: seen, levels: levels, group: label.group, which: int32(g), steps: make([]stepTally, len(spec.Steps))}
		for _, t := range tallies {
			t.into(r, g)
		}
		if label.group != nil {
			r.customers = label.members(g, levels)
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
		if !p.spec.Customers(p.log.Customer(c)) {
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
	return &tally{w: p.walker(), label: label}
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
		t.add(t.label.of(t.w, c))
	}
}

// none is the group of a chain that a breakdown has no group for.
const none = -1

func (t *tally) add(g int) {
	if g == none {
		return
	}
	for g >= len(t.groups) {
		t.groups = append(t.groups, groupTally{steps: make([]stepTally, len(t.w.spec.Steps))})
	}
	group := &t.groups[g]
	t.w.times(func(k int, sinceBefore, sinceFirst int64) {
		s := &group.steps[k]
		s.n++
		if sinceBefore >= 0 {
			s.took = append(s.took, sinceBefore)
		}
		if k == len(group.steps)-1 {
			group.total = append(group.total, sinceFirst)
		}
	})
}

func (t *tally) into(r *Report, g int) {
	if g >= len(t.groups) {
		return
	}
	for k := range r.steps {
		r.steps[k].n += t.groups[g].steps[k].n
		r.steps[k].took = append(r.steps[k].took, t.groups[g].steps[k].took...)
	}
	r.total = append(r.total, t.groups[g].total...)
}
