package retention

import (
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
	Start       time.Time `json:"start"`
	New         int64     `json:"new"`
	Current     int64     `json:"current"`
	Reactivated int64     `json:"reactivated"`
	Resurrected int64     `json:"resurrected"`
	AtRiskWeek  int64     `json:"at_risk_week"`
	AtRiskMonth int64     `json:"at_risk_month"`
	Dormant     int64     `json:"dormant"`
}

// DAU is who was active on the day.
func (d Day) DAU() int64 { return d.New + d.Current + d.Reactivated + d.Resurrected }

// WAU is who was active on the day or in the week before.
func (d Day) WAU() int64 { return d.DAU() + d.AtRiskWeek }

// MAU is who was active on the day or in the month before.
func (d Day) MAU() int64 { return d.WAU() + d.AtRiskMonth }

// Stickiness is DAU / MAU.
func (d Day) Stickiness() metrics.Ratio { return metrics.NewCount(d.DAU(), d.MAU()) }

// Growth is the days of one part of a breakdown.
type Growth struct {
	Key  string `json:"key"`
	Days []Day  `json:"days"`
}

// Daily counts the seven states of each day. Activity before the first day
// counts for the states of the days in the table.
func Daily(log *touchpoint.Log, spec DailySpec) ([]Day, error) {
	a, spec, err := spec.read(log)
	if err != nil {
		return nil, err
	}
	return a.days(spec), nil
}

// DailyBy is [Daily] for each part of a breakdown, sorted by key; parts as those
// of [LifecycleBy].
func DailyBy(log *touchpoint.Log, spec DailySpec, by touchpoint.Breakdown) ([]Growth, error) {
	a, spec, err := spec.read(log)
	if err != nil {
		return nil, err
	}
	var out []Growth
	err = a.parted(log, by, func(key string, part *activity) { out = append(out, Growth{key, part.days(spec)}) })
	return out, err
}

func (s DailySpec) read(log *touchpoint.Log) (*activity, DailySpec, error) {
	if s.Week == 0 {
		s.Week = 7
	}
	if s.Month == 0 {
		s.Month = 30
	}
	if s.Week < 1 || s.Month < s.Week || s.Month > 1000 {
		return nil, s, &fault.Error{Package: "retention", Op: "daily", Field: "Week, Month", Value: strconv.Itoa(s.Week) + ", " + strconv.Itoa(s.Month), Limit: "want 1 <= Week <= Month <= 1000 days", Err: ErrSpec}
	}
	a, err := LifecycleSpec{Active: s.Active, Unit: calendar.UnitDay, Periods: s.Days, From: s.From, Location: s.Location, Customers: s.Customers}.read(log, s.Month)
	if err != nil {
		return nil, s, fmt.Errorf("retention: daily: %w", err)
	}
	return a, s, nil
}

func (a *activity) days(spec DailySpec) []Day {
	parts := a.parts()
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
	return out
}

func (a *activity) daily(part touchpoint.Part, spec DailySpec) []Day {
	out := make([]Day, spec.Days)
	set := newBits(a.periods.count())
	for k := part.From; k < part.To; k++ {
		c := a.at(k)
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
