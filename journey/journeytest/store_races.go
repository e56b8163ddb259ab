package journeytest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// together runs f in several goroutines that begin at once and returns the
// first error by number.
func together(f func(writer int) error) error {
	errs := make([]error, storeWriters)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range storeWriters {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = fmt.Errorf("panic: %v", p)
				}
			}()
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkOneWinner(ctx context.Context, s tracker.Store, o StoreCheck) error {
	expected := tracker.NotStored
	for round := range int64(o.Writes/6 + 1) {
		var mu sync.Mutex
		var winners []uint64
		err := together(func(i int) error {
			snap := small("acme", round, time.Time{})
			snap.Snapshot.LastEvent = uint64(i + 1)
			err := s.Put(ctx, tracker.Commit{State: snap, Expected: expected})
			switch {
			case err == nil:
				mu.Lock()
				winners = append(winners, snap.Snapshot.LastEvent)
				mu.Unlock()
			case !errors.Is(err, tracker.ErrConflict):
				return fmt.Errorf("put against %d others: %w; want nil or ErrConflict", storeWriters-1, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(winners) != 1 {
			return fmt.Errorf("%d of %d writers that expected version %d succeeded, want 1", len(winners), storeWriters, expected)
		}
		got, err := s.Load(ctx, "acme")
		if err != nil {
			return err
		}
		if got.Snapshot.LastEvent != winners[0] {
			return fmt.Errorf("writer %d was told it had won, and the store holds what writer %d wrote", winners[0], got.Snapshot.LastEvent)
		}
		expected = round
	}
	return nil
}

func checkWriters(ctx context.Context, s tracker.Store, o StoreCheck) error {
	each := o.Writes/12 + 1
	if err := put(ctx, s, small("acme", 0, time.Time{}), tracker.NotStored); err != nil {
		return err
	}
	err := together(func(i int) error {
		own := fmt.Sprintf("own %d", i)
		if err := put(ctx, s, small(own, 0, time.Time{}), tracker.NotStored); err != nil {
			return err
		}
		for n := range int64(each) {
			for {
				snap, err := s.Load(ctx, "acme")
				if err != nil {
					return err
				}
				expected := snap.Version
				snap.Version++
				err = s.Put(ctx, tracker.Commit{State: snap, Expected: expected})
				if err == nil {
					break
				}
				if !errors.Is(err, tracker.ErrConflict) {
					return err
				}
			}
			if err := put(ctx, s, small(own, n+1, time.Time{}), n); err != nil {
				return fmt.Errorf("a customer nobody else writes to: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	got, err := s.Load(ctx, "acme")
	if err != nil {
		return err
	}
	if want := int64(storeWriters * each); got.Version != want {
		return fmt.Errorf("%d writers raised the version %d times each, and it is %d, want %d", storeWriters, each, got.Version, want)
	}
	return nil
}
