package ledger

import (
	"fmt"
	"hash/maphash"
	"iter"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// Append takes changes into the books, in any order, late ones included. It
// takes all of them or none: a refusal is an *InputError that names every
// change at fault, and leaves the books as they were.
//
// The cost is that of finding each change's names; its customer's history is
// brought up to date when somebody next reads, and nobody else's is touched.
func (l *Ledger) Append(changes ...Change) error {
	in := l.begin()
	for len(changes) > 0 {
		n := min(len(changes), batch)
		in.add(changes[:n])
		changes = changes[n:]
	}
	return in.end()
}

// Load takes in all changes of a stream, or none of them where the stream
// reports an error or a change is refused: then the *InputError holds every
// fault, the stream's own errors among them.
func (l *Ledger) Load(changes iter.Seq2[Change, error]) error {
	in := l.begin()
	buf := make([]Change, 0, batch)
	for c, err := range changes {
		if err != nil {
			in.add(buf)
			buf = buf[:0]
			in.faults = append(in.faults, fmt.Errorf("ledger: load: change[%d]: %w", in.next, err))
			in.next++
			continue
		}
		if buf = append(buf, c); len(buf) == batch {
			in.add(buf)
			buf = buf[:0]
		}
	}
	in.add(buf)
	return in.end()
}

// batch is how many changes are validated before they are taken in; also how
// many name look-ups overlap.
const batch = 256

// input is an Append under way.
type input struct {
	l      *Ledger
	next   int // index of the next change
	faults []error

	// What the ledger held before, to go back to.
	customers, subs, ids, pending, currencies int
	held                                      num.Int128
	den                                       int64
	minAt, maxAt                              int64

	parsed [batch]parsed
	hashes [batch]uint64
	looked [batch]uint64 // those of hashes that are looked up
	sink   byte
}

func (l *Ledger) begin() *input {
	return &input{
		l: l, customers: l.customers.len(), subs: l.subs.len(), ids: l.ids.len(),
		pending: l.pending.n, currencies: len(l.currencies),
		held: l.held, den: l.scale.den, minAt: l.minAt, maxAt: l.maxAt,
	}
}

// add validates up to batch changes and, unless something was refused before,
// takes them in.
func (in *input) add(changes []Change) {
	l := in.l
	before := len(in.faults)
	den := l.scale.den
	in.touch(changes)
	named := false // the names of the change before are right
	for i := range changes {
		c := &changes[i]
		fault := func(field, value, reason string, err error) { in.fault(i, c, field, value, reason, err) }
		known := len(in.faults)
		p := &in.parsed[i]
		if i == 0 || !named || !sameNames(c, &changes[i-1]) {
			parseNames(c, fault)
			named = len(in.faults) == known
		}
		l.parse(c, p, fault)
		if len(in.faults) > known {
			continue
		}
		if l.factor(p) != nil {
			continue
		}
		finer, ok := scale{den}.fits(p.exp, p.times, p.per)
		if !ok {
			fault("Cycle", c.Cycle.String(), fmt.Sprintf(
				"with %d decimal places no common unit of 1/9223372036854775807 or coarser holds it and what came before, 1/%d", -p.exp, den), ErrRange)
			continue
		}
		den = finer
	}
	if len(in.faults) == before && den != l.scale.den {
		if err := l.rescale(den); err != nil {
			c := &changes[0]
			in.fault(0, c, "Amount", amountText(c.Amount), err.Error(), ErrRange)
		}
	}
	if len(in.faults) == 0 {
		in.take(changes)
	}
	in.next += len(changes)
}

// touch reads a byte of every name, so that their cache misses overlap.
func (in *input) touch(changes []Change) {
	for i := range changes {
		for _, s := range [...]string{changes[i].Customer, changes[i].Subscription, changes[i].ID} {
			if len(s) > 0 {
				in.sink ^= s[0]
			}
		}
	}
}

func (in *input) fault(i int, c *Change, field, value, reason string, err error) {
	in.faults = append(in.faults, &ChangeError{
		Index: in.next + i, Customer: clip(c.Customer), ID: clip(c.ID),
		Field: field, Value: value, Reason: reason, Err: err,
	})
}

// take gives the names of validated changes their numbers and queues the rest.
func (in *input) take(changes []Change) {
	l := in.l
	// Inputs are often grouped by customer: what the change before had is not
	// looked up again.
	n := 0
	for i := range changes {
		if i == 0 || changes[i].Customer != changes[i-1].Customer {
			in.hashes[i] = l.customers.hash(0, changes[i].Customer)
			in.looked[n] = in.hashes[i]
			n++
		}
	}
	l.customers.warm(in.looked[:n])
	var es [batch]entry
	for i := range changes {
		e := &es[i]
		if i > 0 && changes[i].Customer == changes[i-1].Customer {
			e.cust = es[i-1].cust
			continue
		}
		var err error
		if e.cust, _, err = l.customers.number(0, changes[i].Customer, in.hashes[i]); err != nil {
			in.fault(i, &changes[i], "Customer", clip(changes[i].Customer), err.Error(), ErrRange)
			return
		}
	}
	n = 0
	again := func(i int) bool {
		return i > 0 && es[i].cust == es[i-1].cust && changes[i].Subscription == changes[i-1].Subscription
	}
	for i := range changes {
		if !again(i) {
			in.hashes[i] = l.subs.hash(es[i].cust, changes[i].Subscription)
			in.looked[n] = in.hashes[i]
			n++
		}
	}
	l.subs.warm(in.looked[:n])
	for i := range changes {
		c, p, e := &changes[i], &in.parsed[i], &es[i]
		var err error
		if again(i) {
			e.sub = es[i-1].sub
		} else if e.sub, _, err = l.subs.number(e.cust, c.Subscription, in.hashes[i]); err != nil {
			in.fault(i, c, "Subscription", clip(c.Subscription), err.Error(), ErrRange)
			return
		}
		e.at, e.rec = p.at, p.rec
		e.meta = uint32(p.currency) | uint32(c.Cause)<<causeShift | uint32(p.cycle)<<cycleShift
		units, ok := p.coef.Mul(l.useFactor(p))
		held, ok2 := l.held.AddOK(units)
		if !ok || !ok2 || !l.holds(held) {
			in.fault(i, c, "Amount", amountText(c.Amount), fmt.Sprintf(
				"the charges of the books exceed 120 bits in units of 1/%d", l.scale.den), ErrRange)
			return
		}
		l.setUnits(e, units)
		if c.ID != "" && !in.identify(i, c, p, e) {
			continue
		}
		l.held = held
		if l.size == 0 && l.pending.n == 0 {
			l.minAt, l.maxAt = e.at, e.at
		}
		l.minAt, l.maxAt = min(l.minAt, e.at), max(l.maxAt, e.at)
		l.pending.push(e)
	}
}

// identify numbers an event id and refuses a second content under it.
func (in *input) identify(i int, c *Change, p *parsed, e *entry) bool {
	l := in.l
	id, fresh, err := l.ids.number(0, c.ID, l.ids.hash(0, c.ID))
	if err != nil {
		in.fault(i, c, "ID", clip(c.ID), err.Error(), ErrRange)
		return false
	}
	e.id = id + 1
	sum := l.contentSum(e, p)
	if fresh {
		l.idSums = append(l.idSums, sum)
		return true
	}
	if l.idSums[id] != sum {
		in.fault(i, c, "ID", clip(c.ID), "taken by a change with other content", ErrConflict)
		return false
	}
	return true
}

// contentSum is a fingerprint of all that must agree between two changes of one
// event id. When they became known may differ: deliveries repeat.
func (l *Ledger) contentSum(e *entry, p *parsed) uint64 {
	return maphash.Comparable(l.ids.seed, struct {
		at        int64
		coef      num.Int128
		exp       int32
		cust, sub uint32
		meta      uint32
	}{e.at, p.coef, p.exp, e.cust, e.sub, e.meta &^ isWide})
}

// end keeps the input, or goes back to where the books were.
func (in *input) end() error {
	l := in.l
	if len(in.faults) == 0 {
		return nil
	}
	l.pending.truncate(in.pending)
	l.customers.truncate(in.customers)
	l.subs.truncate(in.subs)
	l.ids.truncate(in.ids)
	l.idSums = l.idSums[:in.ids]
	l.currencies = l.currencies[:in.currencies]
	l.minAt, l.maxAt = in.minAt, in.maxAt
	// A finer unit stays: it holds the same books.
	l.held, _ = in.held.Mul(num.Of(l.scale.den / in.den))
	return &InputError{Faults: in.faults}
}
