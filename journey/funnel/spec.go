package funnel

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// MaxSteps is the largest number of steps of a funnel.
const MaxSteps = 64

// DefaultWindow is how long a customer may take from the first step to the
// last where the Spec does not say.
const DefaultWindow = 14 * 24 * time.Hour

// Errors that callers branch on.
var (
	// ErrSpec is wrapped by every error about a Spec.
	ErrSpec = errors.New("funnel cannot be run")
	// ErrMerge is returned where reports do not add up: another Spec, or a
	// customer in both.
	ErrMerge = errors.New("funnels do not add up")
	// ErrEncoding is returned for bytes that are no encoded report.
	ErrEncoding = errors.New("not a valid encoded funnel")
)

// Step is one step of a funnel: an event that any of the matches selects.
type Step struct {
	Name string             `json:"name,omitempty"` // for the report; empty = the name of the first match
	Any  []touchpoint.Match `json:"any"`
	// Within and AtLeast bound the time since the step before that was taken;
	// zero is no bound.
	Within  time.Duration `json:"within,omitempty"`
	AtLeast time.Duration `json:"at_least,omitempty"`
	// Optional steps may be left out. The first step may not.
	Optional bool `json:"optional,omitempty"`
}

// Order says how events must stand to each other. The zero Order is Ordered.
type Order uint8

const (
	// Ordered: the steps one after the other, with anything between them.
	Ordered Order = iota
	// Consecutive: one after the other with nothing between, not even a repeat.
	Consecutive
	// ConsecutiveAllowRepeats: nothing between but repeats of the step taken
	// last. PostHog calls it strict.
	ConsecutiveAllowRepeats
	// AnyOrder: as many different steps as possible inside one window, in any
	// order.
	AnyOrder
)

var orders = enum.New[Order]("funnel", "Order", "ordered", "consecutive", "consecutive-allow-repeats", "any-order")

// String is the name that MarshalText writes.
func (o Order) String() string { return orders.String(o) }

// MarshalText writes the name of the order.
func (o Order) MarshalText() ([]byte, error) { return orders.Marshal(o) }

// UnmarshalText reads what MarshalText writes.
func (o *Order) UnmarshalText(text []byte) error { return orders.Unmarshal(o, text) }

// Value stores the name.
func (o Order) Value() (driver.Value, error) { return orders.Value(o) }

// Scan reads a name; NULL is Ordered.
func (o *Order) Scan(src any) error { return orders.Scan(o, src) }

// Anchor says which first step the window is counted from. The zero Anchor is
// BestAttempt.
type Anchor uint8

const (
	// BestAttempt: whichever first step leads furthest.
	BestAttempt Anchor = iota
	// FirstEntry: the first time a customer took the first step, and no other,
	// also after its window ran out.
	FirstEntry
)

var anchors = enum.New[Anchor]("funnel", "Anchor", "best-attempt", "first-entry")

// String is the name that MarshalText writes.
func (a Anchor) String() string { return anchors.String(a) }

// MarshalText writes the name of the anchor.
func (a Anchor) MarshalText() ([]byte, error) { return anchors.Marshal(a) }

// UnmarshalText reads what MarshalText writes.
func (a *Anchor) UnmarshalText(text []byte) error { return anchors.Unmarshal(a, text) }

// Value stores the name.
func (a Anchor) Value() (driver.Value, error) { return anchors.Value(a) }

// Scan reads a name; NULL is BestAttempt.
func (a *Anchor) Scan(src any) error { return anchors.Scan(a, src) }

// Exclusion spoils an attempt: an event that any match selects, after the step
// at place After was taken and before the one at place Before was, both counted
// from 0. A customer whose furthest attempt is spoilt counts at no step, unless
// a clean attempt gets as far.
type Exclusion struct {
	Any    []touchpoint.Match `json:"any"`
	After  int                `json:"after"`
	Before int                `json:"before"`
}

// Spec is what a funnel means. The zero value of each field is its default.
type Spec struct {
	Steps []Step `json:"steps"`
	// Window is the most time from the first step to the last, inclusive; zero
	// is DefaultWindow. With Days it is a number of calendar days instead: a
	// step on the last of Days days after the first step's day still counts, in
	// Location (nil = UTC).
	Window   time.Duration  `json:"window,omitempty"`
	Days     int            `json:"days,omitempty"`
	Location *time.Location `json:"-"`
	Order    Order          `json:"order,omitempty"`
	Anchor   Anchor         `json:"anchor,omitempty"`
	// StrictlyIncreasing refuses two steps at one instant. As in ClickHouse's
	// strict_increase, a repeat of a step replaces the chain it repeats, so that
	// of "1a 2a 2b" only a counts; where a step has a bound or is optional, every
	// chain is kept and 1a, 2b is found.
	StrictlyIncreasing bool `json:"strictly_increasing,omitempty"`
	// Tolerance is by how much an event may be earlier than the step before it and
	// still count as after it: for clocks that do not agree. It is of the plain
	// Ordered funnel, and steps then share no event.
	Tolerance time.Duration `json:"tolerance,omitempty"`
	// RequireFirst makes a window of AnyOrder begin with the first step.
	RequireFirst bool        `json:"require_first,omitempty"`
	Exclude      []Exclusion `json:"exclude,omitempty"`
	// From and To bound the events that are seen, [From, To); zero is no bound.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Customers, when set, says whom the funnel is about: a set of ids, a
	// persona. It is called once for each customer; in a log of
	// touchpoint.Units it is asked about the actor.
	Customers func(customer string) bool `json:"-"`
}

// Validate reports, joined, every field that makes the funnel impossible: no
// steps or more than MaxSteps, a step without a match, a negative window or
// bound, a Within below an AtLeast, an optional first step, an exclusion outside
// the steps, options that the order gives no meaning.
func (s Spec) Validate() error {
	var errs []error
	bad := func(field, value, limit string) {
		errs = append(errs, &fault.Error{Package: "funnel", Op: "spec", Field: field, Value: value, Limit: limit, Err: ErrSpec})
	}
	if n := len(s.Steps); n == 0 || n > MaxSteps {
		bad("Steps", strconv.Itoa(n), fmt.Sprintf("want 1 to %d", MaxSteps))
		return errors.Join(errs...)
	}
	for i, st := range s.Steps {
		at := func(field string) string { return "Steps[" + strconv.Itoa(i) + "]." + field }
		if len(st.Any) == 0 {
			bad(at("Any"), "", "want a match")
		}
		if st.Within < 0 || st.AtLeast < 0 || st.Within > 0 && st.Within < st.AtLeast {
			bad(at("Within"), st.Within.String(), "want zero or more, and no less than AtLeast "+st.AtLeast.String())
		}
		if i == 0 && (st.Optional || st.Within != 0 || st.AtLeast != 0) {
			bad("Steps[0]", "", "the first step begins the funnel: it has no bound and is not optional")
		}
		if s.Order != Ordered && (st.Optional || st.Within != 0 || st.AtLeast != 0) {
			bad(at("Optional"), "", "optional steps and bounds between steps are of Ordered alone, not "+s.Order.String())
		}
	}
	if window := max(s.Window, 0); s.Tolerance < 0 || s.Tolerance > cmp.Or(window, DefaultWindow) {
		bad("Tolerance", s.Tolerance.String(), "want zero up to the window")
	}
	if s.Tolerance > 0 && (s.Order != Ordered || s.StrictlyIncreasing || s.Days > 0 || len(s.Exclude) > 0 || s.bounded()) {
		bad("Tolerance", s.Tolerance.String(), "is of Ordered alone, with no StrictlyIncreasing, Days, Exclude, optional step or bound between steps")
	}
	if s.Window < 0 {
		bad("Window", s.Window.String(), "want zero or more")
	}
	if s.Days < 0 || s.Days > 36500 || s.Days > 0 && s.Window > 0 {
		bad("Days", strconv.Itoa(s.Days), "want 0 to 36500, and no Window beside it")
	}
	if s.Days > 0 && s.Order != Ordered {
		bad("Days", strconv.Itoa(s.Days), "calendar days are of Ordered alone")
	}
	if !orders.Has(s.Order) || !anchors.Has(s.Anchor) {
		bad("Order", s.Order.String()+", "+s.Anchor.String(), "want a known order and anchor")
	}
	if s.Anchor == FirstEntry && s.Order != Ordered {
		bad("Anchor", s.Anchor.String(), "want Ordered, not "+s.Order.String())
	}
	if s.RequireFirst && s.Order != AnyOrder {
		bad("RequireFirst", "true", "the other orders always begin with the first step")
	}
	for i, x := range s.Exclude {
		if x.After < 0 || x.Before <= x.After || x.Before >= len(s.Steps) || len(x.Any) == 0 || s.Order == AnyOrder {
			bad("Exclude["+strconv.Itoa(i)+"]", fmt.Sprintf("after %d, before %d", x.After, x.Before),
				fmt.Sprintf("want 0 <= After < Before < %d steps, a match, and an order", len(s.Steps)))
		}
	}
	if len(s.Exclude) > touchpoint.MaxSets {
		bad("Exclude", strconv.Itoa(len(s.Exclude)), fmt.Sprintf("at most %d", touchpoint.MaxSets))
	}
	if !s.From.IsZero() && !s.To.IsZero() && s.To.Before(s.From) {
		bad("To", s.To.Format(time.RFC3339), "before From "+s.From.Format(time.RFC3339))
	}
	return errors.Join(errs...)
}

// bounded reports whether a step is optional or has a bound of its own.
func (s Spec) bounded() bool {
	return slices.ContainsFunc(s.Steps, func(st Step) bool { return st.Optional || st.Within > 0 || st.AtLeast > 0 })
}

// name of step k in reports.
func (s Spec) name(k int) string {
	st := s.Steps[k]
	switch {
	case st.Name != "":
		return st.Name
	case st.Any[0].Name != "":
		return st.Any[0].Name
	}
	return "step " + strconv.Itoa(k+1)
}
