package funnel

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/quantile"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Report is what a funnel found. Reports of disjoint customers add up with
// Merge. It is safe for readers in any number of goroutines.
type Report struct {
	*plan
	key       string
	customers int64
	steps     []stepTally
	total     []int64
	sorted    sync.Once

	// By place in the log, as the run left it …
	levels []uint8
	group  []int32
	which  int32
	// … or, after Merge and decoding, by name.
	crowd *pack.Crowd
}

// Durations sums up how long something took: the mean is rounded down to the
// nanosecond, quantiles are linear between neighbours. All are 0 where nobody
// took it.
type Durations struct {
	Mean, Median, P90 time.Duration
}

// StepReport is one step of a funnel.
type StepReport struct {
	Name      string `json:"name"`
	Customers int64  `json:"customers"` // who took it
	// Actors is who is behind them, where the log is in touchpoint.Units (of an
	// optional step: who got as far); otherwise Customers.
	Actors       int64            `json:"actors"`
	FromPrevious metrics.Ratio    `json:"from_previous"` // of those who took the step before; of the first step n/n
	FromFirst    metrics.Ratio    `json:"from_first"`    // of those who took the first step
	Interval     metrics.Estimate `json:"interval"`      // FromFirst with its 95 % Wilson interval
	Time         Durations        `json:"time"`          // since the step before
}

// Key is the part's key in a breakdown, empty otherwise.
func (r *Report) Key() string { return r.key }

// Customers is how many customers the funnel is about, converted or not.
func (r *Report) Customers() int64 { return r.customers }

// Steps are the steps in order. FromPrevious looks back to the nearest step that
// is not optional. In AnyOrder step k is the k-th different one taken.
func (r *Report) Steps() []StepReport {
	r.sort()
	out := make([]StepReport, len(r.steps))
	before, actors := 0, r.actors()
	for k := range r.steps {
		s := &r.steps[k]
		sr := StepReport{
			Name: r.spec.name(k), Customers: s.n,
			FromPrevious: metrics.NewCount(s.n, r.steps[before].n),
			FromFirst:    metrics.NewCount(s.n, r.steps[0].n),
			Time:         durations(s.took),
			Actors:       s.n,
		}
		if actors != nil {
			sr.Actors = actors[k]
		}
		sr.Interval, _ = metrics.Wilson(s.n, r.steps[0].n, 0.95) // counts of one chain: n never exceeds the first
		out[k] = sr
		if !r.spec.Steps[k].Optional {
			before = k
		}
	}
	return out
}

// Conversion is who took the last step, of those who took the first.
func (r *Report) Conversion() metrics.Ratio {
	return metrics.NewCount(r.steps[len(r.steps)-1].n, r.steps[0].n)
}

// Time is how long the way from the first step to the last took those who went
// it.
func (r *Report) Time() Durations {
	r.sort()
	return durations(r.total)
}

// Histogram counts the ways from the first step to the last by their length:
// count i is of those up to bounds[i], which ascend, and not up to the one
// before; the last count is of the longer ones.
func (r *Report) Histogram(bounds ...time.Duration) []int64 {
	r.sort()
	return histogram(r.total, bounds)
}

// HistogramOf is [Report.Histogram] of how long one step, counted from 1, took
// since the step before it; of the first step, and of one that the funnel does not
// have, all counts are zero.
func (r *Report) HistogramOf(step int, bounds ...time.Duration) []int64 {
	r.sort()
	if step < 1 || step > len(r.steps) {
		return histogram(nil, bounds)
	}
	return histogram(r.steps[step-1].took, bounds)
}

func histogram(sorted []int64, bounds []time.Duration) []int64 {
	out := make([]int64, len(bounds)+1)
	for i, at := 0, 0; i < len(out); i++ {
		next := len(sorted)
		if i < len(bounds) {
			next = sort.Search(len(sorted), func(k int) bool { return sorted[k] > int64(bounds[i]) })
		}
		out[i], at = int64(max(0, next-at)), max(at, next)
	}
	return out
}

func (r *Report) sort() {
	r.sorted.Do(func() {
		var wait sync.WaitGroup
		for k := range r.steps {
			wait.Go(func() { slices.Sort(r.steps[k].took) })
		}
		slices.Sort(r.total)
		wait.Wait()
	})
}

func durations(sorted []int64) Durations {
	return Durations{Mean: quantile.Mean(sorted), Median: quantile.Of(sorted, 0.5), P90: quantile.Of(sorted, 0.9)}
}

// Level is the highest step that a customer reached, counted from 1, with the
// time of every step taken, in the order of the steps; 0 for who took none. A
// report that was merged or decoded has levels and no times.
func (r *Report) Level(customer string) (level int, times []time.Time) {
	if r.crowd != nil {
		if i, ok := r.crowd.Find(customer); ok {
			return int(r.levels[i]), nil
		}
		return 0, nil
	}
	c, ok := r.log.Find(customer)
	if !ok || !r.has(c) || r.levels[c] == 0 {
		return 0, nil
	}
	w := r.walker()
	w.walk(c)
	for k := range r.steps {
		if i := w.takenAt(k); i >= 0 {
			times = append(times, time.Unix(0, r.cols.UnixNano[i]).UTC())
		}
	}
	return w.best.level, times
}

// has reports whether the customer at a place of the log belongs to the report.
func (r *Report) has(c int) bool {
	return r.levels[c] != outside && (r.group == nil || r.group[c] == r.which)
}

// Who yields, in ascending order, the customers who reached step k, counted from
// 1: all of them, or with dropped those who got no further. Step 0 with dropped
// is who never began. Reports that were merged or decoded know only those who
// began.
func (r *Report) Who(step int, dropped bool) iter.Seq[string] {
	match := func(level uint8) bool {
		if dropped {
			return int(level) == step
		}
		return int(level) >= step
	}
	return func(yield func(string) bool) {
		for customer, level := range r.reached() {
			if match(level) && !yield(customer) {
				return
			}
		}
	}
}

// reached yields the customers of the report with their levels, ascending.
func (r *Report) reached() iter.Seq2[string, uint8] {
	return func(yield func(string, uint8) bool) {
		if r.crowd != nil {
			c := 0
			for customer := range r.crowd.Names() {
				if !yield(customer, r.levels[c]) {
					return
				}
				c++
			}
			return
		}
		for c, level := range r.levels {
			if r.has(c) && !yield(r.log.Customer(c), level) {
				return
			}
		}
	}
}

// Instead is what those who dropped out did next.
type Instead struct {
	Name      string `json:"name"` // the event's name; empty = nothing any more
	Customers int64  `json:"customers"`
}

// Instead counts, for the customers who got to step k and no further, the name
// of the event that followed their last step, most frequent first. It needs the
// log: a merged or decoded report has none.
func (r *Report) Instead(step int) []Instead {
	if r.crowd != nil || step < 1 || step > len(r.steps) {
		return nil
	}
	w, names, counts := r.walker(), r.log.Names(), map[string]int64{}
	for c, level := range r.levels {
		if int(level) != step || !r.has(c) {
			continue
		}
		w.walk(c)
		chain := w.chronological()
		next := int(chain[len(chain)-1]) + 1
		if _, to := r.cols.Range(c); next < to && r.cols.UnixNano[next] < w.to {
			counts[names[r.cols.Name[next]]]++
		} else {
			counts[""]++
		}
	}
	out := make([]Instead, 0, len(counts))
	for name, n := range counts {
		out = append(out, Instead{name, n})
	}
	slices.SortFunc(out, func(a, b Instead) int {
		if a.Customers != b.Customers {
			return int(b.Customers - a.Customers)
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// takenAt is the event of step k, or -1.
func (w *walker) takenAt(k int) int32 {
	if w.spec.Order != AnyOrder && k >= w.best.level {
		return -1
	}
	return w.best.taken[k]
}

// chronological are the events of the best chain in order of time. They are
// good until the next call.
func (w *walker) chronological() []int32 {
	out := w.chain[:0]
	for k := range w.spec.Steps {
		if i := w.takenAt(k); i >= 0 {
			out = append(out, i)
		}
	}
	if w.spec.Order == AnyOrder || w.spec.Tolerance > 0 {
		slices.Sort(out) // events of a customer lie in order of time
	}
	w.chain = out
	return out
}

// times yields each step of the best chain with the time since the one before,
// -1 for the first, and since the first.
func (w *walker) times(yield func(k int, sinceBefore, sinceFirst int64)) {
	at := w.cols.UnixNano
	if w.spec.Order == AnyOrder {
		chain := w.chronological()
		for k, i := range chain {
			before := int64(-1)
			if k > 0 {
				before = at[i] - at[chain[k-1]]
			}
			yield(k, before, at[i]-at[chain[0]])
		}
		return
	}
	first, last := at[w.best.taken[0]], int64(-1)
	for k, i := range w.best.taken[:w.best.level] {
		if i < 0 {
			continue
		}
		before := int64(-1)
		if k > 0 {
			before = max(0, at[i]-last) // an event within the tolerance may be earlier
		}
		last = at[i]
		yield(k, before, max(0, last-first))
	}
}

// String is a line for each step, and who began of how many.
func (r *Report) String() string {
	var b strings.Builder
	for _, s := range r.Steps() {
		fmt.Fprintf(&b, "%-24s %9d  %6s  %6s  median %s\n", s.Name, s.Customers, s.FromPrevious.Percent(1), s.FromFirst.Percent(1), s.Time.Median)
	}
	return b.String()
}

// Rows are the steps as cells of a table, a row of titles first.
func (r *Report) Rows() [][]string {
	rows := [][]string{{"step", "customers", "from_previous", "from_first", "mean", "median", "p90"}}
	for _, s := range r.Steps() {
		rows = append(rows, []string{
			s.Name, fmt.Sprint(s.Customers), s.FromPrevious.Percent(2), s.FromFirst.Percent(2),
			s.Time.Mean.String(), s.Time.Median.String(), s.Time.P90.String(),
		})
	}
	return rows
}

// MarshalJSON writes key, customers and the steps; durations are text.
func (r *Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key       string       `json:"key,omitempty"`
		Customers int64        `json:"customers"`
		Steps     []StepReport `json:"steps"`
		Time      Durations    `json:"time"`
	}{r.key, r.customers, r.Steps(), r.Time()})
}

// MarshalJSON writes mean, median and p90 as text.
func (d Durations) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Mean   string `json:"mean"`
		Median string `json:"median"`
		P90    string `json:"p90"`
	}{d.Mean.String(), d.Median.String(), d.P90.String()})
}
