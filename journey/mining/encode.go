package mining

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Magics of the binary forms; the last byte is the version.
const (
	graphMagic   = "lgraph\x00\x01"
	variantMagic = "lvarian\x01"
)

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

func disjoint(a, b []string) ([]string, error) {
	union, both, ok := pack.Disjoint(a, b)
	if !ok {
		return nil, fmt.Errorf("mining: merge: %w: customer %s in both", ErrMerge, fault.Quote(both))
	}
	return union, nil
}

// Merge adds the graph of other customers to g: any partition of customers gives
// the graph of all of them, byte for byte. Where the options differ, or a
// customer is in both, nothing changes and the error wraps ErrMerge.
func (g *Graph) Merge(other *Graph) error {
	if err := sameOptions(optionsText(g.options, g.filtered), optionsText(other.options, other.filtered)); err != nil {
		return err
	}
	g.gather()
	other.gather()
	customers, err := disjoint(g.customers(), other.customers())
	if err != nil {
		return err
	}
	names := slices.Compact(slices.Sorted(slices.Values(slices.Concat(g.names, other.names))))
	if len(names) > maxActivities {
		return refuse("activities", itoa(len(names)), "at most "+itoa(maxActivities))
	}
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
				place := to[i]*n + to[j]
				old := i*len(from.names) + j
				sum.counts[place] += from.counts[old]
				if s, ok := from.samples[old]; ok {
					if samples[place] == nil {
						samples[place] = &sample{}
					}
					samples[place].add(s)
				}
			}
		}
	}
	g.names, g.counts, g.starts, g.ends, g.events = names, sum.counts, sum.starts, sum.ends, sum.events
	g.samples, g.source, g.customers = samples, nil, func() []string { return customers }
	g.timed.Do(func() {})
	g.summarise()
	return nil
}

// add takes in another sample, which stays as it is.
func (s *sample) add(o *sample) {
	if o.sketch == nil {
		s.exact, s.ordered = append(s.exact, o.exact...), false
		return
	}
	if s.sketch == nil {
		s.sketch = newSketch()
	}
	s.sketch.merge(o.sketch)
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

// AppendBinary appends the graph's binary form: options, customers, counts and
// durations. Equal graphs have equal bytes.
func (g *Graph) AppendBinary(b []byte) ([]byte, error) {
	g.gather()
	b = append(b, graphMagic...)
	b = pack.Text(b, optionsText(g.options, g.filtered))
	places, names := g.used()
	b = pack.Names(b, names)
	b = pack.Names(b, g.customers())
	for _, i := range places {
		b = pack.Count(b, g.events[i])
		b = pack.Count(b, g.starts[i])
		b = pack.Count(b, g.ends[i])
		for _, j := range places {
			s := g.samples[i*len(g.names)+j]
			switch {
			case s == nil:
				b = pack.Count(b, 0)
			case s.sketch != nil:
				b = s.sketch.append(b)
			default:
				b = pack.Sorted(b, s.sorted())
			}
		}
	}
	return b, nil
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
	d := pack.Reader{Left: data}
	back := readGraph(&d)
	if d.Bad || len(d.Left) != 0 {
		return fmt.Errorf("mining: graph: %w", ErrEncoding)
	}
	if again, err := back.AppendBinary(make([]byte, 0, len(data))); err != nil || !bytes.Equal(again, data) {
		return fmt.Errorf("mining: graph: %w: not in canonical form", ErrEncoding)
	}
	g.options, g.filtered, g.names, g.counts, g.starts, g.ends, g.events = back.options, back.filtered, back.names, back.counts, back.starts, back.ends, back.events
	g.customers, g.samples, g.source = back.customers, back.samples, nil
	g.timed.Do(func() {})
	g.summarise()
	return nil
}

func readOptions(d *pack.Reader) (s stated) {
	if json.Unmarshal([]byte(d.Text()), &s) != nil {
		d.Bad = true
	}
	return s
}

func readGraph(d *pack.Reader) *Graph {
	d.Cut(graphMagic)
	o := readOptions(d)
	g := &Graph{options: o.Options, filtered: o.Filtered, names: d.Names(), samples: map[int]*sample{}}
	customers := d.Names()
	g.customers = func() []string { return customers }
	n := len(g.names)
	// Every pair of activities has at least a byte.
	if d.Bad || n > maxActivities || n*n > len(d.Left) {
		d.Bad = true
		return g
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
			return g
		}
	}
	g.counts, g.starts, g.ends, g.events = t.counts, t.starts, t.ends, t.events
	return g
}
