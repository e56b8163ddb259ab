package tracker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// For tests, tools and programs that keep a dump: the states of all customers
// in memory.
func ExampleNewMemStore() {
	store := tracker.NewMemStore(tracker.MemOptions{History: true})
	live, err := tracker.New(trialProduct(), store, tracker.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = live.Start(context.Background(), "acme", january(5))
	fmt.Println(store.Len(), store.KeepsHistory(), err)
	// Output:
	// 1 true <nil>
}

// Nobody is due a minute before the trial ends.
func ExampleMemStore_Due() {
	ctx := context.Background()
	live, store := liveProduct(tracker.Options{})
	for day, customer := range []string{"globex", "acme"} {
		if _, err := live.Start(ctx, customer, january(5+day)); err != nil {
			fmt.Println(err)
		}
	}
	for _, now := range []time.Time{january(19).Add(-time.Minute), january(19), january(20)} {
		var due []string
		for customer, err := range store.Due(ctx, now) {
			if err != nil {
				fmt.Println(err)
			}
			due = append(due, customer)
		}
		fmt.Println(now.Format(time.DateTime), due)
	}
	// Output:
	// 2026-01-19 08:59:00 []
	// 2026-01-19 09:00:00 [globex]
	// 2026-01-20 09:00:00 [globex acme]
}

// State, history and messages go; a second time there is nothing to do.
func ExampleMemStore_Erase() {
	ctx, store := context.Background(), kept()
	fmt.Println(store.Erase(ctx, "acme"), store.Erase(ctx, "acme"))
	_, err := store.Load(ctx, "acme")
	history, _ := store.History(ctx, "acme", january(1))
	waiting, _ := store.Unsent(ctx, 0, 10)
	fmt.Println(errors.Is(err, tracker.ErrNotFound), len(history), len(waiting))
	// Output:
	// <nil> <nil>
	// true 0 0
}

// Whether an event was there already, by its id, however long ago.
func ExampleMemStore_Known() {
	for _, id := range []string{"imp-1", "inv-2"} {
		known, err := kept().Known(context.Background(), "acme", id)
		fmt.Println(id, known, err)
	}
	// Output:
	// imp-1 true <nil>
	// inv-2 false <nil>
}

func ExampleMemStore_Load() {
	s, err := kept().Load(context.Background(), "acme")
	fmt.Println(s.Snapshot.Stage, s.Snapshot.Reached, "after", s.Snapshot.Seq, "changes", err)
	// Output:
	// active [activated] after 2 changes <nil>
}

// Two writers read the same version: the second is told that it lost, and
// nothing of it is stored.
func ExampleMemStore_Put() {
	ctx, store := context.Background(), kept()
	read, err := store.Load(ctx, "acme")
	if err != nil {
		fmt.Println(err)
		return
	}
	write := tracker.Commit{State: read.Clone(), Expected: read.Version}
	write.State.Version++
	fmt.Println(store.Put(ctx, write))
	err = store.Put(ctx, write)
	fmt.Println(errors.Is(err, tracker.ErrConflict), err)
	// Output:
	// <nil>
	// true tracker: store: customer "acme": version conflict: expected 2, stored 3
}

// Messages wait until somebody says that they were sent.
func ExampleMemStore_Unsent() {
	waiting, err := kept().Unsent(context.Background(), 0, 10)
	for _, m := range waiting {
		fmt.Println(m)
	}
	later, _ := kept().Unsent(context.Background(), waiting[0].N, 1)
	fmt.Println("from there, one:", later[0].N, err)
	// Output:
	// 1 2026-01-05T09:00:00Z acme #0 start : starts in trial
	// 2 2026-01-05T09:00:00Z acme #1 event import: observed in trial
	// 3 2026-01-09T09:00:00Z acme #2 event pay: trial → active
	// from there, one: 2 <nil>
}

func ExampleMemStore_Sent() {
	ctx, store := context.Background(), kept()
	waiting, err := store.Unsent(ctx, 0, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(store.Sent(ctx, waiting[0].N, 99)) // the other is not known: no error
	left, err := store.Unsent(ctx, 0, 10)
	fmt.Println(len(waiting), "waited,", len(left), "wait", err)
	// Output:
	// <nil>
	// 3 waited, 2 wait <nil>
}

// The whole store as bytes, equal for equal contents, and back.
func ExampleMemStore_WriteTo() {
	var dump, again bytes.Buffer
	_, err := kept().WriteTo(&dump)
	if err != nil {
		fmt.Println(err)
		return
	}
	back, err := tracker.ReadMemStore(bytes.NewReader(dump.Bytes()), tracker.MemOptions{History: true, Outbox: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = back.WriteTo(&again)
	fmt.Println(back.Len(), "customer,", bytes.Equal(dump.Bytes(), again.Bytes()), err)
	// Output:
	// 1 customer, true <nil>
}

// A mail server that is down for one customer holds up the later mail of that
// customer and nobody else's.
func ExampleRelay_Run() {
	relay := tracker.Relay{From: kept(), Send: func(_ context.Context, m tracker.Message) error {
		if m.To == "trial" {
			return errors.New("mailbox full")
		}
		return nil
	}}
	done, err := relay.Run(context.Background())
	fmt.Printf("%+v\n%v\n", done, err)
	// Output:
	// {Sent:0 Failed:1 Held:2}
	// tracker: relay: message 1, customer "acme": mailbox full
}
