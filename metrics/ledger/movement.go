package ledger

import (
	"iter"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Movement is one difference in a customer's MRR and why it is what it is. The
// movements of a month are the lines of its statement, customer by customer;
// the FX line has none, since nobody moved.
type Movement struct {
	Customer string `json:"customer"`
	// At is when it happened; with netting, the first instant of those netted.
	At   time.Time `json:"at"`
	Kind Kind      `json:"kind"`
	// Cause is that of the changes behind it, CauseMixed where they differ.
	Cause Cause `json:"cause"`
	// Heads is what it did to the count of customers: +1, 0 or -1. Who arrives
	// or leaves without paying, alive at zero, does so with an Amount of zero.
	Heads int `json:"heads"`
	// Before and After are the customer's MRR around it, Amount the magnitude
	// of the difference, in the ledger's currency at the rates of that instant.
	Before decimal.Decimal `json:"before"`
	After  decimal.Decimal `json:"after"`
	Amount decimal.Decimal `json:"amount"`
	// Subscriptions, Plans and IDs are those of the changes behind it, in the
	// order they applied, each once. Changes without a plan or an ID have none
	// to give.
	Subscriptions []string `json:"subscriptions"`
	Plans         []string `json:"plans"`
	IDs           []string `json:"ids"`
}

// Movements yields the movements with At in the period, by customer id and then
// in order of time. Breaking off is fine; writing to the ledger meanwhile is
// not. Movements may share the lists and texts they hold: take them as they are.
// To keep one keeps up to some kilobytes of its neighbours.
//
// Amounts are rounded to Places each by itself, so those that do not end by
// then may sum to a few units of the last place off the statement's line.
func (l *Ledger) Movements(p calendar.Period) iter.Seq[Movement] {
	return func(yield func(Movement) bool) {
		t := l.tallied()
		if t == nil {
			return
		}
		v := l.teller(t.months, p, int(l.size))
		v.all(l.sorted(), yield)
	}
}

// MovementsOf yields the movements of one customer with At in the period, in
// order of time: the answer to "why".
func (l *Ledger) MovementsOf(customer string, p calendar.Period) iter.Seq[Movement] {
	return func(yield func(Movement) bool) {
		t := l.tallied()
		c, ok := l.customers.find(customer)
		if t == nil || !ok {
			return
		}
		l.teller(t.months, p, len(l.blocks[c])).all([]uint32{c}, yield)
	}
}

// explain names the causes, subscriptions, plans and events behind a movement.
func (l *Ledger) explain(m *Movement, es []entry) {
	n := len(es)
	subs, plans, ids := once{}, once{}, once{}
	for i := range es {
		e := &es[i]
		switch c := e.cause(); {
		case i == 0:
			m.Cause = c
		case m.Cause != c:
			m.Cause = CauseMixed
		}
		if base := l.base[e.slot]; subs.first(base, n) {
			m.Subscriptions = append(m.Subscriptions, l.slots.string(base))
		}
		if plan := l.dimOf(e).plan; plan != 0 && plans.first(plan, n) {
			m.Plans = append(m.Plans, l.dims.text(plan))
		}
		if e.id != 0 && ids.first(e.id, n) {
			m.IDs = append(m.IDs, l.ids.string(e.id-1))
		}
	}
}

// onceFrom is from how many numbers on a set is worth its map.
const onceFrom = 16

// once tells whether a number comes for the first time.
type once struct {
	few  []uint32
	many map[uint32]struct{}
}

func (o *once) first(v uint32, of int) bool {
	if of <= onceFrom {
		if slices.Contains(o.few, v) {
			return false
		}
		o.few = append(o.few, v)
		return true
	}
	if o.many == nil {
		o.many = map[uint32]struct{}{}
	}
	_, known := o.many[v]
	o.many[v] = struct{}{}
	return !known
}

// worthView follows what a customer holds in each currency, to value it at an
// instant of which no change told the rate.
type worthView struct {
	slots map[uint32]level
	held  []value // by currency
}

// at applies the entries from to to and returns what they leave is worth.
func (v *worthView) at(w *walker, b []entry, from, to int, at int64) value {
	if v.slots == nil {
		v.slots, v.held = map[uint32]level{}, make([]value, len(w.l.currencies))
	}
	for i := from; i < to; i++ {
		e := &b[i]
		old, now := v.slots[e.slot], level{units: w.l.units(e), currency: e.currency()}
		v.held[old.currency] = v.held[old.currency].sub(old.units)
		v.held[now.currency] = v.held[now.currency].add(now.units)
		v.slots[e.slot] = now
		w.fx.seen[now.currency] = e.at
	}
	var total value
	for c := range v.held {
		total = total.add(w.fx.value(v.held[c], uint8(c), at))
	}
	return total
}
