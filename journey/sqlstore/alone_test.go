package sqlstore_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// One customer's step is written in other words than those of several. The
// tables are the same after both, and so is what is refused.
func TestWrite_AloneAsTogether(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Name: "product", Initial: "left", Observe: []journey.Trigger{"look"},
		Transitions: []journey.Transition{{From: "left", On: "swing", To: "right"}, {From: "right", On: "swing", To: "left"}},
		Milestones:  []journey.Milestone{{Name: "looked", Events: []journey.Trigger{"look"}}, {Name: "swung", Events: []journey.Trigger{"swing"}}},
	})
	require.NoError(t, err)
	for _, o := range []sqlstore.Options{{Outbox: true}, {}, {NoHistory: true}, {NoHistory: true, Outbox: true}} {
		for _, e := range engines() {
			t.Run(fmt.Sprintf("%s/%+v", e.name, o), func(t *testing.T) {
				t.Parallel()
				one, oneDB := e.storeAt(t, e.url(t), o)
				two, twoDB := e.storeAt(t, e.url(t), o)
				step := func(s tracker.Store, e journey.Event) error {
					tr, err := tracker.New(d, s, tracker.Options{AutoStart: true, Recent: 4})
					require.NoError(t, err)
					_, err = tr.Fire(t.Context(), e)
					return err
				}
				for hour, trigger := range []journey.Trigger{"swing", "look", "swing", "look", "swing"} {
					events := []journey.Event{}
					for _, customer := range []string{"a", "b"} {
						events = append(events, journey.Event{Customer: customer, Trigger: trigger, At: hours(hour), ID: fmt.Sprint(hour)})
					}
					for _, e := range events {
						require.NoError(t, step(one, e))
					}
					require.NoError(t, two.Batch(t.Context(), []string{"a", "b"}, func(b tracker.Store) error {
						return errors.Join(step(b, events[0]), step(b, events[1]))
					}))
				}
				if !o.NoHistory {
					state, err := one.Load(t.Context(), "a")
					require.NoError(t, err)
					// What the history has under another place is known, whoever says it.
					list, err := one.History(t.Context(), "a", hours(2))
					require.NoError(t, err)
					again := tracker.Commit{State: state, Expected: state.Version, Changes: list[:1]}
					again.State.Version++
					require.ErrorIs(t, one.Put(t.Context(), again), tracker.ErrDuplicate)
				}
				stale := tracker.Commit{State: tracker.StateOf(d.Start("a", hours(9))), Expected: tracker.NotStored}
				require.ErrorIs(t, one.Put(t.Context(), stale), tracker.ErrConflict)
				was := contents(t, oneDB)
				assert.Equal(t, contents(t, twoDB), was)
				assert.Contains(t, was, "lc_state: ")
				assert.Equal(t, !o.NoHistory, strings.Contains(was, "looked"))
				assert.Equal(t, o.Outbox, strings.Contains(was, "lc_outbox: "))
			})
		}
	}
}

// More customers than one statement takes, and more entries than one spells out.
func TestWrite_Many(t *testing.T) {
	t.Parallel()
	for _, o := range []sqlstore.Options{{Outbox: true}, {NoHistory: true}} {
		for _, e := range engines() {
			t.Run(fmt.Sprintf("%s/%+v", e.name, o), func(t *testing.T) {
				t.Parallel()
				s := e.store(t, o)
				const many = 2001
				for round := range 2 { // put anew, then replaced
					require.NoError(t, s.Batch(t.Context(), nil, func(b tracker.Store) error {
						for i := range many {
							if err := swing(t.Context(), b, fmt.Sprint("c", i), 1+round); err != nil {
								return err
							}
						}
						return nil
					}))
				}
				for i := range many {
					state, err := s.Load(t.Context(), fmt.Sprint("c", i))
					require.NoError(t, err)
					require.True(t, state.Snapshot.Last.Equal(hours(2)))
				}
				if o.NoHistory {
					return
				}
				for _, n := range []int{15, 16, 17, 40} {
					customer := fmt.Sprint("of ", n)
					mem := tracker.NewMemStore(tracker.MemOptions{History: true})
					for i := range n - 1 { // the start is one
						require.NoError(t, swing(t.Context(), mem, customer, 1+i))
					}
					state, err := mem.Load(t.Context(), customer)
					require.NoError(t, err)
					list, err := mem.History(t.Context(), customer, time.Time{})
					require.NoError(t, err)
					require.Len(t, list, n)
					require.NoError(t, s.Put(t.Context(), tracker.Commit{State: state, Expected: tracker.NotStored, Changes: list}))
					got, err := s.History(t.Context(), customer, time.Time{})
					require.NoError(t, err)
					require.Len(t, got, n)
					require.True(t, list[n-1].Snapshot().Equal(got[n-1].Snapshot()))
				}
			})
		}
	}
}

// contents are the rows of all tables, one a line.
func contents(t *testing.T, db *sql.DB) string {
	t.Helper()
	var out strings.Builder
	rowsOf := func(table, columns string) {
		rows, err := db.QueryContext(t.Context(), "SELECT "+columns+" FROM "+table+" ORDER BY 1, 2")
		require.NoError(t, err)
		defer rows.Close()
		values := make([]any, strings.Count(columns, ",")+1)
		into := make([]any, len(values))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			require.NoError(t, rows.Scan(into...))
			fmt.Fprintf(&out, "%s: %v\n", table, values)
		}
		require.NoError(t, rows.Err())
	}
	rowsOf("lc_state", "customer, version, stage, since_ns, due_ns, lease_ns, entries")
	rowsOf("lc_event", "customer, n, event_id, kind, trigger, from_stage, to_stage, at_ns, seq")
	rowsOf("lc_milestone", "customer, milestone, n, reached_ns")
	rowsOf("lc_outbox", "customer, undone, payload")
	return out.String()
}
