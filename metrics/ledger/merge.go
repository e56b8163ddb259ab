package ledger

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Merge takes another ledger's changes and histories into this one, all or
// none, and leaves the other as it is. The ledgers must have been made with the
// same rules; their Rates are not compared. Shards by customer merge into the
// same books whichever way the customers were divided.
func (l *Ledger) Merge(o *Ledger) error {
	if o == nil || o == l {
		return nil
	}
	if err := l.opts.agree(o.opts); err != nil {
		return fmt.Errorf("ledger: merge: %w", err)
	}
	o.settle()
	in := l.begin("merge")
	defer in.undo()
	m := newMerger(in, o)
	m.tables()
	if in.faults.Count() == 0 && !m.blocks() {
		// Again, in an order that says which changes are at fault.
		in.rewind()
		in.faults = fault.Batch{Package: "ledger", Op: "merge"}
		m = newMerger(in, o)
		m.tables()
		for _, c := range o.sorted() {
			for i := range o.blocks[c] {
				if e := &o.blocks[c][i]; o.origin[o.base[e.slot]] != replaced {
					m.append(e)
				}
			}
		}
	}
	said := m.histories()
	if err := in.end(); err != nil {
		return err
	}
	for i := range said {
		l.say(&said[i], false)
	}
	return nil
}

// merger gives the entries of another ledger the numbers of this one.
type merger struct {
	in *input
	o  *Ledger
	// What the other's numbers are here, plus one; 0 = not met yet.
	customers, slots, ids, words []uint32
	cycles                       []uint16
	currencies                   []uint8
	classes                      []uint32 // plus one, by the other's class; 0 = not met yet
	next                         int
	hash                         uint64 // of the name numbered last
}

func newMerger(in *input, o *Ledger) *merger {
	return &merger{
		in: in, o: o, customers: renumber(o.customers.len()), slots: renumber(o.slots.len()), ids: renumber(o.ids.len()),
		words: renumber(o.dims.words.len()), classes: make([]uint32, len(o.scale.factors)),
	}
}

func renumber(n int) []uint32 { return make([]uint32, n) }

// tables brings over the few cycles and currencies.
func (m *merger) tables() {
	l := m.in.l
	for _, c := range m.o.cycles {
		i, err := l.cycleIndex(c)
		if err != nil {
			m.fail("Cycle", c.String(), err)
		}
		m.cycles = append(m.cycles, i)
	}
	for i, c := range m.o.currencies {
		n := uint8(0)
		if i > 0 {
			var err error
			if n, err = l.currencyNumber(c); err != nil {
				m.fail("Currency", string(c), err)
			}
		}
		m.currencies = append(m.currencies, n)
	}
}

func (m *merger) fail(field, value string, err error) {
	m.in.faults.Add(fault.Row{Row: int64(m.next) + 1, Field: field, Value: value, Err: err})
}

// name is the number of one of the other's names here.
func (m *merger) name(of []uint32, here, there *names, i uint32) (n uint32, ok bool) {
	if of[i] != 0 {
		return of[i] - 1, true
	}
	s := there.string(i)
	m.hash = here.hash(s)
	n, _, err := here.number(s, m.hash)
	if err != nil {
		m.fail("Customer", s, err)
		return 0, false
	}
	of[i] = n + 1
	return n, true
}

func (m *merger) slot(s uint32) (uint32, bool) {
	if m.slots[s] != 0 {
		return m.slots[s] - 1, true
	}
	l, o := m.in.l, m.o
	cust, ok := m.name(m.customers, &l.customers, &o.customers, o.slots.owner[s])
	if !ok {
		return 0, false
	}
	base := uint32(0)
	if b := o.base[s]; b != s {
		if base, ok = m.slot(b); !ok {
			return 0, false
		}
	}
	n, fresh, err := l.slots.number(cust, o.slots.string(s))
	if err != nil {
		m.fail("Subscription", o.slots.string(s), err)
		return 0, false
	}
	m.slots[s] = n + 1
	if fresh {
		if o.base[s] == s {
			base = n
		}
		l.base, l.origin = append(l.base, base), append(l.origin, unsaid)
	}
	return n, true
}

// entry is the other's entry in this ledger's numbers, but for its id.
func (m *merger) entry(e *entry) (out entry, ok bool) {
	l, o := m.in.l, m.o
	out = *e
	if out.slot, ok = m.slot(e.slot); !ok {
		return out, false
	}
	out.meta = e.meta&(isAlive|(1<<causeBits-1)<<causeShift) | uint32(m.currencies[e.currency()]) |
		uint32(classOf(m.cycles[e.class().cycle()], e.class().places()))<<classShift
	if c := e.currency(); c != 0 { // its rate must be known here too
		if _, err := l.currencyIndex(o.currencies[c], unix(e.at)); err != nil {
			m.fail("Currency", string(o.currencies[c]), err)
			return out, false
		}
	}
	if e.meta&isWide != 0 {
		l.setCoef(&out, o.wide[e.coef])
	}
	l.meet(out.class())
	if e.more != 0 {
		d := o.details[e.more-1]
		if d.dim != 0 {
			k := o.dims.all[d.dim]
			var planned, made bool
			k.plan, planned = m.word(k.plan)
			k.product, made = m.word(k.product)
			if !planned || !made {
				return out, false
			}
			d.dim = l.dims.numberOf(k)
		}
		var err error
		if out.more, err = l.detail(d); err != nil {
			m.fail("Plan", "", err)
			return out, false
		}
	}
	return out, true
}

func (m *merger) word(w uint32) (uint32, bool) {
	if w == 0 {
		return 0, true
	}
	n, ok := m.name(m.words, &m.in.l.dims.words, &m.o.dims.words, w-1)
	return n + 1, ok
}

func (m *merger) append(e *entry) {
	m.next++
	out, ok := m.entry(e)
	if !ok || !m.claim(out.slot) {
		return
	}
	if e.id != 0 && !m.identify(&out, e) {
		return
	}
	m.in.push(&out)
}

func (m *merger) claim(slot uint32) bool {
	l := m.in.l
	if m.in.out == nil && l.origin[l.base[slot]] == appended {
		return true
	}
	c := Change{Customer: l.customers.string(l.slots.owner[slot]), Subscription: l.slots.string(l.base[slot])}
	m.in.next = int64(m.next) - 1
	return m.in.claim(0, &c, slot)
}

func (m *merger) identify(out, e *entry) bool {
	c := Change{Customer: m.o.customers.string(m.o.customer(e)), ID: m.o.ids.string(e.id - 1)}
	m.in.next = int64(m.next) - 1
	return m.in.identify(0, &c, out)
}

// histories are the other's, ready to be said.
func (m *merger) histories() []said {
	var out []said
	for _, base := range m.o.replacedSlots() {
		for _, v := range m.o.histories[base].versions {
			s := said{version: version{rec: v.rec}}
			var ok bool
			m.next++
			if s.base, ok = m.slot(base); !ok {
				return nil
			}
			m.in.out = &s.es
			if !m.claim(s.base) {
				break
			}
			for i := range v.es {
				e, ok := m.entry(&v.es[i])
				if !ok {
					return nil
				}
				if v.es[i].id != 0 && !m.identify(&e, &v.es[i]) {
					return nil
				}
				m.in.push(&e)
			}
			out = append(out, s)
		}
	}
	return out
}

// agree reports the first rule on which two ledgers differ.
func (o Options) agree(p Options) error {
	differ := func(field string, a, b any) error {
		return fmt.Errorf("%w: %s is %v here and %v there", ErrOptions, field, a, b)
	}
	zone := func(l *time.Location) string {
		if l == nil {
			return time.UTC.String()
		}
		return l.String()
	}
	switch {
	case o.Currency != p.Currency:
		return differ("Currency", o.Currency, p.Currency)
	case zone(o.Location) != zone(p.Location):
		return differ("Location", zone(o.Location), zone(p.Location))
	case o.Net != p.Net:
		return differ("Net", o.Net, p.Net)
	case o.MinGap != p.MinGap:
		return differ("MinGap", o.MinGap, p.MinGap)
	case o.MaxGap != p.MaxGap:
		return differ("MaxGap", o.MaxGap, p.MaxGap)
	case o.Coalesce != p.Coalesce:
		return differ("Coalesce", o.Coalesce, p.Coalesce)
	}
	return nil
}
