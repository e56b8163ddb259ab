package ledger

import (
	"cmp"
	"slices"
)

// settle brings what was taken in into the blocks of its customers. A few
// changes are inserted where they belong and the monthly sums corrected by the
// difference; many are sorted in together and the sums made anew. No code of a
// caller runs before all blocks are whole.
func (l *Ledger) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy || l.pending.n == 0 && len(l.restated) == 0 {
		return
	}
	for len(l.blocks) < l.customers.len() {
		l.blocks = append(l.blocks, nil)
	}
	sums := l.tally
	olds := l.takeOut()
	if int64(l.pending.n)*8 > l.size || l.stale*2 > l.size {
		l.tally = nil
		l.sortIn()
		l.pending.empty()
		l.trim()
		l.rescale()
		return
	}
	touched := l.insertAll(olds)
	l.pending.empty()
	l.rescale()
	if sums == nil {
		return
	}
	l.tally = nil // unless all goes well: Rates may panic
	if sums.extend(l) {
		w := l.walker(sums.months)
		for _, t := range touched {
			sums.add(w, t.old, -1)
			sums.add(w, l.blocks[t.cust], 1)
		}
		l.tally = sums
	}
}

// touch is a customer whose block changed.
type touch struct {
	cust uint32
	old  []entry
}

// takeOut takes restated subscriptions out of the blocks and queues what now
// holds of them. It returns the blocks as they were.
func (l *Ledger) takeOut() map[uint32][]entry {
	if len(l.restated) == 0 {
		return nil
	}
	bases := make([]uint32, 0, len(l.restated))
	for b := range l.restated {
		bases = append(bases, b)
	}
	slices.Sort(bases)
	olds := map[uint32][]entry{}
	for _, base := range bases {
		c := l.slots.owner[base]
		if _, ok := olds[c]; !ok {
			old := l.blocks[c]
			olds[c] = old
			kept := make([]entry, 0, len(old)+1)
			for i := range old {
				if _, ok := l.restated[l.base[old[i].slot]]; !ok {
					kept = append(kept, old[i])
				}
			}
			l.blocks[c] = kept
			l.size -= int64(len(old) - len(kept))
			if cap(old) == len(old) {
				l.stale += int64(len(old))
			}
			if len(kept) == 0 {
				l.byName = nil
			}
		}
		if h := l.histories[base]; h != nil {
			for i := range h.versions[len(h.versions)-1].es {
				l.pending.push(&h.versions[len(h.versions)-1].es[i])
			}
		}
	}
	l.restated = map[uint32]struct{}{} // clearing would keep, and walk, what the largest batch took
	return olds
}

// insert brings sorted entries into a block. What follows all that is there goes
// into the room behind it: who says much gets dearer by a walk, not by a copy. A
// block of its own always has some room behind it, which tells it from those in
// shared arrays, of which something stays behind.
func (l *Ledger) insert(b, fresh []entry) (merged []entry, dropped int) {
	if n := len(b); n > 0 && b[n-1].at < fresh[0].at && cap(b)-n > len(fresh) {
		fresh, dropped = l.settleBlock(fresh)
		return append(b, fresh...), dropped
	}
	if cap(b) == len(b) {
		l.stale += int64(len(b))
	}
	return l.mergeBlocks(b, fresh)
}

// insertAll merges what is pending into the blocks, one customer at a time.
func (l *Ledger) insertAll(olds map[uint32][]entry) []touch {
	fresh := make([]entry, 0, l.pending.n)
	for _, c := range l.pending.chunks {
		fresh = append(fresh, c.es...)
	}
	slices.SortStableFunc(fresh, func(a, b entry) int { return cmp.Compare(l.customer(&a), l.customer(&b)) })
	var out []touch
	for len(fresh) > 0 {
		c := l.customer(&fresh[0])
		n := 1
		for n < len(fresh) && l.customer(&fresh[n]) == c {
			n++
		}
		own := fresh[:n]
		fresh = fresh[n:]
		l.sortBlock(own)
		b := l.blocks[c]
		old, ok := olds[c]
		if !ok {
			old = b
		}
		delete(olds, c)
		merged, dropped := l.insert(b, own)
		if (len(b) == 0) != (len(merged) == 0) {
			l.byName = nil
		}
		l.blocks[c] = merged
		l.size += int64(len(merged) - len(b))
		l.repeats += int64(dropped)
		out = append(out, touch{c, old})
	}
	for c, old := range olds { // integers add up alike in any order
		out = append(out, touch{c, old})
	}
	return out
}
