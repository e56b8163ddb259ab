package policy

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// stays are the times at which customers had a subscription alive free of
// charge. Under FreeStays a customer who stops paying then does not churn.
type stays map[string][]interval

func (b *Books) findStays() stays {
	r := b.reading
	if r.policy.Free != FreeStays {
		return nil
	}
	out := stays{}
	for g, free := range r.result.free {
		c := r.records.Keys[g].Customer
		out[c] = append(out[c], free...)
	}
	for c, all := range out {
		slices.SortFunc(all, func(a, b interval) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
		merged := all[:1]
		for _, v := range all[1:] {
			if last := &merged[len(merged)-1]; v.from <= last.to {
				last.to = max(last.to, v.to)
			} else {
				merged = append(merged, v)
			}
		}
		out[c] = merged
	}
	return out
}

// end is until when a customer has a free subscription that is alive at an
// instant.
func (s stays) end(customer string, at int64) (int64, bool) {
	for _, v := range s[customer] {
		if v.from <= at && at < v.to {
			return v.to, true
		}
	}
	return 0, false
}

// event is a movement as the policy names it; m is nil where a customer who
// stayed for free leaves at last.
type event struct {
	at     time.Time
	kind   ledger.Kind
	amount decimal.Decimal
	m      *ledger.Movement
}

// events names all movements of one customer, in order of time. One who stayed
// for free left when that ended, and the gaps of o count from then.
func (s stays) events(o ledger.Options, customer string, ms []ledger.Movement) []event {
	out := make([]event, 0, len(ms)+1)
	staying, until := false, int64(0)
	left := -1 // the event of leaving for good, while it is the last
	for i := range ms {
		m := &ms[i]
		ev := event{at: m.At, kind: m.Kind, amount: m.Amount, m: m}
		at := m.At.UnixNano()
		if staying && until < at {
			left = len(out)
			out, staying = append(out, gone(until)), false
		}
		switch m.Kind {
		case ledger.Churn:
			if end, ok := s.end(customer, windowEnd(o, m.At)); ok {
				ev.kind, staying, until = ledger.Contraction, true, end
			}
		case ledger.NewBusiness, ledger.Reactivation:
			switch gap := time.Duration(at - until); {
			case staying:
				ev.kind, staying = ledger.Expansion, false
			case left < 0: // the ledger has measured from the same fall
			case gap < o.MinGap:
				ev.kind = ledger.Expansion
				out = out[:left]
			case o.MaxGap > 0 && gap > o.MaxGap:
				ev.kind = ledger.NewBusiness
			default:
				ev.kind = ledger.Reactivation
			}
			left = -1
		default:
		}
		out = append(out, ev)
	}
	if staying && until != open {
		out = append(out, gone(until))
	}
	return out
}

// gone is a customer's leaving who paid nothing any more.
func gone(at int64) event { return event{at: time.Unix(0, at).UTC(), kind: ledger.Churn} }

// windowEnd is the last instant that a ledger nets with a movement at at.
func windowEnd(o ledger.Options, at time.Time) int64 {
	if o.Net != ledger.PerMonth && o.Coalesce == 0 {
		return at.UnixNano()
	}
	last := calendar.MonthOf(at, o.Location).Add(1).Start(o.Location).UnixNano() - 1
	if o.Net == ledger.PerMonth {
		return last
	}
	if end := at.UnixNano() + int64(o.Coalesce); end > at.UnixNano() {
		last = min(last, end)
	}
	return last
}

// heads counts one customer's coming and going over a period, as the ledger
// does: see metrics.Customers.
type heads struct {
	member, atOpen, begun, left, unopened bool
}

// before takes in what happened before the period.
func (h *heads) before(k ledger.Kind) {
	switch k {
	case ledger.NewBusiness, ledger.Reactivation:
		h.member = true
	case ledger.Churn:
		h.member = false
	default:
	}
}

// in counts what happened in it.
func (h *heads) in(k ledger.Kind, c *metrics.Customers) {
	h.begin()
	switch k {
	case ledger.NewBusiness, ledger.Reactivation:
		if k == ledger.NewBusiness {
			c.New++
		} else {
			c.Reactivated++
		}
		h.member = true
		if h.left {
			c.ChurnedAndReturned++
			if h.unopened {
				c.NewAndChurned--
			}
			h.left, h.unopened = false, false
		}
	case ledger.Churn:
		c.Churned++
		h.member, h.left = false, true
		if !h.atOpen {
			h.unopened = true
			c.NewAndChurned++
		}
	default:
	}
}

func (h *heads) begin() {
	if !h.begun {
		h.begun, h.atOpen = true, h.member
	}
}

// end closes the period.
func (h *heads) end(c *metrics.Customers) {
	h.begin()
	if h.atOpen {
		c.Opening++
	}
}

// countEvents counts one customer's events over a period.
func countEvents(events []event, p calendar.Period) metrics.Customers {
	var c metrics.Customers
	var h heads
	for _, ev := range events {
		switch {
		case ev.at.Before(p.From):
			h.before(ev.kind)
		case ev.at.Before(p.To):
			h.in(ev.kind, &c)
		}
	}
	h.end(&c)
	return c
}

// countHeads counts the customers of a ledger over a period of any length.
func countHeads(l *ledger.Ledger, p calendar.Period, s stays) metrics.Customers {
	var sum metrics.Customers
	for name, ms := range byCustomer(l.Movements(always())) {
		sum = sum.Add(countEvents(s.events(l.Options(), name, ms), p))
	}
	return sum
}

// always is all time: whether a fall to zero was a departure may only show in a
// later month.
func always() calendar.Period {
	return calendar.Period{
		From: time.Date(calendar.MinYear, 1, 1, 0, 0, 0, 0, time.UTC),
		To:   time.Date(calendar.MaxYear+1, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// byCustomer gathers movements, which come by customer.
func byCustomer(ms iter.Seq[ledger.Movement]) iter.Seq2[string, []ledger.Movement] {
	return func(yield func(string, []ledger.Movement) bool) {
		var of []ledger.Movement
		for m := range ms {
			if len(of) > 0 && of[0].Customer != m.Customer {
				if !yield(of[0].Customer, of) {
					return
				}
				of = nil
			}
			of = append(of, m)
		}
		if len(of) > 0 {
			yield(of[0].Customer, of)
		}
	}
}
