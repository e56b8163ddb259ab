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
			c.fault(FaultTooLarge, path, "", "", "%d, at most %d", n, most)
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
	c.fault(FaultIllegalName, path, "", "", "%s name %q %s", kind, clip(s), why)
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
		c.fault(FaultTooLarge, path, "", "", "%d bytes, at most %d", len(s), maxDoc)
	}
	if !utf8.ValidString(s) {
		c.fault(FaultIllegalName, path, "", "", "is not valid UTF-8")
	}
}
