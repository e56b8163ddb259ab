package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

func TestOptions_Bounds(t *testing.T) {
	t.Parallel()
	century := 100 * 365 * 24 * time.Hour
	now := func() time.Time { return cases.Hour(0) }
	try := func(o tracker.Options) error {
		_, err := tracker.New(cases.ABC(t), tracker.NewMemStore(tracker.MemOptions{History: true}), o)
		return err
	}
	for _, o := range []tracker.Options{
		{MaxChain: 10_000, MaxAttempts: 10_000, MaxRefold: 1_000_000, Recent: tracker.MaxRecent, RetryAfter: 24 * time.Hour, Grace: century, MaxSkew: century, Now: now},
		{Recent: -5, Now: now},
	} {
		require.NoError(t, try(o))
	}
	for want, o := range map[string]tracker.Options{
		"MaxChain is 10001":     {MaxChain: 10_001},
		"MaxAttempts is -1":     {MaxAttempts: -1},
		"MaxRefold is 1000001":  {MaxRefold: 1_000_001},
		"Recent is 257":         {Recent: 257},
		"RetryAfter is 24h0m0.": {RetryAfter: 24*time.Hour + 1},
		"RetryAfter is -1ns":    {RetryAfter: -1},
		"Grace is 876000h0m0.":  {Grace: century + 1},
		"Grace is -1ns":         {Grace: -1},
		"MaxSkew is -1ns":       {MaxSkew: -1, Now: now},
	} {
		require.ErrorContains(t, try(o), want)
	}
}

// Whoever gives up waiting for a customer leaves the others their turn, and the
// customer free in the end.
func TestLocks_GivingUpLosesNoTurn(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	inside := make(chan struct{}, 1)
	tr, _ := startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		Before: map[journey.Trigger]tracker.Hook{"note": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			inside <- struct{}{}
			<-release
			return "", nil
		}},
	}})
	var wg sync.WaitGroup
	errs := make([]error, 60)
	var slow error
	wg.Go(func() { _, slow = fire(tr, "note", 1) })
	<-inside
	gone, cancel := context.WithCancel(context.Background())
	for i := range errs {
		ctx := context.Background()
		if i%3 == 0 {
			ctx = gone
		}
		wg.Go(func() {
			_, errs[i] = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "look", At: cases.Hour(2), ID: fmt.Sprint(i)})
		})
	}
	time.Sleep(5 * time.Millisecond)
	cancel()
	time.Sleep(time.Millisecond)
	close(release)
	wg.Wait()
	require.NoError(t, slow)
	stored := 0
	for i, err := range errs {
		if err == nil {
			stored++
		} else {
			require.Zero(t, i%3)
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	j, err := tr.Journey(t.Context(), "acme")
	require.NoError(t, err)
	assert.EqualValues(t, 1+stored, j.Seq())
	assert.GreaterOrEqual(t, stored, 40)
	_, err = fire(tr, "look", 3)
	require.NoError(t, err)
}

// The first of those who wait may give up without handing on a turn that is not
// his: nobody comes to the customer while another is at it.
func TestLocks_GivingUpHandsOnNothing(t *testing.T) {
	t.Parallel()
	release, inside := make(chan struct{}), make(chan struct{}, 2)
	tr, _ := startedTracker(t, cases.ABC(t), tracker.Options{Hooks: tracker.Hooks{
		Before: map[journey.Trigger]tracker.Hook{"note": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			inside <- struct{}{}
			<-release
			return "", nil
		}},
	}})
	var wg sync.WaitGroup
	note := func(ctx context.Context, id string) error {
		_, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "note", At: cases.Hour(1), ID: id})
		return err
	}
	var first, third error
	wg.Go(func() { first = note(t.Context(), "1") })
	<-inside
	gone, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, note(gone, "2"), context.DeadlineExceeded)
	wg.Go(func() { third = note(t.Context(), "3") })
	select {
	case <-inside:
		assert.Fail(t, "two at one customer")
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	wg.Wait()
	require.NoError(t, first)
	require.NoError(t, third)
}

// broken fails for some customers.
type broken struct {
	*tracker.MemStore
	err error
}

func (s *broken) Put(ctx context.Context, c tracker.Commit) error {
	if s.err != nil && c.State.Snapshot.Customer != "c0003" {
		return s.err
	}
	return s.MemStore.Put(ctx, c)
}

// A tick names a thousand customers it failed for, counts the others, and holds
// nobody up.
func TestTick_ManyFail(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := &broken{MemStore: tracker.NewMemStore(tracker.MemOptions{})}
	tr, err := tracker.New(cases.Trial(t), store, tracker.Options{})
	require.NoError(t, err)
	const n = 1_005
	for i := range n {
		_, err := tr.Start(ctx, fmt.Sprintf("c%04d", i), cases.OnDay(0))
		require.NoError(t, err)
	}
	store.err = errors.New("disk full")
	done, err := tr.Tick(ctx, cases.OnDay(10), tracker.TickOptions{})
	require.ErrorIs(t, err, store.err)
	require.ErrorContains(t, err, "4 customers more failed")
	require.NotContains(t, err.Error(), `"c0003"`)
	require.ErrorContains(t, err, `"c1000"`)
	require.NotContains(t, err.Error(), `"c1001"`)
	assert.Equal(t, [4]int{1, 1, 0, n - 1}, counts(done))
	assert.Len(t, done.Changes, 1)
}
