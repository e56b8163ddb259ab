package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"time"
)

// Conn is a connection or a transaction on one.
type Conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Transact does the work in a transaction: all of it, or on an error or a
// panic nothing. That of SQLite takes the right to write at once, whatever the
// driver's settings: one that begins by reading could not get it later.
func Transact(ctx context.Context, db *sql.DB, d Dialect, work func(Conn) error) (err error) {
	if d == Postgres {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // after Commit it does nothing
		if err := work(tx); err != nil {
			return err
		}
		return tx.Commit()
	}
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	open := true
	defer func() {
		if !open {
			return
		}
		// Whoever has given up must not leave a transaction open behind them.
		if _, back := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); back != nil && !strings.Contains(back.Error(), "no transaction") {
			_ = c.Raw(func(any) error { return driver.ErrBadConn })
		}
	}()
	if err := work(c); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	// A COMMIT that is interrupted leaves open whether it happened; nothing in
	// it waits for anybody.
	if _, err := c.ExecContext(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return err
	}
	open = false
	return nil
}

// write does the work in a transaction of SQLite that begins by writing, so that
// it gets the right to write then, or is told that another has it; what work
// does is prepared.
func (p *Prepared) write(ctx context.Context, work func(Conn) error) (missing *preparedTx, err error) {
	c, err := p.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	// Not to be rolled back by another goroutine, nor left open whether it is.
	tx, err := c.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return nil, err
	}
	t := &preparedTx{p: p, tx: tx}
	open := true
	defer func() {
		if !open {
			return
		}
		back := tx.Rollback()
		if errors.Is(back, sql.ErrTxDone) { // a COMMIT that failed, after which drivers differ
			_, back = c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
		if back != nil && !strings.Contains(back.Error(), "no transaction") {
			_ = c.Raw(func(any) error { return driver.ErrBadConn })
		}
	}()
	if err := work(t); err != nil {
		return t, err
	}
	if err := ctx.Err(); err != nil {
		return t, err
	}
	if err := tx.Commit(); err != nil {
		return t, err
	}
	open = false
	return t, nil
}

// transient reports whether the database asks to try the same again:
// serialization failures and deadlocks, and a SQLite file that another process
// is writing.
func transient(err error) bool {
	var coded interface{ SQLState() string }
	if errors.As(err, &coded) {
		switch coded.SQLState() {
		case "40001", "40P01":
			return true
		}
		return false
	}
	var lite interface{ Code() int }
	if errors.As(err, &lite) {
		return lite.Code()&0xff == liteBusy || lite.Code()&0xff == liteLocked
	}
	return err != nil && (strings.Contains(err.Error(), "database is locked") || strings.Contains(err.Error(), "database table is locked"))
}

const (
	liteBusy   = 5
	liteLocked = 6
)

const (
	retries    = 8
	firstPause = 2 * time.Millisecond
)

// Again does the work until it does not fail for a passing reason, a bounded
// number of times. All of what it does is in one transaction.
func Again(ctx context.Context, work func() error) error {
	pause := firstPause
	for n := 0; ; n++ {
		err := work()
		if err == nil || n == retries || !transient(err) || ctx.Err() != nil {
			return err
		}
		wait, stop := context.WithTimeout(ctx, pause)
		<-wait.Done()
		stop()
		pause *= 2
	}
}
