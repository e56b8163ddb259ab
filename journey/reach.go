package journey

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Reach says who came to a stage or group, and after what time. It is a value
// of its replay, safe for concurrent use; the zero Reach is of nothing.
type Reach struct {
	// Name is the stage's or the group's.
	Name string
	// Customers is how many there are, Reached how many of them were there.
	Customers, Reached int64

	times []int64
}

// Reaches returns one line per stage or group, in the order of the definition:
// the first time customers came there, counted from their first event.
func (r *Replay) Reaches(by By) []Reach {
	u := r.d.units(by)
	out := make([]Reach, len(u.names))
	for i, d := range r.detail(by) {
		out[i] = Reach{Name: u.names[i], Customers: r.sum.seen, Reached: int64(len(d.reach)), times: d.reach}
	}
	return out
}

// Reach returns the line of one stage or group, and whether there is one.
func (r *Replay) Reach(by By, name string) (Reach, bool) {
	i, ok := r.unitIndex(by, name)
	if !ok {
		return Reach{}, false
	}
	return r.Reaches(by)[i], true
}

// Rate returns reached over customers.
func (r Reach) Rate() metrics.Ratio { return metrics.NewCount(r.Reached, r.Customers) }

// Quantile returns the time within which the share q of all customers came
// there, by nearest rank. Those who have not count as later than everybody
// else, so the median is false while fewer than half of them have.
func (r Reach) Quantile(q float64) (time.Duration, bool) {
	return quantile(r.times, r.Customers, q)
}
