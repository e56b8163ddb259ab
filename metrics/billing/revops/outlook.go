package revops

import (
	"fmt"
	"iter"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Expected is what is known of a coming month: no forecast, but what has been
// agreed. What nobody has said yet, renewals not given and customers to come, is
// not in it.
type Expected struct {
	Month    calendar.Month `json:"month"`
	Currency money.Currency `json:"currency,omitempty"`
	// Scheduled is the MRR at the end of the month with every change that is
	// agreed: ends, steps of a price, discounts that run out, phases of a schedule.
	Scheduled decimal.Decimal `json:"scheduled"`
	// Committed is the part of it that Policy.Committed counts: what nobody has
	// asked to end.
	Committed decimal.Decimal `json:"committed"`
	// Trial is what those in trial would be charged: what may come on top.
	Trial decimal.Decimal `json:"trial"`
	// Bridge is the month's statement of Scheduled.
	Bridge ledger.Statement `json:"bridge"`
}

// String is "2026-07 USD: 150 scheduled, 100 committed, 20 in trial".
func (e Expected) String() string {
	s := e.Month.String()
	if e.Currency != "" {
		s += " " + string(e.Currency)
	}
	return fmt.Sprintf("%s: %s scheduled, %s committed, %s in trial", s, e.Scheduled, e.Committed, e.Trial)
}

// Outlook gives the months from from to to, both included, as far as the records
// of a reading know of them. Errors are those of policy.Reading.Ledger.
func Outlook(r *policy.Reading, from, to calendar.Month) ([]Expected, error) {
	if err := checkMonths("outlook", from, to); err != nil {
		return nil, err
	}
	p, o := r.Policy(), r.Options()
	load := func(changes iter.Seq[ledger.Change]) (*ledger.Ledger, error) {
		l, err := ledger.New(p.LedgerOptions(o))
		if err != nil {
			return nil, err
		}
		return l, l.Load(func(yield func(ledger.Change, error) bool) {
			for c := range changes {
				if !yield(c, nil) {
					return
				}
			}
		})
	}
	scheduled, err := load(r.Changes())
	if err != nil {
		return nil, err
	}
	committed, err := load(r.Committed())
	if err != nil {
		return nil, err
	}
	trial, err := load(r.Trial())
	if err != nil {
		return nil, err
	}
	bridges, err := scheduled.Statements(from, to)
	if err != nil {
		return nil, err
	}
	sure, err := committed.Statements(from, to)
	if err != nil {
		return nil, err
	}
	perhaps, err := trial.Statements(from, to)
	if err != nil {
		return nil, err
	}
	out := make([]Expected, len(bridges))
	for i := range out {
		out[i] = Expected{
			Month: from.Add(i), Currency: o.Currency, Bridge: bridges[i],
			Scheduled: bridges[i].Revenue.Closing(), Committed: sure[i].Revenue.Closing(), Trial: perhaps[i].Revenue.Closing(),
		}
	}
	return out, nil
}
