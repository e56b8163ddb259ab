package calendar

import (
	"strconv"
	"time"
)

// MaxCycleMonths bounds the length of a cycle: 1200 months, which is 100
// years, 5200 weeks or 36500 days.
const MaxCycleMonths = 1200

var maxCycle = [...]int{UnitMonth: MaxCycleMonths, UnitDay: 36500, UnitWeek: 5200, UnitYear: 100}

// Cycle is the length of a billing cycle: N units. An N of 0 means 1, so the
// zero Cycle is one month.
//
// Two cycles that charge equally often may differ as values (12 months and 1
// year, or N 0 and N 1); [Cycle.Canonical] removes the second difference, and
// only [Cycle.PerYear] compares frequencies.
type Cycle struct {
	Unit Unit
	N    int
}

// Canonical is the cycle with an N of 0 written as 1, so that == compares
// unit and length.
func (c Cycle) Canonical() Cycle {
	if c.N == 0 {
		c.N = 1
	}
	return c
}

// Validate reports an unknown unit, the hour, a negative N, and a cycle longer than 100
// years, each as a *fault.Error wrapping ErrCycle.
func (c Cycle) Validate() error {
	if int(c.Unit) < len(maxCycle) && c.N >= 0 && c.N <= maxCycle[c.Unit] {
		return nil
	}
	return c.fault()
}

func (c Cycle) fault() error {
	value := strconv.Itoa(c.N) + " × " + c.Unit.String()
	reason := "want day, week, month or year"
	switch {
	case int(c.Unit) >= len(maxCycle): // also the hour
	case c.N < 0:
		reason = "negative length"
	default:
		reason = "at most " + strconv.Itoa(maxCycle[c.Unit])
	}
	return refuse("Cycle.Validate", value, reason, ErrCycle)
}

// PerYear is how often the cycle is charged in a year, as the fraction
// times/per: 12/n for months, 1/n for years, 52/n for weeks and 365/n for
// days. The fraction is not reduced.
//
// A recurring amount a is worth a × times / (12 × per) a month: year /12n,
// month /n, week ×52/12n, day ×365/12n. It is the one normalisation in use
// under which twelve months equal 52 weekly or 365 daily charges exactly
// (Fivetran dbt_stripe and Polar compute it so; other vendors use ×4, ×4.33,
// ×30 and other factors).
//
// An invalid cycle is an error as in Validate, never a factor of 0 or 1.
func (c Cycle) PerYear() (times, per int64, err error) {
	if err := c.Validate(); err != nil {
		return 0, 0, err
	}
	n := int64(c.Canonical().N)
	switch c.Unit {
	case UnitDay:
		return 365, n, nil
	case UnitWeek:
		return 52, n, nil
	case UnitYear:
		return 1, n, nil
	default:
		return 12, n, nil
	}
}

// Nth is anchor + n cycles in the location of the anchor, at the same wall
// clock. n may be negative; n = 0 is the anchor.
//
// Months and years are clamped to the end of the month and always counted
// from the anchor: from 31 January, n = 1 is 28 or 29 February and n = 2 is
// 31 March again. So a cycle of one month gives exactly one instant in every
// calendar month, from any anchor. Days and weeks are civil days, not 24
// hours.
//
// A wall clock that a daylight-saving change removes is moved forward by the
// length of the gap (of months and years not into the next month, but to the
// last instant before the gap); of one that it repeats, the first is taken.
//
// For an invalid cycle, and where the result lies outside the years 1 to
// 9999, Nth is the zero time.
func (c Cycle) Nth(anchor time.Time, n int) time.Time {
	if c.Validate() != nil {
		return time.Time{}
	}
	if n == 0 {
		return anchor
	}
	const far = 4_000_000 // days in more than 10,000 years
	if n < -far || n > far {
		return time.Time{}
	}
	count := int64(n) * int64(c.Canonical().N) * unitLength[c.Unit]
	if count < -far || count > far {
		return time.Time{}
	}
	year, month, day := anchor.Date()
	ofMonths := c.Unit == UnitMonth || c.Unit == UnitYear
	if ofMonths {
		m := NewMonth(year, month).Add(int(count))
		if m.IsZero() {
			return time.Time{}
		}
		year, month = m.Year(), m.Month()
		day = min(day, daysIn(year, month))
	} else {
		day += int(count)
	}
	hour, minute, sec := anchor.Clock()
	t, gap := wallClock(year, month, day, hour, minute, sec, anchor.Nanosecond(), anchor.Location())
	if ofMonths && !gap.IsZero() && t.Month() != month {
		t = gap.Add(-1)
	}
	if y := t.Year(); y < 1 || y > 9999 {
		return time.Time{}
	}
	return t
}

// unitLength is in days for days and weeks, in months for months and years.
var unitLength = [...]int64{UnitMonth: 1, UnitDay: 1, UnitWeek: 7, UnitYear: 12}
