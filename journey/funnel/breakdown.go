package funnel

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// RunBy is [Run] for each part of a breakdown: one Report a key, sorted by key,
// without those that have nobody. The chain of each customer is found first and
// labelled then, so that in every mode but AllSteps and LabelStep the parts sum
// to Run's report. A key of the customer parts all whom the funnel is about, a
// property those who took the first step. LabelStep counts the funnel's steps,
// in AnyOrder those taken in order of time.
//
// Errors: those of Run, a Breakdown that names no key or several, or a step that
// the funnel does not have.
func RunBy(log *touchpoint.Log, spec Spec, by touchpoint.Breakdown) ([]*Report, error) {
	if err := checkStep(by, spec); err != nil {
		return nil, err
	}
	reports, err := run(log, spec, parting{by: &by})
	if err != nil {
		return nil, err
	}
	reports = slices.DeleteFunc(reports, func(r *Report) bool { return r.customers == 0 })
	slices.SortFunc(reports, func(a, b *Report) int { return cmp.Compare(a.key, b.key) })
	return reports, nil
}

// checkStep refuses a label by a step that the funnel does not have.
func checkStep(by touchpoint.Breakdown, spec Spec) error {
	if by.Label == touchpoint.LabelStep && by.Step > len(spec.Steps) {
		return &fault.Error{Package: "funnel", Op: "breakdown", Field: "Step", Value: strconv.Itoa(by.Step), Limit: fmt.Sprintf("want 1 to %d", len(spec.Steps)), Err: ErrSpec}
	}
	return nil
}

// parting is how a funnel is parted: not at all, by a breakdown, by the time of
// entry, or by both.
type parting struct {
	by    *touchpoint.Breakdown
	entry []int64 // bounds of periods
}

// none is the group of a chain that a breakdown has no group for.
const none = touchpoint.NoGroup

// labels gives each chain its group.
type labels struct {
	keys  []string
	known *touchpoint.Labels
	by    touchpoint.Breakdown
	entry []int64
	group []int32 // of each customer; nil = everybody in group 0
}

func (p *plan) labels(by parting, levels []uint8) (*labels, error) {
	l := &labels{keys: []string{""}, entry: by.entry}
	if by.by == nil && by.entry == nil {
		return l, nil
	}
	if by.by != nil {
		var err error
		var about func(c int) bool
		if p.spec.Customers != nil {
			about = func(c int) bool { return levels[c] != outside }
		}
		if l.known, err = p.log.Labels(*by.by, about); err != nil {
			return nil, fmt.Errorf("funnel: %w: %w", ErrSpec, err)
		}
		l.keys, l.by = l.known.Keys(), *by.by
	}
	if err := l.periods(); err != nil {
		return nil, err
	}
	l.group = make([]int32, p.cols.Customers())
	byCustomer := l.entry == nil && l.known.ByCustomer()
	for c := range l.group {
		if l.group[c] = none; byCustomer {
			l.group[c] = int32(l.known.Of(c, nil))
		}
	}
	return l, nil
}

// maxGroups bounds the values of a breakdown times the periods of a trend.
const maxGroups = 1 << 20

// periods parts every key by the periods of entry, one behind the other.
func (l *labels) periods() error {
	if l.entry == nil {
		return nil
	}
	n := len(l.entry) - 1
	if len(l.keys) > maxGroups/n {
		return &fault.Error{Package: "funnel", Op: "trend", Field: "periods", Value: fmt.Sprintf("%d of %d keys", n, len(l.keys)), Limit: fmt.Sprintf("want at most %d together", maxGroups), Err: ErrSpec}
	}
	keys := make([]string, 0, len(l.keys)*n)
	for _, key := range l.keys {
		for _, at := range l.entry[:n] {
			start := time.Unix(0, at).UTC().Format(time.RFC3339)
			if l.known != nil {
				start += " " + key
			}
			keys = append(keys, start)
		}
	}
	l.keys = keys
	return nil
}

// of is the group of customer c, whose best chain w has found.
func (l *labels) of(w *walker, c int) int {
	if l.group == nil {
		return 0
	}
	if l.entry == nil && l.known.ByCustomer() {
		return int(l.group[c])
	}
	g := 0
	if l.known != nil {
		g = l.label(w, c)
	}
	if l.entry != nil && g != none {
		first := w.cols.UnixNano[w.chronological()[0]]
		at, n := sort.Search(len(l.entry), func(i int) bool { return l.entry[i] > first })-1, len(l.entry)-1
		if at < 0 || at >= n {
			g = none
		} else {
			g = g*n + at
		}
	}
	l.group[c] = int32(g)
	return g
}

func (l *labels) label(w *walker, c int) int {
	switch {
	case l.known.ByCustomer():
		return l.known.Of(c, nil)
	case w.spec.Order != AnyOrder && l.by.Label == touchpoint.LabelStep:
		// A step that was left out has no value, whatever came after it.
		if l.by.Step > w.best.level || w.best.taken[l.by.Step-1] < 0 {
			return none
		}
		return l.known.Event(w.best.taken[l.by.Step-1])
	case w.spec.Order != AnyOrder && l.by.Label == touchpoint.EntryStep:
		return l.known.Event(w.best.taken[0])
	}
	return l.known.Of(c, w.chronological())
}

// members counts the customers of each group whom the funnel is about; nil where
// it is not parted.
func (l *labels) members(levels []uint8) []int64 {
	if l.group == nil {
		return nil
	}
	n := make([]int64, len(l.keys))
	for c, g := range l.group {
		if g >= 0 && levels[c] != outside {
			n[g]++
		}
	}
	return n
}
