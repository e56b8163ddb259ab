package policy

import (
	"iter"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// overlay applies to a ledger's statement the rules that a ledger does not
// know: Free and SameMonth. Both only rename movements or leave them out in
// pairs, so opening and closing stay.
func (b *Books) overlay(s *ledger.Statement) {
	ignoring := b.reading.policy.SameMonth == SameMonthIgnored
	if len(b.stays) == 0 && !ignoring {
		return
	}
	p := s.Month.Period(b.reading.policy.Location)
	movements := b.stayed(always())
	if ignoring {
		movements = b.ledger.Movements(always())
	}
	for name, ms := range byCustomer(movements) {
		raw := stays(nil).events(b.ledger.Options(), name, ms)
		events := b.events(name, ms, p)
		if len(b.stays[name]) == 0 && len(events) == len(raw) {
			continue
		}
		was, now := countEvents(raw, p), countEvents(events, p)
		s.Customers = subtract(s.Customers.Add(now), was)
		rename(&s.Revenue, raw, events, p)
	}
	s.ClosingCustomers = s.Customers.Closing()
}

// events names the movements of one customer by all rules of the policy; those
// of the period are missing where the customer is ignored in it.
func (b *Books) events(customer string, ms []ledger.Movement, p calendar.Period) []event {
	events := b.stays.events(b.ledger.Options(), customer, ms)
	if b.reading.policy.SameMonth != SameMonthIgnored || !joinedAndGone(events, p) {
		return events
	}
	return slices.DeleteFunc(events, func(ev event) bool { return p.Contains(ev.at) })
}

// joinedAndGone reports whether a customer's events in a period begin with new
// business and end with nobody there.
func joinedAndGone(events []event, p calendar.Period) bool {
	joined, member := false, false
	for _, ev := range events {
		if !ev.at.Before(p.To) {
			break
		}
		if ev.kind == ledger.NewBusiness && p.Contains(ev.at) && !member {
			joined = true
		} else if !joined && p.Contains(ev.at) {
			return false
		}
		switch ev.kind {
		case ledger.NewBusiness, ledger.Reactivation:
			member = true
		case ledger.Churn:
			member = false
		default:
		}
	}
	return joined && !member
}

// stayed yields the movements of the customers who have been there for free.
func (b *Books) stayed(p calendar.Period) iter.Seq[ledger.Movement] {
	names := make([]string, 0, len(b.stays))
	for name := range b.stays {
		names = append(names, name)
	}
	slices.Sort(names)
	return func(yield func(ledger.Movement) bool) {
		for _, name := range names {
			for m := range b.ledger.MovementsOf(name, p) {
				if !yield(m) {
					return
				}
			}
		}
	}
}

func subtract(a, b metrics.Customers) metrics.Customers {
	return metrics.Customers{
		Opening:            a.Opening - b.Opening,
		New:                a.New - b.New,
		Reactivated:        a.Reactivated - b.Reactivated,
		Churned:            a.Churned - b.Churned,
		NewAndChurned:      a.NewAndChurned - b.NewAndChurned,
		ChurnedAndReturned: a.ChurnedAndReturned - b.ChurnedAndReturned,
	}
}

// line is the line of a bridge that a kind of movement is in.
func line(r *metrics.Revenue, k ledger.Kind) *decimal.Decimal {
	switch k {
	case ledger.NewBusiness:
		return &r.New
	case ledger.Expansion:
		return &r.Expansion
	case ledger.Reactivation:
		return &r.Reactivation
	case ledger.Contraction:
		return &r.Contraction
	case ledger.Churn:
		return &r.Churn
	default:
		return nil
	}
}

// rename moves the amounts of one customer's events of a period from the lines
// they were in to those they are in. What the lines do not then sum to, an
// exchange difference of movements left out or a unit of the last place of a
// rounded line, stays in FX, so that the bridge closes.
func rename(r *metrics.Revenue, was, now []event, p calendar.Period) {
	closing := r.Closing()
	put := func(events []event, sign int64) {
		for _, ev := range events {
			if l := line(r, ev.kind); l != nil && p.Contains(ev.at) {
				*l = l.Add(ev.amount.Mul(decimal.NewFromInt(sign)))
			}
		}
	}
	put(was, -1)
	put(now, 1)
	for k := ledger.NewBusiness; k <= ledger.Churn; k++ {
		if l := line(r, k); l.Sign() < 0 {
			*l = decimal.Decimal{}
		}
	}
	r.FX = r.FX.Add(closing.Sub(r.Closing()))
}
