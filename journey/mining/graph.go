package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Edge is how often one activity directly follows another in a journey, and how
// long that takes.
type Edge struct {
	From, To                       string
	N                              int64
	Mean, Median, Min, Max, StdDev time.Duration
}

// Graph is the directly-follows graph of a log. Graphs of disjoint customers add
// up with Merge. It is safe for readers in any number of goroutines.
type Graph struct {
	options   Options
	filtered  bool
	names     []string // the activities, ascending
	counts    []int64  // [from*len(names)+to]
	starts    []int64  // by activity
	ends      []int64
	events    []int64 // by activity
	customers func() *pack.Crowd
	source    *gaps // while the log is at hand
	kept      sync.Once
	samples   map[int]*sample // by place in counts
	timed     sync.Once
	edges     []Edge
}

// DirectlyFollows counts, over the journeys of a log, which activity directly
// follows which, on all processors. Counting costs a pass over the events; the
// durations are gathered by a second one when Edges or a binary form first asks
// for them. Events of one instant stand in the order in which they were read.
//
// Errors: options that are impossible, a match on a column that the log does not
// keep, more than 5,000 activities. A nil log is an empty one.
func DirectlyFollows(log *touchpoint.Log, o Options) (*Graph, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	n := len(v.names)
	if n > maxActivities {
		return nil, refuse("activities", itoa(n), "at most "+itoa(maxActivities)+": select or group them")
	}
	parts := v.parts()
	tallies := make([]*tally, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { tallies[i] = v.count(part) })
	}
	wait.Wait()
	g := &Graph{options: o, filtered: o.filtered(), names: v.names}
	sum := newTally(n)
	for _, t := range tallies {
		sum.add(t)
	}
	g.counts, g.starts, g.ends, g.events = sum.counts, sum.starts, sum.ends, sum.events
	g.customers = sync.OnceValue(v.customers)
	if len(parts) > 0 {
		g.source = &gaps{view: v, parts: parts, width: n}
		for _, t := range tallies {
			g.source.counts = append(g.source.counts, t.counts)
		}
	}
	return g, nil
}

type tally struct {
	n                            int
	counts, starts, ends, events []int64
}

func newTally(n int) *tally {
	return &tally{n: n, counts: make([]int64, n*n), starts: make([]int64, n), ends: make([]int64, n), events: make([]int64, n)}
}

func (t *tally) add(o *tally) {
	for _, pair := range [][2][]int64{{t.counts, o.counts}, {t.starts, o.starts}, {t.ends, o.ends}, {t.events, o.events}} {
		for i, v := range pair[1] {
			pair[0][i] += v
		}
	}
}

func (v *view) count(part touchpoint.Part) *tally {
	t := newTally(len(v.names))
	if v.whole() {
		v.countAll(part, t)
		return t
	}
	var buf []int32
	for place := part.From; place < part.To; place++ {
		buf = v.of(v.at(place), buf[:0])
		for k, i := range buf {
			name := v.cols.Name[i]
			t.events[name]++
			if k == 0 {
				t.starts[name]++
			} else {
				t.counts[int(v.cols.Name[buf[k-1]])*t.n+int(name)]++
			}
			if k == len(buf)-1 {
				t.ends[name]++
			}
		}
	}
	return t
}

// countAll is count where every event of every customer is taken.
func (v *view) countAll(part touchpoint.Part, t *tally) {
	names, n := v.cols.Name, t.n
	for c := part.From; c < part.To; c++ {
		from, to := v.cols.Range(c)
		before := names[from]
		t.starts[before]++
		for _, name := range names[from+1 : to] {
			t.counts[int(before)*n+int(name)]++
			before = name
		}
		t.ends[before]++
	}
	for k := range t.n { // an activity is followed, or it is last
		t.events[k] = t.ends[k]
		for _, v := range t.counts[k*t.n : (k+1)*t.n] {
			t.events[k] += v
		}
	}
}

// sketches gathers the time of every edge in buckets.
func (g *gaps) sketches() map[int]*sample {
	lists := make([]map[int]*sketch, len(g.parts))
	var wait sync.WaitGroup
	for i, part := range g.parts {
		wait.Go(func() {
			found := make([]*sketch, len(g.counts[i]))
			g.view.pairs(part, g.width, func(edge int, gap int64) {
				if found[edge] == nil {
					found[edge] = newSketch()
				}
				found[edge].add(gap, 1)
			})
			lists[i] = map[int]*sketch{}
			for edge, s := range found {
				if s != nil {
					lists[i][edge] = s
				}
			}
		})
	}
	wait.Wait()
	out := map[int]*sample{}
	for _, m := range lists {
		for edge, s := range m {
			if have, ok := out[edge]; ok {
				have.sketch.merge(s)
			} else {
				out[edge] = &sample{sketch: s}
			}
		}
	}
	return out
}

// pairs yields every pair of activities that follow each other, by the number
// from*n + to.
func (v *view) pairs(part touchpoint.Part, n int, yield func(edge int, gap int64)) {
	at := v.cols.UnixNano
	if v.whole() {
		for c := part.From; c < part.To; c++ {
			from, to := v.cols.Range(c)
			for i := from + 1; i < to; i++ {
				yield(int(v.cols.Name[i-1])*n+int(v.cols.Name[i]), since(at[i], at[i-1]))
			}
		}
		return
	}
	var buf []int32
	for place := part.From; place < part.To; place++ {
		buf = v.of(v.at(place), buf[:0])
		for k := 1; k < len(buf); k++ {
			i, j := buf[k-1], buf[k]
			yield(int(v.cols.Name[i])*n+int(v.cols.Name[j]), since(at[j], at[i]))
		}
	}
}

// customers are those with an activity.
func (v *view) customers() *pack.Crowd {
	out := &pack.Crowd{}
	var buf []int32
	for place := range v.len() {
		c := v.at(place)
		if buf = v.of(c, buf[:0]); len(buf) > 0 {
			out.Add(v.log.Customer(c))
		}
	}
	return out
}

// settle finds what the edges say of their durations, which is only done when
// asked for. Durations that a log can give again are not kept.
func (g *Graph) settle() { g.timed.Do(g.summarise) }

// gather keeps the durations themselves, to add them up and to write them.
func (g *Graph) gather() {
	g.kept.Do(func() {
		switch {
		case g.source == nil:
		case g.options.Sketch:
			g.samples = g.source.sketches()
		default:
			samples := make([]*sample, len(g.counts))
			g.source.each(math.MaxInt64, func(edge int, list []int64) {
				slices.Sort(list)
				samples[edge] = &sample{exact: list, ordered: true}
			}, nil)
			g.samples = map[int]*sample{}
			for edge, s := range samples {
				if s != nil {
					g.samples[edge] = s
				}
			}
		}
	})
}

func (g *Graph) summarise() {
	n := len(g.names)
	edges := make([]Edge, 0, 16)
	number := map[int]int{}
	total := int64(0)
	for i, c := range g.counts {
		if total += c; c > 0 {
			number[i] = len(edges)
			edges = append(edges, Edge{From: g.names[i/n], To: g.names[i%n], N: c})
		}
	}
	if g.source != nil && !g.options.Sketch {
		g.source.spreads(batchOf(total), func(edge int, s spread) { s.of(&edges[number[edge]]) })
	} else {
		g.gather()
		for edge, k := range number {
			g.samples[edge].summarise(&edges[k])
		}
	}
	slices.SortFunc(edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	g.edges = edges
}

// Edges are the edges, most frequent first, then by name.
func (g *Graph) Edges() []Edge {
	g.settle()
	return slices.Clone(g.edges)
}

// Count is how often to directly follows from, without gathering durations.
func (g *Graph) Count(from, to string) int64 {
	i, ok := slices.BinarySearch(g.names, from)
	j, also := slices.BinarySearch(g.names, to)
	if !ok || !also {
		return 0
	}
	return g.counts[i*len(g.names)+j]
}

// Activities are the names of all activities that occur, ascending.
func (g *Graph) Activities() []string {
	var out []string
	for i, n := range g.events {
		if n > 0 {
			out = append(out, g.names[i])
		}
	}
	return out
}

// Events is how often each activity occurs.
func (g *Graph) Events() map[string]int64 { return g.byName(g.events) }

// Starts is how many journeys begin with each activity.
func (g *Graph) Starts() map[string]int64 { return g.byName(g.starts) }

// Ends is how many journeys end with each activity.
func (g *Graph) Ends() map[string]int64 { return g.byName(g.ends) }

func (g *Graph) byName(list []int64) map[string]int64 {
	out := map[string]int64{}
	for i, n := range list {
		if n > 0 {
			out[g.names[i]] = n
		}
	}
	return out
}

// Bottlenecks are the edges by the time that all customers together spend on
// them, most first.
func (g *Graph) Bottlenecks() []Edge {
	out := g.Edges()
	slices.SortStableFunc(out, func(a, b Edge) int {
		return cmp.Compare(b.Mean.Seconds()*float64(b.N), a.Mean.Seconds()*float64(a.N))
	})
	return out
}

// String is a line for each edge.
func (g *Graph) String() string {
	var b strings.Builder
	for _, e := range g.Edges() {
		fmt.Fprintf(&b, "%s -> %s %d median %s\n", e.From, e.To, e.N, e.Median)
	}
	return b.String()
}

// Rows are the edges as cells of a table, titles first.
func (g *Graph) Rows() [][]string {
	out := [][]string{{"from", "to", "n", "mean", "median", "min", "max"}}
	for _, e := range g.Edges() {
		out = append(out, []string{e.From, e.To, fmt.Sprint(e.N), e.Mean.String(), e.Median.String(), e.Min.String(), e.Max.String()})
	}
	return out
}

// MarshalJSON writes edges, starts and ends.
func (g *Graph) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Edges  []Edge           `json:"edges"`
		Starts map[string]int64 `json:"starts"`
		Ends   map[string]int64 `json:"ends"`
	}{append([]Edge{}, g.Edges()...), g.Starts(), g.Ends()})
}

// MarshalJSON writes from, to, n and the durations as text.
func (e Edge) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		From   string `json:"from"`
		To     string `json:"to"`
		N      int64  `json:"n"`
		Mean   string `json:"mean"`
		Median string `json:"median"`
		Min    string `json:"min"`
		Max    string `json:"max"`
		StdDev string `json:"std_dev"`
	}{e.From, e.To, e.N, e.Mean.String(), e.Median.String(), e.Min.String(), e.Max.String(), e.StdDev.String()})
}
