package kit

import (
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Course is how a subscription stood over time, as far as its record tells: a
// trial, and one state since some instant. Before that it was active.
//
// A Course is a value and safe everywhere. The zero Course is active for ever.
type Course struct {
	// From and To bound it; a zero To is open.
	From, To time.Time
	// TrialFrom and TrialTo bound the trial. There is none when both are zero;
	// one zero bound alone is that of the course.
	TrialFrom, TrialTo time.Time
	// State holds on [StateFrom, StateTo); zero bounds are those of the
	// course. A trial goes before any state but StateIncomplete.
	State              billing.State
	StateFrom, StateTo time.Time
}

// Spans cuts base into one span for each state, in order: all else is as in
// base, whose own From, To and State are not read. Nothing follows a scheduled
// end: the last span has it in CancelAt.
func (c Course) Spans(base billing.Span) []billing.Span {
	end := c.To
	if end.IsZero() {
		end = base.CancelAt
	}
	var room [5]time.Time
	cuts := append(room[:0], c.From)
	for _, t := range [...]time.Time{c.TrialFrom, c.TrialTo, c.StateFrom, c.StateTo} {
		if !t.IsZero() && t.After(c.From) && (end.IsZero() || t.Before(end)) {
			cuts = append(cuts, t)
		}
	}
	slices.SortFunc(cuts[1:], time.Time.Compare)
	cuts = slices.CompactFunc(cuts, time.Time.Equal)

	var out []billing.Span
	for i, from := range cuts {
		to := c.To
		if i+1 < len(cuts) {
			to = cuts[i+1]
		}
		state := c.at(from)
		if n := len(out); n > 0 && out[n-1].State == state {
			out[n-1].To = to
			continue
		}
		s := base
		s.From, s.To, s.State = from, to, state
		out = append(out, s)
	}
	return out
}

// at is the state from t until the next cut.
func (c Course) at(t time.Time) billing.State {
	within := func(from, to time.Time) bool {
		return (from.IsZero() || !t.Before(from)) && (to.IsZero() || t.Before(to))
	}
	switch {
	case c.State == billing.StateIncomplete && within(c.StateFrom, c.StateTo):
		return c.State
	case (!c.TrialFrom.IsZero() || !c.TrialTo.IsZero()) && within(c.TrialFrom, c.TrialTo):
		return billing.StateTrial
	case within(c.StateFrom, c.StateTo):
		return c.State
	default:
		return billing.StateActive
	}
}
