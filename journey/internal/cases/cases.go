// Package cases has the definitions, snapshots and draws that the tests of
// journey and of journey/tracker share.
package cases

import (
	"math/rand/v2"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

// TB is what tests and draws have in common.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	FailNow()
	Fatalf(format string, args ...any)
}

func must[T any](t TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
	return v
}

// Day is 24 hours.
const Day = 24 * time.Hour

// TrialSpec is a product with a trial: reminder and expiry timers, a milestone
// that gates payment, a stage that hands on at once.
func TrialSpec() journey.Spec {
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
			{Stage: "trial", After: 10 * Day, Trigger: "remind"},
			{Stage: "trial", After: 14 * Day, Trigger: "expire"},
		},
		Milestones: []journey.Milestone{
			{Name: "activated", Events: []journey.Trigger{"import", "invite"}, Rule: journey.AllOf},
			{Name: "first value", Events: []journey.Trigger{"import"}},
		},
	}
}

// Trial is TrialSpec, compiled.
func Trial(t TB) *journey.Definition {
	t.Helper()
	d, err := journey.Define(TrialSpec())
	return must(t, d, err)
}

// ABC is a round trip with a self-transition and an internal one.
func ABC(t TB) *journey.Definition {
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
	return must(t, d, err)
}

// Lifecycle is the eight-stage, twenty-transition machine for which the
// reference alignments were computed.
func Lifecycle(t TB) *journey.Definition {
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
	return must(t, d, err)
}

// FullSnapshot has every field in use. It is valid, and of no definition.
func FullSnapshot() journey.Snapshot {
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
		Due: at.Add(14 * Day),
	}
}

// Draw draws a definition and a stream of valid and invalid events under it.
func Draw(t TB, seed uint64) (*journey.Definition, []journeytest.Draw, *rand.Rand) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	spec, err := journeytest.Spec(r, journeytest.SpecOptions{Awkward: r.IntN(2) == 0})
	must(t, spec, err)
	d, err := journey.Define(spec)
	must(t, d, err)
	draws, err := journeytest.Draws(r, d, journeytest.StreamOptions{N: 30, IDs: r.IntN(3) > 0, MaxGap: 60 * time.Hour})
	return d, must(t, draws, err), r
}

// Same compares as == does, which is the promise of Journey.
func Same(t TB, want, got journey.Journey) {
	if want != got {
		t.Helper()
		t.Fatalf("want %+v\ngot  %+v", want.Snapshot(), got.Snapshot())
	}
}

// OnDay is n days after the origin of clocks.
func OnDay(n int) time.Time { return journeytest.Origin().Add(time.Duration(n) * Day) }

// Hour is n hours after it.
func Hour(n int) time.Time { return journeytest.Origin().Add(time.Duration(n) * time.Hour) }
