package ledger

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// A customer is present while at least one level is above zero or alive at
// zero. Who comes and goes is decided here and in walk, and nowhere else:
// statements, segments, Heads and whatever counts churn read it.

// head is what a step did to the count of customers.
type head uint8

const (
	stays   head = iota
	joins        // for the first time, or after more than MaxGap
	returns      // after having left
	leaves
)

func (h head) count() int {
	switch h {
	case joins, returns:
		return 1
	case leaves:
		return -1
	default:
		return 0
	}
}

// flow is how customers came and went in one period, see metrics.Customers.
type flow struct {
	joined, returned, left         int64
	joinedAndLeft, leftAndReturned int64
	paying                         int64 // how many more have MRR above zero
}

func (f *flow) merge(o *flow) {
	f.joined += o.joined
	f.returned += o.returned
	f.left += o.left
	f.joinedAndLeft += o.joinedAndLeft
	f.leftAndReturned += o.leftAndReturned
	f.paying += o.paying
}

func (f *flow) customers(opening int64) metrics.Customers {
	return metrics.Customers{
		Opening: opening, New: f.joined, Reactivated: f.returned, Churned: f.left,
		NewAndChurned: f.joinedAndLeft, ChurnedAndReturned: f.leftAndReturned,
	}
}

func (f *flow) net() int64 { return f.joined + f.returned - f.left }

// heads sorts one customer's departures within a period: every one counts, and
// those the customer came back from, or that end a stay begun in the same
// period, are counted again by themselves. What remains left from among the
// customers of the period's opening.
type heads struct {
	period   int
	member   bool // is a customer
	atOpen   bool // was one when the period began
	left     bool // left in the period and is still away
	unopened bool // and that departure counts as joinedAndLeft
}

func (h *heads) step(k head, period int, f *flow, sign int64) {
	if period != h.period {
		*h = heads{period: period, member: h.member, atOpen: h.member}
	}
	switch k {
	case stays:
	case joins: // after too long a gap this is somebody else
		f.joined += sign
		h.member, h.atOpen, h.left = true, false, false
	case returns:
		f.returned += sign
		h.member = true
		if h.left {
			f.leftAndReturned += sign
			if h.unopened {
				f.joinedAndLeft -= sign
			}
			h.left = false
		}
	case leaves:
		f.left += sign
		h.member, h.left, h.unopened = false, true, !h.atOpen
		if h.unopened {
			f.joinedAndLeft += sign
		}
	}
}

// Heads counts the customers of a period of any length: who was present when it
// began, who came and who left. Present is who has a level above zero, or one
// that is Alive at zero. Instants are the first of what Options net together.
//
// Over a calendar month it is the Customers of the month's statement. It reads
// every change. A period that ends before it begins is ErrPeriod.
func (l *Ledger) Heads(p calendar.Period) (metrics.Customers, error) {
	if p.To.Before(p.From) {
		return metrics.Customers{}, fmt.Errorf("ledger: heads: %w: from %s is after to %s", ErrPeriod, timeText(p.From), timeText(p.To))
	}
	t := l.tallied()
	if t == nil {
		return metrics.Customers{}, nil
	}
	if t.err != nil {
		return metrics.Customers{}, fmt.Errorf("ledger: heads: %w", t.err)
	}
	from, to := clampNanos(p.From), clampNanos(p.To)
	type part struct {
		opening int64
		flow
	}
	var all part
	for _, o := range shards(l, func(lo, hi int) (o part) {
		w := l.walker(t.months)
		for _, b := range l.blocks[lo:hi] {
			h, opening := heads{}, int64(0)
			w.walk(b, func(s *step) {
				switch {
				case s.at >= to:
				case s.at >= from:
					h.step(s.head, 1, &o.flow, 1)
				case s.head == leaves:
					h.member, opening = false, 0
				case s.head != stays:
					h.member, opening = true, 1
				}
			})
			o.opening += opening
		}
		return o
	}) {
		all.opening += o.opening
		all.merge(&o.flow)
	}
	return all.customers(all.opening), nil
}
