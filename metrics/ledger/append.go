package ledger

import (
	"hash/maphash"
	"iter"
	"maps"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Append takes changes into the books, in any order, late ones included. It
// takes all of them or none: a refusal is a *fault.Batch that names every
// change at fault, and leaves the books as they were.
//
// The cost is that of finding each change's names; its customer's history is
// brought up to date when somebody next reads, and nobody else's is touched.
func (l *Ledger) Append(changes ...Change) error {
	in := l.begin("append")
	defer in.undo()
	for len(changes) > 0 {
		n := min(len(changes), batch)
		in.add(changes[:n])
		changes = changes[n:]
	}
	return in.end()
}

// Load takes in all changes of a stream, or none of them where the stream
// reports an error, a change is refused, or the stream panics: then the
// *fault.Batch holds every fault, the stream's own errors among them.
func (l *Ledger) Load(changes iter.Seq2[Change, error]) error {
	l.settle() // what the stream reads of these books while it runs is what they were
	in := l.begin("load")
	defer in.undo()
	buf := make([]Change, 0, batch)
	for c, err := range changes {
		if err != nil {
			in.add(buf)
			buf = buf[:0]
			in.faults.Add(fault.Row{Row: in.next + 1, Err: err})
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

// mark is how long the tables of a ledger are: what it takes to go back to.
// Everything an input adds is added at the end of one of them.
type mark struct {
	customers, slots, ids, words, dims, details, wide int
	cycles, classes, currencies, pending              int
	minAt, maxAt                                      int64
}

func (l *Ledger) mark() mark {
	return mark{
		customers: l.customers.len(), slots: l.slots.len(), ids: l.ids.len(), words: l.dims.words.len(), dims: len(l.dims.all),
		details: len(l.details), wide: len(l.wide), cycles: len(l.cycles), classes: len(l.classes),
		currencies: len(l.currencies), pending: l.pending.n, minAt: l.minAt, maxAt: l.maxAt,
	}
}

func (l *Ledger) goBack(m mark) {
	l.pending.truncate(m.pending)
	l.customers.truncate(m.customers)
	l.slots.truncate(m.slots)
	l.base = l.base[:m.slots]
	l.origin = l.origin[:m.slots]
	l.ids.truncate(m.ids)
	l.idSums = l.idSums[:m.ids]
	l.dims.truncate(m.dims, m.words)
	l.details = l.details[:m.details]
	l.wide = l.wide[:m.wide]
	for _, c := range l.cycles[m.cycles:] {
		delete(l.cycleOf, c)
	}
	l.cycles, l.rates = l.cycles[:m.cycles], l.rates[:m.cycles]
	for _, c := range l.classes[m.classes:] {
		delete(l.classOf, c)
	}
	l.classes = l.classes[:m.classes]
	l.currencies = l.currencies[:m.currencies]
	l.minAt, l.maxAt = m.minAt, m.maxAt
}

// input is changes being taken in.
type input struct {
	l      *Ledger
	mark   mark
	next   int64 // index of the next change
	faults fault.Batch
	done   bool
	nested bool
	// marked are slots that were known and became appended by this input.
	marked []uint32
	// summed are ids that were known without a content and got one.
	summed []uint32
	// out takes the entries instead of the pile: those of a Replace, whose ids
	// are not compared.
	out *[]entry

	parsed [batch]parsed
	hashes [batch]uint64
	looked [batch]uint64 // those of hashes that are looked up
	name   []byte
	sink   byte
}

func (l *Ledger) begin(op string) *input {
	in := &input{l: l, mark: l.mark(), faults: fault.Batch{Package: "ledger", Op: op}}
	if l.busy { // a source that writes to the ledger it is loaded into
		in.faults.Add(fault.Row{Row: 1, Err: ErrBusy})
	}
	in.nested = l.busy
	l.busy = true
	return in
}

// end keeps the input, or says why not; undo then goes back.
func (in *input) end() error {
	if err := in.faults.Err(); err != nil {
		return err
	}
	in.done = true
	return nil
}

// undo goes back to where the books were unless the input was kept. Deferred,
// so that a source or a Rates that panics leaves nothing behind either.
func (in *input) undo() {
	if in.nested {
		return
	}
	in.l.busy = false
	if in.done {
		return
	}
	for _, s := range in.marked {
		in.l.origin[s] = unsaid
	}
	for _, id := range in.summed {
		in.l.idSums[id] = 0
	}
	in.l.goBack(in.mark)
}

// add validates up to batch changes and, unless something was refused before,
// takes them in.
func (in *input) add(changes []Change) {
	l := in.l
	in.touch(changes)
	named := false // the names of the change before are right
	before := in.faults.Count()
	for i := range changes {
		c := &changes[i]
		fail := func(field, value, limit string, err error) { in.fault(i, c, field, value, limit, err) }
		known := in.faults.Count()
		if i == 0 || !named || !sameNames(c, &changes[i-1]) {
			parseNames(c, fail)
			named = in.faults.Count() == known
		}
		l.parse(c, &in.parsed[i], fail)
	}
	if before == 0 && in.faults.Count() == 0 {
		in.take(changes)
	}
	in.next += int64(len(changes))
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

func (in *input) fault(i int, c *Change, field, value, limit string, err error) {
	in.faults.Add(fault.Row{
		Row: in.next + int64(i) + 1, Customer: c.Customer, ID: c.ID, Field: field, Value: value, Limit: limit, Err: err,
	})
}

// take gives the names of validated changes their numbers and queues the rest.
func (in *input) take(changes []Change) {
	l := in.l
	var es [batch]entry
	var custs [batch]uint32
	if !in.takeCustomers(changes, &custs) || !in.takeSlots(changes, &custs, &es) {
		return
	}
	for i := range changes {
		c, p, e := &changes[i], &in.parsed[i], &es[i]
		if i > 0 && e.slot == es[i-1].slot {
			// its origin has been seen to
		} else if !in.claim(i, c, e.slot) {
			continue
		}
		e.at, e.meta = p.at, p.meta
		if !in.takeDetail(i, c, p, e) {
			return
		}
		l.setCoef(e, p.coef)
		l.meet(e.class())
		if c.ID != "" && !in.identify(i, c, e) {
			continue
		}
		in.push(e)
	}
}

func (in *input) push(e *entry) {
	l := in.l
	if l.minAt > l.maxAt {
		l.minAt, l.maxAt = e.at, e.at
	}
	l.minAt, l.maxAt = min(l.minAt, e.at), max(l.maxAt, e.at)
	if in.out != nil {
		*in.out = append(*in.out, *e)
		return
	}
	l.pending.push(e)
}

// meet notes a class of charge.
func (l *Ledger) meet(c class) {
	if int(c) < len(l.scale.factors) && l.scale.factors[c] != 0 {
		return
	}
	if _, ok := l.classOf[c]; !ok {
		l.classOf[c] = struct{}{}
		l.classes = append(l.classes, c)
	}
}

// takeCustomers numbers the customers. Inputs are often grouped by customer:
// what the change before had is not looked up again.
func (in *input) takeCustomers(changes []Change, custs *[batch]uint32) bool {
	l, n := in.l, 0
	for i := range changes {
		if i == 0 || changes[i].Customer != changes[i-1].Customer {
			in.hashes[i] = l.customers.hash(0, changes[i].Customer)
			in.looked[n] = in.hashes[i]
			n++
		}
	}
	l.customers.warm(in.looked[:n])
	for i := range changes {
		if i > 0 && changes[i].Customer == changes[i-1].Customer {
			custs[i] = custs[i-1]
			continue
		}
		var err error
		if custs[i], _, err = l.customers.number(0, changes[i].Customer, in.hashes[i]); err != nil {
			in.fault(i, &changes[i], "Customer", changes[i].Customer, err.Error(), ErrRange)
			return false
		}
	}
	return true
}

// takeSlots numbers the levels.
func (in *input) takeSlots(changes []Change, custs *[batch]uint32, es *[batch]entry) bool {
	l, n := in.l, 0
	again := func(i int) bool {
		return i > 0 && custs[i] == custs[i-1] && changes[i].Subscription == changes[i-1].Subscription && changes[i].Item == changes[i-1].Item
	}
	for i := range changes {
		if !again(i) {
			if changes[i].Item == "" {
				in.hashes[i] = l.slots.hash(custs[i], changes[i].Subscription)
			} else {
				in.hashes[i] = l.slots.hash(custs[i], in.slotName(&changes[i]))
			}
			in.looked[n] = in.hashes[i]
			n++
		}
	}
	l.slots.warm(in.looked[:n])
	for i := range changes {
		if again(i) {
			es[i].slot = es[i-1].slot
			continue
		}
		var err error
		if es[i].slot, err = in.slot(&changes[i], custs[i], in.hashes[i]); err != nil {
			in.fault(i, &changes[i], "Subscription", changes[i].Subscription, err.Error(), ErrRange)
			return false
		}
	}
	return true
}

func (in *input) slotName(c *Change) string {
	in.name = append(append(append(in.name[:0], c.Subscription...), itemMark), c.Item...)
	return string(in.name)
}

// slot numbers a level and, for an item, the subscription it is part of.
func (in *input) slot(c *Change, cust uint32, h uint64) (uint32, error) {
	l := in.l
	if c.Item == "" {
		return l.slotOf(cust, c.Subscription, h)
	}
	base, err := l.slotOf(cust, c.Subscription, l.slots.hash(cust, c.Subscription))
	if err != nil {
		return 0, err
	}
	s, fresh, err := l.slots.number(cust, in.slotName(c), h)
	if fresh && err == nil {
		l.base = append(l.base, base)
		l.origin = append(l.origin, unsaid)
	}
	return s, err
}

func (l *Ledger) slotOf(cust uint32, subscription string, h uint64) (uint32, error) {
	s, fresh, err := l.slots.number(cust, subscription, h)
	if fresh && err == nil {
		l.base = append(l.base, s)
		l.origin = append(l.origin, unsaid)
	}
	return s, err
}

func (in *input) takeDetail(i int, c *Change, p *parsed, e *entry) bool {
	d := detail{rec: p.rec, stated: p.stated}
	var err error
	if c.Plan != "" || c.Product != "" || !p.quantity.IsZero() {
		d.dim, err = in.l.dims.number(c.Plan, c.Product, p.quantity, p.qplaces)
	}
	if err == nil {
		e.more, err = in.l.detail(d)
	}
	if err != nil {
		in.fault(i, c, "Plan", c.Plan, err.Error(), ErrRange)
	}
	return err == nil
}

// identify numbers an event id and refuses a second content under it.
func (in *input) identify(i int, c *Change, e *entry) bool {
	l := in.l
	id, fresh, err := l.ids.number(0, c.ID, l.ids.hash(0, c.ID))
	if err != nil {
		in.fault(i, c, "ID", c.ID, err.Error(), ErrRange)
		return false
	}
	e.id = id + 1
	if in.out != nil { // a history said anew may give an event another content
		if fresh {
			l.idSums = append(l.idSums, 0)
		}
		return true
	}
	sum := l.contentSum(e)
	switch {
	case fresh:
		l.idSums = append(l.idSums, sum)
	case l.idSums[id] == 0: // known from histories only
		l.idSums[id] = sum
		in.summed = append(in.summed, id)
	case l.idSums[id] != sum:
		in.fault(i, c, "ID", c.ID, "taken by a change with other content", ErrConflict)
		return false
	}
	return true
}

// contentSum is a fingerprint of all that must agree between two changes of one
// event id, never 0. When they became known may differ: deliveries repeat.
func (l *Ledger) contentSum(e *entry) uint32 {
	h := maphash.Comparable(l.ids.seed, struct {
		at   int64
		coef num.Int128
		slot uint32
		meta uint32
		dim  dim
	}{e.at, l.coef(e), e.slot, e.meta &^ isWide, *l.dimOf(e)})
	return uint32(h>>32) | 1
}

// claim makes sure that a subscription is spoken of in one way only.
func (in *input) claim(i int, c *Change, slot uint32) bool {
	l, want := in.l, appended
	if in.out != nil {
		want = replaced
	}
	base := l.base[slot]
	switch l.origin[base] {
	case want:
		return true
	case unsaid:
		l.origin[base] = want
		if int(base) < in.mark.slots {
			in.marked = append(in.marked, base)
		}
		return true
	default:
		in.fault(i, c, "Subscription", c.Subscription, "Append and Replace do not mix on one subscription", ErrMixed)
		return false
	}
}

// origin is how the changes of a subscription come in.
type origin uint8

const (
	unsaid origin = iota
	appended
	replaced
)

// clone returns a ledger with the same names, units and currencies and no
// entries.
func (l *Ledger) clone() *Ledger {
	c := &Ledger{
		opts: l.opts, customers: l.customers.clone(), slots: l.slots.clone(), ids: newNames(false),
		base: append([]uint32(nil), l.base...), origin: make([]origin, len(l.origin)),
		dims: l.dims.clone(), details: append([]detail(nil), l.details...), wide: append(l.wide[:0:0], l.wide...),
		scale: scale{den: l.scale.den, factors: append([]int64(nil), l.scale.factors...)}, scaled: l.scaled,
		classes: append([]class(nil), l.classes...), classOf: maps.Clone(l.classOf),
		cycles: append(l.cycles[:0:0], l.cycles...), rates: append(l.rates[:0:0], l.rates...), cycleOf: maps.Clone(l.cycleOf),
		currencies: append(l.currencies[:0:0], l.currencies...),
		blocks:     make([][]entry, len(l.blocks)),
		histories:  map[uint32]*history{}, histOf: map[uint32][]uint32{}, restated: map[uint32]struct{}{},
		minAt: l.minAt, maxAt: l.maxAt,
	}
	c.ids.seed = l.ids.seed
	return c
}
