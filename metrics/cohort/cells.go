package cohort

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Cell is what the customers of a cohort add up to at one age, exact, as a
// program outside this package summed them: a warehouse, see package sqltext.
// Amounts are in units of a ledger.Unit. A value, safe everywhere.
type Cell struct {
	Cohort calendar.Month
	Age    int
	// Of the cohort, the same at every age: customers, what they are measured
	// against, and their first MRR.
	Size          int64
	Base, Initial ledger.Units
	// At the end of the age: customers above zero, what they are worth, the
	// smaller of that and their base, and the smallest of that and the base that
	// any month end so far saw.
	Active            int64
	MRR, Kept, Lowest ledger.Units
	// Those of them who were at zero at an earlier month end: heads, what they
	// are worth, and what of it is of customers without a base.
	Returned              int64
	ReturnedMRR, Baseless ledger.Units
	// Lost is what those were worth a month ago who are at zero for the first
	// time: at age 0 their first MRR.
	Lost ledger.Units
}

// OfCells is the table of cells, one for each cohort and age from 0 through
// Options.Through, in any order. It says what a table of the same customers'
// ledger says. Who they are it does not know: it is for reading, and does not
// merge.
//
// Errors: ErrOptions for options that New refuses, without Through, or with Key
// or Every; ErrRange for a cell that is missing, twice, after Through, or that no
// customers add up to.
func OfCells(unit ledger.Unit, currency money.Currency, o Options, cells []Cell) (*Table, error) {
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("cohort: of cells: %w", err)
	}
	if o.Through.IsZero() || o.Key != nil || o.Every > 1 {
		return nil, fmt.Errorf("cohort: of cells: %w: want Through, and neither Key nor Every", ErrOptions)
	}
	t := &Table{period: periodOf(o.Through, 1), currency: currency, base: o.Base, month0: o.Month0, unit: unit}
	seen := map[calendar.Month]int{}
	for i := range cells {
		c := &cells[i]
		bad := func(reason string, args ...any) error {
			return fmt.Errorf("cohort: of cells: %w: cohort %s, age %d: %s", ErrRange, c.Cohort, c.Age, fmt.Sprintf(reason, args...))
		}
		if err := c.Cohort.Validate(); err != nil || c.Cohort.IsZero() {
			return nil, bad("no month")
		}
		before := t.period.before(c.Cohort)
		switch {
		case before < 0 || before >= MaxMonths:
			return nil, bad("want at most %d months, through %s", MaxMonths, o.Through)
		case c.Age < 0 || c.Age > before:
			return nil, bad("want 0 to %d", before)
		case c.Size < 1 || c.Active < 0 || c.Active > c.Size || c.Returned < 0 || c.Returned > c.Active:
			return nil, bad("%d customers, %d of them active, %d of those returned", c.Size, c.Active, c.Returned)
		}
		for _, u := range []ledger.Units{c.Base, c.Initial, c.MRR, c.Kept, c.Lowest, c.ReturnedMRR, c.Baseless, c.Lost} {
			if u.Sign() < 0 {
				return nil, bad("an amount is negative")
			}
		}
		first := seen[c.Cohort] == 0
		seen[c.Cohort]++
		s := t.sums.cohort(before)
		if first {
			s.size, s.base, s.initial = c.Size, c.Base, c.Initial
			for k := range s.cells {
				s.cells[k].active = -1 // not there yet
			}
		}
		switch {
		case s.size != c.Size || s.base.Cmp(c.Base) != 0 || s.initial.Cmp(c.Initial) != 0:
			return nil, bad("size, base or first MRR differ between ages")
		case s.cells[c.Age].active >= 0:
			return nil, bad("there twice")
		}
		s.cells[c.Age] = cell{active: c.Active, mrr: c.MRR, kept: c.Kept, floor: c.Lowest}
		s.away[c.Age] = away{active: c.Returned, mrr: c.ReturnedMRR, outside: c.Baseless, lost: c.Lost}
	}
	for before, s := range t.sums {
		if s != nil && seen[t.month(before)] != len(s.cells) {
			return nil, fmt.Errorf("cohort: of cells: %w: cohort %s has %d ages of %d", ErrRange, t.month(before), seen[t.month(before)], len(s.cells))
		}
	}
	return t, nil
}
