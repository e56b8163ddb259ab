package retention

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// DailySpec is a growth model of days. Week and Month are how many days before
// a day still count for it; zero is 7 and 30, so that with the day itself the
// windows span 8 and 31 days. Use 6 and 29 where weekly and monthly active must
// be of 7 and 30 days.
type DailySpec struct {
	Active      []touchpoint.Match // empty = any event
	Days        int
	From        time.Time
	Location    *time.Location
	Week, Month int
	Customers   func(customer string) bool
}

// Day is one day's customers, each in one of seven states. Who was active:
//
//	New          never before
//	Current      also in the week before
//	Reactivated  not in the week, but in the month before
//	Resurrected  longer ago
//
// and who was not: AtRiskWeek was active in the week before, AtRiskMonth in the
// month before, Dormant longer ago.
type Day struct {
	Start                                  time.Time
	New, Current, Reactivated, Resurrected int64
	AtRiskWeek, AtRiskMonth, Dormant       int64
}

// DAU is who was active on the day.
func (d Day) DAU() int64 { return d.New + d.Current + d.Reactivated + d.Resurrected }

// WAU is who was active on the day or in the week before.
func (d Day) WAU() int64 { return d.DAU() + d.AtRiskWeek }

// MAU is who was active on the day or in the month before.
func (d Day) MAU() int64 { return d.WAU() + d.AtRiskMonth }

// Stickiness is DAU / MAU.
func (d Day) Stickiness() metrics.Ratio { return metrics.NewCount(d.DAU(), d.MAU()) }

// Daily counts the seven states of each day. Activity before the first day
// counts for the states of the days in the table.
func Daily(log *touchpoint.Log, spec DailySpec) ([]Day, error) {
	if spec.Week == 0 {
		spec.Week = 7
	}
	if spec.Month == 0 {
		spec.Month = 30
	}
	if spec.Week < 1 || spec.Month < spec.Week || spec.Month > 1000 {
		return nil, &fault.Error{Package: "retention", Op: "daily", Field: "Week, Month", Value: strconv.Itoa(spec.Week) + ", " + strconv.Itoa(spec.Month), Limit: "want 1 <= Week <= Month <= 1000 days", Err: ErrSpec}
	}
	a, err := LifecycleSpec{Active: spec.Active, Unit: calendar.UnitDay, Periods: spec.Days, From: spec.From, Location: spec.Location, Customers: spec.Customers}.read(log, spec.Month)
	if err != nil {
		return nil, fmt.Errorf("retention: daily: %w", errors.Join(err))
	}
	parts := a.cols.Parts()
	sums := make([][]Day, len(parts))
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { sums[i] = a.daily(part, spec) })
	}
	wait.Wait()
	out := make([]Day, spec.Days)
	for d := range out {
		out[d].Start = a.periods.times[d+spec.Month]
		for _, s := range sums {
			out[d].New += s[d].New
			out[d].Current += s[d].Current
			out[d].Reactivated += s[d].Reactivated
			out[d].Resurrected += s[d].Resurrected
			out[d].AtRiskWeek += s[d].AtRiskWeek
			out[d].AtRiskMonth += s[d].AtRiskMonth
			out[d].Dormant += s[d].Dormant
		}
	}
	return out, nil
}

func (a *activity) daily(part touchpoint.Part, spec DailySpec) []Day {
	out := make([]Day, spec.Days)
	set := newBits(a.periods.count())
	for c := part.From; c < part.To; c++ {
		if a.skip != nil && a.skip[c] {
			continue
		}
		birth := a.of(c, set)
		last := -2 * spec.Month // of the activity so far; out of every window
		ever := false
		if from, to := a.cols.Range(c); from < to {
			ever = birth < 0 && a.hasBefore(from, to)
		}
		for p := range a.periods.count() {
			now := set.has(p)
			if d := p - a.early; d >= 0 {
				ago := p - last
				day := &out[d]
				switch {
				case now && !ever:
					day.New++
				case now && ago <= spec.Week:
					day.Current++
				case now && ago <= spec.Month:
					day.Reactivated++
				case now:
					day.Resurrected++
				case ever && ago <= spec.Week:
					day.AtRiskWeek++
				case ever && ago <= spec.Month:
					day.AtRiskMonth++
				case ever:
					day.Dormant++
				}
			}
			if now {
				last, ever = p, true
			}
		}
	}
	return out
}

// hasBefore reports activity before the first period.
func (a *activity) hasBefore(from, to int) bool {
	for i := from; i < to && a.cols.UnixNano[i] < a.periods.starts[0]; i++ {
		if a.is(i) {
			return true
		}
	}
	return false
}
