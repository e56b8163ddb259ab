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

// A journey as one sentence of a test: events, silences, refusals.
func ExampleWalk() {
	var t printed // in a test, its own t
	w := journeytest.Walk(t, trial(), journeytest.Origin()).
		After(10*24*time.Hour, "trial").
		On("pay", "active").
		Refuses("pay", journey.ErrNotAllowed).
		On("cancel", "expired")
	fmt.Println(w.Journey(), w.Now().Format(time.DateOnly))
	// Output:
	// walker in expired since 2026-01-11T00:00:00Z 2026-01-11
}

// What is wrong is said with the way that led there.
func ExampleWalker_On() {
	var t printed
	journeytest.Walk(t, trial(), journeytest.Origin()).
		After(15*24*time.Hour, "expired").
		On("pay", "active")
	// Output:
	// journeytest: walk: at 2026-01-16T00:00:00Z: "pay" was refused: journey: step: customer "walker" in stage "expired" on "pay" at 2026-01-16T00:00:00Z: not allowed in this stage; allowed: []
	// 	the way: trial -(360h0m0s)-> expired -pay-> expired
}

// A contract for every store of one's own: one subtest for each rule.
func ExampleTestStore() {
	test := func(t *testing.T) { //nolint:thelper // a test
		journeytest.TestStore(t, func(testing.TB) tracker.Store {
			return tracker.NewMemStore(tracker.MemOptions{History: true, Outbox: true})
		}, journeytest.StoreCheck{})
	}
	_ = test // go test runs it
	// Outside of a test, the same rules as a list of errors:
	errs := journeytest.CheckStore(func() tracker.Store {
		return tracker.NewMemStore(tracker.MemOptions{History: true, Outbox: true})
	}, journeytest.StoreCheck{})
	fmt.Println(len(errs))
	// Output:
	// 0
}

// A store that loses answers: the write is done, and the caller is told nothing.
func ExampleNewFailingStore() {
	ctx := context.Background()
	store, err := journeytest.NewFailingStore(tracker.NewMemStore(tracker.MemOptions{}), rand.New(rand.NewPCG(1, 1)), journeytest.Faults{LoseAnswer: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = store.Put(ctx, tracker.Commit{State: tracker.StateOf(trial().Start("acme", journeytest.Origin())), Expected: tracker.NotStored})
	_, loaded := store.Load(ctx, "acme")
	fmt.Println(err != nil, loaded)
	// Output:
	// true <nil>
}

// Scripts say what happens to whom, and can be read by people.
func ExampleMustParse() {
	var t printed
	s := journeytest.MustParse(t, `
		acme  pay     2026-01-09
		acme  cancel  +30d
	`)
	r, err := trial().Replay(s.All())
	if err != nil {
		fmt.Println(err)
		return
	}
	j, _ := r.Journey("acme")
	fmt.Println(j)
	// Output:
	// acme in expired since 2026-02-08T00:00:00Z
}

func ExamplePath_Play() {
	paths, err := journeytest.Paths(trial(), journeytest.PathOptions{To: []journey.Stage{"active"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	j, events, err := paths[0].Play(trial(), "acme", journeytest.Origin())
	fmt.Println(paths[0], j.Stage(), len(events), err)
	// Output:
	// trial -pay-> active active 1 <nil>
}

// Time goes forward only.
func ExampleClock_Set() {
	clock := journeytest.NewClock(journeytest.Origin())
	fmt.Println(clock.Set(journeytest.Origin().Add(24*time.Hour)), clock.Now().Format(time.DateOnly))
	fmt.Println(clock.Set(journeytest.Origin()), clock.Now().Format(time.DateOnly))
	// Output:
	// <nil> 2026-01-02
	// journeytest: clock: set to 2026-01-01T00:00:00Z, which lies before 2026-01-02T00:00:00Z 2026-01-02
}

// Timers fire as time passes; what was expected and did not happen is said with
// the way.
func ExampleWalker_After() {
	var t printed
	journeytest.Walk(t, trial(), journeytest.Origin()).
		After(13*24*time.Hour, "trial").
		After(24*time.Hour, "active")
	// Output:
	// journeytest: walk: at 2026-01-15T00:00:00Z: in stage "expired", want "active"
	// 	the way: trial -(312h0m0s)-> trial -(24h0m0s)-> expired
}

func ExampleWalker_In() {
	var t printed
	journeytest.Walk(t, trial(), journeytest.Origin()).In("trial").On("pay", "active").In("trial")
	// Output:
	// journeytest: walk: at 2026-01-01T00:00:00Z: in stage "active", want "trial"
	// 	the way: trial -pay-> active
}

// activation is the trial with a milestone: data is imported.
func activation() *journey.Definition {
	spec := trial().Spec()
	spec.Milestones = []journey.Milestone{{Name: "activated", Events: []journey.Trigger{"import"}}}
	d, err := journey.Define(spec)
	if err != nil {
		panic(err)
	}
	return d
}

// Paying does not activate anybody: that is checked before the import, and
// after.
func ExampleWalker_Reached() {
	var t printed
	w := journeytest.Walk(t, activation(), journeytest.Origin()).
		On("pay", "active").NotReached("activated").
		On("import", "active").Reached("activated")
	fmt.Println(w.Journey().Milestones())
	// Output:
	// [activated]
}

// A misspelt milestone is a failure too, and not one that was never reached.
func ExampleWalker_NotReached() {
	var t printed
	journeytest.Walk(t, activation(), journeytest.Origin()).NotReached("actvated")
	// Output:
	// journeytest: walk: at 2026-01-01T00:00:00Z: the definition has no milestone "actvated"
	// 	the way: trial
}

// For the reason that was meant, and not for another.
func ExampleWalker_Refuses() {
	var t printed
	journeytest.Walk(t, trial(), journeytest.Origin()).
		Refuses("cancel", journey.ErrNotAllowed).
		Refuses("dance", journey.ErrNotAllowed)
	// Output:
	// journeytest: walk: at 2026-01-01T00:00:00Z: "dance" was refused because journey: step: customer "walker" in stage "trial" on "dance" at 2026-01-01T00:00:00Z: unknown trigger; allowed: ["expire" "pay"], want because not allowed in this stage
	// 	the way: trial
}
