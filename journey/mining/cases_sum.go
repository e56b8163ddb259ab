package mining

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

// caseSum is what Cases are read from: counts and durations that add up.
type caseSum struct {
	stated
	n         int64 // customers
	lengths   *sample
	acts      map[string]*activitySum
	customers func() *pack.Crowd
}

type activitySum struct {
	events, customers, rework, first, last int64
	waits                                  *sample
}

func newCaseSum(s stated) *caseSum {
	return &caseSum{stated: s, lengths: newSample(s.Options.Sketch), acts: map[string]*activitySum{}, customers: func() *pack.Crowd { return nil }}
}

func newActivitySum(sketched bool) *activitySum { return &activitySum{waits: newSample(sketched)} }

// add adds the sum of other customers, which stays as it is.
func (s *caseSum) add(o *caseSum) {
	s.n += o.n
	s.lengths.join(o.lengths)
	for name, a := range o.acts {
		have, ok := s.acts[name]
		if !ok {
			have = newActivitySum(s.Options.Sketch)
			s.acts[name] = have
		}
		have.events, have.customers, have.rework = have.events+a.events, have.customers+a.customers, have.rework+a.rework
		have.first, have.last = have.first+a.first, have.last+a.last
		have.waits.join(a.waits)
	}
}

// cases reads the result from the sum.
func (s *caseSum) cases() *Cases {
	out := &Cases{
		Customers: s.n, Mean: s.lengths.mean(), Median: s.lengths.quantile(0.5), P90: s.lengths.quantile(0.9), sum: func() *caseSum { return s },
	}
	for _, name := range sortedKeys(s.acts) {
		a := s.acts[name]
		out.Events += a.events
		out.Activities = append(out.Activities, Activity{
			Name: name, Events: a.events, Customers: a.customers, Rework: a.rework, First: a.first, Last: a.last,
			Wait: Waiting{a.waits.mean(), a.waits.quantile(0.5)},
		})
	}
	return out
}

// Merge adds the cases of other customers to c: any partition of customers gives
// the cases of all of them, byte for byte. Where the options differ, a customer is
// in both, or CasesOf did not make them, nothing changes and the error wraps
// ErrMerge.
func (c *Cases) Merge(other *Cases) error {
	if c.sum == nil || other.sum == nil {
		return fmt.Errorf("mining: merge: %w: cases that CasesOf did not make", ErrMerge)
	}
	a, b := c.sum(), other.sum()
	if err := sameOptions(optionsText(a.Options, a.Filtered), optionsText(b.Options, b.Filtered)); err != nil {
		return err
	}
	customers, err := disjoint(a.customers(), b.customers())
	if err != nil {
		return err
	}
	sum := newCaseSum(a.stated)
	sum.add(a)
	sum.add(b)
	sum.customers = func() *pack.Crowd { return customers }
	*c = *sum.cases()
	return nil
}

const caseMagic = "LMCASES"

// AppendBinary appends the binary form: options, customers, counts and durations.
// Equal cases have equal bytes.
func (c *Cases) AppendBinary(b []byte) ([]byte, error) {
	s := newCaseSum(stated{})
	if c.sum != nil {
		s = c.sum()
	}
	return closed(b, caseMagic, func(b []byte) []byte {
		b = pack.Text(b, optionsText(s.Options, s.Filtered))
		b = s.customers().Append(b)
		b = s.lengths.append(b)
		b = pack.Count(b, int64(len(s.acts)))
		for _, name := range sortedKeys(s.acts) {
			a := s.acts[name]
			b = pack.Numbers(pack.Text(b, name), []int64{a.events, a.customers, a.rework, a.first, a.last})
			b = a.waits.append(b)
		}
		return b
	}), nil
}

// MarshalBinary is AppendBinary to nothing.
func (c *Cases) MarshalBinary() ([]byte, error) { return c.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves c as it was.
func (c *Cases) UnmarshalBinary(data []byte) error {
	var back *Cases
	err := opened("cases", data, caseMagic, func(d *pack.Reader) {
		if s := readCases(d); !d.Bad {
			back = s.cases()
		}
	}, func(b []byte) ([]byte, error) { return back.AppendBinary(b) })
	if err == nil {
		*c = *back
	}
	return err
}

func readCases(d *pack.Reader) *caseSum {
	const most = 1 << 60
	s := newCaseSum(readOptions(d))
	sketched := s.Options.Sketch
	crowd := d.Crowd()
	s.customers, s.n = func() *pack.Crowd { return crowd }, int64(crowd.Len())
	s.lengths = readSample(d, sketched, s.n)
	first, last := s.n, s.n
	for n := d.Length(); n > 0 && !d.Bad; n-- {
		name, a := d.Text(), &activitySum{events: d.Count(most), customers: d.Count(s.n), rework: d.Count(s.n), first: d.Count(first), last: d.Count(last)}
		first, last = first-a.first, last-a.last
		// Whoever does it again does it twice; all but the first wait.
		d.Bad = d.Bad || a.customers == 0 || a.rework > a.customers || a.first > a.customers || a.last > a.customers || a.events < a.customers+a.rework
		a.waits = readSample(d, sketched, a.events-a.first)
		s.acts[name] = a
	}
	d.Bad = d.Bad || first != 0 || last != 0
	return s
}
