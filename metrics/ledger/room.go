package ledger

import (
	"hash/maphash"
	"math"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// room is where the names of one part get their numbers. Those that are new are
// numbered from fresh on until all parts know how many they have.
type room struct {
	w       *bulk
	index   *indexPart // of the customers
	trouble bool

	customers texts    // new ones
	first     []uint32 // of new customers, as in slots
	levels    texts    // new slots
	owner     []uint32 // of new slots, likewise next and base
	next      []uint32
	base      []uint32
	links     []uint32 // cells of the ledger's chains that lead to new slots: customers from fresh on, slots below
	marked    []uint32 // slots known that became appended
	es        []entry
	details   []detail
	wide      []num.Int128
	ids       texts
	idHash    []uint64
	late      []lateSlot
	name      []byte
	sink      uint32 // keeps the loads of warm from being dropped

	at         counts // where its own begin in the ledger
	out        []entry
	minAt      int64
	maxAt      int64
	duplicates []duplicate // of ids of the index's part of the same number
	summed     []uint32
	conflict   bool
}

// counts are lengths of tables.
type counts struct {
	customers, customerBytes, slots, slotBytes, details, wide, ids, idBytes uint32
}

// lateSlot is a level that is not found by the chain of its customer.
type lateSlot struct {
	entry              int
	cust               uint32
	subscription, item string
}

func (r *room) reset(w *bulk, p int) {
	r.w, r.index, r.trouble, r.conflict = w, &w.in.l.customers.index.parts[p], false, false
	r.customers.truncate(0)
	r.levels.truncate(0)
	r.ids.truncate(0)
	r.first, r.owner, r.next, r.base = r.first[:0], r.owner[:0], r.next[:0], r.base[:0]
	r.links, r.marked, r.es, r.details, r.wide = r.links[:0], r.marked[:0], r.es[:0], r.details[:0], r.wide[:0]
	r.idHash, r.late, r.out, r.duplicates, r.summed = r.idHash[:0], r.late[:0], nil, r.duplicates[:0], r.summed[:0]
	r.minAt, r.maxAt = math.MaxInt64, math.MinInt64
}

// makeRoom gives the rooms what they will most likely need, all in a few
// allocations.
func (w *bulk) makeRoom() {
	var need [partCount]int
	total, enough := 0, true
	for p := range need {
		for i := range w.portions {
			need[p] += w.portions[i].streams[p].rows
		}
		total += need[p]
		enough = enough && cap(w.rooms[p].es) >= need[p]
	}
	if enough {
		return
	}
	es, numbers, bytes := slab[entry](total), slab[uint32](6*(total/4+partCount)), slab[byte](24*(total/4+partCount))
	for p := range w.rooms {
		r, n := &w.rooms[p], need[p]/4+1
		r.es = es(need[p])
		r.customers, r.levels = texts{numbers(n), bytes(12 * n)}, texts{numbers(n), bytes(12 * n)}
		r.first, r.owner, r.next, r.base = numbers(n), numbers(n), numbers(n), numbers(n)
	}
}

// fill reads what the portions have for part p, in the order of the input.
func (r *room) fill(w *bulk, p int) {
	r.reset(w, p)
	for i := range w.portions {
		r.read(&w.portions[i], &w.portions[i].streams[p])
		if r.trouble {
			return
		}
	}
}

func (r *room) read(p *portion, s *stream) {
	records, sides := s.records, s.sides
	var cust, slot uint32
	known := false // slot is that of the row before
	var rows [64]row
	var texts [64][]byte
	for len(records) > 0 && !r.trouble {
		n := 0
		for ; n < len(rows) && len(records) > 0; n++ {
			texts[n], records = rows[n].get(records)
		}
		r.warm(rows[:n])
		for i := range rows[:n] {
			x, text := &rows[i], texts[i]
			switch {
			case r.w.numbers != nil:
				cust = uint32(x.hash)
				text = r.w.numbers.subscription(r.name[:0], x)
				r.name = text
			case x.is&sameCustomer == 0:
				cust = r.customer(x.hash, text[:x.cust])
				text = text[x.cust:]
			}
			switch sub, item := text[:x.sub], text[x.sub:x.sub+x.item]; {
			case x.is&sameSlot == 0:
				slot, known = r.slot(cust, sub, item)
			case !known:
				r.again(cust)
			}
			c := class(x.meta >> classShift)
			e := entry{at: x.at, coef: x.coef, meta: x.meta&(1<<classShift-1) | uint32(classOf(p.cycleAs[c.cycle()], c.places()))<<classShift, slot: slot}
			if x.is&hasSide != 0 {
				r.beside(p, &e, &sides[0])
				sides = sides[1:]
			}
			if x.id != 0 {
				r.id(&e, x.idHash, text[x.sub+x.item:])
			}
			r.minAt, r.maxAt = min(r.minAt, x.at), max(r.maxAt, x.at)
			r.es = append(r.es, e)
		}
	}
}

// warm touches what looking up the customers of rows and their first levels will
// read, one kind of read at a time, so that the misses overlap.
func (r *room) warm(rows []row) {
	l := r.w.in.l
	if l.customers.len() < splitFrom || r.index.n == 0 {
		return
	}
	var refs, ends [64]uint32
	if r.w.numbers != nil {
		for i := range rows {
			refs[i] = uint32(rows[i].hash) + 1
			r.sink ^= l.slots.first[refs[i]-1]
		}
		rows = rows[:0]
	}
	for i := range rows {
		if x := &rows[i]; x.is&sameCustomer == 0 {
			at := r.index.home(x.hash)
			r.sink ^= uint32(r.index.tags[at]) ^ r.index.refs[at]
		}
	}
	for i := range rows {
		if x := &rows[i]; x.is&sameCustomer == 0 {
			if at := r.index.home(x.hash); r.index.tags[at] == tagOf(x.hash) && r.index.refs[at] < fresh {
				refs[i] = r.index.refs[at] + 1
				r.sink ^= l.customers.ends[refs[i]-1] ^ l.slots.first[refs[i]-1]
			}
		}
	}
	for i := range refs {
		if refs[i] != 0 {
			r.sink ^= uint32(l.customers.arena[l.customers.ends[refs[i]-1]-1])
			if s := l.slots.first[refs[i]-1]; s != 0 && s < fresh {
				ends[i] = l.slots.ends[s-1]
				r.sink ^= l.slots.next[s-1]
			}
		}
	}
	for i := range ends {
		if ends[i] != 0 {
			r.sink ^= uint32(l.slots.arena[ends[i]-1])
		}
	}
}

// hashOf is the hash of a customer, of the ledger or new.
func (r *room) hashOf(ref uint32) uint64 {
	return maphash.Bytes(r.w.in.l.customers.seed, r.customerText(ref))
}

func (r *room) customerText(ref uint32) []byte {
	if ref < fresh {
		return r.w.in.l.customers.text(ref)
	}
	return r.customers.text(ref - fresh)
}

func (r *room) customer(h uint64, s []byte) uint32 {
	if tag := tagOf(h); r.index.n > 0 {
		for at, ok := r.index.next(tag, r.index.home(h)); ok; at, ok = r.index.next(tag, r.index.after(at)) {
			if i := r.index.refs[at]; string(r.customerText(i)) == string(s) {
				return i
			}
		}
	}
	ref := fresh + uint32(r.customers.len())
	r.trouble = r.trouble || !utf8.Valid(s)
	r.push(&r.customers, s)
	r.first = append(r.first, 0)
	r.index.insert(h, ref, r.hashOf)
	return ref
}

func (r *room) push(t *texts, s []byte) {
	t.arena = append(t.arena, s...)
	t.ends = append(t.ends, uint32(len(t.arena)))
}

// slot numbers a level; it is not known where many others of its customer are.
func (r *room) slot(cust uint32, sub, item []byte) (slot uint32, known bool) {
	slot, isNew, ok := r.level(cust, sub)
	if ok && isNew {
		r.base = append(r.base, slot)
	}
	if ok {
		r.claim(slot)
	}
	if ok && len(item) > 0 {
		base := slot
		r.name = append(append(append(r.name[:0], sub...), itemMark), item...)
		if slot, isNew, ok = r.level(cust, r.name); ok && isNew {
			r.base = append(r.base, base)
		}
	}
	if !ok {
		r.late = append(r.late, lateSlot{len(r.es), cust, string(sub), string(item)})
	}
	return slot, ok
}

// again is slot for the level of the row before, which was late.
func (r *room) again(cust uint32) {
	o := r.late[len(r.late)-1]
	o.entry, o.cust = len(r.es), cust
	r.late = append(r.late, o)
}

func (r *room) level(cust uint32, name []byte) (slot uint32, isNew, ok bool) {
	l := r.w.in.l
	var cell *uint32
	if cust < fresh {
		cell = &l.slots.first[cust]
	} else {
		cell = &r.first[cust-fresh]
	}
	last, length := fresh+cust, 0
	for ; *cell != 0; length++ {
		ref := *cell - 1
		var text []byte
		if last = ref; ref < fresh {
			text, cell = l.slots.text(ref), &l.slots.next[ref]
		} else {
			text, cell = r.levels.text(ref-fresh), &r.next[ref-fresh]
		}
		if string(text) == string(name) {
			return ref, false, true
		}
	}
	if length == chained {
		return 0, false, false
	}
	slot = fresh + uint32(len(r.owner))
	*cell = slot + 1
	switch {
	case length == 0 && cust < fresh:
		r.links = append(r.links, last) // fresh + cust: the customer's cell
	case length > 0 && last < fresh:
		r.links = append(r.links, last)
	}
	r.push(&r.levels, name)
	r.owner, r.next = append(r.owner, cust), append(r.next, 0)
	return slot, true, true
}

// claim makes sure that a known subscription is spoken of in one way only.
func (r *room) claim(base uint32) {
	if base >= fresh {
		return
	}
	switch l := r.w.in.l; l.origin[base] {
	case unsaid:
		l.origin[base] = appended
		r.marked = append(r.marked, base)
	case replaced:
		r.trouble = true
	}
}

// beside takes in what most changes do not have.
func (r *room) beside(p *portion, e *entry, sd *side) {
	if sd.isWide {
		e.coef = int64(len(r.wide))
		r.wide = append(r.wide, sd.wide)
	}
	d := detail{rec: sd.rec, stated: sd.stated}
	if sd.dim != 0 {
		d.dim = p.dimAs[sd.dim-1]
	}
	if d == (detail{}) {
		return
	}
	if n := len(r.details); n == 0 || r.details[n-1] != d {
		r.details = append(r.details, d)
	}
	e.more = uint32(len(r.details))
}

func (r *room) id(e *entry, h uint64, s []byte) {
	r.push(&r.ids, s)
	r.idHash = append(r.idHash, h)
	e.id = uint32(r.ids.len())
}

// abandon takes out of the ledger's tables what the room put there.
func (r *room) abandon(l *Ledger) {
	for i := r.customers.len() - 1; i >= 0; i-- {
		ref := fresh + uint32(i)
		r.index.remove(r.hashOf(ref), ref, r.hashOf)
	}
	for _, cell := range r.links {
		*r.cell(l, cell) = 0
	}
	for _, s := range r.marked {
		l.origin[s] = unsaid
	}
}

func (r *room) cell(l *Ledger, link uint32) *uint32 {
	if link >= fresh {
		return &l.slots.first[link-fresh]
	}
	return &l.slots.next[link]
}
