package journey

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// MilestoneOptions say how a milestone is reported. The zero value takes the
// milestone's own deadline, the definition's goals, and intervals at 95 %.
type MilestoneOptions struct {
	// Within is the time from a customer's start in which the milestone is
	// wanted; zero means the milestone's Deadline, and if that is zero too, no
	// limit.
	Within time.Duration
	// Goals are the stages that count as conversion; empty means every stage
	// marked as a goal.
	Goals []Stage
	// Level is the level of the intervals; zero means 0.95.
	Level float64
}

// MilestoneReport says who reached a milestone, how fast, and what became of
// them. It is immutable and safe for concurrent use; the zero report is of
// nothing.
type MilestoneReport struct {
	// Milestone is what it is about.
	Milestone string
	// Within is the window that was asked for; zero means none.
	Within time.Duration
	// Customers is how many there are; Reached how many reached the milestone
	// at any time.
	Customers, Reached int64
	// Mature is how many customers started at least Within before the horizon,
	// so that their window is over; ReachedWithin is how many of those reached
	// the milestone inside it. Without a window everybody is mature.
	Mature, ReachedWithin int64
	// With is the conversion to a goal of those who reached the milestone, by
	// then or without converting; Without that of those who converted before
	// they reached it or never reached it. Comparing the two says what goes
	// together, not what causes what.
	With, Without Conversion

	times []int64
	r     *Replay
	index uint16
	level float64
}

// Conversion is how many of some customers came to a goal.
type Conversion struct {
	Customers, Converted int64
	// Rate is Converted over Customers with its Wilson score interval; it is
	// not defined for no customers.
	Rate metrics.Estimate
}

// Ratio returns converted over customers, exactly.
func (c Conversion) Ratio() metrics.Ratio { return metrics.NewCount(c.Converted, c.Customers) }

// Stuck is a customer who has not reached a milestone.
type Stuck struct {
	Customer string
	Stage    Stage     // where they are
	Since    time.Time // since when they are there
	Started  time.Time // when their journey began
	// Seen is their last event that counts, refused ones included.
	Seen time.Time
}

// Milestone reports on a milestone of the definition. It goes over the log
// again. Errors are ErrUnknownMilestone, ErrUnknownStage for a goal, and bad
// options, joined.
func (r *Replay) Milestone(name string, o MilestoneOptions) (MilestoneReport, error) {
	goal, o, err := r.milestoneOptions(name, o)
	if err != nil {
		return MilestoneReport{}, err
	}
	m, _ := r.d.mileIx.find(name)
	horizon := r.tally.latest
	if !r.options.Horizon.IsZero() {
		horizon = r.horizon
	}
	shards := make([]*milestoneVisitor, r.options.Goroutines)
	err = r.parallel(func(worker int) task {
		shards[worker] = &milestoneVisitor{d: r.d, bit: 1 << m, goal: goal, within: int64(o.Within), horizon: horizon}
		return r.visitAll(shards[worker])
	})
	if err != nil {
		return MilestoneReport{}, err
	}
	rep := MilestoneReport{Milestone: name, Within: o.Within, Customers: r.tally.seen, r: r, index: m, level: o.Level}
	lists := make([][]int64, len(shards))
	for i, v := range shards {
		lists[i] = v.times
		rep.Mature += v.mature
		rep.ReachedWithin += v.inTime
		rep.With.Customers += v.with
		rep.With.Converted += v.withGoal
		rep.Without.Customers += v.without
		rep.Without.Converted += v.withoutGoal
	}
	rep.times = joinSorted(lists)
	rep.Reached = int64(len(rep.times))
	for _, c := range []*Conversion{&rep.With, &rep.Without} {
		if c.Customers == 0 {
			continue
		}
		if c.Rate, err = metrics.Wilson(c.Converted, c.Customers, o.Level); err != nil {
			return MilestoneReport{}, fmt.Errorf("journey: milestone %q: %w", name, err)
		}
	}
	return rep, nil
}

func (r *Replay) milestoneOptions(name string, o MilestoneOptions) ([]bool, MilestoneOptions, error) {
	m, ok := r.d.mileIx.find(name)
	if !ok {
		return nil, o, fmt.Errorf("journey: milestone report: %w: %q", ErrUnknownMilestone, clip(name))
	}
	var errs []error
	switch {
	case o.Within < 0:
		errs = append(errs, fmt.Errorf("journey: milestone report: Within: %s is negative", o.Within))
	case o.Within == 0:
		o.Within = r.d.spec.Milestones[m].Deadline
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if !(o.Level > 0 && o.Level < 1) {
		errs = append(errs, fmt.Errorf("journey: milestone report: Level: %v, want between 0 and 1", o.Level))
	}
	goal := make([]bool, len(r.d.stages))
	for i, s := range r.d.stages {
		goal[i] = s.Goal && len(o.Goals) == 0
	}
	for _, g := range o.Goals {
		i, ok := r.d.stageIx.find(string(g))
		if !ok {
			errs = append(errs, fmt.Errorf("journey: milestone report: Goals: %w: %q", ErrUnknownStage, clip(string(g))))
			continue
		}
		goal[i] = true
	}
	return goal, o, errors.Join(errs...)
}

// milestoneVisitor counts one milestone over a range of customers.
type milestoneVisitor struct {
	d       *Definition
	bit     uint64
	goal    []bool
	within  int64
	horizon int64

	start, reached, converted int64
	isReached, isConverted    bool

	times                                []int64
	mature, inTime                       int64
	with, withGoal, without, withoutGoal int64
}

func (v *milestoneVisitor) begin(_ int, stage uint16, at int64) {
	v.start = at
	v.isReached, v.isConverted = false, v.goal[stage]
	v.converted = at
}

func (v *milestoneVisitor) move(edge int, at int64) {
	if v.goal[v.d.dest[edge]] && !v.isConverted {
		v.isConverted, v.converted = true, at
	}
}

func (v *milestoneVisitor) reach(set uint64, at int64) {
	if set&v.bit != 0 {
		v.isReached, v.reached = true, at
	}
}

func (v *milestoneVisitor) end(uint16, uint64, int64, int64) {
	if v.isReached {
		v.times = append(v.times, int64(elapsed(v.start, v.reached)))
	}
	if v.within == 0 || uint64(v.horizon)-uint64(v.start) >= uint64(v.within) {
		v.mature++
		if v.isReached && (v.within == 0 || uint64(v.reached)-uint64(v.start) <= uint64(v.within)) {
			v.inTime++
		}
	}
	if v.isReached && (!v.isConverted || v.reached <= v.converted) {
		v.with++
		if v.isConverted {
			v.withGoal++
		}
		return
	}
	v.without++
	if v.isConverted {
		v.withoutGoal++
	}
}

// ActivationRate returns the share of the mature customers who reached the
// milestone within the window: the activation rate, for an activation
// milestone. Customers whose window is still running are in neither number.
func (m MilestoneReport) ActivationRate() metrics.Ratio {
	return metrics.NewCount(m.ReachedWithin, m.Mature)
}

// ReachedRate returns the share of all customers who reached it at any time.
func (m MilestoneReport) ReachedRate() metrics.Ratio {
	return metrics.NewCount(m.Reached, m.Customers)
}

// TimeToFirstValue returns the median time from start to milestone over all
// customers; see Quantile. It is false while fewer than half have reached it.
func (m MilestoneReport) TimeToFirstValue() (time.Duration, bool) { return m.Quantile(0.5) }

// Quantile returns the time within which the share q of all customers reached
// the milestone, by nearest rank. Those who have not count as later than
// everybody else; a quantile that falls on them is not defined.
func (m MilestoneReport) Quantile(q float64) (time.Duration, bool) {
	return quantile(m.times, m.Customers, q)
}

// Mean returns the mean time to the milestone of those who reached it, which
// leaves out the slow ones still to come; false when nobody did.
func (m MilestoneReport) Mean() (time.Duration, bool) {
	return sumOf(m.times).elapsed().Mean(m.Reached)
}

// RateWithin returns the share of all customers who reached it within d of
// their start, whether or not d has passed for everybody.
func (m MilestoneReport) RateWithin(d time.Duration) metrics.Ratio {
	n := int64(0)
	for _, t := range m.times { // sorted
		if t > int64(d) {
			break
		}
		n++
	}
	return metrics.NewCount(n, m.Customers)
}

// Stuck yields the customers who have not reached the milestone, in order of
// id: where they are, and since when. Customers in a terminal stage are left
// out; they will not reach anything.
func (m MilestoneReport) Stuck() iter.Seq[Stuck] {
	return func(yield func(Stuck) bool) {
		r := m.r
		if r == nil {
			return
		}
		for c, s := range r.final {
			if s == absent || r.d.stages[s].Terminal || r.reached[c]>>m.index&1 != 0 {
				continue
			}
			from, to, _ := r.cols.span(c, r.horizon, r.bounded())
			if !yield(Stuck{
				Customer: r.cols.customer(c), Stage: r.d.stages[s].Name, Since: instant(r.since[c]),
				Started: instant(r.cols.at[from]), Seen: instant(r.cols.at[to-1]),
			}) {
				return
			}
		}
	}
}
