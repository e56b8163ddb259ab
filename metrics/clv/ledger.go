package clv

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Cohort is how the customers of one segment renewed.
type Cohort struct {
	Segment   string  `json:"segment"`
	Customers int64   `json:"customers"` // who ever came
	Lost      int64   `json:"lost"`      // who left, for the first time
	Decisions int64   `json:"decisions"` // renewals that came due, made or declined
	Declined  []int64 `json:"declined"`  // of Lost, by renewal from the first
	Active    []int64 `json:"active"`    // still there, by renewals made from none
}

// Renewals yields the segment as fits take it: who was lost, and who is still
// there after each number of renewals.
func (c Cohort) Renewals() iter.Seq[Renewals] {
	return func(yield func(Renewals) bool) {
		if len(c.Declined) > 0 {
			lost := make([]float64, len(c.Declined))
			for i, n := range c.Declined {
				lost[i] = float64(n)
			}
			if !yield(Renewals{Lost: lost}) {
				return
			}
		}
		for n, active := range c.Active {
			if active > 0 && !yield(Renewals{Lost: make([]float64, n), Active: float64(active)}) {
				return
			}
		}
	}
}

// OfLedger counts how the customers of a ledger renewed through the end of a
// month, by segment, sorted. A renewal is due every period (the zero Cycle is a
// month) from the instant a customer first was one (see [ledger.Ledger.Heads]);
// who churns up to and at the n-th has declined it. It is the first spell that counts: what follows a
// return does not. key, where not nil, is the segment of a customer: a plan
// (see [PlanAtStart]), a country, a persona.
func OfLedger(l *ledger.Ledger, through calendar.Month, period calendar.Cycle, key func(customer string) string) ([]Cohort, error) {
	const op = "OfLedger"
	if err := period.Validate(); err != nil {
		return nil, err
	}
	loc := l.Options().Location
	if loc == nil {
		loc = time.UTC
	}
	end := through.Add(1).Start(loc)
	all := calendar.Period{From: calendar.NewMonth(calendar.MinYear, time.January).Start(loc), To: end}
	segments := map[string]*Cohort{}
	var names []string
	var customer string
	var came time.Time
	var left, open bool
	finish := func(at time.Time, churned bool) error {
		name := ""
		if key != nil {
			name = key(customer)
		}
		c := segments[name]
		if c == nil {
			c = &Cohort{Segment: name, Declined: []int64{}, Active: []int64{}}
			segments[name] = c
			names = append(names, name)
		}
		// renewals that came due before at; one at the very instant of the end
		// is the one declined
		due := atLeastDue(period, at.Sub(came))
		for n := due + 1; ; n++ {
			next := period.Nth(came.In(loc), n)
			if next.IsZero() || !next.Before(at) {
				break
			}
			if due = n; due >= maxPeriods {
				return refused(op, "renewals", float64(due), "want at most "+number(maxPeriods)+" periods: a longer period", ErrInput)
			}
		}
		c.Customers++
		c.Decisions += int64(due)
		if churned {
			c.Lost++
			c.Decisions++
			c.Declined = counted(c.Declined, due)
			return nil
		}
		c.Active = counted(c.Active, due)
		return nil
	}
	for m := range l.Movements(all) {
		if !open || m.Customer != customer {
			if open && !left {
				if err := finish(end, false); err != nil {
					return nil, err
				}
			}
			customer, came, left, open = m.Customer, m.At, false, true
		}
		if m.Kind == ledger.Churn && !left {
			left = true
			if err := finish(m.At, true); err != nil {
				return nil, err
			}
		}
	}
	if open && !left {
		if err := finish(end, false); err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, &fault.Error{Package: "clv", Op: op, Field: "through", Value: through.String(), Limit: "want a month by the end of which somebody had MRR", Err: ErrInput}
	}
	slices.Sort(names)
	out := make([]Cohort, len(names))
	for i, n := range names {
		out[i] = *segments[n]
	}
	return out, nil
}

// counted is n with one more at i.
func counted(n []int64, i int) []int64 {
	for len(n) <= i {
		n = append(n, 0)
	}
	n[i]++
	return n
}

// atLeastDue is a number of periods that have surely passed, so that the exact
// count need not begin at the first.
func atLeastDue(period calendar.Cycle, elapsed time.Duration) int {
	longest := map[calendar.Unit]int{calendar.UnitDay: 1, calendar.UnitWeek: 7, calendar.UnitMonth: 31, calendar.UnitYear: 366}[period.Unit]
	longest *= max(1, period.N)
	return max(0, int(elapsed/(24*time.Hour))/longest-1)
}

// PlanAtStart is a key for [OfLedger] and [LTVOf]: the plan of a customer's
// first change with an amount, of those first in time the first given.
func PlanAtStart(changes iter.Seq[ledger.Change]) func(customer string) string {
	type start struct {
		at   time.Time
		plan string
	}
	first := map[string]start{}
	for c := range changes {
		if c.Amount.Sign() <= 0 {
			continue
		}
		if s, ok := first[c.Customer]; !ok || c.At.Before(s.at) {
			first[c.Customer] = start{c.At, c.Plan}
		}
	}
	return func(customer string) string { return first[customer].plan }
}

// String says how much there is.
func (c Cohort) String() string {
	name := c.Segment
	if name == "" {
		name = "all"
	}
	return fmt.Sprintf("%s: %d customers, %d lost in %d renewals", fault.Quote(name), c.Customers, c.Lost, c.Decisions)
}
