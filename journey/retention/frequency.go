package retention

import (
	mathbits "math/bits"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Sticky is the stickiness of one part of a breakdown.
type Sticky struct {
	Key       string  `json:"key"`
	Customers []int64 `json:"customers"` // as Stickiness gives them
}

// Stickiness counts customers by the number of periods in which they were
// active: count i is of those active in i+1 of them.
func Stickiness(log *touchpoint.Log, spec LifecycleSpec) ([]int64, error) {
	a, err := spec.read(log, 0)
	if err != nil {
		return nil, err
	}
	return a.sticky(), nil
}

// StickinessBy is [Stickiness] for each part of a breakdown, sorted by key; parts
// as those of [LifecycleBy].
func StickinessBy(log *touchpoint.Log, spec LifecycleSpec, by touchpoint.Breakdown) ([]Sticky, error) {
	a, err := spec.read(log, 0)
	if err != nil {
		return nil, err
	}
	var out []Sticky
	err = a.parted(log, by, func(key string, part *activity) { out = append(out, Sticky{key, part.sticky()}) })
	return out, err
}

func (a *activity) sticky() []int64 {
	out := make([]int64, a.spec.Periods)
	set := newBits(a.periods.count())
	for k := range a.len() {
		a.of(a.at(k), set)
		n := 0
		for _, word := range set {
			n += mathbits.OnesCount64(word)
		}
		if n > 0 {
			out[n-1]++
		}
	}
	return out
}

// Frequency is how often those who were active in a period were.
type Frequency struct {
	Start  time.Time     `json:"start"`
	Active int64         `json:"active"`
	Events int64         `json:"events"`
	Mean   metrics.Ratio `json:"mean"`   // events of an active customer
	Median int64         `json:"median"` // of them, rounded down between two
	P90    int64         `json:"p90"`    // nine in ten have no more
}

// Frequencies says, period by period, how often active customers were active.
func Frequencies(log *touchpoint.Log, spec LifecycleSpec) ([]Frequency, error) {
	a, err := spec.read(log, 0)
	if err != nil {
		return nil, err
	}
	counts := make([][]int32, spec.Periods)
	for k := range a.len() {
		from, to := a.cols.Range(a.at(k))
		p, before, n := -1, -1, int32(0)
		flush := func() {
			if before >= 0 {
				counts[before] = append(counts[before], n)
			}
		}
		for i := from; i < to; i++ {
			if !a.is(i) {
				continue
			}
			if p = a.periods.after(p, a.cols.UnixNano[i]); p == a.periods.count() {
				break
			}
			if p != before {
				flush()
				before, n = p, 0
			}
			n++
		}
		flush()
	}
	out := make([]Frequency, spec.Periods)
	for p, list := range counts {
		slices.Sort(list)
		f := Frequency{Start: a.periods.times[p], Active: int64(len(list))}
		for _, n := range list {
			f.Events += int64(n)
		}
		f.Mean = metrics.NewCount(f.Events, f.Active)
		if n := len(list); n > 0 {
			f.Median = (int64(list[(n-1)/2]) + int64(list[n/2])) / 2
			f.P90 = int64(list[(9*n+9)/10-1])
		}
		out[p] = f
	}
	return out, nil
}
