package mining

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/quantile"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Cases sums up the journeys of a log: how long they last, and each activity.
type Cases struct {
	Customers  int64
	Events     int64
	Mean       time.Duration // from the first activity to the last
	Median     time.Duration
	P90        time.Duration
	Activities []Activity // ascending by name
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

// CasesOf sums up the journeys of a log. Errors: as [DirectlyFollows].
func CasesOf(log *touchpoint.Log, o Options) (*Cases, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	n := len(v.names)
	out := &Cases{}
	acts := make([]Activity, n)
	waits := make([][]int64, n)
	seen := make([]int64, n)
	var lengths []int64
	var buf []int32
	for place := range v.len() {
		c := v.at(place)
		if buf = v.of(c, buf[:0]); len(buf) == 0 {
			continue
		}
		out.Customers++
		out.Events += int64(len(buf))
		for k, i := range buf {
			name := v.cols.Name[i]
			acts[name].Events++
			switch seen[name]++; seen[name] {
			case 1:
				acts[name].Customers++
			case 2:
				acts[name].Rework++
			}
			if k > 0 {
				waits[name] = append(waits[name], v.cols.UnixNano[i]-v.cols.UnixNano[buf[k-1]])
			}
		}
		for _, i := range buf {
			seen[v.cols.Name[i]] = 0
		}
		last := buf[len(buf)-1]
		acts[v.cols.Name[buf[0]]].First++
		acts[v.cols.Name[last]].Last++
		lengths = append(lengths, v.cols.UnixNano[last]-v.cols.UnixNano[buf[0]])
	}
	slices.Sort(lengths)
	out.Mean, out.Median, out.P90 = quantile.Mean(lengths), quantile.Of(lengths, 0.5), quantile.Of(lengths, 0.9)
	for i, a := range acts {
		if a.Events == 0 {
			continue
		}
		slices.Sort(waits[i])
		a.Name, a.Wait = v.names[i], Waiting{quantile.Mean(waits[i]), quantile.Of(waits[i], 0.5)}
		out.Activities = append(out.Activities, a)
	}
	return out, nil
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
	type activity struct {
		Name      string `json:"name"`
		Events    int64  `json:"events"`
		Customers int64  `json:"customers"`
		Rework    int64  `json:"rework"`
		First     int64  `json:"first"`
		Last      int64  `json:"last"`
		Mean      string `json:"mean_wait"`
		Median    string `json:"median_wait"`
	}
	list := []activity{}
	for _, a := range c.Activities {
		list = append(list, activity{a.Name, a.Events, a.Customers, a.Rework, a.First, a.Last, a.Wait.Mean.String(), a.Wait.Median.String()})
	}
	return json.Marshal(struct {
		Customers  int64      `json:"customers"`
		Events     int64      `json:"events"`
		Mean       string     `json:"mean"`
		Median     string     `json:"median"`
		P90        string     `json:"p90"`
		Activities []activity `json:"activities"`
	}{c.Customers, c.Events, c.Mean.String(), c.Median.String(), c.P90.String(), list})
}
