package score_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// A score that crosses a bound is an event that a transition takes, live as in
// bulk.
func TestBounds(t *testing.T) {
	t.Parallel()
	bounds := score.Bounds{
		{Score: "health", From: 80, Rising: "healthy", Falling: "unwell"},
		{Score: "health", From: 50, Rising: "coming round", Falling: "at risk"},
		{Score: "lead", From: 50, Rising: "qualified"},
	}
	at := func(n int, v float64) score.Reading {
		return score.Reading{Customer: "acme", Score: "health", Value: v, At: day(n)}
	}
	names := func(list []touchpoint.Event) (out []string) {
		for _, e := range list {
			out = append(out, e.Name)
		}
		return out
	}
	assert.Equal(t, []string{"coming round", "healthy"}, names(bounds.Crossed(score.Reading{}, at(0, 80))))
	assert.Equal(t, []string{"unwell", "at risk"}, names(bounds.Crossed(at(0, 80), at(1, 49.9))))
	assert.Empty(t, bounds.Crossed(at(0, 80), at(1, 90)))
	assert.Empty(t, bounds.Crossed(at(0, 80), at(1, 80)))
	assert.Empty(t, bounds.Crossed(at(0, 80), at(1, math.NaN())))
	readings := []score.Reading{
		at(2, 90), at(0, 60), at(1, 20), at(1, math.NaN()),
		{Customer: "acme", Score: "lead", Value: 55, At: day(1)},
		{Customer: "acme", Score: "lead", Value: 10, At: day(3)},
	}
	events := bounds.Events(slices.Values(readings))
	assert.Equal(t, []string{"coming round", "at risk", "qualified", "coming round", "healthy"}, names(events))
	assert.Equal(t, map[string]string{"score": "health", "value": "90"}, events[4].Attrs)

	d, err := journey.Define(journey.Spec{
		Initial: "well", Observe: []journey.Trigger{"qualified", "coming round"},
		Transitions: []journey.Transition{{From: "well", On: "at risk", To: "in care"}, {From: "in care", On: "healthy", To: "well"}},
	})
	require.NoError(t, err)
	log, err := touchpoint.LogOptions{IDs: true}.NewLog(slices.Values(slices.Concat(events, events)))
	require.NoError(t, err)
	r, err := d.ReplayLog(log, nil, journey.ReplayOptions{})
	require.NoError(t, err)
	assert.Equal(t, journey.Counts{Accepted: 5, Observed: 3, Duplicates: 5}, r.Counts())
	bulk, _ := r.Journey("acme")
	assert.Equal(t, journey.Stage("well"), bulk.Stage())
	assert.Equal(t, day(2), bulk.Since())

	live := d.Start("acme", day(0))
	for _, e := range events {
		step, ok := journey.Rules(nil).Event(e)
		require.True(t, ok)
		live, err = d.Step(live, step)
		require.NoError(t, err)
	}
	assert.Equal(t, bulk.Stage(), live.Stage())
	assert.Equal(t, bulk.Since(), live.Since())
}

func ExampleBounds() {
	health := score.Bounds{{Score: "health", From: 50, Falling: "at_risk", Rising: "recovered"}}
	before := score.Reading{Customer: "acme", Score: "health", Value: 62, At: at("2026-01-01")}
	after := score.Reading{Customer: "acme", Score: "health", Value: 41, At: at("2026-01-08")}
	for _, e := range health.Crossed(before, after) {
		trigger, _ := journey.Rules(nil).Trigger(e)
		fmt.Println(e.Customer, trigger, e.Attrs["value"])
	}
	// Output: acme at_risk 41
}
