package kit

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Period reads the service period of a line from two fields. One end alone is a
// Warning and no period, so that the money counts where it was issued; ends in
// the wrong order are a fault, and ok is false as for what cannot be read.
func (n *Note) Period(fromField string, from Text, toField string, to Text) (f, t time.Time, ok bool) {
	if f, ok = n.Time(fromField, from); !ok {
		return f, t, false
	}
	if t, ok = n.Time(toField, to); !ok {
		return f, t, false
	}
	switch {
	case f.IsZero() && !t.IsZero():
		n.Warn(billing.CodeMissingTime, fromField, "", "the period ends at %s and begins nowhere; it counts as a line without one", t.Format(time.RFC3339))
		return time.Time{}, time.Time{}, true
	case t.IsZero() && !f.IsZero():
		n.Warn(billing.CodeMissingTime, toField, "", "the period begins at %s and ends nowhere; it counts as a line without one", f.Format(time.RFC3339))
		return time.Time{}, time.Time{}, true
	case t.Before(f):
		n.Fault(billing.CodeReversed, toField, t.Format(time.RFC3339), "the period ends before it begins, %s; it is left out", f.Format(time.RFC3339))
		return f, t, false
	}
	return f, t, true
}

// CycleOf finds the cycle whose charge covers exactly [from, to): whole years
// or months by the rule of calendar.Cycle, else whole weeks or days. found is
// false where none does. It is a guess to be told of: 28 days in February are
// a month and four weeks, and a prorated period is no cycle at all.
func CycleOf(from, to time.Time) (c calendar.Cycle, found bool) {
	if from.IsZero() || !from.Before(to) {
		return calendar.Cycle{}, false
	}
	const most = 60 // five years of months
	months := 12*(to.Year()-from.Year()) + int(to.Month()) - int(from.Month())
	if months >= 1 && months <= most && (calendar.Cycle{N: months}).Nth(from, 1).Equal(to) {
		if months%12 == 0 {
			return calendar.Cycle{Unit: calendar.UnitYear, N: months / 12}, true
		}
		return calendar.Cycle{Unit: calendar.UnitMonth, N: months}, true
	}
	days := int(to.Sub(from) / (24 * time.Hour))
	if days < 1 || days > 31*most || !(calendar.Cycle{Unit: calendar.UnitDay, N: days}).Nth(from, 1).Equal(to) {
		return calendar.Cycle{}, false
	}
	if days%7 == 0 {
		return calendar.Cycle{Unit: calendar.UnitWeek, N: days / 7}, true
	}
	return calendar.Cycle{Unit: calendar.UnitDay, N: days}, true
}

// PartOf reports whether [from, to) is only part of a cycle that begins with it.
// A whole one may look a day shorter in UTC than where it was billed, at the end
// of February or when clocks change; so it is looked at from everywhere.
func PartOf(c calendar.Cycle, from, to time.Time) bool {
	whole := c.Nth(from, 1)
	if from.IsZero() || !to.Before(whole) {
		return false
	}
	if whole.Sub(to) > 26*time.Hour {
		return true
	}
	const west, east = -12 * time.Hour, 14 * time.Hour
	for zone := west; zone <= east; zone += 30 * time.Minute {
		short := c.Nth(from.Add(zone), 1).Sub(to.Add(zone))
		if short == 0 || short.Abs() == time.Hour { // with another offset at its end, too
			return false
		}
	}
	return true
}
