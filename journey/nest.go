package journey

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// maxDepth bounds how deep stages nest.
const maxDepth = 16

// node is a place in the tree of stages: a stage, a stage with parts, or a
// group that only its members name.
type node struct {
	name     string
	parent   int   // -1 = none
	depth    int   // 0 = outermost
	spec     int   // position in Spec.Stages; -1 for a group
	children []int // in the order of Spec.Stages
	leaf     int   // number of the stage; -1 for what has parts
	first    int   // number of the stage that is entered
	leaves   []int
}

// nest builds the tree from Spec.Stages: what no other stage names as its
// Group is a stage customers can be in.
func (c *compiler) nest() {
	c.nodeAt = map[string]int{}
	add := func(name string, spec int) {
		c.nodeAt[name] = len(c.nodes)
		c.nodes = append(c.nodes, node{name: name, parent: -1, spec: spec, leaf: -1, first: -1})
	}
	for i, s := range c.spec.Stages {
		if _, dup := c.nodeAt[string(s.Name)]; !dup {
			add(string(s.Name), i)
		}
	}
	for i, s := range c.spec.Stages {
		if s.Group == "" || c.nodes[c.nodeAt[string(s.Name)]].spec != i {
			continue
		}
		if _, ok := c.nodeAt[s.Group]; !ok {
			add(s.Group, -1)
		}
		me, up := c.nodeAt[string(s.Name)], c.nodeAt[s.Group]
		c.nodes[me].parent = up
		c.nodes[up].children = append(c.nodes[up].children, me)
	}
	c.unknot()
	for i, s := range c.spec.Stages {
		n := c.nodeAt[string(s.Name)]
		if c.nodes[n].spec != i || len(c.nodes[n].children) > 0 {
			continue
		}
		k := len(c.leaves)
		c.leaves = append(c.leaves, c.inherit(n))
		c.leafNode = append(c.leafNode, n)
		c.nodes[n].leaf = k
		depth := 0
		for at := n; at >= 0; at = c.nodes[at].parent {
			up := &c.nodes[at]
			if up.first < 0 {
				up.first = k
			}
			up.leaves = append(up.leaves, k)
			depth++
		}
		for at := n; at >= 0; at = c.nodes[at].parent {
			depth--
			c.nodes[at].depth = depth
		}
	}
}

// unknot reports and cuts stages that are parts of themselves, and nests that
// are too deep.
func (c *compiler) unknot() {
	for n := range c.nodes {
		depth := 0
		for at := c.nodes[n].parent; at >= 0; at = c.nodes[at].parent {
			depth++
			if at != n && depth <= maxDepth {
				continue
			}
			s := c.spec.Stages[c.nodes[n].spec]
			code, detail := faultNest, fmt.Sprintf("stage %q is a part of itself", clip(string(s.Name)))
			if at != n {
				code, detail = faultTooLarge, fmt.Sprintf("nested deeper than %d", maxDepth)
			}
			c.fault(code, fmt.Sprintf("Stages[%d].Group", c.nodes[n].spec), s.Name, "", "%s", detail)
			up := &c.nodes[c.nodes[n].parent]
			up.children = slices.DeleteFunc(up.children, func(k int) bool { return k == n })
			c.nodes[n].parent = -1
			break
		}
	}
}

// inherit is the StageSpec of a stage with what it has from the stages it is
// part of: goals and ends, and hooks where it has none of its own.
func (c *compiler) inherit(n int) StageSpec {
	s := c.spec.Stages[c.nodes[n].spec]
	for at := c.nodes[n].parent; at >= 0; at = c.nodes[at].parent {
		if c.nodes[at].spec < 0 {
			continue
		}
		up := c.spec.Stages[c.nodes[at].spec]
		s.Goal, s.Terminal, s.Aside = s.Goal || up.Goal, s.Terminal || up.Terminal, s.Aside || up.Aside
		if s.Entry == "" {
			s.Entry = up.Entry
		}
		if s.Exit == "" {
			s.Exit = up.Exit
		}
	}
	return s
}

// within reports whether stage leaf is, or is part of, node n.
func (c *compiler) within(leaf, n int) bool {
	for at := c.leafNode[leaf]; at >= 0; at = c.nodes[at].parent {
		if at == n {
			return true
		}
	}
	return false
}

// outermost is the depth of the outermost declared stage that leaf is part of.
func (c *compiler) outermost(leaf int) int {
	depth := 0
	for at := c.leafNode[leaf]; at >= 0; at = c.nodes[at].parent {
		if c.nodes[at].spec >= 0 {
			depth = c.nodes[at].depth
		}
	}
	return depth
}

// Refine returns a copy of s in which a stage has parts: customers who would be
// in it are in one of them, the first one to begin with. Transitions, timers and
// wildcards that name the stage hold for all its parts, unless a part has a
// transition of its own on the trigger; what leads from part to part is for the
// caller to add. Every report of a replay stays as it was when it is read at
// the level of the stage; see [Level].
//
// The Group of the parts is set here. A stage that s does not have, or that has
// parts already, is an ErrUnknownStage or an ErrDefinition; so is a list
// without parts.
func (s Spec) Refine(stage Stage, parts ...StageSpec) (Spec, error) {
	s = s.clone()
	if len(s.Stages) == 0 {
		c := compiler{spec: s}
		c.infer()
		s = c.spec
		s.terminate()
	}
	at := slices.IndexFunc(s.Stages, func(t StageSpec) bool { return t.Name == stage })
	switch {
	case at < 0:
		return Spec{}, fmt.Errorf("journey: refine: %w: %q", ErrUnknownStage, clip(string(stage)))
	case len(parts) == 0:
		return Spec{}, s.unrefined(stage, "no-parts", "no parts were given")
	case slices.ContainsFunc(s.Stages, func(t StageSpec) bool { return t.Group == string(stage) }):
		return Spec{}, s.unrefined(stage, "has-parts", "has parts already")
	}
	parts = slices.Clone(parts)
	for i := range parts {
		parts[i].Group = string(stage)
	}
	s.Stages = slices.Insert(s.Stages, at+1, parts...)
	return s, nil
}

func (s Spec) unrefined(stage Stage, code fault.Code, why string) error {
	d := fault.Design{Package: "journey", Kind: "refine", Name: s.Name, Err: ErrDefinition}
	d.Addf(code, "", "", "stage %q %s", clip(string(stage)), why)
	return d.Fault()
}

// terminate marks the stages that nothing leaves.
func (s *Spec) terminate() {
	leaves := map[Stage]bool{}
	for _, t := range s.Transitions {
		leaves[t.From] = leaves[t.From] || !t.Internal
	}
	for i := range s.Stages {
		n := s.Stages[i].Name
		s.Stages[i].Terminal = !leaves[n] && !leaves[Any]
	}
}

// Ordered returns the transitions of a pipeline that only moves forward: from
// every stage to every later one, skipping as many as it likes, on the trigger
// that has the name of the stage it leads to. That trigger again, in its own
// stage, changes nothing. Going back is what the caller adds.
func Ordered(stages ...Stage) []Transition {
	var list []Transition
	for i, from := range stages {
		list = append(list, Transition{From: from, On: Trigger(from), To: from, Internal: true})
		for _, to := range stages[i+1:] {
			list = append(list, Transition{From: from, On: Trigger(to), To: to})
		}
	}
	return list
}

// Path returns the stages that s is part of, outermost first, and s itself;
// nil for a name the definition does not know. Groups and stages with parts
// have paths too.
func (d *Definition) Path(s Stage) []string {
	i, ok := d.nodeAt[string(s)]
	if !ok {
		return nil
	}
	var path []string
	for at := i; at >= 0; at = d.nodes[at].parent {
		path = append(path, d.nodes[at].name)
	}
	slices.Reverse(path)
	return path
}

// isGroup reports whether s is the wildcard of InGroup.
func isGroup(s Stage) bool { return strings.HasPrefix(string(s), "@") }
