package ledger

import (
	"runtime"
	"sync/atomic"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// direct takes in columns that say neither subscription, plan nor recording: every
// customer has one level, so that a row is its entry but for its place. The rows
// are counted by part, and strewn to where they belong. It reports whether all
// were sound, and where not has taken none.
func (v *numbers) direct(in *input) (sound bool, err error) {
	l := in.l
	n := v.Len()
	d := directly{numbers: v, portions: make([]directPortion, max(1, min(4*runtime.GOMAXPROCS(0), n/l.many)))}
	var bad atomic.Bool
	l.inParts(n, len(d.portions), func(i int) {
		if !d.count(i) {
			bad.Store(true)
		}
	})
	if bad.Load() {
		return false, nil
	}
	if sound, err = d.number(in); !sound || err != nil {
		return sound, err
	}
	var at [partCount + 1]int
	end := 0
	for p := range partCount {
		at[p] = end
		for i := range d.portions {
			k := d.portions[i].counts[p]
			d.portions[i].counts[p] = end
			end += k
		}
	}
	at[partCount] = end
	d.es = make([]entry, n)
	l.inParts(n, len(d.portions), func(i int) {
		if !d.strew(i) {
			bad.Store(true)
		}
	})
	if bad.Load() {
		return false, nil
	}
	for i := range d.portions {
		p := &d.portions[i]
		for _, c := range p.classes {
			l.meet(c)
		}
		if l.minAt > l.maxAt {
			l.minAt, l.maxAt = p.minAt, p.maxAt
		}
		l.minAt, l.maxAt = min(l.minAt, p.minAt), max(l.maxAt, p.maxAt)
	}
	for p := range partCount {
		l.pending.add(p, d.es[at[p]:at[p+1]:at[p+1]])
	}
	in.next += int64(n)
	return true, nil
}

// directly is columns on their way.
type directly struct {
	*numbers
	portions []directPortion
	slots    []uint32 // by place of the customer
	cycles   []uint16 // by place
	es       []entry
}

// directPortion is a run of rows, read by one goroutine.
type directPortion struct {
	counts       [partCount]int // then where the next row of the part goes
	used         []bool         // places of Customers
	cycles       []bool         // likewise of Cycles
	met          [1 << 16 / 64]uint64
	classes      []class
	minAt, maxAt int64
}

func (d *directly) bounds(i int) (lo, hi int) {
	n := d.Len()
	return n * i / len(d.portions), n * (i + 1) / len(d.portions)
}

// count counts the rows by part and marks what they use. It reports whether they
// point to what there is.
func (d *directly) count(i int) bool {
	p := &d.portions[i]
	p.used, p.cycles = make([]bool, len(d.customers)), make([]bool, max(1, len(d.Cycles)))
	lo, hi := d.bounds(i)
	for _, c := range d.Customer[lo:hi] {
		if beyond(c, len(d.parts)) {
			return false
		}
		p.used[c] = true
		p.counts[d.parts[c]]++
	}
	if d.Cycle == nil {
		p.cycles[0] = true
		return true
	}
	for _, c := range d.Cycle[lo:hi] {
		if int(c) >= len(d.Cycles) {
			return false
		}
		p.cycles[c] = true
	}
	return true
}

// number gives what is used its numbers in the ledger.
func (d *directly) number(in *input) (sound bool, err error) {
	l := in.l
	d.slots, d.cycles = make([]uint32, len(d.customers)), make([]uint16, max(1, len(d.Cycles)))
	for c := range d.customers {
		if !d.isUsed(func(p *directPortion) bool { return p.used[c] }) {
			continue
		}
		slot, err := l.slot(d.customers[c], "", "")
		if err != nil {
			return false, refuseNumbered("Customers["+itoa(c)+"]", fault.Quote(d.Customers[c]), err.Error(), ErrRange)
		}
		switch l.origin[slot] {
		case replaced:
			return false, nil
		case unsaid:
			l.origin[slot] = appended
			if int(slot) < in.mark.slots {
				in.marked = append(in.marked, slot)
			}
		}
		d.slots[c] = slot
	}
	for c := range d.cycles {
		if !d.isUsed(func(p *directPortion) bool { return p.cycles[c] }) {
			continue
		}
		if d.cycles[c], err = l.cycleIndex(d.cycleAt(c)); err != nil {
			return false, refuseNumbered("Cycles["+itoa(c)+"]", d.cycleAt(c).String(), err.Error(), ErrCycle)
		}
	}
	return true, nil
}

func (d *directly) isUsed(by func(*directPortion) bool) bool {
	for i := range d.portions {
		if by(&d.portions[i]) {
			return true
		}
	}
	return false
}

// strew makes the entries of a portion, each where it belongs, and reports whether
// its rows are sound.
func (d *directly) strew(i int) bool {
	p := &d.portions[i]
	p.minAt, p.maxAt = 1<<63-1, -1<<63
	lo, hi := d.bounds(i)
	cycle := d.cycles[0]
	for k := lo; k < hi; k++ {
		cust, at := d.Customer[k], d.UnixNano[k]
		coef, places, ok := d.amount(k)
		if !ok || !d.inTime(at) {
			return false
		}
		if d.Cycle != nil {
			cycle = d.cycles[d.Cycle[k]]
		}
		c := classOf(cycle, places)
		if p.met[c/64]&(1<<(c%64)) == 0 {
			p.met[c/64] |= 1 << (c % 64)
			p.classes = append(p.classes, c)
		}
		meta := uint32(c) << classShift
		if d.Cause != nil {
			if d.Cause[k] >= causes {
				return false
			}
			meta |= uint32(d.Cause[k]) << causeShift
		}
		if d.Alive != nil && d.Alive[k] {
			meta |= isAlive
		}
		p.minAt, p.maxAt = min(p.minAt, at), max(p.maxAt, at)
		to := &p.counts[d.parts[cust]]
		d.es[*to] = entry{at: at, coef: coef, slot: d.slots[cust], meta: meta}
		*to++
	}
	return true
}
