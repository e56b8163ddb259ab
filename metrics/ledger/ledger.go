package ledger

import (
	"bytes"
	"slices"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Ledger holds the changes of many customers' subscriptions and states, for any
// month, what they were worth and what moved.
//
// One goroutine may write (Append, Load, Merge, UnmarshalBinary) while nobody
// reads; between writes any number may read. Make one with New.
type Ledger struct {
	opts Options

	customers names
	subs      names // owned by customers
	ids       names
	idSums    []uint64 // content of each event id's change

	scale scale
	held  num.Int128 // sum of all charges ever taken, see holds
	wide  []num.Int128

	cycles  []calendar.Cycle
	cycleOf map[calendar.Cycle]uint16
	rates   []yearly     // by cycle
	factors []num.Int128 // by cycle and exponent, see factor

	currencies []money.Currency // 0 is the ledger's own

	// mu guards the settling that the first reader after a write does.
	mu      sync.Mutex
	pending pile // taken in, not yet in its customer's block
	blocks  [][]entry
	size    int64 // entries in blocks
	repeats int64 // changes that said what was known
	stale   int64 // entries that insertion left behind in shared arrays
	byName  []uint32
	tally   *tally

	minAt, maxAt int64
}

// New returns an empty ledger, or an error wrapping ErrOptions.
func New(o Options) (*Ledger, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	return &Ledger{
		opts:       o,
		customers:  newNames(false),
		subs:       newNames(true),
		ids:        newNames(false),
		scale:      scale{den: 1},
		cycleOf:    map[calendar.Cycle]uint16{},
		currencies: []money.Currency{o.Currency},
	}, nil
}

// Options returns the rules the ledger was made with.
func (l *Ledger) Options() Options { return l.opts }

// Len returns how many distinct changes the books hold.
func (l *Ledger) Len() int64 {
	l.settle()
	return l.size
}

// Repeats returns how many changes were taken in that the books already held
// or that a later one with the same instant and recording replaced.
func (l *Ledger) Repeats() int64 {
	l.settle()
	return l.repeats
}

// fx reports whether amounts in more than the ledger's currency are held.
func (l *Ledger) fx() bool { return len(l.currencies) > 1 }

// sorted returns the customers that have changes in order of their ids.
func (l *Ledger) sorted() []uint32 {
	l.settle()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byName == nil {
		order := make([]uint32, 0, l.customers.len())
		for c := range l.blocks {
			if len(l.blocks[c]) > 0 {
				order = append(order, uint32(c))
			}
		}
		slices.SortFunc(order, func(a, b uint32) int {
			return bytes.Compare(l.customers.text(a), l.customers.text(b))
		})
		l.byName = order
	}
	return l.byName
}
