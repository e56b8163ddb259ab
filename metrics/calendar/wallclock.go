package calendar

import "time"

func daysIn(year int, month time.Month) int {
	// Day 0 of the next month is the last day of this one.
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// firstInstant is the first instant of a civil day in loc.
func firstInstant(year int, month time.Month, day int, loc *time.Location) time.Time {
	t, gap := wallClock(year, month, day, 0, 0, 0, 0, loc)
	if gap.IsZero() {
		return t
	}
	return gap
}

// wallClock is the instant at which a clock in loc shows the given civil
// time. time.Date leaves open which instant it gives when the clock shows
// that time twice or never; here it is
//
//   - twice: the first of the two;
//   - never: the time moved forward by the length of the gap, and gap is the
//     instant at which the clock jumps (zero otherwise).
func wallClock(year int, month time.Month, day, hour, minute, sec, nsec int, loc *time.Location) (t, gap time.Time) {
	if loc == nil {
		loc = time.UTC
	}
	t = time.Date(year, month, day, hour, minute, sec, nsec, loc)
	if loc == time.UTC {
		return t, time.Time{}
	}
	// civil counts seconds on the clock face as if it were UTC.
	civil := time.Date(year, month, day, hour, minute, sec, nsec, time.UTC).Unix()
	_, offset := t.Zone()
	from, to := t.ZoneBounds()
	switch shown := t.Unix() + int64(offset); {
	case shown < civil: // before the jump, in a gap
		return t.Add(time.Duration(civil-shown) * time.Second), to
	case shown > civil: // after the jump, in a gap
		return t, from
	}
	if from.IsZero() {
		return t, time.Time{}
	}
	_, before := from.Add(-1).Zone()
	if earlier := t.Add(time.Duration(offset-before) * time.Second); before > offset && earlier.Before(from) {
		return earlier, time.Time{}
	}
	return t, time.Time{}
}
