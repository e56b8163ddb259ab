package journey

import (
	"errors"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// ErrDefinition is what every complaint of [Define] is.
var ErrDefinition = errors.New("journey: define: the definition has faults")

// The codes of the faults that [Define] finds, in a [*fault.Design]. They are
// stable; wording may change.
const (
	FaultTooLarge          fault.Code = "too-large"                // a limit of Spec is exceeded
	FaultIllegalName       fault.Code = "illegal-name"             // empty, too long, control character, bad UTF-8, reserved
	FaultNoStages          fault.Code = "no-stages"                // nothing to be in
	FaultDuplicateStage    fault.Code = "duplicate-stage"          // a stage is declared twice
	FaultMissingInitial    fault.Code = "missing-initial"          // no initial stage
	FaultUnknownInitial    fault.Code = "unknown-initial"          // the initial stage is not a stage
	FaultUnknownStage      fault.Code = "unknown-stage"            // a transition or timer names no stage of Stages
	FaultUnknownGroup      fault.Code = "unknown-group"            // a wildcard names a group without stages
	FaultEmptyWildcard     fault.Code = "empty-wildcard"           // a wildcard matches no stage, or Except stands without one
	FaultWildcardOverlap   fault.Code = "wildcard-overlap"         // a wildcard meets an explicit transition
	FaultDuplicate         fault.Code = "duplicate-transition"     // (stage, trigger) twice without guards
	FaultDuplicateGuard    fault.Code = "duplicate-guard"          // the same condition twice in one choice
	FaultUnconditional     fault.Code = "unconditional-not-last"   // an unconditional edge hides the guarded ones behind it
	FaultGuardUnnamed      fault.Code = "guard-unnamed"            // a guard function without a name
	FaultGuardUnbound      fault.Code = "guard-unbound"            // a guard name without a function
	FaultUnknownGate       fault.Code = "unknown-gate"             // a gate names no milestone
	FaultInternalMoves     fault.Code = "internal-moves"           // an internal transition with another destination
	FaultUnreachable       fault.Code = "unreachable-stage"        // no path from the initial stage
	FaultDeadEnd           fault.Code = "dead-end"                 // a non-terminal stage without a transition, internal ones apart
	FaultTerminalExit      fault.Code = "terminal-with-exit"       // a terminal stage with exit
	FaultNoGoal            fault.Code = "no-way-to-goal"           // no goal or terminal stage can be reached from here
	FaultUnusedTrigger     fault.Code = "unused-trigger"           // a declared trigger that nothing uses
	FaultUnknownTrigger    fault.Code = "unknown-trigger"          // a used trigger that is not declared
	FaultDuplicateTrigger  fault.Code = "duplicate-trigger"        // a trigger is declared twice
	FaultTimerDuration     fault.Code = "timer-duration"           // zero, negative or over a hundred years
	FaultTimerUnhandled    fault.Code = "timer-unhandled"          // its stage has no transition on its trigger
	FaultDuplicateTimer    fault.Code = "duplicate-timer"          // two timers of one stage due together
	FaultTimerCycle        fault.Code = "timer-cycle"              // stages that timers alone go round in within a day
	FaultNoEvents          fault.Code = "milestone-without-events" // nothing can reach it
	FaultDuplicateMile     fault.Code = "duplicate-milestone"      // a milestone is declared twice
	FaultMilestoneCount    fault.Code = "milestone-count"          // a count that cannot be met or is out of bounds
	FaultMilestoneWindow   fault.Code = "milestone-window"         // a negative window, or one without a count
	FaultDuplicateEvent    fault.Code = "duplicate-event"          // a milestone lists an event twice
	FaultNest              fault.Code = "stage-in-itself"          // a stage is part of itself
	FaultUnknownEnumerator fault.Code = "unknown-rule"             // a milestone rule outside its enumeration
)
