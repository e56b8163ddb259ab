package ledger

import "github.com/lifecycle-go/lifecycle/metrics/fault"

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

	// Of the changes at hand, up to batch of them.
	parsed []parsed
	hashes []uint64
	looked []uint64 // those of hashes that are looked up
	custs  []uint32
	es     []entry
	sink   byte
	bulk   *bulk
}

func (l *Ledger) begin(op string) *input {
	in := &input{l: l, mark: l.mark(), faults: fault.Batch{Package: "ledger", Op: op}}
	if l.busy { // a source that writes to the ledger it is loaded into
		in.faults.Add(fault.Row{Row: 1, Err: ErrBusy})
	}
	in.nested = l.busy
	l.busy, l.noRate = true, noRate{}
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
	in.rewind()
}

// rewind goes back to where the input began.
func (in *input) rewind() {
	for _, s := range in.marked {
		in.l.origin[s] = unsaid
	}
	for _, id := range in.summed {
		in.l.idSums[id] = 0
	}
	in.marked, in.summed = nil, nil
	in.l.goBack(in.mark)
}

// add validates up to batch changes and, unless something was refused before,
// takes them in.
func (in *input) add(changes []Change) {
	l := in.l
	if len(changes) > len(in.parsed) {
		n := min(batch, max(len(changes), 2*len(in.parsed)))
		in.parsed, in.hashes, in.looked = make([]parsed, n), make([]uint64, n), make([]uint64, n)
		in.custs, in.es = make([]uint32, n), make([]entry, n)
	}
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
