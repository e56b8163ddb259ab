package touchpoint

import (
	"database/sql/driver"
	"fmt"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// None is the key of those who have no value of the property broken down by.
const None = "(none)"

// Breakdown parts an analysis, by a key of the customer or by a property of the
// events. What an analysis finds of a customer (the steps taken, the visits, the
// path before a conversion) is a chain of events; it is found first and labelled
// then: a breakdown never changes what is found. Set one of Customer, Attr,
// Channel and Campaign.
type Breakdown struct {
	// Customer is a key of the customer: a persona, a plan. It is called once
	// for each customer whom the analysis is about. In a log of [Units] it is
	// asked about the actor.
	Customer func(customer string) string
	// Attr, Channel and Campaign are properties of the chain's events.
	Attr     string
	Channel  bool
	Campaign bool
	// Label says which event of the chain gives the value.
	Label Label
	// Step is which event gives it under LabelStep, counted from 1.
	Step int
}

// Label says which event of a chain gives the value of a property. The zero
// Label is EntryStep.
type Label uint8

const (
	// EntryStep: the first event.
	EntryStep Label = iota
	// FirstTouch: the first event that has a value.
	FirstTouch
	// LastTouch: the last event that has a value.
	LastTouch
	// LabelStep: the event at Breakdown.Step. A chain that ends before is in no
	// group.
	LabelStep
	// AllSteps: every event carries the same value. A chain with several is in no
	// group.
	AllSteps
)

var labelNames = enum.New[Label]("touchpoint", "Label", "entry-step", "first-touch", "last-touch", "step", "all-steps")

// String is the name that MarshalText writes.
func (l Label) String() string { return labelNames.String(l) }

// MarshalText writes the name of the label.
func (l Label) MarshalText() ([]byte, error) { return labelNames.Marshal(l) }

// UnmarshalText reads what MarshalText writes.
func (l *Label) UnmarshalText(text []byte) error { return labelNames.Unmarshal(l, text) }

// Value stores the name.
func (l Label) Value() (driver.Value, error) { return labelNames.Value(l) }

// Scan reads a name; NULL is EntryStep.
func (l *Label) Scan(src any) error { return labelNames.Scan(l, src) }

// Validate reports a Breakdown that names no key or several, an unknown Label,
// and a Step that is not one.
func (b Breakdown) Validate() error {
	n := 0
	for _, set := range []bool{b.Customer != nil, b.Attr != "", b.Channel, b.Campaign} {
		if set {
			n++
		}
	}
	bad := func(field, value, limit string) error {
		return &fault.Error{Package: "touchpoint", Op: "breakdown", Field: field, Value: value, Limit: limit, Err: ErrUnits}
	}
	switch {
	case n != 1:
		return bad("keys", strconv.Itoa(n), "want one of Customer, Attr, Channel and Campaign")
	case !labelNames.Has(b.Label):
		return bad("Label", b.Label.String(), "want a known label")
	case b.Label == LabelStep && b.Step < 1:
		return bad("Step", strconv.Itoa(b.Step), "want 1 or more")
	}
	return nil
}

// Labels are a Breakdown compiled against a log: it numbers the groups. Of
// groups by a property the number of one is known without looking at any text.
// It is safe for any number of goroutines.
type Labels struct {
	by       Breakdown
	keys     []string
	customer []int32
	event    func(i int32) int
}

// NoGroup is the number of no group.
const NoGroup = -1

// Labels compiles a Breakdown. about, when set, says whom the analysis is about:
// the others are in no group, and Breakdown.Customer is not asked about them.
func (l *Log) Labels(b Breakdown, about func(c int) bool) (*Labels, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	notKept := func(what string) error {
		return fmt.Errorf("touchpoint: breakdown by %s: %w", what, ErrNotKept)
	}
	out := &Labels{by: b}
	switch {
	case b.Customer != nil:
		out.ask(l, about)
	case b.Attr != "":
		col, ok := l.Attr(b.Attr)
		if !ok && l.Len() > 0 {
			return nil, notKept("attribute " + fault.Quote(b.Attr))
		}
		out.keys, out.event = append([]string{None}, col.Values...), func(i int32) int { return int(col.ID[i]) }
	case b.Campaign:
		if l.campaign == nil && l.Len() > 0 {
			return nil, notKept("campaign")
		}
		cols := l.Columns()
		out.keys, out.event = withNone(l.Campaigns(), func(i int32) int { return int(cols.Campaign[i]) })
	default:
		column := l.channel
		if column.wide == nil {
			ids := column.narrow
			out.keys, out.event = withNone(l.channels, func(i int32) int { return int(ids[i]) })
		} else {
			out.keys, out.event = withNone(l.channels, func(i int32) int { return int(column.wide[i]) })
		}
	}
	return out, nil
}

// ask calls the key of every customer, in the caller's goroutine, so that a
// panic of it is the caller's.
func (g *Labels) ask(l *Log, about func(c int) bool) {
	g.customer = make([]int32, l.Customers())
	number := map[string]int32{}
	var met [256]int32 // numbers by the ends of their keys: most breakdowns have few, and one comparison finds them
	for c := range g.customer {
		if g.customer[c] = NoGroup; about != nil && !about(c) {
			continue
		}
		key := g.by.Customer(Actor(l.Customer(c)))
		at := uint8(len(key))
		if key != "" {
			at += 31*key[len(key)-1] + 17*key[0]
		}
		if n := met[at]; int(n) < len(g.keys) && g.keys[n] == key {
			g.customer[c] = n
			continue
		}
		n, ok := number[key]
		if !ok {
			n = int32(len(g.keys))
			number[key], g.keys = n, append(g.keys, key)
		}
		g.customer[c], met[at] = n, n
	}
}

// withNone numbers the values of a column from 1, and its empty text 0.
func withNone[T ~string](values []T, of func(i int32) int) ([]string, func(i int32) int) {
	keys, empty := []string{None}, -1
	for k, v := range values {
		keys = append(keys, string(v))
		if v == "" {
			empty = k
		}
	}
	if empty < 0 {
		return keys, func(i int32) int { return of(i) + 1 }
	}
	return keys, func(i int32) int {
		if id := of(i); id != empty {
			return id + 1
		}
		return 0
	}
}

// Keys are the keys of the groups by their numbers. Groups of a property may be
// empty.
func (g *Labels) Keys() []string { return g.keys }

// ByCustomer reports whether groups are those of customers, whatever their events.
func (g *Labels) ByCustomer() bool { return g.event == nil }

// Event is the group of the value that one event has.
func (g *Labels) Event(i int32) int { return g.event(i) }

// Of is the group of a chain of the customer at place c, given its events in the
// order of the chain; NoGroup where it has none.
func (g *Labels) Of(c int, chain []int32) int {
	if g.event == nil {
		return int(g.customer[c])
	}
	if len(chain) == 0 {
		return NoGroup
	}
	switch g.by.Label {
	case FirstTouch:
		for _, i := range chain {
			if n := g.event(i); n > 0 {
				return n
			}
		}
		return 0
	case LastTouch:
		for k := len(chain) - 1; k >= 0; k-- {
			if n := g.event(chain[k]); n > 0 {
				return n
			}
		}
		return 0
	case LabelStep:
		if g.by.Step > len(chain) {
			return NoGroup
		}
		return g.event(chain[g.by.Step-1])
	case AllSteps:
		n := g.event(chain[0])
		for _, i := range chain[1:] {
			if g.event(i) != n {
				return NoGroup
			}
		}
		return n
	default:
		return g.event(chain[0])
	}
}
