package tracker_test

import (
	"bytes"
	"context"
	"errors"
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

func ExampleTracker() {
	ctx := context.Background()
	live, err := tracker.New(trialProduct(), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{
		Hooks: tracker.Hooks{
			// Effects belong here: the change is in the store.
			Stored: func(_ context.Context, o tracker.Occurrence) error {
				fmt.Printf("%s %s: %s → %s (%s)\n", o.At.Format(time.DateOnly), o.Customer, o.From, o.To, o.Origin)
				return nil
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, customer := range []string{"acme", "globex"} {
		if _, err := live.Start(ctx, customer, january(5)); err != nil {
			fmt.Println(err)
		}
	}
	if _, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: january(9), ID: "inv-1"}); err != nil {
		fmt.Println(err)
	}
	if _, err := live.Tick(ctx, january(20), tracker.TickOptions{}); err != nil { // what a product calls once a minute
		fmt.Println(err)
	}
	_, err = live.Fire(ctx, journey.Event{Customer: "globex", Trigger: "pay", At: january(21)})
	fmt.Println(err)
	// Output:
	// 2026-01-05 acme:  → trial (start)
	// 2026-01-05 globex:  → trial (start)
	// 2026-01-09 acme: trial → active (event)
	// 2026-01-19 globex: trial → expired (timer)
	// journey: step: customer "globex" in stage "expired" on "pay" at 2026-01-21T09:00:00Z: not allowed in this stage; allowed: []
}

func ExampleNew_misspeltHook() {
	hook := func(context.Context, tracker.Occurrence) (journey.Trigger, error) { return "", nil }
	_, err := tracker.New(trialProduct(), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{
		Hooks: tracker.Hooks{Enter: map[journey.Stage]tracker.Hook{"actve": hook}},
	})
	fmt.Println(err)
	// Output: tracker: new: hooks: Enter: unknown stage "actve"
}

func ExampleHook() {
	ctx := context.Background()
	limit := errors.New("no more than one plan")
	live, err := tracker.New(trialProduct(), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{
		AutoStart: true,
		Hooks: tracker.Hooks{
			// A hook may refuse: nothing is stored then.
			Before: map[journey.Trigger]tracker.Hook{"pay": func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
				if o.Event.ID == "" {
					return "", limit
				}
				return "", nil
			}},
			// Or ask for a trigger, handled when this change is done.
			Reached: map[string]tracker.Hook{"activated": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
				return "expire", nil
			}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: january(5)})
	fmt.Println(errors.Is(err, limit))
	out, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "import", At: january(6)})
	fmt.Println(out.Journey.Stage(), len(out.Changes), err)
	// Output:
	// true
	// expired 2 <nil>
}

func ExampleDefinition_Restore() {
	d := trialProduct()
	j, err := d.Step(d.Start("acme", january(5)), journey.Event{Trigger: "import", At: january(6)})
	if err != nil {
		fmt.Println(err)
		return
	}
	bytes, err := j.Snapshot().MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}

	var s journey.Snapshot
	if err := s.UnmarshalBinary(bytes); err != nil {
		fmt.Println(err)
		return
	}
	back, err := d.Restore(s)
	fmt.Println(back == j, err)

	// A year later, "trial" is called "evaluation".
	spec := d.Spec()
	spec.Initial, spec.Stages[0].Name, spec.After[0].Stage = "evaluation", "evaluation", "evaluation"
	spec.Transitions[0].From, spec.Transitions[1].From = "evaluation", "evaluation"
	next, err := journey.Define(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = next.Restore(s)
	fmt.Println(errors.Is(err, journey.ErrForeign), errors.Is(err, journey.ErrUnknownStage))
	moved, err := next.Restore(s, journey.Migration{From: d.Hash(), Stages: map[journey.Stage]journey.Stage{"trial": "evaluation"}})
	fmt.Println(moved.Stage(), moved.Milestones(), err)
	// Output:
	// true <nil>
	// true true
	// evaluation [activated] <nil>
}

func ExampleMemStore() {
	ctx := context.Background()
	store := tracker.NewMemStore(tracker.MemOptions{})
	// Customers from a replay, or from a backup, are put in as they are.
	j := trialProduct().Start("acme", january(5))
	fmt.Println(store.Put(ctx, tracker.Commit{State: tracker.StateOf(j), Expected: tracker.NotStored}))
	fmt.Println(store.Put(ctx, tracker.Commit{State: tracker.StateOf(j), Expected: tracker.NotStored}))
	for s := range store.States() {
		fmt.Println(s.Snapshot.Customer, s.Snapshot.Stage, s.Snapshot.Due.Format(time.DateOnly))
	}
	// Output:
	// <nil>
	// tracker: store: customer "acme": version conflict: expected none, stored 0
	// acme trial 2026-01-19
}

func ExampleReadMemStore() {
	store := tracker.NewMemStore(tracker.MemOptions{})
	j := trialProduct().Start("acme", january(5))
	if err := store.Put(context.Background(), tracker.Commit{State: tracker.StateOf(j), Expected: tracker.NotStored}); err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if _, err := store.WriteTo(&file); err != nil {
		fmt.Println(err)
		return
	}
	back, err := tracker.ReadMemStore(bytes.NewReader(file.Bytes()), tracker.MemOptions{})
	fmt.Println(back.Len(), err)
	_, err = tracker.ReadMemStore(bytes.NewReader(file.Bytes()[:40]), tracker.MemOptions{})
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// tracker: memstore: read: frame 0: bad snapshot: it ends too early
}
