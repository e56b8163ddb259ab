package journeytest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

func ExampleNewClock() {
	ctx := context.Background()
	clock := journeytest.NewClock(journeytest.Origin())
	live, err := tracker.New(trial(), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := live.Start(ctx, "acme", clock.Now()); err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		now, _ := clock.Advance(7 * 24 * time.Hour)
		ticked, err := live.Tick(ctx, now, tracker.TickOptions{})
		fmt.Println(now.Format(time.DateOnly), ticked.Fired, err)
	}
	// Output:
	// 2026-01-08 0 <nil>
	// 2026-01-15 1 <nil>
}

func ExamplePaths() {
	paths, err := journeytest.Paths(trial(), journeytest.PathOptions{To: []journey.Stage{"expired"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range paths {
		j, _, err := p.Play(trial(), "acme", journeytest.Origin())
		fmt.Println(p, "ends in", j.Stage(), err)
	}
	// Output:
	// trial -expire-> expired ends in expired <nil>
	// trial -(336h0m0s expire)-> expired ends in expired <nil>
	// trial -pay-> active -cancel-> expired ends in expired <nil>
}

func ExampleEvents() {
	r := rand.New(rand.NewPCG(1, 2))
	events, err := journeytest.Events(r, trial(), journeytest.StreamOptions{Customer: "acme", N: 5})
	if err != nil {
		fmt.Println(err)
		return
	}
	j := trial().Start("acme", journeytest.Origin())
	for _, e := range events {
		if j, err = trial().Step(j, e); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(len(events) > 0, j.Seq() >= int64(len(events)))
	// Output: true true
}

func ExampleDraws() {
	r := rand.New(rand.NewPCG(1, 2))
	draws, err := journeytest.Draws(r, trial(), journeytest.StreamOptions{N: 100, Invalid: 0.5})
	if err != nil {
		fmt.Println(err)
		return
	}
	j, lies := trial().Start("customer", journeytest.Origin()), 0
	for _, draw := range draws {
		if j, err = trial().Step(j, draw.Event); !errors.Is(err, draw.Refused) {
			lies++
		}
	}
	fmt.Println(lies)
	// Output: 0
}

func ExamplePopulation() {
	events, err := journeytest.Population(rand.New(rand.NewPCG(1, 2)), trial(), 50, journeytest.StreamOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	replay, err := trial().Replay(slices.Values(events))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(replay.Customers(), replay.Counts().Refused)
	// Output: 50 0
}

func ExampleSpec() {
	spec, err := journeytest.Spec(rand.New(rand.NewPCG(1, 2)), journeytest.SpecOptions{Stages: 5})
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := journey.Define(spec)
	fmt.Println(len(d.Stages()), err)
	// Output: 5 <nil>
}

func ExampleCheckStore() {
	forgetful := func() tracker.Store { return &forgetfulStore{tracker.NewMemStore(tracker.MemOptions{})} }
	for _, err := range journeytest.CheckStore(forgetful, journeytest.StoreCheck{}) {
		var broken *journeytest.StoreError
		if errors.As(err, &broken) && broken.Rule == "create once" {
			fmt.Println(broken.Explanation)
		}
	}
	// Output:
	// two processes that start the same customer must not erase each other's events
}

// forgetfulStore replaces a customer who is started again.
type forgetfulStore struct{ *tracker.MemStore }

func (s *forgetfulStore) Put(ctx context.Context, c tracker.Commit) error {
	if c.Expected == tracker.NotStored {
		if err := s.Erase(ctx, c.State.Snapshot.Customer); err != nil {
			return err
		}
	}
	return s.MemStore.Put(ctx, c)
}
