package tracker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

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

// The trial ran out at a tick, and then the payment arrives that was made before.
func ExampleOptions_grace() {
	ctx := context.Background()
	live, _ := liveProduct(tracker.Options{AutoStart: true, Grace: 48 * time.Hour})
	fire := func(on journey.Trigger, day int, id string) {
		out, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: on, At: january(day), ID: id})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(id, out.Journey.Stage(), len(out.Changes), "new,", len(out.Undone), "undone")
	}
	fire("import", 5, "evt-1")
	if _, err := live.Tick(ctx, january(20), tracker.TickOptions{}); err != nil {
		fmt.Println(err)
	}
	fire("pay", 18, "evt-2")
	fire("pay", 18, "evt-2")
	fire("import", 10, "evt-3")
	// Output:
	// evt-1 trial 2 new, 0 undone
	// evt-2 active 1 new, 1 undone
	// evt-2 active 0 new, 0 undone
	// tracker: customer "acme": "import" at 2026-01-10T09:00:00Z: event too late, taken in from 2026-01-16T09:00:00Z: the grace is 48h0m0s before 2026-01-18T09:00:00Z, the latest known of the customer
}

// Messages are written with the change and delivered afterwards, at least once,
// however often the process or the mail server fails in between.
func ExampleRelay() {
	ctx := context.Background()
	live, store := liveProduct(tracker.Options{AutoStart: true})
	for _, customer := range []string{"acme", "globex"} {
		if _, err := live.Fire(ctx, journey.Event{Customer: customer, Trigger: "pay", At: january(9), ID: "inv-" + customer}); err != nil {
			fmt.Println(err)
		}
	}
	up := false
	relay := tracker.Relay{From: store, Send: func(_ context.Context, m tracker.Message) error {
		if m.Customer == "globex" && !up {
			return errors.New("mailbox full")
		}
		fmt.Println("send", m.N, m.Customer, m.To) // to a queue: m as JSON, m.N against repeats
		return nil
	}}
	done, err := relay.Run(ctx)
	fmt.Println(done.Sent, done.Failed, done.Held, err)
	up = true
	done, err = relay.Run(ctx)
	fmt.Println(done.Sent, done.Failed, done.Held, err)
	// Output:
	// send 1 acme trial
	// send 2 acme active
	// 2 1 1 tracker: relay: message 3, customer "globex": mailbox full
	// send 3 globex trial
	// send 4 globex active
	// 2 0 0 <nil>
}

// An event dated years ahead is taken out of one customer's history.
func ExampleTracker_Repair() {
	ctx := context.Background()
	live, _ := liveProduct(tracker.Options{AutoStart: true})
	for id, year := range []int{2026, 2076} {
		on := []journey.Trigger{"pay", "cancel"}[id]
		e := journey.Event{Customer: "acme", Trigger: on, At: time.Date(year, 1, 9, 9, 0, 0, 0, time.UTC), ID: fmt.Sprint("evt-", id)}
		if _, err := live.Fire(ctx, e); err != nil {
			fmt.Println(err)
		}
	}
	out, err := live.Repair(ctx, "acme", january(10), func(e journey.Event) bool { return e.At.Before(january(11)) })
	fmt.Println(out.Journey.Stage(), out.Journey.Last().Format(time.DateOnly), err)
	for _, o := range out.Undone {
		fmt.Println("undone:", o)
	}
	// Output:
	// active 2026-01-09 <nil>
	// undone: 2076-01-09T09:00:00Z acme #2 event cancel: active → expired
}

// What a product calls once a minute, in as many processes as it likes.
func ExampleTracker_Tick() {
	ctx := context.Background()
	live, _ := liveProduct(tracker.Options{})
	for _, customer := range []string{"acme", "globex", "initech"} {
		if _, err := live.Start(ctx, customer, january(5)); err != nil {
			fmt.Println(err)
		}
	}
	for range 2 {
		done, err := live.Tick(ctx, january(20), tracker.TickOptions{Limit: 2, Lease: time.Minute})
		fmt.Println(done, done.More, err)
	}
	// Output:
	// 2 timers fired for 2 customers, 0 parked, 0 customers failed true <nil>
	// 1 timers fired for 1 customers, 0 parked, 0 customers failed false <nil>
}

// A timer that fails is parked: it holds up nothing, and is tried again.
func ExampleParked() {
	ctx := context.Background()
	live, _ := liveProduct(tracker.Options{Hooks: tracker.Hooks{
		Enter: map[journey.Stage]tracker.Hook{"expired": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			return "", errors.New("mail server is down")
		}},
	}})
	if _, err := live.Start(ctx, "acme", january(5)); err != nil {
		fmt.Println(err)
	}
	out, err := live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: january(21)})
	fmt.Println(out.Journey.Stage(), err)
	for _, p := range out.Parked {
		fmt.Println(p.Trigger, p.At.Format(time.DateOnly), p.Error)
	}
	fmt.Println(live.Stats())
	// Output:
	// active <nil>
	// expire 2026-01-19 tracker: enter hook of stage "expired": customer "acme" from "trial" to "expired" on "expire": mail server is down
	// events=1 accepted=1 repeats=0 refused=0 late=0 lost=0 skewed=0 refolds=0 timers=0 parked=1 conflicts=0 exhausted=0
}

// An occurrence is sent as JSON; who has the definition makes the journey again.
func ExampleOccurrence_UnmarshalJSON() {
	live, _ := liveProduct(tracker.Options{AutoStart: true})
	out, err := live.Fire(context.Background(), journey.Event{Customer: "acme", Trigger: "import", At: january(5), ID: "evt-1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := json.Marshal(out.Changes[1])
	if err != nil {
		fmt.Println(err)
		return
	}
	var o tracker.Occurrence
	if err := json.Unmarshal(text, &o); err != nil {
		fmt.Println(err)
		return
	}
	j, err := live.Definition().Restore(o.Snapshot())
	fmt.Println(o, o.Reached(), j == out.Journey, err)
	// Output:
	// 2026-01-05T09:00:00Z acme #1 event import: observed in trial [activated] true <nil>
}
