package journey

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// shape checks the graph: what cannot be reached, what cannot be left, and from
// where no goal can be reached.
func (c *compiler) shape() {
	n := len(c.leaves)
	out := make([][]int, n)
	in := make([][]int, n)
	moves := make([]int, n) // edges that begin a visit
	for _, e := range c.edges {
		out[e.from] = append(out[e.from], e.to)
		in[e.to] = append(in[e.to], e.from)
		if !c.spec.Transitions[e.line].Internal {
			moves[e.from]++
		}
	}
	if c.inferred {
		for i := range c.leaves { // there are no others
			c.leaves[i].Terminal = moves[i] == 0
			c.spec.Stages[i].Terminal = moves[i] == 0
		}
	}
	reached := make([]bool, n)
	initial := c.declared(c.spec.Initial)
	if initial >= 0 {
		reached = flood(out, []int{c.nodes[initial].first})
	}
	var goals []int
	hasGoal := false
	for i, s := range c.leaves {
		if s.Goal || s.Terminal {
			goals = append(goals, i)
		}
		hasGoal = hasGoal || s.Goal
	}
	toGoal := flood(in, goals)
	for i, s := range c.leaves {
		at := func(code fault.Code, format string) {
			c.fault(code, fmt.Sprintf("Stages[%d]", c.nodes[c.leafNode[i]].spec), s.Name, "", format, s.Name)
		}
		if initial >= 0 && !reached[i] {
			at(faultUnreachable, "no path leads to stage %q")
		}
		switch {
		case s.Terminal && moves[i] > 0:
			at(faultTerminalExit, "terminal stage %q has a transition that begins a visit")
		case !s.Terminal && moves[i] == 0:
			at(faultDeadEnd, "stage %q has no transition and is not terminal")
		case hasGoal && !toGoal[i]:
			at(faultNoGoal, "no goal or terminal stage can be reached from %q")
		}
	}
}

// flood returns the nodes that can be reached from the given ones.
func flood(next [][]int, from []int) []bool {
	seen := make([]bool, len(next))
	stack := slices.Clone(from)
	for _, i := range from {
		seen[i] = true
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, k := range next[i] {
			if !seen[k] {
				seen[k] = true
				stack = append(stack, k)
			}
		}
	}
	return seen
}

// cycles returns the strongly connected parts that contain a cycle, each with
// its members ascending, ordered by first member (Tarjan 1972, without
// recursion so that depth costs no stack).
func cycles(next [][]int) [][]int {
	n := len(next)
	index := make([]int, n) // 0 = not visited
	low := make([]int, n)
	onStack := make([]bool, n)
	var stack []int
	var found [][]int
	count := 0
	type frame struct{ node, edge int }
	for root := range n {
		if index[root] != 0 {
			continue
		}
		frames := []frame{{root, 0}}
		for len(frames) > 0 {
			f := &frames[len(frames)-1]
			v := f.node
			if f.edge == 0 {
				count++
				index[v], low[v] = count, count
				stack = append(stack, v)
				onStack[v] = true
			}
			if f.edge < len(next[v]) {
				w := next[v][f.edge]
				f.edge++
				switch {
				case index[w] == 0:
					frames = append(frames, frame{w, 0})
				case onStack[w]:
					low[v] = min(low[v], index[w])
				}
				continue
			}
			frames = frames[:len(frames)-1]
			if len(frames) > 0 {
				p := frames[len(frames)-1].node
				low[p] = min(low[p], low[v])
			}
			if low[v] != index[v] {
				continue
			}
			at := slices.Index(stack, v)
			part := slices.Clone(stack[at:])
			stack = stack[:at]
			for _, w := range part {
				onStack[w] = false
			}
			if len(part) > 1 || slices.Contains(next[v], v) {
				slices.Sort(part)
				found = append(found, part)
			}
		}
	}
	slices.SortFunc(found, func(a, b []int) int { return a[0] - b[0] })
	return found
}
