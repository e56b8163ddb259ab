package journey

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// What callers branch on. They arrive wrapped in a [*TransitionError] where a
// journey and an event were at hand.
var (
	// ErrNotAllowed: the stage has no transition on the trigger, or guards and
	// gates refused all of them.
	ErrNotAllowed = errors.New("not allowed in this stage")
	// ErrUnknownStage: the definition has no such stage.
	ErrUnknownStage = errors.New("unknown stage")
	// ErrUnknownTrigger: the definition knows no such trigger.
	ErrUnknownTrigger = errors.New("unknown trigger")
	// ErrUnknownMilestone: the definition has no such milestone.
	ErrUnknownMilestone = errors.New("unknown milestone")
	// ErrOutOfOrder: the event lies before the current visit began.
	ErrOutOfOrder = errors.New("event before the current visit")
	// ErrOutOfRange: a time outside the years 1900 to 2200.
	ErrOutOfRange = errors.New("time outside the years 1900 to 2200")
	// ErrCustomer: the customer is empty, longer than 1,024 bytes, or not the
	// one the journey belongs to.
	ErrCustomer = errors.New("bad customer")
	// ErrUndefined: the zero Definition.
	ErrUndefined = errors.New("zero definition")
	// ErrNotStarted: the journey does not come from Start or a restore.
	ErrNotStarted = errors.New("journey was not started")
	// ErrForeign: the journey belongs to another definition.
	ErrForeign = errors.New("journey of another definition")
)

// TransitionError says why one event did not move one customer. The zero value
// is not useful.
type TransitionError struct {
	// Customer, Stage, Trigger and At say who was where when what happened.
	// Stage is the stage after the timers due before the event.
	Customer string
	Stage    Stage
	Trigger  Trigger
	At       time.Time
	// Since is when the current visit began; set for ErrOutOfOrder.
	Since time.Time
	// Allowed lists what would have been allowed in Stage, sorted.
	Allowed []Trigger
	// Guards names the guards that refused, in the order asked.
	Guards []string
	// Gates names the milestones not yet reached, in the order asked.
	Gates []string
	// Err is the reason: one of the sentinels, or a *GuardError.
	Err error
}

// Error states who, where, what, when, why, and what would be allowed.
func (e *TransitionError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "journey: step: customer %q in stage %q on %q at %s: %v",
		e.Customer, e.Stage, e.Trigger, e.At.UTC().Format(time.RFC3339Nano), e.Err)
	if !e.Since.IsZero() {
		fmt.Fprintf(&b, ", which began %s", e.Since.UTC().Format(time.RFC3339Nano))
	}
	if len(e.Guards) > 0 {
		fmt.Fprintf(&b, "; refused by guard %q", e.Guards)
	}
	if len(e.Gates) > 0 {
		fmt.Fprintf(&b, "; milestone not reached %q", e.Gates)
	}
	if e.Allowed != nil {
		fmt.Fprintf(&b, "; allowed: %q", e.Allowed)
	}
	return b.String()
}

// Unwrap returns the reason.
func (e *TransitionError) Unwrap() error { return e.Err }

// GuardError reports a guard that panicked, or that ended its goroutine; the
// event was not applied.
type GuardError struct {
	Guard string // name of the guard
	Panic any    // what it panicked with
	// Exited: it called runtime.Goexit, as testing.T.FailNow does.
	Exited bool
	// Customer and Row say, in a replay, whose event it was, and its place
	// among the customer's events of the log, from one; 0 for a timer at the
	// horizon.
	Customer string
	Row      int64
}

// Error names the guard, the panic, and where they are known customer and row.
func (e *GuardError) Error() string {
	var b strings.Builder
	b.WriteString("journey: ")
	if e.Customer != "" {
		fmt.Fprintf(&b, "replay: customer %s, event %d: ", fault.Quote(e.Customer), e.Row)
	}
	fmt.Fprintf(&b, "guard %q ", e.Guard)
	if e.Exited {
		b.WriteString("ended its goroutine")
	} else {
		fmt.Fprintf(&b, "panicked: %v", e.Panic)
	}
	return b.String()
}
