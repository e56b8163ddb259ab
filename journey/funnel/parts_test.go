package funnel_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// said is everything that a report says of its customers.
func said(t require.TestingT, r *funnel.Report) string {
	var out strings.Builder
	out.WriteString(fmt.Sprint(r.Customers(), counts(r), r.Time(), r.Instead(1), r.Instead(2), all(r.Who(1, false)), all(r.Who(1, true)), all(r.Who(2, true))))
	for c := range r.Who(1, false) {
		level, times := r.Level(c)
		out.WriteString(fmt.Sprint(c, level, times))
	}
	found, err := r.Correlate(funnel.CorrelateOptions{})
	require.NoError(t, err)
	return out.String() + found.String()
}

// A part of a breakdown is the funnel of its customers, in every number it gives;
// a part of a trend likewise; and the parts of both are the parts of each.
func TestLaw_PartsAreTheFunnelOfTheirCustomers(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	property := func(t *rapid.T) {
		var events []touchpoint.Event
		for c := range rapid.IntRange(0, 7).Draw(t, "customers") {
			for _, e := range drawEvents(t, "ค"+strconv.Itoa(c), true) {
				e.Channel = touchpoint.Channel(rapid.SampledFrom([]string{"", "email", "web"}).Draw(t, "channel"))
				events = append(events, e)
			}
		}
		log, err := touchpoint.LogOf(events...)
		require.NoError(t, err)
		spec := funnel.Spec{Steps: steps("a b"), Window: 6 * time.Second, Order: rapid.SampledFrom([]funnel.Order{funnel.Ordered, funnel.AnyOrder}).Draw(t, "order")}
		by := rapid.SampledFrom([]touchpoint.Breakdown{
			{Channel: true},
			{Channel: true, Label: touchpoint.LastTouch},
			{Channel: true, Label: touchpoint.AllSteps},
			{Channel: true, Label: touchpoint.LabelStep, Step: 2},
			{Customer: func(c string) string { return strconv.Itoa(int(c[len(c)-1]) % 2) }},
		}).Draw(t, "by")
		groups, err := funnel.RunBy(log, spec, by)
		require.NoError(t, err)
		grid, from, periods := calendar.Grid{Unit: calendar.UnitHour}, time.Unix(0, 0), 1
		if len(events) > 0 { // an hour in the middle, so that some begin before it and after
			shift := time.Hour - time.Duration(rapid.IntRange(0, 30).Draw(t, "shift"))*time.Second
			for i := range events {
				events[i].At = events[i].At.Add(shift)
			}
			log, err = touchpoint.LogOf(events...)
			require.NoError(t, err)
			groups, err = funnel.RunBy(log, spec, by)
			require.NoError(t, err)
			periods = rapid.IntRange(1, 2).Draw(t, "periods")
		}
		trend, err := funnel.Trend(log, spec, grid, from, periods, time.Time{})
		require.NoError(t, err)
		parts, err := funnel.TrendBy(log, spec, by, grid, from, periods, time.Time{})
		require.NoError(t, err)
		for _, g := range groups {
			own := spec
			own.Customers = func(c string) bool { return slices.Contains(all(g.Who(0, false)), c) }
			require.Equal(t, said(t, mustRun(t, log, own)), said(t, g))
			met["parts"]++
		}
		total := make([][]int64, periods)
		for i := range total {
			total[i] = make([]int64, 2)
		}
		for _, part := range parts {
			k := slices.IndexFunc(groups, func(g *funnel.Report) bool { return g.Key() == part.Key })
			require.GreaterOrEqual(t, k, 0)
			require.Len(t, part.Periods, periods)
			for i, p := range part.Periods {
				require.Equal(t, trend[i].Start, p.Start)
				require.Equal(t, trend[i].Open, p.Open)
				var both []string
				for c := range trend[i].Report.Who(1, false) {
					if slices.Contains(all(groups[k].Who(1, false)), c) {
						both = append(both, c)
					}
				}
				require.Equal(t, both, all(p.Report.Who(1, false)))
				for s, n := range counts(p.Report) {
					total[i][s] += n
				}
				if i == 1 && len(both) > 0 {
					met["second period"]++
				}
			}
		}
		if by.Label != touchpoint.AllSteps && by.Label != touchpoint.LabelStep {
			for i, p := range trend {
				require.Equal(t, counts(p.Report), total[i])
			}
		}
		if len(parts) < len(groups) {
			met["nobody in these periods"]++
		}
	}
	law.Check(t, property, met.Need("parts", "second period", "nobody in these periods"))
}

func TestTrendBy_Refuses(t *testing.T) {
	t.Parallel()
	var events []touchpoint.Event
	for i := range 1000 {
		events = append(events, touchpoint.Event{Customer: strconv.Itoa(i), Name: "a", At: time.Unix(0, 0)})
	}
	log, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	spec, grid := funnel.Spec{Steps: steps("a b")}, calendar.Grid{Unit: calendar.UnitDay}
	self := touchpoint.Breakdown{Customer: func(c string) string { return c }}
	_, err = funnel.TrendBy(log, spec, self, grid, time.Unix(0, 0), 1049, time.Time{})
	require.ErrorIs(t, err, funnel.ErrSpec)
	require.EqualError(t, err, "funnel: trend: periods 1049 of 1000 keys: want at most 1048576 together")
	parts, err := funnel.TrendBy(log, spec, self, grid, time.Unix(0, 0), 1048, time.Time{})
	require.NoError(t, err)
	assert.Len(t, parts, 1000)
	for _, by := range []touchpoint.Breakdown{{}, {Channel: true, Label: touchpoint.LabelStep, Step: 3}} {
		_, err = funnel.TrendBy(log, spec, by, grid, time.Unix(0, 0), 1, time.Time{})
		require.ErrorIs(t, err, funnel.ErrSpec)
	}
	_, err = funnel.TrendBy(log, spec, self, grid, time.Unix(0, 0), 0, time.Time{})
	require.ErrorIs(t, err, funnel.ErrSpec)
	parts, err = funnel.TrendBy(nil, spec, self, grid, time.Unix(0, 0), 1, time.Time{})
	require.NoError(t, err)
	assert.Empty(t, parts)
}

// An event at the end of the window belongs to the attempt, one behind it does
// not.
func TestCorrelate_WindowIsInclusive(t *testing.T) {
	t.Parallel()
	log := trace(t, "0a 5x 6y")
	found, err := mustRun(t, log, funnel.Spec{Steps: steps("a b"), Window: 5 * time.Second}).Correlate(funnel.CorrelateOptions{})
	require.NoError(t, err)
	require.Len(t, found.All(), 1)
	assert.Equal(t, "x", found.All()[0].Event)
}
