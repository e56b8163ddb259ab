package scorecard

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Goal is what a metric shall reach.
type Goal struct {
	Metric string        `json:"metric"`
	Target metrics.Ratio `json:"target"`
	// Start and From, when given, draw the straight line to the target by which
	// Standing judges the way there.
	Start metrics.Ratio  `json:"start,omitzero"`
	From  calendar.Month `json:"from,omitzero"`
	// Until is the month by which it shall be reached; zero = at once.
	Until calendar.Month `json:"until,omitzero"`
	// By and Key are whose goal it is; zero = of the whole.
	By  By     `json:"by,omitzero"`
	Key string `json:"key,omitempty"`
}

func (g Goal) check(catalog metrics.Definitions) error {
	bad := func(field, value, limit string) error { return refuse("goal", field, value, limit, ErrOptions) }
	d, ok := catalog.ByID(g.Metric)
	switch {
	case !ok:
		return bad("Metric", fault.Quote(g.Metric), "not in the catalogue")
	case !g.Target.Defined():
		return bad("Target", "", "want a value")
	case d.Direction != metrics.HigherIsBetter && d.Direction != metrics.LowerIsBetter:
		return bad("Metric", fault.Quote(g.Metric), "want a metric of which more, or less, is better")
	case g.Start.Defined() && (g.From.IsZero() || g.Until.IsZero() || !g.From.Before(g.Until)):
		return bad("Until", g.Until.String(), "want a month after From")
	}
	return nil
}

func (e *evaluation) goal(s Series) *Goal {
	i := slices.IndexFunc(e.o.Goals, func(g Goal) bool { return g.Metric == s.Metric.ID && g.By == s.By && g.Key == s.Key })
	if i < 0 {
		return nil
	}
	g := e.o.Goals[i]
	return &g
}

// Standing is how a series stands to its goal.
type Standing struct {
	Reached bool `json:"reached"`
	// OnTrack says that the latest value is not behind the straight line from
	// Goal.Start; where there is none, that it is reached.
	OnTrack bool `json:"on_track"`
	// Missing is what the latest value lacks, in its own unit, never negative.
	Missing float64 `json:"missing"`
	// Sure says, of shares of counts, that the whole interval is short of the
	// target.
	Sure   bool          `json:"sure"`
	Target metrics.Ratio `json:"target"`
	unit   metrics.Unit
}

// Standing is how the latest value stands to the goal; the zero Standing where
// there is no goal or no value.
func (s Series) Standing() Standing {
	p, ok := s.Last()
	if s.Goal == nil || !ok {
		return Standing{}
	}
	g := *s.Goal
	higher := s.Metric.Direction == metrics.HigherIsBetter
	cmp, _ := p.Value.Cmp(g.Target)
	out := Standing{Reached: cmp == 0 || (cmp > 0) == higher, Target: g.Target, unit: s.Metric.Unit}
	value, _ := p.Value.Float64()
	target, _ := g.Target.Float64()
	if !out.Reached {
		out.Missing = max(target-value, value-target)
		if i := p.Interval; i.Defined() {
			out.Sure = higher && i.Hi < target || !higher && i.Lo > target
		}
	}
	out.OnTrack = out.Reached
	if start, ok := g.Start.Float64(); ok && !out.Reached {
		share := min(1, max(0, float64(p.Month.Sub(g.From))/float64(g.Until.Sub(g.From))))
		due := start + float64(share*(target-start))
		out.OnTrack = higher && value >= due || !higher && value <= due
	}
	return out
}

func (s Series) standing() *Standing {
	if s.Goal == nil {
		return nil
	}
	st := s.Standing()
	return &st
}

// String says whether the goal is reached.
func (s Standing) String() string {
	goal := "goal " + Show(s.unit, s.Target)
	switch {
	case s.Reached:
		return goal + " reached"
	case s.OnTrack:
		return goal + " on track"
	}
	return fmt.Sprintf("%s missed by %.3g", goal, s.Missing)
}
