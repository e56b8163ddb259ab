package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

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
	customers func() []string
	timed     sync.Once
	times     func() map[int]*sample // the durations, while the log is at hand
	samples   map[int]*sample        // by place in counts
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
	g.times = func() map[int]*sample { return v.durations(g, parts, tallies) }
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

// durations gathers the time of every edge in a second pass: the first has
// counted the places out, so that one array holds them all.
func (v *view) durations(g *Graph, parts []touchpoint.Part, tallies []*tally) map[int]*sample {
	n := len(v.names)
	out := map[int]*sample{}
	if g.options.Sketch {
		lists := make([]map[int]*sketch, len(parts))
		var wait sync.WaitGroup
		for i, part := range parts {
			wait.Go(func() {
				m := map[int]*sketch{}
				v.pairs(part, func(edge int, gap int64) {
					s, ok := m[edge]
					if !ok {
						s = newSketch()
						m[edge] = s
					}
					s.add(gap, 1)
				})
				lists[i] = m
			})
		}
		wait.Wait()
		for _, m := range lists {
			for edge, s := range m {
				have, ok := out[edge]
				if !ok {
					have = &sample{sketch: newSketch()}
					out[edge] = have
				}
				have.sketch.merge(s)
			}
		}
		return out
	}
	at := make([]int, n*n+1)
	for i, c := range g.counts {
		at[i+1] = at[i] + int(c)
	}
	all := make([]int64, at[n*n])
	next := slices.Clone(at)
	// The parts of an edge lie one behind the other.
	var wait sync.WaitGroup
	for i, part := range parts {
		place := make([]int, n*n)
		for e := range place {
			place[e] = next[e]
			next[e] += int(tallies[i].counts[e])
		}
		wait.Go(func() {
			v.pairs(part, func(edge int, gap int64) {
				all[place[edge]] = gap
				place[edge]++
			})
		})
	}
	wait.Wait()
	for e, c := range g.counts {
		if c > 0 {
			out[e] = &sample{exact: all[at[e]:at[e+1]:at[e+1]]}
		}
	}
	return out
}

// pairs yields every pair of activities that follow each other, by number.
func (v *view) pairs(part touchpoint.Part, yield func(edge int, gap int64)) {
	n := len(v.names)
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
func (v *view) customers() (out []string) {
	var buf []int32
	for place := range v.len() {
		c := v.at(place)
		if buf = v.of(c, buf[:0]); len(buf) > 0 {
			out = append(out, v.log.Customer(c))
		}
	}
	return out
}

// settle gathers what is only gathered when asked for: the durations, and what
// the edges say of them.
func (g *Graph) settle() {
	g.timed.Do(func() {
		if g.times != nil {
			g.samples, g.times = g.times(), nil
		}
		g.summarise()
	})
}

func (g *Graph) summarise() {
	n := len(g.names)
	g.edges = nil
	var places []int
	for i, c := range g.counts {
		if c > 0 {
			places = append(places, i)
			g.edges = append(g.edges, Edge{From: g.names[i/n], To: g.names[i%n], N: c})
		}
	}
	work := make(chan int, len(places))
	for k := range places {
		work <- k
	}
	close(work)
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), max(1, len(places)/8)) {
		wait.Go(func() {
			for k := range work {
				g.samples[places[k]].summarise(&g.edges[k])
			}
		})
	}
	wait.Wait()
	slices.SortFunc(g.edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
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
