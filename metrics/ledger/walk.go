package ledger

import (
	"cmp"
	"math"
	"math/bits"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// step is one movement of one customer, exact.
type step struct {
	kind   Kind // zero: a transfer between plans alone
	head   head
	paying int8 // +1: MRR rose from zero, -1: it fell to zero
	month  int
	at     int64
	gain   value // after - before, in value units
	// from and to are the entries of the block that made it.
	from, to int
	// parts is what the step did plan by plan, where the walker keeps plans.
	parts []part
}

// walker follows one customer after another through their changes and names
// what each did. Statements, movements, segments, restatements and heads all
// read its steps. Only curves add up levels by themselves where the names of
// movements do not matter.
type walker struct {
	l      *Ledger
	months months
	groups bool      // movements may net over more than an instant
	fx     *exchange // nil where all amounts are in the ledger's currency
	// local receives what changed in each currency, for valuing month ends.
	local func(month int, currency uint8, gain value)
	plans *planWalk // nil where nobody asks for plans

	slots []level
	index slotTable // into slots, once they are many

	live, paid int // levels that are present, and those above zero

	// The step being made is a field, so that it is not allocated anew for every
	// movement.
	step  step
	names stepNames
}

// level is the state of one slot.
type level struct {
	units    value
	slot     uint32
	plan     uint32 // word plus one
	currency uint8
	present  bool
}

func (l *Ledger) walker(m months) *walker {
	w := &walker{l: l, months: m, groups: l.opts.Net == PerMonth || l.opts.Coalesce > 0}
	if l.fx() {
		w.fx = l.exchange()
	}
	return w
}

// level returns the state of a slot of the customer at hand. Most customers
// have one.
func (w *walker) level(slot uint32) *level {
	if len(w.slots) > 0 && w.slots[0].slot == slot {
		return &w.slots[0]
	}
	return w.levelOfMany(slot)
}

func (w *walker) levelOfMany(slot uint32) *level {
	const many = 12
	if len(w.slots) <= many {
		for i := range w.slots {
			if w.slots[i].slot == slot {
				return &w.slots[i]
			}
		}
	} else {
		if w.index.n == 0 {
			w.index.grow(2 * many)
			for i := range w.slots {
				w.index.put(w.slots[i].slot, i)
			}
		}
		i, known := w.index.find(slot)
		if known {
			return &w.slots[i]
		}
		w.index.put(slot, len(w.slots))
	}
	w.slots = append(w.slots, level{slot: slot})
	return &w.slots[len(w.slots)-1]
}

// reset forgets the customer before.
func (w *walker) reset() {
	w.slots = w.slots[:0]
	w.live, w.paid = 0, 0
	w.names.reset()
	w.index.clear()
	if w.plans != nil {
		w.plans.reset()
	}
}

// groupEnd returns the last instant that nets with a movement begun at at.
func (w *walker) groupEnd(at int64, month int) int64 {
	o := &w.l.opts
	end := w.months.starts[month+1] - 1
	if o.Net == PerMonth || end-at <= int64(o.Coalesce) {
		return end
	}
	return at + int64(o.Coalesce)
}

// instant applies the changes of one instant, from entry i on, and returns
// what was gained by them and the entry after. Amounts in other currencies are
// valued by the rates of rateAt.
func (w *walker) instant(b []entry, i, month int, rateAt int64) (gain value, next int) {
	at := b[i].at
	for ; i < len(b) && b[i].at == at; i++ {
		e := &b[i]
		v := w.level(e.slot)
		units := w.l.units(e)
		if w.fx == nil {
			gain = gain.add(units).sub(v.units)
		} else {
			w.hold(e, v, units, month)
		}
		if !v.units.isZero() {
			w.paid--
		}
		above := !units.isZero()
		if above {
			w.paid++
		}
		present := above || e.alive()
		if present != v.present {
			if present {
				w.live++
			} else {
				w.live--
			}
		}
		if w.plans != nil {
			w.plans.change(w, e, v, units, present, month, rateAt)
		}
		v.units, v.currency, v.present = units, e.currency(), present
	}
	if w.fx != nil {
		gain = w.fx.gain(rateAt)
	}
	return gain, i
}

// walk yields the steps of one customer's settled block in order of time. The
// step is only valid during the call.
//
// A window of netting opens with the first change that moves something: saying
// a level again opens none.
func (w *walker) walk(b []entry, yield func(*step)) {
	if w.isLone(b) {
		w.walkLone(b, yield)
		return
	}
	w.reset()
	s := &w.step
	for i := 0; i < len(b); {
		at := b[i].at
		month := w.months.index(at)
		was, above := w.live > 0, w.paid > 0
		leftAt := at
		s.from = i
		var gain value
		gain, i = w.instant(b, i, month, at)
		if w.groups && (!gain.isZero() || was != (w.live > 0)) {
			for end := w.groupEnd(at, month); i < len(b) && b[i].at <= end; {
				before, then := w.live > 0, b[i].at
				var more value
				more, i = w.instant(b, i, month, at)
				gain = gain.add(more)
				if before && w.live == 0 {
					leftAt = then
				}
			}
		}
		pays := w.paid > 0
		s.at, s.month, s.gain, s.to = at, month, gain, i
		s.paying = sign(pays) - sign(above)
		if w.plans != nil {
			s.parts = w.plans.take()
		}
		if w.names.name(w, s, gain.sign(), was, w.live > 0, pays, leftAt, yield) {
			yield(s)
		}
	}
	w.names.end(yield)
}

// isLone reports whether a block is what most are: one level, of amounts that
// are small whole numbers of units, in one currency, that nothing nets.
func (w *walker) isLone(b []entry) bool {
	if w.groups || w.fx != nil || w.plans != nil || len(b) == 0 {
		return false
	}
	factors, slot := w.l.scale.factors, b[0].slot
	for i := range b {
		e := &b[i]
		c := int(e.class())
		if e.slot != slot || e.meta&isWide != 0 || c >= len(factors) ||
			bits.Len64(uint64(e.coef))+bits.Len64(uint64(factors[c])) > 62 || factors[c] == 0 && e.coef != 0 {
			return false
		}
	}
	return true
}

// walkLone is walk for such a block.
func (w *walker) walkLone(b []entry, yield func(*step)) {
	w.names.reset()
	s := &w.step
	factors := w.l.scale.factors
	var level int64
	was := false
	until := int64(math.MinInt64)
	for i := 0; i < len(b); i++ {
		at := b[i].at
		s.from = i
		for i+1 < len(b) && b[i+1].at == at { // the last saying holds
			i++
		}
		e := &b[i]
		now := e.coef * factors[e.class()]
		is := now > 0 || e.alive()
		gain := now - level
		if gain == 0 && is == was {
			continue
		}
		if at >= until {
			s.month = w.months.index(at)
			until = w.months.starts[s.month+1]
		}
		s.at, s.to, s.gain = at, i+1, value{v: num.Of(gain)}
		s.paying = sign(now > 0) - sign(level > 0)
		level = now
		if w.names.name(w, s, cmp.Compare(gain, 0), was, is, now > 0, at, yield) {
			yield(s)
		}
		was = is
	}
	w.names.end(yield)
}

// stepNames calls the steps of one customer what they are. Gaps are measured from
// the instant at which the customer last left to that of the return.
type stepNames struct {
	known bool  // was ever present
	paid  bool  // was ever above zero
	held  bool  // the last departure is drop: MinGap leaves its name open
	left  int64 // when the customer last left
	drop  step
}

func (n *stepNames) reset() { n.known, n.paid, n.held = false, false, false }

// name calls s what it is and reports whether it is anything. A departure that
// was held back goes to yield before.
func (n *stepNames) name(w *walker, s *step, gain int, was, is, pays bool, leftAt int64, yield func(*step)) bool {
	s.head, s.kind = stays, 0
	switch {
	case was && is:
		switch {
		case gain > 0 && !n.paid:
			s.kind = NewBusiness
		case gain > 0:
			s.kind = Expansion
		case gain < 0:
			s.kind = Contraction
		case len(s.parts) == 0:
			return false
		}
	case is:
		opts := &w.l.opts
		gap := between(n.left, s.at)
		switch {
		case !n.known:
			s.kind, s.head = NewBusiness, joins
		case n.held && gap < opts.MinGap:
			n.drop.kind, n.drop.head, s.kind = Contraction, stays, Expansion
		case opts.MaxGap > 0 && gap > opts.MaxGap:
			s.kind, s.head, n.paid = NewBusiness, joins, false
		default:
			s.kind, s.head = Reactivation, returns
		}
		n.known = true
		if !n.paid && pays {
			s.kind = NewBusiness
		}
		n.end(yield)
	case was:
		s.kind, s.head, n.left = Churn, leaves, leftAt
		if w.l.opts.MinGap > 0 {
			n.drop, n.held = *s, true
			return false
		}
	default: // nobody there, before and after: what was netted away
		return len(s.parts) > 0
	}
	n.paid = n.paid || pays
	return s.head != stays || gain != 0 || len(s.parts) > 0
}

// end lets the departure go that was held back.
func (n *stepNames) end(yield func(*step)) {
	if !n.held {
		return
	}
	n.held = false
	if s := &n.drop; s.head != stays || !s.gain.isZero() || len(s.parts) > 0 {
		yield(s)
	}
}

func sign(b bool) int8 {
	if b {
		return 1
	}
	return 0
}

// between returns how long after from to is; what a Duration cannot say, beyond
// 292 years, is its maximum.
func between(from, to int64) time.Duration {
	return time.Duration(min(uint64(to-from), math.MaxInt64))
}

// hold notes what a change of a level from v to units means in each currency.
func (w *walker) hold(e *entry, v *level, units value, month int) {
	w.fx.change(v.currency, v.units.neg())
	w.fx.change(e.currency(), units)
	w.fx.seen[e.currency()] = e.at
	if w.local != nil {
		w.local(month, v.currency, v.units.neg())
		w.local(month, e.currency(), units)
	}
}
