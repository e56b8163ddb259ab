package main

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

const day = 24 * time.Hour

// northwind is the invented company: software for teams, two personas, three
// channels, three plans, two years.
func northwind() simulate.World {
	euro := decimal.RequireFromString
	move := func(from journey.Stage, on journey.Trigger, p float64, mean time.Duration) simulate.Move {
		return simulate.Move{From: from, On: on, P: p, Dwell: simulate.Exponential(mean)}
	}
	does := func(m simulate.Move, e simulate.Effect) simulate.Move {
		m.Does = e
		return m
	}
	paying := []simulate.StageBilling{{Stage: "trial", State: billing.StateTrial}}
	for _, stage := range []journey.Stage{"onboarding", "adoption", "retention", "expansion", "advocacy"} {
		paying = append(paying, simulate.StageBilling{Stage: stage, State: billing.StateActive})
	}
	return simulate.World{
		Name: "Northwind", Seed: 7, Definition: preset.SaaS(),
		From: time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
		Arrivals: simulate.Arrivals{PerMonth: 60, Growth: 0.02, Season: [12]float64{1.1, 1, 1.1, 1, 1, 0.9, 0.7, 0.7, 1.2, 1.2, 1.1, 1}, Event: "visited"},
		Personas: []simulate.Persona{
			{ID: "team lead", Share: 0.7, Seats: [2]int{2, 8}, Plans: []simulate.Choice{{Plan: "basic", P: 0.6}, {Plan: "pro", P: 0.4}}},
			{ID: "head of operations", Share: 0.3, Seats: [2]int{8, 30}, Plans: []simulate.Choice{{Plan: "pro", P: 0.7}, {Plan: "pro yearly", P: 0.3}}},
		},
		Moves: []simulate.Move{
			move("awareness", "engaged", 0.5, 6*day), move("awareness", "trial_started", 0.35, 4*day),
			move("consideration", "demo_requested", 0.3, 12*day), move("consideration", "trial_started", 0.3, 10*day),
			move("decision", "subscribed", 0.55, 14*day), move("decision", "declined", 0.3, 20*day),
			move("trial", "subscribed", 0.5, 8*day),
			move("onboarding", "activated", 0.85, 5*day), move("onboarding", "cancelled", 0.15, 30*day),
			move("adoption", "renewed", 0.6, 150*day), does(move("adoption", "upgraded", 0.15, 120*day), simulate.Upgrade), move("adoption", "cancelled", 0.25, 120*day),
			move("retention", "renewed", 0.4, 250*day), move("retention", "referred", 0.2, 120*day), does(move("retention", "upgraded", 0.15, 160*day), simulate.Upgrade), move("retention", "cancelled", 0.25, 220*day),
			move("expansion", "renewed", 0.6, 200*day), move("expansion", "cancelled", 0.2, 260*day), move("expansion", "review_published", 0.2, 150*day),
			move("advocacy", "cancelled", 0.6, 700*day),
			move("churned", "won_back", 0.15, 60*day),
		},
		Habits: []simulate.Habit{
			{Stage: "awareness", Event: "content_viewed", Every: simulate.Exponential(5 * day), Channel: "Website"},
			{Stage: "consideration", Event: "pricing_viewed", Every: simulate.Exponential(8 * day), Channel: "Website"},
			{Stage: "trial", Event: "activated", Every: simulate.Exponential(9 * day), Channel: "Product"},
			{Stage: "trial", Event: "active_day", Every: simulate.Exponential(2 * day), Channel: "Product"},
			{Stage: "adoption", Event: "active_day", Every: simulate.Exponential(7 * day), Channel: "Product"},
			{Stage: "retention", Event: "active_day", Every: simulate.Exponential(7 * day), Channel: "Product"},
			{Stage: "adoption", Event: "ticket_opened", Every: simulate.Exponential(70 * day), Channel: touchpoint.Email},
			{Stage: "adoption", Event: "downgraded", Every: simulate.Exponential(700 * day), Does: simulate.Downgrade},
		},
		Acquisition: simulate.Acquisition{
			Event: "touch", Gap: simulate.Exponential(2 * day),
			Channels: []simulate.Channel{
				{Channel: touchpoint.PaidSearch, Campaign: "brand", Share: 0.4, Converts: 0.35, Leaves: 0.25, Cost: euro("42")},
				{Channel: touchpoint.OrganicSearch, Share: 0.35, Converts: 0.25, Leaves: 0.3},
				{Channel: touchpoint.Email, Campaign: "launch", Share: 0.25, Converts: 0.1, Leaves: 0.25, Cost: euro("18")},
			},
		},
		Referrals: simulate.Referrals{Joins: 0.5, Delay: simulate.Exponential(20 * day)},
		Billing: simulate.Billing{
			Currency: "EUR", Stages: paying,
			Plans: []simulate.Plan{
				{Name: "basic", Product: "app", Price: euro("9")},
				{Name: "pro", Product: "app", Price: euro("19")},
				{Name: "pro yearly", Product: "app", Price: euro("190"), Cycle: calendar.Cycle{Unit: calendar.UnitYear}},
			},
			Payments: simulate.Payments{Fails: 0.03, Recovers: 0.75, Retry: simulate.Exponential(4 * day), Grace: simulate.Fixed(21 * day), Failed: "payment_failed", Recovered: "payment_recovered", Lapsed: "payment_lapsed"},
		},
		Surveys: []simulate.Survey{{
			Name: "nps", Kind: survey.KindNPS, Stage: "adoption", After: simulate.Fixed(30 * day), Answers: 0.5, Mean: 8, SD: 1.8,
			Moods: []simulate.Mood{{Event: "payment_failed", Shift: -3}, {Event: "ticket_opened", Shift: -1}},
		}},
		Damping: simulate.Damping{Night: 0.8, Weekend: 0.6},
	}
}
