package journey

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
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
	// Goals are the stages that count as conversion, those with parts too; empty
	// means every stage marked as a goal.
	Goals []Stage
	// Level is the level of the intervals; zero means 0.95.
	Level float64
}

// MilestoneReport says who reached a milestone, how fast, and what became of
// them. Reports of shards add up by Merge. A report is for one writer, or for
// many readers; the zero report is of nothing, and merging into it takes the
// other's shape.
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
	// Circular says that no way leads to a goal without an event of the
	// milestone, so that Without is zero by construction and says nothing.
	Circular bool
	// LandmarkWith and LandmarkWithout compare fairly, at the end of the window:
	// of the mature customers who had not converted by then, those who had
	// reached the milestone by then and those who had not, and how many of each
	// converted later. Who was late to the milestone is among those without, so
	// that having had the time to reach it is no advantage (landmark analysis,
	// Anderson, Cain and Gelber 1983). Both are empty without a window.
	LandmarkWith, LandmarkWithout Conversion
	// Level is the level of the intervals.
	Level float64

	times []int64 // until pile has them
	basis basis
	goals []string // sorted
	r     *Replay  // where customers come from, until pile has them
	index uint16
	pile  *pile
}

// Stuck is a customer who has not got on.
type Stuck struct {
	Customer string    `json:"customer"`
	Stage    Stage     `json:"stage"`   // where they are
	Since    time.Time `json:"since"`   // since when they are there
	Started  time.Time `json:"started"` // when their journey began
	// Seen is their last event that counts, refused ones included.
	Seen time.Time `json:"seen"`
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
	shards := make([]*milestoneVisitor, r.options.Goroutines)
	err = r.parallel(func(worker int) task {
		shards[worker] = &milestoneVisitor{d: r.d, bit: 1 << m, goal: goal, within: int64(o.Within), horizon: r.until()}
		return r.visitAll(shards[worker])
	})
	if err != nil {
		return MilestoneReport{}, err
	}
	rep := MilestoneReport{
		Milestone: name, Within: o.Within, Customers: r.tally.seen, Level: o.Level, Circular: r.d.circular(int(m), goal),
		r: r, basis: r.basis, index: m,
	}
	for i, s := range r.d.stages {
		if goal[i] {
			rep.goals = append(rep.goals, string(s.Name))
		}
	}
	slices.Sort(rep.goals)
	lists := make([][]int64, len(shards))
	for i, v := range shards {
		lists[i] = v.times
		rep.Mature += v.mature
		rep.ReachedWithin += v.inTime
		rep.With.add(v.with)
		rep.Without.add(v.without)
		rep.LandmarkWith.add(v.landmarkWith)
		rep.LandmarkWithout.add(v.landmarkWithout)
	}
	rep.times = joinSorted(lists)
	rep.Reached = int64(len(rep.times))
	return rep, rep.rate()
}

// until is the end of observation that reports measure maturity by.
func (r *Replay) until() int64 {
	if r.bounded() {
		return r.horizon
	}
	return r.tally.latest
}

func (m *MilestoneReport) conversions() [4]*Conversion {
	return [4]*Conversion{&m.With, &m.Without, &m.LandmarkWith, &m.LandmarkWithout}
}

// rate fills in the intervals.
func (m *MilestoneReport) rate() error {
	for _, c := range m.conversions() {
		if err := c.rate(m.Level); err != nil {
			return fmt.Errorf("journey: milestone %q: %w", clip(m.Milestone), err)
		}
	}
	return nil
}

// circular reports whether a goal can only be reached by an event of the
// milestone. It is asked of milestones that any of their events reaches.
func (d *Definition) circular(m int, goal []bool) bool {
	mile := &d.spec.Milestones[m]
	if mile.Rule != AnyOf {
		return false
	}
	next := make([][]int, len(d.stages))
	for i, e := range d.edges {
		if !slices.Contains(mile.Events, e.On) && e.Gate != mile.Name {
			next[d.from[i]] = append(next[d.from[i]], int(d.dest[i]))
		}
	}
	for s, ok := range flood(next, []int{int(d.initial)}) {
		if ok && goal[s] {
			return false
		}
	}
	return true
}

func (r *Replay) milestoneOptions(name string, o MilestoneOptions) ([]bool, MilestoneOptions, error) {
	if r.d == nil {
		return nil, o, fmt.Errorf("journey: milestone report: %w", ErrUndefined)
	}
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
		n, ok := r.d.nodeAt[string(g)]
		if !ok {
			errs = append(errs, fmt.Errorf("journey: milestone report: Goals: %w: %q", ErrUnknownStage, clip(string(g))))
			continue
		}
		for _, leaf := range r.d.nodes[n].leaves {
			goal[leaf] = true
		}
	}
	return goal, o, errors.Join(errs...)
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
// customers, the one definition of it in this library; see Quantile. It is false
// while fewer than half have reached it. MeanOfReached stands beside it.
func (m MilestoneReport) TimeToFirstValue() (time.Duration, bool) { return m.Quantile(0.5) }

// Quantile returns the time within which the share q of all customers reached
// the milestone, by nearest rank. Those who have not count as later than
// everybody else; a quantile that falls on them is not defined.
func (m MilestoneReport) Quantile(q float64) (time.Duration, bool) {
	return quantile(m.took(), m.Customers, q)
}

// MeanOfReached returns the mean time to the milestone of those who reached it,
// which leaves out the slow ones still to come; false when nobody did.
func (m MilestoneReport) MeanOfReached() (time.Duration, bool) {
	return sumOf(m.took()).elapsed().Mean(m.Reached)
}

// Stuck yields the customers who have not reached the milestone, in order of
// id: where they are, and since when. Customers in a terminal stage are left
// out; they will not reach anything. A merged or decoded report does not know
// them.
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
			if !yield(r.stuck(c)) {
				return
			}
		}
	}
}

func (r *Replay) stuck(c int) Stuck {
	from, to, _ := r.cols.span(c, r.horizon, r.bounded())
	return Stuck{
		Customer: r.cols.customer(c), Stage: r.d.stages[r.final[c]].Name, Since: instant(r.since[c]),
		Started: instant(r.cols.at[from]), Seen: instant(r.cols.at[to-1]),
	}
}

// Stuck yields the customers who have been in a stage, or in a part of it, for
// at least d at the horizon, in order of id; without a horizon, at the last
// event of the log.
func (r *Replay) Stuck(stage Stage, d time.Duration) iter.Seq[Stuck] {
	return func(yield func(Stuck) bool) {
		if r.d == nil {
			return
		}
		n, ok := r.d.nodeAt[string(stage)]
		if !ok {
			return
		}
		for c, s := range r.final {
			if s != absent && r.d.within(s, n) && elapsed(r.since[c], r.until()) >= d && !yield(r.stuck(c)) {
				return
			}
		}
	}
}

// MarshalJSON writes the report with its rates; times are text, and absent
// where they are not defined.
func (m MilestoneReport) MarshalJSON() ([]byte, error) {
	median, hasMedian := m.TimeToFirstValue()
	mean, hasMean := m.MeanOfReached()
	return json.Marshal(struct {
		Milestone       string        `json:"milestone"`
		Within          *durationJSON `json:"within,omitempty"`
		Customers       int64         `json:"customers"`
		Reached         int64         `json:"reached"`
		ReachedRate     metrics.Ratio `json:"reached_rate"`
		Mature          int64         `json:"mature"`
		ReachedWithin   int64         `json:"reached_within"`
		ActivationRate  metrics.Ratio `json:"activation_rate"`
		Median          *durationJSON `json:"time_to_first_value,omitempty"`
		Mean            *durationJSON `json:"mean_of_reached,omitempty"`
		With            Conversion    `json:"with"`
		Without         Conversion    `json:"without"`
		Circular        bool          `json:"circular,omitempty"`
		LandmarkWith    Conversion    `json:"landmark_with"`
		LandmarkWithout Conversion    `json:"landmark_without"`
	}{
		m.Milestone, someDuration(m.Within, m.Within > 0), m.Customers, m.Reached, m.ReachedRate(), m.Mature, m.ReachedWithin,
		m.ActivationRate(), someDuration(median, hasMedian), someDuration(mean, hasMean),
		m.With, m.Without, m.Circular, m.LandmarkWith, m.LandmarkWithout,
	})
}

// String says in a line who reached it.
func (m MilestoneReport) String() string {
	s := fmt.Sprintf("%s: reached by %d of %d", m.Milestone, m.Reached, m.Customers)
	if m.Within > 0 {
		s += fmt.Sprintf(", within %s by %d of %d", shortDuration(m.Within), m.ReachedWithin, m.Mature)
	}
	if median, ok := m.TimeToFirstValue(); ok {
		s += ", median " + shortDuration(median)
	}
	return s
}
