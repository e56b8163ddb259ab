package attribution

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// tracks are paths as the states of a chain that they pass through, by number, so
// that they can be counted again under other weights without looking at a touch.
type tracks struct {
	touches int // how many different ones there are
	states  []stateKey
	from    []int   // of each state the first of its edges; one more at the end
	to      []int32 // by edge: of each state ascending
	lines   []track
	steps   []int32 // edges, path by path
}

// stateKey is the touches of a state, of which there are n.
type stateKey struct {
	n       int
	touches [MaxOrder]uint32
}

func (a stateKey) compare(b stateKey) int {
	return slices.Compare(a.touches[:a.n], b.touches[:b.n])
}

// track is one path.
type track struct {
	first, last int32 // states
	end         int   // of its steps, which begin where those of the one before end
	customer    uint32
	conv, nulls int64
	value       decimal.Decimal
}

// tracks finds the states and transitions of all paths.
func (p *Paths) tracks(order int) (*tracks, error) {
	t := &tracks{touches: len(p.keys), lines: make([]track, 0, len(p.rows))}
	states, edges := map[stateKey]int32{}, map[[2]int32]int32{}
	find := func(touches []uint32) int32 {
		key := stateKey{n: len(touches)}
		copy(key.touches[:], touches)
		i, ok := states[key]
		if !ok {
			i = int32(len(t.states))
			states[key] = i
			t.states = append(t.states, key)
		}
		return i
	}
	var pairs [][2]int32
	for i := range p.rows {
		r := &p.rows[i]
		if r.conv+r.nulls == 0 {
			continue
		}
		width := min(order, len(r.touches))
		at := find(r.touches[:width])
		line := track{first: at, customer: r.customer, conv: r.conv, nulls: r.nulls, value: r.value}
		for k := 1; k+width <= len(r.touches); k++ {
			next := find(r.touches[k : k+width])
			if next == at {
				continue
			}
			pair := [2]int32{at, next}
			e, ok := edges[pair]
			if !ok {
				e = int32(len(pairs))
				edges[pair] = e
				pairs = append(pairs, pair)
			}
			t.steps = append(t.steps, e)
			at = next
		}
		line.last, line.end = at, len(t.steps)
		t.lines = append(t.lines, line)
		if work := len(t.states) * len(p.keys); work > maxWork {
			return nil, &fault.Error{Package: "attribution", Op: "Markov of order " + strconv.Itoa(order), Field: "states × touches", Value: strconv.Itoa(work), Limit: fmt.Sprintf("at most %d", maxWork), Err: ErrOptions}
		}
	}
	t.sort(pairs)
	return t, nil
}

// sort numbers states by their touches and edges by their states.
func (t *tracks) sort(pairs [][2]int32) {
	place := places(t.states, stateKey.compare)
	for i := range t.lines {
		t.lines[i].first, t.lines[i].last = place[t.lines[i].first], place[t.lines[i].last]
	}
	for i, pair := range pairs {
		pairs[i] = [2]int32{place[pair[0]], place[pair[1]]}
	}
	slices.SortFunc(t.states, stateKey.compare)
	compare := func(a, b [2]int32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }
	place = places(pairs, compare)
	for i, e := range t.steps {
		t.steps[i] = place[e]
	}
	slices.SortFunc(pairs, compare)
	t.from, t.to = make([]int, len(t.states)+1), make([]int32, len(pairs))
	for i, pair := range pairs {
		t.from[pair[0]+1]++
		t.to[i] = pair[1]
	}
	for i := range t.states {
		t.from[i+1] += t.from[i]
	}
}

// places are where each of a list would stand in order.
func places[T any](list []T, compare func(a, b T) int) []int32 {
	order := make([]int32, len(list))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return compare(list[a], list[b]) })
	place := make([]int32, len(list))
	for i, k := range order {
		place[k] = int32(i)
	}
	return place
}

// counted is paths counted by state and edge.
type counted struct {
	*tracks
	starts, conv, all []int64 // by state
	value             []num.Sum
	edges             []int64
	begun             int64
	sum               num.Sum // of all values
	won               int64   // of all conversions
}

// tally counts the paths of every customer so many times over; nil is once.
func (t *tracks) tally(times []int64) *counted {
	n := len(t.states)
	c := &counted{tracks: t, starts: make([]int64, n), conv: make([]int64, n), all: make([]int64, n), value: make([]num.Sum, n), edges: make([]int64, len(t.to))}
	at := 0
	for i := range t.lines {
		l := &t.lines[i]
		steps := t.steps[at:l.end]
		at = l.end
		weight := int64(1)
		if times != nil {
			weight = times[l.customer]
		}
		if weight == 0 {
			continue
		}
		paths := (l.conv + l.nulls) * weight
		c.begun += paths
		c.starts[l.first] += paths
		for _, e := range steps {
			c.edges[e] += paths
		}
		c.conv[l.last] += l.conv * weight
		c.all[l.last] += paths
		c.won += l.conv * weight
		if !l.value.IsZero() {
			value := l.value
			if weight > 1 {
				value = value.Mul(decimalOf(weight))
			}
			c.value[l.last].Add(value)
			c.sum.Add(value)
		}
	}
	for i := range t.states {
		for _, n := range c.edges[t.from[i]:t.from[i+1]] {
			c.all[i] += n
		}
	}
	return c
}

func (t *tracks) count(times []int64) *chain { return t.tally(times).chain() }

// chain is the graph of the states that were passed through.
func (c *counted) chain() *chain {
	place, n := make([]int, len(c.states)), 0
	for i, all := range c.all {
		if place[i] = n; all > 0 {
			n++
		}
	}
	g := &chain{
		start: make([]float64, n), edges: make([][]edge, n), conv: make([]float64, n),
		value: make([]float64, n), with: make([][]int, c.touches),
	}
	space := make([]edge, 0, len(c.to))
	for i := range c.states {
		if c.all[i] == 0 {
			continue
		}
		at, all, first := place[i], float64(c.all[i]), len(space)
		g.start[at] = float64(c.starts[i]) / float64(c.begun)
		g.conv[at] = float64(c.conv[i]) / all
		value, _ := c.value[i].Decimal().Rat().Float64()
		g.value[at] = value / all
		for e := c.from[i]; e < c.from[i+1]; e++ {
			if c.edges[e] > 0 {
				space = append(space, edge{place[c.to[e]], float64(c.edges[e]) / all})
			}
		}
		g.edges[at] = space[first:len(space):len(space)]
		touches := c.states[i].touches[:c.states[i].n]
		for j, t := range touches {
			if !slices.Contains(touches[:j], t) {
				g.with[t] = append(g.with[t], at)
			}
		}
	}
	g.sweepOrder()
	return g
}
