package survival

import (
	"iter"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// OfLedger yields one subject for every customer who had MRR by the end of
// the month through: their tenure in whole months, from the month they came
// to the month of their first churn, which is the event, or to through, where
// they are censored. A customer who comes and goes within one month has tenure
// 0. Cause is that of the churn, such as "cancel" or "non-payment", for
// [CumulativeIncidence]. Customers come in order of their ids.
//
// It is the first spell: what follows a return is not counted, and a gap
// shorter than the ledger's MinGap is no churn. The curve of these subjects
// is cohort.Tenure's survival where nobody leaves and returns within a month.
func OfLedger(l *ledger.Ledger, through calendar.Month) iter.Seq[Subject] {
	return func(yield func(Subject) bool) {
		loc := l.Options().Location
		all := calendar.Period{From: calendar.NewMonth(calendar.MinYear, 1).Start(loc), To: through.Add(1).Start(loc)}
		var open Subject
		var customer string
		var first calendar.Month
		pending := false
		for m := range l.Movements(all) {
			if pending && m.Customer == customer && open.Event {
				continue // after the first churn
			}
			if !pending || m.Customer != customer {
				if pending && !yield(open) {
					return
				}
				pending, customer, first = true, m.Customer, calendar.MonthOf(m.At, loc)
				open = Subject{Exit: float64(through.Sub(first))}
			}
			if m.Kind == ledger.Churn {
				open = Subject{Exit: float64(calendar.MonthOf(m.At, loc).Sub(first)), Event: true, Cause: m.Cause.String()}
			}
		}
		if pending {
			yield(open)
		}
	}
}
