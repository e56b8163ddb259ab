package mining

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Errors that callers branch on.
var (
	// ErrOptions is wrapped by every error about options.
	ErrOptions = errors.New("the log cannot be mined so")
	// ErrNoGoal is returned for a definition without goals and terminal stages:
	// nothing says when a journey is complete.
	ErrNoGoal = errors.New("the definition has neither goals nor terminal stages")
	// ErrTrigger is returned for a trigger that the definition does not know.
	ErrTrigger = errors.New("unknown trigger")
	// ErrMerge is returned where results do not add up: other options, or a
	// customer in both.
	ErrMerge = errors.New("results do not add up")
	// ErrEncoding is returned for bytes that are no encoded result.
	ErrEncoding = errors.New("not a valid encoded result")
)

// Options say which events are activities, and whose. The zero Options are every
// event of the log; an activity is called by the name of its event.
type Options struct {
	Match []touchpoint.Match `json:"match,omitempty"` // which events; empty = every one
	// From and To bound the events, [From, To); zero is no bound.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Sketch keeps durations as counts in buckets 1/64 wide of their size instead
	// of one by one: medians are then off by less than 1.6 %, the same in one
	// pass and merged.
	Sketch bool `json:"sketch,omitempty"`
	// After and Until cut a journey to the part between: from the first activity
	// that After selects on, to the first one behind it that Until selects, both
	// included. Journeys without them have no activities. Empty cuts nothing.
	After []touchpoint.Match `json:"after,omitempty"`
	Until []touchpoint.Match `json:"until,omitempty"`
	// Customers, when set, says whose journeys: a set of ids, a persona, or what
	// [Select] found. It is called once for each customer; in a log of
	// touchpoint.Units it is asked about the actor.
	Customers func(customer string) bool `json:"-"`

	among *selection // of By and Select
}

// selection is customers of one log.
type selection struct {
	log    *touchpoint.Log
	places []int32
}

// filtered reports whether customers are left out for a reason that has no text.
func (o Options) filtered() bool { return o.Customers != nil || o.among != nil }

// maxActivities bounds the square of a graph.
const maxActivities = 5_000

// view is a log seen through Options: the activities of one customer after the
// other, in order of time.
type view struct {
	log   *touchpoint.Log
	cols  touchpoint.Columns
	names []string
	sel   *touchpoint.Selector
	takes []bool // by name, where names alone decide
	from  int64
	to    int64
	// places are those of the customers it is about; nil = all of the log.
	places []int32
	bounds *touchpoint.Selector // After and Until
	after  bool
	until  bool
	all    bool // see whole
}

func (o Options) view(log *touchpoint.Log) (*view, error) {
	if log == nil {
		log = new(touchpoint.Log)
	}
	v := &view{log: log, cols: log.Columns(), names: log.Names(), from: math.MinInt64, to: math.MaxInt64}
	if !o.From.IsZero() && !o.To.IsZero() && o.To.Before(o.From) {
		return nil, refuse("To", o.To.Format(time.RFC3339), "before From "+o.From.Format(time.RFC3339))
	}
	for _, b := range []struct {
		t   time.Time
		set *int64
	}{{o.From, &v.from}, {o.To, &v.to}} {
		if b.t.IsZero() {
			continue
		}
		if err := calendar.CheckTime(b.t); err != nil {
			return nil, fmt.Errorf("mining: %w: %w", ErrOptions, err)
		}
		if b.t.Before(time.Unix(0, math.MaxInt64)) {
			*b.set = b.t.UnixNano()
		}
	}
	match := o.Match
	if len(match) == 0 {
		match = []touchpoint.Match{{}}
	}
	sel, err := log.Select(match)
	if err != nil {
		return nil, fmt.Errorf("mining: %w", err)
	}
	v.sel = sel
	if mask, exact := sel.ByName(); exact {
		v.takes = make([]bool, len(mask))
		for i, m := range mask {
			v.takes[i] = m != 0
		}
	}
	if v.after, v.until = len(o.After) > 0, len(o.Until) > 0; v.after || v.until {
		if v.bounds, err = log.Select(o.After, o.Until); err != nil {
			return nil, fmt.Errorf("mining: After, Until: %w", err)
		}
	}
	if o.among != nil {
		if o.among.log != log {
			return nil, refuse("Customers", "a selection", "was made of another log")
		}
		v.places = o.among.places
	}
	if o.Customers != nil { // in the caller's goroutine, so that its panic is the caller's
		places := []int32{}
		for k := range v.len() {
			if c := v.at(k); o.Customers(touchpoint.Actor(log.Customer(c))) {
				places = append(places, int32(c))
			}
		}
		v.places = places
	}
	v.all = v.takesAll()
	return v, nil
}

// len is how many customers it is about, and at the place in the log of the k-th.
func (v *view) len() int {
	if v.places != nil {
		return len(v.places)
	}
	return v.cols.Customers()
}

func (v *view) at(k int) int {
	if v.places != nil {
		return int(v.places[k])
	}
	return k
}

// parts are stretches of the customers it is about.
func (v *view) parts() []touchpoint.Part {
	if v.places == nil {
		return v.cols.Parts()
	}
	var out []touchpoint.Part
	n := len(v.cols.Parts())
	for i := range n {
		if from, to := i*len(v.places)/n, (i+1)*len(v.places)/n; from < to {
			out = append(out, touchpoint.Part{From: from, To: to})
		}
	}
	return out
}

func (v *view) takesEvent(i int) bool {
	t := v.cols.UnixNano[i]
	if t < v.from || t >= v.to {
		return false
	}
	if v.takes != nil {
		return v.takes[v.cols.Name[i]]
	}
	return v.sel.Mask(i) != 0
}

// of are the activities of a customer, appended to buf.
func (v *view) of(c int, buf []int32) []int32 {
	from, to := v.cols.Range(c)
	first := len(buf)
	for i := from; i < to; i++ {
		if v.takesEvent(i) {
			buf = append(buf, int32(i))
		}
	}
	if v.bounds == nil {
		return buf
	}
	own := v.between(buf[first:])
	return append(buf[:first], own...)
}

func (v *view) between(events []int32) []int32 {
	if v.after {
		for len(events) > 0 && !v.bounds.Has(int(events[0]), 0) {
			events = events[1:]
		}
	}
	if !v.until {
		return events
	}
	first := 0
	if v.after {
		first = 1
	}
	for k := first; k < len(events); k++ {
		if v.bounds.Has(int(events[k]), 1) {
			return events[:k+1]
		}
	}
	return nil
}

// since is how long after an instant a later one is: the years of logs span some
// more nanoseconds than an int64 holds, and what is more is as much as it holds.
func since(later, earlier int64) int64 {
	if d := later - earlier; d >= 0 {
		return d
	}
	return math.MaxInt64
}

// whole says that nothing is left out, so that a pass need not ask.
func (v *view) whole() bool { return v.all }

func (v *view) takesAll() bool {
	if v.places != nil || v.bounds != nil || v.takes == nil || v.from != math.MinInt64 || v.to != math.MaxInt64 {
		return false
	}
	return !slices.Contains(v.takes, false)
}

func refuse(field, value, limit string) error {
	return &fault.Error{Package: "mining", Op: "options", Field: field, Value: value, Limit: limit, Err: ErrOptions}
}

func itoa(n int) string { return strconv.Itoa(n) }
