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
	// Key splits the table into segments: a plan at activation, a country, a
	// persona. See Table.Segment. It is called once per customer, never twice at
	// the same time, in no particular order, and must not use the ledger. Nil is
	// no segments.
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
	if int(o.Base) >= len(baseNames) {
		return fmt.Errorf("%w: Base %d is not one of 0 to %d", ErrOptions, uint8(o.Base), len(baseNames)-1)
	}
	if int(o.Month0) >= len(month0Names) {
		return fmt.Errorf("%w: Month0 %d is not one of 0 to %d", ErrOptions, uint8(o.Month0), len(month0Names)-1)
	}
	return nil
}
