package journeytest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// trial is two weeks in which somebody pays or not.
func trial() *journey.Definition {
	d, err := journey.Define(journey.Spec{
		Name: "trial", Initial: "trial",
		Stages: []journey.StageSpec{
			{Name: "trial"}, {Name: "active", Goal: true}, {Name: "expired", Terminal: true},
		},
		Transitions: []journey.Transition{
			{From: "trial", On: "pay", To: "active"},
			{From: "trial", On: "expire", To: "expired"},
			{From: "active", On: "cancel", To: "expired"},
		},
		After: []journey.Timer{{Stage: "trial", After: 14 * 24 * time.Hour, Trigger: "expire"}},
	})
	if err != nil {
		panic(err)
	}
	return d
}

// printed stands for the *testing.T of a test: what would end it is printed.
type printed struct{ testing.TB }

func (printed) Helper() {}

func (printed) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// day is one of the month in which the clocks of this package begin.
func day(n int) time.Time { return journeytest.Origin().Add(time.Duration(n-1) * 24 * time.Hour) }

// failing is a store in which acme has begun a trial and paid, and in which
// then things go wrong.
func failing(f journeytest.Faults) *journeytest.FailingStore {
	ctx := context.Background()
	store := tracker.NewMemStore(tracker.MemOptions{History: true, Outbox: true})
	live, err := tracker.New(trial(), store, tracker.Options{AutoStart: true})
	if err != nil {
		panic(err)
	}
	if _, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: day(3), ID: "inv-1"}); err != nil {
		panic(err)
	}
	if _, err := live.Start(ctx, "bolt", day(3)); err != nil {
		panic(err)
	}
	s, err := journeytest.NewFailingStore(store, rand.New(rand.NewPCG(1, 1)), f)
	if err != nil {
		panic(err)
	}
	return s
}
