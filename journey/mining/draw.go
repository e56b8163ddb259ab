package mining

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/diagram"
	"github.com/lifecycle-go/lifecycle/internal/page"
)

// DrawOptions say what of a graph is drawn.
type DrawOptions struct {
	Title string
	// Least leaves out edges, starts and ends that happened less often.
	Least int64
	// CountsOnly leaves the median durations out, and with them the pass that
	// gathers them.
	CountsOnly bool
}

// Mermaid is the graph as a Mermaid stateDiagram-v2: activities with their
// counts, edges with counts and median durations, where journeys begin and end.
// Equal graphs give equal bytes; names are escaped.
func (g *Graph) Mermaid(o DrawOptions) string { return g.diagram(o).Mermaid() }

// DOT is the graph as a Graphviz digraph, as [Graph.Mermaid]; the width of an edge
// is its count.
func (g *Graph) DOT(o DrawOptions) string { return g.diagram(o).DOT() }

func (g *Graph) diagram(o DrawOptions) diagram.Diagram {
	out := diagram.Diagram{Title: o.Title, Start: -1, Counts: true}
	places, names := g.used()
	node := map[int]int{}
	for k, place := range places {
		node[place] = k
		out.Nodes = append(out.Nodes, diagram.Node{Label: names[k], Here: g.events[place], Box: -1})
		if n := g.starts[place]; n > 0 && n >= o.Least {
			out.Begins = append(out.Begins, diagram.Link{Node: k, Count: n})
		}
		if n := g.ends[place]; n > 0 && n >= o.Least {
			out.Ends = append(out.Ends, diagram.Link{Node: k, Count: n})
		}
	}
	medians := map[[2]string]time.Duration{}
	if !o.CountsOnly {
		for _, e := range g.Edges() {
			medians[[2]string{e.From, e.To}] = e.Median
		}
	}
	for _, i := range places {
		for _, j := range places {
			n := g.counts[i*len(g.names)+j]
			if n == 0 || n < o.Least {
				continue
			}
			a := diagram.Arrow{From: node[i], To: node[j], Count: n}
			if !o.CountsOnly {
				a.After = rounded(medians[[2]string{g.names[i], g.names[j]}])
			}
			out.Arrows = append(out.Arrows, a)
		}
	}
	return out
}

// rounded is a duration as people read it on an arrow: in its two largest units.
func rounded(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 10*day:
		return fmt.Sprintf("%dd", d.Round(day)/day)
	case d >= day:
		d = d.Round(time.Hour)
		if h := d % day / time.Hour; h > 0 {
			return fmt.Sprintf("%dd%dh", d/day, h)
		}
		return fmt.Sprintf("%dd", d/day)
	case d >= time.Hour:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return d.Round(time.Second).String()
	}
	return d.Round(time.Millisecond).String()
}

// CSV writes any table of this library that has rows (a graph, variants, cases, a
// funnel, credits) with its titles first, as RFC 4180 has it. Cells that a
// spreadsheet would take for a formula are disarmed with an apostrophe.
func CSV(table interface{ Rows() [][]string }) ([]byte, error) {
	b, err := page.CSV(table.Rows(), nil)
	if err != nil {
		return nil, fmt.Errorf("mining: %w", err)
	}
	return b, nil
}
