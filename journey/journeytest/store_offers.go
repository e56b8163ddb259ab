package journeytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// claimed wants exactly these customers to be handed out.
func claimed(ctx context.Context, s tracker.Store, now time.Time, limit int, lease time.Duration, want ...string) error {
	got, err := as[tracker.Claimer](s).Claim(ctx, now, limit, lease)
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		return fmt.Errorf("claim of up to %d at %s gave %q, want %q", limit, now.Format(time.RFC3339Nano), got, want)
	}
	return nil
}

func checkClaims(ctx context.Context, s tracker.Store) error {
	at := Origin().Add(time.Hour)
	for i, name := range []string{"d", "c", "b", "a", "later"} {
		due := at.Add(time.Duration(i) * time.Nanosecond)
		if name == "later" {
			due = at.Add(time.Hour)
		}
		if err := put(ctx, s, small(name, 0, due), tracker.NotStored); err != nil {
			return err
		}
	}
	now := at.Add(time.Minute)
	return first(
		func() error { return claimed(ctx, s, at.Add(-1), 9, time.Minute) },
		func() error { return claimed(ctx, s, now, 0, time.Minute) },
		func() error { return claimed(ctx, s, now, 2, time.Minute, "d", "c") },
		func() error { return claimed(ctx, s, now, 9, time.Hour, "b", "a") },
		func() error { return claimed(ctx, s, now, 9, time.Minute) },
		func() error { return claimed(ctx, s, now.Add(time.Minute-1), 9, time.Minute) },
		func() error { return put(ctx, s, small("a", 1, at), 0) }, // written: free, and first by when it is due
		func() error { return claimed(ctx, s, now.Add(time.Minute), 9, time.Minute, "a", "d", "c") },
		func() error { return dueAre(ctx, s, now, "a", "d", "c", "b") }, // a claim hides nobody from Due
		func() error { return put(ctx, s, small("d", 1, time.Time{}), 0) },
		func() error { return claimed(ctx, s, now.Add(2*time.Hour), 9, time.Minute, "a", "c", "b", "later") },
		func() error {
			gone, cancel := context.WithCancel(ctx)
			cancel()
			if _, err := as[tracker.Claimer](s).Claim(gone, now.Add(time.Hour), 9, time.Minute); !errors.Is(err, context.Canceled) {
				return fmt.Errorf("claim with a cancelled context gave %s, want context.Canceled", said(err))
			}
			return nil
		},
	)
}

// checkClaimers lets several ask at once: nobody is handed out twice.
func checkClaimers(ctx context.Context, s tracker.Store) error {
	const n = 40
	at := Origin().Add(time.Hour)
	for i := range n {
		if err := put(ctx, s, small(fmt.Sprintf("many %02d", i), 0, at), tracker.NotStored); err != nil {
			return err
		}
	}
	var mu sync.Mutex
	var all []string
	err := together(func(int) error {
		for range n {
			list, err := as[tracker.Claimer](s).Claim(ctx, at, 3, time.Minute)
			if err != nil || len(list) == 0 {
				return err
			}
			mu.Lock()
			all = append(all, list...)
			mu.Unlock()
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(all)
	if twice := len(all) - len(slices.Compact(slices.Clone(all))); twice > 0 || len(all) != n {
		return fmt.Errorf("%d askers at once were handed %d customers, %d of them twice, want each of %d once", storeWriters, len(all), twice, n)
	}
	return nil
}

// waiting wants exactly these messages to be unsent.
func waiting(ctx context.Context, s tracker.Store, after int64, limit int, want ...tracker.Message) ([]int64, error) {
	got, err := as[tracker.Outbox](s).Unsent(ctx, after, limit)
	if err != nil {
		return nil, fmt.Errorf("unsent: %w", err)
	}
	if len(got) != len(want) {
		return nil, fmt.Errorf("%d messages are unsent, want %d", len(got), len(want))
	}
	var numbers []int64
	for i, m := range got {
		g, err := told(m.Occurrence)
		if err != nil {
			return nil, err
		}
		w, err := told(want[i].Occurrence)
		if err != nil {
			return nil, err
		}
		switch {
		case g != w || m.Undone != want[i].Undone:
			return nil, fmt.Errorf("message %d is %s, undone %t, want %s, undone %t", i, g, m.Undone, w, want[i].Undone)
		case m.N <= after || i > 0 && m.N <= numbers[i-1]:
			return nil, fmt.Errorf("message %d has number %d after %d", i, m.N, after)
		}
		numbers = append(numbers, m.N)
	}
	return numbers, nil
}

func checkMessages(ctx context.Context, s tracker.Store) error {
	acme, err := tale("acme")
	if err != nil {
		return err
	}
	news := func(list ...tracker.Occurrence) []tracker.Message {
		return slices.Collect(tracker.Commit{Changes: list}.Messages())
	}
	undone := tracker.Message{Undone: true, Occurrence: acme[4]}
	var n []int64
	var last int64
	is := func(after int64, limit int, want ...tracker.Message) func() error {
		return func() (err error) { n, err = waiting(ctx, s, after, limit, want...); return err }
	}
	return first(
		is(0, 9),
		func() error { return tell(ctx, s, "acme", 0, nil, acme...) },
		is(0, 99, news(acme...)...), // neither what was refused nor what only came out again
		func() error { return as[tracker.Outbox](s).Sent(ctx, n[1], 1<<40) },
		is(0, 99, news(acme[0], acme[4], acme[5])...),
		is(0, 2, news(acme[0], acme[4])...),
		func() error { return is(n[0], 99, news(acme[4], acme[5])...)() },
		func() error {
			if err := tell(ctx, s, "acme", 5, nil, acme[1]); !errors.Is(err, tracker.ErrConflict) {
				return fmt.Errorf("a stale put gave %s, want ErrConflict", said(err))
			}
			return nil
		},
		is(0, 99, news(acme[0], acme[4], acme[5])...),
		func() error { return tell(ctx, s, "acme", 1, acme[4:5], acme[5]) },
		is(0, 99, slices.Concat(news(acme[0], acme[4], acme[5]), []tracker.Message{undone}, news(acme[5]))...),
		func() error { last = n[len(n)-1]; return as[tracker.Outbox](s).Sent(ctx, n...) },
		is(0, 99),
		func() error { return tell(ctx, s, "acme", 2, nil, acme[5]) },
		func() error { return is(last, 99, news(acme[5])...)() }, // numbers are not used again
		func() error { return erase(ctx, s, "acme") },
		is(0, 99),
	)
}
