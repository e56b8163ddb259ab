package retention

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
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

// Growth is the days of a growth model. Those of disjoint customers add up with
// Merge. It is safe for readers in any number of goroutines.
type Growth struct{ tally tally }

// dayWidth is the states of a Day: its counts, in the order of its fields.
const dayWidth = 7

// Key is the part's key in DailyBy, empty otherwise.
func (g *Growth) Key() string { return g.tally.asked.Key }

// Days are the days in order.
func (g *Growth) Days() []Day {
	out := make([]Day, g.tally.asked.Periods)
	for d := range out {
		n := g.tally.counts[d*dayWidth:]
		out[d] = Day{g.tally.periods.times[d], n[0], n[1], n[2], n[3], n[4], n[5], n[6]}
	}
	return out
}

// Daily counts the seven states of each day. Activity before the first day
// counts for the states of the days in the table.
//
// Errors: a stretch of days or windows that are impossible, a match on a column
// that the log does not keep.
func Daily(log *touchpoint.Log, spec DailySpec) (*Growth, error) {
	a, spec, err := spec.read(log)
	if err != nil {
		return nil, err
	}
	return a.growth("", spec), nil
}

// DailyBy is [Daily] for each part of a breakdown, sorted by key; parts as those
// of [LifecycleBy].
func DailyBy(log *touchpoint.Log, spec DailySpec, by touchpoint.Breakdown) ([]*Growth, error) {
	a, spec, err := spec.read(log)
	if err != nil {
		return nil, err
	}
	var out []*Growth
	err = a.parted(log, by, func(key string, part *activity) { out = append(out, part.growth(key, spec)) })
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

func (a *activity) growth(key string, spec DailySpec) *Growth {
	out := &Growth{a.tally(key, dayWidth)}
	out.tally.asked.Week, out.tally.asked.Month = spec.Week, spec.Month
	out.tally.crowd = sync.OnceValue(func() *pack.Crowd { return a.active(true) })
	out.tally.add(a.inParts(func(part touchpoint.Part) []int64 { return a.daily(part, spec) }))
	return out
}

func (a *activity) daily(part touchpoint.Part, spec DailySpec) []int64 {
	out := make([]int64, spec.Days*dayWidth)
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
				day := out[d*dayWidth : (d+1)*dayWidth]
				switch {
				case now && !ever:
					day[0]++ // new
				case now && ago <= spec.Week:
					day[1]++ // current
				case now && ago <= spec.Month:
					day[2]++ // reactivated
				case now:
					day[3]++ // resurrected
				case ever && ago <= spec.Week:
					day[4]++ // at risk: week
				case ever && ago <= spec.Month:
					day[5]++ // at risk: month
				case ever:
					day[6]++ // dormant
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

// Merge adds the days of other customers to g, as [States.Merge] does.
func (g *Growth) Merge(other *Growth) error { return g.tally.merge(&other.tally, "growth") }

// growthMagic begins the binary form of a Growth.
const growthMagic = "LRGROW"

// AppendBinary appends the binary form: what was asked, the customers, the
// counts. Equal growth has equal bytes.
func (g *Growth) AppendBinary(b []byte) ([]byte, error) { return g.tally.append(b, growthMagic), nil }

// MarshalBinary is AppendBinary to nothing.
func (g *Growth) MarshalBinary() ([]byte, error) { return g.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves g as it was.
func (g *Growth) UnmarshalBinary(data []byte) error {
	t, err := readTally(data, growthMagic, dayWidth, nil)
	back := Growth{t}
	if err := decoded("growth", data, err, back.AppendBinary); err != nil {
		return err
	}
	*g = back
	return nil
}

// String is a line for each day.
func (g *Growth) String() string {
	var b strings.Builder
	for _, d := range g.Days() {
		fmt.Fprintf(&b, "%s new %d current %d reactivated %d resurrected %d at risk %d and %d dormant %d\n",
			d.Start.Format(time.DateOnly), d.New, d.Current, d.Reactivated, d.Resurrected, d.AtRiskWeek, d.AtRiskMonth, d.Dormant)
	}
	return b.String()
}

// Rows are the days as cells of a table, titles first.
func (g *Growth) Rows() [][]string {
	out := [][]string{{"start", "new", "current", "reactivated", "resurrected", "at_risk_week", "at_risk_month", "dormant"}}
	for d, day := range g.Days() {
		line := []string{day.Start.Format(time.DateOnly)}
		for _, n := range g.tally.counts[d*dayWidth : (d+1)*dayWidth] {
			line = append(line, strconv.FormatInt(n, 10))
		}
		out = append(out, line)
	}
	return out
}

// MarshalJSON writes the days.
func (g *Growth) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key  string `json:"key,omitempty"`
		Days []Day  `json:"days"`
	}{g.Key(), g.Days()})
}
