package revops

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Trial is what became of the trials that began in one month: of each contract the
// first.
type Trial struct {
	Month   calendar.Month `json:"month"`
	Started int64          `json:"started"` // Converted + Free + Lost + Open
	// Converted were charged an amount above zero, and were not behind with it,
	// sometime after the trial began.
	Converted int64 `json:"converted"`
	Free      int64 `json:"free"` // go on, and are charged nothing
	Lost      int64 `json:"lost"` // ended without a charge
	Open      int64 `json:"open"` // still in trial, or behind with the first charge
}

// Rate is Converted over the trials that are decided: those that are not Open.
func (t Trial) Rate() metrics.Ratio { return metrics.NewCount(t.Converted, t.Started-t.Open) }

// String is "2026-01: 10 trials, 4 converted, 1 free, 3 lost, 2 open: 50.0%".
func (t Trial) String() string {
	return fmt.Sprintf("%s: %d trials, %d converted, %d free, %d lost, %d open: %s",
		t.Month, t.Started, t.Converted, t.Free, t.Lost, t.Open, t.Rate().Percent(1))
}

// Trials follows the trials that began in the months from from to to, both
// included, up to an instant: the cohort is the month of a trial's beginning. A
// nil location is UTC. Sandbox records and trials that begin after until are left
// out; findings are of records that cannot be read.
func Trials(spans []billing.Span, from, to calendar.Month, until time.Time, loc *time.Location) ([]Trial, []billing.Finding, error) {
	if err := checkMonths("trials", from, to); err != nil {
		return nil, nil, err
	}
	if err := calendar.CheckTime(until); err != nil {
		return nil, nil, fmt.Errorf("revops: trials: until: %w", err)
	}
	out := make([]Trial, to.Sub(from)+1)
	for i := range out {
		out[i].Month = from.Add(i)
	}
	var found billing.Findings
	for _, c := range contracts(spans, &found) {
		begin, outcome := c.trial(until)
		if begin.IsZero() {
			continue
		}
		i := calendar.MonthOf(begin, zone(loc)).Sub(from)
		if i < 0 || i >= len(out) {
			continue
		}
		t := &out[i]
		t.Started++
		switch outcome {
		case trialConverted:
			t.Converted++
		case trialFree:
			t.Free++
		case trialOpen:
			t.Open++
		default:
			t.Lost++
		}
	}
	return out, found.All(), nil
}

type trialOutcome uint8

const (
	trialLost trialOutcome = iota
	trialFree
	trialOpen
	trialConverted
)

// trial is when a contract's first trial began, zero for never, and what has
// become of it.
func (c *contract) trial(until time.Time) (begin time.Time, outcome trialOutcome) {
	for _, s := range c.spans {
		if s.State == billing.StateTrial && !s.Test && s.From.Before(until) && (begin.IsZero() || s.From.Before(begin)) && lasts(s) {
			begin = s.From
		}
	}
	if begin.IsZero() {
		return begin, outcome
	}
	for _, s := range c.spans {
		if s.Test || s.From.Before(begin) || s.From.After(until) || !lasts(s) {
			continue
		}
		end := s.End()
		lives := end.IsZero() || end.After(until)
		switch s.State {
		case billing.StateActive, billing.StateCollectionPaused:
			switch {
			case s.Amount.Sign() > 0:
				outcome = trialConverted
			case lives:
				outcome = max(outcome, trialFree)
			}
		default:
			if lives {
				outcome = max(outcome, trialOpen)
			}
		}
	}
	return begin, outcome
}

// lasts reports whether a span is in force at all.
func lasts(s *billing.Span) bool {
	end := s.End()
	return end.IsZero() || end.After(s.From)
}
