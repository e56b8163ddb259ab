package tracker_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// arrivals are events in the order in which they come: up to late after they
// happened, some of them twice, however many come between.
func arrivals(r *rand.Rand, draws []journeytest.Draw, late time.Duration) (list []journey.Event, repeats int) {
	type arrival struct {
		at time.Time
		e  journey.Event
	}
	var all []arrival
	for _, d := range draws {
		if d.Event.Customer != "customer" || errors.Is(d.Refused, journey.ErrOutOfRange) || d.Repeat {
			continue
		}
		a := arrival{d.Event.At, d.Event}
		if late > 0 && r.IntN(2) == 0 {
			a.at = a.at.Add(time.Duration(r.Int64N(int64(late) + 1)))
		}
		all = append(all, a)
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return a.at.Compare(b.at) })
	for _, a := range all {
		list = append(list, a.e)
		if k := r.IntN(len(list)); list[k].ID != "" && r.IntN(4) == 0 {
			list = append(list, list[k])
			repeats++
		}
	}
	return list, repeats
}

// fold is the obvious implementation: put the events that have come in order,
// drop repeats, and step.
func fold(d *journey.Definition, came []journey.Event, now time.Time) (journey.Journey, bool) {
	seen := map[string]bool{}
	var list []journey.Event
	for _, e := range came {
		if e.ID != "" && seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		if slices.Contains(d.Triggers(), e.Trigger) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return journey.Journey{}, false
	}
	slices.SortStableFunc(list, func(a, b journey.Event) int { return a.At.Compare(b.At) })
	j := d.Start("customer", list[0].At)
	for _, e := range list {
		j, _ = d.Step(j, e)
	}
	if !now.IsZero() {
		j, _ = d.Advance(j, now)
	}
	return j, true
}

// What a tracker with a grace stores is what a replay of the same events gives:
// after every event, in whatever order they come, late, repeated, by two
// processes, across restarts, with ticks in between.
func TestLaw_TrackerIsReplay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var events, repeated, late, refused, equal, restarts, ticks, lost, skewed int
	law.Check(t, func(t *rapid.T) {
		d, draws, r := cases.Draw(t, rapid.Uint64().Draw(t, "seed"))
		lateness := []time.Duration{0, time.Hour, 100 * time.Hour, 2_000 * time.Hour}[r.IntN(4)]
		grace := lateness + 1
		if r.IntN(4) == 0 {
			grace = 20 * time.Hour // some come too late
		}
		ticking := r.IntN(2) == 0
		list, n := arrivals(r, draws, lateness)
		repeated += n
		keeps := tracker.MemOptions{History: true, Outbox: r.IntN(2) == 0}
		store := tracker.NewMemStore(keeps)
		var process [2]*tracker.Tracker
		var clock time.Time
		for _, e := range list {
			if e.At.After(clock) {
				clock = e.At
			}
		}
		open := func() {
			for i := range process {
				tr, err := tracker.New(d, store, tracker.Options{
					AutoStart: true, Grace: grace, MaxSkew: 24 * time.Hour, Now: func() time.Time { return clock },
				})
				require.NoError(t, err)
				process[i] = tr
			}
		}
		open()
		var came []journey.Event
		var now time.Time
		for _, e := range list {
			events++
			switch r.IntN(12) {
			case 0:
				open()
				restarts++
			case 1:
				var b bytes.Buffer
				_, err := store.WriteTo(&b)
				require.NoError(t, err)
				store, err = tracker.ReadMemStore(&b, keeps)
				require.NoError(t, err)
				open()
				restarts++
			}
			if r.IntN(8) == 0 { // one from a clock that is wrong
				skewed++
				_, err := process[r.IntN(2)].Fire(ctx, journey.Event{Customer: "customer", Trigger: e.Trigger, At: clock.Add(50 * 365 * 24 * time.Hour), ID: "skewed"})
				require.ErrorIs(t, err, tracker.ErrSkew)
			}
			before, known := fold(d, came, now)
			if known && e.At.Equal(before.Last()) {
				equal++
			}
			out, err := process[r.IntN(2)].Fire(ctx, e)
			switch {
			case err == nil:
			case errors.Is(err, tracker.ErrTooLate):
				require.True(t, e.At.Before(before.Last().Add(-grace)), "%s before %s", e.At, before.Last())
				lost++
				continue
			default:
				require.True(t, errors.Is(err, journey.ErrNotAllowed) || errors.Is(err, journey.ErrUnknownTrigger) || errors.Is(err, journey.ErrOutOfOrder), err)
				refused++
			}
			if known && e.At.Before(before.Last()) {
				late++
			}
			came = append(came, e)
			if ticking && r.IntN(2) == 0 {
				ticks++
				for _, e := range came {
					if e.At.After(now) {
						now = e.At
					}
				}
				_, err := process[r.IntN(2)].Tick(ctx, now, tracker.TickOptions{Lease: time.Duration(r.IntN(2))})
				require.NoError(t, err)
			}
			want, ok := fold(d, came, now)
			got, err := process[0].Journey(ctx, "customer")
			if !ok {
				require.ErrorIs(t, err, tracker.ErrNotFound)
				continue
			}
			require.NoError(t, err)
			if !now.IsZero() { // what a late event makes due anew is due at the next tick
				got, err = d.Advance(got, now)
				require.NoError(t, err)
			}
			cases.Same(t, want, got)
			if out.Journey.Seq() > 0 && now.IsZero() {
				cases.Same(t, want, out.Journey)
				replay, err := d.Replay(slices.Values(slices.DeleteFunc(slices.Clone(came), func(e journey.Event) bool {
					return !slices.Contains(d.Triggers(), e.Trigger)
				})))
				require.NoError(t, err)
				bulk, ok := replay.Journey("customer")
				require.True(t, ok)
				cases.Same(t, bulk, out.Journey)
			}
			history, err := store.History(ctx, "customer", time.Time{})
			require.NoError(t, err)
			accepted := slices.DeleteFunc(history, tracker.Occurrence.Refused)
			require.Len(t, accepted, int(got.Seq())+1-int(got.Seq()-seqOf(t, process[0])), "the history is whole")
			for i, o := range accepted {
				require.EqualValues(t, i, o.Seq)
			}
		}
	}, law.Counters{
		"events": &events, "repeated": &repeated, "late": &late, "refused": &refused,
		"at equal instants": &equal, "restarts": &restarts, "ticks": &ticks, "lost": &lost, "skewed": &skewed,
	})
}

func seqOf(t require.TestingT, tr *tracker.Tracker) int64 {
	j, err := tr.Journey(context.Background(), "customer")
	require.NoError(t, err)
	return j.Seq()
}

// The same with two processes at once, several goroutines each: nothing is lost,
// nothing doubled, and the order in which they got through does not matter.
func TestLaw_TrackerIsReplay_AtOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	conflicts := 0
	rapid.Check(t, func(t *rapid.T) {
		d, draws, r := cases.Draw(t, rapid.Uint64().Draw(t, "seed"))
		list, _ := arrivals(r, draws, 2_000*time.Hour)
		for i := range list { // instants apart, so that their order is theirs alone
			list[i].ID = list[i].ID + string(list[i].Trigger) + list[i].At.String()
		}
		slices.SortFunc(list, func(a, b journey.Event) int { return cmp.Compare(a.ID, b.ID) })
		list = slices.CompactFunc(list, func(a, b journey.Event) bool { return a.ID == b.ID })
		slices.SortStableFunc(list, func(a, b journey.Event) int { return a.At.Compare(b.At) })
		for i := range list {
			list[i].At = list[i].At.Add(time.Duration(i))
		}
		want, ok := fold(d, list, time.Time{})
		r.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		list = append(list, list[:len(list)/3]...)
		store := tracker.NewMemStore(tracker.MemOptions{History: true})
		var process [2]*tracker.Tracker
		for i := range process {
			tr, err := tracker.New(d, store, tracker.Options{AutoStart: true, Grace: 50_000 * time.Hour, MaxAttempts: 10_000})
			require.NoError(t, err)
			process[i] = tr
		}
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for g := range errs {
			wg.Go(func() {
				for i := g; i < len(list); i += len(errs) {
					_, err := process[g%2].Fire(ctx, list[i])
					if err != nil && !errors.As(err, new(*journey.TransitionError)) {
						errs[g] = errors.Join(errs[g], err)
					}
				}
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		got, err := process[0].Journey(ctx, "customer")
		if !ok {
			require.ErrorIs(t, err, tracker.ErrNotFound)
			return
		}
		require.NoError(t, err)
		cases.Same(t, want, got)
		for _, p := range process {
			conflicts += int(p.Stats().Conflicts)
		}
	})
	t.Logf("%d conflicts", conflicts)
}
