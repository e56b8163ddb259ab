package sqlstore_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// hooked is a driver that calls before ahead of every statement, with its
// number; what that returns instead of nil is the statement's answer.
type hooked struct {
	inner  driver.Driver
	n      atomic.Int64
	before atomic.Pointer[func(n int64) error]
	lost   atomic.Int64 // the number of the statement that is done, and its answer lost

	prepared, plain, commits atomic.Int64
}

type connector struct {
	h   *hooked
	url string
}

func (c connector) Connect(context.Context) (driver.Conn, error) {
	inner, err := c.h.inner.Open(c.url)
	return &hookedConn{inner, c.h}, err
}
func (c connector) Driver() driver.Driver { return c.h.inner }

type hookedConn struct {
	driver.Conn
	h *hooked
}

func (c *hookedConn) step() error {
	n := c.h.n.Add(1)
	if f := c.h.before.Load(); f != nil {
		return (*f)(n)
	}
	return nil
}

// answer loses the answer of statement lost.
func (c *hookedConn) answer(err error) error {
	if err == nil && c.h.n.Load() == c.h.lost.Load() {
		c.h.lost.Store(0)
		return errBroken
	}
	return err
}

// answered is answer for a statement that gives rows: it is done to its end.
func (c *hookedConn) answered(rows driver.Rows, err error) (driver.Rows, error) {
	if err = c.answer(err); err == nil || rows == nil {
		return rows, err
	}
	for row := make([]driver.Value, len(rows.Columns())); rows.Next(row) == nil; {
		continue
	}
	return nil, errors.Join(err, rows.Close())
}

func (c *hookedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.h.plain.Add(1)
	done, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
	return done, c.answer(err)
}

func (c *hookedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.h.plain.Add(1)
	return c.answered(c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args))
}

// PrepareContext is no step: what is prepared is, each time it is done.
func (c *hookedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.h.prepared.Add(1)
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &hookedStmt{s, c}, nil
}

type hookedStmt struct {
	driver.Stmt
	c *hookedConn
}

func (s *hookedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.c.step(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	done, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	return done, s.c.answer(err)
}

func (s *hookedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.c.step(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.c.answered(s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args))
}

func (c *hookedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
	return &hookedTx{tx, c}, err
}

func (c *hookedConn) CheckNamedValue(v *driver.NamedValue) error {
	if k, ok := c.Conn.(driver.NamedValueChecker); ok {
		return k.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type hookedTx struct {
	driver.Tx
	c *hookedConn
}

func (t *hookedTx) Commit() error {
	if err := t.c.step(); err != nil {
		_ = t.Rollback()
		return err
	}
	t.c.h.commits.Add(1)
	return t.c.answer(t.Tx.Commit())
}

// openHooked is a database whose statements can be made to fail.
func (e engine) openHooked(t testing.TB, url string) (*sql.DB, *hooked) {
	t.Helper()
	plain, err := sql.Open(e.driver, url)
	require.NoError(t, err)
	h := &hooked{inner: plain.Driver()}
	require.NoError(t, plain.Close())
	db := sql.OpenDB(connector{h, url})
	t.Cleanup(func() { _ = db.Close() })
	return db, h
}

// at makes statement number n, counted from here, call f; nil is nothing.
func (h *hooked) at(n int64, f func() error) {
	h.n.Store(0)
	g := func(k int64) error {
		if k == n {
			return f()
		}
		return nil
	}
	h.before.Store(&g)
}
