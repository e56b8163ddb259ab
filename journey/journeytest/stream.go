package journeytest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

// StreamOptions say what random events are like. The zero value is ten events
// of a customer called "customer", beginning at [Origin], up to two days apart.
type StreamOptions struct {
	// Customer is whose events they are; empty means "customer".
	Customer string
	// Start is when the first event happens, with which the journey starts;
	// zero means the function Origin.
	Start time.Time
	// N is how many events; 0 means ten.
	N int
	// MaxGap is the longest time between two events; zero means 48 hours. Gaps
	// of zero occur.
	MaxGap time.Duration
	// IDs gives every event an ID.
	IDs bool
	// Invalid is the share of events in [Draws] that are refused or repeats,
	// from 0 to 1; zero means 0.3.
	Invalid float64
}

// Bounds of StreamOptions.
const (
	maxStream    = 1_000_000
	maxStreamGap = 100 * 365 * 24 * time.Hour
)

func (o StreamOptions) validate() (StreamOptions, error) {
	if o.Customer == "" {
		o.Customer = "customer"
	}
	if o.Start.IsZero() {
		o.Start = Origin()
	}
	if o.N == 0 {
		o.N = 10
	}
	if o.MaxGap == 0 {
		o.MaxGap = 48 * time.Hour
	}
	if o.Invalid == 0 {
		o.Invalid = 0.3
	}
	switch {
	case o.N < 0 || o.N > maxStream:
		return o, fmt.Errorf("journeytest: stream: N is %d, want 0 to %d", o.N, maxStream)
	case o.MaxGap < 0 || o.MaxGap > maxStreamGap:
		return o, fmt.Errorf("journeytest: stream: MaxGap is %s, want 0 to %s", o.MaxGap, maxStreamGap)
	case !(o.Invalid >= 0 && o.Invalid <= 1): // NaN too
		return o, fmt.Errorf("journeytest: stream: Invalid is %v, want 0 to 1", o.Invalid)
	}
	return o, nil
}

// Draw is one random event and what a definition has to say to it. It is a
// value; the zero Draw is none.
type Draw struct {
	Event journey.Event
	// Refused is the reason for which Step refuses it: journey.ErrNotAllowed,
	// ErrUnknownTrigger, ErrOutOfOrder, ErrOutOfRange or ErrCustomer. Nil when
	// the event is accepted or a repeat.
	Refused error
	// Repeat marks a second delivery of the event before it, which changes
	// nothing.
	Repeat bool
}

// Events returns random events of one customer that the definition accepts, one
// after the other, from a journey started at the time of the first. Timers fall
// due in between. There are fewer than N when the customer comes to where
// nothing is accepted any more, or to the year 2200.
func Events(r *rand.Rand, d *journey.Definition, o StreamOptions) ([]journey.Event, error) {
	o, err := o.validate()
	if err != nil {
		return nil, err
	}
	s := newStream(r, d, o)
	var out []journey.Event
	for range o.N {
		e, ok := s.valid()
		if !ok {
			break
		}
		out = append(out, e)
	}
	return out, nil
}

// Draws returns random events of one customer, some of which the definition
// refuses: triggers not allowed in the stage or not known at all, events before
// the visit began, at impossible times, of somebody else, and repeats. Each says
// what it is. The journey starts at o.Start. There are fewer than N when no
// further event fits.
func Draws(r *rand.Rand, d *journey.Definition, o StreamOptions) ([]Draw, error) {
	o, err := o.validate()
	if err != nil {
		return nil, err
	}
	s := newStream(r, d, o)
	var out []Draw
	for range o.N {
		if r.Float64() < o.Invalid {
			if bad, ok := s.invalid(); ok {
				out = append(out, bad)
				continue
			}
		}
		e, ok := s.valid()
		if !ok {
			break
		}
		out = append(out, Draw{Event: e})
	}
	return out, nil
}

// Population returns valid events of n customers, named c1, c2 …, in the order
// of their times; events at one time are in order of the customers' numbers.
func Population(r *rand.Rand, d *journey.Definition, n int, o StreamOptions) ([]journey.Event, error) {
	if n < 0 || n > maxStream {
		return nil, fmt.Errorf("journeytest: stream: %d customers, want 0 to %d", n, maxStream)
	}
	var out []journey.Event
	for i := range n {
		o.Customer = fmt.Sprintf("c%d", i+1)
		events, err := Events(r, d, o)
		if err != nil {
			return nil, err
		}
		out = append(out, events...)
	}
	slices.SortStableFunc(out, func(a, b journey.Event) int { return a.At.Compare(b.At) })
	return out, nil
}

type stream struct {
	r    *rand.Rand
	d    *journey.Definition
	o    StreamOptions
	j    journey.Journey
	now  time.Time
	n    int
	last journey.Event // the last accepted one
}

func newStream(r *rand.Rand, d *journey.Definition, o StreamOptions) *stream {
	return &stream{r: r, d: d, o: o, j: d.Start(o.Customer, o.Start), now: o.Start}
}

// event makes the next event, with an ID if wanted.
func (s *stream) event(t journey.Trigger, at time.Time) journey.Event {
	e := journey.Event{Customer: s.o.Customer, Trigger: t, At: at}
	if s.o.IDs {
		s.n++
		e.ID = fmt.Sprintf("%s-%d", s.o.Customer, s.n)
	}
	return e
}

// later draws a time from now on; the first event is at the start. One in eight
// is at the same instant.
func (s *stream) later() time.Time {
	if s.last.Trigger == "" || s.r.IntN(8) == 0 {
		return s.now
	}
	return s.now.Add(time.Duration(s.r.Int64N(int64(s.o.MaxGap) + 1)))
}

// valid draws an event and takes it. Guards may refuse what the stage allows,
// so several times and every trigger are tried.
func (s *stream) valid() (journey.Event, bool) {
	for range 8 {
		at := s.later()
		j, err := s.d.Advance(s.j, at)
		if err != nil {
			return journey.Event{}, false
		}
		triggers := s.d.Allowed(j.Stage())
		for _, t := range s.d.Triggers() {
			if s.d.Observes(t) {
				triggers = append(triggers, t)
			}
		}
		s.r.Shuffle(len(triggers), func(a, b int) { triggers[a], triggers[b] = triggers[b], triggers[a] })
		for _, t := range triggers {
			e := s.event(t, at)
			if next, err := s.d.Step(s.j, e); err == nil {
				s.j, s.now, s.last = next, at, e
				return e, true
			}
		}
	}
	return journey.Event{}, false
}

// invalid draws an event of which it is known by its making that it is refused,
// or a repeat; false when the kind drawn does not fit now.
func (s *stream) invalid() (Draw, bool) {
	at := s.later()
	switch s.r.IntN(6) {
	case 0:
		return Draw{Event: s.event("no such trigger "+journey.Trigger(s.o.Customer), at), Refused: journey.ErrUnknownTrigger}, s.fired(at)
	case 1:
		before := s.j.Since().Add(-1 - time.Duration(s.r.Int64N(int64(time.Hour))))
		if before.Year() < 1900 {
			return Draw{}, false
		}
		return Draw{Event: s.event(s.any(), before), Refused: journey.ErrOutOfOrder}, true
	case 2:
		year := []int{1, 1899, 2201, 9999}[s.r.IntN(4)]
		return Draw{Event: s.event(s.any(), time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)), Refused: journey.ErrOutOfRange}, true
	case 3:
		e := s.event(s.any(), at)
		e.Customer += "'s neighbour"
		return Draw{Event: e, Refused: journey.ErrCustomer}, true
	case 4:
		return Draw{Event: s.last, Repeat: true}, s.last.ID != ""
	}
	if !s.fired(at) {
		return Draw{}, false
	}
	var out []journey.Trigger
	allowed := s.d.Allowed(s.j.Stage())
	for _, t := range s.d.Triggers() {
		if !s.d.Observes(t) && !slices.Contains(allowed, t) {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return Draw{}, false
	}
	return Draw{Event: s.event(out[s.r.IntN(len(out))], at), Refused: journey.ErrNotAllowed}, true
}

// fired lets the timers due by at fire, as an event then does even when it is
// refused.
func (s *stream) fired(at time.Time) bool {
	j, err := s.d.Advance(s.j, at)
	if err != nil {
		return false
	}
	s.j, s.now = j, at
	return true
}

func (s *stream) any() journey.Trigger {
	all := s.d.Triggers()
	if len(all) == 0 {
		return "anything"
	}
	return all[s.r.IntN(len(all))]
}
