package ledger

import (
	"runtime"
	"slices"
)

// A large input is taken in on all processors, in waves. The changes of a wave
// are read once (portion), their names hashed and copied, and strewn by the hash
// of the customer over parts whose names fit a cache. Then every part (room) has
// its names numbered by one goroutine, in the order of the input, for itself at
// first; a sum over the parts gives the numbers of the ledger. Nothing depends on
// how many processors there are.
//
// A wave does no fault finding: where anything is not as it should be, it leaves
// the books as they were, and its changes are added one by one, see input.add.

const (
	// bulkFrom is how many changes are worth it.
	bulkFrom = 1 << 15
	// waveSize bounds the memory of a wave, streamed that of one whose changes
	// must be kept meanwhile.
	waveSize = 1 << 18
	streamed = 1 << 16
)

// many takes in any number of changes.
func (in *input) many(changes []Change) {
	for len(changes) > 0 {
		n := min(len(changes), waveSize)
		if n < in.l.many || in.faults.Count() > 0 || !in.wave(changes[:n], len(changes)) {
			for rest := changes[:n]; len(rest) > 0; {
				k := min(len(rest), batch)
				in.add(rest[:k])
				rest = rest[k:]
			}
		} else {
			in.next += int64(n)
		}
		changes = changes[n:]
	}
}

// wave takes changes in, of which there will be expect in all, or does nothing
// and returns false.
func (in *input) wave(changes []Change, expect int) bool {
	l := in.l
	w := in.newWave(len(changes))
	w.changes = changes
	if !w.currencies() {
		return w.back()
	}
	l.inParts(len(changes), len(w.portions), func(i int) { w.portions[i].read(w, i) })
	return w.settle(l, expect)
}

// bulk is a wave under way. Its memory serves the next one.
type bulk struct {
	in       *input
	mark     mark
	n        int // how many changes
	changes  []Change
	numbers  *numbers // instead of changes: rows from from on
	from     int
	currency []uint8 // of changes, where there are several
	portions []portion
	rooms    []room
	marked   []uint32 // slots that became appended
	summed   []uint32 // ids that got a content
	trouble  bool
}

func (in *input) newWave(n int) *bulk {
	w := in.bulk
	if w == nil {
		w = &bulk{in: in, rooms: make([]room, partCount)}
		in.bulk = w
	}
	w.mark, w.marked, w.summed, w.trouble, w.currency = in.l.mark(), nil, nil, false, nil
	w.n, w.changes, w.numbers = n, nil, nil
	portions := max(1, min(2*runtime.GOMAXPROCS(0), n/in.l.many))
	w.portions = slices.Grow(w.portions[:0], portions)[:portions]
	return w
}

// back leaves the books as they were before the wave.
func (w *bulk) back() bool {
	for _, s := range w.marked {
		w.in.l.origin[s] = unsaid
	}
	for _, id := range w.summed {
		w.in.l.idSums[id] = 0
	}
	w.in.l.goBack(w.mark)
	return false
}

// currencies numbers those of the changes. A caller's Rates are asked in order.
func (w *bulk) currencies() bool {
	l := w.in.l
	if l.opts.Rates == nil {
		return true
	}
	for i := range w.changes {
		c := &w.changes[i]
		if c.Currency == "" || c.Currency == l.opts.Currency {
			continue
		}
		n, err := l.currencyIndex(c.Currency, c.At)
		if err != nil {
			return false
		}
		if w.currency == nil {
			w.currency = make([]uint8, w.n)
		}
		w.currency[i] = n
	}
	return true
}

// settle gives what the portions read its numbers.
func (w *bulk) settle(l *Ledger, expect int) bool {
	for i := range w.portions {
		w.trouble = w.trouble || w.portions[i].trouble
	}
	if w.trouble || !w.tables() {
		return w.back()
	}
	l.customers.index.split(l.customers.hashOf)
	for len(l.slots.first) < l.customers.len() {
		l.slots.first = append(l.slots.first, 0)
	}
	w.makeRoom()
	l.inParts(w.n, partCount, func(p int) { w.rooms[p].fill(w, p) })
	for p := range w.rooms {
		w.trouble = w.trouble || w.rooms[p].trouble
	}
	if w.trouble || !w.number() {
		for p := range w.rooms {
			w.rooms[p].abandon(l)
		}
		return w.back()
	}
	l.inParts(w.n, partCount, func(p int) { w.rooms[p].settle(l) })
	if !w.late() || !w.identify(expect) {
		return w.back()
	}
	for p := range w.rooms {
		r := &w.rooms[p]
		w.marked = append(w.marked, r.marked...)
		if len(r.out) > 0 {
			if l.minAt > l.maxAt {
				l.minAt, l.maxAt = r.minAt, r.maxAt
			}
			l.minAt, l.maxAt = min(l.minAt, r.minAt), max(l.maxAt, r.maxAt)
		}
		l.pending.add(p, r.out)
		r.out = nil
	}
	w.in.marked = append(w.in.marked, w.marked...)
	w.in.summed = append(w.in.summed, w.summed...)
	return true
}

// tables brings together the few things that portions numbered for themselves,
// in the order of the input.
func (w *bulk) tables() bool {
	l := w.in.l
	for i := range w.portions {
		p := &w.portions[i]
		p.cycleAs, p.dimAs = p.cycleAs[:0], p.dimAs[:0]
		for _, c := range p.cycles {
			n, err := l.cycleIndex(c)
			if err != nil {
				return false
			}
			p.cycleAs = append(p.cycleAs, n)
		}
		for _, c := range p.classes {
			l.meet(classOf(p.cycleAs[c.cycle()], c.places()))
		}
		for k := range p.dims {
			d := &p.dims[k]
			n, err := l.dims.number(d.plan, d.product, d.quantity, d.places)
			if err != nil {
				return false
			}
			p.dimAs = append(p.dimAs, n)
		}
	}
	return true
}

// late numbers the levels of customers with very many, which are found through
// one table.
func (w *bulk) late() bool {
	l := w.in.l
	for p := range w.rooms {
		r := &w.rooms[p]
		for i := range r.late {
			o := &r.late[i]
			slot, err := l.slot(as(o.cust, r.at.customers), o.subscription, o.item)
			if err != nil || l.origin[l.base[slot]] == replaced {
				return false
			}
			if base := l.base[slot]; l.origin[base] == unsaid {
				l.origin[base] = appended
				w.marked = append(w.marked, base)
			}
			e := &r.out[o.entry]
			e.slot = slot
			if e.id != 0 {
				l.idSums[e.id-1] = l.contentSum(e)
			}
		}
	}
	return true
}

// fresh marks a number that a part gave out for itself.
const fresh = 1 << 31

// as is the number that a part's own number becomes.
func as(n, from uint32) uint32 {
	if n < fresh {
		return n
	}
	return n - fresh + from
}
