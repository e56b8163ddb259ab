package diagram

import (
	"fmt"
	"strconv"
	"strings"
)

// DOT writes a Graphviz digraph. Goals have a double border, terminal nodes a bold
// one; the width of an arrow is its count.
func (g Diagram) DOT() string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n", dotText(g.Title))
	b.WriteString("    rankdir=LR;\n    node [shape=box, style=rounded];\n    start [shape=point, label=\"\"];\n")
	g.dotBoxes(&b, "    ", -1)
	for k := range g.Nodes {
		if g.Nodes[k].Box < 0 {
			g.dotNode(&b, "    ", k)
		}
	}
	if g.Start >= 0 {
		fmt.Fprintf(&b, "    start -> s%d;\n", g.Start)
	}
	most := int64(0)
	for _, a := range g.Arrows {
		most = max(most, a.Count)
	}
	for _, l := range g.Begins {
		fmt.Fprintf(&b, "    start -> s%d [label=%s];\n", l.Node, dotText(strconv.FormatInt(l.Count, 10)))
	}
	for _, a := range g.Arrows {
		fmt.Fprintf(&b, "    s%d -> s%d [label=", a.From, a.To)
		if !g.Counts {
			fmt.Fprintf(&b, "%s];\n", dotText(a.Label))
			continue
		}
		width := "1.00"
		if most > 0 {
			width = strconv.FormatFloat(1+4*float64(a.Count)/float64(most), 'f', 2, 64)
		}
		style := ""
		if a.Count == 0 {
			style = ", style=dashed"
		}
		fmt.Fprintf(&b, "%s, penwidth=%s%s];\n", dotText(arrowLines(a)...), width, style)
	}
	if len(g.Ends) > 0 {
		b.WriteString("    stop [shape=doublecircle, label=\"\"];\n")
	}
	for _, l := range g.Ends {
		fmt.Fprintf(&b, "    s%d -> stop [label=%s];\n", l.Node, dotText(strconv.FormatInt(l.Count, 10)))
	}
	b.WriteString("}\n")
	return b.String()
}

// dotBoxes writes what lies in one box, or in none.
func (g Diagram) dotBoxes(b *strings.Builder, indent string, parent int) {
	for i := range g.Boxes {
		if g.Boxes[i].Parent != parent {
			continue
		}
		fmt.Fprintf(b, "%ssubgraph cluster_%d {\n%s    label=%s;\n", indent, i, indent, dotText(g.Boxes[i].Label))
		for k := range g.Nodes {
			if g.Nodes[k].Box == i {
				g.dotNode(b, indent+"    ", k)
			}
		}
		g.dotBoxes(b, indent+"    ", i)
		b.WriteString(indent + "}\n")
	}
}

func (g Diagram) dotNode(b *strings.Builder, indent string, k int) {
	n := g.Nodes[k]
	lines := []string{n.Label}
	if g.Counts {
		lines = append(lines, strconv.FormatInt(n.Here, 10))
	}
	fmt.Fprintf(b, "%ss%d [label=%s", indent, k, dotText(lines...))
	if n.Goal {
		b.WriteString(", peripheries=2")
	}
	if n.Terminal {
		b.WriteString(", style=\"rounded,bold\"")
	}
	b.WriteString("];\n")
}

// arrowLines are the label, the count and what is said after it.
func arrowLines(a Arrow) []string {
	var lines []string
	if a.Label != "" {
		lines = append(lines, a.Label)
	}
	lines = append(lines, strconv.FormatInt(a.Count, 10))
	if a.After != "" {
		lines = append(lines, a.After)
	}
	return lines
}

// dotText quotes lines of text as one DOT string.
func dotText(lines ...string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, l := range lines {
		if i > 0 {
			b.WriteString(`\n`)
		}
		b.WriteString(strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`).Replace(Visible(l)))
	}
	b.WriteByte('"')
	return b.String()
}
