package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

func ExampleTracker_Start() {
	ctx := context.Background()
	live, _ := liveProduct(tracker.Options{})
	out, err := live.Start(ctx, "acme", january(5))
	fmt.Println(out.Journey, err)
	_, err = live.Start(ctx, "acme", january(6))
	fmt.Println(err)
	// Output:
	// acme in trial since 2026-01-05T09:00:00Z <nil>
	// tracker: start: customer "acme": journey already started
}

// A customer of whom it is known since when they have been on trial: the next
// tick ends it.
func ExampleTracker_StartAt() {
	ctx := context.Background()
	live, _ := liveProduct(tracker.Options{})
	out, err := live.StartAt(ctx, "trial", "globex", january(1))
	fmt.Println(out.Journey.Stage(), err)
	done, err := live.Tick(ctx, january(20), tracker.TickOptions{})
	fmt.Println(done.Fired, err)
	_, err = live.StartAt(ctx, "nowhere", "initech", january(5))
	fmt.Println(errors.Is(err, journey.ErrUnknownStage))
	// Output:
	// trial <nil>
	// 1 <nil>
	// true
}

// An event moves the customer, is counted, or says what would be allowed; sent
// again under its id it changes nothing.
func ExampleTracker_Fire() {
	ctx := context.Background()
	live, _ := liveProduct(tracker.Options{AutoStart: true})
	for _, e := range []journey.Event{
		{Customer: "acme", Trigger: "import", At: january(6), ID: "evt-1"},
		{Customer: "acme", Trigger: "pay", At: january(9), ID: "evt-2"},
		{Customer: "acme", Trigger: "pay", At: january(9), ID: "evt-2"},
		{Customer: "acme", Trigger: "pay", At: january(12), ID: "evt-3"},
	} {
		out, err := live.Fire(ctx, e)
		var refused *journey.TransitionError
		if errors.As(err, &refused) {
			fmt.Println(e.ID, "refused, allowed are", refused.Allowed)
			continue
		}
		fmt.Println(e.ID, out.Journey.Stage(), out.Journey.Milestones(), len(out.Changes), err)
	}
	// Output:
	// evt-1 trial [activated] 2 <nil>
	// evt-2 active [activated] 1 <nil>
	// evt-2 active [activated] 0 <nil>
	// evt-3 refused, allowed are [cancel]
}

func ExampleTracker_Journey() {
	ctx := context.Background()
	live, _ := liveProduct(tracker.Options{AutoStart: true})
	if _, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: january(9)}); err != nil {
		fmt.Println(err)
	}
	j, err := live.Journey(ctx, "acme")
	fmt.Println(j, err)
	_, err = live.Journey(ctx, "globex")
	fmt.Println(errors.Is(err, tracker.ErrNotFound))
	// Output:
	// acme in active since 2026-01-09T09:00:00Z <nil>
	// true
}

// The state is what the store keeps: the journey, and when it wants a tick.
func ExampleTracker_State() {
	ctx := context.Background()
	live, _ := liveProduct(tracker.Options{})
	if _, err := live.Start(ctx, "acme", january(5)); err != nil {
		fmt.Println(err)
	}
	s, err := live.State(ctx, "acme")
	fmt.Println(s.Snapshot.Stage, s.Version, s.Snapshot.Due.Format(time.DateOnly), err)
	// Output:
	// trial 0 2026-01-19 <nil>
}

func ExampleTracker_Erase() {
	ctx := context.Background()
	live, store := liveProduct(tracker.Options{AutoStart: true})
	if _, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: january(9)}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(store.Len(), live.Erase(ctx, "acme"), store.Len())
	// Output:
	// 1 <nil> 0
}

// After a stage was renamed, customers are read under the new definition when an
// event comes; Migrate writes those for whom none does.
func ExampleTracker_Migrate() {
	ctx := context.Background()
	before, store := liveProduct(tracker.Options{})
	if _, err := before.Start(ctx, "acme", january(5)); err != nil {
		fmt.Println(err)
	}
	spec := trialProduct().Spec()
	spec.Initial, spec.Stages[0].Name, spec.After[0].Stage = "evaluation", "evaluation", "evaluation"
	spec.Transitions[0].From, spec.Transitions[1].From = "evaluation", "evaluation"
	renamed, err := journey.Define(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := tracker.New(renamed, store, tracker.Options{Migrations: []journey.Migration{
		{From: trialProduct().Hash(), Stages: map[journey.Stage]journey.Stage{"trial": "evaluation"}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		written, err := after.Migrate(ctx, "acme")
		fmt.Println(written, err)
	}
	j, err := after.Journey(ctx, "acme")
	fmt.Println(j.Stage(), err)
	// Output:
	// true <nil>
	// false <nil>
	// evaluation <nil>
}

// A hook hands work to a goroutine: with its own context the call would be
// refused as nested, with the detached one it waits its turn.
func ExampleDetach() {
	ctx := context.Background()
	var live *tracker.Tracker
	done := make(chan error)
	live, _ = liveProduct(tracker.Options{Hooks: tracker.Hooks{
		Stored: func(ctx context.Context, o tracker.Occurrence) error {
			if o.To != "active" {
				return nil
			}
			ctx = tracker.Detach(ctx)
			go func() {
				_, err := live.Fire(ctx, journey.Event{Customer: o.Customer, Trigger: "import", At: o.At, ID: "welcome"})
				done <- err
			}()
			return nil
		},
	}, AutoStart: true})
	if _, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: january(9)}); err != nil {
		fmt.Println(err)
	}
	err := <-done
	j, _ := live.Journey(ctx, "acme")
	fmt.Println(j.Stage(), j.Milestones(), err)
	// Output:
	// active [activated] <nil>
}

// Customers from a replay are put into the store as they are.
func ExampleStateOf() {
	ctx := context.Background()
	d := trialProduct()
	replay, err := d.Replay(func(yield func(journey.Event) bool) {
		_ = yield(journey.Event{Customer: "acme", Trigger: "import", At: january(5)}) &&
			yield(journey.Event{Customer: "acme", Trigger: "pay", At: january(7)})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	live, store := liveProduct(tracker.Options{})
	for j := range replay.Journeys() {
		if err := store.Put(ctx, tracker.Commit{State: tracker.StateOf(j), Expected: tracker.NotStored}); err != nil {
			fmt.Println(err)
		}
	}
	out, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "cancel", At: january(30)})
	fmt.Println(out.Journey.Stage(), out.Journey.Milestones(), err)
	// Output:
	// expired [activated] <nil>
}

// The binary form is for stores of bytes; one flipped bit is noticed.
func ExampleState_AppendBinary() {
	b, err := tracker.StateOf(trialProduct().Start("acme", january(5))).AppendBinary(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var s tracker.State
	fmt.Println(s.UnmarshalBinary(b), s.Snapshot.Customer, s.Snapshot.Stage)
	b[20] ^= 1
	fmt.Println(errors.Is(s.UnmarshalBinary(b), journey.ErrSnapshot))
	// Output:
	// <nil> acme trial
	// true
}

func ExampleState_Equal() {
	a := tracker.StateOf(trialProduct().Start("acme", january(5)))
	b := a.Clone()
	fmt.Println(a.Equal(b))
	b.Recent = []uint64{7}
	fmt.Println(a.Equal(b))
	// Output:
	// true
	// false
}

// The store keeps what happened, so that a late event finds its place.
func ExampleMemStore_History() {
	ctx := context.Background()
	live, store := liveProduct(tracker.Options{AutoStart: true})
	for day, on := range []journey.Trigger{"import", "pay", "cancel"} {
		if _, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: on, At: january(5 + day), ID: fmt.Sprint("evt-", day)}); err != nil {
			fmt.Println(err)
		}
	}
	list, err := store.History(ctx, "acme", january(6))
	for _, o := range list {
		fmt.Println(o)
	}
	known, _ := store.Known(ctx, "acme", "evt-0")
	fmt.Println(known, err)
	// Output:
	// 2026-01-06T09:00:00Z acme #2 event pay: trial → active
	// 2026-01-07T09:00:00Z acme #3 event cancel: active → expired
	// true <nil>
}

// Who wants a tick; with a claim, each process gets customers of its own.
func ExampleMemStore_Claim() {
	ctx := context.Background()
	live, store := liveProduct(tracker.Options{})
	for _, customer := range []string{"acme", "globex", "initech"} {
		if _, err := live.Start(ctx, customer, january(5)); err != nil {
			fmt.Println(err)
		}
	}
	for customer, err := range store.Due(ctx, january(20)) {
		fmt.Println(customer, err)
	}
	for range 2 {
		mine, err := store.Claim(ctx, january(20), 2, time.Minute)
		fmt.Println(mine, err)
	}
	// Output:
	// acme <nil>
	// globex <nil>
	// initech <nil>
	// [acme globex] <nil>
	// [initech] <nil>
}
