package tracker_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// What a Tracker stores is the fold of Step, event by event, and every error is
// the one Step gives.
func TestLaw_TrackerIsFoldOfStep(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var accepted, refused, fired int
	law.Check(t, func(t *rapid.T) {
		d, draws, _ := cases.Draw(t, rapid.Uint64().Draw(t, "seed"))
		store := tracker.NewMemStore(tracker.MemOptions{})
		tr, err := tracker.New(d, store, tracker.Options{})
		require.NoError(t, err)
		const who = "customer"
		want := d.Start(who, journeytest.Origin())
		out, err := tr.Start(ctx, who, journeytest.Origin())
		require.NoError(t, err)
		require.Equal(t, want, out.Journey)
		for _, draw := range draws {
			if draw.Event.Customer != who {
				_, err := tr.Fire(ctx, draw.Event)
				require.ErrorIs(t, err, tracker.ErrNotFound)
				continue
			}
			before := want.Seq()
			var wantErr error
			want, wantErr = d.Step(want, draw.Event)
			out, err := tr.Fire(ctx, draw.Event)
			if wantErr == nil {
				require.NoError(t, err)
				accepted++
			} else {
				require.EqualError(t, err, wantErr.Error())
				refused++
			}
			cases.Same(t, want, out.Journey)
			require.Len(t, out.Changes, int(want.Seq()-before))
			for _, c := range out.Changes {
				if c.Origin == tracker.OriginTimer {
					fired++
				}
			}
			stored, err := tr.Journey(ctx, who)
			require.NoError(t, err)
			cases.Same(t, want, stored)
		}
	}, law.Counters{"accepted": &accepted, "refused": &refused, "fired": &fired})
}

// Calling Tick at whatever times between the events changes nothing.
func TestLaw_TickChangesNoResult(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		d, draws, r := cases.Draw(t, rapid.Uint64().Draw(t, "seed"))
		tr, err := tracker.New(d, tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{})
		require.NoError(t, err)
		_, err = tr.Start(ctx, "customer", journeytest.Origin())
		require.NoError(t, err)
		want := d.Start("customer", journeytest.Origin())
		now := journeytest.Origin()
		for _, draw := range draws {
			if draw.Event.Customer != "customer" || errors.Is(draw.Refused, journey.ErrOutOfOrder) || errors.Is(draw.Refused, journey.ErrOutOfRange) || draw.Event.At.Before(now) {
				continue
			}
			for now.Before(draw.Event.At) && r.IntN(3) > 0 {
				now = now.Add(time.Duration(r.Int64N(int64(draw.Event.At.Sub(now)) + 1)))
				_, err := tr.Tick(ctx, now, tracker.TickOptions{})
				require.NoError(t, err)
			}
			now = draw.Event.At
			want, _ = d.Step(want, draw.Event)
			out, _ := tr.Fire(ctx, draw.Event)
			cases.Same(t, want, out.Journey)
		}
	})
}

// What hooks ask for is a sequence of events like any other: folding Move over
// the events of all stored changes gives what is stored, and so does Step, timers
// left to it, for as long as none was parked because a hook asked for what is
// refused. Where a hook does, nothing of that event is stored.
func TestLaw_HooksAskForEvents(t *testing.T) {
	t.Parallel()
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		// A parked timer is drawn once in some thousand seeds: this one has it.
		foldHooks(t, rapid.OneOf(rapid.Uint64(), rapid.Just(uint64(0xdfe2))).Draw(t, "seed"), d)
	}, d.Need("asked", "failed", "timer", "parked"))
}

// Found by the law: the only timer due before the third event is parked.
func TestHooks_AskForWhatIsRefusedByTimer(t *testing.T) {
	t.Parallel()
	d := law.Drawn{}
	foldHooks(t, 0xdfe2, d)
	assert.Positive(t, d["parked"])
}

func foldHooks(t cases.TB, seed uint64, seen law.Drawn) {
	ctx := context.Background()
	d, draws, _ := cases.Draw(t, seed)
	hook := func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
		allowed := d.Allowed(o.Journey.Stage())
		switch {
		case o.Seq%7 == 6:
			return "no such trigger", nil
		case len(allowed) == 0 || o.Seq%3 > 0:
			return "", nil
		}
		return allowed[int(o.Seq)%len(allowed)], nil
	}
	store := tracker.NewMemStore(tracker.MemOptions{History: true})
	tr, err := tracker.New(d, store, tracker.Options{Hooks: tracker.Hooks{AfterEach: hook}})
	require.NoError(t, err)
	out, err := tr.Start(ctx, "customer", journeytest.Origin())
	require.NoError(t, err)
	moved, stepped, parked := out.Journey, out.Journey, false
	for _, draw := range draws {
		if draw.Event.Customer != "customer" {
			continue
		}
		out, err := tr.Fire(ctx, draw.Event)
		if errors.As(err, new(*tracker.HookError)) {
			seen["failed"]++
		}
		if len(out.Parked) > 0 {
			seen["parked"]++
			parked = true
		}
		var last time.Time
		for _, o := range out.Changes {
			moved, _, err = d.Move(moved, o.Event)
			require.NoError(t, err)
			last = o.At
			switch o.Origin {
			case tracker.OriginTimer:
				seen["timer"]++
				continue
			case tracker.OriginEvent, tracker.OriginStart:
			case tracker.OriginHook:
				seen["asked"]++
			}
			if !parked {
				stepped, err = d.Step(stepped, o.Event)
				require.NoError(t, err)
			}
		}
		cases.Same(t, moved, out.Journey)
		if parked {
			continue
		}
		if !last.IsZero() {
			stepped, err = d.Advance(stepped, last)
			require.NoError(t, err)
		}
		cases.Same(t, stepped, out.Journey)
	}
	changes, err := store.History(ctx, "customer", time.Time{})
	require.NoError(t, err)
	require.Len(t, changes, int(moved.Seq())+1, "the history is complete")
	for i, o := range changes {
		require.EqualValues(t, i, o.Seq)
	}
}
