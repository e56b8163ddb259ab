package ledger

import (
	"fmt"
	"math"
	"time"

	"github.com/shopspring/decimal"
)

// MRR returns the monthly recurring revenue at an instant, changes at that
// very instant included, in the ledger's currency, rounded once to Places. An
// amount in another currency whose rate is missing then counts at the last rate
// one of its customer's changes had; Value fails instead.
//
// It reads every change up to the instant.
func (l *Ledger) MRR(at time.Time) decimal.Decimal {
	v, _ := l.valueAt(at)
	return l.money(v)
}

// Value is MRR, failing with ErrNoRate where an exchange rate is missing and
// with ErrRange where the instant is out of range.
func (l *Ledger) Value(at time.Time) (decimal.Decimal, error) {
	if err := checkTime(at); err != nil {
		return decimal.Decimal{}, fmt.Errorf("ledger: value: %w: instant %s: %w", ErrRange, timeText(at), err)
	}
	v, err := l.valueAt(at)
	if err != nil {
		return decimal.Decimal{}, fmt.Errorf("ledger: value: %w", err)
	}
	return l.money(v), nil
}

func (l *Ledger) valueAt(at time.Time) (value, error) {
	l.settle()
	ns := int64(math.MaxInt64)
	if at.Year() <= 2261 { // later than any change, and than int64 can say
		if at.Year() < 1678 {
			return value{}, nil
		}
		ns = at.UnixNano()
	}
	type part struct {
		sum value
		err error
	}
	var total part
	for _, p := range shards(l, func(lo, hi int) (p part) {
		w := &walker{l: l}
		if l.fx() {
			w.fx = l.exchange()
		}
		for _, b := range l.blocks[lo:hi] {
			p.sum = p.sum.add(w.valueAt(b, ns))
		}
		if w.fx != nil {
			p.err = w.fx.err
		}
		return p
	}) {
		total.sum = total.sum.add(p.sum)
		if total.err == nil {
			total.err = p.err
		}
	}
	return total.sum, total.err
}

// valueAt returns what one customer's block is worth at an instant.
func (w *walker) valueAt(b []entry, at int64) value {
	w.reset()
	var total value
	for i := range b {
		e := &b[i]
		if e.at > at {
			break
		}
		v := w.level(e.slot)
		units := w.l.units(e)
		if w.fx == nil {
			total = total.add(units).sub(v.units)
		} else {
			w.fx.seen[e.currency()] = e.at
		}
		v.units, v.currency = units, e.currency()
	}
	if w.fx != nil {
		for i := range w.slots {
			total = total.add(w.fx.value(w.slots[i].units, w.slots[i].currency, at))
		}
	}
	return total
}
