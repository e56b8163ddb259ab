package journey

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// ReplayOptions say how a log is replayed. The zero value follows every
// customer who has an event that the rules speak of to their last such event,
// keeps three examples of each refusal and uses every processor.
type ReplayOptions struct {
	// Horizon is the instant the replay looks at the customers: events after
	// it are left out and counted, timers due by it fire, and the visits that
	// are open last until it. The zero time ends each customer's observation
	// with the customer's own last event, so that nobody is seen to wait, and
	// timers due after it do not fire: a customer who fell silent in a trial
	// stays in it. For an export of everything that happened until a day, that
	// day is the horizon; AtLastEvent sets it to the last event of the log.
	Horizon time.Time
	// AtLastEvent, without a Horizon, makes the last event of the log the
	// horizon.
	AtLastEvent bool
	// Everyone follows every customer of the log from the first event to the
	// last, those whose events no rule speaks of too: they are in the initial
	// stage and keep the denominator of every rate. Without it customers are
	// those with an event that a rule speaks of.
	Everyone bool
	// Key, when set, puts each customer into a part, by persona or segment;
	// see [Replay.Parts]. It must be a pure function.
	Key func(customer string) string
	// Goroutines is how many work at once; zero means one per processor. It
	// does not change any result.
	Goroutines int
	// Examples is how many examples of each kind of refusal are kept, at most
	// 1,000; zero means 3 and a negative number none.
	Examples int
}

const (
	maxExamples   = 1_000
	maxGoroutines = 256
)

// validate fills in the defaults.
func (o ReplayOptions) validate() (ReplayOptions, error) {
	var errs []error
	if !o.Horizon.IsZero() {
		if _, ok := nanos(o.Horizon); !ok {
			errs = append(errs, rangeError("replay: Horizon", o.Horizon))
		}
	}
	switch {
	case o.Goroutines < 0 || o.Goroutines > maxGoroutines:
		errs = append(errs, fmt.Errorf("journey: replay: Goroutines: %d, want 0 to %d", o.Goroutines, maxGoroutines))
	case o.Goroutines == 0:
		o.Goroutines = min(runtime.GOMAXPROCS(0), maxGoroutines)
	}
	switch {
	case o.Examples > maxExamples:
		errs = append(errs, fmt.Errorf("journey: replay: Examples: %d, at most %d", o.Examples, maxExamples))
	case o.Examples < 0:
		o.Examples = 0
	case o.Examples == 0:
		o.Examples = 3
	}
	return o, errors.Join(errs...)
}

// Replay is what a log says about a definition: where every customer is, how
// they got there and what was refused. It is immutable and safe for concurrent
// use. Tables of one line per stage or transition are counted once, when the
// replay is made; quantiles and lists of visits go over the log again when they
// are first asked for.
//
// Customers start in the initial stage at their first event. The zero Replay
// has nobody.
type Replay struct {
	Summary // every table; see there

	cols    *columns
	table   *replayTable
	rules   Rules
	options ReplayOptions
	horizon int64

	final   []uint16 // by customer; absent when no event counts
	since   []int64
	reached []uint64 // nil without milestones
}

const absent = math.MaxUint16

// Replay folds Step over the events of every customer. Events may come in any
// order: they are put into a log by [LogOf], whose errors it returns, and
// replayed under the zero ReplayOptions. A refused event is a finding, see
// [Replay.Refusals].
func (d *Definition) Replay(events iter.Seq[Event]) (*Replay, error) {
	if err := d.defined("replay"); err != nil {
		return nil, err
	}
	log, err := d.logFor(events)
	if err != nil {
		return nil, err
	}
	return d.ReplayLog(log, nil, ReplayOptions{})
}

// ReplayLog replays a log of touchpoints: rules say which events are which
// triggers. The log's columns are read where they are, so that this is the fast
// way for many events; guards see the attributes that the log keeps. Errors are
// those of [Rules.Validate], of the options, and a [*GuardError].
func (d *Definition) ReplayLog(log *touchpoint.Log, rules Rules, o ReplayOptions) (*Replay, error) {
	o, err := o.validate()
	if err != nil {
		return nil, err
	}
	if err := d.defined("replay"); err != nil {
		return nil, err
	}
	if log == nil {
		log = new(touchpoint.Log)
	}
	if err := rules.Validate(d); err != nil {
		return nil, err
	}
	if _, last, ok := log.Span(); ok && o.AtLastEvent && o.Horizon.IsZero() {
		o.Horizon = last
	}
	cols, err := rules.columns(d, log)
	if err != nil {
		return nil, err
	}
	cols.everyone = o.Everyone
	return d.replay(cols, rules, o)
}

func (d *Definition) replay(cols *columns, rules Rules, o ReplayOptions) (*Replay, error) {
	r := &Replay{
		Summary: Summary{d: d}, cols: cols, table: newReplayTable(d), rules: rules, options: o,
		final: make([]uint16, cols.customers()), since: make([]int64, cols.customers()),
	}
	if len(d.spec.Milestones) > 0 {
		r.reached = make([]uint64, cols.customers())
	}
	if !o.Horizon.IsZero() {
		r.horizon, _ = nanos(o.Horizon)
	}
	walkers := make([]*walker, o.Goroutines)
	err := r.parallel(func(worker int) task {
		w := r.walker()
		w.keep = int64(o.Examples)
		walkers[worker] = w
		return task{func(from, to int) error { return w.run(from, to, r) }, w.vanished}
	})
	if err != nil {
		return nil, err
	}
	sum := walkers[0]
	sum.settle()
	for _, w := range walkers[1:] {
		w.settle()
		sum.merge(w)
	}
	r.summarise(sum, rules)
	return r, nil
}

func (r *Replay) walker() *walker {
	w := newWalker(r.d, r.cols, r.table)
	w.horizon, w.bounded = r.horizon, r.bounded()
	return w
}

func (r *Replay) bounded() bool { return !r.options.Horizon.IsZero() }

// task is what a worker does with a range of customers, and what it says when
// a callback ended the goroutine.
type task struct {
	work     func(from, to int) error
	vanished func() error
}

// parallel cuts the customers into ranges with about as many events each and
// hands them out in order to the workers, so that a worker whose processor is
// busy elsewhere takes fewer. The error is that of the first range that has
// one, so that it does not depend on timing: when a range fails, all before it
// have been handed out.
func (r *Replay) parallel(begin func(worker int) task) error {
	const rangesPerWorker = 16
	n := r.options.Goroutines
	customers := r.cols.customers()
	ranges := min(n*rangesPerWorker, max(1, customers))
	cut := func(i int) int {
		if i == ranges || r.cols.picks != nil {
			return int(int64(customers) * int64(i) / int64(ranges))
		}
		target := uint32(uint64(len(r.cols.at)) * uint64(i) / uint64(ranges))
		c, _ := slices.BinarySearch(r.cols.start[:customers], target)
		return c
	}
	errs := make([]error, ranges)
	var next atomic.Int64
	var failed atomic.Bool
	var wg sync.WaitGroup
	for worker := range n {
		t := begin(worker)
		wg.Go(func() {
			i, whole := -1, false
			defer func() { // a guard may call runtime.Goexit
				if !whole && i >= 0 && i < ranges {
					errs[i] = t.vanished()
					failed.Store(true)
				}
			}()
			for !failed.Load() {
				i = int(next.Add(1)) - 1
				if i >= ranges {
					break
				}
				if errs[i] = t.work(cut(i), cut(i+1)); errs[i] != nil {
					failed.Store(true)
				}
			}
			whole = true
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// merge adds the sums of w, both settled.
func (s *walker) merge(w *walker) {
	for i := range w.cells {
		s.cells[i].events += w.cells[i].events
		s.refused[i] += w.refused[i]
		s.noted[i] += w.noted[i]
	}
	for i := range w.sojourn {
		s.sojourn[i].merge(w.sojourn[i])
	}
	for i := range w.branches {
		s.branches[i] += w.branches[i]
		s.fired[i] += w.fired[i]
	}
	s.observed.merge(w.observed)
	for k, n := range w.strange {
		s.strange[k] += n
	}
	for k, list := range w.examples {
		s.examples[k] = firstOf(s.examples[k], list, s.keep)
	}
	for k, list := range w.odd {
		s.odd[k] = firstOf(s.odd[k], list, s.keep)
	}
	s.seen += w.seen
	s.beyond += w.beyond
	s.latest = max(s.latest, w.latest)
}

// firstOf keeps the first examples of two walkers, by customer and time.
func firstOf(a, b []example, most int64) []example {
	a = append(a, b...)
	slices.SortFunc(a, func(x, y example) int { return cmp.Compare(x.event, y.event) })
	return a[:min(int64(len(a)), most)]
}

// Journey returns where a customer is: exactly the journey that Start at the
// first event and Step over the others give, with the timers due by the horizon
// fired; false for a customer without an event that counts.
func (r *Replay) Journey(customer string) (Journey, bool) {
	c, ok := r.cols.find(customer)
	if !ok || r.final[c] == absent {
		return Journey{}, false
	}
	return r.journey(c), true
}

// Journeys yields every journey, in order of the customers' ids.
func (r *Replay) Journeys() iter.Seq[Journey] {
	return func(yield func(Journey) bool) {
		for c := range r.final {
			if r.final[c] != absent && !yield(r.journey(c)) {
				return
			}
		}
	}
}

// Stages yields the customers' ids in order, each with the final stage.
func (r *Replay) Stages() iter.Seq2[string, Stage] {
	return func(yield func(string, Stage) bool) {
		for c, s := range r.final {
			if s != absent && !yield(r.cols.customer(c), r.d.stages[s].Name) {
				return
			}
		}
	}
}

// journey is the plain fold: one event at a time through the definition's own
// steps. No guard panicked when the replay was made, so none does now unless it
// is impure; the journey then ends there.
func (r *Replay) journey(c int) Journey {
	d := r.d
	from, to, _ := r.cols.span(c, r.horizon, r.bounded())
	j := d.begin(r.cols.customer(c), d.initial, r.cols.at[from])
	for i, seen := range r.cols.events(c, from, to) {
		on, at := r.cols.column[r.cols.code[i]], r.cols.at[i]
		if on == r.cols.ignored {
			continue
		}
		if d.advance(&j, at) != nil {
			break
		}
		if on == r.cols.unknown {
			continue
		}
		e := Event{Customer: j.customer, Trigger: d.triggers[on], At: instant(at), ID: seen.ID, Attrs: seen.Attrs}
		_, _ = d.apply(&j, on, at, e)
	}
	if r.bounded() {
		_ = d.advance(&j, r.horizon)
	}
	return j
}
