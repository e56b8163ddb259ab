package tracker

import (
	"context"
	"database/sql/driver"
	"encoding"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

var (
	// ErrHookPanic: a hook panicked. The [*HookError] around it has the value
	// and the stack.
	ErrHookPanic = errors.New("hook panicked")
	// ErrUnknownHook: a definition names an entry or exit hook without a
	// function, or a function stands for a name the definition does not use.
	ErrUnknownHook = errors.New("unknown hook")
)

// Hook is called by a [Tracker] when something happens to a customer. It may
// refuse by returning an error: then nothing of the event is stored. It may ask
// for a further trigger, which is handled after the hooks of this change, at the
// same instant and in the same commit; the empty Trigger asks for none.
//
// The context is the caller's. With it a Hook may call the tracker for other
// customers: whoever referred this one, the other users of an account. For its
// own customer that is [ErrNested] while the hook runs, for it would wait for
// itself: ask for a trigger instead, or hand the work to a goroutine with the
// context that [Detach] makes, which waits for its turn. A Hook that calls for
// its own customer with a context of its own does wait, until that is done.
//
// A Hook may be called again for the same change when another process was
// faster and the change is computed anew, or when the store failed and the event
// is sent again: what it does to others should bear that, as an event with an ID
// does. It must be safe for concurrent use.
type Hook func(ctx context.Context, o Occurrence) (journey.Trigger, error)

// Hooks are the functions a [Tracker] calls. For a move the order is: Before,
// Leave, Enter, After, Reached; first what is registered for the stage, trigger
// or milestone, then what is registered for each. Within Leave and Enter the
// hook that the definition names (StageSpec.Exit, StageSpec.Entry) comes
// between the two. Then the change is stored, and Stored is called.
//
// A self-transition runs all of them; an internal transition and an observation
// neither Leave nor Enter. A journey that starts enters its initial stage: only
// Enter is run, with From empty.
//
// When a late event makes the tracker fold a customer anew, the hooks run for
// what is new; what comes out as it was is not told again, and what no longer
// holds is told to Undone.
//
// New refuses stages, triggers, milestones and names that the definition does
// not have, so that a misspelt hook does not stay silent. The zero value has no
// hooks.
type Hooks struct {
	Before  map[journey.Trigger]Hook
	Leave   map[journey.Stage]Hook
	Enter   map[journey.Stage]Hook
	After   map[journey.Trigger]Hook
	Reached map[string]Hook // by milestone, in definition order

	BeforeEach, LeaveEach, EnterEach, AfterEach, ReachedEach Hook

	// Named holds the functions of the entry and exit hooks that the definition
	// names, each of which must have one.
	Named map[string]Hook

	// Stored is called for every change, in order, after it has been stored: at
	// most once, and not at all when the process ends between the two or when
	// the store's answer is lost. It suits what may be missed: a cache, a
	// counter, a line in a log. An effect that must not be lost goes out through
	// the commit: see [Outbox] and [Relay].
	//
	// Its error is reported, wrapped in a [*HookError], beside a valid
	// [Outcome]; the change stays.
	Stored func(ctx context.Context, o Occurrence) error
	// Undone is called, at most once, for every stored change that a late event
	// took back without another like it in its place. Its error is reported as
	// that of Stored is.
	Undone func(ctx context.Context, o Occurrence) error
}

// Phase says when a hook runs.
type Phase uint8

// The phases of a change. PhaseNone is the zero value and no phase.
const (
	PhaseNone    Phase = iota
	PhaseBefore        // before anything is done
	PhaseLeave         // the visit to the old stage ends
	PhaseEnter         // the visit to the new stage begins
	PhaseAfter         // after the move
	PhaseReached       // a milestone has been reached
	PhaseStored        // the change is in the store
	PhaseUndone        // the change is no longer in the store
)

var phaseNames = enum.New[Phase]("tracker", "Phase", "none", "before", "leave", "enter", "after", "reached", "stored", "undone")

// String returns none, before, leave, enter, after, reached, stored or undone.
func (p Phase) String() string { return phaseNames.String(p) }

// MarshalText returns the phase's name.
func (p Phase) MarshalText() ([]byte, error) { return phaseNames.Marshal(p) }

// UnmarshalText reads a phase's name.
func (p *Phase) UnmarshalText(text []byte) error { return phaseNames.Unmarshal(p, text) }

// Value returns the phase's name for an SQL column.
func (p Phase) Value() (driver.Value, error) { return phaseNames.Value(p) }

// Scan reads a phase's name from an SQL column.
func (p *Phase) Scan(src any) error { return phaseNames.Scan(p, src) }

var (
	_ encoding.TextMarshaler   = Phase(0)
	_ encoding.TextUnmarshaler = (*Phase)(nil)
)

// HookError says which hook failed on which change. Except in PhaseStored and
// PhaseUndone nothing of the event has been stored. The zero value is not
// useful.
type HookError struct {
	Phase    Phase
	Hook     string // what it is registered for: `stage "trial"`, `each`
	Customer string
	From, To journey.Stage
	Trigger  journey.Trigger
	// Wanted is the trigger the hook asked for, when that is what failed.
	Wanted journey.Trigger
	// Err is what the hook returned, or why Wanted was refused, or wraps
	// ErrHookPanic.
	Err error
	// Panic and Stack are set when the hook panicked.
	Panic any
	Stack []byte
}

// Error names hook, customer and change.
func (e *HookError) Error() string {
	asked := ""
	if e.Wanted != "" {
		asked = fmt.Sprintf(" asked for trigger %q", e.Wanted)
	}
	return fmt.Sprintf("tracker: %s hook of %s%s: customer %q from %q to %q on %q: %v",
		e.Phase, e.Hook, asked, text.Clip(e.Customer), e.From, e.To, e.Trigger, e.Err)
}

// Unwrap returns Err.
func (e *HookError) Unwrap() error { return e.Err }

// panicked reports whether err stands for a panic.
func panicked(err error) bool { return err != nil && errors.Is(err, ErrHookPanic) }

// boundHook is a hook and what it is registered for.
type boundHook struct {
	name string
	call Hook
}

// run calls the hook and turns a panic into an error.
func (h boundHook) run(ctx context.Context, p Phase, o *Occurrence) (wanted journey.Trigger, err error) {
	fail := func(err error) *HookError {
		return &HookError{Phase: p, Hook: h.name, Customer: o.Customer, From: o.From, To: o.To, Trigger: o.Trigger, Err: err}
	}
	defer func() {
		if v := recover(); v != nil {
			e := fail(fmt.Errorf("%w: %v", ErrHookPanic, v))
			e.Panic, e.Stack = v, debug.Stack()
			wanted, err = "", e
		}
	}()
	wanted, err = h.call(ctx, *o)
	if err != nil {
		return "", fail(err)
	}
	return wanted, nil
}
