package journey

import (
	"fmt"
	"slices"
)

func (c *compiler) stages() {
	s := &c.spec
	c.optionalName("Name", "definition", s.Name)
	c.doc("Doc", s.Doc)
	if len(s.Stages) == 0 {
		c.infer()
	}
	seen := make(map[Stage]int, len(s.Stages))
	for i, st := range s.Stages {
		path := fmt.Sprintf("Stages[%d]", i)
		if !c.inferred {
			c.name(path+".Name", "stage", string(st.Name))
		}
		c.optionalName(path+".Group", "group", st.Group)
		c.optionalName(path+".Entry", "hook", st.Entry)
		c.optionalName(path+".Exit", "hook", st.Exit)
		c.doc(path+".Doc", st.Doc)
		if first, dup := seen[st.Name]; dup {
			c.fault(faultDuplicateStage, path, st.Name, "", "stage %q is already Stages[%d]", st.Name, first)
			continue
		}
		seen[st.Name] = i
	}
	c.nest()
	known := c.declared(s.Initial) >= 0
	switch {
	case len(s.Stages) == 0:
		c.fault(faultNoStages, "Stages", "", "", "there is no stage")
	case s.Initial == "":
		c.fault(faultMissingInitial, "Initial", "", "", "no initial stage")
	case !known:
		c.fault(faultUnknownInitial, "Initial", s.Initial, "", "initial stage %q is not a stage", clip(string(s.Initial)))
	}
}

// declared is the node of a declared stage; -1 when there is none.
func (c *compiler) declared(s Stage) int {
	if i, ok := c.nodeAt[string(s)]; ok && c.nodes[i].spec >= 0 {
		return i
	}
	return -1
}

// infer fills Stages from the transitions. Names are checked where they stand.
// The initial stage counts only when a transition names it, so that a misspelt
// one is found.
func (c *compiler) infer() {
	c.inferred = true
	seen := map[Stage]bool{}
	add := func(n Stage) {
		if n == "" || n == Any || n == Same || isGroup(n) || seen[n] {
			return
		}
		seen[n] = true
		c.spec.Stages = append(c.spec.Stages, StageSpec{Name: n})
	}
	for _, t := range c.spec.Transitions {
		if t.From == c.spec.Initial || t.To == c.spec.Initial {
			add(c.spec.Initial)
			break
		}
	}
	if slices.ContainsFunc(c.spec.Transitions, func(t Transition) bool { return t.From == Any }) {
		add(c.spec.Initial) // a wildcard source may be the only thing that leaves it
	}
	for _, t := range c.spec.Transitions {
		add(t.From)
		add(t.To)
	}
}
