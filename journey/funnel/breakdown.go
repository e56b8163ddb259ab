package funnel

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// None is the key of those who have no value of the property broken down by.
const None = "(none)"

// Breakdown parts a funnel, by a key of the customer or by a property of the
// events. The chain of each customer is found first and labelled then: a
// breakdown never changes who converts. Set one of Customer, Attr, Channel and
// Campaign; the zero Breakdown is one group.
type Breakdown struct {
	// Customer is a key of the customer: a persona, a plan. It is called once
	// for each customer whom the funnel is about, and parts all of them.
	Customer func(customer string) string
	// Attr, Channel and Campaign are properties of the chain's events, and part
	// those who took the first step.
	Attr     string
	Channel  bool
	Campaign bool
	// Label says which event of the chain gives the value.
	Label Label
	// Step is which step gives it under LabelStep, counted from 1.
	Step int

	entry []int64 // of Trend: bounds of periods
}

// Label says which event of a chain gives the value of a property. The zero
// Label is EntryStep.
type Label uint8

const (
	// EntryStep: the first step's event.
	EntryStep Label = iota
	// FirstTouch: the first event of the chain that has a value.
	FirstTouch
	// LastTouch: the last event of the chain that has a value.
	LastTouch
	// LabelStep: the event of Breakdown.Step. Who did not take that step is in
	// no group.
	LabelStep
	// AllSteps: every event of the chain carries the same value. Who has several
	// is in no group.
	AllSteps
)

var modes = enum.New[Label]("funnel", "Label", "entry-step", "first-touch", "last-touch", "step", "all-steps")

// String is the name that MarshalText writes.
func (l Label) String() string { return modes.String(l) }

// MarshalText writes the name of the label.
func (l Label) MarshalText() ([]byte, error) { return modes.Marshal(l) }

// UnmarshalText reads what MarshalText writes.
func (l *Label) UnmarshalText(text []byte) error { return modes.Unmarshal(l, text) }

// Value stores the name.
func (l Label) Value() (driver.Value, error) { return modes.Value(l) }

// Scan reads a name; NULL is EntryStep.
func (l *Label) Scan(src any) error { return modes.Scan(l, src) }

// RunBy is [Run] for each part of a breakdown: one Report a key, sorted by key,
// without those that have nobody. In every mode but AllSteps and LabelStep they
// sum to Run's report.
//
// Errors: those of Run, a Breakdown that names no key or several, or a step that
// the funnel does not have.
func RunBy(log *touchpoint.Log, spec Spec, by Breakdown) ([]*Report, error) {
	if by.keys() != 1 {
		return nil, &fault.Error{Package: "funnel", Op: "RunBy", Field: "Breakdown", Value: strconv.Itoa(by.keys()) + " keys", Limit: "want one of Customer, Attr, Channel, Campaign", Err: ErrSpec}
	}
	if !modes.Has(by.Label) || by.Label == LabelStep && (by.Step < 1 || by.Step > len(spec.Steps)) {
		return nil, &fault.Error{Package: "funnel", Op: "RunBy", Field: "Step", Value: strconv.Itoa(by.Step), Limit: fmt.Sprintf("want 1 to %d", len(spec.Steps)), Err: ErrSpec}
	}
	reports, err := run(log, spec, by)
	if err != nil {
		return nil, err
	}
	reports = slices.DeleteFunc(reports, func(r *Report) bool { return r.customers == 0 })
	slices.SortFunc(reports, func(a, b *Report) int { return cmp.Compare(a.key, b.key) })
	return reports, nil
}

func (b Breakdown) keys() (n int) {
	for _, set := range []bool{b.Customer != nil, b.Attr != "", b.Channel, b.Campaign} {
		if set {
			n++
		}
	}
	return n
}

// labels gives each chain its group. Groups are places in values; those of a
// property are the numbers that the log already has for its values, so that
// labelling a chain looks at no text.
type labels struct {
	by     Breakdown
	values []string
	id     func(i int32) uint32 // 0 = the event has no value; nil = by customer
	group  []int32              // of each customer; nil = everybody in group 0
}

func (p *plan) labels(by Breakdown) (*labels, error) {
	l := &labels{by: by, values: []string{""}}
	n := p.cols.Customers()
	switch {
	case by.Customer != nil:
		l.values, l.group = nil, make([]int32, n)
		number := map[string]int32{}
		for c := range l.group {
			name := p.log.Customer(c)
			if l.group[c] = none; p.spec.Customers != nil && !p.spec.Customers(name) {
				continue
			}
			key := by.Customer(name)
			g, ok := number[key]
			if !ok {
				g = int32(len(l.values))
				number[key], l.values = g, append(l.values, key)
			}
			l.group[c] = g
		}
		return l, nil
	case by.Attr != "":
		col, ok := p.log.Attr(by.Attr)
		if !ok && p.log.Len() > 0 {
			return nil, fmt.Errorf("funnel: breakdown by attribute %s: %w", fault.Quote(by.Attr), touchpoint.ErrNotKept)
		}
		l.values, l.id = append([]string{None}, col.Values...), func(i int32) uint32 { return col.ID[i] }
	case by.Campaign:
		if p.cols.Campaign == nil && p.log.Len() > 0 {
			return nil, fmt.Errorf("funnel: breakdown by campaign: %w", touchpoint.ErrNotKept)
		}
		l.values, l.id = withNone(p.log.Campaigns(), func(i int32) uint32 { return p.cols.Campaign[i] })
	case by.Channel:
		l.values, l.id = withNone(p.log.Channels(), func(i int32) uint32 { return uint32(p.cols.Channel.At(int(i))) })
	case by.entry != nil:
		l.values = make([]string, len(by.entry)-1)
		for i := range l.values {
			l.values[i] = time.Unix(0, by.entry[i]).UTC().Format(time.RFC3339)
		}
		l.id = func(int32) uint32 { return 0 }
	default:
		return l, nil
	}
	l.group = make([]int32, n)
	for c := range l.group {
		l.group[c] = none
	}
	return l, nil
}

// withNone numbers the values of a column from 1, and its empty text 0.
func withNone[T ~string](values []T, of func(i int32) uint32) ([]string, func(i int32) uint32) {
	out, empty := []string{None}, uint32(1<<32-1)
	for k, v := range values {
		out = append(out, string(v))
		if v == "" {
			empty = uint32(k)
		}
	}
	return out, func(i int32) uint32 {
		if id := of(i); id != empty {
			return id + 1
		}
		return 0
	}
}

// of is the group of customer c, whose best chain w has found.
func (l *labels) of(w *walker, c int) int {
	if l.id == nil {
		if l.group == nil {
			return 0
		}
		return int(l.group[c])
	}
	g := l.label(w)
	l.group[c] = int32(g)
	return g
}

func (l *labels) label(w *walker) int {
	chain := w.chronological()
	if l.by.entry != nil {
		at := sort.Search(len(l.by.entry), func(i int) bool { return l.by.entry[i] > w.cols.UnixNano[chain[0]] }) - 1
		if at < 0 || at >= len(l.values) {
			return none
		}
		return at
	}
	switch l.by.Label {
	case FirstTouch:
		for _, i := range chain {
			if g := l.id(i); g > 0 {
				return int(g)
			}
		}
		return 0
	case LastTouch:
		for _, i := range slices.Backward(chain) {
			if g := l.id(i); g > 0 {
				return int(g)
			}
		}
		return 0
	case LabelStep:
		// In any order the k-th step is the one taken as the k-th.
		if w.spec.Order == AnyOrder {
			if l.by.Step > len(chain) {
				return none
			}
			return int(l.id(chain[l.by.Step-1]))
		}
		if l.by.Step > w.best.level || w.best.taken[l.by.Step-1] < 0 {
			return none
		}
		return int(l.id(w.best.taken[l.by.Step-1]))
	case AllSteps:
		g := l.id(chain[0])
		for _, i := range chain {
			if l.id(i) != g {
				return none
			}
		}
		return int(g)
	default:
		return int(l.id(chain[0]))
	}
}

// members counts the customers of a group whom the funnel is about.
func (l *labels) members(g int, levels []uint8) (n int64) {
	for c, of := range l.group {
		if int(of) == g && levels[c] != outside {
			n++
		}
	}
	return n
}
