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
// same; a day that a location left out is an empty one.
func (g Grid) Floor(t time.Time) time.Time {
	if g.Unit == UnitHour {
		past := (t.Unix() + g.hourShift()) % 3600
		if past < 0 {
			past += 3600
		}
		return t.In(g.location()).Add(-time.Duration(past)*time.Second - time.Duration(t.Nanosecond()))
	}
	y, m, d := g.first(t)
	return firstInstant(y, m, d, g.location())
}

// first is the civil day on which the period of t begins: also where a location
// left that day out, so that its instant is of the next.
func (g Grid) first(t time.Time) (y int, m time.Month, d int) {
	t = t.In(g.location())
	y, m, d = t.Date()
	switch g.Unit {
	case UnitDay, UnitHour:
	case UnitWeek:
		d -= int((t.Weekday() - g.WeekStart + 7) % 7)
	case UnitYear:
		m, d = time.January, 1
	default:
		d = 1
	}
	return y, m, d
}

// Nth is the start of the n-th period after the one that begins at start,
// which Floor gave; n may be negative.
func (g Grid) Nth(start time.Time, n int) time.Time {
	if g.Unit == UnitHour {
		return start.Add(time.Duration(n) * time.Hour)
	}
	y, m, d := g.first(start)
	switch g.Unit {
	case UnitDay:
		d += n
	case UnitWeek:
		d += 7 * n
	case UnitYear:
		y += n
	default:
		m += time.Month(n)
	}
	return firstInstant(y, m, d, g.location())
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

// hourShift aligns hours with the wall clock of zones that are not whole hours
// from UTC. Hours are 3600 seconds whatever a clock does, so that one a clock
// change repeats is two periods; where clocks change by half an hour, as on Lord
// Howe Island, the alignment is that of January 2000.
func (g Grid) hourShift() int64 {
	_, offset := time.Unix(946_684_800, 0).In(g.location()).Zone()
	return int64(offset)
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
