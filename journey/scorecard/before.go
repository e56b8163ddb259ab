package scorecard

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// BeforeAfter is every metric in the months before a date and in those after.
type BeforeAfter struct {
	At time.Time `json:"at"`
	// Before and After are the first and the last month of each side.
	Before  [2]calendar.Month `json:"before"`
	After   [2]calendar.Month `json:"after"`
	Changes []Change          `json:"changes"`
}

// Change is one metric before and after.
type Change struct {
	Metric metrics.Definition `json:"metric"`
	By     By                 `json:"by"`
	Key    string             `json:"key"`
	Before Point              `json:"before"`
	After  Point              `json:"after"`
	// Difference is after less before, Relative that over before.
	Difference float64       `json:"difference"`
	Relative   metrics.Ratio `json:"relative"`
	// Compared compares shares of counts; nil for others.
	Compared *metrics.Comparison `json:"compared"`
	Verdict  Verdict             `json:"verdict"`
}

// EvaluateAround compares so many whole months before a date with as many after
// it, such as the start of an expansion effort. The month of the date is in
// neither, unless the date is its first instant, when it is the first after.
// Rates of several months are pooled; lifetime value is that of all the months
// of its side, and ltv_change stands under After, against Before.
//
// What changed at the date changed together with all else that did: it is
// association. Options.From and To are not read. Errors are those of Evaluate.
func EvaluateAround(d Data, bindings []Binding, at time.Time, months int, o Options) (*BeforeAfter, error) {
	if months < 1 || months >= MaxMonths/2 {
		return nil, refuse("around", "months", fmt.Sprint(months), fmt.Sprintf("want 1 to %d", MaxMonths/2-1), ErrOptions)
	}
	if err := calendar.CheckTime(at); err != nil {
		return nil, fmt.Errorf("scorecard: around: %w", err)
	}
	month := calendar.MonthOf(at, o.Location)
	first := month
	if !month.Start(o.Location).Equal(at) {
		first = month.Add(1)
	}
	o.From, o.To = month.Add(-months), first.Add(months-1)
	o, err := o.defaults(d)
	if err != nil {
		return nil, err
	}
	spans := []span{o.span(month.Add(-months), month.Add(-1)), o.span(first, first.Add(months-1))}
	e, err := newEvaluation(d, bindings, o, spans)
	if err != nil {
		return nil, err
	}
	r, err := e.report()
	if err != nil {
		return nil, err
	}
	out := &BeforeAfter{At: at, Before: [2]calendar.Month{spans[0].from, spans[0].to}, After: [2]calendar.Month{spans[1].from, spans[1].to}, Changes: []Change{}}
	for _, s := range r.Series {
		c := Change{Metric: s.Metric, By: s.By, Key: s.Key, Before: s.Points[0], After: s.Points[1]}
		c.Difference, c.Compared, c.Verdict = judge(s.Metric, c.Before, c.After)
		c.Relative = relative(c.Before.Value, c.After.Value)
		if s.Metric.ID == "ltv_change" {
			if ltv, ok := r.Find("ltv", s.By, s.Key); ok {
				c.After.Value = relative(ltv.Points[0].Value, ltv.Points[1].Value)
			}
		}
		out.Changes = append(out.Changes, c)
	}
	return out, nil
}

// Find is the change of a metric for a dimension and key.
func (b *BeforeAfter) Find(metric string, by By, key string) (Change, bool) {
	for _, c := range b.Changes {
		if c.Metric.ID == metric && c.By == by && c.Key == key {
			return c, true
		}
	}
	return Change{}, false
}

// Rows yields the changes.
func (b *BeforeAfter) Rows() iter.Seq[Change] {
	return func(yield func(Change) bool) {
		for _, c := range b.Changes {
			if !yield(c) {
				return
			}
		}
	}
}

// String is a line for each metric of the whole that has both values.
func (b *BeforeAfter) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s to %s, and %s to %s\n", b.Before[0], b.Before[1], b.After[0], b.After[1])
	for _, c := range b.Changes {
		if c.By == (By{}) && c.Before.Value.Defined() && c.After.Value.Defined() {
			fmt.Fprintf(&s, "  %s\n", c)
		}
	}
	return s.String()
}

// String is both values and the verdict.
func (c Change) String() string {
	name := c.Metric.Name
	if c.By != (By{}) {
		name += " (" + c.Key + ")"
	}
	s := fmt.Sprintf("%s: %s to %s", name, Show(c.Metric.Unit, c.Before.Value), Show(c.Metric.Unit, c.After.Value))
	if c.Verdict != NoVerdict {
		s += ", " + c.Verdict.String()
	}
	return s
}

// MarshalJSON writes the changes with lists as [].
func (b *BeforeAfter) MarshalJSON() ([]byte, error) {
	type plain BeforeAfter
	p := plain(*b)
	if p.Changes == nil {
		p.Changes = []Change{}
	}
	return json.Marshal(p)
}
