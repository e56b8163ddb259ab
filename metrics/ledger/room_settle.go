package ledger

import "math"

// number gives every room its place in the ledger's tables and makes space.
func (w *bulk) number() bool {
	l := w.in.l
	at := counts{
		customers: uint32(l.customers.len()), customerBytes: uint32(len(l.customers.arena)),
		slots: uint32(l.slots.len()), slotBytes: uint32(len(l.slots.arena)),
		details: uint32(len(l.details)), wide: uint32(len(l.wide)), ids: uint32(l.ids.len()), idBytes: uint32(len(l.ids.arena)),
	}
	full := false
	add := func(to *uint32, n int) {
		if uint64(*to)+uint64(n) > math.MaxUint32 {
			full = true
		}
		*to += uint32(n)
	}
	for p := range w.rooms {
		r := &w.rooms[p]
		r.at = at
		add(&at.customers, r.customers.len())
		add(&at.customerBytes, len(r.customers.arena))
		add(&at.slots, r.levels.len())
		add(&at.slotBytes, len(r.levels.arena))
		add(&at.details, len(r.details))
		add(&at.wide, len(r.wide))
		add(&at.ids, r.ids.len())
		add(&at.idBytes, len(r.ids.arena))
	}
	if full || max(at.customers, at.slots, at.ids, at.details) > maxNames {
		return false
	}
	l.customers.extend(at.customers, at.customerBytes)
	l.slots.extend(at.slots, at.slotBytes)
	l.ids.extend(at.ids, at.idBytes)
	extend(&l.slots.first, at.customers)
	extend(&l.slots.next, at.slots)
	extend(&l.slots.owner, at.slots)
	extend(&l.base, at.slots)
	extend(&l.origin, at.slots)
	extend(&l.details, at.details)
	extend(&l.wide, at.wide)
	extend(&l.idSums, at.ids)
	return true
}

func (t *texts) extend(n, bytes uint32) {
	extend(&t.ends, n)
	extend(&t.arena, bytes)
}

// extend makes a list n long.
func extend[T any](s *[]T, n uint32) {
	*s = append(*s, make([]T, int(n)-len(*s))...)
}

// settle copies what the room has to its place in the ledger.
func (r *room) settle(l *Ledger) {
	at := &r.at
	place(&l.customers.texts, &r.customers, at.customers, at.customerBytes)
	place(&l.slots.texts, &r.levels, at.slots, at.slotBytes)
	place(&l.ids.texts, &r.ids, at.ids, at.idBytes)
	for i, ref := range r.index.refs {
		if ref >= fresh {
			r.index.refs[i] = as(ref, at.customers)
		}
	}
	cell := func(v uint32) uint32 {
		if v == 0 {
			return 0
		}
		return as(v-1, at.slots) + 1
	}
	for i, v := range r.first {
		l.slots.first[at.customers+uint32(i)] = cell(v)
	}
	for _, link := range r.links {
		c := r.cell(l, link)
		*c = cell(*c)
	}
	for i := range r.owner {
		s := at.slots + uint32(i)
		l.slots.owner[s], l.slots.next[s], l.base[s] = as(r.owner[i], at.customers), cell(r.next[i]), as(r.base[i], at.slots)
		l.origin[s] = unsaid
		if l.base[s] == s {
			l.origin[s] = appended
		}
	}
	copy(l.details[at.details:], r.details)
	copy(l.wide[at.wide:], r.wide)
	r.out = make([]entry, len(r.es))
	for i := range r.es {
		e := r.es[i]
		e.slot = as(e.slot, at.slots)
		if e.more != 0 {
			e.more += at.details
		}
		if e.meta&isWide != 0 {
			e.coef += int64(at.wide)
		}
		if e.id != 0 {
			e.id += at.ids
			l.idSums[e.id-1] = l.contentSum(&e)
		}
		r.out[i] = e
	}
}

// place copies texts to where they belong among others.
func place(to, from *texts, n, bytes uint32) {
	copy(to.arena[bytes:], from.arena)
	for i, end := range from.ends {
		to.ends[n+uint32(i)] = bytes + end
	}
}
