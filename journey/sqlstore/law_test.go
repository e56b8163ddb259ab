package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// A tracker over a database leaves behind what one over memory does: the same
// states, histories and messages, whether events come one at a time or in
// batches, late, repeated, refused, across restarts, with ticks in between.
func TestLaw_DatabaseIsMemory(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			rounds := 20
			if testing.Short() {
				rounds = 6
			}
			url := e.url(t)
			var drawn struct{ events, batches, batched, repeats, late, refused, refolds, restarts, ticks, undone int }
			for seed := range rounds {
				r := rand.New(rand.NewPCG(uint64(seed), 31))
				d := preset.SaaS()
				if seed%2 == 1 {
					spec, err := journeytest.Spec(r, journeytest.SpecOptions{})
					require.NoError(t, err)
					d, err = journey.Define(spec)
					require.NoError(t, err)
				}
				o := sqlstore.Options{Outbox: true, Journey: fmt.Sprint("journey ", seed)}
				s, db := e.storeAt(t, url, o)
				mem := tracker.NewMemStore(tracker.MemOptions{History: true, Outbox: true})
				grace := []time.Duration{0, 500 * time.Hour}[r.IntN(2)]
				options := tracker.Options{AutoStart: true, Grace: grace}
				open := func(s tracker.Store) *tracker.Tracker {
					tr, err := tracker.New(d, s, options)
					require.NoError(t, err)
					return tr
				}
				memory, sql := open(mem), open(s)
				events := stream(t, r, d)
				fire := func(t *testing.T, at *tracker.Tracker, e journey.Event) {
					t.Helper()
					ctx := t.Context()
					want, wrong := memory.Fire(ctx, e)
					got, err := at.Fire(ctx, e)
					require.Equal(t, wrong == nil, err == nil, "%+v: %v in memory, %v in the database", e, wrong, err)
					for _, sentinel := range []error{journey.ErrNotAllowed, journey.ErrUnknownTrigger, journey.ErrOutOfOrder, tracker.ErrTooLate} {
						require.Equal(t, errors.Is(wrong, sentinel), errors.Is(err, sentinel), "%v: %v and %v", sentinel, wrong, err)
					}
					require.Len(t, got.Changes, len(want.Changes))
					drawn.undone += len(got.Undone)
					if err != nil {
						drawn.refused++
					}
				}
				for len(events) > 0 {
					n := 1
					if r.IntN(3) == 0 {
						n = min(len(events), 1+r.IntN(12))
					}
					now := events[:n]
					events = events[n:]
					drawn.events += n
					switch r.IntN(10) {
					case 0:
						drawn.restarts++
						require.NoError(t, db.Close())
						s, db = e.storeAt(t, url, o)
						sql = open(s)
					case 1:
						drawn.ticks++
						at := now[0].At
						_, err := memory.Tick(t.Context(), at, tracker.TickOptions{})
						require.NoError(t, err)
						_, err = sql.Tick(t.Context(), at, tracker.TickOptions{})
						require.NoError(t, err)
					}
					if n == 1 {
						fire(t, sql, now[0])
						continue
					}
					drawn.batches++
					drawn.batched += n
					var names []string
					for _, e := range now[:n/2] { // the others are read when they are met
						names = append(names, e.Customer)
					}
					require.NoError(t, s.Batch(t.Context(), names, func(b tracker.Store) error {
						tr := open(b)
						for _, e := range now {
							fire(t, tr, e)
						}
						return nil
					}))
				}
				same(t, mem, s)
				stats := memory.Stats() // the other has been opened anew
				drawn.repeats += int(stats.Repeats)
				drawn.late += int(stats.Late)
				drawn.refolds += int(stats.Refolds)
				require.NoError(t, db.Close())
			}
			t.Logf("drawn: %+v", drawn)
			if !testing.Short() {
				for name, n := range map[string]int{
					"batches": drawn.batches, "repeats": drawn.repeats, "late": drawn.late, "refused": drawn.refused,
					"refolds": drawn.refolds, "restarts": drawn.restarts, "ticks": drawn.ticks, "undone": drawn.undone,
				} {
					assert.Greater(t, n, 20, name)
				}
			}
		})
	}
}

// stream is what comes of a few customers: late, repeated, refused.
func stream(t *testing.T, r *rand.Rand, d *journey.Definition) []journey.Event {
	t.Helper()
	var all []journey.Event
	for c := range 5 {
		name := fmt.Sprintf("عميل %d 'x' \"y\" ภ", c)
		draws, err := journeytest.Draws(r, d, journeytest.StreamOptions{Customer: name, N: 24, IDs: true, Invalid: 0.25})
		require.NoError(t, err)
		var own []journey.Event
		for _, draw := range draws {
			if draw.Event.Customer != name || errors.Is(draw.Refused, journey.ErrOutOfRange) {
				continue
			}
			own = append(own, draw.Event)
			if r.IntN(4) == 0 {
				own = append(own, own[r.IntN(len(own))]) // again, however many came between
			}
		}
		for i := range own {
			if k := i + r.IntN(4); k < len(own) && r.IntN(3) == 0 {
				own[i], own[k] = own[k], own[i]
			}
		}
		// Merge with what the others do.
		for _, e := range own {
			at := r.IntN(len(all)/5 + 1)
			all = append(all, e)
			for k := len(all) - 1; k > len(all)-1-at && all[k-1].Customer != name; k-- {
				all[k], all[k-1] = all[k-1], all[k]
			}
		}
	}
	return all
}

// same wants both stores to have the same customers, histories and messages.
func same(t *testing.T, mem *tracker.MemStore, s *sqlstore.Store) {
	t.Helper()
	ctx := context.Background()
	for c := range 5 {
		name := fmt.Sprintf("عميل %d 'x' \"y\" ภ", c)
		want, missing := mem.Load(ctx, name)
		got, err := s.Load(ctx, name)
		require.Equal(t, missing == nil, err == nil, "%v and %v", missing, err)
		require.True(t, want.Equal(got), "in memory %+v, in the database %+v", want, got)
		before, err := mem.History(ctx, name, time.Time{})
		require.NoError(t, err)
		after, err := s.History(ctx, name, time.Time{})
		require.NoError(t, err)
		require.Len(t, after, len(before))
		for i := range before {
			require.Equal(t, text(t, before[i]), text(t, after[i]))
		}
		messages(t, mem, s, name)
	}
}

// messages of one customer are the same, in the same order.
func messages(t *testing.T, a, b tracker.Outbox, customer string) {
	t.Helper()
	of := func(o tracker.Outbox) (list []string) {
		for after := int64(0); ; {
			some, err := o.Unsent(t.Context(), after, 7)
			require.NoError(t, err)
			for _, m := range some {
				after = m.N
				if m.Customer == customer {
					m.N = 0
					list = append(list, text(t, m))
				}
			}
			if len(some) < 7 {
				return list
			}
		}
	}
	require.Equal(t, of(a), of(b))
}

func text(t *testing.T, v interface{ MarshalJSON() ([]byte, error) }) string {
	t.Helper()
	b, err := v.MarshalJSON()
	require.NoError(t, err)
	return string(b)
}
