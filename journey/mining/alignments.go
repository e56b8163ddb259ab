package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

const conformanceMagic = "LMCONF"

// promise is what two conformance reports must share to add up.
type promise struct {
	Definition string        `json:"definition"` // its hash
	Rules      journey.Rules `json:"rules"`
	Options    Options       `json:"options"`
	Filtered   bool          `json:"filtered"`
}

// alignments is what a conformance report is read from: counts that add up.
type alignments struct {
	promise
	names    []string // customers with an alignment, ascending
	costs    map[[2]int64]int64
	events   int64
	goals    int64
	Unknown  int64
	Ignored  int64
	deviated map[key]*deviated
}

func newAlignments(p promise) *alignments {
	return &alignments{promise: p, costs: map[[2]int64]int64{}, deviated: map[key]*deviated{}}
}

func (s *alignments) add(name string, o *outcome) {
	s.names = append(s.names, name)
	s.events += o.events
	s.costs[[2]int64{int64(o.cost), o.all}]++
	if o.goal {
		s.goals++
	}
	for k, n := range o.moves {
		d, ok := s.deviated[k]
		if !ok {
			d = &deviated{}
			s.deviated[k] = d
		}
		d.n, d.customers = d.n+n, d.customers+1
		if o.goal {
			d.goals++
		}
		if len(d.examples) < maxExamples {
			d.examples = append(d.examples, name)
		}
	}
}

func comparePairs(a, b [2]int64) int { return slices.Compare(a[:], b[:]) }

func compareKeys(a, b key) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.stage, b.stage), cmp.Compare(a.trigger, b.trigger))
}

// pairs are the costs, with events and the shortest journey, that occur.
func (s *alignments) pairs() [][2]int64 {
	out := make([][2]int64, 0, len(s.costs))
	for pair := range s.costs {
		out = append(out, pair)
	}
	slices.SortFunc(out, comparePairs)
	return out
}

func (s *alignments) keys() []key {
	out := make([]key, 0, len(s.deviated))
	for k := range s.deviated {
		out = append(out, k)
	}
	slices.SortFunc(out, compareKeys)
	return out
}

// report reads the shares from the counts; whatever order they were added in.
func (s *alignments) report() *ConformanceReport {
	r := &ConformanceReport{Customers: int64(len(s.names)), Events: s.events, Ignored: s.Ignored, Unknown: s.Unknown, sum: s}
	fitting, all, mean, square, seen := int64(0), int64(0), 0.0, 0.0, 0.0
	for _, pair := range s.pairs() {
		n := s.costs[pair]
		r.Cost, all = r.Cost+pair[0]*n, all+pair[1]*n
		if pair[0] == 0 {
			fitting += n
		}
		fit := 1.0
		if pair[1] > 0 {
			fit = float64(pair[1]-pair[0]) / float64(pair[1])
		}
		// n values alike, added to the mean and squares of those before.
		seen += float64(n)
		d := fit - mean
		mean += d * float64(n) / seen
		square += float64(n) * float64(d*(fit-mean))
	}
	r.Fitting, r.Goals = metrics.NewCount(fitting, r.Customers), metrics.NewCount(s.goals, r.Customers)
	r.LogFitness = metrics.NewCount(all-r.Cost, all)
	if n := float64(r.Customers); n > 0 {
		r.MeanFitness = metrics.Estimate{Value: mean, Lo: math.NaN(), Hi: math.NaN(), Level: 0.95, N: r.Customers}
		if n > 1 {
			half := 1.959963984540054 * math.Sqrt(max(0, square)/(n-1)/n)
			r.MeanFitness.Lo, r.MeanFitness.Hi = max(0, mean-half), min(1, mean+half)
		}
	}
	for _, k := range s.keys() {
		d := s.deviated[k]
		// Counts of customers with and without, and of goals among both.
		goal, _ := metrics.CompareShares(d.goals, d.customers, s.goals-d.goals, r.Customers-d.customers, 0.95)
		r.Deviations = append(r.Deviations, Deviation{k.kind, k.stage, k.trigger, d.n, d.customers, d.examples, goal})
	}
	slices.SortStableFunc(r.Deviations, func(a, b Deviation) int { return cmp.Compare(b.N, a.N) })
	return r
}

// Merge adds the alignments of other customers to r: any partition of customers
// gives the report of all of them, byte for byte. Where definition, rules or
// options differ, or a customer is in both, nothing changes and the error wraps
// ErrMerge.
func (r *ConformanceReport) Merge(other *ConformanceReport) error {
	if r.sum == nil || other.sum == nil {
		return fmt.Errorf("mining: merge: %w: a report that Conformance did not make", ErrMerge)
	}
	a, b := r.sum, other.sum
	if x, y := a.text(), b.text(); x != y {
		return fmt.Errorf("mining: merge: %w: %s and %s", ErrMerge, text.ClipTo(x, 200), text.ClipTo(y, 200))
	}
	names, both, ok := pack.Disjoint(a.names, b.names)
	if !ok {
		return fmt.Errorf("mining: merge: %w: customer %s in both", ErrMerge, fault.Quote(both))
	}
	sum := newAlignments(a.promise)
	sum.names, sum.events, sum.goals = names, a.events+b.events, a.goals+b.goals
	sum.Unknown, sum.Ignored = a.Unknown+b.Unknown, a.Ignored+b.Ignored
	for _, s := range []*alignments{a, b} {
		for pair, n := range s.costs {
			sum.costs[pair] += n
		}
		for k, d := range s.deviated {
			have, ok := sum.deviated[k]
			if !ok {
				have = &deviated{}
				sum.deviated[k] = have
			}
			have.n, have.customers, have.goals = have.n+d.n, have.customers+d.customers, have.goals+d.goals
			have.examples = slices.Sorted(slices.Values(slices.Concat(have.examples, d.examples)))
			have.examples = have.examples[:min(len(have.examples), maxExamples)]
		}
	}
	*r = *sum.report()
	return nil
}

func (s *alignments) text() string {
	b, _ := json.Marshal(s.promise) // plain data: marshals without fail
	return string(b)
}

// AppendBinary appends the report's binary form: what it was made under, the
// customers, the counts and a checksum. Equal reports have equal bytes.
func (r *ConformanceReport) AppendBinary(b []byte) ([]byte, error) {
	s := r.sum
	if s == nil {
		s = newAlignments(promise{})
	}
	return closed(b, conformanceMagic, func(b []byte) []byte {
		b = pack.Text(b, s.text())
		b = pack.Names(b, s.names)
		for _, n := range []int64{s.events, s.goals, s.Unknown, s.Ignored} {
			b = pack.Count(b, n)
		}
		pairs := s.pairs()
		b = pack.Count(b, int64(len(pairs)))
		for _, pair := range pairs {
			b = pack.Count(pack.Count(pack.Count(b, pair[0]), pair[1]), s.costs[pair])
		}
		keys := s.keys()
		b = pack.Count(b, int64(len(keys)))
		for _, k := range keys {
			d := s.deviated[k]
			b = pack.Count(b, int64(k.kind))
			b = pack.Text(pack.Text(b, string(k.stage)), string(k.trigger))
			b = pack.Count(pack.Count(pack.Count(b, d.n), d.customers), d.goals)
			b = pack.Names(b, d.examples)
		}
		return b
	}), nil
}

// MarshalBinary is AppendBinary to nothing.
func (r *ConformanceReport) MarshalBinary() ([]byte, error) { return r.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves r as it was.
func (r *ConformanceReport) UnmarshalBinary(data []byte) error {
	var back *ConformanceReport
	err := opened("conformance", data, conformanceMagic, func(d *pack.Reader) {
		if s := readAlignments(d); !d.Bad {
			back = s.report()
		}
	}, func(b []byte) ([]byte, error) { return back.AppendBinary(b) })
	if err == nil {
		*r = *back
	}
	return err
}

func readAlignments(d *pack.Reader) *alignments {
	const most = 1 << 40 // of one customer's events, and of all counts together
	var p promise
	if json.Unmarshal([]byte(d.Text()), &p) != nil {
		d.Bad = true
	}
	s := newAlignments(p)
	s.names = d.Names()
	customers := int64(len(s.names))
	s.events, s.goals = d.Count(most), d.Count(customers)
	s.Unknown, s.Ignored = d.Count(most), d.Count(most)
	left := customers
	for n := d.Length(); n > 0 && !d.Bad; n-- {
		pair := [2]int64{d.Count(most), d.Count(most)}
		s.costs[pair] = d.Count(left)
		left -= s.costs[pair]
		d.Bad = d.Bad || pair[0] > pair[1] || s.costs[pair] == 0
	}
	d.Bad = d.Bad || left != 0
	for n := d.Length(); n > 0 && !d.Bad; n-- {
		k := key{kind: MoveKind(d.Count(int64(ModelMove)))}
		k.stage, k.trigger = journey.Stage(d.Text()), journey.Trigger(d.Text())
		v := &deviated{n: d.Count(most), customers: d.Count(customers)}
		v.goals, v.examples = d.Count(min(v.customers, s.goals)), d.Names()
		// Without: no more goals than customers.
		d.Bad = d.Bad || v.customers == 0 || v.n < v.customers || s.goals-v.goals > customers-v.customers || k.kind == Sync ||
			len(v.examples) != int(min(v.customers, maxExamples))
		s.deviated[k] = v
	}
	return s
}
