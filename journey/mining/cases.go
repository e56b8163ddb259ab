package mining

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Cases sums up the journeys of a log: how long they last, and each activity.
// Those of disjoint customers add up with Merge.
type Cases struct {
	Customers  int64
	Events     int64
	Mean       time.Duration // from the first activity to the last
	Median     time.Duration
	P90        time.Duration
	Activities []Activity // ascending by name

	sum func() *caseSum // what it was read from; nil where CasesOf did not make it
}

// Activity is one activity over all journeys.
type Activity struct {
	Name      string
	Events    int64
	Customers int64 // who has it
	Rework    int64 // of them, who have it more than once
	First     int64 // who begins with it
	Last      int64 // who ends with it
	// Wait is how long it takes after the activity before it, where there is one.
	Wait Waiting
}

// Waiting is the time between an activity and the one before it.
type Waiting struct{ Mean, Median time.Duration }

// Share is who has the activity, of all customers.
func (c *Cases) Share(name string) metrics.Ratio {
	for _, a := range c.Activities {
		if a.Name == name {
			return metrics.NewCount(a.Customers, c.Customers)
		}
	}
	return metrics.NewCount(0, c.Customers)
}

// CasesOf sums up the journeys of a log, on all processors. With Sketch durations
// are kept in buckets; otherwise they are looked at, and gathered again when Merge
// or a binary form asks for them. Errors: as [DirectlyFollows].
func CasesOf(log *touchpoint.Log, o Options) (*Cases, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	parts := v.parts()
	sums := make([]*caseSum, len(parts))
	var lengths []int64 // of all parts, each with room for all of its customers
	if !o.Sketch {
		lengths = make([]int64, v.len())
	}
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { sums[i] = v.cases(part, o, lengths) })
	}
	wait.Wait()
	whole := newCaseSum(stated{o, o.filtered()})
	all := lengths[:0]
	for _, s := range sums {
		all = append(all, s.lengths.exact...) // moves it down, if at all
		s.lengths.exact = nil
		whole.add(s)
	}
	whole.lengths.exact, whole.lengths.ordered = all, false
	whole.customers = sync.OnceValue(v.customers)
	if o.Sketch || whole.n == 0 {
		return whole.cases(), nil
	}
	waits := &gaps{view: v, parts: parts}
	total := int64(0)
	for _, s := range sums {
		counts := make([]int64, len(v.names))
		for i, name := range v.names {
			if a := s.acts[name]; a != nil {
				counts[i] = a.events - a.first
				total += counts[i]
			}
		}
		waits.counts = append(waits.counts, counts)
	}
	found := make([]Waiting, len(v.names))
	waits.spreads(max(total/3, leastBatch), func(name int, s spread) { found[name] = Waiting{s.mean, s.median} })
	out := whole.cases()
	for k := range out.Activities {
		i, _ := slices.BinarySearch(v.names, out.Activities[k].Name)
		out.Activities[k].Wait = found[i]
	}
	out.sum = sync.OnceValue(func() *caseSum {
		waits.each(math.MaxInt64, func(name int, list []int64) {
			slices.Sort(list)
			whole.acts[v.names[name]].waits = &sample{exact: list, ordered: true}
		}, nil)
		return whole
	})
	return out, nil
}

// cases sums up the journeys of a part, without the waits where they are exact.
func (v *view) cases(part touchpoint.Part, o Options, lengths []int64) *caseSum {
	s := newCaseSum(stated{o, o.filtered()})
	acts := make([]*activitySum, len(v.names))
	for i := range acts {
		acts[i] = newActivitySum(o.Sketch)
	}
	if !o.Sketch {
		s.lengths.exact = lengths[part.From:part.From:part.To]
	}
	seen := make([]int64, len(v.names))
	var buf []int32
	for place := part.From; place < part.To; place++ {
		if buf = v.of(v.at(place), buf[:0]); len(buf) == 0 {
			continue
		}
		for k, i := range buf {
			a := acts[v.cols.Name[i]]
			a.events++
			switch n := &seen[v.cols.Name[i]]; *n {
			case 0:
				*n = 1
				a.customers++
			case 1:
				*n = 2
				a.rework++
			}
			if k > 0 && o.Sketch {
				a.waits.put(since(v.cols.UnixNano[i], v.cols.UnixNano[buf[k-1]]))
			}
		}
		for _, i := range buf {
			seen[v.cols.Name[i]] = 0
		}
		last := buf[len(buf)-1]
		acts[v.cols.Name[buf[0]]].first++
		acts[v.cols.Name[last]].last++
		s.n++
		s.lengths.put(since(v.cols.UnixNano[last], v.cols.UnixNano[buf[0]]))
	}
	for i, a := range acts {
		if a.events > 0 {
			s.acts[v.names[i]] = a
		}
	}
	return s
}

// String is a line for the whole and one for each activity.
func (c *Cases) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d customers, %d events, median %s\n", c.Customers, c.Events, c.Median)
	for _, a := range c.Activities {
		fmt.Fprintf(&b, "%s: %d by %d customers, %d again\n", a.Name, a.Events, a.Customers, a.Rework)
	}
	return b.String()
}

// Rows are the activities as cells of a table, titles first.
func (c *Cases) Rows() [][]string {
	out := [][]string{{"activity", "events", "customers", "rework", "first", "last", "mean_wait", "median_wait"}}
	for _, a := range c.Activities {
		out = append(out, []string{
			a.Name, fmt.Sprint(a.Events), fmt.Sprint(a.Customers), fmt.Sprint(a.Rework), fmt.Sprint(a.First), fmt.Sprint(a.Last),
			a.Wait.Mean.String(), a.Wait.Median.String(),
		})
	}
	return out
}

// MarshalJSON writes the numbers with durations as text.
func (c *Cases) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Customers  int64      `json:"customers"`
		Events     int64      `json:"events"`
		Mean       string     `json:"mean"`
		Median     string     `json:"median"`
		P90        string     `json:"p90"`
		Activities []Activity `json:"activities"`
	}{c.Customers, c.Events, c.Mean.String(), c.Median.String(), c.P90.String(), append([]Activity{}, c.Activities...)})
}

// MarshalJSON writes the numbers with durations as text.
func (a Activity) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name      string `json:"name"`
		Events    int64  `json:"events"`
		Customers int64  `json:"customers"`
		Rework    int64  `json:"rework"`
		First     int64  `json:"first"`
		Last      int64  `json:"last"`
		Mean      string `json:"mean_wait"`
		Median    string `json:"median_wait"`
	}{a.Name, a.Events, a.Customers, a.Rework, a.First, a.Last, a.Wait.Mean.String(), a.Wait.Median.String()})
}
