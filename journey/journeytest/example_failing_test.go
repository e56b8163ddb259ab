package journeytest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// Every test and script of a program begins at the same instant.
func ExampleOrigin() {
	fmt.Println(journeytest.Origin().Format(time.RFC1123))
	// Output:
	// Thu, 01 Jan 2026 00:00:00 UTC
}

func ExampleClock_Advance() {
	clock := journeytest.NewClock(journeytest.Origin())
	now, err := clock.Advance(36 * time.Hour)
	fmt.Println(now.Format(time.DateTime), err)
	_, err = clock.Advance(-time.Second)
	fmt.Println(err)
	// Output:
	// 2026-01-02 12:00:00 <nil>
	// journeytest: clock: advance by -1s, want 0 or more
}

// Refused calls do nothing, and say so: a program that tries again is safe.
func ExampleFailingStore_Load() {
	_, err := failing(journeytest.Faults{Refuse: 1}).Load(context.Background(), "acme")
	fmt.Println(err)
	s, err := failing(journeytest.Faults{}).Load(context.Background(), "acme")
	fmt.Println(s.Snapshot.Stage, err)
	// Output:
	// journeytest: failing store: load: injected failure
	// active <nil>
}

// The write is done, and the caller is told that it failed: trying again must
// not do it twice.
func ExampleFailingStore_Put() {
	ctx, store := context.Background(), failing(journeytest.Faults{LoseAnswer: 1})
	s, err := store.Load(ctx, "acme")
	if err != nil {
		fmt.Println(err)
		return
	}
	write := tracker.Commit{State: s.Clone(), Expected: s.Version}
	write.State.Version++
	fmt.Println(store.Put(ctx, write))
	fmt.Println(errors.Is(store.Put(ctx, write), tracker.ErrConflict), store.Counts().LostAnswers, "answer lost")
	// Output:
	// journeytest: failing store: put: no answer: injected failure
	// true 1 answer lost
}

// A list that breaks off is an error, and not a short list.
func ExampleFailingStore_Due() {
	for customer, err := range failing(journeytest.Faults{Refuse: 1}).Due(context.Background(), day(17)) {
		fmt.Printf("%q %v\n", customer, err)
	}
	for customer, err := range failing(journeytest.Faults{}).Due(context.Background(), day(17)) {
		fmt.Printf("%q %v\n", customer, err)
	}
	// Output:
	// "" journeytest: failing store: due: injected failure
	// "bolt" <nil>
}

// A claim that failed has taken nobody: the next one is given the customer.
func ExampleFailingStore_Claim() {
	ctx := context.Background()
	mine, err := failing(journeytest.Faults{Refuse: 1}).Claim(ctx, day(17), 10, time.Minute)
	fmt.Println(mine, err)
	mine, err = failing(journeytest.Faults{}).Claim(ctx, day(17), 10, time.Minute)
	fmt.Println(mine, err)
	// Output:
	// [] journeytest: failing store: claim: injected failure
	// [bolt] <nil>
}

// Who asked to be forgotten is still there when it failed: it has to be tried
// again, and may be.
func ExampleFailingStore_Erase() {
	ctx, store := context.Background(), failing(journeytest.Faults{Refuse: 0.5})
	for {
		err := store.Erase(ctx, "acme")
		fmt.Println(err)
		if err == nil {
			break
		}
	}
	fmt.Println(store.Erase(ctx, "acme"), store.Counts().Refused, "refused")
	// Output:
	// journeytest: failing store: erase: injected failure
	// <nil>
	// <nil> 1 refused
}

// History, known events and messages are behind it as they are in the store.
func ExampleFailingStore_History() {
	list, err := failing(journeytest.Faults{}).History(context.Background(), "acme", day(1))
	for _, o := range list {
		fmt.Println(o)
	}
	fmt.Println(err)
	// Output:
	// 2026-01-03T00:00:00Z acme #0 start : starts in trial
	// 2026-01-03T00:00:00Z acme #1 event pay: trial → active
	// <nil>
}

func ExampleFailingStore_Known() {
	known, err := failing(journeytest.Faults{}).Known(context.Background(), "acme", "inv-1")
	fmt.Println(known, err)
	known, err = failing(journeytest.Faults{Refuse: 1}).Known(context.Background(), "acme", "inv-1")
	fmt.Println(known, err)
	// Output:
	// true <nil>
	// false journeytest: failing store: known: injected failure
}

func ExampleFailingStore_Unsent() {
	waiting, err := failing(journeytest.Faults{}).Unsent(context.Background(), 0, 10)
	for _, m := range waiting {
		fmt.Println(m.N, m.Customer, m.To)
	}
	fmt.Println(err)
	// Output:
	// 1 acme trial
	// 2 acme active
	// 3 bolt trial
	// <nil>
}

// The messages were sent and marked, and nobody heard of it: a consumer sees
// them again unless it remembers their numbers.
func ExampleFailingStore_Sent() {
	ctx, store := context.Background(), failing(journeytest.Faults{Refuse: 1})
	fmt.Println(store.Sent(ctx, 1))
	waiting, _ := failing(journeytest.Faults{}).Unsent(ctx, 0, 10)
	fmt.Println(len(waiting), "still wait, the first is", waiting[0].N)
	// Output:
	// journeytest: failing store: sent: injected failure
	// 3 still wait, the first is 1
}
