package journey

import (
	"errors"
	"fmt"
	"strings"
)

// ErrDefinition is what every [*DefinitionError] is.
var ErrDefinition = errors.New("journey: define: the definition has faults")

// FaultCode identifies a kind of fault. Codes are stable; messages may change.
type FaultCode string

// The faults that [Define] finds.
const (
	FaultTooLarge          FaultCode = "too-large"                // a limit of Spec is exceeded
	FaultIllegalName       FaultCode = "illegal-name"             // empty, too long, control character, bad UTF-8, reserved
	FaultNoStages          FaultCode = "no-stages"                // nothing to be in
	FaultDuplicateStage    FaultCode = "duplicate-stage"          // a stage is declared twice
	FaultMissingInitial    FaultCode = "missing-initial"          // no initial stage
	FaultUnknownInitial    FaultCode = "unknown-initial"          // the initial stage is not a stage
	FaultUnknownStage      FaultCode = "unknown-stage"            // a transition or timer names no stage of Stages
	FaultUnknownGroup      FaultCode = "unknown-group"            // a wildcard names a group without stages
	FaultEmptyWildcard     FaultCode = "empty-wildcard"           // a wildcard matches no stage, or Except stands without one
	FaultWildcardOverlap   FaultCode = "wildcard-overlap"         // a wildcard meets an explicit transition
	FaultDuplicate         FaultCode = "duplicate-transition"     // (stage, trigger) twice without guards
	FaultDuplicateGuard    FaultCode = "duplicate-guard"          // the same condition twice in one choice
	FaultUnconditional     FaultCode = "unconditional-not-last"   // an unconditional edge hides the guarded ones behind it
	FaultGuardUnnamed      FaultCode = "guard-unnamed"            // a guard function without a name
	FaultGuardUnbound      FaultCode = "guard-unbound"            // a guard name without a function
	FaultUnknownGate       FaultCode = "unknown-gate"             // a gate names no milestone
	FaultInternalMoves     FaultCode = "internal-moves"           // an internal transition with another destination
	FaultUnreachable       FaultCode = "unreachable-stage"        // no path from the initial stage
	FaultDeadEnd           FaultCode = "dead-end"                 // a non-terminal stage without a transition, internal ones apart
	FaultTerminalExit      FaultCode = "terminal-with-exit"       // a terminal stage with exit
	FaultNoGoal            FaultCode = "no-way-to-goal"           // no goal or terminal stage can be reached from here
	FaultUnusedTrigger     FaultCode = "unused-trigger"           // a declared trigger that nothing uses
	FaultUnknownTrigger    FaultCode = "unknown-trigger"          // a used trigger that is not declared
	FaultDuplicateTrigger  FaultCode = "duplicate-trigger"        // a trigger is declared twice
	FaultTimerDuration     FaultCode = "timer-duration"           // zero, negative or over a hundred years
	FaultTimerUnhandled    FaultCode = "timer-unhandled"          // its stage has no transition on its trigger
	FaultDuplicateTimer    FaultCode = "duplicate-timer"          // two timers of one stage due together
	FaultTimerCycle        FaultCode = "timer-cycle"              // stages that timers alone go round in
	FaultNoEvents          FaultCode = "milestone-without-events" // nothing can reach it
	FaultDuplicateMile     FaultCode = "duplicate-milestone"      // a milestone is declared twice
	FaultMilestoneCount    FaultCode = "milestone-count"          // a count that cannot be met or is out of bounds
	FaultMilestoneWindow   FaultCode = "milestone-window"         // a negative window, or one without a count
	FaultDuplicateEvent    FaultCode = "duplicate-event"          // a milestone lists an event twice
	FaultUnknownEnumerator FaultCode = "unknown-rule"             // a milestone rule outside its enumeration
)

// Fault is one thing wrong with a [Spec].
type Fault struct {
	// Code is the stable identity of the kind of fault.
	Code FaultCode
	// Path locates it in the Spec, such as "Transitions[3].To"; indices count
	// from zero.
	Path string
	// Stage and Trigger name what it is about, where that applies.
	Stage   Stage
	Trigger Trigger
	// Detail says limit and actual in words.
	Detail string
}

// Error returns path, detail and code.
func (f Fault) Error() string {
	if f.Path == "" {
		return fmt.Sprintf("%s [%s]", f.Detail, f.Code)
	}
	return fmt.Sprintf("%s: %s [%s]", f.Path, f.Detail, f.Code)
}

// DefinitionError carries every fault that [Define] found, in the order of the
// Spec's fields. errors.Is finds [ErrDefinition] in it, errors.As each [Fault].
type DefinitionError struct {
	// Name is the definition's name.
	Name string
	// Faults is never empty.
	Faults []Fault
}

// Error lists the faults, one per line after the first.
func (e *DefinitionError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "journey: define %q: %d fault(s)", e.Name, len(e.Faults))
	for _, f := range e.Faults {
		b.WriteString("\n\t")
		b.WriteString(f.Error())
	}
	return b.String()
}

// Unwrap returns [ErrDefinition] and the faults.
func (e *DefinitionError) Unwrap() []error {
	errs := make([]error, 0, len(e.Faults)+1)
	errs = append(errs, ErrDefinition)
	for _, f := range e.Faults {
		errs = append(errs, f)
	}
	return errs
}

// Has reports whether a fault with the code was found.
func (e *DefinitionError) Has(code FaultCode) bool {
	for _, f := range e.Faults {
		if f.Code == code {
			return true
		}
	}
	return false
}
