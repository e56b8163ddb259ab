package mining

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Filter says which journeys are meant. It is a value: every field that is set
// must hold, and filters compose by And, Or and Not. The zero Filter takes every
// journey that has an activity.
type Filter struct {
	// Has is an activity of the journey, at least Times of them; zero is one. Two
	// and more is rework.
	Has   []touchpoint.Match `json:"has,omitempty"`
	Times int                `json:"times,omitempty"`
	// Starts and Ends are its first and last activity.
	Starts []touchpoint.Match `json:"starts,omitempty"`
	Ends   []touchpoint.Match `json:"ends,omitempty"`
	// Follows asks for one activity behind another.
	Follows *Follows `json:"follows,omitempty"`
	// Variants are sequences of names, one of which the journey is.
	Variants [][]string `json:"variants,omitempty"`
	// From and To are a stretch of time, [From, To), and Frame how a journey may
	// lie to it; a zero bound is none.
	From  time.Time `json:"from,omitzero"`
	To    time.Time `json:"to,omitzero"`
	Frame Frame     `json:"frame,omitempty"`
	// Least and Most bound how long the journey lasts, from its first activity to
	// its last; zero is no bound. LeastEvents and MostEvents bound its length.
	Least       time.Duration `json:"least,omitempty"`
	Most        time.Duration `json:"most,omitempty"`
	LeastEvents int           `json:"least_events,omitempty"`
	MostEvents  int           `json:"most_events,omitempty"`

	And []Filter `json:"and,omitempty"` // all of them hold
	Or  []Filter `json:"or,omitempty"`  // one of them holds; empty asks nothing
	Not *Filter  `json:"not,omitempty"` // does not hold
}

// Follows is one activity behind another: directly, or with others between, and
// within bounds of time; zero is no bound.
type Follows struct {
	First    []touchpoint.Match `json:"first"`
	Then     []touchpoint.Match `json:"then"`
	Directly bool               `json:"directly,omitempty"`
	AtLeast  time.Duration      `json:"at_least,omitempty"`
	Within   time.Duration      `json:"within,omitempty"`
}

// Select narrows options to the journeys that a filter takes. The options are for
// that log alone.
//
// Errors: options or a filter that are impossible, a match on a column that the
// log does not keep.
func Select(log *touchpoint.Log, o Options, f Filter) (Options, error) {
	v, err := o.view(log)
	if err != nil {
		return o, err
	}
	holds, err := v.filter(f, "Filter")
	if err != nil {
		return o, err
	}
	places := []int32{}
	var buf []int32
	for k := range v.len() {
		c := v.at(k)
		if buf = v.of(c, buf[:0]); len(buf) > 0 && holds(buf) {
			places = append(places, int32(c))
		}
	}
	o.Customers, o.among = nil, &selection{v.log, places}
	return o, nil
}

// test decides over the activities of one journey, at least one.
type test func(events []int32) bool

func (v *view) filter(f Filter, at string) (test, error) {
	tests, err := v.simple(f, at)
	if err != nil {
		return nil, err
	}
	for i, part := range f.And {
		t, err := v.filter(part, fmt.Sprintf("%s.And[%d]", at, i))
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	var either []test
	for i, part := range f.Or {
		t, err := v.filter(part, fmt.Sprintf("%s.Or[%d]", at, i))
		if err != nil {
			return nil, err
		}
		either = append(either, t)
	}
	if len(either) > 0 {
		tests = append(tests, func(events []int32) bool {
			return slices.ContainsFunc(either, func(t test) bool { return t(events) })
		})
	}
	if f.Not != nil {
		t, err := v.filter(*f.Not, at+".Not")
		if err != nil {
			return nil, err
		}
		tests = append(tests, func(events []int32) bool { return !t(events) })
	}
	return func(events []int32) bool {
		return !slices.ContainsFunc(tests, func(t test) bool { return !t(events) })
	}, nil
}

// simple are the tests of a filter's own fields.
func (v *view) simple(f Filter, at string) (tests []test, err error) {
	if err := f.check(at); err != nil {
		return nil, err
	}
	sets := [][]touchpoint.Match{f.Has, f.Starts, f.Ends, nil, nil}
	if f.Follows != nil {
		sets[3], sets[4] = f.Follows.First, f.Follows.Then
	}
	sel, err := v.log.Select(sets...)
	if err != nil {
		return nil, fmt.Errorf("mining: %s: %w", at, err)
	}
	is := func(i int32, set int) bool { return sel.Has(int(i), set) }
	if len(f.Has) > 0 {
		tests = append(tests, func(events []int32) bool {
			n := 0
			for _, i := range events {
				if is(i, 0) {
					n++
				}
			}
			return n >= max(f.Times, 1)
		})
	}
	if len(f.Starts) > 0 {
		tests = append(tests, func(events []int32) bool { return is(events[0], 1) })
	}
	if len(f.Ends) > 0 {
		tests = append(tests, func(events []int32) bool { return is(events[len(events)-1], 2) })
	}
	if f.Follows != nil {
		tests = append(tests, func(events []int32) bool { return v.follows(f.Follows, events, is) })
	}
	if len(f.Variants) > 0 {
		tests = append(tests, v.oneOf(f.Variants))
	}
	if !f.From.IsZero() || !f.To.IsZero() {
		tests = append(tests, v.frame(f))
	}
	lasts := func(events []int32) uint64 {
		return uint64(v.cols.UnixNano[events[len(events)-1]]) - uint64(v.cols.UnixNano[events[0]])
	}
	if f.Least > 0 {
		tests = append(tests, func(events []int32) bool { return lasts(events) >= uint64(f.Least) })
	}
	if f.Most > 0 {
		tests = append(tests, func(events []int32) bool { return lasts(events) <= uint64(f.Most) })
	}
	if f.LeastEvents > 0 || f.MostEvents > 0 {
		tests = append(tests, func(events []int32) bool {
			return len(events) >= f.LeastEvents && (f.MostEvents == 0 || len(events) <= f.MostEvents)
		})
	}
	return tests, nil
}

func (f Filter) check(at string) error {
	if f.Times < 0 || f.Times > 0 && len(f.Has) == 0 {
		return refuse(at+".Times", itoa(f.Times), "want zero or more, beside Has")
	}
	if f.Least < 0 || f.Most < 0 || f.Most > 0 && f.Most < f.Least {
		return refuse(at+".Most", f.Most.String(), "want zero or more, and no less than Least "+f.Least.String())
	}
	if f.LeastEvents < 0 || f.MostEvents < 0 || f.MostEvents > 0 && f.MostEvents < f.LeastEvents {
		return refuse(at+".MostEvents", itoa(f.MostEvents), "want zero or more, and no less than LeastEvents "+itoa(f.LeastEvents))
	}
	if !frames.Has(f.Frame) {
		return refuse(at+".Frame", f.Frame.String(), "want a known frame")
	}
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		return refuse(at+".To", f.To.Format(time.RFC3339), "before From "+f.From.Format(time.RFC3339))
	}
	if w := f.Follows; w != nil {
		if len(w.First) == 0 || len(w.Then) == 0 {
			return refuse(at+".Follows", "", "want a match in First and in Then")
		}
		if w.AtLeast < 0 || w.Within < 0 || w.Within > 0 && w.Within < w.AtLeast {
			return refuse(at+".Follows.Within", w.Within.String(), "want zero or more, and no less than AtLeast "+w.AtLeast.String())
		}
	}
	return nil
}

// follows looks for a pair. First activities that are too old for Within are
// passed once, so that it costs no more than the events.
func (v *view) follows(w *Follows, events []int32, is func(i int32, set int) bool) bool {
	at := v.cols.UnixNano
	gap := func(i, j int32) uint64 { return uint64(at[j]) - uint64(at[i]) }
	if w.Directly {
		for k := 1; k < len(events); k++ {
			i, j := events[k-1], events[k]
			if is(i, 3) && is(j, 4) && gap(i, j) >= uint64(w.AtLeast) && (w.Within == 0 || gap(i, j) <= uint64(w.Within)) {
				return true
			}
		}
		return false
	}
	// The youngest first activity that is old enough decides.
	next, youngest := 0, int32(-1)
	for k, j := range events {
		for ; next < k && gap(events[next], j) >= uint64(w.AtLeast); next++ {
			if is(events[next], 3) {
				youngest = events[next]
			}
		}
		if youngest >= 0 && is(j, 4) && (w.Within == 0 || gap(youngest, j) <= uint64(w.Within)) {
			return true
		}
	}
	return false
}

func (v *view) oneOf(variants [][]string) test {
	known := map[string]bool{}
	for _, names := range variants {
		known[strings.Join(names, "\x00")] = true
	}
	var b strings.Builder
	return func(events []int32) bool {
		b.Reset()
		for k, i := range events {
			if k > 0 {
				b.WriteByte(0)
			}
			b.WriteString(v.names[v.cols.Name[i]])
		}
		return known[b.String()]
	}
}

func (v *view) frame(f Filter) test {
	return func(events []int32) bool {
		first, last := v.cols.UnixNano[events[0]], v.cols.UnixNano[events[len(events)-1]]
		in := func(t int64) bool {
			return (f.From.IsZero() || t >= f.From.UnixNano()) && (f.To.IsZero() || t < f.To.UnixNano())
		}
		switch f.Frame {
		case Intersecting:
			return (f.To.IsZero() || first < f.To.UnixNano()) && (f.From.IsZero() || last >= f.From.UnixNano())
		case Starting:
			return in(first)
		case Ending:
			return in(last)
		default:
			return in(first) && in(last)
		}
	}
}
