package ledger

import (
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// AsOf returns the books as they were known at an instant: a ledger of its own
// with the changes recorded until then, those whose recording is unstated when
// they began to hold by then, and of every subscription that Replace told the
// version of then. What it says equals what this ledger said at that time.
func (l *Ledger) AsOf(recorded time.Time) *Ledger {
	l.settle()
	ns := clampNanos(recorded)
	c := l.clone()
	for base, h := range l.histories {
		if h.inForce(ns) == nil {
			continue
		}
		i := 0
		for i < len(h.versions) && h.versions[i].rec <= ns {
			i++
		}
		kept := &history{versions: slices.Clone(h.versions[:i])}
		for j := range kept.versions {
			kept.versions[j].es = slices.Clone(kept.versions[j].es)
			for k := range kept.versions[j].es {
				c.identifyAgain(l, &kept.versions[j].es[k], false)
			}
		}
		c.histories[base] = kept
		c.histOf[l.slots.owner[base]] = append(c.histOf[l.slots.owner[base]], base)
		c.origin[base] = replaced
	}
	for i := range l.blocks {
		b := l.asOf(uint32(i), ns)
		for j := range b {
			said := l.origin[l.base[b[j].slot]]
			if said != replaced {
				c.origin[l.base[b[j].slot]] = appended
			}
			c.identifyAgain(l, &b[j], said != replaced)
		}
		c.blocks[i] = b
		c.size += int64(len(b))
	}
	return c
}

// identifyAgain numbers the id of an entry of from anew: an event id not yet known
// must be free to come again.
func (l *Ledger) identifyAgain(from *Ledger, e *entry, compared bool) {
	if e.id == 0 {
		return
	}
	old := e.id - 1
	id := from.ids.text(old)
	n, fresh, _ := l.ids.number(string(id), from.ids.hashOf(old))
	if fresh {
		l.idSums = append(l.idSums, 0)
	}
	if compared {
		l.idSums[n] = from.idSums[old]
	}
	e.id = n + 1
}

// asOf is a new block of what was known of a customer by an instant.
func (l *Ledger) asOf(cust uint32, ns int64) []entry {
	var kept, said []entry
	for _, e := range l.blocks[cust] {
		if rec, _ := l.recorded(&e); l.origin[l.base[e.slot]] != replaced && rec <= ns {
			kept = append(kept, e)
		}
	}
	for _, base := range l.histOf[cust] {
		if v := l.histories[base].inForce(ns); v != nil {
			said = append(said, v.es...)
		}
	}
	if said == nil {
		return kept
	}
	l.sortBlock(said)
	b, _ := l.mergeBlocks(kept, said)
	return b
}

func clampNanos(t time.Time) int64 {
	switch y := t.Year(); {
	case y < calendar.MinYear-1:
		return -1 << 63
	case y > calendar.MaxYear+1:
		return 1<<63 - 1
	default:
		return t.UnixNano()
	}
}
