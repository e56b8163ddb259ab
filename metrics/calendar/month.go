package calendar

import (
	"cmp"
	"iter"
	"time"
)

// Month is a civil calendar month of some year. It is comparable: use it with
// == and as a map key. The zero Month is no month ([Month.IsZero]).
//
// Arithmetic works in the years 1 to 9999; a result outside them is the zero
// Month. Months that are read from text, JSON or SQL must lie in the years
// MinYear to MaxYear, which [Month.Validate] checks for the others.
type Month struct {
	// ordinal is year*12 + month-1, which no month of year 1 or later has as
	// zero.
	ordinal int32
}

const (
	firstOrdinal = 1 * 12
	lastOrdinal  = 9999*12 + 11
)

func monthAt(ordinal int64) Month {
	if ordinal < firstOrdinal || ordinal > lastOrdinal {
		return Month{}
	}
	return Month{ordinal: int32(ordinal)}
}

// NewMonth gives the month of a year. A month outside January to December
// carries into the year, as in time.Date: NewMonth(2026, 13) is January 2027.
// A result outside the years 1 to 9999 is the zero Month.
func NewMonth(year int, month time.Month) Month {
	const far = 1 << 20 // beyond any year that can result in a month
	if year < -far || year > far || month < -12*far || month > 12*far {
		return Month{}
	}
	return monthAt(int64(year)*12 + int64(month) - 1)
}

// MonthOf gives the month that a wall clock in loc shows at t. A nil loc means
// UTC.
func MonthOf(t time.Time, loc *time.Location) Month {
	if loc == nil {
		loc = time.UTC
	}
	year, month, _ := t.In(loc).Date()
	return NewMonth(year, month)
}

// IsZero reports whether m is no month.
func (m Month) IsZero() bool { return m.ordinal == 0 }

// Year of the month; 0 for the zero Month.
func (m Month) Year() int { return int(m.ordinal / 12) }

// Month of the year; 0 for the zero Month.
func (m Month) Month() time.Month {
	if m.IsZero() {
		return 0
	}
	return time.Month(m.ordinal%12 + 1)
}

// Add gives the month n months later, or earlier for a negative n. The zero
// Month stays zero; a result outside the years 1 to 9999 is the zero Month.
func (m Month) Add(n int) Month {
	const far = lastOrdinal + 1
	if m.IsZero() || n < -far || n > far {
		return Month{}
	}
	return monthAt(int64(m.ordinal) + int64(n))
}

// Sub gives the number of months from earlier to m, so that
// earlier.Add(m.Sub(earlier)) is m. It is 0 when either is the zero Month.
func (m Month) Sub(earlier Month) int {
	if m.IsZero() || earlier.IsZero() {
		return 0
	}
	return int(m.ordinal - earlier.ordinal)
}

// Compare is -1, 0 or +1 as m is before, equal to or after other. The zero
// Month is before every other.
func (m Month) Compare(other Month) int { return cmp.Compare(m.ordinal, other.ordinal) }

// Before reports whether m is earlier than other.
func (m Month) Before(other Month) bool { return m.ordinal < other.ordinal }

// After reports whether m is later than other.
func (m Month) After(other Month) bool { return m.ordinal > other.ordinal }

// Days is the number of days in the month, 28 to 31; 0 for the zero Month.
func (m Month) Days() int {
	if m.IsZero() {
		return 0
	}
	return daysIn(m.Year(), m.Month())
}

// Start is the first instant of the month in loc; a nil loc means UTC. Where
// a daylight-saving change removes midnight it is the first instant that
// exists; where it repeats midnight it is the first of the two. The start of
// the zero Month is the zero time.
func (m Month) Start(loc *time.Location) time.Time {
	if m.IsZero() {
		return time.Time{}
	}
	return firstInstant(m.Year(), m.Month(), 1, loc)
}

// Period is the month in loc as [start of m, start of the next month); a nil
// loc means UTC. The period of the zero Month is the zero Period.
func (m Month) Period(loc *time.Location) Period {
	if m.IsZero() {
		return Period{}
	}
	next := time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC)
	if n := m.Add(1); !n.IsZero() {
		next = n.Start(loc)
	}
	return Period{From: m.Start(loc), To: next}
}

// Months yields every month from from to to, both included, in order. It
// yields nothing when to is before from or either is the zero Month.
func Months(from, to Month) iter.Seq[Month] {
	return func(yield func(Month) bool) {
		if from.IsZero() || to.IsZero() {
			return
		}
		for o := from.ordinal; o <= to.ordinal; o++ {
			if !yield(Month{ordinal: o}) {
				return
			}
		}
	}
}
