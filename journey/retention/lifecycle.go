package retention

import (
	"encoding/json"
	"errors"
	"fmt"
	mathbits "math/bits"
	"strconv"
	"strings"
	"sync"
	"time"

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

// States are the periods of a lifecycle analysis.
type States struct{ periods []Period }

// Periods are the periods in order.
func (s *States) Periods() []Period { return append([]Period(nil), s.periods...) }

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
	parts := a.cols.Parts()
	sums := make([][]Period, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { sums[i] = a.lifecycle(part) })
	}
	wait.Wait()
	out := &States{periods: make([]Period, spec.Periods)}
	for p := range out.periods {
		out.periods[p].Start = a.periods.times[p+1]
		for _, s := range sums {
			out.periods[p].New += s[p].New
			out.periods[p].Returning += s[p].Returning
			out.periods[p].Resurrecting += s[p].Resurrecting
			out.periods[p].Dormant += s[p].Dormant
		}
	}
	return out, nil
}

// activity is a LifecycleSpec compiled against a log. Its periods begin some
// periods early.
type activity struct {
	spec    LifecycleSpec
	cols    touchpoint.Columns
	sel     *touchpoint.Selector
	byName  []uint64
	exact   bool
	periods periods
	early   int
	born    []int64 // of each customer; minBorn = the first activity
	skip    []bool
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
	a := &activity{spec: s, cols: log.Columns(), sel: sel, early: early}
	a.byName, a.exact = sel.ByName()
	a.periods = periodsOf(g, g.Nth(g.Floor(s.From), -early), s.Periods+early)
	if s.Born == nil && s.Customers == nil {
		return a, nil
	}
	a.born, a.skip = make([]int64, a.cols.Customers()), make([]bool, a.cols.Customers())
	for c := range a.born {
		name := log.Customer(c)
		a.skip[c] = s.Customers != nil && !s.Customers(name)
		a.born[c] = unborn
		if s.Born == nil || a.skip[c] {
			continue
		}
		if t := s.Born(name); !t.IsZero() {
			if err := calendar.CheckTime(t); err != nil {
				return nil, &fault.Error{Package: "retention", Op: "lifecycle", Field: "Born of customer " + fault.Quote(name), Value: t.Format(time.RFC3339), Limit: err.Error(), Err: errors.Join(ErrSpec, err)}
			}
			a.born[c] = nanos(t)
		}
	}
	return a, nil
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
	for i := from; i < to; i++ {
		if !a.is(i) {
			continue
		}
		if p = a.periods.after(p, a.cols.UnixNano[i]); p == a.periods.count() {
			if first {
				birth = p
			}
			break
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

func (a *activity) lifecycle(part touchpoint.Part) []Period {
	out := make([]Period, a.spec.Periods)
	set := newBits(a.periods.count())
	for c := part.From; c < part.To; c++ {
		if a.skip != nil && a.skip[c] {
			continue
		}
		birth := a.of(c, set)
		before := set.has(0)
		for p := range out {
			now := set.has(p + 1)
			switch {
			case now && birth == p+1:
				out[p].New++
			case now && before:
				out[p].Returning++
			case now:
				out[p].Resurrecting++
			case before:
				out[p].Dormant++
			}
			before = now
		}
	}
	return out
}

// Stickiness counts customers by the number of periods in which they were
// active: count i is of those active in i+1 of them.
func Stickiness(log *touchpoint.Log, spec LifecycleSpec) ([]int64, error) {
	a, err := spec.read(log, 0)
	if err != nil {
		return nil, err
	}
	out := make([]int64, spec.Periods)
	set := newBits(a.periods.count())
	for c := range a.cols.Customers() {
		if a.skip != nil && a.skip[c] {
			continue
		}
		a.of(c, set)
		n := 0
		for _, word := range set {
			n += mathbits.OnesCount64(word)
		}
		if n > 0 {
			out[n-1]++
		}
	}
	return out, nil
}

// String is a line for each period.
func (s *States) String() string {
	var b strings.Builder
	for _, p := range s.periods {
		fmt.Fprintf(&b, "%s new %d returning %d resurrecting %d dormant %d\n", p.Start.Format(time.DateOnly), p.New, p.Returning, p.Resurrecting, p.Dormant)
	}
	return b.String()
}

// Rows are the periods as cells of a table, titles first.
func (s *States) Rows() [][]string {
	out := [][]string{{"start", "new", "returning", "resurrecting", "dormant"}}
	for _, p := range s.periods {
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
		Periods []Period `json:"periods"`
	}{append([]Period{}, s.periods...)})
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
