package journey

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"
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
type Hook func(ctx context.Context, o Occurrence) (Trigger, error)

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
// NewTracker refuses stages, triggers, milestones and names that the definition
// does not have, so that a misspelt hook does not stay silent. The zero value
// has no hooks.
type Hooks struct {
	Before  map[Trigger]Hook
	Leave   map[Stage]Hook
	Enter   map[Stage]Hook
	After   map[Trigger]Hook
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

var originNames = []string{"event", "timer", "hook", "start"}

// String returns event, timer, hook or start.
func (o Origin) String() string { return enumString("Origin", originNames, uint8(o)) }

// MarshalText returns the origin's name.
func (o Origin) MarshalText() ([]byte, error) { return enumText("origin", originNames, uint8(o)) }

// UnmarshalText reads an origin's name.
func (o *Origin) UnmarshalText(text []byte) error {
	return enumParse("origin", originNames, (*uint8)(o), text)
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
)

var phaseNames = []string{"none", "before", "leave", "enter", "after", "reached", "stored"}

// String returns none, before, leave, enter, after, reached or stored.
func (p Phase) String() string { return enumString("Phase", phaseNames, uint8(p)) }

// MarshalText returns the phase's name.
func (p Phase) MarshalText() ([]byte, error) { return enumText("phase", phaseNames, uint8(p)) }

// UnmarshalText reads a phase's name.
func (p *Phase) UnmarshalText(text []byte) error {
	return enumParse("phase", phaseNames, (*uint8)(p), text)
}

var (
	_ encoding.TextMarshaler   = Origin(0)
	_ encoding.TextUnmarshaler = (*Origin)(nil)
	_ encoding.TextMarshaler   = Phase(0)
	_ encoding.TextUnmarshaler = (*Phase)(nil)
)

func enumString(kind string, names []string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%s(%d)", kind, v)
}

func enumText(kind string, names []string, v uint8) ([]byte, error) {
	if int(v) >= len(names) {
		return nil, fmt.Errorf("journey: %s: %d is not one of 0 to %d", kind, v, len(names)-1)
	}
	return []byte(names[v]), nil
}

func enumParse(kind string, names []string, v *uint8, text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("journey: %s: %q is not one of %q", kind, text, names)
	}
	*v = uint8(i)
	return nil
}

// Occurrence is one change of one customer as hooks, stores and callers of a
// [Tracker] see it. It is a value; the zero Occurrence is none.
type Occurrence struct {
	// Change says who moved from where to where, on what, when, as what number.
	Change
	// Event is the event behind it: the caller's, or for a timer or a hook one
	// without an ID.
	Event Event
	// Origin says whose event it was.
	Origin Origin
	// Since is when the visit to From began; zero for a start.
	Since time.Time
	// Journey is the journey after the change.
	Journey Journey
}

// HookError says which hook failed on which change. Except in PhaseStored
// nothing of the event has been stored. The zero value is not useful.
type HookError struct {
	Phase    Phase
	Hook     string // what it is registered for: `stage "trial"`, `each`
	Customer string
	From, To Stage
	Trigger  Trigger
	// Wanted is the trigger the hook asked for, when that is what failed.
	Wanted Trigger
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
	return fmt.Sprintf("journey: tracker: %s hook of %s%s: customer %q from %q to %q on %q: %v",
		e.Phase, e.Hook, asked, clip(e.Customer), e.From, e.To, e.Trigger, e.Err)
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

// hookTable finds the hooks of a change by position.
type hookTable struct {
	before, after [][]boundHook // by trigger
	leave, enter  [][]boundHook // by stage
	reached       [][]boundHook // by milestone
	stored        boundHook     // call is nil when there is none
	any           bool
}

// bindHooks checks the hooks against the definition and reports every fault.
func bindHooks(d *Definition, h Hooks) (hookTable, error) {
	b := hookBinder{d: d, unused: maps.Clone(h.Named)}
	stages := make([]string, len(d.stages))
	for i, s := range d.stages {
		stages[i] = string(s.Name)
	}
	triggers := make([]string, len(d.triggers))
	for i, t := range d.triggers {
		triggers[i] = string(t)
	}
	miles := make([]string, len(d.spec.Milestones))
	for i, m := range d.spec.Milestones {
		miles[i] = m.Name
	}
	exit := func(i int) string { return d.stages[i].Exit }
	entry := func(i int) string { return d.stages[i].Entry }
	t := hookTable{
		before:  bindPhase(&b, h, "Before", "trigger", triggers, h.Before, ErrUnknownTrigger, nil, h.BeforeEach),
		leave:   bindPhase(&b, h, "Leave", "stage", stages, h.Leave, ErrUnknownStage, exit, h.LeaveEach),
		enter:   bindPhase(&b, h, "Enter", "stage", stages, h.Enter, ErrUnknownStage, entry, h.EnterEach),
		after:   bindPhase(&b, h, "After", "trigger", triggers, h.After, ErrUnknownTrigger, nil, h.AfterEach),
		reached: bindPhase(&b, h, "Reached", "milestone", miles, h.Reached, ErrUnknownMilestone, nil, h.ReachedEach),
	}
	if h.Stored != nil {
		b.bound = true
		t.stored = boundHook{"each", func(ctx context.Context, o Occurrence) (Trigger, error) { return "", h.Stored(ctx, o) }}
	}
	for _, name := range slices.Sorted(maps.Keys(b.unused)) {
		b.fault("Named: %w: no stage names %q", ErrUnknownHook, name)
	}
	t.any = b.bound
	return t, errors.Join(b.errs...)
}

type hookBinder struct {
	d      *Definition
	unused map[string]Hook
	bound  bool
	errs   []error
}

func (b *hookBinder) fault(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf("journey: new tracker: hooks: "+format, args...))
}

// bindPhase lists the hooks of one phase for each of names: the one registered
// for it, the one the definition names, the one for each.
func bindPhase[K ~string](
	b *hookBinder, h Hooks, phase, kind string, names []string,
	byKey map[K]Hook, unknown error, named func(int) string, each Hook,
) [][]boundHook {
	for _, k := range slices.Sorted(maps.Keys(byKey)) {
		switch {
		case !slices.Contains(names, string(k)):
			b.fault("%s: %w %q", phase, unknown, clip(string(k)))
		case byKey[k] == nil:
			b.fault("%s: %s %q has no function", phase, kind, k)
		}
	}
	list := make([][]boundHook, len(names))
	for i, name := range names {
		if f := byKey[K(name)]; f != nil {
			list[i] = append(list[i], boundHook{fmt.Sprintf("%s %q", kind, name), f})
		}
		if named != nil && named(i) != "" {
			n := named(i)
			delete(b.unused, n)
			if f := h.Named[n]; f != nil {
				list[i] = append(list[i], boundHook{fmt.Sprintf("%s %q, named %q", kind, name, n), f})
			} else {
				b.fault("Named: %w: stage %q names %q, which has no function", ErrUnknownHook, name, n)
			}
		}
		if each != nil {
			list[i] = append(list[i], boundHook{"each", each})
		}
		b.bound = b.bound || len(list[i]) > 0
	}
	return list
}

// run calls the hook and turns a panic into an error.
func (h boundHook) run(ctx context.Context, p Phase, o *Occurrence) (wanted Trigger, err error) {
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
