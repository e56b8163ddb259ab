package journeytest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

func ExampleFailingStore() {
	store, err := journeytest.NewFailingStore(tracker.NewMemStore(tracker.MemOptions{}), rand.New(rand.NewPCG(1, 2)), journeytest.Faults{LoseAnswer: 0.5})
	if err != nil {
		fmt.Println(err)
		return
	}
	live, err := tracker.New(trial(), store, tracker.Options{AutoStart: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	e := journey.Event{Customer: "acme", Trigger: "pay", At: journeytest.Origin(), ID: "inv-1"}
	for { // an event with an ID can be sent until somebody answers
		out, err := live.Fire(context.Background(), e)
		if err == nil {
			fmt.Println(out.Journey.Stage(), out.Journey.Seq())
			break
		}
	}
	fmt.Println(store.Counts().LostAnswers, "answers lost")
	// Output:
	// active 1
	// 1 answers lost
}

func TestFailingStore_WithoutFaultsKeepsTheContract(t *testing.T) {
	t.Parallel()
	journeytest.TestStore(t, func(testing.TB) tracker.Store {
		s, err := journeytest.NewFailingStore(tracker.NewMemStore(tracker.MemOptions{History: true, Outbox: true}), rand.New(rand.NewPCG(1, 1)), journeytest.Faults{})
		require.NoError(t, err)
		return s
	}, journeytest.StoreCheck{Outbox: true})
}

func TestFailingStore_EachFaultBreaksTheContract(t *testing.T) {
	t.Parallel()
	for _, f := range []journeytest.Faults{{Refuse: 1}, {LoseAnswer: 1}, {Stale: 1}, {Half: 1}} {
		errs := journeytest.CheckStore(func() tracker.Store {
			s, err := journeytest.NewFailingStore(tracker.NewMemStore(tracker.MemOptions{}), rand.New(rand.NewPCG(1, 1)), f)
			require.NoError(t, err)
			return s
		}, journeytest.StoreCheck{})
		assert.NotEmpty(t, errs, "%+v", f)
		if f.Refuse+f.LoseAnswer > 0 {
			require.ErrorIs(t, errors.Join(errs...), journeytest.ErrInjected)
		}
	}
	_, err := journeytest.NewFailingStore(nil, nil, journeytest.Faults{})
	require.Error(t, err)
	_, err = journeytest.NewFailingStore(tracker.NewMemStore(tracker.MemOptions{}), rand.New(rand.NewPCG(1, 1)), journeytest.Faults{Half: 1.5})
	require.ErrorContains(t, err, "Half is 1.5, want 0 to 1")
}

// What is erased is not told as what was there before, and what the store under
// it says of erasing is passed on.
func TestFailingStore_Erases(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	inner := tracker.NewMemStore(tracker.MemOptions{})
	s, err := journeytest.NewFailingStore(inner, rand.New(rand.NewPCG(1, 1)), journeytest.Faults{Stale: 1})
	require.NoError(t, err)
	live, err := tracker.New(trial(), inner, tracker.Options{AutoStart: true})
	require.NoError(t, err)
	_, err = live.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: journeytest.Origin(), ID: "1"})
	require.NoError(t, err)
	state, err := s.Load(ctx, "acme")
	require.NoError(t, err)
	state.Version++
	require.NoError(t, s.Put(ctx, tracker.Commit{State: state, Expected: state.Version - 1}))
	require.NoError(t, s.Erase(ctx, "acme"))
	_, err = s.Load(ctx, "acme")
	require.ErrorIs(t, err, tracker.ErrNotFound)

	refusing, err := journeytest.NewFailingStore(inner, rand.New(rand.NewPCG(1, 1)), journeytest.Faults{Refuse: 1})
	require.NoError(t, err)
	outer, err := journeytest.NewFailingStore(refusing, rand.New(rand.NewPCG(1, 1)), journeytest.Faults{})
	require.NoError(t, err)
	require.ErrorIs(t, outer.Erase(ctx, "acme"), journeytest.ErrInjected)
}
