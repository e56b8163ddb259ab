package journey

import (
	"slices"
	"time"
)

// Limits of a [Spec]. They bound what a definition from outside can cost; a
// real lifecycle stays far below them.
const (
	maxStages      = 1_000  // stages of one definition
	maxTriggers    = 1_000  // distinct triggers, milestone events included
	maxTransitions = 20_000 // transitions as written
	maxEdges       = 30_000 // transitions after wildcards are expanded
	maxTimers      = 5_000  // timers
	MaxMilestones  = 64     // milestones
	MaxName        = 128    // bytes of any name
	maxDoc         = 4_096  // bytes of any Doc
)

// Spec is a journey definition as written: a value to build in code, or to read
// from text or JSON, and to hand to [Define]. The zero Spec describes nothing
// and is refused.
type Spec struct {
	// Name is the definition's name; optional.
	Name string
	// Doc describes the definition. It is not part of the hash.
	Doc string
	// Initial is the stage a journey starts in.
	Initial Stage
	// Stages lists the stages in the order reports show them. Left out, they
	// are those the transitions name, the initial one first; a stage that
	// nothing leaves is then terminal.
	Stages []StageSpec
	// Triggers, when given, is the closed vocabulary: a declared trigger that
	// nothing uses and a used trigger that is not declared are both faults.
	Triggers []Trigger
	// Observe lists triggers that are accepted everywhere and move nobody
	// wherever no transition takes them: what happens to customers without
	// changing where they are. Reports count them by stage. What milestones
	// wait for is observed without being listed.
	Observe []Trigger
	// Transitions lists the moves. Among transitions with the same source and
	// trigger the first whose guard and gate are satisfied is taken.
	Transitions []Transition
	// After lists the timers.
	After []Timer
	// Milestones lists the milestones.
	Milestones []Milestone
}

// Transition is one move: in From, On leads To.
type Transition struct {
	// From is the source, or [Any], or [InGroup].
	From Stage
	// On is the trigger.
	On Trigger
	// To is the destination. From = To, or To = [Same], is a self-transition:
	// it ends the visit and begins a new one, and runs exit and entry hooks,
	// unless Internal is set.
	To Stage
	// Guard, when not zero, must allow the move.
	Guard Guard
	// Gate, when not empty, names the milestone that must have been reached
	// before the event.
	Gate string
	// Internal makes a self-transition that stays: the visit goes on, Since
	// does not move and no exit or entry hook runs.
	Internal bool
	// Except lists stages that a wildcard source leaves out.
	Except []Stage
}

// Guard is a condition on a transition. The zero Guard allows everything. The
// name is what text, JSON, diagrams and the hash know; the function is supplied
// in code, directly or by [Spec.Bind].
type Guard struct {
	// Name identifies the guard.
	Name string
	// Allow decides. It must be a pure function of its arguments and safe for
	// concurrent use: a replay calls it from several goroutines, and equal
	// inputs have to give equal answers. A panic in it becomes a [*GuardError].
	// Timers, and the events of a replay, are shown to it without ID.
	Allow func(Journey, Event) bool
}

// isZero reports whether g is no guard at all.
func (g Guard) isZero() bool { return g.Name == "" && g.Allow == nil }

// Timer fires Trigger for a customer who has been in Stage for After, counted
// from the beginning of the visit. It fires at most once per visit.
type Timer struct {
	// Stage is the stage the timer runs in.
	Stage Stage
	// After is the time in the stage; it must be positive.
	After time.Duration
	// Trigger is what fires; the stage must have a transition on it.
	Trigger Trigger
}

// Bind returns a copy of s whose guards have their functions: by name from
// guards, keeping a function that is already there. Names that guards does not
// know stay unbound, and [Define] reports each of them.
func (s Spec) Bind(guards map[string]func(Journey, Event) bool) Spec {
	s = s.clone()
	for i := range s.Transitions {
		g := &s.Transitions[i].Guard
		if g.Name != "" && g.Allow == nil {
			g.Allow = guards[g.Name]
		}
	}
	return s
}

func (s Spec) clone() Spec {
	s.Stages = slices.Clone(s.Stages)
	s.Triggers = slices.Clone(s.Triggers)
	s.Observe = slices.Clone(s.Observe)
	s.Transitions = slices.Clone(s.Transitions)
	for i := range s.Transitions {
		s.Transitions[i].Except = slices.Clone(s.Transitions[i].Except)
	}
	s.After = slices.Clone(s.After)
	s.Milestones = slices.Clone(s.Milestones)
	for i := range s.Milestones {
		s.Milestones[i].Events = slices.Clone(s.Milestones[i].Events)
	}
	return s
}
