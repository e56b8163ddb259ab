package journey

import (
	"fmt"
	"strconv"
	"strings"
)

// DOT returns the definition as a Graphviz digraph: stages in their groups, or
// the groups alone, and one arrow per transition with its guard, gate and
// timer. Goals have a double border, terminal stages a bold one. Equal
// definitions give equal bytes. Names are escaped.
func (d *Definition) DOT(by By) string { return diagramOf(d, nil, by).dot() }

// DOT returns the definition as [Definition.DOT] does, with the number of
// customers in each stage, and the number of times each transition was taken as
// text and as the width of the arrow.
func (s *Summary) DOT(by By) string { return diagramOf(s.d, s, by).dot() }

func (g diagram) dot() string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n", dotText(g.title))
	b.WriteString("    rankdir=LR;\n    node [shape=box, style=rounded];\n    start [shape=point, label=\"\"];\n")
	g.dotBoxes(&b, "    ", -1)
	for k := range g.nodes {
		if g.nodes[k].box < 0 {
			g.dotNode(&b, "    ", k)
		}
	}
	if g.start >= 0 {
		fmt.Fprintf(&b, "    start -> s%d;\n", g.start)
	}
	for _, a := range g.arrows {
		fmt.Fprintf(&b, "    s%d -> s%d [label=", a.from, a.to)
		if !g.counts {
			fmt.Fprintf(&b, "%s];\n", dotText(a.label))
			continue
		}
		width := "1.00"
		if g.most > 0 {
			width = strconv.FormatFloat(1+4*float64(a.count)/float64(g.most), 'f', 2, 64)
		}
		style := ""
		if a.count == 0 {
			style = ", style=dashed"
		}
		fmt.Fprintf(&b, "%s, penwidth=%s%s];\n", dotText(a.label, strconv.FormatInt(a.count, 10)), width, style)
	}
	b.WriteString("}\n")
	return b.String()
}

// dotBoxes writes what lies in one box, or in none.
func (g diagram) dotBoxes(b *strings.Builder, indent string, parent int) {
	for i := range g.boxes {
		if g.boxes[i].parent != parent {
			continue
		}
		fmt.Fprintf(b, "%ssubgraph cluster_%d {\n%s    label=%s;\n", indent, i, indent, dotText(g.boxes[i].label))
		for k := range g.nodes {
			if g.nodes[k].box == i {
				g.dotNode(b, indent+"    ", k)
			}
		}
		g.dotBoxes(b, indent+"    ", i)
		b.WriteString(indent + "}\n")
	}
}

func (g diagram) dotNode(b *strings.Builder, indent string, k int) {
	n := g.nodes[k]
	lines := []string{n.label}
	if g.counts {
		lines = append(lines, strconv.FormatInt(n.here, 10))
	}
	fmt.Fprintf(b, "%ss%d [label=%s", indent, k, dotText(lines...))
	if n.goal {
		b.WriteString(", peripheries=2")
	}
	if n.terminal {
		b.WriteString(", style=\"rounded,bold\"")
	}
	b.WriteString("];\n")
}

// dotText quotes lines of text as one DOT string.
func dotText(lines ...string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, l := range lines {
		if i > 0 {
			b.WriteString(`\n`)
		}
		b.WriteString(strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`).Replace(visible(l)))
	}
	b.WriteByte('"')
	return b.String()
}
