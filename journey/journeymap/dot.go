package journeymap

import (
	"sort"
	"strconv"
	"strings"
)

// DOT writes the map for Graphviz: stages as clusters of touchpoints, with the
// links between them and the ways between stages.
func (m Map) DOT(o Options) (string, error) {
	v, err := m.see(o)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("digraph " + dotText(v.m.Name) + " {\n  rankdir=LR;\n  compound=true;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n")
	places := map[string][]place{} // of each touchpoint, in order of the stages
	first := map[string]string{}
	for i, s := range v.columns {
		c := strconv.Itoa(i + 1)
		b.WriteString("  subgraph cluster_" + c + " {\n    label=" + dotText(strings.TrimSpace(s.Label()+"\n"+v.figures(s))) + ";\n")
		first[s.Name] = "s" + c
		b.WriteString("    s" + c + " [label=\"\", shape=point];\n")
		for k, t := range s.Touchpoints {
			node := "t" + c + "_" + strconv.Itoa(k+1)
			places[t.Name] = append(places[t.Name], place{i, node})
			style := ""
			switch t.Deviation {
			case Skipped:
				style = ", style=\"rounded,dashed\""
			case Unplanned, OutOfOrder:
				style = ", style=\"rounded,bold\""
			}
			b.WriteString("    " + node + " [label=" + dotText(t.Name) + style + "];\n")
		}
		b.WriteString("  }\n")
	}
	for i, s := range v.columns {
		for k, t := range s.Touchpoints {
			for _, to := range t.LeadsTo {
				if node, ok := nearest(places[to], i); ok {
					b.WriteString("  t" + strconv.Itoa(i+1) + "_" + strconv.Itoa(k+1) + " -> " + node + ";\n")
				}
			}
		}
	}
	for _, e := range v.moves() {
		b.WriteString("  " + first[e.from] + " -> " + first[e.to] + " [style=dashed")
		if e.label != "" {
			b.WriteString(", label=" + dotText(e.label))
		}
		b.WriteString("];\n")
	}
	b.WriteString("}\n")
	return b.String(), nil
}

type place struct {
	column int
	node   string
}

// nearest is where a touchpoint is met next from a column on, or last before it.
func nearest(list []place, column int) (string, bool) {
	if len(list) == 0 {
		return "", false
	}
	k := sort.Search(len(list), func(k int) bool { return list[k].column >= column })
	return list[min(k, len(list)-1)].node, true
}

// dotText quotes a text for DOT, in which only quotation marks and backslashes
// have a meaning.
func dotText(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(clean(l))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
