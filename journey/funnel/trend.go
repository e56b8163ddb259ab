package funnel

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// TrendPeriod is the funnel of those whose attempt began in one period.
type TrendPeriod struct {
	Start  time.Time `json:"start"`
	Report *Report   `json:"report"`
	// Open says that the window of some of them had not run out at asOf: the
	// conversion is then what it is at least.
	Open bool `json:"open"`
}

// maxTrend bounds the periods of a trend.
const maxTrend = 2000

// Trend is the funnel by the period in which the chain that counts began. Each
// customer is in one period, so that periods sum to Run's report where they cover
// it. asOf is when the log ends; the zero time is its last instant.
//
// Errors: those of Run, and a grid or number of periods that is impossible.
func Trend(log *touchpoint.Log, spec Spec, grid calendar.Grid, from time.Time, periods int, asOf time.Time) ([]TrendPeriod, error) {
	parts, err := trend(log, spec, nil, grid, from, periods, asOf)
	if err != nil {
		return nil, err
	}
	return parts[0].Periods, nil
}

// TrendPart is the trend of one part of a breakdown.
type TrendPart struct {
	Key     string        `json:"key"`
	Periods []TrendPeriod `json:"periods"`
}

// TrendBy is [Trend] for each part of a breakdown, ascending by key, without those
// of whom nobody began in any of the periods. Parts sum to the whole as those of
// [RunBy] do.
//
// Errors: those of Trend and RunBy, and more than a million keys times periods.
func TrendBy(log *touchpoint.Log, spec Spec, by touchpoint.Breakdown, grid calendar.Grid, from time.Time, periods int, asOf time.Time) ([]TrendPart, error) {
	if err := checkStep(by, spec); err != nil {
		return nil, err
	}
	parts, err := trend(log, spec, &by, grid, from, periods, asOf)
	if err != nil {
		return nil, err
	}
	parts = slices.DeleteFunc(parts, func(p TrendPart) bool {
		return !slices.ContainsFunc(p.Periods, func(t TrendPeriod) bool { return t.Report.customers > 0 })
	})
	slices.SortFunc(parts, func(a, b TrendPart) int { return strings.Compare(a.Key, b.Key) })
	return parts, nil
}

func trend(log *touchpoint.Log, spec Spec, by *touchpoint.Breakdown, grid calendar.Grid, from time.Time, periods int, asOf time.Time) ([]TrendPart, error) {
	if periods < 1 || periods > maxTrend {
		return nil, &fault.Error{Package: "funnel", Op: "trend", Field: "periods", Value: strconv.Itoa(periods), Limit: fmt.Sprintf("want 1 to %d", maxTrend), Err: ErrSpec}
	}
	if err := grid.Validate(); err != nil {
		return nil, fmt.Errorf("funnel: trend: %w: %w", ErrSpec, err)
	}
	if err := calendar.CheckTime(from); err != nil {
		return nil, fmt.Errorf("funnel: trend: %w: %w", ErrSpec, err)
	}
	starts := grid.Starts(grid.Floor(from), periods)
	bounds := make([]int64, len(starts))
	for i, t := range starts {
		bounds[i] = nanos(t)
	}
	reports, err := run(log, spec, parting{by: by, entry: bounds})
	if err != nil {
		return nil, err
	}
	end := nanos(asOf)
	if asOf.IsZero() && log != nil {
		if _, last, ok := log.Span(); ok {
			end = last.UnixNano()
		}
	}
	var out []TrendPart
	for ; len(reports) > 0; reports = reports[periods:] {
		part := TrendPart{Periods: make([]TrendPeriod, periods)}
		if by != nil {
			_, part.Key, _ = strings.Cut(reports[0].key, " ")
		}
		for i, r := range reports[:periods] {
			w := walker{plan: r.plan}
			// The last attempt of the period is the last to run out.
			part.Periods[i] = TrendPeriod{Start: starts[i], Report: r, Open: w.end(bounds[i+1]-1) > end}
		}
		out = append(out, part)
	}
	return out, nil
}
