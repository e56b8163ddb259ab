package tracker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
)

// lifecycle is the eight-stage, twenty-transition machine for which the
// reference alignments were computed.
func lifecycle(t testing.TB) *journey.Definition {
	t.Helper()
	d, err := journey.Define(journey.Spec{
		Name:    "lifecycle",
		Initial: "visitor",
		Stages: []journey.StageSpec{
			{Name: "visitor"},
			{Name: "lead"},
			{Name: "trial"},
			{Name: "active", Goal: true},
			{Name: "expanded", Goal: true},
			{Name: "past_due"},
			{Name: "paused"},
			{Name: "churned", Goal: true},
		},
		Transitions: []journey.Transition{
			{From: "visitor", On: "sign_up", To: "lead"},
			{From: "visitor", On: "start_trial", To: "trial"},
			{From: "lead", On: "start_trial", To: "trial"},
			{From: "lead", On: "convert", To: "active"},
			{From: "trial", On: "convert", To: "active"},
			{From: "trial", On: "expire", To: "churned"},
			{From: "trial", On: "cancel", To: "churned"},
			{From: "active", On: "upgrade", To: "expanded"},
			{From: "active", On: "pay_fail", To: "past_due"},
			{From: "active", On: "pause", To: "paused"},
			{From: "active", On: "cancel", To: "churned"},
			{From: "expanded", On: "downgrade", To: "active"},
			{From: "expanded", On: "pay_fail", To: "past_due"},
			{From: "expanded", On: "cancel", To: "churned"},
			{From: "past_due", On: "pay_ok", To: "active"},
			{From: "past_due", On: "expire", To: "churned"},
			{From: "past_due", On: "cancel", To: "churned"},
			{From: "paused", On: "resume", To: "active"},
			{From: "paused", On: "cancel", To: "churned"},
			{From: "churned", On: "win_back", To: "active"},
		},
	})
	require.NoError(t, err)
	return d
}

// fullSnapshot has every field in use. It is valid, and of no definition.
func fullSnapshot() journey.Snapshot {
	at := time.Date(2026, 1, 5, 10, 30, 0, 1, time.UTC)
	return journey.Snapshot{
		Definition: "trial", Hash: "ab12", Customer: "acme", Stage: "trial",
		Since: at, Last: at.Add(time.Hour), Seq: 300, LastEvent: 0xFEDC_BA98_7654_3210,
		Reached: []string{"activated"},
		Progress: []journey.Progress{
			{Milestone: "habit", Marks: []journey.Mark{{At: at}}},
			{Milestone: "paid", Count: 2},
			{Milestone: "team", Marks: []journey.Mark{{Event: "invite"}}},
		},
		Due: at.Add(14 * aDay),
	}
}
