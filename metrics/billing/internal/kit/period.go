package kit

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

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
