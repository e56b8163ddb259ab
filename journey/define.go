package journey

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Define checks and compiles a Spec. It reports every fault at once, in a
// [*fault.Design]; then there is no definition. A Spec beyond the limits is
// reported as too large without being examined further. The Spec is copied.
//
// Every fault carries a code, which is stable where wording is not:
//
//	too-large                a limit of Spec is exceeded
//	illegal-name             empty, too long, control character, bad UTF-8, reserved
//	no-stages                nothing to be in
//	duplicate-stage          a stage is declared twice
//	missing-initial          no initial stage
//	unknown-initial          the initial stage is not a stage
//	unknown-stage            a transition or timer names no stage of Stages
//	unknown-group            a wildcard names a group without stages
//	empty-wildcard           a wildcard matches no stage, or Except stands without one
//	wildcard-overlap         a wildcard meets an explicit transition
//	duplicate-transition     (stage, trigger) twice without guards
//	duplicate-guard          the same condition twice in one choice
//	unconditional-not-last   an unconditional edge hides the guarded ones behind it
//	guard-unnamed            a guard function without a name
//	guard-unbound            a guard name without a function
//	unknown-gate             a gate names no milestone
//	internal-moves           an internal transition with another destination
//	unreachable-stage        no path from the initial stage
//	dead-end                 a non-terminal stage without a transition, internal ones apart
//	terminal-with-exit       a terminal stage with exit
//	no-way-to-goal           no goal or terminal stage can be reached from here
//	unused-trigger           a declared trigger that nothing uses
//	unknown-trigger          a used trigger that is not declared
//	duplicate-trigger        a trigger is declared twice
//	timer-duration           zero, negative or over a hundred years
//	timer-unhandled          its stage has no transition on its trigger
//	duplicate-timer          two timers of one stage due together
//	timer-cycle              stages that timers alone go round in within a day
//	milestone-without-events nothing can reach it
//	duplicate-milestone      a milestone is declared twice
//	milestone-count          a count that cannot be met or is out of bounds
//	milestone-window         a negative window, or one without a count
//	duplicate-event          a milestone lists an event twice
//	stage-in-itself          a stage is part of itself
//	unknown-rule             a milestone rule outside its enumeration
func Define(spec Spec) (*Definition, error) {
	c := &compiler{spec: spec, found: fault.Design{Package: "journey", Kind: "define", Name: spec.Name, Err: ErrDefinition}}
	if c.sizes(); c.found.Fault() != nil {
		return nil, c.found.Fault()
	}
	c.spec = spec.clone()
	c.stages()
	c.milestones()
	c.transitions()
	c.choices()
	c.timers()
	c.vocabulary()
	c.shape()
	if err := c.found.Fault(); err != nil {
		return nil, err
	}
	return c.build(), nil
}

func clip(s string) string { return text.ClipTo(s, MaxName) }

// compiler carries a Spec from text to table.
type compiler struct {
	spec     Spec
	found    fault.Design
	inferred bool // Stages were left out

	nodes    []node // the tree of stages
	nodeAt   map[string]int
	leaves   []StageSpec // what customers can be in, with what it inherits
	leafNode []int
	mileAt   map[string]int
	trigAt   map[Trigger]int // every trigger in use
	edges    []rawEdge
}

// rawEdge is an expanded transition: where it came from and where it goes.
type rawEdge struct {
	line     int // index in Spec.Transitions
	from, to int
	wildcard bool
	above    int // written for the stage this many levels up
	scope    int // depth of what it is written for and leads to, the inner one
	choice   int
}

// fault notes a fault about a stage, a trigger, or both.
func (c *compiler) fault(code fault.Code, path string, s Stage, t Trigger, format string, args ...any) {
	about := clip(string(s))
	if t != "" {
		if about != "" {
			about += ", "
		}
		about += clip(string(t))
	}
	c.found.Addf(code, path, about, format, args...)
}

func (c *compiler) sizes() {
	s := &c.spec
	limit := func(path string, n, most int) {
		if n > most {
			c.fault(faultTooLarge, path, "", "", "%d, at most %d", n, most)
		}
	}
	limit("Stages", len(s.Stages), maxStages)
	limit("Triggers", len(s.Triggers), maxTriggers)
	limit("Observe", len(s.Observe), maxTriggers)
	limit("Transitions", len(s.Transitions), maxTransitions)
	limit("After", len(s.After), maxTimers)
	limit("Milestones", len(s.Milestones), MaxMilestones)
	limit("Doc", len(s.Doc), maxDoc)
	if len(c.found.Faults) > 0 {
		return
	}
	stages := map[Stage]bool{}
	triggers := map[Trigger]bool{}
	excepts := 0
	for _, t := range s.Transitions {
		stages[t.From], triggers[t.On] = true, true
		if t.To != Same && t.To != "" {
			stages[t.To] = true
		}
		excepts += len(t.Except)
	}
	if len(s.Stages) == 0 {
		limit("Transitions: distinct stages", len(stages), maxStages)
	}
	limit("Transitions: stages in Except", excepts, maxEdges)
	for i, m := range s.Milestones {
		limit(fmt.Sprintf("Milestones[%d].Events", i), len(m.Events), maxMilestoneEvents)
		for _, t := range m.Events {
			triggers[t] = true
		}
	}
	for _, t := range s.Observe {
		triggers[t] = true
	}
	limit("distinct triggers", len(triggers), maxTriggers)
}

// name reports what makes a string unfit to be a name.
func (c *compiler) name(path, kind, s string) bool {
	var why string
	switch {
	case s == "":
		why = "is empty"
	case len(s) > MaxName:
		why = fmt.Sprintf("has %d bytes, at most %d", len(s), MaxName)
	case !utf8.ValidString(s):
		why = "is not valid UTF-8"
	case strings.IndexFunc(s, forbiddenRune) >= 0:
		why = "contains a control or line-breaking character"
	case strings.TrimSpace(s) != s:
		why = "begins or ends with white space"
	case kind == "stage" && (s == string(Any) || s == string(Same)), (kind == "stage" || kind == "group" || kind == "milestone") && s[0] == '@':
		why = "is reserved"
	default:
		return true
	}
	c.fault(faultIllegalName, path, "", "", "%s name %q %s", kind, clip(s), why)
	return false
}

// forbiddenRune: control characters, line and paragraph separators, and the
// invisible characters that reorder text.
func forbiddenRune(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

func (c *compiler) optionalName(path, kind, s string) {
	if s != "" {
		c.name(path, kind, s)
	}
}

func (c *compiler) doc(path, s string) {
	if len(s) > maxDoc {
		c.fault(faultTooLarge, path, "", "", "%d bytes, at most %d", len(s), maxDoc)
	}
	if !utf8.ValidString(s) {
		c.fault(faultIllegalName, path, "", "", "is not valid UTF-8")
	}
}
