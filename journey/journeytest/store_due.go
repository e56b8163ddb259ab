package journeytest

import (
	"context"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// due lists who is due.
func due(ctx context.Context, s tracker.Store, now time.Time) ([]string, error) {
	var list []string
	for customer, err := range s.Due(ctx, now) {
		if err != nil {
			return list, fmt.Errorf("due: %w", err)
		}
		list = append(list, customer)
	}
	return list, nil
}

// dueAre wants exactly these customers to be due, in this order.
func dueAre(ctx context.Context, s tracker.Store, now time.Time, want ...string) error {
	got, err := due(ctx, s, now)
	if err != nil {
		return err
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		return fmt.Errorf("due at %s are %q, want %q", now.Format(time.RFC3339Nano), got, want)
	}
	return nil
}

func checkDue(ctx context.Context, s tracker.Store) error {
	at := Origin().Add(time.Hour)
	return first(
		func() error { return dueAre(ctx, s, at) },
		func() error { return put(ctx, s, small("on time", 0, at), tracker.NotStored) },
		func() error { return put(ctx, s, small("a moment later", 0, at.Add(1)), tracker.NotStored) },
		func() error { return put(ctx, s, small("never", 0, time.Time{}), tracker.NotStored) },
		func() error { return dueAre(ctx, s, at.Add(-1)) },
		func() error { return dueAre(ctx, s, at, "on time") },
		func() error { return dueAre(ctx, s, at, "on time") }, // asking changes nothing
		func() error { return dueAre(ctx, s, at.Add(1), "on time", "a moment later") },
		func() error { return dueAre(ctx, s, at.Add(100*365*24*time.Hour), "on time", "a moment later") },
	)
}

func checkDueOrder(ctx context.Context, s tracker.Store) error {
	at := Origin().Add(time.Hour)
	for i, name := range []string{"late", "é", "b", "Z", "a", "early"} {
		when := at
		switch name {
		case "late":
			when = at.Add(time.Nanosecond)
		case "early":
			when = at.Add(-time.Nanosecond)
		}
		if err := put(ctx, s, small(name, int64(i), when), tracker.NotStored); err != nil {
			return err
		}
	}
	return dueAre(ctx, s, at.Add(time.Hour), "early", "Z", "a", "b", "é", "late")
}

func checkDueFollows(ctx context.Context, s tracker.Store) error {
	at := Origin().Add(time.Hour)
	return first(
		func() error { return put(ctx, s, small("acme", 0, at), tracker.NotStored) },
		func() error { return put(ctx, s, small("acme", 1, at.Add(time.Hour)), 0) },
		func() error { return dueAre(ctx, s, at) },
		func() error { return dueAre(ctx, s, at.Add(time.Hour), "acme") },
		func() error { return put(ctx, s, small("acme", 2, time.Time{}), 1) },
		func() error { return dueAre(ctx, s, at.Add(time.Hour)) },
		func() error { return put(ctx, s, small("acme", 3, at), 2) },
		func() error { return dueAre(ctx, s, at, "acme") },
		func() error { return conflicts(ctx, s, small("acme", 9, time.Time{}), 8) },
		func() error { return dueAre(ctx, s, at, "acme") },
	)
}

func checkDueWriting(ctx context.Context, s tracker.Store) error {
	at := Origin().Add(time.Hour)
	for i := range 20 {
		if err := put(ctx, s, small(fmt.Sprintf("c%02d", i), 0, at), tracker.NotStored); err != nil {
			return err
		}
	}
	n := 0
	for customer, err := range s.Due(ctx, at) {
		if err != nil {
			return fmt.Errorf("due: %w", err)
		}
		snap, err := s.Load(ctx, customer)
		if err != nil {
			return err
		}
		snap.Version, snap.Snapshot.Due = snap.Version+1, time.Time{}
		if err := put(ctx, s, snap, snap.Version-1); err != nil {
			return err
		}
		n++
	}
	if n != 20 {
		return fmt.Errorf("the loop saw %d customers, want each of the 20 that were due", n)
	}
	return dueAre(ctx, s, at)
}

func checkDueBreak(ctx context.Context, s tracker.Store) error {
	at := Origin().Add(time.Hour)
	for i := range 10 {
		if err := put(ctx, s, small(fmt.Sprintf("c%d", i), 0, at), tracker.NotStored); err != nil {
			return err
		}
	}
	for range 100 { // what stays open adds up
		for _, err := range s.Due(ctx, at) {
			if err != nil {
				return fmt.Errorf("due: %w", err)
			}
			break
		}
	}
	return put(ctx, s, small("c0", 1, time.Time{}), 0)
}
