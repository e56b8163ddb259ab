package journeymap

import (
	"slices"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// KPI is a metric read in a stage.
type KPI struct {
	// Metric is the id of a metric of metrics.Catalog or of the caller's own.
	Metric string `json:"metric"`
	// Title is shown instead of the catalogue's name.
	Title string       `json:"title,omitempty"`
	Unit  metrics.Unit `json:"unit"`
	// Direction says which way is better; unknown takes the catalogue's.
	Direction metrics.Direction `json:"direction"`
	Value     metrics.Ratio     `json:"value,omitzero"`
	Target    metrics.Ratio     `json:"target,omitzero"`
	// Trend is the course of the value, oldest first.
	Trend []metrics.Ratio `json:"trend,omitempty"`
}

// Short reports whether the value misses the target, and whether both are
// known and a direction says what missing is.
func (k KPI) Short() (short, known bool) {
	cmp, ok := k.Value.Cmp(k.Target)
	switch {
	case !ok:
		return false, false
	case k.Direction == metrics.HigherIsBetter:
		return cmp < 0, true
	case k.Direction == metrics.LowerIsBetter:
		return cmp > 0, true
	}
	return false, false
}

// kpis are the KPIs of a stage: with their values, or those with a goal.
func (o PlanOptions) kpis(stage string, values bool) []KPI {
	if o.KPIs != nil {
		return o.KPIs(stage)
	}
	if o.Scorecard == nil {
		return nil
	}
	var out []KPI
	for s := range o.Scorecard.OfStage(journey.Stage(stage)) {
		s = o.own(s)
		k := KPI{Metric: s.Metric.ID, Unit: s.Metric.Unit, Direction: s.Metric.Direction}
		if s.Goal != nil {
			k.Target = s.Goal.Target
		}
		last, ok := latest(s)
		switch {
		case values && ok:
			k.Value, k.Trend = last.Value, s.Course()
		case values || s.Goal == nil:
			continue
		}
		if _, known := metrics.Catalog().ByID(s.Metric.ID); !known {
			k.Title = s.Metric.Name
		}
		out = append(out, k)
	}
	return out
}

// latest is the last value of a month that was over, or else the last.
func latest(s scorecard.Series) (scorecard.Point, bool) {
	for _, p := range slices.Backward(s.Points) {
		if p.Value.Defined() && !p.Open {
			return p, true
		}
	}
	return s.Last()
}

// own is the series of the map's persona or segment, where the scorecard has it.
func (o PlanOptions) own(s scorecard.Series) scorecard.Series {
	for _, key := range []string{o.Persona, o.Segment} {
		if key == "" {
			continue
		}
		if part, ok := o.Scorecard.Find(s.Metric.ID, scorecard.By{Dimension: scorecard.BySegment}, key); ok {
			if part.Goal == nil {
				part.Goal = s.Goal
			}
			return part
		}
	}
	return s
}
