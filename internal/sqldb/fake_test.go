package sqldb_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

var errTold = errors.New("as it was told")

// fake is a driver that notes what it is asked for, and fails where it is told
// to.
type fake struct {
	mu      sync.Mutex
	log     []string
	fail    map[string]error            // by what is noted
	rows    map[string][][]driver.Value // by statement
	watched map[string]bool             // whether the last context could be cancelled
	gate    sync.WaitGroup              // the next so many who prepare wait for each other
	through atomic.Int64
}

func open(t testing.TB) (*sql.DB, *fake) {
	t.Helper()
	f := &fake{fail: map[string]error{}, rows: map[string][][]driver.Value{}, watched: map[string]bool{}}
	db := sql.OpenDB(f)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, f
}

func (f *fake) note(what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = append(f.log, what)
	return f.fail[what]
}

// told is what was noted since it was last asked.
func (f *fake) told() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := strings.Join(f.log, " · ")
	f.log = nil
	return all
}

func (f *fake) statement(ctx context.Context, how, query string) error {
	f.mu.Lock()
	f.watched[query] = ctx.Done() != nil
	f.mu.Unlock()
	if err := f.note(how + query); err != nil {
		return err
	}
	return ctx.Err()
}

func (f *fake) Connect(context.Context) (driver.Conn, error) { return &fakeConn{f}, f.note("open") }
func (f *fake) Driver() driver.Driver                        { return nil }

type fakeConn struct{ f *fake }

func (c *fakeConn) Close() error { return c.f.note("closed") }

func (c *fakeConn) Begin() (driver.Tx, error) { return nil, errTold }

func (c *fakeConn) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) {
	return c, c.f.note("begin")
}
func (c *fakeConn) Commit() error   { return c.f.note("commit") }
func (c *fakeConn) Rollback() error { return c.f.note("rollback") }

func (c *fakeConn) Prepare(query string) (driver.Stmt, error) {
	if c.f.through.Add(-1) >= 0 {
		c.f.gate.Done()
		c.f.gate.Wait()
	}
	return &fakeStmt{c.f, query}, c.f.note("prepare " + query)
}

func (c *fakeConn) ExecContext(ctx context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), c.f.statement(ctx, "", query)
}

func (c *fakeConn) QueryContext(ctx context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	return c.f.list(query), c.f.statement(ctx, "", query)
}

func (f *fake) list(query string) driver.Rows { return &fakeRows{f.rows[query]} }

type fakeStmt struct {
	f     *fake
	query string
}

func (s *fakeStmt) Close() error                               { return s.f.note("close " + s.query) }
func (s *fakeStmt) NumInput() int                              { return -1 }
func (s *fakeStmt) Exec([]driver.Value) (driver.Result, error) { return nil, errTold }
func (s *fakeStmt) Query([]driver.Value) (driver.Rows, error)  { return nil, errTold }

func (s *fakeStmt) ExecContext(ctx context.Context, _ []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), s.f.statement(ctx, "prepared ", s.query)
}

func (s *fakeStmt) QueryContext(ctx context.Context, _ []driver.NamedValue) (driver.Rows, error) {
	return s.f.list(s.query), s.f.statement(ctx, "prepared ", s.query)
}

type fakeRows struct{ rows [][]driver.Value }

func (r *fakeRows) Columns() []string { return []string{"version", "checksum"} }
func (r *fakeRows) Close() error      { return nil }

func (r *fakeRows) Next(into []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	copy(into, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}
