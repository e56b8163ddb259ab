package report

import (
	"math"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/journey"
)

// Flow shows how customers moved between stages: bands as wide as moves were
// many, forward from the start of the definition to its end, and moves back as
// lines below with their number. Moves within a stage stand in the table only, which has every
// transition that was taken. At most 200 stages.
func Flow(s *journey.Summary, by journey.By, o Options) (Figure, error) {
	const op = "flow"
	if s == nil || s.Definition() == nil {
		return Figure{}, refuse(op, "replay", "want a replay of a definition")
	}
	w := o.words()
	g := flow{w: w}
	index := map[string]int{}
	for _, r := range s.Rows(by) {
		index[r.Stage] = len(g.nodes)
		g.nodes = append(g.nodes, flowNode{name: r.Stage, reached: r.Reached, here: r.Here})
	}
	if len(g.nodes) > maxStages {
		return Figure{}, tooMany(op, "stages", maxStages, len(g.nodes))
	}
	f := Figure{kind: FlowKind, o: o, w: w, title: pick(w.Titles, FlowKind), draw: g.draw}
	f.table = w.table(f.title)
	f.table.Columns = []Column{{Title: w.From}, {Title: w.Trigger}, {Title: w.To}, {w.Count, Activity, true}}
	moves, back := int64(0), int64(0)
	for _, t := range s.Transitions(by) {
		n := t.Count + t.Timers
		if n == 0 {
			continue
		}
		f.table.Rows = append(f.table.Rows, []Cell{textCell(t.From), textCell(string(t.On)), textCell(t.To), countCell(n)})
		from, to := index[t.From], index[t.To]
		if from == to {
			continue
		}
		moves += n
		if to < from {
			back += n
		}
		if k := slices.IndexFunc(g.links, func(l flowLink) bool { return l.from == from && l.to == to }); k >= 0 {
			g.links[k].n += n
			continue
		}
		g.links = append(g.links, flowLink{from: from, to: to, n: n})
	}
	f.table.note(w, "")
	f.desc = say(pick(w.Sentences, FlowKind), "n", page.Count(s.Customers()), "k", page.Count(moves), "back", page.Count(back))
	g.arrange()
	f.draw = g.draw
	return f, nil
}

type flowNode struct {
	name          string
	reached, here int64
	column        int
	value         int64 // the larger of what comes in, goes out, and is there
	y, high       float64
	in, out       float64 // how far its sides are used
}

type flowLink struct {
	from, to int
	n        int64
}

func (l flowLink) back() bool { return l.to < l.from }

// flow is the graph of moves; nodes are in the order of the definition, so
// that what leads on is free of cycles.
type flow struct {
	w       *Words
	nodes   []flowNode
	links   []flowLink
	columns int
}

// arrange gives every stage the column behind all that lead on to it.
func (g *flow) arrange() {
	slices.SortFunc(g.links, func(a, b flowLink) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return a.to - b.to
	})
	in, out := make([]int64, len(g.nodes)), make([]int64, len(g.nodes))
	for _, l := range g.links { // ordered by source: columns of sources are settled
		out[l.from] += l.n
		in[l.to] += l.n
		if !l.back() {
			g.nodes[l.to].column = max(g.nodes[l.to].column, g.nodes[l.from].column+1)
		}
	}
	for i := range g.nodes {
		n := &g.nodes[i]
		n.value = max(in[i], out[i], n.here)
		g.columns = max(g.columns, n.column+1)
	}
}

const (
	flowBox  = 10.0
	flowGap  = 34.0
	flowHigh = 300.0
)

func (g flow) draw(d *frame) {
	if d.narrow || g.columns > 9 || len(g.links) == 0 {
		g.list(d)
		return
	}
	nodes := slices.Clone(g.nodes)
	keys := []key{{text: d.w.Count, class: svg.Flow}}
	if slices.ContainsFunc(g.links, flowLink.back) {
		keys = append(keys, key{text: d.w.Back, class: svg.FlowBack, line: true})
	}
	d.legend(keys)
	top := d.y + 8
	perColumn, sums := make([]int, g.columns), make([]int64, g.columns)
	for _, n := range nodes {
		if n.value > 0 {
			perColumn[n.column]++
			sums[n.column] += n.value
		}
	}
	scale := math.Inf(1)
	high := flowHigh
	for _, k := range perColumn {
		high = math.Max(high, float64(k)*(flowGap+16))
	}
	for c, sum := range sums {
		if sum > 0 {
			scale = math.Min(scale, (high-float64(perColumn[c])*flowGap)/float64(sum))
		}
	}
	next := make([]float64, g.columns)
	for i := range nodes {
		n := &nodes[i]
		if n.value > 0 {
			n.y, n.high = top+next[n.column], math.Max(1, float64(n.value)*scale)
			next[n.column] += n.high + flowGap
		}
	}
	gap := (d.width - 2*margin - flowBox) / float64(max(g.columns, 2)) // room for the last names
	x := func(n flowNode) float64 { return margin + float64(float64(n.column)*gap) }
	g.forward(d, nodes, x, scale)
	below := make([]float64, g.columns)
	for c, used := range next {
		below[c] = top + used
	}
	d.y = math.Max(top+slices.Max(next), g.backward(d, nodes, x, below))
	for _, n := range nodes {
		if n.value == 0 {
			continue
		}
		d.p.Open(n.name + page.Sep + page.Count(n.reached))
		d.p.Rect(svg.Box{X: x(n), Y: n.y, W: flowBox, H: n.high}, svg.Series1, 0)
		d.p.Close()
		room := gap - flowBox - 10
		name := svg.TextStyle{Size: tick, Bold: true, Max: room}
		if svg.Bound(n.name, name.Size)*1.07 > room {
			name.Size = 10
		}
		lines := name.Wrap(n.name, room, 2).Text
		if len(lines) > 1 && !strings.Contains(n.name, " ") && name.Width(n.name) < 1.3*room {
			lines = []string{n.name} // told its length: better narrow than broken
		}
		y := n.y + 11
		d.p.Block(x(n)+flowBox+4, y, 12, lines, name)
		d.p.Text(x(n)+flowBox+4, y+12*float64(len(lines)), page.Count(n.reached), svg.TextStyle{Size: 10, Class: svg.Ink, Max: room})
		d.y = math.Max(d.y, y+12*float64(len(lines))+4)
	}
}

// forward draws the bands, each where the one before it ended.
func (g flow) forward(d *frame, nodes []flowNode, x func(flowNode) float64, scale float64) {
	for _, l := range g.links {
		if l.back() {
			continue
		}
		a, b := &nodes[l.from], &nodes[l.to]
		wide := float64(l.n) * scale
		x0, x1 := x(*a)+flowBox, x(*b)
		y0, y1 := a.y+a.out, b.y+b.in
		a.out += wide
		b.in += wide
		mid := (x1 - x0) / 2
		path := svg.Path{}
		path.Move(x0, y0)
		path.Bend(svg.Point{X: x0 + mid, Y: y0}, svg.Point{X: x1 - mid, Y: y1}, x1, y1)
		path.To(x1, y1+wide)
		path.Bend(svg.Point{X: x1 - mid, Y: y1 + wide}, svg.Point{X: x0 + mid, Y: y0 + wide}, x0, y0+wide)
		path.Close()
		d.p.Open(g.tip(l))
		d.p.Path(path, svg.Flow, svg.Stroke{Width: 0.5})
		d.p.Close()
	}
}

func (g flow) tip(l flowLink) string {
	return g.nodes[l.from].name + " " + g.w.arrow() + " " + g.nodes[l.to].name + page.Sep + page.Count(l.n)
}

// backward draws moves back as lines of one width with their number: they leave
// to the right, run below whatever stands between, and come in from the left.
// It returns where the lowest ends.
func (g flow) backward(d *frame, nodes []flowNode, x func(flowNode) float64, below []float64) float64 {
	lowest := 0.0
	for _, l := range g.links {
		if !l.back() {
			continue
		}
		a, b := nodes[l.from], nodes[l.to]
		left, right := min(a.column, b.column), max(a.column, b.column)
		lane := slices.Max(below[left:right+1]) + 4
		for c := left; c <= right; c++ {
			below[c] = lane + 14
		}
		lowest = math.Max(lowest, lane+14)
		x0, x1 := x(a)+flowBox, x(b)
		y0, y1 := a.y+a.high-1, b.y+b.high-1
		path := svg.Path{}
		path.Move(x0, y0)
		path.Bend(svg.Point{X: x0 + 12, Y: y0}, svg.Point{X: x0 + 12, Y: y0 + 8}, x0+8, math.Max(y0+12, lane-12))
		path.Bend(svg.Point{X: x0 + 6, Y: lane}, svg.Point{X: x0, Y: lane}, x0-4, lane)
		path.To(x1-2, lane)
		path.Bend(svg.Point{X: x1 - 10, Y: lane}, svg.Point{X: x1 - 10, Y: y1}, x1, y1)
		d.p.Open(g.tip(l))
		d.p.Path(path, svg.FlowBack, svg.Stroke{Width: 2})
		d.p.Close()
		d.p.Text((x0+x1)/2, lane+12, page.Count(l.n), svg.TextStyle{Size: 10, Class: svg.Muted, Anchor: svg.Middle})
	}
	return lowest
}

// drawnMoves is how many moves a list has.
const drawnMoves = 24

// list draws the commonest moves as bars, where there is no room for bands.
func (g flow) list(d *frame) {
	links := slices.Clone(g.links)
	slices.SortStableFunc(links, func(a, b flowLink) int {
		if a.n == b.n {
			return 0
		} else if a.n > b.n {
			return -1
		}
		return 1
	})
	c := bars{title: d.w.Count, rule: math.NaN()}
	for _, l := range links[:min(len(links), drawnMoves)] {
		class := svg.Series1
		if l.back() {
			class = svg.Series4
		}
		c.list = append(c.list, bar{to: float64(l.n), class: class, label: g.nodes[l.from].name + " " + d.w.arrow() + " " + g.nodes[l.to].name, text: page.Count(l.n), tip: g.tip(l)})
	}
	c.draw(d)
}
