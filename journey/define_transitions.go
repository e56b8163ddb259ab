package journey

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
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
		to, reflexive := -1, t.To == Same || t.Internal && (t.To == "" || t.To == t.From)
		if !reflexive {
			to = c.stage(path+".To", t.To)
		}
		if len(c.edges)+len(sources) > maxEdges {
			c.fault(faultTooLarge, path, "", "", "wildcards expand to more than %d transitions", maxEdges)
			return
		}
		source := c.declared(t.From) // -1 for a wildcard
		matched := 0
		for _, from := range sources {
			e := rawEdge{line: i, from: from, to: from, wildcard: wildcard, scope: c.outermost(from)}
			if source >= 0 {
				e.scope = c.nodes[source].depth
				e.above = c.nodes[c.leafNode[from]].depth - e.scope
			}
			if !reflexive {
				if to < 0 || wildcard && c.within(from, to) {
					continue
				}
				e.to, e.scope = c.nodes[to].first, max(e.scope, c.nodes[to].depth)
			}
			if wildcard && c.excepted(from, t.Except) {
				continue
			}
			matched++
			if t.Internal && !reflexive && e.to != from {
				c.fault(faultInternalMoves, path, t.From, t.On, "internal transition leads from %q to %q", c.leaves[from].Name, t.To)
			}
			c.edges = append(c.edges, e)
		}
		if wildcard && matched == 0 && len(sources) > 0 && (to >= 0 || reflexive) {
			c.fault(faultEmptyWildcard, path+".From", "", t.On, "%q stands for no stage", t.From)
		}
	}
}

// excepted reports whether a list of stages names leaf or what it is part of.
func (c *compiler) excepted(leaf int, list []Stage) bool {
	return slices.ContainsFunc(list, func(s Stage) bool {
		n := c.declared(s)
		return n >= 0 && c.within(leaf, n)
	})
}

func (c *compiler) guard(path string, t *Transition) {
	g := t.Guard
	switch {
	case g.isZero():
	case g.Name == "":
		c.fault(faultGuardUnnamed, path+".Guard", t.From, t.On, "guard has a function and no name")
	case c.name(path+".Guard", "guard", g.Name) && g.Allow == nil:
		c.fault(faultGuardUnbound, path+".Guard", t.From, t.On, "guard %q has no function; see Spec.Bind", g.Name)
	}
	if _, ok := c.mileAt[t.Gate]; t.Gate != "" && !ok {
		c.fault(faultUnknownGate, path+".Gate", t.From, t.On, "gate %q is not a milestone", clip(t.Gate))
	}
}

// sources resolves From. Terminal stages are never part of more than one.
func (c *compiler) sources(path string, t *Transition) (from []int, wildcard bool) {
	var members []int
	switch {
	case t.From == Any:
		for i := range c.leaves {
			members = append(members, i)
		}
	case isGroup(t.From):
		n, ok := c.nodeAt[string(t.From[1:])]
		if !ok || len(c.nodes[n].children) == 0 {
			c.fault(faultUnknownGroup, path+".From", t.From, t.On, "no stage is in group %q", clip(string(t.From[1:])))
			break
		}
		members = c.nodes[n].leaves
	default:
		if len(t.Except) > 0 {
			c.fault(faultEmptyWildcard, path+".Except", t.From, t.On, "Except needs a wildcard source")
		}
		n := c.stage(path+".From", t.From)
		if n < 0 {
			return nil, false
		}
		if c.nodes[n].leaf >= 0 {
			return []int{c.nodes[n].leaf}, false
		}
		if open := c.open(c.nodes[n].leaves); len(open) > 0 {
			return open, false
		}
		return c.nodes[n].leaves, false // all terminal: shape says so
	}
	for k, s := range t.Except {
		c.stage(fmt.Sprintf("%s.Except[%d]", path, k), s)
	}
	return c.open(members), true
}

// open are the stages of a list that are not terminal.
func (c *compiler) open(leaves []int) []int {
	return slices.DeleteFunc(slices.Clone(leaves), func(i int) bool { return c.leaves[i].Terminal })
}

// stage resolves one stage name to its node, or reports it and returns -1.
func (c *compiler) stage(path string, s Stage) int {
	if n := c.declared(s); n >= 0 {
		if c.inferred && !c.name(path, "stage", string(s)) {
			return -1
		}
		return n
	}
	if c.name(path, "stage", string(s)) {
		c.fault(faultUnknownStage, path, s, "", "stage %q is not declared", s)
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
	c.override()
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

// override drops what a stage has from the stages it is part of, where it or a
// nearer one has a transition of its own on the trigger.
func (c *compiler) override() {
	type cell struct {
		from int
		on   Trigger
	}
	nearest := map[cell]int{}
	of := func(e rawEdge) cell { return cell{e.from, c.spec.Transitions[e.line].On} }
	for _, e := range c.edges {
		if n, ok := nearest[of(e)]; !e.wildcard && (!ok || e.above < n) {
			nearest[of(e)] = e.above
		}
	}
	c.edges = slices.DeleteFunc(c.edges, func(e rawEdge) bool { return !e.wildcard && e.above > nearest[of(e)] })
}

func (c *compiler) on(edge int) Trigger { return c.spec.Transitions[c.edges[edge].line].On }

func (c *compiler) choice(run []rawEdge) {
	from := c.leaves[run[0].from].Name
	type condition struct{ guard, gate string }
	seen := map[condition]int{}
	explicit, wildcard, open := -1, -1, -1
	for _, e := range run {
		t := c.spec.Transitions[e.line]
		at := func(code fault.Code, other int, detail string) {
			c.fault(code, fmt.Sprintf("Transitions[%d]", e.line), from, t.On, "from %q on %q: %s Transitions[%d]", from, t.On, detail, other)
		}
		if e.wildcard {
			wildcard = e.line
		} else {
			explicit = e.line
		}
		if len(run) > 1 && explicit >= 0 && wildcard >= 0 {
			at(faultWildcardOverlap, explicit+wildcard-e.line, "a wildcard meets the explicit transition; list the stage in Except, or drop")
		}
		cond := condition{t.Guard.Name, t.Gate}
		first, dup := seen[cond]
		plain := cond == condition{}
		switch {
		case dup && plain:
			at(faultDuplicate, first, "a second transition without guard; the first is")
		case dup:
			at(faultDuplicateGuard, first, "never taken, the same condition stands at")
		case open >= 0:
			at(faultUnconditional, open, "never taken, it stands behind the unconditional")
		}
		if !dup {
			seen[cond] = e.line
		}
		if plain && open < 0 {
			open = e.line
		}
	}
}
