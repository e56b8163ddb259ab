package ledger

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// entry is a change as the ledger keeps it: 32 bytes and no pointer, so that
// ten million of them are one allocation the garbage collector does not scan.
type entry struct {
	at   int64  // unix nanoseconds
	coef int64  // coefficient of the amount, or an index into Ledger.wide
	slot uint32 // what has the level: customer, subscription, item
	id   uint32 // event id plus one; 0 = none
	meta uint32 // currency, cause, flags, class
	more uint32 // details plus one; 0 = none: recorded unstated, no plan
}

const entrySize = 32

// The fields of entry.meta, lowest bits first.
const (
	currencyBits = 8
	causeShift   = currencyBits
	causeBits    = 5
	isWide       = 1 << (causeShift + causeBits)
	isAlive      = isWide << 1
	classShift   = 16
	placesBits   = 4
	cycleBits    = 12
)

func (e *entry) currency() uint8 { return uint8(e.meta & (1<<currencyBits - 1)) }
func (e *entry) cause() Cause    { return Cause(e.meta >> causeShift & (1<<causeBits - 1)) }
func (e *entry) class() class    { return class(e.meta >> classShift) }
func (e *entry) alive() bool     { return e.meta&isAlive != 0 }

// coef returns the coefficient. Those beyond an int64 are rare and live apart.
func (l *Ledger) coef(e *entry) num.Int128 {
	if e.meta&isWide == 0 {
		return num.Of(e.coef)
	}
	return l.wide[e.coef]
}

func (l *Ledger) setCoef(e *entry, v num.Int128) {
	if small, ok := v.Int64(); ok {
		e.coef = small
		return
	}
	e.coef, e.meta = int64(len(l.wide)), e.meta|isWide
	l.wide = append(l.wide, v)
}

// customer is whose entry it is.
func (l *Ledger) customer(e *entry) uint32 { return l.slots.owner[e.slot] }

// block is what a customer's books hold.
func (l *Ledger) block(c uint32) []entry {
	if int(c) < len(l.blocks) {
		return l.blocks[c]
	}
	return nil
}

// recorded is when an entry became known, and whether that was said. Unsaid, it
// is taken to have been known when it began to hold.
func (l *Ledger) recorded(e *entry) (at int64, stated bool) {
	if e.more != 0 {
		if d := &l.details[e.more-1]; d.stated {
			return d.rec, true
		}
	}
	return e.at, false
}

// order sorts a customer's entries: by instant; there, those whose recording is
// unstated first; by when they became known; by subscription and item. Only
// what ties in all of these depends on the input order.
func (l *Ledger) order(a, b *entry) int {
	if c := cmp.Compare(a.at, b.at); c != 0 {
		return c
	}
	if a.more != b.more {
		if c := l.orderRecorded(a, b); c != 0 {
			return c
		}
	}
	if a.slot == b.slot {
		return 0
	}
	return bytes.Compare(l.slots.text(a.slot), l.slots.text(b.slot))
}

func (l *Ledger) orderRecorded(a, b *entry) int {
	ra, sa := l.recorded(a)
	rb, sb := l.recorded(b)
	if sa != sb {
		if sb {
			return -1
		}
		return 1
	}
	return cmp.Compare(ra, rb)
}

// sortBlock sorts one customer's entries stably. Most blocks are short or
// nearly sorted, where insertion wins.
func (l *Ledger) sortBlock(b []entry) {
	if len(b) > 48 {
		by := func(x, y entry) int { return l.order(&x, &y) }
		if !slices.IsSortedFunc(b, by) {
			slices.SortStableFunc(b, by)
		}
		return
	}
	for i := 1; i < len(b); i++ {
		e := b[i]
		j := i
		for ; j > 0 && (e.at < b[j-1].at || (e.at == b[j-1].at && l.order(&e, &b[j-1]) < 0)); j-- {
			b[j] = b[j-1]
		}
		b[j] = e
	}
}

// settleBlock removes from a sorted block what was said again: of one event id
// the earliest recorded stays, an unstated recording giving way to a stated one;
// of what was recorded together the last saying, be it of one event id or,
// without id, of one level. It returns what is left, in place, and how many went.
func (l *Ledger) settleBlock(b []entry) ([]entry, int) {
	repeated := false
	for i := 1; i < len(b) && !repeated; i++ {
		repeated = b[i].at == b[i-1].at
	}
	if !repeated {
		return b, 0
	}
	out := b[:0]
	for i := 0; i < len(b); {
		n := i + 1
		for n < len(b) && b[n].at == b[i].at {
			n++
		}
		switch run := b[i:n]; {
		case len(run) == 1:
			out = append(out, run[0])
		case len(run) <= 16:
			out = l.settleFew(out, run)
		default:
			out = l.settleMany(out, run)
		}
		i = n
	}
	return out, len(b) - len(out)
}

// settleFew appends one instant's entries, each compared with all before it.
func (l *Ledger) settleFew(out, run []entry) []entry {
	from := len(out)
	for i := range run {
		e := run[i]
		keep := true
		for j := from; j < len(out); j++ {
			o := &out[j]
			if o.id != e.id || o.slot != e.slot || (e.id == 0 && o.more != e.more && l.orderRecorded(o, &e) != 0) {
				continue
			}
			if keep = l.replaces(&e, o); keep {
				// What is said again is said last: only then does appending a
				// whole input twice leave the books of once.
				out = append(out[:j], out[j+1:]...)
			}
			break
		}
		if keep {
			out = append(out, e)
		}
	}
	return out
}

// settleMany is settleFew for instants at which very much happens.
func (l *Ledger) settleMany(out, run []entry) []entry {
	type key struct {
		id, slot uint32
		rec      int64
		stated   bool
	}
	last := make(map[key]int, len(run))
	dead := make([]bool, len(run))
	for i := range run {
		e := &run[i]
		k := key{id: e.id, slot: e.slot}
		if e.id == 0 {
			k.rec, k.stated = l.recorded(e)
		}
		if j, ok := last[k]; ok {
			if !l.replaces(e, &run[j]) {
				dead[i] = true
				continue
			}
			dead[j] = true
		}
		last[k] = i
	}
	for i := range run {
		if !dead[i] {
			out = append(out, run[i])
		}
	}
	return out
}

// replaces reports whether of two sayings of one thing at one instant, o sorted
// before e, it is e that stays.
func (l *Ledger) replaces(e, o *entry) bool {
	if e.more == o.more {
		return true
	}
	re, se := l.recorded(e)
	ro, so := l.recorded(o)
	return se != so || re == ro // stated after unstated, or recorded together
}

// mergeBlocks merges a settled block and sorted entries that came after it into
// a new, settled one with room for more, and returns how many repeats went.
func (l *Ledger) mergeBlocks(b, fresh []entry) ([]entry, int) {
	out := make([]entry, 0, len(b)+len(fresh)+len(b)/8+2)
	for len(fresh) > 0 {
		e := &fresh[0]
		n, _ := slices.BinarySearchFunc(b, *e, func(x, t entry) int {
			if l.order(&x, &t) <= 0 {
				return -1
			}
			return 1
		})
		out = append(append(out, b[:n]...), *e)
		b, fresh = b[n:], fresh[1:]
	}
	out = append(out, b...)
	return l.settleBlock(out)
}
