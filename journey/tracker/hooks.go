package tracker

import (
	"context"
	"database/sql/driver"
	"encoding"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"

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
// The context is the caller's. A Hook must not call the tracker it was called
// by, which returns [ErrNested]: ask for a trigger instead. It may be called
// again for the same change when another process was faster and the change is
// computed anew; effects that must not be repeated belong into [Hooks.Stored].
// It must be safe for concurrent use, for different customers.
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
// New refuses stages, triggers, milestones and names that the definition
// does not have, so that a misspelt hook does not stay silent. The zero value
// has no hooks.
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

	// Stored is called once for every change, in order, after it has been
	// stored. It is the place for effects: send the mail, publish the event. Its
	// error is reported, wrapped in a [*HookError], beside a valid [Outcome]; the
	// change stays.
	Stored func(ctx context.Context, o Occurrence) error
}

// Origin says what set off a change.
type Origin uint8

// The origins of a change.
const (
	OriginEvent Origin = iota // an event from outside
	OriginTimer               // a timer that fell due
	OriginHook                // a hook asked for the trigger
	OriginStart               // the journey began
)

var origins = enum.New[Origin]("tracker", "Origin", "event", "timer", "hook", "start")

// String returns event, timer, hook or start.
func (o Origin) String() string { return origins.String(o) }

// MarshalText returns the origin's name.
func (o Origin) MarshalText() ([]byte, error) { return origins.Marshal(o) }

// UnmarshalText reads an origin's name.
func (o *Origin) UnmarshalText(text []byte) error { return origins.Unmarshal(o, text) }

// Value returns the origin's name for an SQL column.
func (o Origin) Value() (driver.Value, error) { return origins.Value(o) }

// Scan reads an origin's name from an SQL column.
func (o *Origin) Scan(src any) error { return origins.Scan(o, src) }

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
)

var phaseNames = enum.New[Phase]("tracker", "Phase", "none", "before", "leave", "enter", "after", "reached", "stored")

// String returns none, before, leave, enter, after, reached or stored.
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
	_ encoding.TextMarshaler   = Origin(0)
	_ encoding.TextUnmarshaler = (*Origin)(nil)
	_ encoding.TextMarshaler   = Phase(0)
	_ encoding.TextUnmarshaler = (*Phase)(nil)
)

// Occurrence is one change of one customer as hooks, stores and callers of a
// [Tracker] see it. It is a value; the zero Occurrence is none.
type Occurrence struct {
	// Change says who moved from where to where, on what, when, as what number.
	journey.Change
	// Event is the event behind it: the caller's, or for a timer or a hook one
	// without an ID.
	Event journey.Event
	// Origin says whose event it was.
	Origin Origin
	// Since is when the visit to From began; zero for a start.
	Since time.Time
	// Journey is the journey after the change.
	Journey journey.Journey
}

// HookError says which hook failed on which change. Except in PhaseStored
// nothing of the event has been stored. The zero value is not useful.
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

// hookTable finds the hooks of a change by name. What has none is nil.
type hookTable struct {
	before, after map[string][]boundHook // by trigger
	leave, enter  map[string][]boundHook // by stage
	reached       map[string][]boundHook // by milestone
	stored        boundHook              // call is nil when there is none
	any           bool
}

// bindHooks checks the hooks against the definition and reports every fault.
func bindHooks(d *journey.Definition, h Hooks) (hookTable, error) {
	b := hookBinder{d: d, unused: maps.Clone(h.Named)}
	var stages, triggers, miles []string
	exits, entries := map[string]string{}, map[string]string{}
	for _, s := range d.Stages() {
		name := string(s.Name)
		stages = append(stages, name)
		exits[name], entries[name] = s.Exit, s.Entry
	}
	for _, t := range d.Triggers() {
		triggers = append(triggers, string(t))
	}
	for _, m := range d.Milestones() {
		miles = append(miles, m.Name)
	}
	t := hookTable{
		before:  bindPhase(&b, h, "Before", "trigger", triggers, h.Before, journey.ErrUnknownTrigger, nil, h.BeforeEach),
		leave:   bindPhase(&b, h, "Leave", "stage", stages, h.Leave, journey.ErrUnknownStage, exits, h.LeaveEach),
		enter:   bindPhase(&b, h, "Enter", "stage", stages, h.Enter, journey.ErrUnknownStage, entries, h.EnterEach),
		after:   bindPhase(&b, h, "After", "trigger", triggers, h.After, journey.ErrUnknownTrigger, nil, h.AfterEach),
		reached: bindPhase(&b, h, "Reached", "milestone", miles, h.Reached, journey.ErrUnknownMilestone, nil, h.ReachedEach),
	}
	if h.Stored != nil {
		b.bound = true
		t.stored = boundHook{"each", func(ctx context.Context, o Occurrence) (journey.Trigger, error) { return "", h.Stored(ctx, o) }}
	}
	for _, name := range slices.Sorted(maps.Keys(b.unused)) {
		b.fault("Named: %w: no stage names %q", ErrUnknownHook, name)
	}
	t.any = b.bound
	return t, errors.Join(b.errs...)
}

type hookBinder struct {
	d      *journey.Definition
	unused map[string]Hook
	bound  bool
	errs   []error
}

func (b *hookBinder) fault(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf("tracker: new: hooks: "+format, args...))
}

// bindPhase lists the hooks of one phase for each of names: the one registered
// for it, the one the definition names, the one for each.
func bindPhase[K ~string](
	b *hookBinder, h Hooks, phase, kind string, names []string,
	byKey map[K]Hook, unknown error, named map[string]string, each Hook,
) map[string][]boundHook {
	for _, k := range slices.Sorted(maps.Keys(byKey)) {
		switch {
		case !slices.Contains(names, string(k)):
			b.fault("%s: %w %q", phase, unknown, text.Clip(string(k)))
		case byKey[k] == nil:
			b.fault("%s: %s %q has no function", phase, kind, k)
		}
	}
	var table map[string][]boundHook
	for _, name := range names {
		var list []boundHook
		if f := byKey[K(name)]; f != nil {
			list = append(list, boundHook{fmt.Sprintf("%s %q", kind, name), f})
		}
		if n := named[name]; n != "" {
			delete(b.unused, n)
			if f := h.Named[n]; f != nil {
				list = append(list, boundHook{fmt.Sprintf("%s %q, named %q", kind, name, n), f})
			} else {
				b.fault("Named: %w: stage %q names %q, which has no function", ErrUnknownHook, name, n)
			}
		}
		if each != nil {
			list = append(list, boundHook{"each", each})
		}
		if len(list) > 0 {
			if table == nil {
				table = map[string][]boundHook{}
			}
			table[name] = list
			b.bound = true
		}
	}
	return table
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
