package ledger

import (
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// step is one movement of one customer, exact.
type step struct {
	kind  Kind
	month int
	at    int64
	gain  num.Int128 // after - before, in value units
	// from and to are the entries of the block that made it.
	from, to int
}

// walker follows one customer after another through their changes and names
// what each did. It is the only place where movements come from: statements,
// movements, segments, restatements and cohorts all read its steps.
type walker struct {
	l      *Ledger
	months months
	groups bool      // movements may net over more than an instant
	fx     *exchange // nil where all amounts are in the ledger's currency
	// local receives what changed in each currency, for valuing month ends.
	local func(month int, currency uint8, gain num.Int128)

	subs  []subLevel
	index map[uint32]int // into subs, once they are many

	// The step being made and one held back: fields, so that they are not
	// allocated anew for every movement.
	step, drop step
}

type subLevel struct {
	units    num.Int128
	sub      uint32
	currency uint8
}

func (l *Ledger) walker(m months) *walker {
	w := &walker{l: l, months: m, groups: l.opts.Net == PerMonth || l.opts.Coalesce > 0}
	if l.fx() {
		w.fx = l.exchange()
	}
	return w
}

// level returns the state of a subscription of the customer at hand. Most
// customers have one.
func (w *walker) level(sub uint32) *subLevel {
	if len(w.subs) > 0 && w.subs[0].sub == sub {
		return &w.subs[0]
	}
	return w.levelOfMany(sub)
}

func (w *walker) levelOfMany(sub uint32) *subLevel {
	const many = 12
	if len(w.subs) <= many {
		for i := range w.subs {
			if w.subs[i].sub == sub {
				return &w.subs[i]
			}
		}
	} else {
		if len(w.index) == 0 {
			if w.index == nil {
				w.index = map[uint32]int{}
			}
			for i := range w.subs {
				w.index[w.subs[i].sub] = i
			}
		}
		if i, ok := w.index[sub]; ok {
			return &w.subs[i]
		}
		w.index[sub] = len(w.subs)
	}
	w.subs = append(w.subs, subLevel{sub: sub})
	return &w.subs[len(w.subs)-1]
}

// reset forgets the customer before.
func (w *walker) reset() {
	w.subs = w.subs[:0]
	if len(w.index) > 0 {
		clear(w.index)
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

// walk yields the steps of one customer's settled block in order of time. The
// step is only valid during the call.
func (w *walker) walk(b []entry, yield func(*step)) {
	w.reset()
	var (
		minGap, maxGap = w.l.opts.MinGap, w.l.opts.MaxGap
		live           int   // subscriptions above zero
		paid           bool  // ever above zero
		leftAt         int64 // of the last fall to zero
		held           bool  // that fall is w.drop: MinGap leaves its name open
	)
	s, drop := &w.step, &w.drop
	for i := 0; i < len(b); {
		at := b[i].at
		month := w.months.index(at)
		end := at
		if w.groups {
			end = w.groupEnd(at, month)
		}
		was := live
		var gain num.Int128
		s.from = i
		for ; i < len(b) && b[i].at <= end; i++ {
			e := &b[i]
			v := w.level(e.sub)
			units := w.l.units(e)
			if w.fx == nil {
				gain = gain.Add(units).Sub(v.units)
			} else {
				w.hold(e, v, units, month)
			}
			if !v.units.IsZero() {
				live--
			}
			if !units.IsZero() {
				live++
			}
			v.units, v.currency = units, e.currency()
		}
		if w.fx != nil {
			gain = w.fx.gain(at)
		}
		s.at, s.month, s.gain, s.to = at, month, gain, i
		switch {
		case was == 0 && live > 0:
			gap := between(leftAt, at)
			switch {
			case !paid:
				s.kind = NewBusiness
			case held && gap < minGap:
				drop.kind, s.kind = Contraction, Expansion
			case maxGap > 0 && gap > maxGap:
				s.kind = NewBusiness
			default:
				s.kind = Reactivation
			}
			paid = true
			if held {
				yield(drop)
				held = false
			}
		case was > 0 && live == 0:
			s.kind, leftAt = Churn, at
			if minGap > 0 {
				*drop, held = *s, true
				continue
			}
		case gain.Sign() > 0:
			s.kind = Expansion
		case gain.Sign() < 0:
			s.kind = Contraction
		default:
			continue
		}
		yield(s)
	}
	if held {
		yield(drop)
	}
}

// between returns how long after from to is; what a Duration cannot say, beyond
// 292 years, is its maximum.
func between(from, to int64) time.Duration {
	return time.Duration(min(uint64(to-from), math.MaxInt64))
}

// hold notes what a change of a subscription from v to units means in each
// currency.
func (w *walker) hold(e *entry, v *subLevel, units num.Int128, month int) {
	w.fx.change(v.currency, v.units.Neg())
	w.fx.change(e.currency(), units)
	w.fx.seen[e.currency()] = e.at
	if w.local != nil {
		w.local(month, v.currency, v.units.Neg())
		w.local(month, e.currency(), units)
	}
}
