package journey

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func (c *compiler) milestones() {
	c.mileAt = make(map[string]int, len(c.spec.Milestones))
	for i := range c.spec.Milestones {
		m := &c.spec.Milestones[i]
		path := fmt.Sprintf("Milestones[%d]", i)
		c.name(path+".Name", "milestone", m.Name)
		c.doc(path+".Doc", m.Doc)
		if first, dup := c.mileAt[m.Name]; dup {
			c.fault(faultDuplicateMile, path, "", "", "milestone %q is already Milestones[%d]", clip(m.Name), first)
		} else {
			c.mileAt[m.Name] = i
		}
		if len(m.Events) == 0 {
			c.fault(faultNoEvents, path+".Events", "", "", "nothing can reach milestone %q", clip(m.Name))
		}
		for k, t := range m.Events {
			p := fmt.Sprintf("%s.Events[%d]", path, k)
			c.name(p, "trigger", string(t))
			if slices.Contains(m.Events[:k], t) {
				c.fault(faultDuplicateEvent, p, "", t, "event %q is listed twice", clip(string(t)))
			}
		}
		c.quorum(path, m)
	}
}

func (c *compiler) quorum(path string, m *Milestone) {
	bad := func(field string, code fault.Code, format string, args ...any) {
		c.fault(code, path+field, "", "", format, args...)
	}
	most := maxCount
	if m.Within > 0 {
		most = maxWindowCount
	}
	switch m.Rule {
	case AnyOf, AllOf:
		if m.N != 0 {
			bad(".N", faultMilestoneCount, "rule %s takes no count, got %d", m.Rule, m.N)
		}
	case CountOf:
		if m.N < 1 || m.N > most {
			bad(".N", faultMilestoneCount, "count %d, want 1 to %d", m.N, most)
		}
	case DistinctOf:
		if m.N < 1 || m.N > len(m.Events) {
			bad(".N", faultMilestoneCount, "count %d of %d different events", m.N, len(m.Events))
		}
	default:
		bad(".Rule", faultUnknownEnumerator, "rule %d is not one of 0 to %d", uint8(m.Rule), len(ruleNames)-1)
	}
	switch {
	case m.Within < 0:
		bad(".Within", faultMilestoneWindow, "window %s is negative", m.Within)
	case m.Within > 0 && m.Rule == AnyOf:
		bad(".Within", faultMilestoneWindow, "rule any counts one event and has no window, got %s", m.Within)
	}
	if m.Deadline < 0 {
		bad(".Deadline", faultMilestoneWindow, "deadline %s is negative", m.Deadline)
	}
}
