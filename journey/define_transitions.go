package journey

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// transitions checks the lines one by one and expands wildcards.
func (c *compiler) transitions() {
	c.trigAt = map[Trigger]int{}
	for i := range c.spec.Transitions {
		t := &c.spec.Transitions[i]
		path := fmt.Sprintf("Transitions[%d]", i)
		if c.name(path+".On", "trigger", string(t.On)) {
			c.trigAt[t.On] = 0
		}
		c.guard(path, t)
		sources, wildcard := c.sources(path, t)
		to, reflexive := -1, t.To == Same || t.Internal && t.To == ""
		if !reflexive {
			to = c.stage(path+".To", t.To)
		}
		if len(c.edges)+len(sources) > maxEdges {
			c.fault(Fault{Code: FaultTooLarge, Path: path, Detail: fmt.Sprintf("wildcards expand to more than %d transitions", maxEdges)})
			return
		}
		matched := 0
		for _, from := range sources {
			dest := to
			if reflexive {
				dest = from
			}
			if dest < 0 || wildcard && (dest == from && !reflexive || slices.Contains(t.Except, c.spec.Stages[from].Name)) {
				continue
			}
			matched++
			if t.Internal && dest != from {
				c.fault(Fault{
					Code: FaultInternalMoves, Path: path, Stage: t.From, Trigger: t.On,
					Detail: fmt.Sprintf("internal transition leads from %q to %q", c.spec.Stages[from].Name, t.To),
				})
			}
			c.edges = append(c.edges, rawEdge{line: i, from: from, to: dest, wildcard: wildcard})
		}
		if wildcard && matched == 0 && len(sources) > 0 && (to >= 0 || reflexive) {
			c.fault(Fault{Code: FaultEmptyWildcard, Path: path + ".From", Trigger: t.On, Detail: fmt.Sprintf("%q stands for no stage", t.From)})
		}
	}
}

func (c *compiler) guard(path string, t *Transition) {
	g := t.Guard
	switch {
	case g.IsZero():
	case g.Name == "":
		c.fault(Fault{Code: FaultGuardUnnamed, Path: path + ".Guard", Stage: t.From, Trigger: t.On, Detail: "guard has a function and no name"})
	case c.name(path+".Guard", "guard", g.Name) && g.Allow == nil:
		c.fault(Fault{
			Code: FaultGuardUnbound, Path: path + ".Guard", Stage: t.From, Trigger: t.On,
			Detail: fmt.Sprintf("guard %q has no function; see Spec.Bind", g.Name),
		})
	}
	if _, ok := c.mileAt[t.Gate]; t.Gate != "" && !ok {
		c.fault(Fault{
			Code: FaultUnknownGate, Path: path + ".Gate", Stage: t.From, Trigger: t.On,
			Detail: fmt.Sprintf("gate %q is not a milestone", clip(t.Gate)),
		})
	}
}

// sources resolves From. Terminal stages are never part of a wildcard.
func (c *compiler) sources(path string, t *Transition) (from []int, wildcard bool) {
	switch {
	case t.From == Any:
		for i, s := range c.spec.Stages {
			if !s.Terminal {
				from = append(from, i)
			}
		}
	case strings.HasPrefix(string(t.From), "@"):
		members, ok := c.groupAt[string(t.From[1:])]
		if !ok {
			c.fault(Fault{
				Code: FaultUnknownGroup, Path: path + ".From", Stage: t.From, Trigger: t.On,
				Detail: fmt.Sprintf("no stage is in group %q", clip(string(t.From[1:]))),
			})
		}
		for _, i := range members {
			if !c.spec.Stages[i].Terminal {
				from = append(from, i)
			}
		}
	default:
		if len(t.Except) > 0 {
			c.fault(Fault{Code: FaultEmptyWildcard, Path: path + ".Except", Stage: t.From, Trigger: t.On, Detail: "Except needs a wildcard source"})
		}
		if i := c.stage(path+".From", t.From); i >= 0 {
			return []int{i}, false
		}
		return nil, false
	}
	for k, s := range t.Except {
		c.stage(fmt.Sprintf("%s.Except[%d]", path, k), s)
	}
	return from, true
}

// stage resolves one stage name, or reports it and returns -1.
func (c *compiler) stage(path string, s Stage) int {
	if i, ok := c.stageAt[s]; ok {
		if c.inferred && !c.name(path, "stage", string(s)) {
			return -1
		}
		return i
	}
	if c.name(path, "stage", string(s)) {
		c.fault(Fault{Code: FaultUnknownStage, Path: path, Stage: s, Detail: fmt.Sprintf("stage %q is not declared", s)})
	}
	return -1
}

// choices orders the edges and checks each cell that has several.
func (c *compiler) choices() {
	slices.SortStableFunc(c.edges, func(a, b rawEdge) int {
		return cmp.Or(
			cmp.Compare(a.from, b.from),
			cmp.Compare(c.spec.Transitions[a.line].On, c.spec.Transitions[b.line].On),
			cmp.Compare(a.line, b.line),
		)
	})
	for lo := 0; lo < len(c.edges); {
		hi := lo + 1
		for hi < len(c.edges) && c.edges[hi].from == c.edges[lo].from && c.on(hi) == c.on(lo) {
			c.edges[hi].choice = hi - lo
			hi++
		}
		c.choice(c.edges[lo:hi])
		lo = hi
	}
}

func (c *compiler) on(edge int) Trigger { return c.spec.Transitions[c.edges[edge].line].On }

func (c *compiler) choice(run []rawEdge) {
	from := c.spec.Stages[run[0].from].Name
	type condition struct{ guard, gate string }
	seen := map[condition]int{}
	explicit, wildcard, open := -1, -1, -1
	for _, e := range run {
		t := c.spec.Transitions[e.line]
		at := func(code FaultCode, other int, detail string) {
			c.fault(Fault{
				Code: code, Path: fmt.Sprintf("Transitions[%d]", e.line), Stage: from, Trigger: t.On,
				Detail: fmt.Sprintf("from %q on %q: %s Transitions[%d]", from, t.On, detail, other),
			})
		}
		if e.wildcard {
			wildcard = e.line
		} else {
			explicit = e.line
		}
		if len(run) > 1 && explicit >= 0 && wildcard >= 0 {
			at(FaultWildcardOverlap, explicit+wildcard-e.line, "a wildcard meets the explicit transition; list the stage in Except, or drop")
		}
		cond := condition{t.Guard.Name, t.Gate}
		first, dup := seen[cond]
		plain := cond == condition{}
		switch {
		case dup && plain:
			at(FaultDuplicate, first, "a second transition without guard; the first is")
		case dup:
			at(FaultDuplicateGuard, first, "never taken, the same condition stands at")
		case open >= 0:
			at(FaultUnconditional, open, "never taken, it stands behind the unconditional")
		}
		if !dup {
			seen[cond] = e.line
		}
		if plain && open < 0 {
			open = e.line
		}
	}
}
