package funnel

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// OfReplay is the funnel of stages: step k is who ever came to stages[k], in
// whatever order and however often, so that its counts are what the replay says
// was reached. A stage with parts, or a group, is reached by any of them. Without
// stages it is those of the definition, in its order.
//
// Stages can be passed over: FromPrevious is one count over the other and may
// exceed 1, and Level and Who go by the furthest stage of the list. Time is from
// the stage before in the list, for those who came there no later. The report has
// no log: no times of single customers and nothing to correlate. It merges with
// those of other customers under the same definition.
//
// Errors: a stage that the definition does not have or that stands twice, more
// than MaxSteps, a replay without a definition.
func OfReplay(r *journey.Replay, stages ...journey.Stage) (*Report, error) {
	if r == nil || r.Definition() == nil {
		return nil, fmt.Errorf("funnel: stages: %w", journey.ErrUndefined)
	}
	d := r.Definition()
	if len(stages) == 0 {
		for _, s := range d.Stages() {
			stages = append(stages, s.Name)
		}
	}
	if len(stages) > MaxSteps {
		return nil, &fault.Error{Package: "funnel", Op: "stages", Field: "stages", Value: strconv.Itoa(len(stages)), Limit: fmt.Sprintf("at most %d", MaxSteps), Err: ErrSpec}
	}
	counts, err := stepsOf(d, stages)
	if err != nil {
		return nil, err
	}
	spec := Spec{}
	for _, s := range stages {
		spec.Steps = append(spec.Steps, Step{Name: string(s), Any: touchpoint.Named(string(s))})
	}
	out := &Report{plan: &plan{spec: spec, origin: d.Hash()}, steps: make([]stepTally, len(stages)), crowd: &pack.Crowd{}}
	first := make([]int64, len(stages))
	for customer, visits := range r.AllVisits() {
		out.customers++
		for k := range first {
			first[k] = -1
		}
		begin := visits[0].From
		for _, v := range visits {
			for _, k := range counts[v.Stage] {
				if first[k] < 0 {
					first[k] = int64(v.From.Sub(begin))
				}
			}
		}
		out.stages(customer, first)
	}
	return out, nil
}

// stages counts a customer by the time of the first visit to each stage, −1 =
// none.
func (r *Report) stages(customer string, first []int64) {
	level := 0
	for k, at := range first {
		if at < 0 {
			continue
		}
		level = k + 1
		s := &r.steps[k]
		s.n++
		if k > 0 && first[k-1] >= 0 && first[k-1] <= at {
			s.took = append(s.took, at-first[k-1])
		}
	}
	if last := len(first) - 1; first[0] >= 0 && first[last] >= first[0] {
		r.total = append(r.total, first[last]-first[0])
	}
	if level > 0 {
		r.crowd.Add(customer)
		r.levels = append(r.levels, uint8(level))
	}
}

// stepsOf gives the steps that a visit to each stage of the definition is.
func stepsOf(d *journey.Definition, stages []journey.Stage) (map[journey.Stage][]int, error) {
	out := map[journey.Stage][]int{}
	for k, s := range stages {
		found := false
		for _, leaf := range d.Stages() {
			if slices.Contains(d.Path(leaf.Name), string(s)) {
				out[leaf.Name], found = append(out[leaf.Name], k), true
			}
		}
		if !found || slices.Index(stages, s) != k {
			limit := "want a stage of the definition"
			if found {
				limit = "stands twice"
			}
			return nil, &fault.Error{Package: "funnel", Op: "stages", Field: "stages[" + strconv.Itoa(k) + "]", Value: fault.Quote(string(s)), Limit: limit, Err: ErrSpec}
		}
	}
	return out, nil
}
