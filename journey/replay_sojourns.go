package journey

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Sojourn says how long customers stay in a stage or group. It is a value of
// its replay, safe for concurrent use; the zero Sojourn is of nothing.
type Sojourn struct {
	// Name is the stage's or the group's.
	Name string
	// Visits is how many visits there were; Open is how many of them go on,
	// which is how many customers are there now.
	Visits, Open int64
	// Total is the exact time of all visits, the open ones up to the end of
	// observation. The totals of all lines add up to Replay.Observed.
	Total calendar.Elapsed

	sum  *Summary
	by   By
	unit int
}

// Sojourns returns one line per stage or group, in the order of the definition.
func (s *Summary) Sojourns(by By) []Sojourn {
	if s.d == nil {
		return nil
	}
	u := s.d.units(by)
	out := make([]Sojourn, len(u.names))
	totals := make([]wide, len(u.names))
	for i, n := range u.names {
		out[i] = Sojourn{Name: n, sum: s, by: by, unit: i}
	}
	for i, w := range s.tally.sojourn {
		totals[u.of[i]].merge(w)
		out[u.of[i]].Open += s.tally.here[i]
	}
	out[u.of[s.d.initial]].Visits += s.tally.seen
	for i := range s.d.edges {
		if s.d.ends(&u, i) {
			out[u.of[s.d.dest[i]]].Visits += s.tally.branches[i] + s.tally.fired[i]
		}
	}
	for i := range out {
		out[i].Total = totals[i].elapsed()
	}
	return out
}

func (s Sojourn) durations() durations {
	if s.sum == nil {
		return durations{}
	}
	return s.sum.durations(s.by)[s.unit]
}

// Mean returns the mean length of the visits that ended; false when none did.
// Long visits tend to be still open, so while customers arrive the mean of the
// ended ones is too short; metrics/survival estimates without that bias.
func (s Sojourn) Mean() (time.Duration, bool) {
	done := s.durations().done
	return sumOf(done).elapsed().Mean(int64(len(done)))
}

// Quantile returns the length that the share q of the visits that ended did not
// exceed, by nearest rank; false when none ended or q is not in 0 to 1.
func (s Sojourn) Quantile(q float64) (time.Duration, bool) {
	done := s.durations().done
	return quantile(done, int64(len(done)), q)
}

// OpenQuantile is Quantile of the lengths so far of the open visits.
func (s Sojourn) OpenQuantile(q float64) (time.Duration, bool) {
	open := s.durations().open
	return quantile(open, int64(len(open)), q)
}
