package mining

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

const graphMagic = "LMGRAPH"

// stated is what two results must share to add up.
type stated struct {
	Options  Options `json:"options"`
	Filtered bool    `json:"filtered"`
}

func optionsText(o Options, filtered bool) string {
	b, _ := json.Marshal(stated{o, filtered}) // plain data: marshals without fail
	return string(b)
}

func sameOptions(a, b string) error {
	if a != b {
		return fmt.Errorf("mining: merge: %w: %s and %s", ErrMerge, text.ClipTo(a, 200), text.ClipTo(b, 200))
	}
	return nil
}

// disjoint joins the customers of two results.
func disjoint(a, b *pack.Crowd) (*pack.Crowd, error) {
	union, both, ok := a.Join(b)
	if !ok {
		return nil, inBoth(both)
	}
	return union, nil
}

func inBoth(customer string) error {
	return fmt.Errorf("mining: merge: %w: customer %s in both", ErrMerge, fault.Quote(customer))
}

// Merge adds the graph of other customers to g: any partition of customers gives
// the graph of all of them, byte for byte. Where the options differ, or a
// customer is in both, nothing changes and the error wraps ErrMerge.
//
// A merged graph keeps its customers, some bytes each, and every duration, eight
// bytes each; with Sketch no durations.
func (g *Graph) Merge(other *Graph) error {
	if err := sameOptions(optionsText(g.options, g.filtered), optionsText(other.options, other.filtered)); err != nil {
		return err
	}
	customers, err := disjoint(g.customers(), other.customers())
	if err != nil {
		return err
	}
	names := slices.Compact(slices.Sorted(slices.Values(slices.Concat(g.names, other.names))))
	if len(names) > maxActivities {
		return refuse("activities", itoa(len(names)), "at most "+itoa(maxActivities))
	}
	g.gather()
	other.gather()
	n := len(names)
	sum := newTally(n)
	samples := map[int]*sample{}
	for _, from := range []*Graph{g, other} {
		to := make([]int, len(from.names))
		for i, name := range from.names {
			to[i], _ = slices.BinarySearch(names, name)
		}
		for i := range from.names {
			sum.starts[to[i]] += from.starts[i]
			sum.ends[to[i]] += from.ends[i]
			sum.events[to[i]] += from.events[i]
			for j := range from.names {
				sum.counts[to[i]*n+to[j]] += from.counts[i*len(from.names)+j]
			}
		}
		for old, s := range from.samples {
			place := to[old/len(to)]*n + to[old%len(to)]
			if samples[place] == nil {
				samples[place] = newSample(g.options.Sketch)
			}
			samples[place].join(s)
		}
	}
	*g = Graph{
		options: g.options, filtered: g.filtered, names: names, counts: sum.counts, starts: sum.starts, ends: sum.ends, events: sum.events,
		customers: func() *pack.Crowd { return customers }, samples: samples,
	}
	return nil
}

// join takes in another sample, which stays as it is: durations in order, in room
// for them and no more.
func (s *sample) join(o *sample) {
	switch {
	case o.sketch != nil:
		s.sketch.merge(o.sketch)
	case len(s.exact) == 0:
		s.exact, s.ordered = o.sorted(), true
	default:
		s.exact, s.ordered = joinSorted(s.sorted(), o.sorted()), true
	}
}

// joinSorted is two ascending lists as one.
func joinSorted(a, b []int64) []int64 {
	out := make([]int64, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0] < a[0] {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	return append(append(out, a...), b...)
}

// used are the activities that occur: a log may know names that no event taken
// has.
func (g *Graph) used() (places []int, names []string) {
	for i, n := range g.events {
		if n > 0 {
			places, names = append(places, i), append(names, g.names[i])
		}
	}
	return places, names
}

// AppendBinary appends the graph's binary form: options, activities, customers,
// counts and durations, and a checksum. Equal graphs have equal bytes.
func (g *Graph) AppendBinary(b []byte) ([]byte, error) {
	g.gather()
	places, names := g.used()
	return closed(b, graphMagic, func(b []byte) []byte {
		b = pack.Text(b, optionsText(g.options, g.filtered))
		b = g.customers().Append(pack.Names(b, names))
		for _, i := range places {
			b = pack.Numbers(b, []int64{g.events[i], g.starts[i], g.ends[i]})
			for _, j := range places {
				if s := g.samples[i*len(g.names)+j]; s != nil {
					b = s.append(b)
				} else {
					b = pack.Count(b, 0)
				}
			}
		}
		return b
	}), nil
}

func (s *sketch) append(b []byte) []byte {
	used := int64(0)
	s.each(func(int, int64) bool { used++; return true })
	b = pack.Count(b, used)
	s.each(func(k int, n int64) bool {
		b = pack.Count(pack.Count(b, int64(k)), n)
		return true
	})
	b = pack.Count(b, s.min)
	b = pack.Count(b, s.max)
	return s.sum.append(b)
}

func readSketch(d *pack.Reader) *sketch {
	s := newSketch()
	n := d.Length()
	if n == 0 {
		return nil
	}
	last := int64(-1)
	for range n {
		k := d.Count(64*pages - 1)
		if d.Bad = d.Bad || k <= last; d.Bad {
			return nil
		}
		times := d.Count(1 << 60)
		s.put(int(k), times)
		s.n += times
		d.Bad = d.Bad || times == 0 || s.n > 1<<60
		last = k
	}
	s.min, s.max = d.Count(1<<63-1), d.Count(1<<63-1)
	s.sum = readSpent(d, s.n)
	d.Bad = d.Bad || s.min > s.max
	return s
}

// MarshalBinary is AppendBinary to nothing.
func (g *Graph) MarshalBinary() ([]byte, error) { return g.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves g as it was.
func (g *Graph) UnmarshalBinary(data []byte) error {
	back := &Graph{}
	err := opened("graph", data, graphMagic, back.read, func(b []byte) ([]byte, error) { return back.AppendBinary(b) })
	if err == nil {
		*g = Graph{
			options: back.options, filtered: back.filtered, names: back.names, counts: back.counts, starts: back.starts, ends: back.ends,
			events: back.events, customers: back.customers, samples: back.samples,
		}
	}
	return err
}

func readOptions(d *pack.Reader) (s stated) {
	if json.Unmarshal([]byte(d.Text()), &s) != nil {
		d.Bad = true
	}
	return s
}

func (g *Graph) read(d *pack.Reader) {
	o := readOptions(d)
	g.options, g.filtered, g.names, g.samples = o.Options, o.Filtered, d.Names(), map[int]*sample{}
	customers := d.Crowd()
	g.customers = func() *pack.Crowd { return customers }
	n := len(g.names)
	// Every pair of activities has at least a byte.
	if d.Bad || n > maxActivities || n*n > len(d.Left) {
		d.Bad = true
		return
	}
	t := newTally(n)
	for i := range n {
		t.events[i], t.starts[i], t.ends[i] = d.Count(1<<60), d.Count(1<<60), d.Count(1<<60)
		d.Bad = d.Bad || t.events[i] == 0
		for j := range n {
			if g.options.Sketch {
				if s := readSketch(d); s != nil {
					g.samples[i*n+j], t.counts[i*n+j] = &sample{sketch: s}, s.n
				}
				continue
			}
			if list := d.Sorted(); len(list) > 0 {
				g.samples[i*n+j], t.counts[i*n+j] = &sample{exact: list, ordered: true}, int64(len(list))
			}
		}
		if d.Bad {
			return
		}
	}
	g.counts, g.starts, g.ends, g.events = t.counts, t.starts, t.ends, t.events
}
