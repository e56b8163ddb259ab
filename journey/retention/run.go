package retention

import (
	"fmt"
	mathbits "math/bits"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
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

// RunBy is [Run] for each key of the customers, sorted by key: a persona, a plan,
// an account. Tables sum to Run's.
func RunBy(log *touchpoint.Log, spec Spec, key func(customer string) string) ([]*Table, error) {
	if key == nil {
		key = func(string) string { return "" }
	}
	return run(log, spec, key)
}

const outside = -1

func run(log *touchpoint.Log, spec Spec, key func(string) string) ([]*Table, error) {
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
	w := work{spec: spec, log: log, cols: log.Columns(), sel: sel, periods: periodsOf(spec.grid(), spec.From, spec.Periods)}
	w.byName, w.exact = sel.ByName()
	if w.values, err = w.amounts(); err != nil {
		return nil, err
	}
	groups := w.groups(key)
	parts := w.cols.Parts()
	sums := make([][]*sum, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { sums[i] = w.walk(part, len(groups)) })
	}
	wait.Wait()
	asOf := int64(0)
	if _, last, ok := log.Span(); ok {
		asOf = last.UnixNano()
	}
	if !spec.AsOf.IsZero() {
		asOf = nanos(spec.AsOf)
	}
	tables := make([]*Table, len(groups))
	for g, name := range groups {
		t := newTable(spec, name, w.periods, asOf)
		t.names = func() []string { return w.members(g) }
		for _, s := range sums {
			t.add(s[g])
		}
		tables[g] = t
	}
	return tables, nil
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
	group   []int32 // of each customer; nil = everybody in group 0
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

// groups asks the filter and the key about every customer, in the caller's
// goroutine, so that a panic of theirs is the caller's.
func (w *work) groups(key func(string) string) []string {
	if key == nil && w.spec.Customers == nil {
		return []string{""}
	}
	w.group = make([]int32, w.cols.Customers())
	found := map[string][]int{}
	for c := range w.group {
		name := w.log.Customer(c)
		w.group[c] = outside
		if w.spec.Customers != nil && !w.spec.Customers(name) {
			continue
		}
		k := ""
		if key != nil {
			k = key(name)
		}
		found[k] = append(found[k], c)
	}
	if key == nil {
		found[""] = append([]int(nil), found[""]...)
	}
	names := sortedKeys(found)
	for g, k := range names {
		for _, c := range found[k] {
			w.group[c] = int32(g)
		}
	}
	return names
}

// members are the customers of a group who started inside the range.
func (w *work) members(g int) (out []string) {
	s := w.scratch()
	for c := range w.cols.Customers() {
		if w.group != nil && w.group[c] != int32(g) {
			continue
		}
		if w.read(c, s); s.any {
			out = append(out, w.log.Customer(c))
		}
	}
	return out
}

// sum is what one goroutine counts of one group: cells by row, and the amounts
// in them.
type sum struct {
	customers int64 // who started inside the range
	cells     [][]int64
	values    [][]num.Sum
}

func newSum(s Spec) *sum {
	n := s.Periods
	out := &sum{cells: make([][]int64, n)}
	for r := range out.cells {
		out.cells[r] = make([]int64, s.ages(r))
	}
	if s.Amount {
		out.values = make([][]num.Sum, n)
		for r := range out.values {
			out.values[r] = make([]num.Sum, len(out.cells[r]))
		}
	}
	return out
}

// ages is how many cells a row has.
func (s Spec) ages(row int) int {
	if len(s.Brackets) == 0 {
		return s.Periods - row
	}
	n := 1
	for at := row + 1; n <= len(s.Brackets) && at < s.Periods; n++ {
		at += s.Brackets[n-1]
	}
	return n
}

// end is the end of a cell's periods, relative to its row.
func (s Spec) end(age int) int {
	if age == 0 || len(s.Brackets) == 0 {
		return age + 1
	}
	end := 1
	for _, b := range s.Brackets[:age] {
		end += b
	}
	return end
}

// ageOf is the cell of a period, relative to its row; false beyond the last
// bracket.
func (s Spec) ageOf(p int) (int, bool) {
	if p == 0 || len(s.Brackets) == 0 {
		return p, true
	}
	at := 1
	for j, b := range s.Brackets {
		if at += b; p < at {
			return j + 1, true
		}
	}
	return 0, false
}

// scratch is one customer's periods.
type scratch struct {
	start, back bits
	any         bool
	times       []int32 // returns in a period, where AtLeast asks for several
	value       []decimal.Decimal
	valued      []int // periods with a value
}

func (w *work) scratch() *scratch {
	n := w.periods.count()
	s := &scratch{start: newBits(n), back: newBits(n)}
	if w.spec.AtLeast > 1 {
		s.times = make([]int32, n)
	}
	if w.spec.Amount {
		s.value = make([]decimal.Decimal, n)
	}
	return s
}

func (w *work) walk(part touchpoint.Part, groups int) []*sum {
	sums := make([]*sum, groups)
	for g := range sums {
		sums[g] = newSum(w.spec)
	}
	s := w.scratch()
	for c := part.From; c < part.To; c++ {
		g := 0
		if w.group != nil {
			if g = int(w.group[c]); g == outside {
				continue
			}
		}
		if w.read(c, s); s.any {
			sums[g].customers++
			w.count(sums[g], s)
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
	s.valued = s.valued[:0]
	clear(s.times)
	from, to := w.cols.Range(c)
	p, started := -1, false
	for i := from; i < to; i++ {
		var mask uint64
		if w.exact {
			mask = w.byName[w.cols.Name[i]]
		} else {
			mask = w.sel.Mask(i)
		}
		if mask == 0 {
			continue
		}
		if p = w.periods.after(p, w.cols.UnixNano[i]); p == w.periods.count() {
			break
		}
		if mask&1 != 0 {
			if p >= 0 && (w.spec.Kind == Recurring || !started) {
				s.start.set(p)
				s.any = true
			}
			started = started || p >= 0 || w.spec.Kind == FirstEver
		}
		if mask&2 == 0 || p < 0 {
			continue
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

// count adds a customer to the rows of the periods with a start.
func (w *work) count(sum *sum, s *scratch) {
	last := -1 // the last period with a return
	if w.spec.OnOrAfter {
		for k := range s.back {
			if s.back[k] != 0 {
				last = k<<6 + 63 - mathbits.LeadingZeros64(s.back[k])
			}
		}
	}
	for k := range s.start {
		for word := s.start[k]; word != 0; word &= word - 1 {
			row := k<<6 + mathbits.TrailingZeros64(word)
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
	}
}

// eachFrom yields the members from a period on.
func (b bits) eachFrom(p int, yield func(p int)) {
	for k := p >> 6; k < len(b); k++ {
		word := b[k]
		if k == p>>6 {
			word &= ^uint64(0) << (p & 63)
		}
		for ; word != 0; word &= word - 1 {
			yield(k<<6 + mathbits.TrailingZeros64(word))
		}
	}
}

// startOf is where the log's cohort row begins, for the report.
func (p periods) startOf(row int) time.Time { return p.times[row] }
