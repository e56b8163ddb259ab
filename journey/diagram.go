package journey

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/diagram"
)

// Mermaid returns the definition as a Mermaid stateDiagram-v2: stages in their
// groups, or the groups alone, and one arrow per transition with its guard,
// gate and timer. Equal definitions give equal bytes. Names are escaped, so
// that no name can break the diagram.
func (d *Definition) Mermaid(by By) string { return diagramOf(d, nil, by).Mermaid() }

// Mermaid returns the definition as [Definition.Mermaid] does, with the number
// of customers in each stage and the number of times each transition was taken.
func (s *Summary) Mermaid(by By) string { return diagramOf(s.d, s, by).Mermaid() }

// DOT returns the definition as a Graphviz digraph: stages in their groups, or
// the groups alone, and one arrow per transition with its guard, gate and
// timer. Goals have a double border, terminal stages a bold one. Equal
// definitions give equal bytes. Names are escaped.
func (d *Definition) DOT(by By) string { return diagramOf(d, nil, by).DOT() }

// DOT returns the definition as [Definition.DOT] does, with the number of
// customers in each stage, and the number of times each transition was taken as
// text and as the width of the arrow.
func (s *Summary) DOT(by By) string { return diagramOf(s.d, s, by).DOT() }

// diagramOf lays the definition out, with counts when r is given.
func diagramOf(d *Definition, s *Summary, by By) diagram.Diagram {
	if d == nil || len(d.stages) == 0 {
		return diagram.Diagram{Start: -1}
	}
	u := d.units(by)
	g := diagram.Diagram{Title: d.spec.Name, Start: int(u.of[d.initial]), Counts: s != nil, Nodes: make([]diagram.Node, len(u.names))}
	for i, n := range u.names {
		g.Nodes[i] = diagram.Node{Label: n, Box: -1, Terminal: true}
	}
	for i, st := range d.stages {
		n := &g.Nodes[u.of[i]]
		n.Goal = n.Goal || st.Goal
		n.Terminal = n.Terminal && st.Terminal
	}
	boxes(&g, d, u)
	if s != nil {
		for stage, n := range s.tally.here {
			g.Nodes[u.of[stage]].Here += n
		}
	}
	arrows(&g, d, s, u, by)
	return g
}

// boxes puts the nodes into what they are part of.
func boxes(g *diagram.Diagram, d *Definition, u units) {
	at := map[int]int{}
	var of func(n int) int
	of = func(n int) int {
		if n < 0 {
			return -1
		}
		if b, ok := at[n]; ok {
			return b
		}
		parent := of(d.nodes[n].parent)
		at[n] = len(g.Boxes)
		g.Boxes = append(g.Boxes, diagram.Box{Label: d.nodes[n].name, Parent: parent})
		return at[n]
	}
	for i, n := range u.node {
		g.Nodes[i].Box = of(d.nodes[n].parent)
	}
}

func arrows(g *diagram.Diagram, d *Definition, s *Summary, u units, by By) {
	timers := map[cellKey][]time.Duration{}
	for s, ts := range d.timers {
		for _, t := range ts {
			k := cellKey{s, d.triggers[t.trigger]}
			timers[k] = append(timers[k], time.Duration(t.after))
		}
	}
	type key struct {
		from, to int
		label    string
	}
	at := map[key]int{}
	for i, e := range d.edges {
		from, to := int(u.of[d.from[i]]), int(u.of[d.dest[i]])
		if by != ByStage && from == to {
			continue
		}
		label := string(e.On)
		if by == ByStage {
			label = edgeLabel(e, timers[cellKey{int(d.from[i]), e.On}])
		}
		k := key{from, to, label}
		n, ok := at[k]
		if !ok {
			n = len(g.Arrows)
			at[k] = n
			g.Arrows = append(g.Arrows, diagram.Arrow{From: from, To: to, Label: label})
		}
		if s != nil {
			events, fired := s.edgeCount(i)
			g.Arrows[n].Count += events + fired
		}
	}
}

// edgeLabel says on what, under which condition and after what time.
func edgeLabel(e Edge, after []time.Duration) string {
	var b strings.Builder
	b.WriteString(string(e.On))
	if e.Guard.Name != "" {
		fmt.Fprintf(&b, " [%s]", e.Guard.Name)
	}
	if e.Gate != "" {
		fmt.Fprintf(&b, " [after %s]", e.Gate)
	}
	if e.Internal {
		b.WriteString(" (internal)")
	}
	for _, d := range after {
		fmt.Fprintf(&b, " (after %s)", shortDuration(d))
	}
	return b.String()
}

// shortDuration writes whole days as 14d and drops zero units.
func shortDuration(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	s := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}
