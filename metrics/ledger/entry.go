package ledger

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// entry is a change as the ledger keeps it: 40 bytes and no pointer, so that
// ten million of them are one allocation the garbage collector does not scan.
type entry struct {
	at   int64 // unix nanoseconds
	rec  int64 // when it became known
	amt  int64 // units a year, or an index into Ledger.wide
	cust uint32
	sub  uint32
	id   uint32 // event id plus one; 0 = none
	meta uint32 // currency, cause, isWide, cycle
}

// The fields of entry.meta, lowest bits first.
const (
	currencyBits = 8
	causeShift   = currencyBits
	causeBits    = 6
	isWide       = 1 << (causeShift + causeBits)
	cycleShift   = causeShift + causeBits + 1
)

func (e *entry) currency() uint8 { return uint8(e.meta & (1<<currencyBits - 1)) }
func (e *entry) cause() Cause    { return Cause(e.meta >> causeShift & (1<<causeBits - 1)) }
func (e *entry) cycle() uint16   { return uint16(e.meta >> cycleShift) }

// units returns the charge. Amounts beyond an int64 are rare and live apart.
func (l *Ledger) units(e *entry) num.Int128 {
	if e.meta&isWide == 0 {
		return num.Of(e.amt)
	}
	return l.wide[e.amt]
}

func (l *Ledger) setUnits(e *entry, v num.Int128) {
	if small, ok := v.Int64(); ok {
		e.amt = small
		return
	}
	e.amt, e.meta = int64(len(l.wide)), e.meta|isWide
	l.wide = append(l.wide, v)
}

// order sorts a customer's entries: by instant, by when they became known, by
// subscription. Only what ties in all three depends on the input order.
func (l *Ledger) order(a, b *entry) int {
	if c := cmp.Compare(a.at, b.at); c != 0 {
		return c
	}
	if c := cmp.Compare(a.rec, b.rec); c != 0 || a.sub == b.sub {
		return c
	}
	return bytes.Compare(l.subs.text(a.sub), l.subs.text(b.sub))
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
// the earliest recorded stays; of what was recorded together the last saying,
// be it of one event id or, without id, of one subscription. It returns what is
// left, in place, and how many went.
func settleBlock(b []entry) ([]entry, int) {
	repeated := false
	for i := 1; i < len(b) && !repeated; i++ {
		repeated = b[i].at == b[i-1].at
	}
	if !repeated {
		return b, 0
	}
	out := b[:0]
	run := 0 // where the entries of the current instant start in out
	for i := range b {
		e := b[i]
		if len(out) > 0 && out[len(out)-1].at != e.at {
			run = len(out)
		}
		out = admit(out, run, e)
	}
	return out, len(b) - len(out)
}

func admit(out []entry, run int, e entry) []entry {
	for i := run; i < len(out); i++ {
		o := &out[i]
		if o.id != e.id || (e.id == 0 && (o.rec != e.rec || o.sub != e.sub)) {
			continue
		}
		if o.rec != e.rec {
			return out // the same event, delivered again later
		}
		// What is said again is said last: only then does appending a whole
		// input twice leave the books of once.
		out = append(out[:i], out[i+1:]...)
		break
	}
	return append(out, e)
}

// insert adds an entry to a settled block.
func (l *Ledger) insert(b []entry, e entry) ([]entry, int) {
	pos, _ := slices.BinarySearchFunc(b, e, func(x, t entry) int {
		if l.order(&x, &t) <= 0 {
			return -1
		}
		return 1
	})
	lo, hi := pos, pos
	for lo > 0 && b[lo-1].at == e.at {
		lo--
	}
	for hi < len(b) && b[hi].at == e.at {
		hi++
	}
	if lo == hi {
		return slices.Insert(b, pos, e), 0
	}
	run := make([]entry, 0, hi-lo+1)
	run = append(append(append(run, b[lo:pos]...), e), b[pos:hi]...)
	run, dropped := settleBlock(run)
	return slices.Replace(b, lo, hi, run...), dropped
}
