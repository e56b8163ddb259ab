package sqlstore_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// One of two programs has a clock an hour behind. What they say of a customer is
// put in the order of its times, once; versions decide who writes, not clocks.
func TestFault_ClockBack(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s := e.store(t, sqlstore.Options{Outbox: true})
			mem := tracker.NewMemStore(tracker.MemOptions{History: true})
			o := tracker.Options{AutoStart: true, Grace: 3 * time.Hour}
			right, err := tracker.New(pendulum(), s, o)
			require.NoError(t, err)
			behind, err := tracker.New(pendulum(), s, o)
			require.NoError(t, err)
			sorted, err := tracker.New(pendulum(), mem, o)
			require.NoError(t, err)
			var events []journey.Event
			for i := range 60 {
				at, tr := hours(10).Add(time.Duration(i)*10*time.Minute), right
				if i%3 == 2 {
					at, tr = at.Add(-time.Hour).Add(time.Second), behind
				}
				event := journey.Event{Customer: "one", Trigger: "swing", At: at, ID: fmt.Sprint(i)}
				events = append(events, event)
				_, err := tr.Fire(t.Context(), event)
				require.NoError(t, err)
				again, err := right.Fire(t.Context(), event)
				require.NoError(t, err)
				require.Empty(t, again.Changes)
			}
			slices.SortFunc(events, func(a, b journey.Event) int { return a.At.Compare(b.At) })
			for _, event := range events {
				_, err := sorted.Fire(t.Context(), event)
				require.NoError(t, err)
			}
			got, err := s.History(t.Context(), "one", time.Time{})
			require.NoError(t, err)
			want, err := mem.History(t.Context(), "one", time.Time{})
			require.NoError(t, err)
			ids := func(list []tracker.Occurrence) (out []string) {
				for _, o := range list {
					out = append(out, fmt.Sprint(o.Event.ID, o.From, o.To, o.At.UnixNano()))
				}
				return out
			}
			assert.Equal(t, ids(want), ids(got))
		})
	}
}

// A claim is not given twice where a clock goes back, and comes free by the
// clock that claims again; each timer fires once.
func TestFault_ClockBackOfClaims(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s := e.store(t, sqlstore.Options{Outbox: true})
			tr, err := tracker.New(trial(), s, tracker.Options{AutoStart: true})
			require.NoError(t, err)
			const many = 1200 // more than are read at once
			require.NoError(t, s.Batch(t.Context(), nil, func(st tracker.Store) error {
				for i := range many {
					state := tracker.StateOf(trial().Start(fmt.Sprintf("c%04d", i), hours(i/600)))
					if err := st.Put(t.Context(), tracker.Commit{State: state, Expected: tracker.NotStored}); err != nil {
						return err
					}
				}
				return nil
			}))
			var due []string
			for customer, err := range s.Due(t.Context(), hours(14*24+1)) {
				require.NoError(t, err)
				due = append(due, customer)
			}
			require.Len(t, due, many)
			require.True(t, slices.IsSorted(due), "by when, and then by name, over many reads")
			now := hours(14*24 + 1)
			first, err := s.Claim(t.Context(), now, 700, time.Hour)
			require.NoError(t, err)
			require.Equal(t, due[:700], first)
			early, err := s.Claim(t.Context(), now.Add(-time.Hour), many, time.Hour)
			require.NoError(t, err)
			require.Empty(t, early, "at that time only the first 600 are due, and they are claimed")
			rest, err := s.Claim(t.Context(), now.Add(-time.Nanosecond), many, time.Hour)
			require.NoError(t, err)
			require.Empty(t, rest, "due a nanosecond later")
			rest, err = s.Claim(t.Context(), now, many, time.Hour)
			require.NoError(t, err)
			require.Equal(t, due[700:], rest)
			// Whoever claimed them is gone.
			again, err := s.Claim(t.Context(), now.Add(time.Hour-1), many, time.Minute)
			require.NoError(t, err)
			require.Empty(t, again)
			fired := 0
			for _, at := range []time.Time{now.Add(time.Hour), now.Add(-time.Hour), now.Add(2 * time.Hour), now.Add(3 * time.Hour)} {
				ticked, err := tr.Tick(t.Context(), at, tracker.TickOptions{})
				require.NoError(t, err)
				fired += ticked.Fired
			}
			assert.Equal(t, many, fired)
		})
	}
}
