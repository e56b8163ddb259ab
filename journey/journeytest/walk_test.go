package journeytest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

const dayLong = 24 * time.Hour

// product is a small SaaS: a trial that expires, a gate, a guard, a reminder.
func product(t testing.TB) *journey.Definition {
	t.Helper()
	d, err := journey.Define(journey.Spec{
		Name: "product", Initial: "trial",
		Stages: []journey.StageSpec{
			{Name: "trial"}, {Name: "active", Goal: true}, {Name: "expired"}, {Name: "closed", Terminal: true},
		},
		Transitions: []journey.Transition{
			{From: "trial", On: "pay", To: "active", Gate: "activated"},
			{From: "trial", On: "remind", Internal: true},
			{From: "trial", On: "expire", To: "expired"},
			{From: "active", On: "cancel", To: "closed"},
			{From: "active", On: "renew", To: journey.Same},
			{From: "expired", On: "return", To: "trial"},
			{From: "expired", On: "purge", To: "closed"},
		},
		After: []journey.Timer{
			{Stage: "trial", After: 10 * dayLong, Trigger: "remind"},
			{Stage: "trial", After: 14 * dayLong, Trigger: "expire"},
			{Stage: "expired", After: 90 * dayLong, Trigger: "purge"},
		},
		Milestones: []journey.Milestone{{Name: "activated", Events: []journey.Trigger{"import", "invite"}, Rule: journey.AllOf}},
	})
	require.NoError(t, err)
	return d
}

func TestWalk_FollowsEventsTimersAndMilestones(t *testing.T) {
	t.Parallel()
	w := journeytest.Walk(t, product(t), journeytest.Origin()).
		Refuses("pay", journey.ErrNotAllowed).
		Refuses("fly", journey.ErrUnknownTrigger).
		On("import", "trial").NotReached("activated").
		After(13*dayLong, "trial").
		After(dayLong, "expired").
		On("return", "trial").
		On("invite", "trial").Reached("activated").
		On("pay", "active").
		On("renew", "active").
		Refuses("pay", nil).
		On("cancel", "closed")
	assert.Equal(t, journeytest.Origin().Add(14*dayLong), w.Now())
	assert.Equal(t, journey.Stage("closed"), w.Journey().Stage())
}

func TestWalk_FailuresShowTheWay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		walk func(*journeytest.Walker)
		want string
	}{
		{"another stage", func(w *journeytest.Walker) { w.After(14*dayLong, "trial") }, `in stage "expired", want "trial"`},
		{"refused", func(w *journeytest.Walker) { w.On("renew", "active") }, `"renew" was refused`},
		{"accepted", func(w *journeytest.Walker) { w.Refuses("expire", nil) }, `"expire" was accepted and led to "expired"`},
		{"another reason", func(w *journeytest.Walker) { w.Refuses("fly", journey.ErrNotAllowed) }, `because`},
		{"not reached", func(w *journeytest.Walker) { w.Reached("activated") }, `milestone "activated" not reached`},
		{"reached", func(w *journeytest.Walker) { w.On("import", "trial").On("invite", "trial").NotReached("activated") }, `has been reached`},
		{"no such milestone", func(w *journeytest.Walker) { w.NotReached("activatd") }, `has no milestone "activatd"`},
		{"backwards", func(w *journeytest.Walker) { w.After(-1, "trial") }, `time goes back`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := &recorder{TB: t}
			tt.walk(journeytest.Walk(rec, product(t), journeytest.Origin()))
			require.Len(t, rec.lines, 1)
			assert.Contains(t, rec.lines[0], tt.want)
			assert.Contains(t, rec.lines[0], "the way: trial")
		})
	}
	rec := &recorder{TB: t}
	rec.run(func() { journeytest.Walk(rec, product(t), time.Time{}) })
	assert.True(t, rec.fatal)
	assert.Contains(t, strings.Join(rec.lines, ""), "time outside the years")
}
