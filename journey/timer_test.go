package journey_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
)

// A timer whose guard panics is due, so that whoever takes it learns of the panic;
// one whose guard says no is passed over for the next.
func TestDue_OfAGuardThatPanics(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	define := func(first journey.Guard) *journey.Definition {
		d, err := journey.Define(journey.Spec{
			Initial: "trial",
			Stages:  []journey.StageSpec{{Name: "trial"}, {Name: "warned"}, {Name: "lost", Terminal: true}},
			Transitions: []journey.Transition{
				{From: "trial", On: "warn", To: "warned", Guard: first}, {From: "trial", On: "expire", To: "lost"}, {From: "warned", On: "expire", To: "lost"},
			},
			After: []journey.Timer{{Stage: "trial", After: time.Hour, Trigger: "warn"}, {Stage: "trial", After: 2 * time.Hour, Trigger: "expire"}},
		})
		require.NoError(t, err)
		return d
	}
	late := start.Add(5 * time.Hour)
	d := define(journey.Guard{Name: "broken", Allow: func(journey.Journey, journey.Event) bool { panic("boom") }})
	j := d.Start("c", start)
	e, ok := d.Due(j, late)
	assert.True(t, ok)
	assert.Equal(t, journey.Event{Customer: "c", Trigger: "warn", At: start.Add(time.Hour)}, e)
	_, _, err := d.Move(j, e)
	require.ErrorContains(t, err, `guard "broken" panicked: boom`)
	after, err := d.Advance(j, late)
	require.ErrorContains(t, err, `guard "broken" panicked: boom`)
	assert.Equal(t, journey.Stage("trial"), after.Stage())
	_, ok = d.Due(j, start.Add(time.Hour-1))
	assert.False(t, ok, "not yet")

	d = define(journey.Guard{Name: "no", Allow: func(journey.Journey, journey.Event) bool { return false }})
	e, ok = d.Due(d.Start("c", start), late)
	assert.True(t, ok)
	assert.Equal(t, journey.Trigger("expire"), e.Trigger)
	_, ok = d.Due(d.Start("c", start), start.Add(time.Hour))
	assert.False(t, ok, "refused, and the next is not due")
}
