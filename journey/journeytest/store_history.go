package journeytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// tale is what happens to one customer: the start, events a day apart that are
// accepted, one that is refused, a timer, and what a hook asked for.
func tale(customer string) ([]tracker.Occurrence, error) {
	d, err := journey.Define(journey.Spec{
		Name: `tale "é"`, Initial: "on trial",
		Transitions: []journey.Transition{
			{From: "on trial", On: "pay", To: "active"},
			{From: "on trial", On: "win", To: "active"},
			{From: "active", On: "renew", To: journey.Same},
			{From: "active", On: "cancel", To: "on trial"},
		},
		Milestones: []journey.Milestone{{Name: "paid, ünïcode", Events: []journey.Trigger{"pay"}}},
	})
	if err != nil {
		return nil, err
	}
	j := d.Start(customer, Origin())
	list := []tracker.Occurrence{{
		Change: journey.Change{Customer: customer, To: j.Stage(), At: j.Since(), Kind: journey.Moved},
		Event:  journey.Event{Customer: customer, Trigger: "pay", At: Origin(), ID: "not an event of its own"},
		Origin: tracker.OriginStart, Journey: j,
	}}
	for i, on := range []journey.Trigger{"pay", "win", "renew", "renew", "cancel"} {
		e := journey.Event{Customer: customer, Trigger: on, At: Origin().Add(time.Duration(i+1)*24*time.Hour + 123_456_789), ID: fmt.Sprintf("e%d 'é'", i)}
		origin := tracker.OriginEvent
		switch i {
		case 0:
			e.Attrs = map[string]string{"plan": "pro \"x\"", "": "empty key"}
		case 3:
			e.ID, origin = "", tracker.OriginTimer
		case 4:
			e.ID, origin, e.At = "", tracker.OriginHook, list[len(list)-1].At
		}
		next, c, err := d.Move(j, e)
		o := tracker.Occurrence{Change: c, Event: e, Origin: origin, Since: j.Since(), Journey: next, Again: i == 2}
		if err != nil { // refused
			o.Change = journey.Change{Customer: customer, From: j.Stage(), To: j.Stage(), Trigger: on, At: e.At, Seq: j.Seq()}
			o.Journey, next = j, j
		}
		list, j = append(list, o), next
	}
	return list, nil
}

// told is what a store must give back of an occurrence.
func told(o tracker.Occurrence) (string, error) {
	b, err := o.MarshalJSON()
	return string(b), err
}

// remembers wants the history to be exactly this.
func remembers(ctx context.Context, s tracker.Store, customer string, from time.Time, want ...tracker.Occurrence) error {
	got, err := as[tracker.Historian](s).History(ctx, customer, from)
	if err != nil {
		return fmt.Errorf("history of customer %q: %w", customer, err)
	}
	if len(got) != len(want) {
		return fmt.Errorf("history of customer %q from %s has %d entries, want %d", customer, from.Format(time.RFC3339Nano), len(got), len(want))
	}
	for i := range want {
		g, err := told(got[i])
		if err != nil {
			return fmt.Errorf("history of customer %q, entry %d: %w", customer, i, err)
		}
		w, err := told(want[i])
		if err != nil {
			return err
		}
		if g != w {
			return fmt.Errorf("history of customer %q, entry %d is\n%s\nwant\n%s", customer, i, g, w)
		}
	}
	return nil
}

// tell puts a state with changes.
func tell(ctx context.Context, s tracker.Store, customer string, version int64, undone []tracker.Occurrence, changes ...tracker.Occurrence) error {
	err := s.Put(ctx, tracker.Commit{State: small(customer, version, time.Time{}), Expected: version - 1, Changes: changes, Undone: undone})
	if err != nil {
		return fmt.Errorf("put of customer %q, version %d, with %d changes: %w", customer, version, len(changes), err)
	}
	return nil
}

func checkHistory(ctx context.Context, s tracker.Store) error {
	acme, err := tale("acme")
	if err != nil {
		return err
	}
	other, err := tale("other")
	if err != nil {
		return err
	}
	mine := slices.Clone(acme)
	return first(
		func() error { return remembers(ctx, s, "acme", time.Time{}) },
		func() error { return tell(ctx, s, "acme", 0, nil, mine[0]) },
		func() error { return tell(ctx, s, "other", 0, nil, other...) },
		func() error { return tell(ctx, s, "acme", 1, nil, mine[1:4]...) },
		func() error { return tell(ctx, s, "acme", 2, nil) },
		func() error { return tell(ctx, s, "acme", 3, nil, mine[4:]...) },
		func() error {
			mine[1].Event.Attrs["plan"] = "changed by the caller"
			clear(mine)
			acme, err = tale("acme")
			return err
		},
		func() error { return remembers(ctx, s, "acme", time.Time{}, acme...) },
		func() error { return remembers(ctx, s, "acme", acme[0].At.Add(-1), acme...) },
		func() error { return remembers(ctx, s, "acme", acme[0].At, acme...) },
		func() error { return remembers(ctx, s, "acme", acme[2].At.Add(-1), acme[1:]...) },
		func() error { return remembers(ctx, s, "acme", acme[2].At, acme[2:]...) },
		func() error { return remembers(ctx, s, "acme", acme[4].At, acme[5:]...) }, // the last of those at one instant
		func() error { return remembers(ctx, s, "acme", acme[5].At.Add(time.Hour), acme[5:]...) },
		func() error {
			if err := tell(ctx, s, "acme", 3, nil, acme[1]); !errors.Is(err, tracker.ErrConflict) {
				return fmt.Errorf("a stale put with changes gave %s, want ErrConflict", said(err))
			}
			return remembers(ctx, s, "acme", time.Time{}, acme...)
		},
		func() error { return remembers(ctx, s, "other", time.Time{}, other...) },
		func() error { return erase(ctx, s, "acme") },
		func() error { return remembers(ctx, s, "acme", time.Time{}) },
		func() error { return remembers(ctx, s, "other", time.Time{}, other...) },
	)
}

func checkUndone(ctx context.Context, s tracker.Store) error {
	acme, err := tale("acme")
	if err != nil {
		return err
	}
	anew := slices.Concat(acme[:2], acme[3:4], acme[2:3])
	return first(
		func() error { return tell(ctx, s, "acme", 0, nil, acme...) },
		func() error { return tell(ctx, s, "acme", 1, acme[3:], acme[4]) },
		func() error { return remembers(ctx, s, "acme", time.Time{}, slices.Concat(acme[:3], acme[4:5])...) },
		func() error { return tell(ctx, s, "acme", 2, slices.Concat(acme[2:3], acme[4:5]), acme[3], acme[2]) }, // ids come back
		func() error { return remembers(ctx, s, "acme", time.Time{}, anew...) },
		func() error {
			err := s.Put(ctx, tracker.Commit{State: small("acme", 9, time.Time{}), Expected: 1, Changes: acme[5:], Undone: acme[:1]})
			if !errors.Is(err, tracker.ErrConflict) {
				return fmt.Errorf("a stale put that undoes gave %s, want ErrConflict", said(err))
			}
			return remembers(ctx, s, "acme", time.Time{}, anew...)
		},
		func() error { return tell(ctx, s, "acme", 3, anew) },
		func() error { return remembers(ctx, s, "acme", time.Time{}) },
		func() error { return knows(ctx, s, "acme", acme[1].Event.ID, false) },
	)
}

// knows wants the store to know an event, or not to.
func knows(ctx context.Context, s tracker.Store, customer, id string, want bool) error {
	got, err := as[tracker.Historian](s).Known(ctx, customer, id)
	switch {
	case err != nil:
		return fmt.Errorf("known event %q of customer %q: %w", id, customer, err)
	case got != want:
		return fmt.Errorf("event %q of customer %q is known: %t, want %t", id, customer, got, want)
	}
	return nil
}

func checkKnown(ctx context.Context, s tracker.Store) error {
	acme, err := tale("acme")
	if err != nil {
		return err
	}
	id := acme[1].Event.ID
	other := acme[3]
	other.Event.ID = "new"
	return first(
		func() error { return knows(ctx, s, "acme", id, false) },
		func() error { return tell(ctx, s, "acme", 0, nil, acme...) },
		func() error { return knows(ctx, s, "acme", id, true) },
		func() error { return knows(ctx, s, "acme", acme[2].Event.ID, true) },  // refused, and noted
		func() error { return knows(ctx, s, "acme", acme[0].Event.ID, false) }, // of the start
		func() error { return knows(ctx, s, "acme", "", false) },
		func() error { return knows(ctx, s, "globex", id, false) },
		func() error { return tell(ctx, s, "globex", 0, nil, acme[1]) }, // the ids of another are its own
		func() error {
			if err := tell(ctx, s, "acme", 1, nil, other, acme[1]); !errors.Is(err, tracker.ErrDuplicate) {
				return fmt.Errorf("a put of an event that is known gave %s, want ErrDuplicate", said(err))
			}
			return holds(ctx, s, small("acme", 0, time.Time{}))
		},
		func() error { return remembers(ctx, s, "acme", time.Time{}, acme...) },
		func() error { return knows(ctx, s, "acme", "new", false) },
		func() error { return tell(ctx, s, "acme", 1, nil, other) },
		func() error { return knows(ctx, s, "acme", "new", true) },
		func() error { return erase(ctx, s, "acme") },
		func() error { return knows(ctx, s, "acme", id, false) },
		func() error { return knows(ctx, s, "globex", id, true) },
	)
}
