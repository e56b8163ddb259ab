package ledger

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Reach is how far back a change at an instant can be felt: movements before it stay
// what they are. With netting that is the instant at which the change's window may
// have begun; under MinGap a return may name a departure before it anew. Who keeps
// movements reads them again from there, see Ledger.MovementsOf.
func (o Options) Reach(at time.Time) time.Time {
	at = o.windowBefore(at)
	if o.MinGap > 0 {
		at = o.windowBefore(at.Add(-o.MinGap))
	}
	return at
}

// windowBefore is the earliest instant at which a window of netting can begin that an
// instant is in.
func (o Options) windowBefore(at time.Time) time.Time {
	if o.Net != PerMonth && o.Coalesce == 0 {
		return at
	}
	month := calendar.MonthOf(at, o.Location).Start(o.Location)
	if first := at.Add(-o.Coalesce); o.Net != PerMonth && first.After(month) {
		return first
	}
	return month
}
