package journey_test

import (
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
)

var day0 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.Add(time.Duration(n) * 24 * time.Hour) }

func TestStep_MovesRefusesAndExplains(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
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
	d := cases.Lifecycle(t)
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
