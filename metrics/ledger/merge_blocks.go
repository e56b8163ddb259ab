package ledger

// blocks takes over the other's appended changes, customer by customer as they
// lie there, and puts each where the part of its customer is gathered. It reports
// whether none was at fault; where one was, what it took is to be rewound.
func (m *merger) blocks() bool {
	l, o := m.in.l, m.o
	parts := make([]uint8, len(o.blocks))
	var ends [partCount + 1]int
	for c, b := range o.blocks {
		if len(b) == 0 {
			continue
		}
		if _, ok := m.name(m.customers, &l.customers, &o.customers, uint32(c)); !ok {
			return false
		}
		parts[c] = partOf(m.hash)
		ends[int(parts[c])+1] += len(b)
	}
	for p := range partCount {
		ends[p+1] += ends[p]
	}
	es, at := make([]entry, ends[partCount]), ends
	for c, b := range o.blocks {
		to := &at[parts[c]]
		for i := range b {
			e := &b[i]
			if o.origin[o.base[e.slot]] == replaced {
				continue
			}
			if !m.take(&es[*to], e) {
				return false
			}
			*to++
		}
	}
	for p := range partCount {
		own := es[ends[p]:at[p]:at[p]]
		for i := range own {
			if l.minAt > l.maxAt {
				l.minAt, l.maxAt = own[i].at, own[i].at
			}
			l.minAt, l.maxAt = min(l.minAt, own[i].at), max(l.maxAt, own[i].at)
		}
		l.pending.add(p, own)
	}
	return true
}

// take translates one entry.
func (m *merger) take(to, e *entry) bool {
	slot := m.slots[e.slot]
	if slot == 0 { // and is claimed
		n, ok := m.slot(e.slot)
		if !ok || !m.claim(n) {
			return false
		}
		slot = n + 1
	}
	if c := e.class(); e.more|e.id == 0 && e.meta&(isWide|1<<currencyBits-1) == 0 && int(c) < len(m.classes) && m.classes[c] != 0 {
		*to = entry{at: e.at, coef: e.coef, slot: slot - 1, meta: e.meta&(1<<classShift-1) | (m.classes[c]-1)<<classShift}
		return true
	}
	out, ok := m.entry(e)
	if !ok || !m.claim(out.slot) || e.id != 0 && !m.identify(&out, e) {
		return false
	}
	if c := e.class(); int(c) < len(m.classes) {
		m.classes[c] = uint32(out.class()) + 1
	}
	*to = out
	return true
}
