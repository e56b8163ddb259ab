package ledger

import (
	"iter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Movement is one difference in a customer's MRR and why it is what it is. The
// movements of a month are the lines of its statement, customer by customer;
// the FX line has none, since nobody moved.
type Movement struct {
	Customer string
	// At is when it happened; with netting, the first instant of those netted.
	At   time.Time
	Kind Kind
	// Cause is that of the changes behind it, CauseMixed where they differ.
	Cause Cause
	// Before and After are the customer's MRR around it, Amount the magnitude
	// of the difference, in the ledger's currency at the rates of that instant.
	Before, After, Amount decimal.Decimal
	// Subscriptions and IDs are those of the changes behind it, in the order
	// they applied, each once. Changes without an ID have none to give.
	Subscriptions, IDs []string
}

// Movements yields the movements with At in the period, by customer id and then
// in order of time. Breaking off is fine; writing to the ledger meanwhile is
// not.
//
// Amounts are rounded to Places each by itself, so those that do not end by
// then may sum to a few units of the last place off the statement's line.
func (l *Ledger) Movements(p calendar.Period) iter.Seq[Movement] {
	return func(yield func(Movement) bool) {
		t := l.tallied()
		if t == nil {
			return
		}
		w := l.walker(t.months)
		for _, c := range l.sorted() {
			if !l.movementsOf(w, c, p, yield) {
				return
			}
		}
	}
}

// MovementsOf yields the movements of one customer with At in the period, in
// order of time: the answer to "why".
func (l *Ledger) MovementsOf(customer string, p calendar.Period) iter.Seq[Movement] {
	return func(yield func(Movement) bool) {
		t := l.tallied()
		c, ok := l.customers.find(0, customer)
		if t == nil || !ok {
			return
		}
		l.movementsOf(l.walker(t.months), c, p, yield)
	}
}

func (l *Ledger) movementsOf(w *walker, c uint32, p calendar.Period, yield func(Movement) bool) bool {
	b := l.blocks[c]
	var (
		name  string
		level = num.Int128{} // exact MRR before the step, in one currency
		next  = 0            // entries valued so far, in several
		view  worthView
		on    = true
	)
	w.walk(b, func(s *step) {
		before := level
		if w.fx != nil {
			before = view.at(w, b, next, s.from, s.at)
			next = s.from
		}
		level = level.Add(s.gain)
		if at := unix(s.at); !on || !p.Contains(at) {
			return
		}
		if name == "" {
			name = l.customers.string(c)
		}
		m := Movement{
			Customer: name, At: unix(s.at).In(l.opts.location()), Kind: s.kind,
			Before: l.money(before), After: l.money(before.Add(s.gain)), Amount: l.money(s.gain.Abs()),
		}
		l.explain(&m, b[s.from:s.to])
		on = yield(m)
	})
	return on
}

// explain names the causes, subscriptions and events behind a movement.
func (l *Ledger) explain(m *Movement, es []entry) {
	for i := range es {
		e := &es[i]
		switch c := e.cause(); {
		case i == 0:
			m.Cause = c
		case m.Cause != c:
			m.Cause = CauseMixed
		}
		sub := l.subs.string(e.sub)
		known := false
		for _, s := range m.Subscriptions {
			known = known || s == sub
		}
		if !known {
			m.Subscriptions = append(m.Subscriptions, sub)
		}
		if e.id != 0 {
			m.IDs = append(m.IDs, l.ids.string(e.id-1))
		}
	}
}

// worthView follows what a customer holds in each currency, to value it at an
// instant of which no change told the rate.
type worthView struct {
	subs map[uint32]subLevel
}

// at applies the entries from to to and returns what they leave is worth.
func (v *worthView) at(w *walker, b []entry, from, to int, at int64) num.Int128 {
	if v.subs == nil {
		v.subs = map[uint32]subLevel{}
	}
	for i := from; i < to; i++ {
		e := &b[i]
		v.subs[e.sub] = subLevel{units: w.l.units(e), currency: e.currency()}
		w.fx.seen[e.currency()] = e.at
	}
	var total num.Int128
	for _, s := range v.subs { // exact sums do not depend on the order
		total = total.Add(w.fx.value(s.units, s.currency, at))
	}
	return total
}
