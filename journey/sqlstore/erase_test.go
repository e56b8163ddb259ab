package sqlstore_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

const erased = "erika.mustermann@example.org"

// everywhere leaves a name in every table that has names: a state that is due,
// what happened, late events, a milestone, messages sent
// and not yet sent.
func everywhere(t *testing.T, s *sqlstore.Store, name string) {
	t.Helper()
	d, err := journey.Define(journey.Spec{
		Name: "product", Initial: "trial", Observe: []journey.Trigger{"look"},
		Transitions: []journey.Transition{{From: "trial", On: "pay", To: "active"}, {From: "active", On: "stop", To: "trial"}, {From: "trial", On: "expire", To: "gone"}},
		After:       []journey.Timer{{Stage: "trial", After: 1000 * time.Hour, Trigger: "expire"}},
		Milestones: []journey.Milestone{
			{Name: "looked", Events: []journey.Trigger{"look"}},
			{Name: "often", Events: []journey.Trigger{"look"}, Rule: journey.CountOf, N: 9, Within: 900 * time.Hour},
		},
	})
	require.NoError(t, err)
	var st tracker.Store = s
	grace := 200 * time.Hour
	if !s.KeepsHistory() {
		grace = 0
	}
	tr, err := tracker.New(d, st, tracker.Options{AutoStart: true, Grace: grace, Recent: 3})
	require.NoError(t, err)
	for i := range 30 {
		trigger := []journey.Trigger{"pay", "look", "stop"}[i%3]
		_, err := tr.Fire(t.Context(), journey.Event{Customer: name, Trigger: trigger, At: hours(2 * i), ID: fmt.Sprint(name, i)})
		require.NoError(t, err)
		if i%10 == 9 && grace > 0 {
			_, err := tr.Fire(t.Context(), journey.Event{Customer: name, Trigger: "look", At: hours(2*i - 7), ID: fmt.Sprint(name, "late", i)})
			require.NoError(t, err)
		}
		if i == 12 {
			forget(t, s)
		}
	}
}

// Erased is erased, whatever the store keeps and wherever it is: no file of the
// database holds the name any more.
func TestErase_NoFileHoldsTheName(t *testing.T) {
	for _, e := range engines() {
		for what, o := range map[string]sqlstore.Options{
			"all": {Outbox: true}, "history": {}, "messages": {NoHistory: true, Outbox: true}, "states": {NoHistory: true},
			"a journey": {Outbox: true, Journey: "partner", Schema: sqlstore.Schema{Prefix: "own_"}},
		} {
			t.Run(e.name+"/"+what, func(t *testing.T) {
				url := e.url(t)
				s, db := e.storeAt(t, url, o)
				everywhere(t, s, "stays")
				everywhere(t, s, erased)
				tables := map[string]bool{"state": true, "event": !o.NoHistory, "milestone": !o.NoHistory, "outbox": o.Outbox}
				prefix := o.Schema.Prefix
				if prefix == "" {
					prefix = "lc_"
				}
				for table, filled := range tables {
					var n int
					require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+prefix+table+" WHERE customer = '"+erased+"'").Scan(&n))
					require.Equal(t, filled, n > 0, table)
				}
				where := databaseFiles(t, e, db, url)
				settle(t, e, db, prefix)
				assert.NotEmpty(t, holding(t, where, erased), "the search finds what is there")
				require.NoError(t, s.Erase(t.Context(), erased))
				settle(t, e, db, prefix)
				assert.Empty(t, holding(t, where, erased))
				assert.NotEmpty(t, holding(t, where, "stays"))
				_, err := s.Load(t.Context(), erased)
				require.ErrorIs(t, err, tracker.ErrNotFound)
				_, err = s.Load(t.Context(), "stays")
				require.NoError(t, err)
				require.NoError(t, s.Erase(t.Context(), erased), "once more")
				require.NoError(t, s.Erase(t.Context(), "a\x00b"), "who cannot be stored is not")
			})
		}
	}
}

// Postgres keeps samples of columns, and did so of those with names before the
// second migration: it takes them away.
func TestMigrate_ForgetsSamples(t *testing.T) {
	t.Parallel()
	e := postgres()
	db := e.open(t, e.url(t))
	list, err := sqlstore.Migrations(sqlstore.Postgres)
	require.NoError(t, err)
	first, err := fs.ReadFile(list, "0001_begin.sql")
	require.NoError(t, err)
	for _, q := range []string{
		string(first),
		"CREATE TABLE lc_meta (version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)",
		fmt.Sprintf("INSERT INTO lc_meta VALUES (1, '0001_begin.sql', '%x')", sha256.Sum256(first)),
	} {
		_, err := db.ExecContext(t.Context(), q, pgx.QueryExecModeSimpleProtocol)
		require.NoError(t, err)
	}
	for range 9 {
		_, err := db.ExecContext(t.Context(), "INSERT INTO lc_outbox (journey, undone, customer, payload) VALUES (1, 0, '"+erased+"', '"+erased+"')")
		require.NoError(t, err)
	}
	sampled := func() (n int) {
		for _, q := range []string{"ANALYZE lc_outbox", "DELETE FROM lc_outbox", "ANALYZE lc_outbox"} {
			_, err := db.ExecContext(t.Context(), q)
			require.NoError(t, err)
		}
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stats WHERE tablename = 'lc_outbox' AND CAST(most_common_vals AS text) LIKE '%"+erased+"%'").Scan(&n))
		return n
	}
	require.Equal(t, 1, sampled(), "as it was")
	o := sqlstore.Options{Schema: sqlstore.Schema{Dialect: e.dialect}, Outbox: true}
	_, err = sqlstore.Open(t.Context(), db, o)
	require.ErrorIs(t, err, sqlstore.ErrSchema)
	require.ErrorContains(t, err, "of version 1")
	require.NoError(t, sqlstore.Migrate(t.Context(), db, o.Schema))
	require.Zero(t, sampled())
	s, err := sqlstore.Open(t.Context(), db, o)
	require.NoError(t, err)
	everywhere(t, s, erased)
	require.Zero(t, sampled())
}

// settle carries everything into the files.
func settle(t *testing.T, e engine, db *sql.DB, prefix string) {
	t.Helper()
	statements := []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"}
	if e.dialect == sqlstore.Postgres {
		// Of all tables it takes a second.
		statements = []string{strings.ReplaceAll("VACUUM (FULL, ANALYZE) lc_state, lc_event, lc_milestone, lc_outbox, pg_statistic", "lc_", prefix), "CHECKPOINT"}
	}
	for _, q := range statements {
		_, err := db.ExecContext(t.Context(), q)
		require.NoError(t, err)
	}
}

func databaseFiles(t *testing.T, e engine, db *sql.DB, url string) string {
	t.Helper()
	if e.dialect == sqlstore.SQLite {
		return filepath.Dir(strings.TrimPrefix(strings.Split(url, "?")[0], "file:"))
	}
	var oid int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT oid FROM pg_database WHERE datname = current_database()").Scan(&oid))
	return filepath.Join(server.Files(), strconv.Itoa(oid))
}

// holding lists the files of a folder that hold a text.
func holding(t *testing.T, dir, text string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		if b, err := os.ReadFile(filepath.Join(dir, entry.Name())); err == nil && strings.Contains(string(b), text) {
			list = append(list, entry.Name())
		}
	}
	return list
}
