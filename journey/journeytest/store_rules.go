package journeytest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// sample is a state with every field in use. Its Seq says nothing about its
// version: it may fall when a late event has a customer folded anew.
func sample(customer string, version int64) tracker.State {
	at := Origin().Add(time.Duration(version%1_000)*time.Hour + 123_456_789)
	seq := 1<<33 + version*7_919%1_000
	return tracker.State{
		Version: version,
		Noted:   at.Add(30 * time.Hour),
		Recent:  []uint64{1 << 63, uint64(version) + 1},
		Parked: []tracker.Parked{
			{Trigger: "remind", At: at.Add(time.Hour), Attempts: 3, Retry: at.Add(8 * time.Hour), Error: "mail server é down"},
			{Trigger: "expire", At: at.Add(2 * time.Hour), Attempts: 1, Retry: at.Add(2*time.Hour + 1), Error: ""},
		},
		Snapshot: journey.Snapshot{
			Definition: `contract "é"`, Hash: "0123456789abcdef", Customer: customer,
			Stage: "on trial, 世 'x' \"y\"", Since: at, Last: at.Add(time.Nanosecond),
			Seq: seq, LastEvent: 0xFFFF_FFFF_0000_0000 | uint64(seq),
			Reached: []string{"activated", "ünïcode; drop"},
			Progress: []journey.Progress{
				{Milestone: "habit", Marks: []journey.Mark{{At: at.Add(-time.Hour)}, {At: at}}},
				{Milestone: "paid twice", Count: 1},
				{Milestone: "team", Marks: []journey.Mark{{Event: "invite"}, {Event: "join", At: at}}},
			},
			Due: at.Add(14 * 24 * time.Hour),
		},
	}
}

// small is a state with what is needed; due may be zero.
func small(customer string, version int64, due time.Time) tracker.State {
	return tracker.State{Version: version, Snapshot: journey.Snapshot{
		Definition: "contract", Hash: "00", Customer: customer, Stage: "trial",
		Since: Origin(), Last: Origin(), Seq: version, LastEvent: uint64(version), Due: due,
	}}
}

func put(ctx context.Context, s tracker.Store, state tracker.State, expected int64) error {
	err := s.Put(ctx, tracker.Commit{State: state, Expected: expected})
	if err != nil {
		return fmt.Errorf("put of customer %q, version %d, expecting %d: %w", state.Snapshot.Customer, state.Version, expected, err)
	}
	return nil
}

// holds wants the store to have exactly this state.
func holds(ctx context.Context, s tracker.Store, want tracker.State) error {
	customer := want.Snapshot.Customer
	got, err := s.Load(ctx, customer)
	switch {
	case err != nil:
		return fmt.Errorf("load of customer %q: %w", customer, err)
	case !got.Equal(want):
		return fmt.Errorf("load of customer %q gave %+v, want %+v", customer, got, want)
	}
	return nil
}

// conflicts wants a Put to be refused as a conflict.
func conflicts(ctx context.Context, s tracker.Store, state tracker.State, expected int64) error {
	err := put(ctx, s, state, expected)
	switch {
	case err == nil:
		return fmt.Errorf("put of customer %q, version %d, expecting %d succeeded, want ErrConflict", state.Snapshot.Customer, state.Version, expected)
	case !errors.Is(err, tracker.ErrConflict):
		return fmt.Errorf("%w; want ErrConflict", err)
	}
	return nil
}

func unknown(ctx context.Context, s tracker.Store, customer string) error {
	got, err := s.Load(ctx, customer)
	if !errors.Is(err, tracker.ErrNotFound) {
		return fmt.Errorf("load of customer %q gave %+v and %s, want ErrNotFound", customer, got, said(err))
	}
	return nil
}

func said(err error) string {
	if err == nil {
		return "no error"
	}
	return "error " + err.Error()
}

// first returns the first error.
func first(checks ...func() error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func checkUnknown(ctx context.Context, s tracker.Store) error {
	return first(
		func() error { return unknown(ctx, s, "nobody") },
		func() error { return put(ctx, s, sample("somebody", 0), tracker.NotStored) },
		func() error { return unknown(ctx, s, "nobody") },
		func() error { return unknown(ctx, s, "Somebody") },
		func() error { return unknown(ctx, s, "somebody ") },
	)
}

func checkRoundTrip(ctx context.Context, s tracker.Store) error {
	long := sample("big", 3)
	long.Snapshot.Progress[0].Marks = nil
	for i := range 99 {
		long.Snapshot.Progress[0].Marks = append(long.Snapshot.Progress[0].Marks, journey.Mark{At: Origin().Add(time.Duration(i) * time.Nanosecond)})
	}
	early := small("early", 0, time.Time{})
	early.Snapshot.Since = time.Date(1900, 1, 1, 0, 0, 0, 1, time.UTC)
	early.Snapshot.Last = time.Date(2200, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	for _, snap := range []tracker.State{
		sample("acme", 0), small("plain", 1<<40, time.Time{}), long, early,
		small(`quote ' " ; -- é 世`, 7, Origin().Add(1)),
	} {
		if err := put(ctx, s, snap, tracker.NotStored); err != nil {
			return err
		}
		if err := holds(ctx, s, snap); err != nil {
			return err
		}
	}
	bigger := sample("plain", 1<<40+1) // more of everything than there was
	return first(
		func() error { return put(ctx, s, bigger, 1<<40) },
		func() error { return holds(ctx, s, bigger) },
		func() error { return put(ctx, s, small("plain", 1<<40+2, Origin().Add(time.Hour)), 1<<40+1) },
		func() error { return holds(ctx, s, small("plain", 1<<40+2, Origin().Add(time.Hour))) }, // and less
		func() error { return put(ctx, s, small("plain", 1<<41, time.Time{}), 1<<40+2) },
		func() error { return holds(ctx, s, small("plain", 1<<41, time.Time{})) },
		func() error { return holds(ctx, s, sample("acme", 0)) },
	)
}

func checkCreateOnce(ctx context.Context, s tracker.Store) error {
	return first(
		func() error { return put(ctx, s, sample("acme", 4), tracker.NotStored) },
		func() error { return conflicts(ctx, s, sample("acme", 0), tracker.NotStored) },
		func() error { return holds(ctx, s, sample("acme", 4)) },
	)
}

func checkStale(ctx context.Context, s tracker.Store) error {
	return first(
		func() error { return put(ctx, s, sample("acme", 0), tracker.NotStored) },
		func() error { return put(ctx, s, sample("acme", 1), 0) },
		func() error { return put(ctx, s, sample("acme", 3), 1) }, // a commit may hold several changes
		func() error { return conflicts(ctx, s, sample("acme", 2), 1) },
		func() error { return conflicts(ctx, s, sample("acme", 5), 0) },
		func() error { return conflicts(ctx, s, sample("acme", 5), 4) }, // a version that never was
		func() error { return holds(ctx, s, sample("acme", 3)) },
	)
}

func checkNobody(ctx context.Context, s tracker.Store) error {
	return first(
		func() error { return conflicts(ctx, s, sample("acme", 1), 0) },
		func() error { return conflicts(ctx, s, sample("acme", 8), 7) },
		func() error { return unknown(ctx, s, "acme") },
	)
}

func checkApart(ctx context.Context, s tracker.Store) error {
	names := []string{"a", "A", "a ", "b", "ab", "\u00e9", "e\u0301"} // the last two look the same
	for i, name := range names {
		if err := put(ctx, s, sample(name, int64(10*i)), tracker.NotStored); err != nil {
			return err
		}
	}
	for i, name := range names {
		if i%2 == 0 {
			if err := put(ctx, s, sample(name, int64(10*i+1)), int64(10*i)); err != nil {
				return err
			}
		}
	}
	for i, name := range names {
		seq := int64(10 * i)
		if i%2 == 0 {
			seq++
		}
		if err := holds(ctx, s, sample(name, seq)); err != nil {
			return err
		}
	}
	return nil
}

const storeWriters = 8

func checkTorn(ctx context.Context, s tracker.Store, o StoreCheck) error {
	if err := put(ctx, s, sample("acme", 0), tracker.NotStored); err != nil {
		return err
	}
	stop := make(chan struct{})
	return together(func(i int) error {
		if i == 0 {
			defer close(stop)
			for n := range int64(o.Writes) {
				next := sample("acme", n+1)
				if n%2 == 0 {
					next = small("acme", n+1, time.Time{})
				}
				if err := put(ctx, s, next, n); err != nil {
					return err
				}
			}
			return nil
		}
		for {
			got, err := s.Load(ctx, "acme")
			if err != nil {
				return err
			}
			want := sample("acme", got.Version)
			if got.Version%2 == 1 {
				want = small("acme", got.Version, time.Time{})
			}
			if !got.Equal(want) {
				return fmt.Errorf("load gave %+v, which nobody put", got)
			}
			select {
			case <-stop:
				return nil
			default:
			}
		}
	})
}

func checkCancelled(ctx context.Context, s tracker.Store) error {
	if err := put(ctx, s, small("acme", 0, Origin().Add(time.Hour)), tracker.NotStored); err != nil {
		return err
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	is := func(what string, err error) error {
		if !errors.Is(err, context.Canceled) {
			return fmt.Errorf("%s with a cancelled context gave %s, want context.Canceled", what, said(err))
		}
		return nil
	}
	return first(
		func() error { _, err := s.Load(gone, "acme"); return is("load", err) },
		func() error { return is("put of a known customer", put(gone, s, small("acme", 1, time.Time{}), 0)) },
		func() error {
			return is("put of a new customer", put(gone, s, small("new", 0, time.Time{}), tracker.NotStored))
		},
		func() error {
			var last error
			for customer, err := range s.Due(gone, Origin().Add(2*time.Hour)) {
				if last != nil {
					return fmt.Errorf("due yields %q, %s after it has yielded an error", customer, said(err))
				}
				last = err
			}
			return is("due", last)
		},
		func() error { return holds(ctx, s, small("acme", 0, Origin().Add(time.Hour))) },
		func() error { return unknown(ctx, s, "new") },
	)
}

func checkOwnership(ctx context.Context, s tracker.Store) error {
	spoil := func(s tracker.State) {
		s.Snapshot.Reached[0] = "changed by the caller"
		s.Snapshot.Progress[1].Count = 99
		s.Snapshot.Progress[0].Marks[0].At = Origin().Add(-1000 * time.Hour)
		s.Recent[0], s.Parked[0].Attempts = 42, 42
	}
	mine := sample("acme", 0)
	if err := put(ctx, s, mine, tracker.NotStored); err != nil {
		return err
	}
	spoil(mine)
	if err := holds(ctx, s, sample("acme", 0)); err != nil {
		return fmt.Errorf("after the caller changed what it had put: %w", err)
	}
	loaded, err := s.Load(ctx, "acme")
	if err != nil {
		return err
	}
	spoil(loaded)
	if err := holds(ctx, s, sample("acme", 0)); err != nil {
		return fmt.Errorf("after the caller changed what it had loaded: %w", err)
	}
	return nil
}

func checkErase(ctx context.Context, s tracker.Store) error {
	at := Origin().Add(time.Hour)
	return first(
		func() error { return erase(ctx, s, "nobody") },
		func() error { return put(ctx, s, sample("acme", 4), tracker.NotStored) },
		func() error { return put(ctx, s, small("globex", 0, at), tracker.NotStored) },
		func() error { return erase(ctx, s, "acme") },
		func() error { return unknown(ctx, s, "acme") },
		func() error { return dueAre(ctx, s, at.Add(2000*time.Hour), "globex") },
		func() error { return conflicts(ctx, s, sample("acme", 5), 4) },
		func() error { return put(ctx, s, sample("acme", 0), tracker.NotStored) },
		func() error { return holds(ctx, s, sample("acme", 0)) },
		func() error { return holds(ctx, s, small("globex", 0, at)) },
	)
}

func erase(ctx context.Context, s tracker.Store, customer string) error {
	if err := s.Erase(ctx, customer); err != nil {
		return fmt.Errorf("erase of customer %q: %w", customer, err)
	}
	return nil
}
