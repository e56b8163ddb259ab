package cohort

import (
	"fmt"
	"slices"
	"sync"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// customers are those of a table, by fingerprint.
type customers struct {
	prints []uint64
	sort   sync.Once
}

// sorted puts them in order when that is first asked for.
func (c *customers) sorted() []uint64 {
	if c == nil {
		return nil
	}
	c.sort.Do(func() { slices.Sort(c.prints) })
	return c.prints
}

// Merge adds the table of other customers, of this ledger or another with the
// same rules: any partition by customer gives the table of all, byte for byte.
// It refuses, and leaves the table as it was, with ErrOptions where rules, last
// month, periods or the presence of a key differ, with ErrCustomers where a
// customer is in both, and with ErrRange where there would be too many segments.
// A table of a ledger in which nothing ever moved merges into any of the same
// rules. o stays as it is.
func (t *Table) Merge(o *Table) error {
	if o == nil {
		return nil
	}
	if err := t.agree(o); err != nil {
		return fmt.Errorf("cohort: merge: %w", err)
	}
	mine, theirs := t.customers.sorted(), o.customers.sorted()
	all := make([]uint64, 0, len(mine)+len(theirs))
	both := 0
	for len(mine) > 0 && len(theirs) > 0 {
		switch {
		case mine[0] == theirs[0]:
			both++
			mine = mine[1:]
		case mine[0] < theirs[0]:
			all, mine = append(all, mine[0]), mine[1:]
		default:
			all, theirs = append(all, theirs[0]), theirs[1:]
		}
	}
	if both > 0 {
		return fmt.Errorf("cohort: merge: %w: %d", ErrCustomers, both)
	}
	sum := *t
	if sum.period.last.IsZero() {
		sum.period = o.period
	}
	sum.unit = t.unit.Common(o.unit)
	sum.customers = &customers{prints: append(append(all, mine...), theirs...)}
	sum.sums = addSums(sum.unit, t, o)
	sum.keys = append(slices.Clone(t.keys), o.keys...)
	slices.Sort(sum.keys)
	sum.keys = slices.Compact(sum.keys)
	if len(sum.keys) > MaxSegments {
		return fmt.Errorf("cohort: merge: %w: more than %d segments", ErrRange, MaxSegments)
	}
	sum.segments = nil
	for _, key := range sum.keys {
		a, _ := t.Segment(key)
		b, _ := o.Segment(key)
		sum.segments = append(sum.segments, sum.part(addSums(sum.unit, a, b)))
	}
	*t = sum
	return nil
}

// agree reports the first thing on which two tables differ.
func (t *Table) agree(o *Table) error {
	differ := func(field string, a, b any) error {
		return fmt.Errorf("%w: %s is %v here and %v there", ErrOptions, field, a, b)
	}
	empty := t.period.last.IsZero() || o.period.last.IsZero()
	switch {
	case t.customers == nil && len(t.sums) > 0 || o.customers == nil && len(o.sums) > 0:
		return fmt.Errorf("%w: a table that does not know its customers: a segment, or one of cells", ErrCustomers)
	case t.rules != o.rules || t.currency != o.currency:
		return fmt.Errorf("%w: the ledgers had different rules", ErrOptions)
	case t.Every() != o.Every():
		return differ("Every", t.Every(), o.Every())
	case t.Through() != o.Through() && !empty:
		return differ("Through", t.Through(), o.Through())
	case t.base != o.base:
		return differ("Base", t.base, o.base)
	case t.month0 != o.month0:
		return differ("Month0", t.month0, o.month0)
	case t.segmented != o.segmented:
		return differ("Key", t.segmented, o.segmented)
	}
	return nil
}

// addSums adds tables in a unit in which both are whole; nil is nothing.
func addSums(unit ledger.Unit, of ...*Table) tableSums {
	var sum tableSums
	for _, t := range of {
		if t == nil {
			continue
		}
		for before, c := range t.sums {
			if c != nil {
				sum.cohort(before).merge(c.in(unit, t.unit))
			}
		}
	}
	return sum
}

// in is the sums in another unit.
func (c *cohortSums) in(unit, from ledger.Unit) *cohortSums {
	if unit == from {
		return c
	}
	out := newCohortSums(len(c.cells))
	out.size = c.size
	out.each(c, func(to, of *ledger.Units) { *to = unit.Convert(*of, from) })
	for k := range c.cells {
		out.cells[k].active, out.away[k].active = c.cells[k].active, c.away[k].active
	}
	return out
}

// each calls f for every amount of two sums of as many ages.
func (c *cohortSums) each(o *cohortSums, f func(to, of *ledger.Units)) {
	f(&c.base, &o.base)
	f(&c.initial, &o.initial)
	for k := range c.cells {
		x, y := &c.cells[k], &o.cells[k]
		f(&x.mrr, &y.mrr)
		f(&x.kept, &y.kept)
		f(&x.floor, &y.floor)
		v, w := &c.away[k], &o.away[k]
		f(&v.mrr, &w.mrr)
		f(&v.outside, &w.outside)
		f(&v.lost, &w.lost)
	}
}
