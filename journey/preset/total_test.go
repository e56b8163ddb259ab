package preset_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// listed are the refusals a preset states.
func listed(d *journey.Definition) map[[2]string]string {
	of := map[[2]string]string{}
	for _, r := range preset.Refusals(d) {
		of[[2]string{string(r.Stage), string(r.Trigger)}] = r.Reason
	}
	return of
}

// Presets are total: every trigger in every stage moves, stays or is observed,
// or stands on a list with a reason.
func TestPresetsAreTotal(t *testing.T) {
	t.Parallel()
	for _, d := range preset.All() {
		refusals := listed(d)
		for _, s := range d.Stages() {
			j, err := d.StartAt(s.Name, "acme", day(0))
			require.NoError(t, err)
			for _, tr := range d.Triggers() {
				_, c, err := d.Move(j, journey.Event{Trigger: tr, At: day(1)})
				reason, ok := refusals[[2]string{string(s.Name), string(tr)}]
				if ok {
					require.ErrorIs(t, err, journey.ErrNotAllowed, "%s: %s in %s", d.Name(), tr, s.Name)
					assert.NotEmpty(t, reason)
					delete(refusals, [2]string{string(s.Name), string(tr)})
					continue
				}
				require.NoError(t, err, "%s: %s in %s", d.Name(), tr, s.Name)
				assert.NotEqual(t, journey.NoChange, c.Kind)
			}
		}
		assert.Empty(t, refusals, "%s lists what it does not refuse", d.Name())
	}
	assert.Empty(t, preset.Refusals(preset.SaaS()))
	assert.Len(t, preset.Refusals(preset.HubSpot()), 28, "eight values, each refused in every later stage")
	assert.Nil(t, preset.Refusals(nil))
}

// Whatever happens in whatever order, a preset ends without a refusal that is
// not on its list.
func TestLaw_AnyTriggersEndWithoutAnUnlistedRefusal(t *testing.T) {
	t.Parallel()
	ties, timers := 0, 0
	property := func(t *rapid.T) {
		d := rapid.SampledFrom(preset.All()).Draw(t, "preset")
		refusals := listed(d)
		at := day0
		j := d.Start("acme", at)
		var events []journey.Event
		for range rapid.IntRange(1, 30).Draw(t, "n") {
			step := rapid.SampledFrom([]time.Duration{0, time.Hour, 20 * 24 * time.Hour, 400 * 24 * time.Hour}).Draw(t, "after")
			if step == 0 {
				ties++
			}
			at = at.Add(step)
			before, err := d.Advance(j, at)
			require.NoError(t, err)
			if before.Seq() != j.Seq() {
				timers++
			}
			e := journey.Event{Customer: "acme", Trigger: rapid.SampledFrom(d.Triggers()).Draw(t, "trigger"), At: at}
			events = append(events, e)
			next, err := d.Step(j, e)
			if err != nil {
				require.ErrorIs(t, err, journey.ErrNotAllowed)
				require.Contains(t, refusals, [2]string{string(before.Stage()), string(e.Trigger)})
			}
			j = next
		}
		r, err := d.Replay(func(yield func(journey.Event) bool) {
			for _, e := range events {
				if !yield(e) {
					return
				}
			}
		})
		require.NoError(t, err)
		for _, f := range r.Refusals(journey.ByStage) {
			require.Contains(t, refusals, [2]string{f.Stage, string(f.Trigger)})
		}
	}
	law.Often(t, 5, property, law.Counters{"ties": &ties, "timers": &timers}) // a short run draws timers too
}

// A customer whose first known event is a payment, a renewal or a cancellation
// starts where that event says.
func TestSaaS_FirstKnownEventSaysWhere(t *testing.T) {
	t.Parallel()
	d := preset.SaaS()
	for trigger, want := range map[journey.Trigger]journey.Stage{
		"subscribed": "onboarding", "renewed": "retention", "upgraded": "expansion", "downgraded": "retention",
		"cancelled": "churned", "payment_lapsed": "churned", "won_back": "onboarding", "trial_started": "trial",
	} {
		j, err := d.Step(d.Start("acme", day(0)), journey.Event{Trigger: trigger, At: day(0)})
		require.NoError(t, err)
		assert.Equal(t, want, j.Stage(), trigger)
	}
}

// Every stage of every preset, and every event of the vocabulary, belongs to a
// phase of the catalogue of metrics.
func TestStagesAreThoseOfTheMetrics(t *testing.T) {
	t.Parallel()
	for _, d := range preset.All() {
		for _, s := range d.Stages() {
			_, err := metrics.ParsePhase(string(s.Name))
			assert.NoError(t, err, "%s: %s", d.Name(), s.Name)
		}
	}
	for _, e := range touchpoint.StandardEvents() {
		_, err := metrics.ParsePhase(e.Phase)
		assert.NoError(t, err, e.Name)
	}
}

// The product-led customer: everything that counts happens in the trial.
func TestSaaS_ProductLedCustomer(t *testing.T) {
	t.Parallel()
	d := preset.SaaS()
	j := d.Start("acme", day(0))
	for i, tr := range []journey.Trigger{"trial_started", "active_day", "active_day", "activated", "active_day", "referred", "subscribed", "renewed"} {
		var err error
		j, err = d.Step(j, journey.Event{Trigger: tr, At: day(i)})
		require.NoError(t, err, tr)
	}
	assert.Equal(t, journey.Stage("retention"), j.Stage())
	assert.Equal(t, []string{"trial", "purchase", "activation", "first value", "habit", "renewal", "reference"}, j.Milestones())
}

// Events of the catalogue of touchpoints, triggers of the SaaS preset and the
// standard vocabulary are one list.
func TestOneVocabulary(t *testing.T) {
	t.Parallel()
	var standard []string
	for _, e := range touchpoint.StandardEvents() {
		standard = append(standard, e.Name)
		assert.NotEmpty(t, e.Doc, e.Name)
		assert.NotEmpty(t, e.Phase, e.Name)
	}
	var triggers []string
	for _, tr := range preset.SaaS().Triggers() {
		triggers = append(triggers, string(tr))
	}
	assert.ElementsMatch(t, standard, triggers)
	var events []string
	for _, tp := range touchpoint.StandardSaaS().Touchpoints {
		events = append(events, tp.Events...)
	}
	assert.ElementsMatch(t, standard, events)
	stages := map[string]bool{}
	for _, tp := range touchpoint.StandardSaaS().Touchpoints {
		for _, s := range tp.Stages {
			stages[s] = true
		}
	}
	for _, s := range preset.SaaS().Stages() {
		assert.True(t, stages[string(s.Name)], "stage %s has no touchpoint", s.Name)
	}
}
