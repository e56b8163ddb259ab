package ledger

import (
	"cmp"
	"slices"
)

// A lifetime is everything that is or will be said of one customer, in order,
// with what is known so far switched on. Switching one thing on or off answers
// anew what the customer did to one month, by the stretches it touches: the
// logarithm of the life's length, not the length.
type lifetime struct {
	w      *walker
	gaps   gaps
	cells  []cell // by level, then instant: what a level may be set at
	active nextBits
	dates  []date
	tree   stretches
	dirty  []int // stretches to be looked at again
	now    standing
	paid   [2]int // levels above zero when the month begins, and how many more at its end
}

// cell is one instant of one level. Of what is said at one instant the last
// recorded holds, and what is stated beats what is not.
type cell struct {
	level  level
	date   int32
	stated bool
}

// date is one instant and how all levels change at it together.
type date struct {
	at      int64
	gain    value
	foreign []holding // the same by currency, in books of several
	live    int32
	stretch int32
	month   int32
	period  int8
}

type holding struct {
	currency uint8
	units    value
}

// lifetime lays a customer out: known is settled and in force, and later holds
// everything that will be switched on.
func (m *monthOf) lifetime(known []entry, later []*late) *lifetime {
	l := m.w.l
	t := &lifetime{w: m.w, gaps: gaps{l.opts.MinGap, l.opts.MaxGap}, now: m.empty()}
	type key struct {
		slot uint32
		at   int64
	}
	var keys []key
	each := func(es []entry) {
		for i := range es {
			keys = append(keys, key{es[i].slot, es[i].at})
		}
	}
	each(known)
	for _, v := range later {
		if v.v == nil {
			keys = append(keys, key{v.e.slot, v.e.at})
		} else {
			each(v.v.es)
		}
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.slot, b.slot), cmp.Compare(a.at, b.at)) })
	keys = slices.Compact(keys)
	instants := make([]int64, len(keys))
	for i, k := range keys {
		instants[i] = k.at
	}
	slices.Sort(instants)
	instants = slices.Compact(instants)
	t.dates = make([]date, len(instants))
	for i, at := range instants {
		d := &t.dates[i]
		d.at, d.month = at, int32(m.w.months.index(at))
		d.period = m.period(int(d.month))
	}
	t.cells = make([]cell, len(keys))
	for i, k := range keys {
		d, _ := slices.BinarySearch(instants, k.at)
		t.cells[i] = cell{level: level{slot: k.slot}, date: int32(d)}
	}
	t.active = newNextBits(len(keys))
	t.cut()
	for i := range known {
		t.say(&known[i])
	}
	t.tree.all(t.stretch, t.gaps)
	t.dirty = t.dirty[:0]
	t.read()
	return t
}

// cut divides the dates into stretches: few dates each, or where movements net
// over more than an instant whole months, which no window leaves.
func (t *lifetime) cut() {
	few := 24
	if t.w.l.lay > 0 {
		few = 3
	}
	n, from, month := int32(-1), 0, int32(-1)
	for i := range t.dates {
		d := &t.dates[i]
		if t.w.groups {
			if d.month != month {
				month = d.month
				n++
			}
		} else if i == 0 || i-from == few {
			from = i
			n++
		}
		d.stretch = n
	}
	t.tree = newStretches(int(n) + 1)
}

// cell finds the cell of an entry.
func (t *lifetime) cell(e *entry) int {
	i, _ := slices.BinarySearchFunc(t.cells, e, func(c cell, e *entry) int {
		return cmp.Or(cmp.Compare(c.level.slot, e.slot), cmp.Compare(t.dates[c.date].at, e.at))
	})
	return i
}

// say switches an entry on. What is said later was recorded later.
func (t *lifetime) say(e *entry) {
	i := t.cell(e)
	_, stated := t.w.l.recorded(e)
	c := &t.cells[i]
	if t.active.has(i) && c.stated && !stated {
		return
	}
	units := t.w.l.units(e)
	c.stated = stated
	t.set(i, level{slot: e.slot, units: units, currency: e.currency(), present: !units.isZero() || e.alive()})
}

// set puts a level at a cell and carries the difference to where the level
// changes next.
func (t *lifetime) set(i int, to level) {
	c := &t.cells[i]
	from := c.level
	if !t.active.has(i) {
		from = t.before(i)
		t.active.set(i)
	}
	c.level = to
	t.change(c.date, from, to)
	t.carry(i, from, to)
}

// unset switches a cell off: the level before goes on.
func (t *lifetime) unset(i int) {
	if !t.active.has(i) {
		return
	}
	t.active.clear(i)
	from, to := t.cells[i].level, t.before(i)
	t.change(t.cells[i].date, from, to)
	t.carry(i, from, to)
}

func (t *lifetime) carry(i int, from, to level) {
	if n := t.active.next(i + 1); n >= 0 && t.cells[n].level.slot == from.slot {
		t.change(t.cells[n].date, to, from)
	}
}

// before is the level in force before a cell.
func (t *lifetime) before(i int) level {
	slot := t.cells[i].level.slot
	if p := t.active.prev(i); p >= 0 && t.cells[p].level.slot == slot {
		return t.cells[p].level
	}
	return level{slot: slot}
}

// change turns one step of a level from a-to-something into b-to-something by
// what lies between a and b.
func (t *lifetime) change(at int32, from, to level) {
	d := &t.dates[at]
	d.live += int32(sign(to.present)) - int32(sign(from.present))
	paid := int(sign(!to.units.isZero())) - int(sign(!from.units.isZero()))
	p := d.period
	if p != later {
		t.paid[p] += paid
	}
	if t.w.fx == nil {
		gain := to.units.sub(from.units)
		d.gain = d.gain.add(gain)
		if p == earlier {
			t.now.opening = t.now.opening.add(gain)
		}
	} else {
		t.hold(d, from.currency, from.units.neg(), p)
		t.hold(d, to.currency, to.units, p)
	}
	t.dirty = append(t.dirty, int(d.stretch))
}

func (t *lifetime) hold(d *date, currency uint8, units value, p int8) {
	if units.isZero() {
		return
	}
	if p != later {
		v := &t.now.local[p][currency]
		*v = v.add(units)
	}
	for i := range d.foreign {
		if h := &d.foreign[i]; h.currency == currency {
			h.units = h.units.add(units)
			return
		}
	}
	d.foreign = append(d.foreign, holding{currency, units})
}

// apply brings one late thing in and answers anew.
func (t *lifetime) apply(v *late) {
	if v.v == nil {
		t.say(&v.e)
	} else {
		for i := range v.before {
			t.unset(t.cell(&v.before[i]))
		}
		for i := range v.v.es {
			t.say(&v.v.es[i])
		}
	}
	slices.Sort(t.dirty)
	t.tree.again(slices.Compact(t.dirty), t.stretch, t.gaps)
	t.dirty = t.dirty[:0]
	t.read()
}

// read takes the answer from the tree.
func (t *lifetime) read() {
	r := t.tree.root().whole()
	s := &t.now
	if r.err != nil && t.w.fx.err == nil {
		t.w.fx.err = r.err
	}
	s.amount = r.amount
	s.heads, s.flow = r.flow()
	s.payers = b2i(t.paid[earlier] > 0)
	s.paying = b2i(t.paid[earlier]+t.paid[within] > 0) - s.payers
}

// stretch looks at one stretch: how many levels are there more at its end, the
// fewest there are on the way, and what it does to the month where these are
// none, and where they are some.
func (t *lifetime) stretch(n int) (more, least int32, none, some run) {
	lo, _ := slices.BinarySearchFunc(t.dates, int32(n), func(d date, n int32) int { return cmp.Compare(d.stretch, n) })
	hi := lo
	for ; hi < len(t.dates) && t.dates[hi].stretch == int32(n); hi++ {
		more += t.dates[hi].live
		least = min(least, more)
	}
	return more, least, t.follow(t.dates[lo:hi], -least), t.follow(t.dates[lo:hi], 1-least)
}

// follow is walker.walk over levels that are added up already.
func (t *lifetime) follow(ds []date, live int32) run {
	w := t.w
	r := run{absentIn: live == 0, absentOut: live == 0}
	var kept error
	if w.fx != nil {
		kept, w.fx.err = w.fx.err, nil
	}
	for i := 0; i < len(ds); {
		d := &ds[i]
		was, leftAt := live > 0, d.at
		live += d.live
		gain := t.gain(d, d.at)
		i++
		if w.groups && (!gain.isZero() || was != (live > 0)) {
			for end := w.groupEnd(d.at, int(d.month)); i < len(ds) && ds[i].at <= end; i++ {
				before := live > 0
				live += ds[i].live
				gain = gain.add(t.gain(&ds[i], d.at))
				if before && live == 0 {
					leftAt = ds[i].at
				}
			}
		}
		switch p, is := d.period, live > 0; {
		case was && is:
			r.move(gain, p)
		case is:
			r.arrive(edge{d.at, gain, p}, t.gaps)
		case was:
			r.depart(edge{leftAt, gain, p})
		}
	}
	if w.fx != nil {
		r.err, w.fx.err = w.fx.err, kept
	}
	return r
}

// gain is what a date brings at the rates of an instant.
func (t *lifetime) gain(d *date, rateAt int64) value {
	if t.w.fx == nil {
		return d.gain
	}
	var gain value
	for i := range d.foreign {
		h := &d.foreign[i]
		t.w.fx.seen[h.currency] = d.at
		gain = gain.add(t.w.fx.value(h.units, h.currency, rateAt))
	}
	return gain
}
