package journey

import "fmt"

// vocabulary numbers the triggers and compares them with those declared.
func (c *compiler) vocabulary() {
	for _, m := range c.spec.Milestones {
		for _, t := range m.Events {
			c.trigAt[t] = 0
		}
	}
	seen := make(map[Trigger]int, len(c.spec.Observe))
	for i, t := range c.spec.Observe {
		path := fmt.Sprintf("Observe[%d]", i)
		if !c.name(path, "trigger", string(t)) {
			continue
		}
		if first, dup := seen[t]; dup {
			c.fault(faultDuplicateTrigger, path, "", t, "trigger %q is already Observe[%d]", t, first)
		}
		seen[t] = i
		c.trigAt[t] = 0
	}
	declared := make(map[Trigger]int, len(c.spec.Triggers))
	for i, t := range c.spec.Triggers {
		path := fmt.Sprintf("Triggers[%d]", i)
		if !c.name(path, "trigger", string(t)) {
			continue
		}
		if first, dup := declared[t]; dup {
			c.fault(faultDuplicateTrigger, path, "", t, "trigger %q is already Triggers[%d]", t, first)
			continue
		}
		declared[t] = i
		if _, used := c.trigAt[t]; !used {
			c.fault(faultUnusedTrigger, path, "", t, "nothing uses trigger %q", t)
		}
	}
	if len(declared) == 0 {
		return
	}
	for i, t := range c.spec.Observe {
		if _, ok := declared[t]; !ok {
			c.fault(faultUnknownTrigger, fmt.Sprintf("Observe[%d]", i), "", t, "trigger %q is not declared", clip(string(t)))
		}
	}
	for i, t := range c.spec.Transitions {
		if _, ok := declared[t.On]; !ok {
			c.fault(faultUnknownTrigger, fmt.Sprintf("Transitions[%d].On", i), t.From, t.On, "trigger %q is not declared", clip(string(t.On)))
		}
	}
	for i, m := range c.spec.Milestones {
		for k, t := range m.Events {
			if _, ok := declared[t]; !ok {
				c.fault(faultUnknownTrigger, fmt.Sprintf("Milestones[%d].Events[%d]", i, k), "", t, "trigger %q is not declared", clip(string(t)))
			}
		}
	}
}
