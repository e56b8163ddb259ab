package ledger

import (
	"iter"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
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
// not. Movements may share the lists they hold: take them as they are.
//
// Amounts are rounded to Places each by itself, so those that do not end by
// then may sum to a few units of the last place off the statement's line.
func (l *Ledger) Movements(p calendar.Period) iter.Seq[Movement] {
	return func(yield func(Movement) bool) {
		t := l.tallied()
		if t == nil {
			return
		}
		v := l.teller(t.months, p)
		each := func(m *Movement, _ *step) bool { return yield(*m) }
		for _, c := range l.sorted() {
			if !v.customer(c, each) {
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
		c, ok := l.customers.find(customer)
		if t == nil || !ok {
			return
		}
		l.teller(t.months, p).customer(c, func(m *Movement, _ *step) bool { return yield(*m) })
	}
}

// teller turns the steps of one customer after another into movements.
type teller struct {
	l        *Ledger
	w        *walker
	unit     Unit
	loc      *time.Location
	from, to int64
	// money remembers amounts: prices repeat.
	money [1 << 10]struct {
		v num.Int128
		d decimal.Decimal
	}
	mint  num.Mint
	lists []string // to make lists of one from
	// What the movement before had, which that at hand often has too.
	slot uint32
	subs []string

	m     Movement // the one being told
	yield func(*Movement, *step) bool
	told  func(*step) // tell, made once
	cust  uint32
	name  string
	block []entry
	level value // exact MRR before the step, in one currency
	shown decimal.Decimal
	next  int // entries valued so far, in several
	view  worthView
	on    bool
}

func (l *Ledger) teller(m months, p calendar.Period) *teller {
	v := &teller{l: l, w: l.walker(m), unit: l.Unit(), loc: l.opts.location(), from: clampNanos(p.From), to: clampNanos(p.To)}
	v.told = v.tell
	return v
}

// customer gives the movements of one customer to yield until it has enough.
func (v *teller) customer(c uint32, yield func(*Movement, *step) bool) bool {
	v.yield, v.cust, v.block, v.on = yield, c, v.l.blocks[c], true
	v.name, v.level, v.shown, v.next, v.view = "", value{}, decimal.Decimal{}, 0, worthView{}
	v.w.walk(v.block, v.told)
	return v.on
}

func (v *teller) tell(s *step) {
	before, was := v.level, v.shown
	if v.w.fx != nil {
		before = v.view.at(v.w, v.block, v.next, s.from, s.at)
		v.next, was = s.from, v.amount(before)
	}
	after := before.add(s.gain)
	v.level = after
	in := v.on && s.at >= v.from && s.at < v.to
	if !in {
		v.shown = decimal.Decimal{}
		if v.w.fx == nil {
			v.shown = v.amount(after)
		}
		return
	}
	m := &v.m
	if v.name == "" { // the first of a customer
		v.name = v.l.customers.string(v.cust)
		*m = Movement{Customer: v.name}
	}
	// Field by field: most of them were of the movement before.
	m.At, m.Kind, m.Heads = unix(s.at).In(v.loc), s.kind, s.head.count()
	m.Before, m.After, m.Amount = was, v.amount(after), v.amount(s.gain.abs())
	v.shown = m.After
	v.explain(m, v.block[s.from:s.to])
	v.on = v.yield(m, s)
}

// amount is money of a value.
func (v *teller) amount(a value) decimal.Decimal {
	if a.x != nil {
		return v.unit.Amount(Units{a})
	}
	if a.v.IsZero() {
		return decimal.Decimal{}
	}
	h := (a.v.Lo ^ uint64(a.v.Hi)) * 0x9e3779b97f4a7c15 >> (64 - 10)
	o := &v.money[h]
	if o.v != a.v {
		o.v, o.d = a.v, v.unit.minted(&v.mint, a)
	}
	return o.d
}

// explain names the causes, subscriptions, plans and events behind a movement.
func (v *teller) explain(m *Movement, es []entry) {
	if e := &es[0]; len(es) == 1 {
		l := v.l
		m.Cause = e.cause()
		if v.subs == nil || v.slot != e.slot { // of the same name where the customer is another
			v.slot = e.slot
			if name := l.slots.text(l.base[e.slot]); v.subs == nil || v.subs[0] != string(name) {
				v.subs = v.list(string(name))
			}
		}
		m.Subscriptions, m.Plans, m.IDs = v.subs, nil, nil
		if plan := l.dimOf(e).plan; plan != 0 {
			m.Plans = v.list(l.dims.text(plan))
		}
		if e.id != 0 {
			m.IDs = v.list(l.ids.string(e.id - 1))
		}
		return
	}
	m.Subscriptions, m.Plans, m.IDs = nil, nil, nil
	v.l.explain(m, es)
}

// list is a list of one.
func (v *teller) list(s string) []string {
	if len(v.lists) == 0 {
		v.lists = make([]string, 32)
	}
	out := v.lists[:1:1]
	v.lists = v.lists[1:]
	out[0] = s
	return out
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
