package ledger

import "math"

// duplicate is an event id that was there already.
type duplicate struct{ id, of uint32 }

// hashed is an event id on its way to the index.
type hashed struct {
	hash uint64
	id   uint32
}

// identify puts the event ids of a wave, which have their numbers, into the
// index, part by part. One that was there already gets that one's number, and
// must have its content.
func (w *bulk) identify(expect int) bool {
	l := w.in.l
	from := uint32(w.mark.ids)
	n := l.ids.len() - w.mark.ids
	if n == 0 {
		return true
	}
	l.ids.index.split(l.ids.hashOf)
	all := make([]hashed, 0, n)
	for p := range w.rooms {
		r := &w.rooms[p]
		for i, h := range r.idHash {
			all = append(all, hashed{h, r.at.ids + uint32(i)})
		}
	}
	parts := spread(all, func(h hashed) uint8 { return partOf(h.hash) }, func(_ int, h hashed) hashed { return h })
	more := int(math.Ceil(float64(n) * float64(expect) / float64(w.n) / partCount))
	l.inParts(n, partCount, func(p int) { w.rooms[p].identify(l, p, parts[p], from, more) })
	duplicates := 0
	for p := range w.rooms {
		r := &w.rooms[p]
		w.summed = append(w.summed, r.summed...)
		w.trouble = w.trouble || r.conflict
		duplicates += len(r.duplicates)
	}
	if w.trouble {
		return false
	}
	if duplicates > 0 {
		w.compact(from)
	}
	return true
}

// identify takes in the ids of part p of the index, of which there will be more.
func (r *room) identify(l *Ledger, p int, ids []hashed, from uint32, more int) {
	x := &l.ids.index.parts[p]
	if (x.n+len(ids))*5 > len(x.tags)*4 { // a hash spreads them nearly evenly
		x.room(max(more+int(2*math.Sqrt(float64(more))), len(ids)), l.ids.hashOf)
	}
next:
	for _, h := range ids {
		tag := tagOf(h.hash)
		for at, ok := x.next(tag, x.home(h.hash)); ok; at, ok = x.next(tag, x.after(at)) {
			of := x.refs[at]
			if string(l.ids.text(of)) != string(l.ids.text(h.id)) {
				continue
			}
			switch sum := l.idSums[h.id]; l.idSums[of] {
			case sum:
			case 0: // known from histories only
				l.idSums[of] = sum
				if of < from {
					r.summed = append(r.summed, of)
				}
			default:
				r.conflict = true
				return
			}
			r.duplicates = append(r.duplicates, duplicate{h.id, of})
			continue next
		}
		x.insert(h.hash, h.id, l.ids.hashOf)
	}
}

// compact gives the ids of a wave that were there already the numbers that they
// had, and closes the gaps.
func (w *bulk) compact(from uint32) {
	l := w.in.l
	to := make([]uint32, uint32(l.ids.len())-from) // what the wave's ids become
	for i := range to {
		to[i] = from + uint32(i)
	}
	for p := range w.rooms {
		for _, d := range w.rooms[p].duplicates {
			to[d.id-from] = d.of
		}
	}
	kept, end := from, uint32(0)
	if from > 0 {
		end = l.ids.ends[from-1]
	}
	for i := range to {
		id := from + uint32(i)
		if of := to[i]; of != id {
			if of >= from {
				of = to[of-from]
			}
			to[i] = of
			continue
		}
		text := l.ids.text(id)
		end += uint32(copy(l.ids.arena[end:], text))
		l.ids.ends[kept], l.idSums[kept], to[i] = end, l.idSums[id], kept
		kept++
	}
	l.ids.texts.truncate(int(kept))
	l.idSums = l.idSums[:kept]
	for p := range w.rooms {
		refs := l.ids.index.parts[p].refs
		for i, ref := range refs {
			if ref >= from {
				refs[i] = to[ref-from]
			}
		}
		for i := range w.rooms[p].out {
			if e := &w.rooms[p].out[i]; e.id > from {
				e.id = to[e.id-1-from] + 1
			}
		}
	}
}
