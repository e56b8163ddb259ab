package tracker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
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

// An occurrence travels whole: a consumer that has the definition makes the
// journey again, and writes the same bytes.
func TestLaw_OccurrenceTravels(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		d, draws, r := cases.Draw(t, rapid.Uint64().Draw(t, "seed"))
		store := tracker.NewMemStore(tracker.MemOptions{History: true})
		tr, err := tracker.New(d, store, tracker.Options{AutoStart: true, Grace: 1})
		require.NoError(t, err)
		for _, draw := range draws {
			draw.Event.Customer = "customer"
			if r.IntN(3) == 0 {
				draw.Event.Attrs = map[string]string{"plan": "pro é", "": "\x00"}
			}
			_, _ = tr.Fire(ctx, draw.Event)
		}
		list, err := store.History(ctx, "customer", time.Time{})
		require.NoError(t, err)
		for i, o := range list {
			b, err := json.Marshal(o)
			require.NoError(t, err)
			var back tracker.Occurrence
			require.NoError(t, json.Unmarshal(b, &back))
			again, err := json.Marshal(back)
			require.NoError(t, err)
			require.Equal(t, string(b), string(again))
			require.ElementsMatch(t, o.Reached(), back.Reached())
			require.Equal(t, o.String(), back.String())
			require.Equal(t, o.Refused(), back.Refused())
			require.True(t, o.Snapshot().Equal(back.Snapshot()))
			require.Equal(t, o.Event.Attrs, back.Event.Attrs)
			j, err := d.Restore(back.Snapshot())
			require.NoError(t, err)
			cases.Same(t, o.Journey, j)
			m := tracker.Message{N: int64(i), Undone: i%2 == 0, Occurrence: o}
			b, err = json.Marshal(m)
			require.NoError(t, err)
			var msg tracker.Message
			require.NoError(t, json.Unmarshal(b, &msg))
			require.Equal(t, m.String(), msg.String())
		}
	})
	var o tracker.Occurrence
	for _, text := range []string{`{`, `{"journey":{}}`, `{"origin":"nobody"}`, `{"kind":"jumped"}`} {
		require.Error(t, json.Unmarshal([]byte(text), &o), text)
	}
	require.Error(t, new(tracker.Message).UnmarshalJSON([]byte(`{"n":"x"}`)))
}

func FuzzOccurrence_JSON(f *testing.F) {
	tr, store := withHistory(f, cases.Trial(f), tracker.Options{AutoStart: true, Grace: time.Hour})
	_, _ = tr.Fire(context.Background(), event("import", 1))
	_, _ = tr.Fire(context.Background(), event("renew", 20))
	list, _ := store.History(context.Background(), "acme", time.Time{})
	for _, o := range list {
		b, err := json.Marshal(o)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var o tracker.Occurrence
		if json.Unmarshal(b, &o) != nil {
			return
		}
		text, err := json.Marshal(o)
		if err != nil {
			return // a time out of the years JSON has
		}
		var back tracker.Occurrence
		if err := json.Unmarshal(text, &back); err != nil || back.String() != o.String() {
			t.Fatalf("%v\n%s\n%s", err, o, back)
		}
	})
}

func TestLaw_StateTravels(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := generatorOf(rapid.Uint64().Draw(t, "seed"))
		s := randomState(r, "acme", r.Int64N(1<<40))
		b, err := s.MarshalBinary()
		require.NoError(t, err)
		var back, other tracker.State
		require.NoError(t, back.UnmarshalBinary(b))
		require.True(t, s.Equal(back))
		text, err := json.Marshal(s)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &other))
		require.True(t, s.Equal(other), "%s", text)
		require.True(t, s.Equal(s.Clone()))
		for range 20 { // every changed bit and every cut is noticed
			k := r.IntN(len(b))
			bad := slices.Clone(b)
			bad[k] ^= 1 << r.IntN(8)
			other := s.Clone()
			require.ErrorIs(t, other.UnmarshalBinary(bad), journey.ErrSnapshot)
			require.True(t, s.Equal(other), "as it was")
			require.ErrorIs(t, other.UnmarshalBinary(b[:k]), journey.ErrSnapshot)
		}
	})
}

func TestState_ValidateNamesEveryField(t *testing.T) {
	t.Parallel()
	good := tracker.State{Snapshot: cases.FullSnapshot(), Recent: []uint64{1}, Parked: []tracker.Parked{
		{Trigger: "a", At: cases.FullSnapshot().Since.Add(1), Attempts: 1, Retry: cases.FullSnapshot().Since.Add(1)},
	}}
	require.NoError(t, good.Validate())
	for want, spoil := range map[string]func(*tracker.State){
		"Version is -1":               func(s *tracker.State) { s.Version = -1 },
		"Recent has a zero":           func(s *tracker.State) { s.Recent = append(s.Recent, 0) },
		"300 recent events":           func(s *tracker.State) { s.Recent = slices.Repeat([]uint64{1}, 300) },
		"65 parked timers":            func(s *tracker.State) { s.Parked = slices.Repeat(s.Parked, 65) },
		"Noted is":                    func(s *tracker.State) { s.Noted = s.Snapshot.Last },
		"Trigger has 0 bytes":         func(s *tracker.State) { s.Parked[0].Trigger = "" },
		"Trigger has 129 bytes":       func(s *tracker.State) { s.Parked[0].Trigger = journey.Trigger(strings.Repeat("x", 129)) },
		"not after Since":             func(s *tracker.State) { s.Parked[0].At = s.Snapshot.Since },
		"Parked[0] is due":            func(s *tracker.State) { s.Parked[0].Retry = time.Time{} },
		"Attempts is 0":               func(s *tracker.State) { s.Parked[0].Attempts = 0 },
		"Error has 257 bytes":         func(s *tracker.State) { s.Parked[0].Error = strings.Repeat("x", 257) },
		"Parked[1] does not fall due": func(s *tracker.State) { s.Parked = append(s.Parked, s.Parked[0]) },
		"Stage has 0 bytes":           func(s *tracker.State) { s.Snapshot.Stage = "" },
	} {
		s := good.Clone()
		spoil(&s)
		err := s.Validate()
		require.ErrorIs(t, err, journey.ErrSnapshot, want)
		require.ErrorContains(t, err, want)
		_, err = s.MarshalBinary()
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, tracker.NewMemStore(tracker.MemOptions{}).Put(t.Context(), tracker.Commit{State: s, Expected: tracker.NotStored}), want)
	}
	require.ErrorContains(t, new(tracker.State).UnmarshalBinary([]byte("LJS")), `do not begin with "LJT"`)
	require.ErrorContains(t, new(tracker.State).UnmarshalBinary([]byte("LJT\x09")), "version 9")
	require.ErrorContains(t, new(tracker.State).UnmarshalBinary([]byte("LJT\x01")), "too few")
	require.ErrorContains(t, new(tracker.State).UnmarshalJSON([]byte(`{"recent":["xyz"]}`)), `recent[0] is "xyz"`)
	store := tracker.NewMemStore(tracker.MemOptions{})
	require.NoError(t, store.Put(t.Context(), tracker.Commit{State: good, Expected: tracker.NotStored}))
	require.ErrorContains(t, store.Put(t.Context(), tracker.Commit{State: good, Expected: 0}), "version 0 does not follow 0")
}

func FuzzState_Binary(f *testing.F) {
	for i := range 8 {
		b, err := randomState(generatorOf(uint64(i)), "acme", int64(i)).MarshalBinary()
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var s tracker.State
		if err := s.UnmarshalBinary(b); err != nil {
			if !errors.Is(err, journey.ErrSnapshot) {
				t.Fatal(err)
			}
			return
		}
		again, err := s.MarshalBinary()
		if err != nil || !bytes.Equal(b, again) {
			t.Fatal(err)
		}
	})
}

// A relay delivers at least once and in the order of each customer, whatever
// fails in between; a message that cannot be delivered holds up its customer
// alone.
func TestRelay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tr, store := withHistory(t, cases.ABC(t), tracker.Options{AutoStart: true})
	for i := range 9 {
		for _, who := range []string{"ann", "bad", "zoe"} {
			_, err := tr.Fire(ctx, journey.Event{Customer: who, Trigger: "go", At: cases.Hour(i), ID: fmt.Sprint(i)})
			require.NoError(t, err)
		}
	}
	got := map[string][]int64{}
	down := errors.New("no such address")
	relay := tracker.Relay{From: store, Batch: 4, Send: func(_ context.Context, m tracker.Message) error {
		if m.Customer == "bad" && m.Seq == 2 {
			return down
		}
		got[m.Customer] = append(got[m.Customer], m.Seq)
		return nil
	}}
	done, err := relay.Run(ctx)
	require.ErrorIs(t, err, down)
	require.ErrorContains(t, err, `customer "bad"`)
	assert.Equal(t, tracker.Relayed{Sent: 22, Failed: 1, Held: 7}, done)
	whole := []int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	assert.Equal(t, map[string][]int64{"ann": whole, "zoe": whole, "bad": {0, 1}}, got)

	relay.Send = func(_ context.Context, m tracker.Message) error {
		if m.Seq == 5 {
			panic("nil map")
		}
		got[m.Customer] = append(got[m.Customer], m.Seq)
		return nil
	}
	_, err = relay.Run(ctx)
	require.ErrorIs(t, err, tracker.ErrHookPanic)
	assert.Equal(t, []int64{0, 1, 2, 3, 4}, got["bad"])

	// Given up in the middle: what was delivered is noted.
	gone, cancel := context.WithCancel(ctx)
	relay.Send = func(_ context.Context, m tracker.Message) error {
		if m.Seq == 7 {
			cancel()
			return gone.Err()
		}
		got[m.Customer] = append(got[m.Customer], m.Seq)
		return nil
	}
	_, err = relay.Run(gone)
	require.ErrorIs(t, err, context.Canceled)
	relay.Send = func(_ context.Context, m tracker.Message) error {
		got[m.Customer] = append(got[m.Customer], m.Seq)
		return nil
	}
	_, err = relay.Run(ctx)
	require.NoError(t, err)
	assert.Equal(t, whole, got["bad"])
	done, err = relay.Run(ctx)
	require.NoError(t, err)
	assert.Zero(t, done)
	_, err = tracker.Relay{}.Run(ctx)
	require.Error(t, err)
	relay.Batch = -1
	_, err = relay.Run(ctx)
	require.Error(t, err)
	relay.Batch = 0
	gone2, cancel2 := context.WithCancel(ctx)
	cancel2()
	_, err = relay.Run(gone2)
	require.ErrorIs(t, err, context.Canceled)
}

// Whatever a store does to it, an event with an ID that is sent until somebody
// answers counts once. What is stored in the end is, with a grace, what a replay
// gives, in whatever order the events came. Without one it is what Step makes of
// them as they come: an event accepted before is a repeat, and one refused before,
// of which nothing is kept, is judged again.
func TestLaw_TrackerIsReplay_OverAFailingStore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var faults journeytest.FaultCounts
	var repeats, again int
	law.Check(t, func(t *rapid.T) {
		d, draws, r := cases.Draw(t, rapid.Uint64().Draw(t, "seed"))
		list, _ := arrivals(r, draws, 100*time.Hour)
		for i := range list {
			if list[i].ID == "" {
				list[i].ID = fmt.Sprint("n", i)
			}
		}
		o := tracker.Options{AutoStart: true, MaxAttempts: 100, Recent: tracker.MaxRecent}
		history := r.IntN(2) == 0
		if history {
			o.Grace = 200 * time.Hour
		}
		sound := tracker.NewMemStore(tracker.MemOptions{History: history})
		store, err := journeytest.NewFailingStore(sound, rand.New(rand.NewPCG(r.Uint64(), 0)), journeytest.Faults{
			Refuse: 0.05, LoseAnswer: 0.1, Stale: 0.1, Half: 0.05,
		})
		require.NoError(t, err)
		tr, err := tracker.New(d, store, o)
		require.NoError(t, err)
		ref := arrivalFold{d: d, accepted: map[string]bool{}, refused: map[string]bool{}}
		for _, e := range list {
			var err error
			for range 1000 {
				if _, err = tr.Fire(ctx, e); !errors.Is(err, journeytest.ErrInjected) {
					break
				}
			}
			require.NotErrorIs(t, err, journeytest.ErrInjected)
			require.NotErrorIs(t, err, tracker.ErrTooLate)
			if history {
				if err != nil {
					require.ErrorAs(t, err, new(*journey.TransitionError), "answered, not failed")
				}
				continue
			}
			if want := ref.step(e); want != nil {
				require.EqualError(t, err, want.Error())
			} else {
				require.NoError(t, err)
			}
		}
		want, ok := ref.j, ref.started
		if history {
			want, ok = fold(d, list, time.Time{})
		}
		if !ok {
			return
		}
		// What is stored, and what is read over the failing store: of two reads
		// that answer, one is not behind.
		whole, err := tracker.New(d, sound, o)
		require.NoError(t, err)
		got, err := whole.Journey(ctx, "customer")
		require.NoError(t, err)
		cases.Same(t, want, got)
		for answers, tries := 0, 0; answers < 2; tries++ {
			require.Less(t, tries, 1000)
			if got, err = tr.Journey(ctx, "customer"); err != nil {
				continue
			}
			if answers++; got == want {
				break
			}
		}
		cases.Same(t, want, got)
		c := store.Counts()
		faults.Refused += c.Refused
		faults.LostAnswers += c.LostAnswers
		faults.Stale += c.Stale
		faults.Half += c.Half
		repeats += ref.repeats
		again += ref.again
	}, law.Counters{
		"refused": &faults.Refused, "lost answers": &faults.LostAnswers, "stale": &faults.Stale, "half": &faults.Half,
		"repeats": &repeats, "refused and sent again": &again,
	})
}

// arrivalFold is the obvious implementation of a tracker without a grace: each
// event is stepped as it comes, unless its ID was accepted before.
type arrivalFold struct {
	d                 *journey.Definition
	j                 journey.Journey
	started           bool
	accepted, refused map[string]bool // by ID
	repeats, again    int             // events accepted, or refused, that came again
}

func (f *arrivalFold) step(e journey.Event) error {
	if f.accepted[e.ID] {
		f.repeats++
		return nil
	}
	if f.refused[e.ID] {
		f.again++
	}
	if !f.started {
		if j := f.d.Start("customer", e.At); slices.Contains(f.d.Triggers(), e.Trigger) {
			f.j, f.started = j, true
		} else { // begins nothing
			f.refused[e.ID] = true
			_, err := f.d.Step(j, e)
			return err
		}
	}
	var err error
	f.j, err = f.d.Step(f.j, e)
	if err == nil {
		f.accepted[e.ID] = true
	} else {
		f.refused[e.ID] = true
	}
	return err
}

// An event that was refused has not been applied: sent again it is judged again,
// at one instant with what allows it too. With a grace it stays in the history,
// and is known there.
func TestFire_RefusedAndSentAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d, err := journey.Define(journey.Spec{
		Name: "d", Initial: "a", Stages: []journey.StageSpec{{Name: "a"}, {Name: "b"}, {Name: "c", Terminal: true}},
		Transitions: []journey.Transition{{From: "a", On: "first", To: "b"}, {From: "b", On: "second", To: "c"}},
	})
	require.NoError(t, err)
	for _, c := range []struct {
		history bool
		grace   time.Duration
		want    journey.Stage
	}{
		{false, 0, "c"},
		{true, 0, "c"},
		{true, time.Hour, "b"},
	} {
		tr, err := tracker.New(d, tracker.NewMemStore(tracker.MemOptions{History: c.history}), tracker.Options{AutoStart: true, Grace: c.grace})
		require.NoError(t, err)
		early := journey.Event{Customer: "acme", Trigger: "second", At: cases.Hour(0), ID: "2"}
		_, err = tr.Fire(ctx, early)
		require.ErrorIs(t, err, journey.ErrNotAllowed)
		_, err = tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "first", At: cases.Hour(0), ID: "1"})
		require.NoError(t, err)
		for range 2 {
			out, err := tr.Fire(ctx, early)
			require.NoError(t, err)
			assert.Equal(t, c.want, out.Journey.Stage(), "%+v", c)
		}
	}
}
