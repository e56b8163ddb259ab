package survival

import (
	"iter"
	"slices"

	"github.com/lifecycle-go/lifecycle/journey"
)

// OfReplay yields one subject for every customer of a replay who came to the
// stage from: the days of 24 hours from their first arrival there to their
// first arrival, later, in any of the stages to, which is the event and its
// Cause the stage's name. Who has not come to one is censored where their
// observation ends: at the replay's Horizon, or at their last event where it has
// none. Stages that have parts are named by the part. Customers come in the
// order of the replay.
//
// It answers how long a trial takes to convert, and with several stages what
// becomes of it: see [CumulativeIncidence].
func OfReplay(r *journey.Replay, from journey.Stage, to ...journey.Stage) iter.Seq[Subject] {
	return func(yield func(Subject) bool) {
		for _, visits := range r.AllVisits() {
			start := slices.IndexFunc(visits, func(v journey.Visit) bool { return v.Stage == from })
			if start < 0 {
				continue
			}
			s := Subject{}
			end := visits[len(visits)-1].Until
			for _, v := range visits[start+1:] {
				if slices.Contains(to, v.Stage) {
					s.Event, s.Cause, end = true, string(v.Stage), v.From
					break
				}
			}
			s.Exit = end.Sub(visits[start].From).Hours() / 24
			if !yield(s) {
				return
			}
		}
	}
}

// OfCounts yields weighted subjects from counts by period, such as those of a
// cohort table by month of tenure: in period k, from 0, so many had the event
// and so many were observed no further. The slices may differ in length; a
// negative count becomes a subject that the estimators refuse.
func OfCounts(events, censored []int64) iter.Seq[Subject] {
	return func(yield func(Subject) bool) {
		for k := range max(len(events), len(censored)) {
			if k < len(events) && events[k] != 0 && !yield(Subject{Exit: float64(k), Event: true, Weight: float64(events[k])}) {
				return
			}
			if k < len(censored) && censored[k] != 0 && !yield(Subject{Exit: float64(k), Weight: float64(censored[k])}) {
				return
			}
		}
	}
}
