package diagram

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Mermaid writes a stateDiagram-v2.
func (g Diagram) Mermaid() string {
	var b strings.Builder
	if g.Title != "" {
		fmt.Fprintf(&b, "---\ntitle: %s\n---\n", strconv.Quote(Visible(g.Title)))
	}
	b.WriteString("stateDiagram-v2\n")
	g.mermaidBoxes(&b, "    ", -1)
	for k := range g.Nodes {
		if g.Nodes[k].Box < 0 {
			g.mermaidNode(&b, "    ", k)
		}
	}
	if g.Start >= 0 {
		fmt.Fprintf(&b, "    [*] --> s%d\n", g.Start)
	}
	for _, l := range g.Begins {
		fmt.Fprintf(&b, "    [*] --> s%d : %s\n", l.Node, mermaidText("× "+strconv.FormatInt(l.Count, 10)))
	}
	for _, a := range g.Arrows {
		label := a.Label
		if g.Counts {
			label = strings.TrimLeft(label+" × "+strconv.FormatInt(a.Count, 10), " ")
		}
		if a.After != "" {
			label += ", " + a.After
		}
		fmt.Fprintf(&b, "    s%d --> s%d : %s\n", a.From, a.To, mermaidText(label))
	}
	for _, l := range g.Ends {
		fmt.Fprintf(&b, "    s%d --> [*] : %s\n", l.Node, mermaidText("× "+strconv.FormatInt(l.Count, 10)))
	}
	var goals strings.Builder
	for k, n := range g.Nodes {
		if n.Terminal {
			fmt.Fprintf(&b, "    s%d --> [*]\n", k)
		}
		if n.Goal {
			goals.WriteString(fmt.Sprintf("    class s%d goal\n", k))
		}
	}
	if goals.String() != "" {
		b.WriteString("    classDef goal stroke-width:3px\n" + goals.String())
	}
	return b.String()
}

// mermaidBoxes writes what lies in one box, or in none.
func (g Diagram) mermaidBoxes(b *strings.Builder, indent string, parent int) {
	for i := range g.Boxes {
		if g.Boxes[i].Parent != parent {
			continue
		}
		fmt.Fprintf(b, "%sstate \"%s\" as g%d {\n", indent, mermaidText(g.Boxes[i].Label), i)
		for k := range g.Nodes {
			if g.Nodes[k].Box == i {
				g.mermaidNode(b, indent+"    ", k)
			}
		}
		g.mermaidBoxes(b, indent+"    ", i)
		b.WriteString(indent + "}\n")
	}
}

func (g Diagram) mermaidNode(b *strings.Builder, indent string, k int) {
	label := g.Nodes[k].Label
	if g.Counts {
		label += " × " + strconv.FormatInt(g.Nodes[k].Here, 10)
	}
	fmt.Fprintf(b, "%sstate \"%s\" as s%d\n", indent, mermaidText(label), k)
}

// mermaidText writes everything that Mermaid could take for syntax as an entity
// code (mermaid.js.org, "Entity codes to escape characters").
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range Visible(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune(" _-.,()/+'×", r) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "#%d;", r)
	}
	return b.String()
}
