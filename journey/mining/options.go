package mining

import (
	"errors"
	"fmt"
	"math"
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
	// Customers, when set, says whose journeys: a set of ids, a persona, or what
	// [Select] found. It is called once for each customer.
	Customers func(customer string) bool `json:"-"`
}

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
	skip  []bool
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
	if o.Customers != nil { // in the caller's goroutine, so that its panic is the caller's
		v.skip = make([]bool, v.cols.Customers())
		for c := range v.skip {
			v.skip[c] = !o.Customers(log.Customer(c))
		}
	}
	return v, nil
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

// of are the events of a customer, appended to buf.
func (v *view) of(c int, buf []int32) []int32 {
	if v.skip != nil && v.skip[c] {
		return buf
	}
	from, to := v.cols.Range(c)
	for i := from; i < to; i++ {
		if v.takesEvent(i) {
			buf = append(buf, int32(i))
		}
	}
	return buf
}

// whole says that nothing is left out, so that a pass need not ask.
func (v *view) whole() bool {
	if v.skip != nil || v.takes == nil || v.from != math.MinInt64 || v.to != math.MaxInt64 {
		return false
	}
	for _, t := range v.takes {
		if !t {
			return false
		}
	}
	return true
}

func refuse(field, value, limit string) error {
	return &fault.Error{Package: "mining", Op: "options", Field: field, Value: value, Limit: limit, Err: ErrOptions}
}

func itoa(n int) string { return strconv.Itoa(n) }
