package retention

import (
	"fmt"
	mathbits "math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Run computes a retention table, on all processors; the result does not depend
// on their number. It costs a pass over the events, and for each customer a step
// for every pair of a period with a start and a later one with a return.
//
// Errors: a Spec that Validate refuses, a match on a column, or an Amount, that
// the log does not keep. A nil log is an empty one.
func Run(log *touchpoint.Log, spec Spec) (*Table, error) {
	tables, err := run(log, spec, nil)
	if err != nil {
		return nil, err
	}
	return tables[0], nil
}

// RunBy is [Run] for each part of a breakdown, sorted by key: a persona, a plan,
// an account, or the channel of the start. A property is that of a cohort's
// chain: the start of the customer in the cohort's period, then the returns in
// later ones. A customer may so be in one part in one cohort and in another in
// the next; cells sum to Run's under every label but LabelStep and AllSteps.
//
// Errors: those of Run, a Breakdown that names no key or several, more keys than
// memory should hold tables of.
func RunBy(log *touchpoint.Log, spec Spec, by touchpoint.Breakdown) ([]*Table, error) {
	tables, err := run(log, spec, &by)
	if err != nil {
		return nil, err
	}
	tables = slices.DeleteFunc(tables, func(t *Table) bool { return t.sum.customers == 0 })
	slices.SortFunc(tables, func(a, b *Table) int { return strings.Compare(a.key, b.key) })
	return tables, nil
}

const outside = touchpoint.NoGroup

// maxCells bounds the tables of a breakdown together.
const maxCells = 1 << 27

func run(log *touchpoint.Log, spec Spec, by *touchpoint.Breakdown) ([]*Table, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if log == nil {
		log = new(touchpoint.Log)
	}
	back := spec.Return
	if len(back) == 0 {
		back = spec.Start
	}
	sel, err := log.Select(spec.Start, back)
	if err != nil {
		return nil, fmt.Errorf("retention: %w", err)
	}
	w := work{spec: spec, log: log, cols: log.Columns(), sel: sel, periods: periodsOf(spec.grid(), spec.From, spec.Periods), keys: []string{""}}
	w.byName, w.exact = sel.ByName()
	if w.values, err = w.amounts(); err != nil {
		return nil, err
	}
	w.skip = skipped(log, spec.Customers)
	if by != nil {
		if w.labels, err = log.Labels(*by, func(c int) bool { return w.skip == nil || !w.skip[c] }); err != nil {
			return nil, fmt.Errorf("retention: %w: %w", ErrSpec, err)
		}
		w.keys = w.labels.Keys()
		if cells := len(w.keys) * (spec.Periods + 1) * spec.Periods / 2; cells > maxCells {
			return nil, &fault.Error{Package: "retention", Op: "RunBy", Field: "keys × cells", Value: strconv.Itoa(cells), Limit: fmt.Sprintf("at most %d", maxCells), Err: ErrSpec}
		}
	}
	parts := w.cols.Parts()
	sums := make([][]*sum, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { sums[i] = w.walk(part) })
	}
	wait.Wait()
	asOf := int64(0)
	if _, last, ok := log.Span(); ok {
		asOf = last.UnixNano()
	}
	if !spec.AsOf.IsZero() {
		asOf = nanos(spec.AsOf)
	}
	tables := make([]*Table, len(w.keys))
	for g, name := range w.keys {
		t := newTable(spec, name, w.periods, asOf)
		t.crowd = func() *pack.Crowd { return w.members(g) }
		for _, s := range sums {
			if s[g] != nil {
				t.add(s[g])
			}
		}
		tables[g] = t
	}
	return tables, nil
}

// skipped asks a filter about every customer, in the caller's goroutine, so that
// a panic of it is the caller's; nil skips nobody.
func skipped(log *touchpoint.Log, takes func(customer string) bool) []bool {
	if takes == nil {
		return nil
	}
	skip := make([]bool, log.Customers())
	for c := range skip {
		skip[c] = !takes(touchpoint.Actor(log.Customer(c)))
	}
	return skip
}

// work is a Spec compiled against a log.
type work struct {
	spec    Spec
	log     *touchpoint.Log
	cols    touchpoint.Columns
	sel     *touchpoint.Selector
	byName  []uint64
	exact   bool
	periods periods
	values  touchpoint.Amounts
	skip    []bool
	labels  *touchpoint.Labels // nil = everybody in group 0
	keys    []string           // of the groups
}

func (w *work) amounts() (touchpoint.Amounts, error) {
	if !w.spec.Amount {
		return touchpoint.Amounts{}, nil
	}
	values, ok := w.log.Values()
	if !ok && w.log.Len() > 0 {
		return values, fmt.Errorf("retention: Amount: value: %w", touchpoint.ErrNotKept)
	}
	return values, nil
}

// members are the customers of a group who started inside the range.
func (w *work) members(g int) *pack.Crowd {
	out := &pack.Crowd{}
	s := w.scratch()
	for c := range w.cols.Customers() {
		if w.skip != nil && w.skip[c] {
			continue
		}
		if w.read(c, s); s.any && w.isIn(c, s, g) {
			out.Add(w.log.Customer(c))
		}
	}
	return out
}

func (w *work) isIn(c int, s *scratch, g int) bool {
	found := false
	s.start.eachFrom(0, func(row int) { found = found || w.group(c, s, row) == g })
	return found
}

// group is that of a customer's chain in a cohort.
func (w *work) group(c int, s *scratch, row int) int {
	if w.labels == nil {
		return 0
	}
	if w.labels.ByCustomer() {
		return w.labels.Of(c, nil)
	}
	s.chain = append(s.chain[:0], s.first[row])
	for _, r := range s.returns {
		if int(r.period) > row {
			s.chain = append(s.chain, r.event)
		}
	}
	return w.labels.Of(c, s.chain)
}

// scratch is one customer's periods.
type scratch struct {
	start, back bits
	any         bool
	times       []int32 // returns in a period, where AtLeast asks for several
	value       []decimal.Decimal
	valued      []int // periods with a value
	// For groups by a property: the event that starts each period, and all that
	// return.
	first   []int32
	returns []returned
	chain   []int32
}

type returned struct{ event, period int32 }

func (w *work) scratch() *scratch {
	n := w.periods.count()
	s := &scratch{start: newBits(n), back: newBits(n)}
	if w.spec.AtLeast > 1 {
		s.times = make([]int32, n)
	}
	if w.spec.Amount {
		s.value = make([]decimal.Decimal, n)
	}
	if w.labels != nil && !w.labels.ByCustomer() {
		s.first = make([]int32, n)
	}
	return s
}

func (w *work) walk(part touchpoint.Part) []*sum {
	sums := make([]*sum, len(w.keys))
	s := w.scratch()
	for c := part.From; c < part.To; c++ {
		if w.skip != nil && w.skip[c] {
			continue
		}
		if w.read(c, s); s.any {
			w.count(sums, c, s)
		}
	}
	return sums
}

// read fills the scratch from the events of a customer.
func (w *work) read(c int, s *scratch) {
	s.start.clear()
	s.back.clear()
	s.any = false
	for _, p := range s.valued {
		s.value[p] = decimal.Decimal{}
	}
	s.valued, s.returns = s.valued[:0], s.returns[:0]
	clear(s.times)
	from, to := w.cols.Range(c)
	at, name, starts := w.cols.UnixNano, w.cols.Name, w.periods.starts
	p, started := -1, false
	for i := from; i < to; i++ {
		var mask uint64
		if w.exact {
			mask = w.byName[name[i]]
		} else {
			mask = w.sel.Mask(i)
		}
		if mask == 0 {
			continue
		}
		if t := at[i]; p < 0 || t >= starts[p+1] { // most events lie in the period of the one before
			if p = w.periods.after(p, t); p == len(starts)-1 {
				break
			}
		}
		if mask&1 != 0 {
			if p >= 0 && (w.spec.Kind == Recurring || !started) {
				if s.first != nil && !s.start.has(p) {
					s.first[p] = int32(i)
				}
				s.start.set(p)
				s.any = true
			}
			started = started || p >= 0 || w.spec.Kind == FirstEver
		}
		if mask&2 == 0 || p < 0 {
			continue
		}
		if s.first != nil {
			s.returns = append(s.returns, returned{int32(i), int32(p)})
		}
		if s.times == nil {
			s.back.set(p)
		} else if s.times[p]++; int(s.times[p]) >= w.spec.AtLeast {
			s.back.set(p)
		}
		if s.value != nil {
			if n := len(s.valued); n == 0 || s.valued[n-1] != p { // events are in order of time
				s.valued = append(s.valued, p)
			}
			s.value[p] = s.value[p].Add(w.values.Decimal(i))
		}
	}
}

// count adds a customer to the rows of the periods with a start, each in the
// table of its group.
func (w *work) count(sums []*sum, c int, s *scratch) {
	last := -1 // the last period with a return
	if w.spec.OnOrAfter {
		for k := range s.back {
			if s.back[k] != 0 {
				last = k<<6 + 63 - mathbits.LeadingZeros64(s.back[k])
			}
		}
	}
	group := none
	for k := range s.start {
		for word := s.start[k]; word != 0; word &= word - 1 {
			row := k<<6 + mathbits.TrailingZeros64(word)
			if group == none || s.first != nil {
				if group = w.group(c, s, row); group == outside {
					continue
				}
				if sums[group] == nil {
					sums[group] = newSum(w.spec)
				}
				if sum := sums[group]; sum.last != c+1 {
					sum.last = c + 1
					sum.customers++
				}
			}
			w.row(sums[group], s, row, last)
		}
	}
}

// none is a group that was not looked up yet.
const none = outside - 1

func (w *work) row(sum *sum, s *scratch, row, last int) {
	cells := sum.cells[row]
	cells[0]++
	if w.spec.OnOrAfter {
		for age := 1; row+age <= last; age++ {
			cells[age]++
		}
	} else {
		before := -1
		s.back.eachFrom(row+1, func(p int) {
			if age, ok := w.spec.ageOf(p - row); ok && age != before {
				cells[age]++
				before = age
			}
		})
	}
	for _, p := range s.valued {
		if age, ok := w.spec.ageOf(p - row); p >= row && ok {
			sum.values[row][age].Add(s.value[p])
		}
	}
}
