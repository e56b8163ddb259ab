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
// nothing of the ledger, which may be written to afterwards, but the exact sums:
// they are rounded when asked for, and tables of other customers may be merged
// into it.
//
// A Table accumulates (Merge, UnmarshalBinary); between that, any number of
// goroutines may read it. The zero Table has no cohorts, and all of its ratios
// are undefined.
type Table struct {
	period   period
	currency money.Currency
	rules    uint64 // of the ledger
	base     Base
	month0   Month0
	unit     ledger.Unit
	sums     tableSums

	segmented bool
	keys      []string
	segments  []*Table
	customers *customers
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
		if p := periodOf(o.Through, o.Every); !o.Through.IsZero() && p.through() != o.Through {
			o.Through = p.last.Add(2*p.every - 1) // the period of the last movement is taken to be over
		}
	}
	t := &Table{
		period: periodOf(o.Through, o.Every), currency: l.Options().Currency, rules: l.Options().Hash(),
		base: o.Base, month0: o.Month0, segmented: o.Key != nil, customers: &customers{},
	}
	if o.Through.IsZero() { // nothing ever moved
		return t, nil
	}
	sums, err := gather(l, o, t.period)
	if err != nil {
		return nil, fmt.Errorf("cohort: new: %w", err)
	}
	t.unit, t.sums, t.customers = l.Unit(), sums.whole, &customers{prints: sums.customers}
	for key := range sums.segments {
		t.keys = append(t.keys, key)
	}
	slices.Sort(t.keys)
	for _, key := range t.keys {
		t.segments = append(t.segments, t.part(*sums.segments[key]))
	}
	return t, nil
}

// part is a table of some of the customers.
func (t *Table) part(sums tableSums) *Table {
	p := *t
	p.sums, p.segmented, p.keys, p.segments, p.customers = sums, false, nil, nil, nil
	return &p
}

// Through is the last month observed.
func (t *Table) Through() calendar.Month { return t.period.through() }

// Every is how many months make a period.
func (t *Table) Every() int { return max(t.period.every, 1) }

// Currency is the ledger's.
func (t *Table) Currency() money.Currency { return t.currency }

// Cohorts are the months in which customers were won, in order; of longer
// periods their first months.
func (t *Table) Cohorts() []calendar.Month {
	out := make([]calendar.Month, 0, len(t.sums))
	for before, c := range slices.Backward(t.sums) {
		if c != nil {
			out = append(out, t.month(before))
		}
	}
	return out
}

// month is the first month of the period so many before the last.
func (t *Table) month(before int) calendar.Month { return t.period.last.Add(-before * t.Every()) }

// Size is how many customers a cohort began with; 0 for a month in which nobody
// was won, or after the last one observed.
func (t *Table) Size(cohort calendar.Month) int64 {
	if c := t.cohort(cohort); c != nil {
		return c.size
	}
	return 0
}

// Base is the MRR that a cohort's retained revenue is measured against, by the
// rule of Options.Base.
func (t *Table) Base(cohort calendar.Month) decimal.Decimal {
	if c := t.cohort(cohort); c != nil {
		return t.amount(c.base)
	}
	return decimal.Decimal{}
}

// Ages is how many ages of a cohort have been observed: 0 to Ages-1, at least
// one. It is 0 for a month that is no cohort.
func (t *Table) Ages(cohort calendar.Month) int {
	if c := t.cohort(cohort); c != nil {
		return len(c.cells)
	}
	return 0
}

// Segments are the keys that Options.Key gave, in order.
func (t *Table) Segments() []string { return slices.Clone(t.keys) }

// Segment is the table of the customers with one key, and whether there are any.
// Segments have the table's last month, and their customers, amounts and ratios
// pool to the whole. It is for reading: only whole tables merge.
func (t *Table) Segment(key string) (*Table, bool) {
	i, ok := slices.BinarySearch(t.keys, key)
	if !ok {
		return nil, false
	}
	return t.segments[i], true
}

// cohort is the sums of one, nil for a month that is none.
func (t *Table) cohort(m calendar.Month) *cohortSums {
	if m.IsZero() || len(t.sums) == 0 || t.period.floor(m) != m {
		return nil
	}
	before := t.period.before(m)
	if before < 0 || before >= len(t.sums) {
		return nil
	}
	return t.sums[before]
}
