package retention_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

var zero = time.Date(2026, time.June, 10, 0, 0, 0, 0, time.UTC)

// on is an instant inside day n of the test's calendar.
func on(n int) time.Time { return zero.Add(time.Duration(n)*24*time.Hour + 9*time.Hour) }

func events(customer, name string, days ...int) (out []touchpoint.Event) {
	for _, d := range days {
		out = append(out, touchpoint.Event{Customer: customer, Name: name, At: on(d)})
	}
	return out
}

func logOf(t require.TestingT, lists ...[]touchpoint.Event) *touchpoint.Log {
	var all []touchpoint.Event
	for _, l := range lists {
		all = append(all, l...)
	}
	log, err := touchpoint.LogOptions{Value: true}.LogOf(all...)
	require.NoError(t, err)
	return log
}

func cells(t require.TestingT, log *touchpoint.Log, spec retention.Spec) [][]int64 {
	table, err := retention.Run(log, spec)
	require.NoError(t, err)
	var out [][]int64
	for _, row := range table.Rows() {
		out = append(out, row.Returned)
	}
	return out
}

// R1: PostHog, test_day_interval.
func TestPublished_Recurring(t *testing.T) {
	t.Parallel()
	log := logOf(t, events("p1", "v", 0, 1, 2, 5, 5, 6), events("p2", "v", 1, 2, 3, 6))
	got := cells(t, log, retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 11, From: on(0)})
	assert.Equal(t, [][]int64{
		{1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0},
		{2, 2, 1, 0, 1, 2, 0, 0, 0, 0},
		{2, 1, 0, 1, 2, 0, 0, 0, 0},
		{1, 0, 0, 1, 0, 0, 0, 0},
		{0, 0, 0, 0, 0, 0, 0},
		{1, 1, 0, 0, 0, 0},
		{2, 0, 0, 0, 0},
		{0, 0, 0, 0},
		{0, 0, 0},
		{0, 0},
		{0},
	}, got)
}

// R2: PostHog, first ever with another returning event; who signed up before the
// range is in no cohort.
func TestPublished_FirstEver(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		events("x", "s", -5, -1), events("p1", "s", -1, 1, 2, 3, 4), events("p2", "s", -1), events("p3", "s", 0), events("p4", "s", 2),
		events("p1", "v", 0, 1, 2, 5, 5, 6), events("p2", "v", 1, 2, 3, 6), events("p3", "v", 1, 3, 4, 5), events("p4", "v", 3, 5),
	)
	got := cells(t, log, retention.Spec{Start: touchpoint.Named("s"), Return: touchpoint.Named("v"), Kind: retention.FirstEver, Unit: calendar.UnitDay, Periods: 7, From: on(-1)})
	assert.Equal(t, [][]int64{{2, 1, 2, 2, 1, 0, 1}, {1, 1, 0, 1, 1, 1}, {0, 0, 0, 0, 0}, {1, 1, 0, 1}, {0, 0, 0}, {0, 0}, {0}}, got)
	got = cells(t, log, retention.Spec{Start: touchpoint.Named("s"), Return: touchpoint.Named("v"), Kind: retention.FirstInRange, Unit: calendar.UnitDay, Periods: 2, From: on(-1)})
	assert.Equal(t, [][]int64{{3, 1}, {1}}, got, "in range x counts")
}

// R3 and R4: rolling retention.
func TestPublished_OnOrAfter(t *testing.T) {
	t.Parallel()
	log := logOf(t, events("p1", "v", 0, 3, 4), events("p2", "v", 0, 1), events("p3", "v", 1, 2, 3), events("p4", "v", 3, 4), events("p5", "v", 4))
	got := cells(t, log, retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 6, From: on(0), OnOrAfter: true})
	assert.Equal(t, [][]int64{{2, 2, 1, 1, 1, 0}, {2, 1, 1, 0, 0}, {1, 1, 0, 0}, {3, 2, 0}, {3, 0}, {0}}, got)

	log = logOf(t, events("a", "v", 0, 1), events("b", "v", 0, 5), events("c", "v", 0))
	spec := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 7, From: on(0)}
	assert.Equal(t, []int64{3, 1, 0, 0, 0, 1, 0}, cells(t, log, spec)[0])
	spec.OnOrAfter = true
	assert.Equal(t, []int64{3, 2, 1, 1, 1, 1, 0}, cells(t, log, spec)[0])
}

// R5: ClickHouse's retention(d1, d2, d3).
func TestPublished_ClickHouse(t *testing.T) {
	t.Parallel()
	for who, c := range map[string]struct{ days, want []int }{
		"u1": {[]int{0, 1}, []int{1, 1, 0}}, "u2": {[]int{0, 2}, []int{1, 0, 1}}, "u3": {[]int{1, 2}, []int{0, 0, 0}}, "u4": {[]int{0, 1, 2}, []int{1, 1, 1}},
	} {
		got := cells(t, logOf(t, events(who, "v", c.days...)), retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 3, From: on(0)})
		assert.Equal(t, fmt.Sprint(c.want), fmt.Sprint(got[0]), who)
	}
}

// L1: PostHog, test_lifecycle_trend; its dormant counts are negative.
func TestPublished_Lifecycle(t *testing.T) {
	t.Parallel()
	log := logOf(t, events("p1", "v", 11, 12, 13, 15, 17, 19), events("p2", "v", 9, 12), events("p3", "v", 12), events("p4", "v", 15))
	s, err := retention.Lifecycle(log, retention.LifecycleSpec{Active: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 8, From: on(12)})
	require.NoError(t, err)
	var fresh, returning, resurrecting, dormant []int64
	for _, p := range s.Periods() {
		fresh, returning = append(fresh, p.New), append(returning, p.Returning)
		resurrecting, dormant = append(resurrecting, p.Resurrecting), append(dormant, p.Dormant)
	}
	assert.Equal(t, []int64{1, 0, 0, 1, 0, 0, 0, 0}, fresh)
	assert.Equal(t, []int64{1, 1, 0, 0, 0, 0, 0, 0}, returning)
	assert.Equal(t, []int64{1, 0, 0, 1, 0, 1, 0, 1}, resurrecting)
	assert.Equal(t, []int64{0, 2, 1, 0, 2, 0, 1, 0}, dormant)
}

// L2: one customer's days under the growth model.
func TestPublished_Daily(t *testing.T) {
	t.Parallel()
	growth, err := retention.Daily(logOf(t, events("c", "v", 0, 3, 12, 60)), retention.DailySpec{Days: 63, From: on(0)})
	require.NoError(t, err)
	days := growth.Days()
	var runs []string
	n := 0
	state := func(d retention.Day) string {
		for name, v := range map[string]int64{"new": d.New, "current": d.Current, "reactivated": d.Reactivated, "resurrected": d.Resurrected, "at_risk_wau": d.AtRiskWeek, "at_risk_mau": d.AtRiskMonth, "dormant": d.Dormant} {
			if v == 1 {
				return name
			}
		}
		return "?"
	}
	for i, d := range days {
		n++
		if i+1 == len(days) || state(days[i+1]) != state(d) {
			runs, n = append(runs, fmt.Sprint(state(d), " x", n)), 0
		}
	}
	assert.Equal(t, []string{
		"new x1", "at_risk_wau x2", "current x1", "at_risk_wau x7", "at_risk_mau x1", "reactivated x1", "at_risk_wau x7",
		"at_risk_mau x23", "dormant x17", "resurrected x1", "at_risk_wau x2",
	}, runs)
}

// S1: PostHog's stickiness.
func TestPublished_Stickiness(t *testing.T) {
	t.Parallel()
	log := logOf(t, events("p1", "v", 0, 1, 2, 3, 4, 5, 6, 7, 8), events("p2", "v", 0, 2, 4, 6, 10))
	got, err := retention.Stickiness(log, retention.LifecycleSpec{Unit: calendar.UnitDay, Periods: 11, From: on(0)})
	require.NoError(t, err)
	assert.Equal(t, []int64{0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0}, got.Customers())
}

// Retention of an amount, worked in the reference: u1 pays 10 and 5, u2 pays 8
// in period 2, u3 starts in period 1 and pays 4 twice.
func TestPublished_Amount(t *testing.T) {
	t.Parallel()
	pay := func(customer string, day int, amount int64) []touchpoint.Event {
		return []touchpoint.Event{{Customer: customer, Name: "pay", At: on(day), Value: decimal.NewFromInt(amount)}}
	}
	log := logOf(t, events("u1", "start", 0), pay("u1", 0, 10), pay("u1", 1, 5), events("u2", "start", 0), pay("u2", 2, 8), events("u3", "start", 1), pay("u3", 1, 4), pay("u3", 2, 4))
	table, err := retention.Run(log, retention.Spec{Start: touchpoint.Named("start"), Return: touchpoint.Named("pay"), Unit: calendar.UnitDay, Periods: 3, From: on(0), Amount: true})
	require.NoError(t, err)
	assert.Equal(t, "[10 5 8] [4 4]", fmt.Sprint(table.Rows()[0].Amount, table.Rows()[1].Amount))
	assert.Equal(t, "10 15 23 8", fmt.Sprint(table.Cumulative(0, 0), table.Cumulative(0, 1), table.Cumulative(0, 2), table.Cumulative(1, 5)))
}
