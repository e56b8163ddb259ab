package tracker_test

import (
	"context"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// trialProduct is a trial that expires after two weeks unless somebody pays.
func trialProduct() *journey.Definition {
	d, err := journey.Define(journey.Spec{
		Name: "product", Initial: "trial",
		Stages: []journey.StageSpec{
			{Name: "trial"}, {Name: "active", Goal: true}, {Name: "expired", Terminal: true},
		},
		Transitions: []journey.Transition{
			{From: "trial", On: "pay", To: "active"},
			{From: "trial", On: "expire", To: "expired"},
			{From: "active", On: "cancel", To: "expired"},
		},
		After:      []journey.Timer{{Stage: "trial", After: 14 * 24 * time.Hour, Trigger: "expire"}},
		Milestones: []journey.Milestone{{Name: "activated", Events: []journey.Trigger{"import"}}},
	})
	if err != nil {
		panic(err)
	}
	return d
}

func january(day int) time.Time { return time.Date(2026, time.January, day, 9, 0, 0, 0, time.UTC) }

// liveProduct is a tracker of trialProduct with everything a store can keep.
func liveProduct(o tracker.Options) (*tracker.Tracker, *tracker.MemStore) {
	store := tracker.NewMemStore(tracker.MemOptions{History: true, Outbox: true})
	live, err := tracker.New(trialProduct(), store, o)
	if err != nil {
		panic(err)
	}
	return live, store
}

// kept is a store with history and outbox in which acme has begun a trial on 5
// January and paid on the 9th, as inv-1.
func kept() *tracker.MemStore {
	live, store := liveProduct(tracker.Options{AutoStart: true})
	for _, e := range []journey.Event{
		{Customer: "acme", Trigger: "import", At: january(5), ID: "imp-1"},
		{Customer: "acme", Trigger: "pay", At: january(9), ID: "inv-1"},
	} {
		if _, err := live.Fire(context.Background(), e); err != nil {
			fmt.Println(err)
		}
	}
	return store
}
