package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// EdgeComparison is one edge in two graphs: of all the times that From happened,
// how often To came next.
type EdgeComparison struct {
	From string `json:"from"`
	To   string `json:"to"` // empty = the journey ended
	// Share compares them, the first graph as A; its interval is Newcombe's.
	// Times are counted, not customers: who went an edge often counts often.
	Share metrics.Comparison `json:"share"`
	// P is that of the comparison, corrected by Benjamini and Hochberg for all
	// edges.
	P       float64       `json:"p"`
	MedianA time.Duration `json:"-"` // how long it took; 0 where it never was
	MedianB time.Duration `json:"-"`
}

// GraphComparison is the edges of two graphs beside each other.
type GraphComparison struct {
	// Edges are those of either graph, the surest difference first: by P, then by
	// its size, then by name.
	Edges []EdgeComparison `json:"edges"`
	Level float64          `json:"level"`
}

// Compare puts two graphs beside each other: this month and the last, one persona
// and another, a variant and the control. level is that of intervals, zero is
// 0.95. An error is a level that is none.
func Compare(a, b *Graph, level float64) (*GraphComparison, error) {
	if level == 0 {
		level = 0.95
	}
	if !(level > 0 && level < 1) {
		return nil, refuse("level", fmt.Sprint(level), "want more than 0 and less than 1")
	}
	type place struct{ from, to string }
	counts, medians := map[place][2]int64{}, map[place][2]time.Duration{}
	for g, graph := range []*Graph{a, b} {
		for _, e := range graph.Edges() {
			at := place{e.From, e.To}
			n, m := counts[at], medians[at]
			n[g], m[g] = e.N, e.Median
			counts[at], medians[at] = n, m
		}
		for i, n := range graph.ends {
			if n > 0 {
				at := place{graph.names[i], ""}
				both := counts[at]
				both[g] = n
				counts[at] = both
			}
		}
	}
	eventsA, eventsB := a.Events(), b.Events()
	out := &GraphComparison{Level: level}
	ps := []float64{}
	for at, n := range counts {
		c, err := metrics.CompareShares(n[0], eventsA[at.from], n[1], eventsB[at.from], level)
		if err != nil {
			return nil, fmt.Errorf("mining: compare: %w", err)
		}
		out.Edges = append(out.Edges, EdgeComparison{From: at.from, To: at.to, Share: c, P: c.P, MedianA: medians[at][0], MedianB: medians[at][1]})
	}
	byName := func(x, y EdgeComparison) int {
		return cmp.Or(strings.Compare(x.From, y.From), strings.Compare(x.To, y.To))
	}
	slices.SortFunc(out.Edges, byName)
	for i := range out.Edges {
		e := &out.Edges[i]
		if math.IsNaN(e.P) || !e.Share.Difference.Defined() { // all or none, or nobody in one graph
			e.P = 1
		}
		ps = append(ps, e.P)
	}
	for i, p := range metrics.BenjaminiHochberg(ps) {
		out.Edges[i].P = p
	}
	slices.SortFunc(out.Edges, func(x, y EdgeComparison) int {
		return cmp.Or(
			cmp.Compare(x.P, y.P),
			cmp.Compare(math.Abs(y.Share.Difference.Value), math.Abs(x.Share.Difference.Value)), byName(x, y),
		)
	})
	return out, nil
}

// Differing are the edges whose corrected P is below 1 less the level.
func (c *GraphComparison) Differing() []EdgeComparison {
	n := 0
	for n < len(c.Edges) && c.Edges[n].P < 1-c.Level {
		n++
	}
	return slices.Clone(c.Edges[:n])
}

// String is a line for each edge that differs.
func (c *GraphComparison) String() string {
	var b strings.Builder
	for _, e := range c.Differing() {
		to := e.To
		if to == "" {
			to = "the end"
		}
		d := e.Share.Difference
		fmt.Fprintf(&b, "%s -> %s: %s, then %s (%+.1f points, %+.1f to %+.1f)\n", e.From, to, e.Share.A.Percent(1), e.Share.B.Percent(1), 100*d.Value, 100*d.Lo, 100*d.Hi)
	}
	return b.String()
}

// MarshalJSON writes the edge with durations as text.
func (e EdgeComparison) MarshalJSON() ([]byte, error) {
	type plain EdgeComparison
	return json.Marshal(struct {
		plain
		MedianA string `json:"median_a"`
		MedianB string `json:"median_b"`
	}{plain(e), e.MedianA.String(), e.MedianB.String()})
}

// MarshalJSON writes the level and the edges.
func (c *GraphComparison) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Level float64          `json:"level"`
		Edges []EdgeComparison `json:"edges"`
	}{c.Level, append([]EdgeComparison{}, c.Edges...)})
}

// Rows are the edges as cells of a table, titles first.
func (c *GraphComparison) Rows() [][]string {
	out := [][]string{{"from", "to", "n_a", "of_a", "n_b", "of_b", "difference", "lo", "hi", "p", "median_a", "median_b"}}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	for _, e := range c.Edges {
		line := []string{
			e.From, e.To, e.Share.A.Num().String(), e.Share.A.Den().String(), e.Share.B.Num().String(), e.Share.B.Den().String(),
			"", "", "", number(e.P), e.MedianA.String(), e.MedianB.String(),
		}
		if d := e.Share.Difference; d.Defined() {
			line[6], line[7], line[8] = number(d.Value), number(d.Lo), number(d.Hi)
		}
		out = append(out, line)
	}
	return out
}
