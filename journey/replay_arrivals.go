package journey

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Arrival says who came to a stage or group, and after what time. It is a value
// of its replay, safe for concurrent use; the zero Arrival is of nothing.
type Arrival struct {
	// Name is the stage's or the group's.
	Name string
	// Customers is how many there are, Reached how many of them were there.
	Customers, Reached int64

	times []int64
}

// Arrivals returns one line per stage or group, in the order of the definition:
// the first time customers came there, counted from their first event.
func (s *Summary) Arrivals(by By) []Arrival {
	if s.d == nil {
		return nil
	}
	u := s.d.units(by)
	out := make([]Arrival, len(u.names))
	for i, d := range s.durations(by) {
		out[i] = Arrival{Name: u.names[i], Customers: s.tally.seen, Reached: int64(len(d.reach)), times: d.reach}
	}
	return out
}

// Rate returns reached over customers.
func (a Arrival) Rate() metrics.Ratio { return metrics.NewCount(a.Reached, a.Customers) }

// Quantile returns the time within which the share q of all customers came
// there, by nearest rank. Those who have not count as later than everybody
// else, so the median is false while fewer than half of them have.
func (a Arrival) Quantile(q float64) (time.Duration, bool) {
	return quantile(a.times, a.Customers, q)
}
