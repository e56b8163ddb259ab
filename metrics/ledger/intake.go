package ledger

import (
	"hash/maphash"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// take gives the names of validated changes their numbers and queues the rest.
func (in *input) take(changes []Change) {
	l := in.l
	if !in.takeCustomers(changes) || !in.takeSlots(changes) {
		return
	}
	for i := range changes {
		c, p, e := &changes[i], &in.parsed[i], &in.es[i]
		if i > 0 && e.slot == in.es[i-1].slot {
			// its origin has been seen to
		} else if !in.claim(i, c, e.slot) {
			continue
		}
		e.at, e.meta, e.id, e.more = p.at, p.meta, 0, 0
		if !in.takeDetail(i, c, p, e) {
			return
		}
		l.setCoef(e, p.coef)
		l.meet(e.class())
		if c.ID != "" && !in.identify(i, c, e) {
			continue
		}
		in.push(e)
	}
}

func (in *input) push(e *entry) {
	l := in.l
	if l.minAt > l.maxAt {
		l.minAt, l.maxAt = e.at, e.at
	}
	l.minAt, l.maxAt = min(l.minAt, e.at), max(l.maxAt, e.at)
	if in.out != nil {
		*in.out = append(*in.out, *e)
		return
	}
	l.pending.push(e)
}

// meet notes a class of charge.
func (l *Ledger) meet(c class) {
	if int(c) < len(l.scale.factors) && l.scale.factors[c] != 0 {
		return
	}
	if _, ok := l.classOf[c]; !ok {
		l.classOf[c] = struct{}{}
		l.classes = append(l.classes, c)
	}
}

// takeCustomers numbers the customers. Inputs are often grouped by customer:
// what the change before had is not looked up again.
func (in *input) takeCustomers(changes []Change) bool {
	l, looked := in.l, in.looked[:0]
	for i := range changes {
		if i == 0 || changes[i].Customer != changes[i-1].Customer {
			in.hashes[i] = l.customers.hash(changes[i].Customer)
			looked = append(looked, in.hashes[i])
		}
	}
	l.customers.warm(looked)
	for i := range changes {
		if i > 0 && changes[i].Customer == changes[i-1].Customer {
			in.custs[i] = in.custs[i-1]
			continue
		}
		var err error
		if in.custs[i], _, err = l.customers.number(changes[i].Customer, in.hashes[i]); err != nil {
			in.fault(i, &changes[i], "Customer", changes[i].Customer, err.Error(), ErrRange)
			return false
		}
	}
	return true
}

// takeSlots numbers the levels.
func (in *input) takeSlots(changes []Change) bool {
	in.sink ^= byte(in.l.slots.warm(in.custs[:len(changes)]))
	for i := range changes {
		if i > 0 && in.custs[i] == in.custs[i-1] && changes[i].Subscription == changes[i-1].Subscription && changes[i].Item == changes[i-1].Item {
			in.es[i].slot = in.es[i-1].slot
			continue
		}
		var err error
		if in.es[i].slot, err = in.l.slot(in.custs[i], changes[i].Subscription, changes[i].Item); err != nil {
			in.fault(i, &changes[i], "Subscription", changes[i].Subscription, err.Error(), ErrRange)
			return false
		}
	}
	return true
}

// slot numbers a level and, for an item, the subscription it is part of.
func (l *Ledger) slot(cust uint32, subscription, item string) (uint32, error) {
	s, fresh, err := l.slots.number(cust, subscription)
	if fresh && err == nil {
		l.base, l.origin = append(l.base, s), append(l.origin, unsaid)
	}
	if item == "" || err != nil {
		return s, err
	}
	base := s
	s, fresh, err = l.slots.number(cust, levelName(subscription, item))
	if fresh && err == nil {
		l.base, l.origin = append(l.base, base), append(l.origin, unsaid)
	}
	return s, err
}

func (in *input) takeDetail(i int, c *Change, p *parsed, e *entry) bool {
	d := detail{rec: p.rec, stated: p.stated}
	var err error
	if c.Plan != "" || c.Product != "" || !p.quantity.IsZero() {
		d.dim, err = in.l.dims.number(c.Plan, c.Product, p.quantity, p.qplaces)
	}
	if err == nil {
		e.more, err = in.l.detail(d)
	}
	if err != nil {
		in.fault(i, c, "Plan", c.Plan, err.Error(), ErrRange)
	}
	return err == nil
}

// identify numbers an event id and refuses a second content under it.
func (in *input) identify(i int, c *Change, e *entry) bool {
	l := in.l
	id, fresh, err := l.ids.number(c.ID, l.ids.hash(c.ID))
	if err != nil {
		in.fault(i, c, "ID", c.ID, err.Error(), ErrRange)
		return false
	}
	e.id = id + 1
	if in.out != nil { // a history said anew may give an event another content
		if fresh {
			l.idSums = append(l.idSums, 0)
		}
		return true
	}
	sum := l.contentSum(e)
	switch {
	case fresh:
		l.idSums = append(l.idSums, sum)
	case l.idSums[id] == 0: // known from histories only
		l.idSums[id] = sum
		in.summed = append(in.summed, id)
	case l.idSums[id] != sum:
		in.fault(i, c, "ID", c.ID, "taken by a change with other content", ErrConflict)
		return false
	}
	return true
}

// contentSum is a fingerprint of all that must agree between two changes of one
// event id, never 0. When they became known may differ: deliveries repeat.
func (l *Ledger) contentSum(e *entry) uint32 {
	h := maphash.Comparable(l.ids.seed, struct {
		at   int64
		coef num.Int128
		slot uint32
		meta uint32
		dim  dim
	}{e.at, l.coef(e), e.slot, e.meta &^ isWide, *l.dimOf(e)})
	return uint32(h>>32) | 1
}

// claim makes sure that a subscription is spoken of in one way only.
func (in *input) claim(i int, c *Change, slot uint32) bool {
	l, want := in.l, appended
	if in.out != nil {
		want = replaced
	}
	base := l.base[slot]
	switch l.origin[base] {
	case want:
		return true
	case unsaid:
		l.origin[base] = want
		if int(base) < in.mark.slots {
			in.marked = append(in.marked, base)
		}
		return true
	default:
		in.fault(i, c, "Subscription", c.Subscription, "Append and Replace do not mix on one subscription", ErrMixed)
		return false
	}
}
