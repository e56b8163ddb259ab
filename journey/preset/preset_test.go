package preset_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
)

var day0 = time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

func TestPresets_Stages(t *testing.T) {
	t.Parallel()
	want := map[*journey.Definition][]journey.Stage{
		preset.SaaS(): {
			"awareness", "consideration", "decision", "trial", "onboarding", "adoption", "retention", "expansion",
			"advocacy", "churned",
		},
		preset.SaaSSeven(): {
			"evaluation", "consideration", "adoption", "onboarding", "renewal", "expansion", "evangelism", "lost", "churned",
		},
		preset.LeadFunnel(): {"visitor", "lead", "qualified lead", "opportunity", "customer", "post-sale", "lost"},
		preset.B2B():        {"attract", "capture", "nurture", "sales-qualified", "opportunity", "convert", "expand", "lost", "no decision"},
		preset.Consumer():   {"awareness", "consideration", "purchase", "retention", "advocacy", "lapsed"},
		preset.HubSpot(): {
			"unset", "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer",
			"evangelist", "other",
		},
	}
	for _, d := range preset.All() {
		require.Contains(t, want, d)
		var got []journey.Stage
		for _, s := range d.Stages() {
			got = append(got, s.Name)
			assert.NotEmpty(t, s.Doc, "%s: %s", d.Name(), s.Name)
		}
		assert.Equal(t, want[d], got, d.Name())
		if d != preset.HubSpot() {
			assert.NotEmpty(t, d.Milestones(), d.Name())
		}
	}
}

func TestSaaS_Paths(t *testing.T) {
	t.Parallel()
	d := preset.SaaS()
	walk := func(triggers ...journey.Trigger) journey.Journey {
		j := d.Start("acme", day(0))
		for i, tr := range triggers {
			var err error
			j, err = d.Step(j, journey.Event{Trigger: tr, At: day(i + 1)})
			require.NoError(t, err, "%s in %s", tr, j.Stage())
		}
		return j
	}
	j := walk("engaged", "demo_requested", "subscribed", "activated", "renewed", "upgraded", "referred", "cancelled", "won_back")
	assert.Equal(t, journey.Stage("onboarding"), j.Stage())
	assert.Equal(t, []string{"purchase", "activation", "first value", "renewal", "reference"}, j.Milestones())

	trial := walk("trial_started")
	assert.Equal(t, journey.Stage("trial"), trial.Stage())
	expired, err := d.Advance(trial, day(15))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("consideration"), expired.Stage())
	assert.Equal(t, day(15), expired.Since(), "fires when it falls due")

	extended, err := d.Step(trial, journey.Event{Trigger: "trial_extended", At: day(10)})
	require.NoError(t, err)
	still, err := d.Advance(extended, day(23))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("trial"), still.Stage(), "an extension starts the 14 days again")
}

func TestHubSpot_OnlyForward(t *testing.T) {
	t.Parallel()
	d := preset.HubSpot()
	order := []journey.Stage{
		"unset", "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer",
		"evangelist", "other",
	}
	for i, from := range order {
		for k, to := range order[1:] {
			next, ok := d.Next(from, journey.Trigger(to))
			assert.Equal(t, k+1 >= i, ok, "%s -> %s", from, to)
			if ok {
				assert.Equal(t, to, next)
			}
		}
	}
	j := d.Start("c1", day(0))
	j, err := d.Step(j, journey.Event{Trigger: "customer", At: day(1)})
	require.NoError(t, err)
	same, err := d.Step(j, journey.Event{Trigger: "customer", At: day(5)})
	require.NoError(t, err)
	assert.Equal(t, j.Since(), same.Since(), "the same value again changes nothing")
	_, err = d.Step(j, journey.Event{Trigger: "lead", At: day(5)})
	require.ErrorIs(t, err, journey.ErrNotAllowed)
	j, err = d.Step(j, journey.Event{Trigger: "cleared", At: day(6)})
	require.NoError(t, err)
	j, err = d.Step(j, journey.Event{Trigger: "lead", At: day(7)})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("lead"), j.Stage())
}
