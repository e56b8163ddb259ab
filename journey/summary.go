package journey

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Summary is what a replay has counted: every table, and the lengths of all
// visits for exact quantiles, without the paths of single customers. Summaries
// of shards add up: cut the customers into any parts, replay each, Merge, and
// the result is the summary of one replay, byte for byte in its binary form.
//
// It accumulates by Merge and UnmarshalBinary: one writer, or many readers. The
// zero Summary is of nobody; merging into it takes the other's shape.
type Summary struct {
	d      *Definition
	basis  basis
	tally  tally
	replay *Replay // where customers and durations come from, until pile has them
	levels []lazyDurations
	pile   *pile
}

// basis is what has to be equal for counts to add up.
type basis struct {
	spec     string // the definition's text
	rules    string // hash of the rules
	horizon  int64
	bounded  bool
	everyone bool
	keep     int64
}

// ErrMerge: two summaries or reports that do not add up.
var ErrMerge = errors.New("do not add up")

func (b *basis) check(o *basis) error {
	switch {
	case b.spec != o.spec:
		return fmt.Errorf("journey: merge: %w: of different definitions", ErrMerge)
	case b.rules != o.rules:
		return fmt.Errorf("journey: merge: %w: under different rules", ErrMerge)
	case b.bounded != o.bounded || b.horizon != o.horizon:
		return fmt.Errorf("journey: merge: %w: horizons %s and %s", ErrMerge, b.at(), o.at())
	case b.everyone != o.everyone || b.keep != o.keep:
		return fmt.Errorf("journey: merge: %w: options Everyone %t and %t, Examples %d and %d", ErrMerge, b.everyone, o.everyone, b.keep, o.keep)
	}
	return nil
}

func (b *basis) at() string {
	if !b.bounded {
		return "none"
	}
	return instant(b.horizon).Format(time.RFC3339Nano)
}

// hashOf identifies rules.
func (rs Rules) hash() string {
	if rs == nil {
		return ""
	}
	text, err := json.Marshal(rs)
	if err != nil {
		return err.Error() // strings marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// summarise reads the sums of a walker, merged and settled.
func (r *Replay) summarise(w *walker, rules Rules) {
	d := r.d
	spec, _ := d.spec.appendText(nil)
	s := &r.Summary
	*s = Summary{
		d: d, replay: r, levels: make([]lazyDurations, maxDepth+2), tally: newTally(d),
		basis: basis{spec: string(spec), rules: rules.hash(), horizon: r.horizon, bounded: r.bounded(), everyone: r.options.Everyone, keep: w.keep},
	}
	t := &s.tally
	t.seen, t.beyond, t.latest, t.observed = w.seen, w.beyond, w.latest, w.observed
	if r.cols.picks == nil {
		t.duplicates = r.cols.log.Duplicates()
	}
	copy(t.sojourn, w.sojourn)
	copy(t.fired, w.fired)
	event := func(e example, on Trigger) Event {
		return Event{Customer: r.cols.customer(e.customer), Trigger: on, At: instant(r.cols.at[e.event])}
	}
	for stage := range d.stages {
		for on := range d.width {
			k, from := stage*d.width+on, stage*r.table.width+on
			t.met[k], t.refused[k], t.noted[k] = w.cells[from].events, w.refused[from], w.noted[from]
			for _, e := range w.examples[from] {
				t.examples[k] = append(t.examples[k], event(e, d.triggers[on]))
			}
		}
		t.ignored += w.cells[stage*r.table.width+d.width].events
	}
	for i := range d.edges {
		t.branches[i] = w.branches[i]
		if k := int(d.from[i])*d.width + int(d.on[i]); d.cells[k]&choiceBit == 0 {
			t.branches[i] = t.met[k]
		}
	}
	for key, n := range w.strange { //nolint:maprange // sorted below
		u := unknownCount{stage: key.stage, name: Trigger(r.cols.names[key.code]), count: n}
		for _, e := range w.odd[key] {
			u.examples = append(u.examples, event(e, u.name))
		}
		t.unknown = append(t.unknown, u)
	}
	slices.SortFunc(t.unknown, compareUnknown)
	t.unknown = joinUnknown(t.unknown, w.keep)
	for _, stage := range r.final {
		if stage != absent {
			t.here[stage]++
		}
	}
}

// Merge adds the summary of other customers. Summaries of other definitions,
// rules or options, and customers that are in both, are an [ErrMerge]; so is
// merging into the summary of a replay. Nothing is changed then. A replay
// without a Horizon ends with each customer's own last event, so shards add up;
// AtLastEvent gives each shard a horizon of its own.
func (s *Summary) Merge(o *Summary) error {
	if s.replay != nil {
		return fmt.Errorf("journey: merge: %w: merge into a Summary of its own, not into that of a replay", ErrMerge)
	}
	if o.d == nil {
		return nil
	}
	o, err := o.settled()
	if err != nil {
		return err
	}
	if s.d == nil {
		*s = Summary{d: o.d, basis: o.basis, tally: newTally(o.d)}
		s.tally.latest = o.tally.latest
	}
	if err := s.basis.check(&o.basis); err != nil {
		return err
	}
	theirs := o.pile.whole()
	if err := s.pile.disjoint(theirs.names); err != nil {
		return err
	}
	s.pile = s.pile.add(theirs)
	s.tally.merge(&o.tally, s.basis.keep)
	return nil
}

// disjoint refuses names that the pile has.
func (p *pile) disjoint(names []string) error {
	if both, shared := p.shares(names); shared {
		return fmt.Errorf("journey: merge: %w: customer %s is in both", ErrMerge, fault.Quote(both))
	}
	return nil
}

// settled is s with everything that would still have to be asked of the
// replay, so that it stands on its own. It shares what nobody writes to.
func (s *Summary) settled() (*Summary, error) {
	if s.replay == nil {
		return s, nil
	}
	all := &sheaf{names: s.customers()}
	for by := range s.depth() {
		for _, d := range s.durations(By(by)) {
			all.times = append(all.times, d.done, d.open, d.reach)
		}
		if err := s.levels[by].err; err != nil {
			return nil, err
		}
	}
	return &Summary{d: s.d, basis: s.basis, tally: s.tally, pile: &pile{of: []*sheaf{all}}}, nil
}

// depth is how many readings a report has: by stage, and by the levels above.
func (s *Summary) depth() int {
	most := 0
	for _, n := range s.d.leafNode {
		most = max(most, s.d.nodes[n].depth)
	}
	return most + 1
}

// customers are the ids of those counted, sorted.
func (s *Summary) customers() []string {
	if s.replay == nil {
		if s.pile == nil {
			return nil
		}
		return s.pile.whole().names
	}
	names := make([]string, 0, s.tally.seen)
	for c, stage := range s.replay.final {
		if stage != absent {
			names = append(names, s.replay.cols.customer(c))
		}
	}
	return names
}

// lazyDurations are the durations of one reading, once asked for.
type lazyDurations struct {
	once sync.Once
	of   []durations
	err  error
}

// Definition returns the definition that was replayed; nil for the zero
// Summary.
func (s *Summary) Definition() *Definition { return s.d }

// Horizon returns the instant the replay looks at: the one of the options, or
// else the time of the last event; the zero time when there is neither.
func (s *Summary) Horizon() time.Time {
	switch {
	case s.basis.bounded:
		return instant(s.basis.horizon)
	case s.tally.seen == 0:
		return time.Time{}
	}
	return instant(s.tally.latest)
}

// Customers returns how many customers were followed.
func (s *Summary) Customers() int64 { return s.tally.seen }

// Observed returns the time that all customers were observed: from the first
// event to the horizon or, without one, to the last event of each. It equals
// the sum of the sojourn times of all stages.
func (s *Summary) Observed() calendar.Elapsed { return s.tally.observed.elapsed() }

// Counts says what became of the events of a log. The zero value is no events.
type Counts struct {
	Accepted   int64 `json:"accepted"`   // moved the customer, or counted within the visit
	Observed   int64 `json:"observed"`   // of the accepted, those that no transition took
	Refused    int64 `json:"refused"`    // see Summary.Refusals
	Ignored    int64 `json:"ignored"`    // no rule speaks of them
	Duplicates int64 `json:"duplicates"` // dropped as repeats of an id
	Beyond     int64 `json:"beyond"`     // after the horizon
	Timers     int64 `json:"timers"`     // transitions that timers fired; not events of the log
}

// Counts returns what became of the events. Accepted, Refused, Ignored,
// Duplicates and Beyond add up to the events of the input.
func (s *Summary) Counts() Counts {
	t := &s.tally
	c := Counts{Duplicates: t.duplicates, Beyond: t.beyond, Ignored: t.ignored}
	for k, n := range t.met {
		switch cell := s.d.cells[k]; {
		case cell == 0:
			c.Refused += n
			continue
		case s.d.observes(cell):
			c.Observed += n
		}
		c.Observed += t.noted[k]
		c.Accepted += n - t.refused[k]
		c.Refused += t.refused[k]
	}
	for _, u := range t.unknown {
		c.Refused += u.count
	}
	for _, n := range t.fired {
		c.Timers += n
	}
	return c
}

// InStage returns how many customers are in a stage at the end, or in one that
// is part of it, at any depth.
func (s *Summary) InStage(stage Stage) int64 {
	n := int64(0)
	if s.d == nil {
		return 0
	}
	if k, ok := s.d.nodeAt[string(stage)]; ok {
		for _, leaf := range s.d.nodes[k].leaves {
			n += s.tally.here[leaf]
		}
	}
	return n
}

// edgeCount returns how often edge i of [Definition.Edges] was taken, by events
// and by timers; zero for an i that is no edge.
func (s *Summary) edgeCount(i int) (events, timers int64) {
	if i < 0 || i >= len(s.tally.branches) {
		return 0, 0
	}
	return s.tally.branches[i], s.tally.fired[i]
}
