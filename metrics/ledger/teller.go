package ledger

import (
	"math/bits"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// teller turns the steps of one customer after another into movements.
type teller struct {
	l        *Ledger
	w        *walker
	unit     Unit
	loc      *time.Location
	from, to int64

	// coins are amounts made before: prices repeat. A power of two of them.
	coins []coin
	shift uint8 // of a hash, to leave the number of a coin
	// Units are hundredths of money where times of them are a multiple of per.
	times, per int64
	mint       num.Mint

	texts strings.Builder // names and ids are parts of it
	lists []string        // to make lists of one from
	// What the movement before had, which that at hand often has too.
	slot uint32
	subs []string

	yield func(Movement) bool
	gain  value       // of the movement told
	told  func(*step) // tell, made once
	cust  uint32
	name  string
	block []entry
	level value           // exact MRR before the step, in one currency
	shown decimal.Decimal // it as an amount, where the step before was told
	fresh bool            // it was
	next  int             // entries valued so far, in several
	view  worthView
	on    bool
	sink  uint32 // keeps the loads of warm from being dropped
}

type coin struct {
	v int64
	d decimal.Decimal
}

// Most amounts of large books have a coin; where little is told, few are made.
const minCoinBits, maxCoinBits = 4, 12

// teller tells of some so many changes.
func (l *Ledger) teller(m months, p calendar.Period, changes int) *teller {
	coinBits := uint8(max(minCoinBits, min(bits.Len(uint(changes)), maxCoinBits)))
	v := &teller{
		l: l, w: l.walker(m), unit: l.Unit(), loc: l.opts.location(), from: clampNanos(p.From), to: clampNanos(p.To),
		coins: make([]coin, 1<<coinBits), shift: 64 - coinBits,
	}
	if u := v.unit; u.big == nil && !u.scaled {
		g := gcd(int64(u.per), hundred)
		v.times, v.per = hundred/g, int64(u.per)/g
	}
	v.told = v.tell
	return v
}

const hundred = 100

// ahead is how many customers warm looks ahead of the one told.
const ahead = 16

// all gives the movements of customers to yield until it has enough.
func (v *teller) all(custs []uint32, yield func(Movement) bool) {
	v.yield = yield
	for i, c := range custs {
		if i%ahead == 0 {
			v.warm(custs[i:min(i+ahead, len(custs))])
		}
		if !v.customer(c) {
			return
		}
	}
}

// warm touches what telling of customers will read, one kind of read at a time:
// books lie in the order in which customers came, and the misses of another order
// then overlap instead of queueing.
func (v *teller) warm(custs []uint32) {
	l := v.l
	if l.size < int64(l.many) {
		return
	}
	var ends [ahead]uint32
	for i, c := range custs {
		b := l.blocks[c]
		for k := 0; k < len(b); k += 64 / entrySize * 2 {
			v.sink ^= b[k].meta
		}
		ends[i] = l.customers.ends[c]
		if len(b) > 0 {
			v.sink ^= l.base[b[0].slot] ^ l.slots.ends[b[0].slot]
		}
	}
	for i, c := range custs {
		v.sink ^= uint32(l.customers.arena[ends[i]-1])
		for k := range l.blocks[c] {
			if id := l.blocks[c][k].id; id != 0 {
				v.sink ^= l.ids.ends[id-1]
			}
		}
	}
	for _, c := range custs {
		for k := range l.blocks[c] {
			if id := l.blocks[c][k].id; id != 0 {
				v.sink ^= uint32(l.ids.arena[l.ids.ends[id-1]-1])
			}
		}
	}
}

// customer gives the movements of one customer to yield until it has enough.
func (v *teller) customer(c uint32) bool {
	v.cust, v.block, v.on = c, v.l.blocks[c], true
	v.name, v.level, v.fresh, v.next, v.view = "", value{}, false, 0, worthView{}
	v.w.walk(v.block, v.told)
	return v.on
}

func (v *teller) tell(s *step) {
	before := v.level
	if v.w.fx != nil {
		before = v.view.at(v.w, v.block, v.next, s.from, s.at)
		v.next, v.fresh = s.from, false
	}
	after, was := before.add(s.gain), v.shown
	v.level = after
	if !v.on || s.at < v.from || s.at >= v.to {
		v.fresh = false
		return
	}
	if !v.fresh {
		was = v.amount(before)
	}
	if v.name == "" { // the first of a customer
		v.name = v.text(v.l.customers.text(v.cust))
	}
	v.gain, v.shown, v.fresh = s.gain, v.amount(after), true
	m := Movement{
		Customer: v.name, At: time.Unix(0, s.at).In(v.loc), Kind: s.kind, Heads: s.head.count(),
		Before: was, After: v.shown, Amount: v.amount(s.gain.abs()),
	}
	if es := v.block[s.from:s.to]; len(es) == 1 {
		v.explain(&m, &es[0])
	} else {
		v.l.explain(&m, es)
	}
	v.on = v.yield(m)
}

// amount is money of a value.
func (v *teller) amount(a value) decimal.Decimal {
	n, ok := a.v.Int64()
	switch {
	case !ok || a.x != nil:
		return v.unit.Amount(Units{a})
	case n == 0:
		return decimal.Decimal{}
	}
	o := &v.coins[uint64(n)*0x9e3779b97f4a7c15>>v.shift]
	if o.v != n {
		o.v, o.d = n, v.coin(n)
	}
	return o.d
}

// coin is an amount made anew.
func (v *teller) coin(n int64) decimal.Decimal {
	if most := int64(1) << 62 / hundred; v.per != 0 && n < most && n > -most {
		if n *= v.times; n%v.per == 0 {
			return v.mint.Units(n/v.per, 2)
		}
		n /= v.times
	}
	return v.unit.minted(&v.mint, value{v: num.Of(n)})
}

// explain names the cause, subscription, plan and event behind a movement that
// one change made.
func (v *teller) explain(m *Movement, e *entry) {
	l := v.l
	m.Cause = e.cause()
	if v.subs == nil || v.slot != e.slot { // of the same name where the customer is another
		v.slot = e.slot
		if name := l.slots.text(l.base[e.slot]); v.subs == nil || v.subs[0] != string(name) {
			v.subs = v.list(v.text(name))
		}
	}
	m.Subscriptions = v.subs
	if plan := l.dimOf(e).plan; plan != 0 {
		m.Plans = v.list(v.text(l.dims.words.text(plan - 1)))
	}
	if e.id != 0 {
		m.IDs = v.list(v.text(l.ids.text(e.id - 1)))
	}
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

// text is a string that shares its memory with some others.
func (v *teller) text(b []byte) string {
	const size = 1 << 10
	if v.texts.Cap()-v.texts.Len() < len(b) {
		v.texts.Reset()
		v.texts.Grow(max(size, len(b)))
	}
	from := v.texts.Len()
	v.texts.Write(b)
	return v.texts.String()[from:]
}
