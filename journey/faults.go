package journey

import (
	"errors"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// ErrDefinition is what every complaint of [Define], [ParseSpec] and
// [Spec.Refine] about a design is.
var ErrDefinition = errors.New("journey: define: the definition has faults")

// The codes of the faults that [Define] finds and lists.
const (
	faultTooLarge          fault.Code = "too-large"                // a limit of Spec is exceeded
	faultIllegalName       fault.Code = "illegal-name"             // empty, too long, control character, bad UTF-8, reserved
	faultNoStages          fault.Code = "no-stages"                // nothing to be in
	faultDuplicateStage    fault.Code = "duplicate-stage"          // a stage is declared twice
	faultMissingInitial    fault.Code = "missing-initial"          // no initial stage
	faultUnknownInitial    fault.Code = "unknown-initial"          // the initial stage is not a stage
	faultUnknownStage      fault.Code = "unknown-stage"            // a transition or timer names no stage of Stages
	faultUnknownGroup      fault.Code = "unknown-group"            // a wildcard names a group without stages
	faultEmptyWildcard     fault.Code = "empty-wildcard"           // a wildcard matches no stage, or Except stands without one
	faultWildcardOverlap   fault.Code = "wildcard-overlap"         // a wildcard meets an explicit transition
	faultDuplicate         fault.Code = "duplicate-transition"     // (stage, trigger) twice without guards
	faultDuplicateGuard    fault.Code = "duplicate-guard"          // the same condition twice in one choice
	faultUnconditional     fault.Code = "unconditional-not-last"   // an unconditional edge hides the guarded ones behind it
	faultGuardUnnamed      fault.Code = "guard-unnamed"            // a guard function without a name
	faultGuardUnbound      fault.Code = "guard-unbound"            // a guard name without a function
	faultUnknownGate       fault.Code = "unknown-gate"             // a gate names no milestone
	faultInternalMoves     fault.Code = "internal-moves"           // an internal transition with another destination
	faultUnreachable       fault.Code = "unreachable-stage"        // no path from the initial stage
	faultDeadEnd           fault.Code = "dead-end"                 // a non-terminal stage without a transition, internal ones apart
	faultTerminalExit      fault.Code = "terminal-with-exit"       // a terminal stage with exit
	faultNoGoal            fault.Code = "no-way-to-goal"           // no goal or terminal stage can be reached from here
	faultUnusedTrigger     fault.Code = "unused-trigger"           // a declared trigger that nothing uses
	faultUnknownTrigger    fault.Code = "unknown-trigger"          // a used trigger that is not declared
	faultDuplicateTrigger  fault.Code = "duplicate-trigger"        // a trigger is declared twice
	faultTimerDuration     fault.Code = "timer-duration"           // zero, negative or over a hundred years
	faultTimerUnhandled    fault.Code = "timer-unhandled"          // its stage has no transition on its trigger
	faultDuplicateTimer    fault.Code = "duplicate-timer"          // two timers of one stage due together
	faultTimerCycle        fault.Code = "timer-cycle"              // stages that timers alone go round in within a day
	faultNoEvents          fault.Code = "milestone-without-events" // nothing can reach it
	faultDuplicateMile     fault.Code = "duplicate-milestone"      // a milestone is declared twice
	faultMilestoneCount    fault.Code = "milestone-count"          // a count that cannot be met or is out of bounds
	faultMilestoneWindow   fault.Code = "milestone-window"         // a negative window, or one without a count
	faultDuplicateEvent    fault.Code = "duplicate-event"          // a milestone lists an event twice
	faultNest              fault.Code = "stage-in-itself"          // a stage is part of itself
	faultUnknownEnumerator fault.Code = "unknown-rule"             // a milestone rule outside its enumeration
)
