package simulate_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

const (
	day   = 24 * time.Hour
	month = time.Duration(30.4375 * 24 * float64(time.Hour))
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func define(tb testing.TB, s journey.Spec) *journey.Definition {
	tb.Helper()
	d, err := journey.Define(s)
	require.NoError(tb, err)
	return d
}

// software is a plain subscription business: a trial with a timer, customers
// who may pause, fail to pay, move between plans, bring others and come back.
func software(tb testing.TB) *journey.Definition {
	tb.Helper()
	return define(tb, journey.Spec{
		Name: "software", Initial: "visitor",
		Stages: []journey.StageSpec{
			{Name: "visitor"}, {Name: "trial"}, {Name: "customer", Goal: true}, {Name: "advocate", Goal: true}, {Name: "gone", Aside: true},
		},
		Observe: []journey.Trigger{"visited", "upgraded", "downgraded", "paused", "resumed", "referred", "payment_failed", "payment_recovered", "invited", "activated"},
		Transitions: []journey.Transition{
			{From: "visitor", On: "trial_started", To: "trial"},
			{From: "visitor", On: "left", To: "gone"},
			{From: "trial", On: "subscribed", To: "customer"},
			{From: "trial", On: "declined", To: "gone"},
			{From: "trial", On: "expired", To: "gone"},
			{From: "customer", On: "praised", To: "advocate"},
			{From: "customer", On: "cancelled", To: "gone"},
			{From: "customer", On: "lapsed", To: "gone"},
			{From: "advocate", On: "cancelled", To: "gone"},
			{From: "advocate", On: "lapsed", To: "gone"},
			{From: "gone", On: "returned", To: "customer"},
		},
		After: []journey.Timer{{Stage: "trial", After: 14 * day, Trigger: "expired"}},
		Milestones: []journey.Milestone{
			{Name: "activation", Events: []journey.Trigger{"activated"}},
			{Name: "purchase", Events: []journey.Trigger{"subscribed"}},
			{Name: "habit", Events: []journey.Trigger{"activated"}, Rule: journey.CountOf, N: 3},
		},
	})
}

// company is a world in which everything happens.
func company(tb testing.TB, seed uint64) simulate.World {
	tb.Helper()
	return simulate.World{
		Name: "Northwind", Seed: seed, Definition: software(tb), From: date(2024, 1, 1), To: date(2026, 1, 1),
		Arrivals: simulate.Arrivals{PerMonth: 40, Growth: 0.02, Season: [12]float64{1, 1, 1, 1, 1, 1, 0.5, 0.5, 1.5, 1, 1, 1}, Event: "visited"},
		Personas: []simulate.Persona{
			{
				ID: "team", Share: 3, Seats: [2]int{2, 9}, Plans: []simulate.Choice{{Plan: "basic", P: 1}, {Plan: "pro", P: 1}},
				Channels: map[touchpoint.Channel]float64{touchpoint.PaidSearch: 0.1},
			},
			{ID: "solo", Share: 1, Moves: []simulate.Move{{From: "customer", On: "praised", P: 0.1, Dwell: simulate.Exponential(8 * month)}, {From: "customer", On: "cancelled", P: 0.9, Dwell: simulate.Exponential(5 * month)}}},
		},
		Moves: []simulate.Move{
			{From: "visitor", On: "trial_started", P: 0.5, Dwell: simulate.LogNormal(2*day, 1)},
			{From: "visitor", On: "left", P: 0.5, Dwell: simulate.Exponential(day)},
			{From: "trial", On: "subscribed", P: 0.4, Dwell: simulate.Gamma(3*day, 2)},
			{From: "trial", On: "declined", P: 0.3, Dwell: simulate.Weibull(8*day, 1.5)},
			{From: "customer", On: "praised", P: 0.3, Dwell: simulate.Exponential(8 * month)},
			{From: "customer", On: "cancelled", P: 0.7, Dwell: simulate.Exponential(9 * month)},
			{From: "advocate", On: "cancelled", P: 1, Dwell: simulate.Exponential(20 * month)},
			{From: "gone", On: "returned", P: 0.1, Dwell: simulate.Empirical(30*day, 60*day, 90*day)},
		},
		Habits: []simulate.Habit{
			{Stage: "trial", Event: "activated", Every: simulate.Exponential(6 * day)},
			{Stage: "customer", Event: "upgraded", Every: simulate.Exponential(10 * month), Does: simulate.Upgrade},
			{Stage: "customer", Event: "downgraded", Every: simulate.Exponential(18 * month), Does: simulate.Downgrade},
			{Stage: "customer", Event: "paused", Every: simulate.Exponential(20 * month), Does: simulate.Pause, Lasts: simulate.Exponential(20 * day), Resume: "resumed"},
			{Stage: "customer", Event: "call", Channel: touchpoint.Phone, Every: simulate.Gamma(20*day, 3), Cost: dec("4.50")},
			{Stage: "advocate", Event: "referred", Every: simulate.Exponential(5 * month), Does: simulate.Refer},
		},
		Acquisition: simulate.Acquisition{
			Event: "touch", Gap: simulate.Exponential(2 * day),
			Channels: []simulate.Channel{
				{Channel: touchpoint.PaidSearch, Campaign: "brand", Share: 0.4, Converts: 0.4, Leaves: 0.2, Cost: dec("2.50")},
				{Channel: touchpoint.OrganicSearch, Share: 0.4, Converts: 0.2, Leaves: 0.3},
				{Channel: touchpoint.Email, Campaign: "launch", Share: 0.2, Converts: 0.05, Leaves: 0.3, Cost: dec("0.10")},
			},
		},
		Billing: simulate.Billing{
			Currency: "EUR",
			Stages: []simulate.StageBilling{
				{Stage: "trial", State: billing.StateTrial},
				{Stage: "customer", State: billing.StateActive},
				{Stage: "advocate", State: billing.StateActive},
			},
			Plans: []simulate.Plan{
				{Name: "basic", Product: "app", Price: dec("19")},
				{Name: "pro", Product: "app", Price: dec("49.90")},
				{Name: "pro yearly", Product: "app", Price: dec("499"), Cycle: calendar.Cycle{Unit: calendar.UnitYear}},
			},
			Payments: simulate.Payments{
				Fails: 0.04, Recovers: 0.7, Retry: simulate.Exponential(4 * day), Grace: simulate.Fixed(21 * day),
				Failed: "payment_failed", Recovered: "payment_recovered", Lapsed: "lapsed",
			},
		},
		Referrals: simulate.Referrals{Joins: 0.5, Delay: simulate.Exponential(20 * day)},
		Surveys: []simulate.Survey{{
			Name: "nps", Kind: survey.KindNPS, Stage: "customer", After: simulate.Fixed(60 * day), Answers: 0.5, Mean: 8, SD: 1.5,
			Moods: []simulate.Mood{{Event: "payment_failed", Shift: -3}},
		}},
		Treatment: simulate.Treatment{Name: "tour", Share: 0.5, From: "trial", On: "subscribed", Effect: 0.1},
		Damping:   simulate.Damping{Night: 0.8, Weekend: 0.5},
	}
}

// saas walks through the SaaS preset, whose gate makes the definition decide.
func saas(seed uint64) simulate.World {
	move := func(from journey.Stage, on journey.Trigger, p float64, mean time.Duration) simulate.Move {
		return simulate.Move{From: from, On: on, P: p, Dwell: simulate.Exponential(mean)}
	}
	return simulate.World{
		Name: "preset", Seed: seed, Definition: preset.SaaS(), From: date(2024, 1, 1), To: date(2026, 1, 1),
		Arrivals: simulate.Arrivals{PerMonth: 30, Event: "visited"},
		Moves: []simulate.Move{
			move("awareness", "engaged", 0.4, 10*day), move("awareness", "trial_started", 0.3, 5*day),
			move("consideration", "demo_requested", 0.3, 20*day), move("consideration", "trial_started", 0.3, 10*day),
			move("decision", "subscribed", 0.5, 20*day), move("decision", "declined", 0.3, 30*day),
			move("trial", "subscribed", 0.5, 9*day),
			move("onboarding", "activated", 0.8, 5*day), move("onboarding", "cancelled", 0.2, 40*day),
			move("adoption", "renewed", 0.7, 200*day), move("adoption", "cancelled", 0.2, 100*day), move("adoption", "upgraded", 0.1, 90*day),
			move("retention", "renewed", 0.5, 300*day), move("retention", "referred", 0.3, 100*day), move("retention", "cancelled", 0.2, 200*day),
			move("churned", "won_back", 0.2, 60*day),
		},
		Habits: []simulate.Habit{
			{Stage: "trial", Event: "activated", Every: simulate.Exponential(6 * day)},
			{Stage: "trial", Event: "active_day", Every: simulate.Exponential(2 * day)},
			{Stage: "adoption", Event: "active_day", Every: simulate.Exponential(9 * day)},
		},
	}
}
