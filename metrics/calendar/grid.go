package calendar

import "time"

// Grid divides time into periods of one unit in a location: the columns of a
// retention triangle, the points of a trend. The zero Grid is of months in UTC.
// Grid is a value.
type Grid struct {
	Unit      Unit
	Location  *time.Location // nil = UTC
	WeekStart time.Weekday   // first day of a week; the zero Weekday is Sunday
}

// Floor is the start of the period that t lies in: the first instant of its
// hour, day, week, month or year on the wall clock of the location. A period
// that a daylight-saving change shortens or lengthens is one period all the
// same.
func (g Grid) Floor(t time.Time) time.Time {
	t = t.In(g.location())
	y, m, d := t.Date()
	switch g.Unit {
	case UnitHour:
		// By subtraction: an hour that a clock change repeats is two periods.
		return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	case UnitDay:
	case UnitWeek:
		d -= int((t.Weekday() - g.WeekStart + 7) % 7)
	case UnitYear:
		m, d = time.January, 1
	default:
		d = 1
	}
	start, _ := wallClock(y, m, d, 0, 0, 0, 0, g.location())
	return start
}

// Nth is the start of the n-th period after the one that begins at start,
// which Floor gave; n may be negative.
func (g Grid) Nth(start time.Time, n int) time.Time {
	start = start.In(g.location())
	y, m, d := start.Date()
	switch g.Unit {
	case UnitHour:
		return start.Add(time.Duration(n) * time.Hour)
	case UnitDay:
		d += n
	case UnitWeek:
		d += 7 * n
	case UnitYear:
		y += n
	default:
		m += time.Month(n)
	}
	at, _ := wallClock(y, m, d, 0, 0, 0, 0, g.location())
	return at
}

// Starts are the starts of n periods from start on, and the end of the last:
// n+1 instants.
func (g Grid) Starts(start time.Time, n int) []time.Time {
	out := make([]time.Time, 0, n+1)
	for i := range n + 1 {
		out = append(out, g.Nth(start, i))
	}
	return out
}

// Validate reports an unknown unit or weekday.
func (g Grid) Validate() error {
	if g.WeekStart < time.Sunday || g.WeekStart > time.Saturday {
		return refuse("Grid.Validate", "WeekStart "+g.WeekStart.String(), "want Sunday to Saturday", ErrPeriod)
	}
	return g.Unit.Validate()
}

func (g Grid) location() *time.Location {
	if g.Location == nil {
		return time.UTC
	}
	return g.Location
}
