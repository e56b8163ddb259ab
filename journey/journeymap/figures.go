package journeymap

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Figures are what a log says of one stage. Counts are of customers unless
// they say otherwise.
type Figures struct {
	// Entered is how many came to the stage, Visits how often, Here how many are
	// there at the end.
	Entered int64 `json:"entered"`
	Visits  int64 `json:"visits"`
	Here    int64 `json:"here"`
	// Onward is the share of those who entered that later came to a stage
	// further on; Dropped the share that never did and is no longer here or is
	// in a stage further back.
	Onward  metrics.Ratio `json:"onward,omitzero"`
	Dropped metrics.Ratio `json:"dropped,omitzero"`
	// Median and P90 are of the visits that ended, MedianLo and MedianHi the
	// median's interval at 95 %, 0 where fewer than six ended.
	Median   Duration `json:"median"`
	MedianLo Duration `json:"median_lo,omitempty"`
	MedianHi Duration `json:"median_hi,omitempty"`
	P90      Duration `json:"p90"`
	// To is where visits ended, most frequent first.
	To []Flow `json:"to,omitempty"`
	// On, Back are the triggers that moved customers on and back, most frequent
	// first; Blocked what was refused.
	On      []Flow `json:"on,omitempty"`
	Back    []Flow `json:"back,omitempty"`
	Blocked []Flow `json:"blocked,omitempty"`
	// Use is when in the day and week events happened.
	Use *Use `json:"use,omitempty"`
	// Moments are touchpoints whose customers differ from the stage's.
	Moments []Moment `json:"moments,omitempty"`
}

// Flow is a count of moves by what made them and where they led.
type Flow struct {
	Trigger string `json:"trigger,omitempty"`
	To      string `json:"to,omitempty"`
	N       int64  `json:"n"`
	// Median is the time before the move, where it is of a stage's visits.
	Median Duration `json:"median,omitempty"`
}

// Use counts events by hour of the day and by day of the week, in the
// customer's location.
type Use struct {
	Hours [24]int64 `json:"hours"` // from midnight on
	Days  [7]int64  `json:"days"`  // from Sunday on, as time.Weekday counts
}

// Peak returns the busiest day and hour; the earlier where two are equal. ok
// is false without events.
func (u Use) Peak() (weekday time.Weekday, hour int, ok bool) {
	for d, n := range u.Days {
		if n > u.Days[weekday] {
			weekday = time.Weekday(d)
		}
	}
	for h, n := range u.Hours {
		if n > u.Hours[hour] {
			hour = h
		}
	}
	return weekday, hour, u.Hours[hour] > 0
}

// Pathway is a common way of customers through touchpoints.
type Pathway struct {
	Steps []string      `json:"steps"`
	N     int64         `json:"n"`
	Share metrics.Ratio `json:"share,omitzero"`
}

// Pruned is a touchpoint left out because too few customers met it.
type Pruned struct {
	Stage     string `json:"stage"`
	Name      string `json:"name"`
	Events    int64  `json:"events"`
	Customers int64  `json:"customers"`
}

// Moment is a touchpoint whose customers do better or worse than the others of
// the stage: a moment of delight or of frustration.
type Moment struct {
	Touchpoint string `json:"touchpoint"`
	// Delight is true where they do better, by more than chance explains.
	Delight bool `json:"delight"`
	// Felt reports that it is about emotions in answers, not about moving on.
	Felt bool `json:"felt,omitempty"`
	// Met is the share of those who met it that moved on, Others that of those
	// who did not.
	Met    metrics.Ratio `json:"met,omitzero"`
	Others metrics.Ratio `json:"others,omitzero"`
	// Difference is Met less Others, Trend the share of Met in the later half
	// of the time less that in the earlier.
	Difference Interval  `json:"difference"`
	Trend      *Interval `json:"trend,omitempty"`
}

// Interval is a value with its interval and the number it rests on.
type Interval struct {
	Value float64 `json:"value"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
	N     int64   `json:"n"`
}

func intervalOf(e metrics.Estimate) Interval {
	return Interval{Value: e.Value, Lo: e.Lo, Hi: e.Hi, N: e.N}
}
