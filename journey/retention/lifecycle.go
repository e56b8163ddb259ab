package retention

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// LifecycleSpec says what being active is, and over which periods.
type LifecycleSpec struct {
	Active    []touchpoint.Match // what makes a customer active; empty = any event
	Unit      calendar.Unit      // zero = months
	Periods   int
	From      time.Time      // floored to its period
	Location  *time.Location // nil = UTC
	WeekStart time.Weekday   // zero = Sunday
	// Born, when set, is when a customer's life began, in place of the first
	// activity in the log; the zero time is the first activity. A customer active
	// in the period of birth is new.
	Born func(customer string) time.Time
	// Customers, when set, says whom this is about. Both functions are called
	// once for each customer.
	Customers func(customer string) bool
}

// Period is the customers of one period by what they do:
//
//	active = New + Returning + Resurrecting
//	active − active of the period before = New + Resurrecting − Dormant
type Period struct {
	Start        time.Time
	New          int64 // active for the first time
	Returning    int64 // active, and in the period before
	Resurrecting int64 // active again, but not in the period before
	Dormant      int64 // not active, but in the period before: a positive count
}

// Active is who was active: new, returning and resurrecting.
func (p Period) Active() int64 { return p.New + p.Returning + p.Resurrecting }

// States are the periods of a lifecycle analysis. Those of disjoint customers add
// up with Merge. They are safe for readers in any number of goroutines.
type States struct{ tally tally }

// stateWidth is the states of a Period: its counts, in the order of its fields.
const stateWidth = 4

// Key is the part's key in LifecycleBy, empty otherwise.
func (s *States) Key() string { return s.tally.asked.Key }

// Periods are the periods in order.
func (s *States) Periods() []Period {
	out := make([]Period, s.tally.asked.Periods)
	for p := range out {
		n := s.tally.counts[p*stateWidth:]
		out[p] = Period{s.tally.periods.times[p], n[0], n[1], n[2], n[3]}
	}
	return out
}

// Lifecycle counts, period by period, who is new, returning, resurrecting or has
// gone dormant. The period before the first counts for what its customers do in
// the first. It agrees with PostHog's lifecycle but for one point: new is the
// first activity of all, not the creation of a record.
//
// Errors: a stretch of periods that is impossible, a match on a column that the
// log does not keep.
func Lifecycle(log *touchpoint.Log, spec LifecycleSpec) (*States, error) {
	a, err := spec.read(log, 1)
	if err != nil {
		return nil, err
	}
	return a.states(""), nil
}

// LifecycleBy is [Lifecycle] for each part of a breakdown, sorted by key. A
// property is that of a customer's activity within the periods, in order of time.
// Under every label but LabelStep and AllSteps the parts sum to the whole of
// those who were active in the periods or, by a key of the customer, of all.
func LifecycleBy(log *touchpoint.Log, spec LifecycleSpec, by touchpoint.Breakdown) ([]*States, error) {
	a, err := spec.read(log, 1)
	if err != nil {
		return nil, err
	}
	var out []*States
	err = a.parted(log, by, func(key string, part *activity) { out = append(out, part.states(key)) })
	return out, err
}

func (a *activity) states(key string) *States {
	out := &States{a.tally(key, stateWidth)}
	out.tally.crowd = sync.OnceValue(func() *pack.Crowd { return a.active(false) })
	out.tally.add(a.inParts(a.lifecycle))
	return out
}

// inParts counts the customers it is about on all processors.
func (a *activity) inParts(count func(touchpoint.Part) []int64) [][]int64 {
	parts := a.parts()
	sums := make([][]int64, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { sums[i] = count(part) })
	}
	wait.Wait()
	return sums
}

// activity is a LifecycleSpec compiled against a log. Its periods begin some
// periods early.
type activity struct {
	spec    LifecycleSpec
	log     *touchpoint.Log
	cols    touchpoint.Columns
	sel     *touchpoint.Selector
	byName  []uint64
	exact   bool
	all     bool // every event is activity
	periods periods
	early   int
	born    []int64 // of each customer; unborn = the first activity
	about   []int32 // places of the customers it is about; nil = all
}

const unborn = -1 << 63

func (s LifecycleSpec) read(log *touchpoint.Log, early int) (*activity, error) {
	g := calendar.Grid{Unit: s.Unit, Location: s.Location, WeekStart: s.WeekStart}
	if errs := checkRange(g, s.Periods, s.From); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if log == nil {
		log = new(touchpoint.Log)
	}
	active := s.Active
	if len(active) == 0 {
		active = []touchpoint.Match{{}}
	}
	sel, err := log.Select(active)
	if err != nil {
		return nil, fmt.Errorf("retention: %w", err)
	}
	a := &activity{spec: s, log: log, cols: log.Columns(), sel: sel, early: early}
	a.byName, a.exact = sel.ByName()
	a.all = a.exact && !slices.Contains(a.byName, 0)
	a.periods = periodsOf(g, g.Nth(g.Floor(s.From), -early), s.Periods+early)
	if skip := skipped(log, s.Customers); skip != nil {
		a.about = []int32{}
		for c, out := range skip {
			if !out {
				a.about = append(a.about, int32(c))
			}
		}
	}
	if s.Born == nil {
		return a, nil
	}
	a.born = make([]int64, a.cols.Customers())
	for k := range a.len() {
		c := a.at(k)
		name := log.Customer(c)
		a.born[c] = unborn
		if t := s.Born(touchpoint.Actor(name)); !t.IsZero() {
			if err := calendar.CheckTime(t); err != nil {
				return nil, &fault.Error{Package: "retention", Op: "lifecycle", Field: "Born of customer " + fault.Quote(name), Value: t.Format(time.RFC3339), Limit: err.Error(), Err: errors.Join(ErrSpec, err)}
			}
			a.born[c] = nanos(t)
		}
	}
	return a, nil
}

// len is how many customers it is about, at the place in the log of the k-th.
func (a *activity) len() int {
	if a.about != nil {
		return len(a.about)
	}
	return a.cols.Customers()
}

func (a *activity) at(k int) int {
	if a.about != nil {
		return int(a.about[k])
	}
	return k
}

// parts are stretches of the customers it is about.
func (a *activity) parts() []touchpoint.Part {
	if a.about == nil {
		return a.cols.Parts()
	}
	n := len(a.cols.Parts())
	var out []touchpoint.Part
	for i := range n {
		if from, to := i*len(a.about)/n, (i+1)*len(a.about)/n; from < to {
			out = append(out, touchpoint.Part{From: from, To: to})
		}
	}
	return out
}

// parted yields the activity of each group of a breakdown that somebody is in,
// in ascending order of keys.
func (a *activity) parted(log *touchpoint.Log, by touchpoint.Breakdown, yield func(key string, part *activity)) error {
	if log == nil {
		log = new(touchpoint.Log)
	}
	in := make([]bool, a.cols.Customers())
	for k := range a.len() {
		in[a.at(k)] = true
	}
	labels, err := log.Labels(by, func(c int) bool { return in[c] })
	if err != nil {
		return fmt.Errorf("retention: %w: %w", ErrSpec, err)
	}
	groups := make([][]int32, len(labels.Keys()))
	var chain []int32
	for k := range a.len() {
		c := a.at(k)
		if chain = chain[:0]; !labels.ByCustomer() {
			chain = a.chain(c, chain)
		}
		if g := labels.Of(c, chain); g != outside {
			groups[g] = append(groups[g], int32(c))
		}
	}
	order := make([]int, len(groups))
	for g := range order {
		order[g] = g
	}
	keys := labels.Keys()
	slices.SortFunc(order, func(x, y int) int { return strings.Compare(keys[x], keys[y]) })
	for _, g := range order {
		if len(groups[g]) > 0 {
			part := *a
			part.about = groups[g]
			yield(keys[g], &part)
		}
	}
	return nil
}

// chain is the activity of a customer within the periods asked for.
func (a *activity) chain(c int, buf []int32) []int32 {
	first, end := a.periods.starts[a.early], a.periods.starts[a.periods.count()]
	from, to := a.cols.Range(c)
	for i := from; i < to; i++ {
		if t := a.cols.UnixNano[i]; t >= first && t < end && a.is(i) {
			buf = append(buf, int32(i))
		}
	}
	return buf
}

func (a *activity) is(i int) bool {
	if a.exact {
		return a.byName[a.cols.Name[i]] != 0
	}
	return a.sel.Mask(i) != 0
}

// of sets the periods in which a customer was active, and gives the period of
// birth, −1 before all of them.
func (a *activity) of(c int, set bits) (birth int) {
	set.clear()
	from, to := a.cols.Range(c)
	p, first := -1, true
	birth = -1
	at, starts := a.cols.UnixNano, a.periods.starts
	for i := from; i < to; i++ {
		if !a.all && !a.is(i) {
			continue
		}
		if t := at[i]; p < 0 || t >= starts[p+1] { // most events lie in the period of the one before
			if p = a.periods.after(p, t); p == len(starts)-1 {
				if first {
					birth = p
				}
				break
			}
		} else if !first {
			continue
		}
		if first {
			birth, first = p, false
		}
		if p >= 0 {
			set.set(p)
		}
	}
	if a.born != nil && a.born[c] != unborn {
		birth = a.periods.after(-1, a.born[c])
	}
	return birth
}

func (a *activity) lifecycle(part touchpoint.Part) []int64 {
	out := make([]int64, a.spec.Periods*stateWidth)
	set := newBits(a.periods.count())
	for k := part.From; k < part.To; k++ {
		birth := a.of(a.at(k), set)
		before := set.has(0)
		for p := range a.spec.Periods {
			now := set.has(p + 1)
			switch {
			case now && birth == p+1:
				out[p*stateWidth]++ // new
			case now && before:
				out[p*stateWidth+1]++ // returning
			case now:
				out[p*stateWidth+2]++ // resurrecting
			case before:
				out[p*stateWidth+3]++ // dormant
			}
			before = now
		}
	}
	return out
}

// Merge adds the states of other customers to s: any partition of customers gives
// the states of all of them, byte for byte. Where what was asked differs, or a
// customer is in both, nothing changes and the error wraps ErrMerge. Functions of
// a spec cannot be compared: it is only known that there was one.
func (s *States) Merge(other *States) error { return s.tally.merge(&other.tally, "states") }

// stateMagic begins the binary form of States.
const stateMagic = "LRSTATE"

// AppendBinary appends the binary form: what was asked, the customers, the
// counts. Equal states have equal bytes.
func (s *States) AppendBinary(b []byte) ([]byte, error) { return s.tally.append(b, stateMagic), nil }

// MarshalBinary is AppendBinary to nothing.
func (s *States) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves s as it was.
func (s *States) UnmarshalBinary(data []byte) error {
	t, err := readTally(data, stateMagic, stateWidth, nil)
	back := States{t}
	if err := decoded("states", data, err, back.AppendBinary); err != nil {
		return err
	}
	*s = back
	return nil
}

// String is a line for each period.
func (s *States) String() string {
	var b strings.Builder
	for _, p := range s.Periods() {
		fmt.Fprintf(&b, "%s new %d returning %d resurrecting %d dormant %d\n", p.Start.Format(time.DateOnly), p.New, p.Returning, p.Resurrecting, p.Dormant)
	}
	return b.String()
}

// Rows are the periods as cells of a table, titles first.
func (s *States) Rows() [][]string {
	out := [][]string{{"start", "new", "returning", "resurrecting", "dormant"}}
	for _, p := range s.Periods() {
		line := []string{p.Start.Format(time.RFC3339)}
		for _, n := range []int64{p.New, p.Returning, p.Resurrecting, p.Dormant} {
			line = append(line, strconv.FormatInt(n, 10))
		}
		out = append(out, line)
	}
	return out
}

// MarshalJSON writes the periods.
func (s *States) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key     string   `json:"key,omitempty"`
		Periods []Period `json:"periods"`
	}{s.Key(), s.Periods()})
}

// MarshalJSON writes start, new, returning, resurrecting and dormant.
func (p Period) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Start        time.Time `json:"start"`
		New          int64     `json:"new"`
		Returning    int64     `json:"returning"`
		Resurrecting int64     `json:"resurrecting"`
		Dormant      int64     `json:"dormant"`
	}{p.Start, p.New, p.Returning, p.Resurrecting, p.Dormant})
}
