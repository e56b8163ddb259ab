package tracker_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/looplab/fsm"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// The round trip of the benchmarks goes through the lifecycle:
// active, paused, active and so on, as a Tracker, and as bare looplab with the
// same four callbacks.
var roundTrip = [2]journey.Trigger{"pause", "resume"}

func activeTracker(b *testing.B, customers int, o tracker.Options) *tracker.Tracker {
	b.Helper()
	tr, err := tracker.New(cases.Lifecycle(b), tracker.NewMemStore(tracker.MemOptions{}), o)
	require.NoError(b, err)
	for i := range customers {
		c := strconv.Itoa(i)
		_, err := tr.Start(context.Background(), c, journeytest.Origin())
		require.NoError(b, err)
		for _, on := range []journey.Trigger{"start_trial", "convert"} {
			_, err = tr.Fire(context.Background(), journey.Event{Customer: c, Trigger: on, At: journeytest.Origin()})
			require.NoError(b, err)
		}
	}
	return tr
}

func noHook(context.Context, tracker.Occurrence) (journey.Trigger, error) { return "", nil }

func fourHooks() tracker.Hooks {
	return tracker.Hooks{BeforeEach: noHook, LeaveEach: noHook, EnterEach: noHook, AfterEach: noHook}
}

func BenchmarkTracker_Event(b *testing.B) {
	for _, tt := range []struct {
		name  string
		hooks tracker.Hooks
	}{{"no hooks", tracker.Hooks{}}, {"four hooks", fourHooks()}} {
		b.Run(tt.name, func(b *testing.B) {
			tr := activeTracker(b, 1, tracker.Options{Hooks: tt.hooks})
			ctx := context.Background()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := tr.Fire(ctx, journey.Event{Customer: "0", Trigger: roundTrip[i&1], At: journeytest.Origin()}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTracker_EventParallel(b *testing.B) {
	tr := activeTracker(b, 10_000, tracker.Options{})
	var next atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		first := next.Add(1)
		for i := 0; pb.Next(); i++ {
			c := strconv.Itoa(int(first)*1000 + i/2%1000)
			if _, err := tr.Fire(context.Background(), journey.Event{Customer: c, Trigger: roundTrip[i&1], At: journeytest.Origin()}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkTracker_Refused(b *testing.B) {
	tr := activeTracker(b, 1, tracker.Options{})
	b.ReportAllocs()
	for b.Loop() {
		_, err := tr.Fire(context.Background(), journey.Event{Customer: "0", Trigger: "win_back", At: journeytest.Origin()})
		if !errors.Is(err, journey.ErrNotAllowed) {
			b.Fatal(err)
		}
	}
}

func looplabCallbacks() fsm.Callbacks {
	none := func(context.Context, *fsm.Event) {}
	return fsm.Callbacks{"before_event": none, "leave_state": none, "enter_state": none, "after_event": none}
}

func looplabEvents(b *testing.B) fsm.Events {
	b.Helper()
	var events fsm.Events
	for _, e := range cases.Lifecycle(b).Edges() {
		events = append(events, fsm.EventDesc{Name: string(e.On), Src: []string{string(e.From)}, Dst: string(e.To)})
	}
	return events
}

// BenchmarkLooplab_Shared is one machine for all customers behind a mutex: set
// the state, fire, read the state. No store, no checks, no order of events.
func BenchmarkLooplab_Shared(b *testing.B) {
	m := fsm.NewFSM("visitor", looplabEvents(b), looplabCallbacks())
	var mu sync.Mutex
	state := "active"
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		mu.Lock()
		m.SetState(state)
		if err := m.Event(context.Background(), string(roundTrip[i&1])); err != nil {
			b.Fatal(err)
		}
		state = m.Current()
		mu.Unlock()
	}
}

// BenchmarkLooplab_PerCustomer makes a machine for the customer of each event,
// which is how the library is used when customers are kept elsewhere.
func BenchmarkLooplab_PerCustomer(b *testing.B) {
	events, callbacks := looplabEvents(b), looplabCallbacks()
	state := "active"
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m := fsm.NewFSM(state, events, callbacks)
		if err := m.Event(context.Background(), string(roundTrip[i&1])); err != nil {
			b.Fatal(err)
		}
		state = m.Current()
	}
}

// BenchmarkMemStore_AtRest fills a store with a million customers who have
// started a trial; a third have gone on to pay. It reports what one costs at
// rest, id and index included: the budget is 32 bytes.
func BenchmarkMemStore_AtRest(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		before := heap()
		store := populate(b, n, shortID, false)
		b.ReportMetric(float64(heap()-before)/n, "bytes/customer")
		if store.Len() != n {
			b.Fatal(store.Len())
		}
	}
}

func BenchmarkMemStore_Put(b *testing.B) {
	store := tracker.NewMemStore(tracker.MemOptions{})
	s := tracker.StateOf(cases.Lifecycle(b).Start("acme", journeytest.Origin()))
	names := make([]string, 100_000)
	for i := range names {
		names[i] = fmt.Sprintf("c%07d", i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Snapshot.Customer = names[i%len(names)]
		s.Snapshot.Seq = int64(i / len(names))
		s.Version = s.Snapshot.Seq
		if err := store.Put(context.Background(), tracker.Commit{State: s, Expected: s.Version - 1}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMemStore_Load(b *testing.B) {
	store := populate(b, 100_000, shortID, true)
	names := make([]string, 100_000)
	for i := range names {
		names[i] = shortID(i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := store.Load(context.Background(), names[i%len(names)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTracker_TickNobody asks 100,000 customers of whom nobody is due.
func BenchmarkTracker_TickNobody(b *testing.B) {
	store := populate(b, 100_000, shortID, false)
	tr, err := tracker.New(cases.Trial(b), store, tracker.Options{})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if done, err := tr.Tick(context.Background(), cases.OnDay(5), tracker.TickOptions{}); err != nil || done.Fired != 0 {
			b.Fatal(done, err)
		}
	}
}

// BenchmarkTracker_Late takes in an event that lies before n others: its cost
// grows with them, not with the whole history.
func BenchmarkTracker_Late(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			ctx := context.Background()
			tr, err := tracker.New(cases.Lifecycle(b), tracker.NewMemStore(tracker.MemOptions{History: true}), tracker.Options{AutoStart: true, Grace: 800_000 * time.Hour})
			require.NoError(b, err)
			at := func(i int) time.Time { return journeytest.Origin().Add(time.Duration(i) * time.Minute) }
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				customer := strconv.Itoa(i)
				for k, on := range []journey.Trigger{"start_trial", "convert"} {
					_, err := tr.Fire(ctx, journey.Event{Customer: customer, Trigger: on, At: at(k)})
					require.NoError(b, err)
				}
				for k := range n {
					_, err := tr.Fire(ctx, journey.Event{Customer: customer, Trigger: roundTrip[k&1], At: at(k + 10)})
					require.NoError(b, err)
				}
				b.StartTimer()
				if _, err := tr.Fire(ctx, journey.Event{Customer: customer, Trigger: "upgrade", At: at(5)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
