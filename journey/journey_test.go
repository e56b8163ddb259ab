package journey_test

import (
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
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

var day0 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.Add(time.Duration(n) * 24 * time.Hour) }

func TestStep_MovesRefusesAndExplains(t *testing.T) {
	t.Parallel()
	d := lifecycle(t)
	j := d.Start("acme", day(0))
	assert.Equal(t, journey.Stage("visitor"), j.Stage())

	j, err := d.Step(j, journey.Event{Customer: "acme", Trigger: "sign_up", At: day(1), ID: "e1"})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("lead"), j.Stage())
	assert.Equal(t, day(1), j.Since())
	assert.EqualValues(t, 1, j.Seq())

	again, err := d.Step(j, journey.Event{Customer: "acme", Trigger: "sign_up", At: day(1), ID: "e1"})
	require.NoError(t, err)
	assert.Equal(t, j, again, "a repeat by ID changes nothing")

	same, err := d.Step(j, journey.Event{Customer: "acme", Trigger: "upgrade", At: day(2)})
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	assert.Equal(t, j, same)
	var te *journey.TransitionError
	require.ErrorAs(t, err, &te)
	assert.Equal(t, "acme", te.Customer)
	assert.Equal(t, journey.Stage("lead"), te.Stage)
	assert.Equal(t, journey.Trigger("upgrade"), te.Trigger)
	assert.Equal(t, day(2), te.At)
	assert.Equal(t, []journey.Trigger{"convert", "start_trial"}, te.Allowed)

	_, err = d.Step(j, journey.Event{Customer: "acme", Trigger: "convert", At: day(0)})
	require.ErrorIs(t, err, journey.ErrOutOfOrder)
	_, err = d.Step(j, journey.Event{Customer: "acme", Trigger: "fly", At: day(2)})
	require.ErrorIs(t, err, journey.ErrUnknownTrigger)
	_, err = d.Step(j, journey.Event{Customer: "other", Trigger: "convert", At: day(2)})
	require.ErrorIs(t, err, journey.ErrCustomer)
}

func TestStep_HappyPathAllocatesNothing(t *testing.T) {
	d := lifecycle(t)
	j := d.Start("acme", day(0))
	e := journey.Event{Customer: "acme", Trigger: "sign_up", At: day(1), ID: "evt_0123456789"}
	var out journey.Journey
	assert.Zero(t, testing.AllocsPerRun(100, func() { out, _ = d.Step(j, e) }))
	assert.Equal(t, journey.Stage("lead"), out.Stage())
}

// replayWith replays events under options.
func replayWith(d *journey.Definition, events iter.Seq[journey.Event], o journey.ReplayOptions) (*journey.Replay, error) {
	log, err := journey.LogOf(events)
	if err != nil {
		return nil, err
	}
	return d.ReplayLog(log, nil, o)
}
