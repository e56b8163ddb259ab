package journeymap

import (
	"math"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Goal is specific, measurable, achievable, relevant and timed: a metric that
// moves from one value to another by a day, whose goal it is, and how.
type Goal struct {
	ID    string `json:"id"`
	Text  string `json:"text,omitempty"`
	Stage string `json:"stage,omitempty"`
	// Metric is the id of a metric of metrics.Catalog or of the caller's own.
	Metric string          `json:"metric"`
	From   decimal.Decimal `json:"from"`
	To     decimal.Decimal `json:"to"`
	// Start is when From was measured, By when To is due.
	Start time.Time `json:"start,omitzero"`
	By    time.Time `json:"by,omitzero"`
	Owner string    `json:"owner,omitempty"`
	How   string    `json:"how,omitempty"`
	// Pilot limits the goal to a part of the customers and a time.
	Pilot *Pilot `json:"pilot,omitempty"`
}

// Pilot is a trial with a share of the customers from an instant until
// another.
type Pilot struct {
	Share decimal.Decimal `json:"share"` // more than 0, at most 1
	From  time.Time       `json:"from,omitzero"`
	Until time.Time       `json:"until,omitzero"`
}

// Progress is how far a goal is at an instant.
type Progress struct {
	Goal  string           `json:"goal"`
	Stage string           `json:"stage,omitempty"`
	At    time.Time        `json:"at"`
	Value metrics.Estimate `json:"value"`
	// Elapsed is the share of the time that has passed, Done the share of the
	// way; Done may lie below 0 and above 1.
	Elapsed float64 `json:"elapsed"`
	Done    float64 `json:"done"`
	// Expected is where a straight line from start to goal is at the instant.
	Expected float64 `json:"expected"`
	// OnTrack reports that the value is there or better; Sure that the whole
	// interval is on that side.
	OnTrack bool `json:"on_track"`
	Sure    bool `json:"sure"`
}

// window is the time in which the goal is to be reached.
func (g Goal) window() (from, until time.Time) {
	if g.Pilot != nil {
		return g.Pilot.From, g.Pilot.Until
	}
	return g.Start, g.By
}

// Progress compares a value measured at an instant with a straight line from
// the start to the day the goal is due; of a pilot, over the pilot's time. The
// value is that of the goal's metric, of the pilot's customers where there is
// one. Errors are of goals without a time or a way to go, of values that are no
// estimate, and of an instant before the start; after the end the line stays
// at the goal.
func (g Goal) Progress(at time.Time, value metrics.Estimate) (Progress, error) {
	from, until := g.window()
	refuse := func(field, limit string) (Progress, error) {
		return Progress{}, &fault.Error{Package: "journeymap", Op: "goal " + g.ID, Field: field, Limit: limit, Err: ErrGoal}
	}
	a, _ := g.From.Float64()
	b, _ := g.To.Float64()
	switch {
	case from.IsZero() || until.IsZero() || !from.Before(until):
		return refuse("time", "want a start before the end")
	case g.From.Equal(g.To):
		return refuse("to", "want another value than from")
	case !value.Defined() || math.IsNaN(value.Value) || math.IsInf(value.Value, 0):
		return refuse("value", "want an estimate")
	case at.Before(from):
		return refuse("at", "want an instant not before the start")
	}
	elapsed := math.Min(1, float64(at.Sub(from))/float64(until.Sub(from)))
	p := Progress{Goal: g.ID, Stage: g.Stage, At: at, Value: value, Elapsed: elapsed}
	p.Expected = a + float64((b-a)*elapsed)
	p.Done = (value.Value - a) / (b - a)
	up := b > a
	there := func(v float64) bool { return up && v >= p.Expected || !up && v <= p.Expected }
	p.OnTrack = there(value.Value)
	p.Sure = !math.IsNaN(value.Lo) && !math.IsNaN(value.Hi) && there(value.Lo) == p.OnTrack && there(value.Hi) == p.OnTrack
	return p, nil
}
