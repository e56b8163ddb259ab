package cohort

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// MaxMonths is how many months of observation a table can hold, from the first
// cohort to Options.Through: a hundred years.
const MaxMonths = 1200

// MaxSegments is how many different keys Options.Key may give.
const MaxSegments = 10_000

// Options state what a table observes and against what it measures. The zero
// value is ready to use, but see Through.
type Options struct {
	// Through is the last month observed, and should be the last complete one.
	// The zero Month is the month of the ledger's last movement, which is right
	// for books that are closed; of running books it is usually a month that is
	// not over, and of books with scheduled ends one in the future.
	Through calendar.Month
	// Every is how many months make a period: 1 or 0 a month, 3 a quarter, 12 a
	// year, any divisor of 12. Cohorts and ages then count in periods of the
	// calendar year, and a period that is not over by Through is not observed.
	Every int
	// Key splits the table into segments: a plan at activation (see
	// ledger.Ledger.FirstPlan), a country, a persona. See Table.Segment. It is
	// called once per customer, never twice at the same time, in no particular
	// order, and must not write to the ledger. Nil is no segments.
	Key func(customer string) string
	// Base is what retained revenue is measured against.
	Base Base
	// Month0 is what the curves show at age 0.
	Month0 Month0
}

func (o Options) validate() error {
	if y := o.Through.Year(); !o.Through.IsZero() && (y < calendar.MinYear || y > calendar.MaxYear) {
		return fmt.Errorf("%w: Through %s is outside %d to %d", ErrOptions, o.Through, calendar.MinYear, calendar.MaxYear)
	}
	if o.Every < 0 || o.Every > 12 || 12%max(o.Every, 1) != 0 {
		return fmt.Errorf("%w: Every %d is not a divisor of 12 months", ErrOptions, o.Every)
	}
	if !baseNames.Has(o.Base) {
		return fmt.Errorf("%w: Base %d is not one of 0 to %d", ErrOptions, uint8(o.Base), baseNames.Len()-1)
	}
	if !month0Names.Has(o.Month0) {
		return fmt.Errorf("%w: Month0 %d is not one of 0 to %d", ErrOptions, uint8(o.Month0), month0Names.Len()-1)
	}
	return nil
}

// period is how months are counted.
type period struct {
	every int
	last  calendar.Month // first month of the last period observed
}

// periodOf is the grid of periods that ends with through, or before it where the
// period of through is not over.
func periodOf(through calendar.Month, every int) period {
	every = max(every, 1)
	if through.IsZero() {
		return period{every: every}
	}
	p := period{every: every}
	p.last = p.floor(through)
	if p.last.Add(every-1) != through {
		p.last = p.last.Add(-every)
	}
	return p
}

// floor is the first month of a month's period.
func (p period) floor(m calendar.Month) calendar.Month {
	return m.Add(-((int(m.Month()) - 1) % p.every))
}

// before is how many periods before the last one a month lies; negative after it.
func (p period) before(m calendar.Month) int { return p.last.Sub(p.floor(m)) / p.every }

// through is the last month observed.
func (p period) through() calendar.Month {
	if p.last.IsZero() {
		return p.last
	}
	return p.last.Add(p.every - 1)
}
