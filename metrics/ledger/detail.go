package ledger

import (
	"math"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// detail is what most changes do not say: when they became known, and what is
// charged for. Changes that come one after another and agree in it share one.
type detail struct {
	rec    int64
	dim    uint32 // into Ledger.dims
	stated bool   // rec was
}

// dim is what a charge is for. Number 0 is nothing.
type dim struct {
	plan, product uint32 // words plus one; 0 = none
	quantity      num.Int128
	places        int32
}

// dims numbers the dimensions of charges.
type dims struct {
	words names
	all   []dim
	of    map[dim]uint32
}

func newDims() dims {
	return dims{words: newNames(), all: []dim{{}}, of: map[dim]uint32{{}: 0}}
}

func (d *dims) number(plan, product string, quantity num.Int128, places int32) (uint32, error) {
	k := dim{quantity: quantity, places: places}
	var err error
	if k.plan, err = d.word(plan); err != nil {
		return 0, err
	}
	if k.product, err = d.word(product); err != nil {
		return 0, err
	}
	return d.numberOf(k), nil
}

func (d *dims) numberOf(k dim) uint32 {
	n, ok := d.of[k]
	if !ok {
		n = uint32(len(d.all))
		d.all = append(d.all, k)
		d.of[k] = n
	}
	return n
}

func (d *dims) word(s string) (uint32, error) {
	if s == "" {
		return 0, nil
	}
	n, _, err := d.words.number(s, d.words.hash(s))
	return n + 1, err
}

func (d *dims) text(word uint32) string {
	if word == 0 {
		return ""
	}
	return d.words.string(word - 1)
}

// truncate forgets the dimensions from number n on, and words from number w on.
func (d *dims) truncate(n, w int) {
	for _, k := range d.all[n:] {
		delete(d.of, k)
	}
	d.all = d.all[:n]
	d.words.truncate(w)
}

func (d *dims) clone() dims {
	c := dims{words: d.words.clone(), all: append([]dim(nil), d.all...), of: make(map[dim]uint32, len(d.of))}
	for i, k := range c.all {
		c.of[k] = uint32(i)
	}
	return c
}

// dimOf is what an entry is charged for.
func (l *Ledger) dimOf(e *entry) *dim {
	if e.more == 0 {
		return &l.dims.all[0]
	}
	return &l.dims.all[l.details[e.more-1].dim]
}

// detail returns the number of a detail plus one, 0 for the usual one. The same
// as the last is not kept twice.
func (l *Ledger) detail(d detail) (uint32, error) {
	if d == (detail{}) {
		return 0, nil
	}
	n := len(l.details)
	if n > 0 && l.details[n-1] == d {
		return uint32(n), nil
	}
	if uint64(n) == math.MaxUint32-1 {
		return 0, errFull
	}
	l.details = append(l.details, d)
	return uint32(n + 1), nil
}

// change is an entry as it came in.
func (l *Ledger) change(e *entry) Change {
	sub, item := slotNames(l.slots.text(e.slot))
	d := l.dimOf(e)
	c := Change{
		Customer: l.customers.string(l.customer(e)), Subscription: sub, Item: item,
		At: unix(e.at), Amount: l.amount(e), Cycle: l.cycles[e.class().cycle()],
		Currency: l.currencies[e.currency()], Cause: e.cause(), Alive: e.alive(),
		Plan: l.dims.text(d.plan), Product: l.dims.text(d.product), Quantity: d.decimal(),
	}
	if rec, stated := l.recorded(e); stated {
		c.Recorded = unix(rec)
	}
	if e.id != 0 {
		c.ID = l.ids.string(e.id - 1)
	}
	return c
}

func (d *dim) decimal() decimal.Decimal { return decimalOf(d.quantity, d.places) }

func unix(ns int64) time.Time { return time.Unix(0, ns).UTC() }
