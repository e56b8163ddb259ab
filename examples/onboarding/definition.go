package main

import (
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

const day = 24 * time.Hour

// The stages of the product.
const (
	visitor   journey.Stage = "visitor"
	trial     journey.Stage = "trial"
	activated journey.Stage = "activated"
	customer  journey.Stage = "customer"
	expired   journey.Stage = "expired"
	gone      journey.Stage = "gone"
)

// What happens in it. The last four come from timers and hooks.
const (
	signUp        journey.Trigger = "sign_up"
	createProject journey.Trigger = "create_project"
	inviteMate    journey.Trigger = "invite_teammate"
	subscribe     journey.Trigger = "subscribe"
	cancel        journey.Trigger = "cancel"
	activate      journey.Trigger = "activate"
	remind        journey.Trigger = "remind"
	expire        journey.Trigger = "expire"
	giveUp        journey.Trigger = "give_up"
)

// activation is the milestone of the product: a project and a colleague.
const activation = "activation"

func definition() (*journey.Definition, error) {
	return journey.Define(journey.Spec{
		Name:    "onboarding",
		Initial: visitor,
		Stages: []journey.StageSpec{
			{Name: visitor, Doc: "Has never signed up."},
			{Name: trial, Doc: "Tries the product for 14 days."},
			{Name: activated, Doc: "Has got first value, does not pay yet."},
			{Name: customer, Goal: true, Doc: "Pays."},
			{Name: expired, Doc: "Did not pay in time; may come back for 30 days."},
			{Name: gone, Terminal: true, Doc: "Will not be asked again."},
		},
		Transitions: []journey.Transition{
			{From: visitor, On: signUp, To: trial},
			{From: trial, On: remind, Internal: true},
			{From: trial, On: activate, To: activated, Gate: activation},
			{From: trial, On: expire, To: expired},
			{From: activated, On: expire, To: expired},
			{From: activated, On: subscribe, To: customer},
			{From: expired, On: subscribe, To: customer, Gate: activation},
			{From: expired, On: signUp, To: trial},
			{From: expired, On: giveUp, To: gone},
			{From: customer, On: cancel, To: gone},
		},
		After: []journey.Timer{
			{Stage: trial, After: 7 * day, Trigger: remind},
			{Stage: trial, After: 14 * day, Trigger: expire},
			{Stage: activated, After: 14 * day, Trigger: expire},
			{Stage: expired, After: 30 * day, Trigger: giveUp},
		},
		Milestones: []journey.Milestone{{
			Name:     activation,
			Events:   []journey.Trigger{createProject, inviteMate},
			Rule:     journey.AllOf,
			Deadline: 7 * day,
		}},
	})
}
