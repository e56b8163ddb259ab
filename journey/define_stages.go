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
	c.stageAt = make(map[Stage]int, len(s.Stages))
	c.groupAt = map[string][]int{}
	for i, st := range s.Stages {
		path := fmt.Sprintf("Stages[%d]", i)
		if !c.inferred {
			c.name(path+".Name", "stage", string(st.Name))
		}
		c.optionalName(path+".Group", "group", st.Group)
		c.optionalName(path+".Entry", "hook", st.Entry)
		c.optionalName(path+".Exit", "hook", st.Exit)
		c.doc(path+".Doc", st.Doc)
		if first, dup := c.stageAt[st.Name]; dup {
			c.fault(Fault{
				Code: FaultDuplicateStage, Path: path, Stage: st.Name,
				Detail: fmt.Sprintf("stage %q is already Stages[%d]", st.Name, first),
			})
			continue
		}
		c.stageAt[st.Name] = i
		if st.Group != "" {
			c.groupAt[st.Group] = append(c.groupAt[st.Group], i)
		}
	}
	_, known := c.stageAt[s.Initial]
	switch {
	case len(s.Stages) == 0:
		c.fault(Fault{Code: FaultNoStages, Path: "Stages", Detail: "there is no stage"})
	case s.Initial == "":
		c.fault(Fault{Code: FaultMissingInitial, Path: "Initial", Detail: "no initial stage"})
	case !known:
		c.fault(Fault{
			Code: FaultUnknownInitial, Path: "Initial", Stage: s.Initial,
			Detail: fmt.Sprintf("initial stage %q is not a stage", clip(string(s.Initial))),
		})
	}
}

// infer fills Stages from the transitions. Names are checked where they stand.
// The initial stage counts only when a transition names it, so that a misspelt
// one is found.
func (c *compiler) infer() {
	c.inferred = true
	seen := map[Stage]bool{}
	add := func(n Stage) {
		if n == "" || n == Any || n == Same || n[0] == '@' || seen[n] {
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
