package scorecard

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Report is every metric's course. It is a value: nothing in it refers to the
// data any more.
type Report struct {
	Currency string   `json:"currency,omitempty"` // of the books
	Series   []Series `json:"series"`
}

// Series is one metric, of the whole or of one key of a dimension.
type Series struct {
	Metric metrics.Definition `json:"metric"`
	// Stages are the stages of the definition whose phase is the metric's.
	Stages []journey.Stage `json:"stages"`
	By     By              `json:"by"`
	Key    string          `json:"key"`
	Points []Point         `json:"points"` // one a month
	Goal   *Goal           `json:"goal,omitempty"`
	Bands  []Band          `json:"bands"`
}

// Point is a metric in one period.
type Point struct {
	// Month is the period, or its last month.
	Month calendar.Month `json:"month"`
	// Value keeps numerator and denominator; that of a total is over 1, and time
	// is in seconds.
	Value metrics.Ratio `json:"value"`
	// Interval is Wilson's, of shares of counts; of others there is none.
	Interval metrics.Estimate `json:"interval"`
	// Running is how many more began, but have not had the time that Within
	// gives them, or under RuleTime still wait. They are in neither number.
	Running int64 `json:"running,omitempty"`
	// Open says that the period was not over at the horizon.
	Open bool `json:"open,omitempty"`
	// Note says why there is no value.
	Note string `json:"note,omitempty"`
}

// Last is the latest point that has a value; ok is false where none has.
func (s Series) Last() (p Point, ok bool) {
	for _, p := range slices.Backward(s.Points) {
		if p.Value.Defined() {
			return p, true
		}
	}
	return Point{}, false
}

// Find is the series of a metric for a dimension and key; By{} and "" are the
// whole. ok is false, and the Series the zero one, where the report has none.
func (r *Report) Find(metric string, by By, key string) (Series, bool) {
	for _, s := range r.Series {
		if s.Metric.ID == metric && s.By == by && s.Key == key {
			return s, true
		}
	}
	return Series{}, false
}

// OfStage yields the series of the metrics that are read in a stage of the
// definition, of the whole.
func (r *Report) OfStage(stage journey.Stage) iter.Seq[Series] {
	return func(yield func(Series) bool) {
		for _, s := range r.Series {
			if s.By == (By{}) && slices.Contains(s.Stages, stage) && !yield(s) {
				return
			}
		}
	}
}

// Missing yields the metrics that never had a value, each with the latest
// reason.
func (r *Report) Missing() iter.Seq2[string, string] {
	return func(yield func(metric, why string) bool) {
		for _, s := range r.Series {
			if _, ok := s.Last(); ok || s.By != (By{}) {
				continue
			}
			why := s.Points[len(s.Points)-1].Note
			if !yield(s.Metric.ID, cmp.Or(why, "nothing to divide by")) {
				return
			}
		}
	}
}

// Row is one point as a flat row of a table.
type Row struct {
	Metric    string            `json:"metric"`
	Phase     metrics.Phase     `json:"phase"`
	Stages    []journey.Stage   `json:"stages"`
	By        string            `json:"by"`
	Key       string            `json:"key"`
	Month     calendar.Month    `json:"month"`
	Value     metrics.Ratio     `json:"value"`
	Interval  metrics.Estimate  `json:"interval"`
	Running   int64             `json:"running"`
	Goal      metrics.Ratio     `json:"goal"`
	Direction metrics.Direction `json:"direction"`
	Open      bool              `json:"open"`
	Note      string            `json:"note"`
}

// Rows yields a row for every point.
func (r *Report) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, s := range r.Series {
			row := Row{Metric: s.Metric.ID, Phase: s.Metric.Stage, Stages: s.Stages, By: s.By.String(), Key: s.Key, Direction: s.Metric.Direction}
			if s.Goal != nil {
				row.Goal = s.Goal.Target
			}
			for _, p := range s.Points {
				row.Month, row.Value, row.Interval, row.Running, row.Open, row.Note = p.Month, p.Value, p.Interval, p.Running, p.Open, p.Note
				if !yield(row) {
					return
				}
			}
		}
	}
}

// String is the whole, a line for each metric under its phase: the latest
// value, how it moved, the goal and what others reach.
func (r *Report) String() string {
	var b strings.Builder
	phase := metrics.PhaseUnknown
	for _, s := range r.Series {
		if s.By != (By{}) {
			continue
		}
		if s.Metric.Stage != phase {
			phase = s.Metric.Stage
			fmt.Fprintf(&b, "%s\n", phase)
		}
		fmt.Fprintf(&b, "  %s\n", s)
	}
	return b.String()
}

// String is the metric with its latest value, on one line; "no such series" of
// the zero Series, which Find gives for what the report has not.
func (s Series) String() string {
	if s.Metric.ID == "" && len(s.Points) == 0 {
		return "no such series"
	}
	var b strings.Builder
	b.WriteString(s.Metric.Name)
	if s.By != (By{}) {
		fmt.Fprintf(&b, " (%s %s)", s.By, s.Key)
	}
	p, ok := s.Last()
	if !ok {
		return b.String() + ": undefined"
	}
	fmt.Fprintf(&b, ": %s in %s", Show(s.Metric.Unit, p.Value), p.Month)
	if t := s.Trend(); t.Months > 1 {
		fmt.Fprintf(&b, ", %s", t)
	}
	if s.Goal != nil {
		fmt.Fprintf(&b, "; %s", s.Standing())
	}
	for _, band := range s.Bands {
		fmt.Fprintf(&b, "; %s", band)
	}
	return b.String()
}

// Show is a value as people read its unit: a percentage, an amount, a time.
func Show(unit metrics.Unit, r metrics.Ratio) string {
	if !r.Defined() {
		return "undefined"
	}
	switch unit {
	case metrics.UnitShare, metrics.UnitFraction:
		return r.Percent(1)
	case metrics.UnitTime:
		seconds, _ := r.Float64()
		return showTime(time.Duration(seconds * float64(time.Second)))
	case metrics.UnitCount:
		d, _ := r.Decimal(0)
		return d.String()
	case metrics.UnitMultiple:
		d, _ := r.Decimal(2)
		return d.StringFixed(2) + "×"
	case metrics.UnitMonths:
		d, _ := r.Decimal(1)
		return d.StringFixed(1) + " months"
	default:
		d, _ := r.Decimal(2)
		return d.StringFixed(2)
	}
}

func showTime(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%.1f days", d.Hours()/24)
	case d >= time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	}
	return d.Round(time.Second).String()
}

// MarshalJSON writes the report with empty lists as [].
func (r *Report) MarshalJSON() ([]byte, error) {
	type plain Report
	p := plain(*r)
	if p.Series == nil {
		p.Series = []Series{}
	}
	return json.Marshal(p)
}

// MarshalJSON writes the series with its trend, lists as [].
func (s Series) MarshalJSON() ([]byte, error) {
	type plain Series
	p := plain(s)
	if p.Stages == nil {
		p.Stages = []journey.Stage{}
	}
	if p.Bands == nil {
		p.Bands = []Band{}
	}
	return json.Marshal(struct {
		plain
		Trend    Trend     `json:"trend"`
		Standing *Standing `json:"standing,omitempty"`
	}{p, s.Trend(), s.standing()})
}
