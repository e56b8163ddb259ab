package journey

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Mermaid returns the definition as a Mermaid stateDiagram-v2: stages in their
// groups, or the groups alone, and one arrow per transition with its guard,
// gate and timer. Equal definitions give equal bytes. Names are escaped, so
// that no name can break the diagram.
func (d *Definition) Mermaid(by By) string { return diagramOf(d, nil, by).mermaid() }

// Mermaid returns the definition as [Definition.Mermaid] does, with the number
// of customers in each stage and the number of times each transition was taken.
func (s *Summary) Mermaid(by By) string { return diagramOf(s.d, s, by).mermaid() }

func (g diagram) mermaid() string {
	var b strings.Builder
	if g.title != "" {
		fmt.Fprintf(&b, "---\ntitle: %s\n---\n", strconv.Quote(visible(g.title)))
	}
	b.WriteString("stateDiagram-v2\n")
	g.mermaidBoxes(&b, "    ", -1)
	for k := range g.nodes {
		if g.nodes[k].box < 0 {
			g.mermaidNode(&b, "    ", k)
		}
	}
	if g.start >= 0 {
		fmt.Fprintf(&b, "    [*] --> s%d\n", g.start)
	}
	for _, a := range g.arrows {
		label := a.label
		if g.counts {
			label += " × " + strconv.FormatInt(a.count, 10)
		}
		fmt.Fprintf(&b, "    s%d --> s%d : %s\n", a.from, a.to, mermaidText(label))
	}
	var goals strings.Builder
	for k, n := range g.nodes {
		if n.terminal {
			fmt.Fprintf(&b, "    s%d --> [*]\n", k)
		}
		if n.goal {
			goals.WriteString(fmt.Sprintf("    class s%d goal\n", k))
		}
	}
	if goals.String() != "" {
		b.WriteString("    classDef goal stroke-width:3px\n" + goals.String())
	}
	return b.String()
}

// mermaidBoxes writes what lies in one box, or in none.
func (g diagram) mermaidBoxes(b *strings.Builder, indent string, parent int) {
	for i := range g.boxes {
		if g.boxes[i].parent != parent {
			continue
		}
		fmt.Fprintf(b, "%sstate \"%s\" as g%d {\n", indent, mermaidText(g.boxes[i].label), i)
		for k := range g.nodes {
			if g.nodes[k].box == i {
				g.mermaidNode(b, indent+"    ", k)
			}
		}
		g.mermaidBoxes(b, indent+"    ", i)
		b.WriteString(indent + "}\n")
	}
}

func (g diagram) mermaidNode(b *strings.Builder, indent string, k int) {
	label := g.nodes[k].label
	if g.counts {
		label += " × " + strconv.FormatInt(g.nodes[k].here, 10)
	}
	fmt.Fprintf(b, "%sstate \"%s\" as s%d\n", indent, mermaidText(label), k)
}

// mermaidText writes everything that Mermaid could take for syntax as an entity
// code (mermaid.js.org, "Entity codes to escape characters").
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range visible(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune(" _-.,()/+'×", r) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "#%d;", r)
	}
	return b.String()
}
