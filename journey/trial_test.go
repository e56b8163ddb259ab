package journey_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

const aDay = 24 * time.Hour

// trialSpec is a product with a trial: reminder and expiry timers, a milestone
// that gates payment, a stage that hands on at once.
func trialSpec() journey.Spec {
	return journey.Spec{
		Name: "trial", Initial: "trial",
		Stages: []journey.StageSpec{
			{Name: "trial"},
			{Name: "checkout"},
			{Name: "active", Goal: true},
			{Name: "expired"},
			{Name: "closed", Terminal: true},
		},
		Transitions: []journey.Transition{
			{From: "trial", On: "remind", Internal: true},
			{From: "trial", On: "expire", To: "expired"},
			{From: "trial", On: "pay", To: "checkout", Gate: "activated"},
			{From: "checkout", On: "approve", To: "active"},
			{From: "checkout", On: "decline", To: "trial"},
			{From: "active", On: "renew", To: journey.Same},
			{From: "active", On: "cancel", To: "closed"},
			{From: "expired", On: "return", To: "trial"},
		},
		After: []journey.Timer{
			{Stage: "trial", After: 10 * aDay, Trigger: "remind"},
			{Stage: "trial", After: 14 * aDay, Trigger: "expire"},
		},
		Milestones: []journey.Milestone{
			{Name: "activated", Events: []journey.Trigger{"import", "invite"}, Rule: journey.AllOf},
			{Name: "first value", Events: []journey.Trigger{"import"}},
		},
	}
}

func trialDefinition(t testing.TB) *journey.Definition {
	t.Helper()
	d, err := journey.Define(trialSpec())
	require.NoError(t, err)
	return d
}

func onDay(n int) time.Time { return journeytest.Origin().Add(time.Duration(n) * aDay) }

// abc is a round trip with a self-transition and an internal one.
func abc(t testing.TB) *journey.Definition {
	t.Helper()
	d, err := journey.Define(journey.Spec{
		Initial: "a",
		Stages:  []journey.StageSpec{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "end", Terminal: true}},
		Transitions: []journey.Transition{
			{From: "a", On: "go", To: "b"},
			{From: "b", On: "go", To: "c"},
			{From: "c", On: "go", To: "a"},
			{From: "c", On: "stop", To: "end"},
			{From: "a", On: "again", To: journey.Same},
			{From: "a", On: "note", Internal: true},
		},
		Milestones: []journey.Milestone{{Name: "seen", Events: []journey.Trigger{"look"}}},
	})
	require.NoError(t, err)
	return d
}

func hour(n int) time.Time { return journeytest.Origin().Add(time.Duration(n) * time.Hour) }
