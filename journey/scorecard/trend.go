package scorecard

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Verdict says whether a change is for the better. The zero Verdict is
// NoVerdict.
type Verdict uint8

// The verdicts.
const (
	NoVerdict Verdict = iota // nothing to compare, or no direction is better
	Unclear                  // the difference may well be chance
	Steady                   // no difference at all
	Better
	Worse
)

var verdicts = enum.New[Verdict]("scorecard", "Verdict", "none", "unclear", "steady", "better", "worse")

// String is the name that MarshalText writes.
func (v Verdict) String() string { return verdicts.String(v) }

// MarshalText writes the name of the verdict.
func (v Verdict) MarshalText() ([]byte, error) { return verdicts.Marshal(v) }

// UnmarshalText reads what MarshalText writes.
func (v *Verdict) UnmarshalText(text []byte) error { return verdicts.Unmarshal(v, text) }

// Value stores the name.
func (v Verdict) Value() (driver.Value, error) { return verdicts.Value(v) }

// Scan reads a name; NULL is NoVerdict.
func (v *Verdict) Scan(src any) error { return verdicts.Scan(v, src) }

// Trend is how a metric moves.
type Trend struct {
	Months int64 // points that have a value
	// Change is the latest value less the one before it.
	Change float64
	// Slope is the change a month of the straight line through all of them, by
	// least squares.
	Slope float64
	// Compared compares the two latest, where they are shares of counts; it is
	// nil for others.
	Compared *metrics.Comparison
	// Verdict is by the metric's direction. Of shares of counts it is Unclear
	// where the interval of the difference holds zero.
	Verdict Verdict
}

// Trend is how the series moved.
func (s Series) Trend() Trend {
	var t Trend
	var last, before *Point
	var sx, sy, sxx, sxy float64
	for i := range s.Points {
		p := &s.Points[i]
		y, ok := p.Value.Float64()
		if !ok {
			continue
		}
		x := float64(p.Month.Sub(s.Points[0].Month))
		t.Months++
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+float64(x*x), sxy+float64(x*y)
		before, last = last, p
	}
	if before == nil {
		return t
	}
	n := float64(t.Months)
	if d := float64(n*sxx) - float64(sx*sx); d > 0 {
		t.Slope = (float64(n*sxy) - float64(sx*sy)) / d
	}
	t.Change, t.Compared, t.Verdict = judge(s.Metric, *before, *last)
	return t
}

// judge compares two points of a metric.
func judge(d metrics.Definition, before, after Point) (change float64, c *metrics.Comparison, v Verdict) {
	a, okA := before.Value.Float64()
	b, okB := after.Value.Float64()
	if !okA || !okB {
		return 0, nil, NoVerdict
	}
	change = b - a
	if before.Interval.Defined() && after.Interval.Defined() {
		got, err := metrics.CompareShares(before.Value.Num().IntPart(), before.Value.Den().IntPart(),
			after.Value.Num().IntPart(), after.Value.Den().IntPart(), after.Interval.Level)
		if err == nil {
			c = &got
		}
	}
	cmp, _ := after.Value.Cmp(before.Value)
	switch {
	case d.Direction != metrics.HigherIsBetter && d.Direction != metrics.LowerIsBetter:
		return change, c, NoVerdict
	case cmp == 0:
		return change, c, Steady
	case c != nil && c.Difference.Lo <= 0 && c.Difference.Hi >= 0:
		return change, c, Unclear
	case (cmp > 0) == (d.Direction == metrics.HigherIsBetter):
		return change, c, Better
	}
	return change, c, Worse
}

// String is the change and what it means.
func (t Trend) String() string {
	if t.Months < 2 {
		return "no trend"
	}
	s := fmt.Sprintf("%+.3g", t.Change)
	if t.Verdict != NoVerdict {
		s += " (" + t.Verdict.String() + ")"
	}
	return s
}

// MarshalJSON writes the trend; what is not known is null.
func (t Trend) MarshalJSON() ([]byte, error) {
	known := func(f float64) *float64 {
		if t.Months < 2 || math.IsNaN(f) || math.IsInf(f, 0) {
			return nil
		}
		return &f
	}
	return json.Marshal(struct {
		Months   int64               `json:"months"`
		Change   *float64            `json:"change"`
		Slope    *float64            `json:"slope"`
		Compared *metrics.Comparison `json:"compared"`
		Verdict  Verdict             `json:"verdict"`
	}{t.Months, known(t.Change), known(t.Slope), t.Compared, t.Verdict})
}

// Course is the values of a series, oldest first, for a picture.
func (s Series) Course() []metrics.Ratio {
	out := make([]metrics.Ratio, len(s.Points))
	for i, p := range s.Points {
		out[i] = p.Value
	}
	return slices.Clip(out)
}
