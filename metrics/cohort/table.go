package cohort

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Table is the cohorts of a ledger at every age they have reached. It keeps
// nothing of the ledger, which may be written to afterwards.
//
// A Table is immutable and safe for concurrent use. The zero Table has no
// cohorts, and all of its ratios are undefined.
type Table struct {
	through  calendar.Month
	currency money.Currency
	base     Base
	month0   Month0
	cohorts  []row // by month
	ages     []ageSum
	tenure   Tenure
	totals   []decimal.Decimal // MRR by month, from the first cohort on

	keys     []string
	segments []*Table
}

// row is one cohort.
type row struct {
	month  calendar.Month
	size   int64
	base   decimal.Decimal
	points []point // by age
}

// point is one cohort at one age, or all cohorts that have reached it.
type point struct {
	active, intact        int64
	retained, kept, floor decimal.Decimal
	layer                 decimal.Decimal // in the layer cake
}

// ageSum is the sum of the cohorts that have reached it.
type ageSum struct {
	point
	size    int64
	base    decimal.Decimal
	cohorts int
}

// New observes a ledger through a month. It fails with ErrOptions, with ErrRange
// where there is more to hold than the limits say, and with ledger.ErrNoRate
// where an exchange rate is missing at a month end.
//
// It reads every change once, on all processors, and the sums by month that the
// ledger keeps for its statements are made on the way if they were not before.
func New(l *ledger.Ledger, o Options) (*Table, error) {
	if l == nil {
		return nil, fmt.Errorf("cohort: new: %w: no ledger", ErrOptions)
	}
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("cohort: new: %w", err)
	}
	if o.Through.IsZero() {
		o.Through = lastMovement(l)
	}
	if o.Through.IsZero() { // nothing ever moved
		return newTable(l, o, nil), nil
	}
	sums, err := gather(l, o)
	if err != nil {
		return nil, fmt.Errorf("cohort: new: %w", err)
	}
	t := newTable(l, o, sums.whole)
	for key := range sums.segments {
		t.keys = append(t.keys, key)
	}
	slices.Sort(t.keys)
	for _, key := range t.keys {
		t.segments = append(t.segments, newTable(l, o, *sums.segments[key]))
	}
	return t, nil
}

// newTable turns exact sums into amounts.
func newTable(l *ledger.Ledger, o Options, sums tableSums) *Table {
	t := &Table{through: o.Through, currency: l.Options().Currency, base: o.Base, month0: o.Month0}
	r := rounder{l: l}
	for before, c := range slices.Backward(sums) {
		if c == nil {
			continue
		}
		t.cohorts = append(t.cohorts, row{
			month: o.Through.Add(-before), size: c.size, base: l.Amount(c.base),
			points: r.points(c),
		})
	}
	t.ages = r.ages(sums)
	t.tenure = newTenure(l, sums)
	t.totals = r.bake(t.cohorts, sums)
	return t
}

// Through is the last month observed.
func (t *Table) Through() calendar.Month { return t.through }

// Currency is the ledger's.
func (t *Table) Currency() money.Currency { return t.currency }

// Cohorts are the months in which customers were won, in order.
func (t *Table) Cohorts() []calendar.Month {
	out := make([]calendar.Month, len(t.cohorts))
	for i := range t.cohorts {
		out[i] = t.cohorts[i].month
	}
	return out
}

// Size is how many customers a cohort began with; 0 for a month in which nobody
// was won, or after the last one observed.
func (t *Table) Size(cohort calendar.Month) int64 {
	if r := t.row(cohort); r != nil {
		return r.size
	}
	return 0
}

// Base is the MRR that a cohort's retained revenue is measured against, by the
// rule of Options.Base.
func (t *Table) Base(cohort calendar.Month) decimal.Decimal {
	if r := t.row(cohort); r != nil {
		return r.base
	}
	return decimal.Decimal{}
}

// Ages is how many ages of a cohort have been observed: 0 to Ages-1, at least
// one. It is 0 for a month that is no cohort.
func (t *Table) Ages(cohort calendar.Month) int {
	if r := t.row(cohort); r != nil {
		return len(r.points)
	}
	return 0
}

// Segments are the keys that Options.Key gave, in order.
func (t *Table) Segments() []string { return slices.Clone(t.keys) }

// Segment is the table of the customers with one key, and whether there are any.
// Segments have the table's last month, and their customers, amounts and ratios
// pool to the whole.
func (t *Table) Segment(key string) (*Table, bool) {
	i, ok := slices.BinarySearch(t.keys, key)
	if !ok {
		return nil, false
	}
	return t.segments[i], true
}

func (t *Table) row(cohort calendar.Month) *row {
	i, ok := slices.BinarySearchFunc(t.cohorts, cohort, func(r row, m calendar.Month) int { return r.month.Compare(m) })
	if !ok {
		return nil
	}
	return &t.cohorts[i]
}

// point is a cohort at an age, nil where that was not observed.
func (t *Table) point(cohort calendar.Month, age int) (*row, *point) {
	r := t.row(cohort)
	if r == nil || age < 0 || age >= len(r.points) {
		return nil, nil
	}
	return r, &r.points[age]
}
