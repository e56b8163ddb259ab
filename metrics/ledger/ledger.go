package ledger

import (
	"math"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Ledger holds the changes of many customers' subscriptions and states, for any
// month, what they were worth and what moved.
//
// One goroutine may write (Append, Load, Replace, Rewrite, Merge,
// UnmarshalBinary) while nobody reads; between writes any number may read. Make
// one with New.
type Ledger struct {
	opts Options

	customers names
	parts     []uint8  // by customer, where the books were large
	slots     slots    // levels: subscription and item, owned by customers
	base      []uint32 // by slot: the slot of its whole subscription
	origin    []origin // by slot, of bases
	ids       names
	idSums    []uint32 // content of each event id's change
	dims      dims
	details   []detail
	wide      []num.Int128

	scale   scale
	scaled  int // how many classes the scale was chosen for
	classes []class
	classOf map[class]struct{}

	cycles  []calendar.Cycle
	cycleOf map[calendar.Cycle]uint16
	rates   []yearly // by cycle

	currencies []money.Currency // 0 is the ledger's own

	histories map[uint32]*history // by base slot: what Replace said
	histOf    map[uint32][]uint32 // the same slots by customer
	busy      bool                // an input is under way
	noRate    noRate
	many      int // how much is worth all processors: bulkFrom
	lay       int // how much that is late is worth laying a customer out: worthLaying; set, stretches are short

	// mu guards the settling that the first reader after a write does.
	mu       sync.Mutex
	pending  pile                // taken in, not yet in its customer's block
	restated map[uint32]struct{} // base slots whose history in force changed
	blocks   [][]entry
	size     int64 // entries in blocks
	repeats  int64 // changes that said what was known
	stale    int64 // entries that insertion left behind in shared arrays
	byName   []uint32
	tally    *tally

	minAt, maxAt int64 // of all changes ever said; min above max where there are none
}

// New returns an empty ledger, or an error wrapping ErrOptions.
func New(o Options) (*Ledger, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	return &Ledger{
		opts:       o,
		customers:  newNames(),
		slots:      newSlots(),
		ids:        newNames(),
		dims:       newDims(),
		scale:      scale{den: 1},
		classOf:    map[class]struct{}{},
		cycleOf:    map[calendar.Cycle]uint16{},
		currencies: []money.Currency{o.Currency},
		histories:  map[uint32]*history{},
		histOf:     map[uint32][]uint32{},
		restated:   map[uint32]struct{}{},
		many:       bulkFrom,
		minAt:      math.MaxInt64, maxAt: math.MinInt64,
	}, nil
}

// Options returns the rules the ledger was made with.
func (l *Ledger) Options() Options { return l.opts }

// Len returns how many distinct changes are in force in the books.
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

// Span returns the instants of the first and the last change in force, and
// whether there are any.
func (l *Ledger) Span() (first, last time.Time, ok bool) {
	l.settle()
	lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
	for _, b := range l.blocks {
		if len(b) > 0 {
			lo, hi = min(lo, b[0].at), max(hi, b[len(b)-1].at)
		}
	}
	if lo > hi {
		return time.Time{}, time.Time{}, false
	}
	loc := l.opts.location()
	return unix(lo).In(loc), unix(hi).In(loc), true
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
		l.sortByName(order)
		l.byName = order
	}
	return l.byName
}

// trim gives back the room that growing left, after a large input.
func (l *Ledger) trim() {
	l.ids.trim()
	l.customers.trim()
	l.slots.trim()
	l.idSums, l.base, l.origin, l.details = trim(l.idSums), trim(l.base), trim(l.origin), trim(l.details)
}

// take makes another ledger's content this one's.
func (l *Ledger) take(o *Ledger) {
	opts := l.opts
	l.customers, l.parts, l.slots, l.base, l.origin = o.customers, o.parts, o.slots, o.base, o.origin
	l.ids, l.idSums, l.dims, l.details, l.wide = o.ids, o.idSums, o.dims, o.details, o.wide
	l.scale, l.scaled, l.classes, l.classOf = o.scale, o.scaled, o.classes, o.classOf
	l.cycles, l.cycleOf, l.rates, l.currencies = o.cycles, o.cycleOf, o.rates, o.currencies
	l.histories, l.histOf, l.pending, l.restated = o.histories, o.histOf, o.pending, o.restated
	l.blocks, l.size, l.repeats, l.stale, l.byName, l.tally = o.blocks, o.size, o.repeats, o.stale, o.byName, o.tally
	l.minAt, l.maxAt, l.opts = o.minAt, o.maxAt, opts
}
