package journey

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// diagram is what both renderers draw: nodes, groups around them, and arrows.
type diagram struct {
	title  string
	nodes  []diagramNode
	boxes  []diagramBox // what the nodes are part of
	arrows []diagramArrow
	start  int
	most   int64 // largest count
	counts bool
}

type diagramNode struct {
	label          string
	here           int64
	goal, terminal bool
	box            int // -1 = none
}

type diagramBox struct {
	label  string
	parent int // -1 = none
}

type diagramArrow struct {
	from, to int
	label    string // without the count
	count    int64
}

// diagramOf lays the definition out, with counts when r is given.
func diagramOf(d *Definition, s *Summary, by By) diagram {
	if d == nil || len(d.stages) == 0 {
		return diagram{start: -1}
	}
	u := d.units(by)
	g := diagram{title: d.spec.Name, start: int(u.of[d.initial]), counts: s != nil, nodes: make([]diagramNode, len(u.names))}
	for i, n := range u.names {
		g.nodes[i] = diagramNode{label: n, box: -1, terminal: true}
	}
	for i, st := range d.stages {
		n := &g.nodes[u.of[i]]
		n.goal = n.goal || st.Goal
		n.terminal = n.terminal && st.Terminal
	}
	g.box(d, u)
	if s != nil {
		for stage, n := range s.tally.here {
			g.nodes[u.of[stage]].here += n
		}
	}
	g.arrow(d, s, u, by)
	return g
}

// box puts the nodes into what they are part of.
func (g *diagram) box(d *Definition, u units) {
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
		at[n] = len(g.boxes)
		g.boxes = append(g.boxes, diagramBox{d.nodes[n].name, parent})
		return at[n]
	}
	for i, n := range u.node {
		g.nodes[i].box = of(d.nodes[n].parent)
	}
}

func (g *diagram) arrow(d *Definition, s *Summary, u units, by By) {
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
			n = len(g.arrows)
			at[k] = n
			g.arrows = append(g.arrows, diagramArrow{from: from, to: to, label: label})
		}
		if s != nil {
			events, fired := s.edgeCount(i)
			g.arrows[n].count += events + fired
			g.most = max(g.most, g.arrows[n].count)
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

// visible replaces characters that would break a line or hide themselves by
// their Go escapes. Define refuses them in names; this is the second lock.
func visible(s string) string {
	if strings.IndexFunc(s, hides) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hides(r) {
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func hides(r rune) bool { return r != ' ' && (forbiddenRune(r) || !unicode.IsGraphic(r)) }
