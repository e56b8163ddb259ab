package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

var errBroken = errors.New("the connection broke")

func hours(n int) time.Time {
	return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Hour)
}

// A caller who gives up, a connection that breaks, or an answer that is lost, at
// any statement of a step leaves all of it or nothing, and the step done again
// ends as if nothing had been.
func TestFault_AtEveryStatement(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			url := e.url(t)
			e.storeAt(t, url, sqlstore.Options{Outbox: true})
			db, h := e.openHooked(t, url)
			s, err := sqlstore.Open(t.Context(), db, sqlstore.Options{Schema: sqlstore.Schema{Dialect: e.dialect}, Outbox: true})
			require.NoError(t, err)
			steps := map[string]func(ctx context.Context, s *sqlstore.Store, customer string) error{
				"start": func(ctx context.Context, s *sqlstore.Store, customer string) error { return swing(ctx, s, customer, 1) },
				"event": func(ctx context.Context, s *sqlstore.Store, customer string) error { return swing(ctx, s, customer, 5) },
				"late":  func(ctx context.Context, s *sqlstore.Store, customer string) error { return swing(ctx, s, customer, 2) },
				"batch": func(ctx context.Context, s *sqlstore.Store, customer string) error {
					return s.Batch(ctx, []string{customer, customer + " also"}, func(b tracker.Store) error {
						return errors.Join(swing(ctx, b, customer, 2), swing(ctx, b, customer, 7), swing(ctx, b, customer+" also", 8))
					})
				},
				"erase": func(ctx context.Context, s *sqlstore.Store, customer string) error { return s.Erase(ctx, customer) },
			}
			broken, lost := 0, 0
			for name, step := range steps {
				for _, way := range []string{"cancel", "break", "lose"} {
					for n := int64(1); ; n++ {
						forget(t, s)
						customer := fmt.Sprintf("c-%s-%s-%d", name, way, n)
						if name != "start" {
							require.NoError(t, swing(t.Context(), s, customer, 1))
							require.NoError(t, swing(t.Context(), s, customer, 3))
						}
						before := story(t, s, customer)
						ctx, cancel := context.WithCancel(t.Context())
						hit := false
						h.at(n, func() error {
							hit = true
							switch way {
							case "cancel":
								cancel()
								return nil
							case "lose":
								h.lost.Store(n)
								return nil
							}
							return errBroken
						})
						failed := step(ctx, s, customer)
						h.at(-1, nil)
						h.lost.Store(0)
						cancel()
						after := story(t, s, customer)
						if failed != nil {
							broken++
							if lines := strings.Count(after, "\n"); name == "start" && lines == 3 {
								assert.Contains(t, after, `"origin":"start"`) // which is a commit of its own
							} else if way == "lose" && after != before { // it was all done, and nobody told
								lost++
							} else {
								assert.Equal(t, before, after, "%s %s at statement %d: %v", name, way, n, failed)
							}
							require.NoError(t, step(t.Context(), s, customer))
							after = story(t, s, customer)
						}
						assert.NotEqual(t, before, after)
						// As one who was never disturbed.
						other := customer + " undisturbed"
						if name != "start" {
							require.NoError(t, swing(t.Context(), s, other, 1))
							require.NoError(t, swing(t.Context(), s, other, 3))
						}
						require.NoError(t, step(t.Context(), s, other))
						assert.Equal(t, strings.ReplaceAll(story(t, s, other), other, customer), after, "%s %s at statement %d", name, way, n)
						if !hit {
							break
						}
					}
				}
			}
			t.Logf("%d steps broken off, %d of them done", broken, lost)
			assert.Greater(t, broken, 10)
			assert.GreaterOrEqual(t, lost, len(steps), "each step's last answer was lost, if no other")
		})
	}
}

// forget sends all messages nowhere.
func forget(t *testing.T, s *sqlstore.Store) {
	t.Helper()
	_, err := tracker.Relay{From: s, Send: func(context.Context, tracker.Message) error { return nil }}.Run(t.Context())
	require.NoError(t, err)
}

func swing(ctx context.Context, s tracker.Store, customer string, hour int) error {
	o := tracker.Options{AutoStart: true, Grace: 100 * time.Hour}
	if h, ok := s.(tracker.Historian); ok && !h.KeepsHistory() {
		o.Grace = 0
	}
	tr, err := tracker.New(pendulum(), s, o)
	if err != nil {
		return err
	}
	_, err = tr.Fire(ctx, journey.Event{Customer: customer, Trigger: "swing", At: hours(hour), ID: strconv.Itoa(hour)})
	return err
}

// story is all that a store has of a customer.
func story(t *testing.T, s *sqlstore.Store, customer string) string {
	t.Helper()
	state, err := s.Load(t.Context(), customer)
	if errors.Is(err, tracker.ErrNotFound) {
		state = tracker.State{}
	} else {
		require.NoError(t, err)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%+v\n", state)
	list, err := s.History(t.Context(), customer, time.Time{})
	require.NoError(t, err)
	for _, o := range list {
		out.WriteString(text(t, o) + "\n")
	}
	for after := int64(0); ; {
		some, err := s.Unsent(t.Context(), after, 500)
		require.NoError(t, err)
		for _, m := range some {
			after = m.N
			if m.Customer == customer {
				m.N = 0
				out.WriteString(text(t, m) + "\n")
			}
		}
		if len(some) < 500 {
			return out.String()
		}
	}
}

// A migration that breaks off at any statement leaves nothing, and the next
// one does all of it. Several at once are one.
func TestFault_Migration(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			url := e.url(t)
			db, h := e.openHooked(t, url)
			schema := sqlstore.Schema{Dialect: e.dialect, Prefix: "own_"}
			_, err := sqlstore.Open(ctx, db, sqlstore.Options{Schema: schema})
			require.ErrorIs(t, err, sqlstore.ErrSchema)
			for n := int64(1); ; n++ {
				h.at(n, func() error { return errBroken })
				err := sqlstore.Migrate(ctx, db, schema)
				h.at(-1, nil)
				if err == nil {
					assert.Greater(t, n, int64(5))
					break
				}
				require.ErrorIs(t, err, errBroken)
				_, err = db.ExecContext(ctx, "SELECT * FROM own_state")
				require.Error(t, err, "at statement %d: half a schema", n)
			}
			var group sync.WaitGroup
			second := sqlstore.Schema{Dialect: e.dialect, Prefix: "second_"}
			for range 8 {
				group.Go(func() { assert.NoError(t, sqlstore.Migrate(ctx, db, second)) })
			}
			group.Wait()
			for _, s := range []sqlstore.Schema{schema, second} {
				require.NoError(t, sqlstore.Migrate(ctx, db, s))
				store, err := sqlstore.Open(ctx, db, sqlstore.Options{Schema: s})
				require.NoError(t, err)
				require.NoError(t, swing(ctx, store, "somebody", 1))
			}
			// A program that knows less, and one that was changed.
			for statement, says := range map[string]string{
				"UPDATE own_meta SET checksum = 'other'":                                 "another text",
				"INSERT INTO own_meta (version, name, checksum) VALUES (99, 'new', 'x')": "version 99",
				"DELETE FROM own_meta":                                                   "call Migrate",
			} {
				_, err = db.ExecContext(ctx, "DELETE FROM own_meta")
				require.NoError(t, err)
				_, err = db.ExecContext(ctx, "INSERT INTO own_meta SELECT * FROM second_meta")
				require.NoError(t, err)
				_, err = db.ExecContext(ctx, statement)
				require.NoError(t, err)
				_, err = sqlstore.Open(ctx, db, sqlstore.Options{Schema: schema})
				require.ErrorIs(t, err, sqlstore.ErrSchema)
				assert.ErrorContains(t, err, says)
			}
		})
	}
}

// What cannot be kept is said before anything is written.
func TestFault_Texts(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s := e.store(t, sqlstore.Options{Outbox: true})
			tr, err := tracker.New(pendulum(), s, tracker.Options{AutoStart: true})
			require.NoError(t, err)
			for _, bad := range []string{"a\x00b", "\xff", "a\xc3"} {
				_, err = tr.Fire(t.Context(), journey.Event{Customer: bad, Trigger: "swing", At: hours(1)})
				require.ErrorIs(t, err, sqlstore.ErrText)
				_, err = tr.Fire(t.Context(), journey.Event{Customer: "good", Trigger: "swing", At: hours(1), ID: bad})
				require.ErrorIs(t, err, sqlstore.ErrText)
				require.NoError(t, s.Erase(t.Context(), bad))
				known, err := s.Known(t.Context(), "good", bad)
				require.NoError(t, err)
				assert.False(t, known)
				require.ErrorIs(t, s.Batch(t.Context(), []string{bad}, func(b tracker.Store) error { return swing(t.Context(), b, bad, 1) }), sqlstore.ErrText)
				_, err = sqlstore.Open(t.Context(), nil, sqlstore.Options{Schema: sqlstore.Schema{Dialect: e.dialect}, Journey: bad})
				require.ErrorIs(t, err, sqlstore.ErrText)
			}
			// Names that differ by case, a space, or the order of a language stay apart.
			names := []string{"a", "A", "a ", " a", "ä", "a\u0308", "ａ", "عميل", "ลูกค้า", strings.Repeat("x", 1024), "'; DROP TABLE lc_state; --", "$1", "%", "_"}
			for i, name := range names {
				require.NoError(t, swing(t.Context(), s, name, 1+i))
			}
			for i, name := range names {
				state, err := s.Load(t.Context(), name)
				require.NoError(t, err)
				assert.True(t, state.Snapshot.Last.Equal(hours(1+i)), name)
			}
			_, err = tr.Fire(t.Context(), journey.Event{Customer: strings.Repeat("x", 1<<20), Trigger: "swing", At: hours(1)})
			require.Error(t, err)
			assert.Less(t, len(err.Error()), 1000)
			for _, o := range []sqlstore.Options{{}, {Schema: sqlstore.Schema{Dialect: "oracle"}}, {Schema: sqlstore.Schema{Dialect: e.dialect, Prefix: "x; DROP"}}, {Schema: sqlstore.Schema{Dialect: e.dialect, Prefix: "1"}}, {Schema: sqlstore.Schema{Dialect: e.dialect}, Journey: strings.Repeat("x", 300)}} {
				_, err = sqlstore.Open(t.Context(), nil, o)
				require.Error(t, err)
				require.Error(t, sqlstore.Migrate(t.Context(), nil, sqlstore.Schema{Prefix: "x"}))
			}
		})
	}
}

// Sixty-four goroutines of four programs on one customer: each event once.
func TestFault_OneCustomerManyWriters(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			url := e.url(t)
			var group sync.WaitGroup
			const each = 4
			var first *sqlstore.Store
			for program := range 4 {
				s, db := e.storeAt(t, url, sqlstore.Options{Outbox: true})
				db.SetMaxOpenConns(8)
				if program == 0 {
					first = s
				}
				tr, err := tracker.New(pendulum(), s, tracker.Options{AutoStart: true, Grace: 1000 * time.Hour, MaxAttempts: 1000})
				require.NoError(t, err)
				for g := range 16 {
					group.Go(func() {
						for i := range each {
							n := (program*16+g)*each + i
							_, err := tr.Fire(t.Context(), journey.Event{Customer: "one", Trigger: "swing", At: hours(n), ID: strconv.Itoa(n)})
							assert.NoError(t, err)
							_, err = tr.Fire(t.Context(), journey.Event{Customer: "one", Trigger: "swing", At: hours(n), ID: strconv.Itoa(n)})
							assert.NoError(t, err)
						}
					})
				}
			}
			group.Wait()
			list, err := first.History(t.Context(), "one", time.Time{})
			require.NoError(t, err)
			assert.Len(t, list, 1+64*each) // the start, and each event
		})
	}
}

// A full disk is an error, nothing is half there, and with room it goes on.
func TestFault_DiskFull(t *testing.T) {
	t.Parallel()
	e := sqlite("sqlite", "full")
	s, db := e.storeAt(t, e.url(t), sqlstore.Options{Outbox: true})
	db.SetMaxOpenConns(1) // the limit is the connection's
	var pages int
	require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages))
	_, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+12))
	require.NoError(t, err)
	full := 0
	for i := range 400 {
		customer := fmt.Sprint("c", i)
		err := swing(t.Context(), s, customer, 1)
		if err == nil {
			continue
		}
		full++
		assert.ErrorContains(t, err, "full")
		_, err = s.Load(t.Context(), customer)
		require.ErrorIs(t, err, tracker.ErrNotFound)
	}
	assert.Positive(t, full)
	_, err = db.ExecContext(t.Context(), "PRAGMA max_page_count = 1000000")
	require.NoError(t, err)
	require.NoError(t, swing(t.Context(), s, "c399", 1))
	var said string
	require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&said))
	assert.Equal(t, "ok", said)
}

// The server goes down and comes back, again and again, while two programs
// write: nothing acknowledged is missing.
func TestFault_ServerRestarts(t *testing.T) {
	e := postgres()
	url := e.url(t)
	s, db := e.storeAt(t, url, sqlstore.Options{Outbox: true})
	self, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	var workers []*exec.Cmd
	var acks []string
	for w := range 2 {
		file := filepath.Join(dir, fmt.Sprint("acks", w))
		acks = append(acks, file)
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), workerEnv+"="+strings.Join([]string{e.driver, string(e.dialect), url, file, strconv.Itoa(w)}, "\n"))
		cmd.Stderr = os.Stderr
		require.NoError(t, cmd.Start())
		workers = append(workers, cmd)
	}
	times := 5
	if testing.Short() {
		times = 2
	}
	for range times {
		time.Sleep(300 * time.Millisecond)
		require.NoError(t, server.Control("restart", "-m", "immediate"))
		for range 3 { // and connections are torn one by one
			time.Sleep(100 * time.Millisecond)
			_, _ = db.ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		}
	}
	// One that is stopped in the middle holds nobody else up.
	require.NoError(t, workers[0].Process.Signal(syscall.SIGSTOP))
	for i := range 20 {
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		require.NoError(t, swing(ctx, s, fmt.Sprint("another ", i), 1))
		stop()
	}
	for _, w := range workers {
		_ = w.Process.Kill()
		_ = w.Wait()
	}
	acknowledged, events := whole(t, s, db, acks)
	t.Logf("%d restarts: %d acknowledged, none missing; %d events, none twice", times, acknowledged, events)
	assert.Greater(t, acknowledged, 20)
}

// Whoever takes the log of a SQLite file away from a program that was killed
// takes what was not yet carried into the file; what is left is whole.
func TestFault_LogTakenAway(t *testing.T) {
	e := sqlite("sqlite", "full")
	url := e.url(t)
	_, db := e.storeAt(t, url, sqlstore.Options{Outbox: true})
	require.NoError(t, db.Close())
	killer(t, e, url, 4)
	file := strings.TrimPrefix(strings.Split(url, "?")[0], "file:")
	require.NoError(t, os.RemoveAll(file+"-wal"))
	require.NoError(t, os.RemoveAll(file+"-shm"))
	s, db := e.storeAt(t, url, sqlstore.Options{Outbox: true})
	whole(t, s, db, nil)
}
