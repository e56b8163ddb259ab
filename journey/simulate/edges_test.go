package simulate_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Milestones one, two and three moves away, and by habits in stages of every
// kind of length, against what a pencil says.
func TestTruth_MilestonesByHand(t *testing.T) {
	t.Parallel()
	go1 := func(d simulate.Dwell) simulate.World {
		return simulate.World{
			Seed: 1, From: date(2024, 1, 1), To: date(2025, 1, 1), Arrivals: simulate.Arrivals{Exactly: 10, Event: "came"},
			Definition: define(t, journey.Spec{
				Initial: "a", Observe: []journey.Trigger{"came", "did"},
				Transitions: []journey.Transition{
					{From: "a", On: "one", To: "b"},
					{From: "a", On: "out", To: "z"},
					{From: "b", On: "two", To: "c"},
					{From: "b", On: "out", To: "z"},
					{From: "c", On: "three", To: "z"},
				},
				Milestones: []journey.Milestone{
					{Name: "1", Events: []journey.Trigger{"one"}},
					{Name: "2", Events: []journey.Trigger{"two"}},
					{Name: "3", Events: []journey.Trigger{"three"}},
					{Name: "did", Events: []journey.Trigger{"did"}},
					{Name: "came", Events: []journey.Trigger{"came"}},
				},
			}),
			Moves: []simulate.Move{
				{From: "a", On: "one", P: 0.6, Dwell: simulate.Fixed(day)},
				{From: "a", On: "out", P: 0.4, Dwell: simulate.Fixed(day)},
				{From: "b", On: "two", P: 0.5, Dwell: d},
				{From: "b", On: "out", P: 0.5, Dwell: d},
				{From: "c", On: "three", P: 0.7, Dwell: simulate.Fixed(day)},
			},
			Habits: []simulate.Habit{{Stage: "b", Event: "did", Every: simulate.Exponential(5 * day)}},
		}
	}
	cut := simulate.Exponential(4 * day)
	cut.Below = 8 * day
	some := simulate.Empirical(day, 3*day, 90*day)
	few := some
	few.Below = 90 * day
	none := func(days float64) float64 { return math.Exp(-days / 5) }
	// E[exp(-D/5)] of an exponential D of mean 4, cut at 8.
	rate := 1.0/4 + 1.0/5
	cutMiss := (1.0 / 4 / rate) * (1 - math.Exp(-8*rate)) / (1 - math.Exp(-2))
	for name, c := range map[string]struct {
		d      simulate.Dwell
		missed float64
	}{
		"exponential": {simulate.Exponential(4 * day), 5.0 / 9},
		"cut":         {cut, cutMiss},
		"fixed":       {simulate.Fixed(10 * day), none(10)},
		"empirical":   {some, (none(1) + none(3) + none(90)) / 3},
		"few":         {few, (none(1) + none(3)) / 2},
		"gamma":       {simulate.Gamma(2*day, 3), math.Pow(1+2.0/5, -3)},
	} {
		w := go1(c.d)
		truth, err := w.Truth()
		require.NoError(t, err)
		got := map[string]float64{}
		for _, m := range truth.Milestones {
			got[m.Name] = m.P
		}
		want := map[string]float64{"1": 0.6, "2": 0.3, "3": 0.3 * 0.7, "did": 0.6 * (1 - c.missed), "came": 1}
		for k, p := range want {
			assert.InDelta(t, p, got[k], 1e-4, "%s: %s", name, k)
		}
		for _, s := range truth.Stages {
			if s.Stage == "c" {
				assert.InDelta(t, 0.3, s.Stays, 1e-9)
				assert.InDelta(t, 0.3, s.Visits, 1e-9)
			}
		}
	}
}

// Only what is active pauses, and only what is paid changes its plan.
func TestLaw_OnlyActiveSubscriptionsChange(t *testing.T) {
	t.Parallel()
	w := company(t, 11)
	w.Arrivals = simulate.Arrivals{Exactly: 1500, Event: "visited", Until: date(2025, 1, 1)}
	w.Billing.Payments.Fails = 0.4
	w.Billing.Payments.Retry = simulate.Exponential(20 * day)
	for i := range w.Habits {
		if w.Habits[i].Stage == "customer" && w.Habits[i].Does != simulate.Nothing {
			w.Habits[i].Every = simulate.Exponential(20 * day)
		}
	}
	co := run(t, w)
	paused, changed, due := 0, 0, 0
	for i := range co.Customers() {
		c := &co.Customers()[i]
		for k := 1; k < len(c.Spans); k++ {
			was, is := &c.Spans[k-1], &c.Spans[k]
			if was.Subscription != is.Subscription {
				continue
			}
			require.True(t, was.To.Equal(is.From))
			switch {
			case is.State == billing.StatePaused:
				paused++
				require.Equal(t, billing.StateActive, was.State)
			case is.State == billing.StatePastDue:
				due++
				require.Equal(t, billing.StateActive, was.State)
			case was.State == billing.StateTrial || was.State == billing.StatePaused || was.State == billing.StatePastDue:
				require.Equal(t, billing.StateActive, is.State)
				require.Equal(t, was.Plan, is.Plan)
			default:
				changed++
				require.NotEqual(t, was.Plan, is.Plan)
			}
		}
		up, down, subs := 0, 0, map[string]bool{}
		for k := range c.Spans {
			subs[c.Spans[k].Subscription] = true
		}
		for _, e := range c.Events {
			switch e.Name {
			case "upgraded":
				up++
			case "downgraded":
				down++
			}
		}
		require.LessOrEqual(t, up-down, 2*len(subs), "more upgrades than there are plans")
	}
	for _, n := range []int{paused, changed, due} {
		require.Greater(t, n, 50)
	}
}

// Invoices follow one another, every period of an active subscription once, and
// what is charged for part of a period is that part of the difference.
func TestLaw_InvoicesCoverThePeriods(t *testing.T) {
	t.Parallel()
	w := paying(t, 2)
	co := run(t, w)
	prorated := 0
	price := map[string]float64{"basic": 20, "pro": 50, "max": 1440}
	for i := range co.Customers() {
		c := &co.Customers()[i]
		var last time.Time
		for k := range c.Invoices {
			l := &c.Invoices[k]
			if l.Proration != billing.ProrationNone {
				prorated++
				continue
			}
			seats := l.Quantity.InexactFloat64()
			require.InDelta(t, price[l.Plan]*seats, l.Amount.InexactFloat64(), 1e-9)
			if !last.IsZero() && k > 0 && c.Invoices[k-1].Plan == l.Plan {
				require.True(t, last.Equal(l.From) || l.From.After(c.Arrived), "%v %v", last, l)
			}
			require.True(t, l.IssuedAt.Equal(l.From))
			last = l.To
		}
		end := w.To
		if s := c.Spans[len(c.Spans)-1]; !s.To.IsZero() {
			end = s.To
		}
		require.False(t, last.Before(end), "%s is invoiced to the end", c.ID)
	}
	require.Greater(t, prorated, 100)
	for i := range co.Customers() { // one upgrade from basic to pro, by hand
		c := &co.Customers()[i]
		if len(c.Invoices) < 3 || c.Invoices[1].Proration != billing.ProrationCharge || c.Spans[1].Plan != "pro" {
			continue
		}
		l, whole := &c.Invoices[1], &c.Invoices[0]
		part := l.To.Sub(l.From).Seconds() / whole.To.Sub(whole.From).Seconds()
		require.InDelta(t, 30*l.Quantity.InexactFloat64()*part, l.Amount.InexactFloat64(), 0.0051)
		return
	}
	require.Fail(t, "no upgrade in the first period")
}

// A failed payment leaves its invoice open until it is paid or written off.
func TestLaw_FailedPaymentsAreSettled(t *testing.T) {
	t.Parallel()
	w := company(t, 6)
	w.Arrivals = simulate.Arrivals{Exactly: 1500, Event: "visited", Until: date(2025, 1, 1)}
	w.Billing.Payments.Fails = 0.2
	late, lapsed := 0, 0
	co := run(t, w)
	for i := range co.Customers() {
		c := &co.Customers()[i]
		n := map[string]int{}
		for _, e := range c.Events {
			n[e.Name]++
		}
		status := map[billing.LineStatus]int{}
		paidLate := 0
		for k := range c.Invoices {
			l := &c.Invoices[k]
			status[l.Status]++
			if l.Status == billing.LinePaid && l.PaidAt.After(l.IssuedAt) {
				paidLate++
			}
			require.Equal(t, l.Status == billing.LinePaid, !l.PaidAt.IsZero())
		}
		require.Equal(t, n["payment_recovered"] > 0, paidLate > 0, c.ID)
		require.GreaterOrEqual(t, paidLate, n["payment_recovered"])
		require.Equal(t, n["lapsed"] > 0, status[billing.LineUncollectible] > 0, c.ID)
		require.GreaterOrEqual(t, n["payment_failed"], n["payment_recovered"]+n["lapsed"])
		if n["payment_failed"] == n["payment_recovered"]+n["lapsed"] {
			require.Zero(t, status[billing.LineOpen], c.ID)
		}
		late += paidLate
		lapsed += n["lapsed"]
		for k := range c.Spans {
			if s := &c.Spans[k]; s.Reason == billing.ReasonInvoluntary {
				n["involuntary"]++
				require.Equal(t, billing.StatePastDue, s.State)
			}
		}
		require.Equal(t, n["lapsed"], n["involuntary"])
	}
	require.Greater(t, late, 100)
	require.Greater(t, lapsed, 30)
}
