package cohort

import (
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// lastMovement is the month of a ledger's last movement, zero where nothing ever
// moved.
func lastMovement(l *ledger.Ledger) calendar.Month {
	first, last := calendar.NewMonth(calendar.MinYear, 1), calendar.NewMonth(calendar.MaxYear, 12)
	all, err := l.Statements(first, last)
	if err != nil {
		// A rate is missing somewhere in those years, which need not concern the
		// months that matter. Movements are slower, and need none at month ends.
		return lastOf(l, calendar.Period{From: first.Start(nil), To: last.Add(1).Start(nil)})
	}
	for i := len(all) - 1; i >= 0; i-- {
		r := &all[i].Revenue
		for _, line := range []interface{ IsZero() bool }{r.New, r.Expansion, r.Reactivation, r.Contraction, r.Churn} {
			if !line.IsZero() {
				return all[i].Month
			}
		}
	}
	return calendar.Month{}
}

func lastOf(l *ledger.Ledger, p calendar.Period) calendar.Month {
	var last calendar.Month
	for m := range l.Movements(p) {
		if month := calendar.MonthOf(m.At, m.At.Location()); month.After(last) {
			last = month
		}
	}
	return last
}
