package retention_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Parts by a property sum to the whole, cell by cell, and each row's part is
// that of the event which a slow look at the customer finds.
func TestLaw_PartsByPropertySumUp(t *testing.T) {
	moved, none := 0, 0
	property := func(t *rapid.T) {
		var all []touchpoint.Event
		for c := range rapid.IntRange(0, 5).Draw(t, "customers") {
			for _, d := range rapid.SliceOfN(rapid.IntRange(-2, 9), 0, 8).Draw(t, "days") {
				all = append(all, touchpoint.Event{
					Customer: "c" + strconv.Itoa(c), Name: rapid.SampledFrom([]string{"s", "v"}).Draw(t, "name"), At: on(d),
					Channel: touchpoint.Channel(rapid.SampledFrom([]string{"", "email", "web"}).Draw(t, "channel")),
				})
			}
		}
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		spec := retention.Spec{
			Start: touchpoint.Named("s"), Return: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 8, From: on(0),
			Kind: retention.Kind(rapid.IntRange(0, 2).Draw(t, "kind")), OnOrAfter: rapid.Bool().Draw(t, "rolling"),
		}
		if rapid.IntRange(0, 2).Draw(t, "filter") == 0 {
			spec.Customers = func(c string) bool { return c != "c1" }
		}
		whole, err := retention.Run(log, spec)
		require.NoError(t, err)
		for _, label := range []touchpoint.Label{touchpoint.EntryStep, touchpoint.FirstTouch, touchpoint.LastTouch} {
			parts, err := retention.RunBy(log, spec, touchpoint.Breakdown{Channel: true, Label: label})
			require.NoError(t, err)
			require.True(t, slices.IsSortedFunc(parts, func(a, b *retention.Table) int { return strings.Compare(a.Key(), b.Key()) }))
			customers := int64(0)
			for r, row := range whole.Rows() {
				sums := make([]int64, len(row.Returned))
				for _, p := range parts {
					for k, n := range p.Rows()[r].Returned {
						sums[k] += n
					}
				}
				require.Equal(t, row.Returned, sums)
			}
			for _, p := range parts {
				customers += p.Customers()
				b, err := p.MarshalBinary()
				require.NoError(t, err)
				var back retention.Table
				require.NoError(t, back.UnmarshalBinary(b))
				require.Equal(t, p.Rows(), back.Rows())
				if p.Key() == touchpoint.None {
					none++
				}
				if label == touchpoint.EntryStep {
					require.Equal(t, startsBy(all, spec, p.Key()), sizes(p))
				}
			}
			require.GreaterOrEqual(t, customers, whole.Customers())
			moved += int(customers - whole.Customers())
		}
	}
	law.Often(t, 5, property, law.Counters{"moved": &moved, "none": &none})
}

func sizes(t *retention.Table) (out []int64) {
	for _, r := range t.Rows() {
		out = append(out, r.Size)
	}
	return out
}

// startsBy counts, period by period, the customers whose first start in it came
// by a channel.
func startsBy(all []touchpoint.Event, spec retention.Spec, channel string) []int64 {
	out := make([]int64, spec.Periods)
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b touchpoint.Event) int { return a.At.Compare(b.At) })
	inPeriod, inRange, ever := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, e := range sorted {
		d := int(e.At.Sub(zero) / (24 * time.Hour))
		if e.At.Before(zero) {
			d = -1
		}
		if e.Name != "s" || d >= spec.Periods || spec.Customers != nil && !spec.Customers(e.Customer) {
			continue
		}
		before := inPeriod[e.Customer+strconv.Itoa(d)] || spec.Kind == retention.FirstInRange && inRange[e.Customer] || spec.Kind == retention.FirstEver && ever[e.Customer]
		inPeriod[e.Customer+strconv.Itoa(d)], ever[e.Customer] = true, true
		if d < 0 {
			continue
		}
		inRange[e.Customer] = true
		key := string(e.Channel)
		if key == "" {
			key = touchpoint.None
		}
		if !before && key == channel {
			out[d]++
		}
	}
	return out
}

// Lifecycle, days and stickiness by a key of the customer sum to the whole, and
// by the channel of the first activity to those active in the range.
func TestLaw_LifecyclePartsSumUp(t *testing.T) {
	several := 0
	law.Check(t, func(t *rapid.T) {
		var all []touchpoint.Event
		for c := range rapid.IntRange(0, 6).Draw(t, "customers") {
			for _, d := range rapid.SliceOfN(rapid.IntRange(-10, 9), 0, 6).Draw(t, "days") {
				all = append(all, touchpoint.Event{Customer: "c" + strconv.Itoa(c), Name: "v", At: on(d), Channel: touchpoint.Channel("h" + strconv.Itoa((d+20)%3))})
			}
		}
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		spec := retention.LifecycleSpec{Unit: calendar.UnitDay, Periods: 8, From: on(0), Customers: func(c string) bool { return c != "c2" }}
		daily := retention.DailySpec{Days: 8, From: on(0), Customers: spec.Customers}
		key := touchpoint.Breakdown{Customer: func(c string) string { return c[1:] }}
		whole, err := retention.Lifecycle(log, spec)
		require.NoError(t, err)
		parts, err := retention.LifecycleBy(log, spec, key)
		require.NoError(t, err)
		growth, err := retention.Daily(log, daily)
		require.NoError(t, err)
		days := growth.Days()
		dayParts, err := retention.DailyBy(log, daily, key)
		require.NoError(t, err)
		sticky, err := retention.Stickiness(log, spec)
		require.NoError(t, err)
		stickyParts, err := retention.StickinessBy(log, spec, key)
		require.NoError(t, err)
		for p, want := range whole.Periods() {
			got, day, n := retention.Period{Start: want.Start}, retention.Day{Start: days[p].Start}, int64(0)
			for k := range parts {
				x, d := parts[k].Periods()[p], dayParts[k].Days()[p]
				got.New, got.Returning, got.Resurrecting, got.Dormant = got.New+x.New, got.Returning+x.Returning, got.Resurrecting+x.Resurrecting, got.Dormant+x.Dormant
				day.New, day.Current, day.Reactivated, day.Resurrected = day.New+d.New, day.Current+d.Current, day.Reactivated+d.Reactivated, day.Resurrected+d.Resurrected
				day.AtRiskWeek, day.AtRiskMonth, day.Dormant = day.AtRiskWeek+d.AtRiskWeek, day.AtRiskMonth+d.AtRiskMonth, day.Dormant+d.Dormant
				n += stickyParts[k].Customers()[p]
				require.NotEqual(t, "2", parts[k].Key(), "left out")
				require.Equal(t, dayParts[k].Key(), stickyParts[k].Key())
			}
			require.Equal(t, want, got)
			require.Equal(t, days[p], day)
			require.Equal(t, sticky.Customers()[p], n)
		}
		byChannel, err := retention.StickinessBy(log, spec, touchpoint.Breakdown{Channel: true, Label: touchpoint.FirstTouch})
		require.NoError(t, err)
		for p := range sticky.Customers() {
			n := int64(0)
			for _, part := range byChannel {
				n += part.Customers()[p]
			}
			require.Equal(t, sticky.Customers()[p], n)
		}
		if len(parts) > 1 {
			several++
		}
		// How often: a slow count of events by customer and day.
		often, err := retention.Frequencies(log, spec)
		require.NoError(t, err)
		for p, f := range often.Periods() {
			events, who := int64(0), map[string]int64{}
			for _, e := range all {
				if e.Customer != "c2" && !e.At.Before(f.Start) && e.At.Before(f.Start.Add(24*time.Hour)) {
					events++
					who[e.Customer]++
				}
			}
			require.Equal(t, []int64{events, int64(len(who))}, []int64{f.Events, f.Active}, "day %d", p)
			require.Equal(t, int64(len(who)), whole.Periods()[p].Active())
			most := int64(0)
			for _, n := range who {
				most = max(most, n)
			}
			require.Equal(t, most, f.P90, "of fewer than ten, nine in ten is the most")
			require.LessOrEqual(t, f.Median, f.P90)
		}
	}, law.Counters{"several": &several})
}

func TestRunBy_Refuses(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for i := range 200 {
		all = append(all, touchpoint.Event{Customer: "c" + strconv.Itoa(i), Name: "s", At: on(1), Channel: "web"})
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	spec := retention.Spec{Start: touchpoint.Named("s"), Unit: calendar.UnitDay, Periods: 2000, From: on(0)}
	_, err = retention.RunBy(log, spec, touchpoint.Breakdown{Customer: func(c string) string { return c }})
	require.EqualError(t, err, "retention: RunBy: keys × cells 400200000: at most 134217728")
	_, err = retention.RunBy(log, spec, touchpoint.Breakdown{})
	require.ErrorIs(t, err, touchpoint.ErrUnits)
	_, err = retention.LifecycleBy(log, retention.LifecycleSpec{Periods: 2, From: on(0)}, touchpoint.Breakdown{Attr: "x"})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	_, err = retention.DailyBy(log, retention.DailySpec{Days: -1, From: on(0)}, touchpoint.Breakdown{Channel: true})
	require.ErrorIs(t, err, retention.ErrSpec)
	units, err := log.Per(touchpoint.Units{Session: time.Hour})
	require.NoError(t, err)
	table, err := retention.Run(units, retention.Spec{Start: touchpoint.Named("s"), Periods: 1, From: on(0), Customers: func(c string) bool { return c == "c7" }})
	require.NoError(t, err)
	assert.Equal(t, int64(1), table.Customers(), "a filter is asked about the actor")
	none, err := retention.LifecycleBy(nil, retention.LifecycleSpec{Periods: 2, From: on(0)}, touchpoint.Breakdown{Channel: true})
	require.NoError(t, err)
	assert.Empty(t, none)
}
