package sqlstore_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/lifecycle-go/lifecycle/internal/sqldb/sqldbtest"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// server is for all tests; each has a database in it.
var server sqldbtest.Server

func TestMain(m *testing.M) {
	if os.Getenv(workerEnv) != "" {
		work()
		return
	}
	code := m.Run()
	server.Stop()
	os.Exit(code)
}

// engine is one database to test with.
type engine struct {
	name    string
	driver  string
	dialect sqlstore.Dialect
	url     func(t testing.TB) string // of a new, empty database
}

func postgres() engine {
	return engine{"postgres", "pgx", sqlstore.Postgres, func(t testing.TB) string {
		t.Helper()
		return server.Database(t, "pgx")
	}}
}

// sqlite is a file with a durable log. The driver is any that takes these
// settings.
func sqlite(driver, synchronous string) engine {
	return engine{driver, driver, sqlstore.SQLite, func(t testing.TB) string {
		t.Helper()
		return "file:" + filepath.Join(t.TempDir(), "store.db") +
			"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(" + synchronous + ")"
	}}
}

// rollback is a SQLite file with a journal in place of a log.
func rollback() engine {
	e := sqlite("sqlite", "full")
	wal := e.url
	e.name = "sqlite rollback"
	e.url = func(t testing.TB) string {
		t.Helper()
		return strings.Replace(wal(t), "journal_mode(wal)", "journal_mode(delete)", 1)
	}
	return e
}

func engines() []engine { return []engine{sqlite("sqlite", "full"), postgres()} }

func (e engine) open(t testing.TB, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open(e.driver, url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// store is one in a new database.
func (e engine) store(t testing.TB, o sqlstore.Options) *sqlstore.Store {
	t.Helper()
	s, _ := e.storeAt(t, e.url(t), o)
	return s
}

func (e engine) storeAt(t testing.TB, url string, o sqlstore.Options) (*sqlstore.Store, *sql.DB) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	db := e.open(t, url)
	o.Schema.Dialect = e.dialect
	require.NoError(t, sqlstore.Migrate(ctx, db, o.Schema))
	s, err := sqlstore.Open(ctx, db, o)
	require.NoError(t, err)
	return s, db
}
