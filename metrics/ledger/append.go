package ledger

import (
	"iter"
	"slices"

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
	in.many(changes)
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
			in.many(buf)
			buf = buf[:0]
			in.faults.Add(fault.Row{Row: in.next + 1, Err: err})
			in.next++
			continue
		}
		if len(buf) == cap(buf) { // in few leaps: a change is large to copy
			buf = slices.Grow(buf, min(3*len(buf), streamed-len(buf)))
		}
		if buf = append(buf, c); len(buf) == streamed {
			in.many(buf)
			buf = buf[:0]
		}
	}
	in.many(buf)
	return in.end()
}

// batch is how many changes are validated before they are taken in; also how
// many name look-ups overlap.
const batch = 256
