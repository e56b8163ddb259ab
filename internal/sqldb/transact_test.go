package sqldb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
)

// ask does one statement.
func ask(t testing.TB, query string) func(sqldb.Conn) error {
	t.Helper()
	return func(c sqldb.Conn) error {
		_, err := c.ExecContext(t.Context(), query)
		return err
	}
}

// All of the work or nothing, whatever goes wrong, and no connection that is in
// a transaction goes back.
func TestTransact(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dialect sqldb.Dialect
		fail    map[string]error
		work    string // what befalls the work: error, panic, cancel
		said    string
		wrong   error
	}{
		"postgres":                 {sqldb.Postgres, nil, "", "open · begin · x · commit", nil},
		"postgres, no begin":       {sqldb.Postgres, map[string]error{"begin": errTold}, "", "open · begin", errTold},
		"postgres, error":          {sqldb.Postgres, map[string]error{"x": errTold}, "", "open · begin · x · rollback", errTold},
		"postgres, commit":         {sqldb.Postgres, map[string]error{"commit": errTold}, "", "open · begin · x · commit", errTold},
		"postgres, panic":          {sqldb.Postgres, nil, "panic", "open · begin · x · rollback", nil},
		"sqlite":                   {sqldb.SQLite, nil, "", "open · BEGIN IMMEDIATE · x · COMMIT", nil},
		"sqlite, no connection":    {sqldb.SQLite, map[string]error{"open": errTold}, "", "open", errTold},
		"sqlite, no begin":         {sqldb.SQLite, map[string]error{"BEGIN IMMEDIATE": errTold}, "", "open · BEGIN IMMEDIATE", errTold},
		"sqlite, error":            {sqldb.SQLite, map[string]error{"x": errTold}, "", "open · BEGIN IMMEDIATE · x · ROLLBACK", errTold},
		"sqlite, commit":           {sqldb.SQLite, map[string]error{"COMMIT": errTold}, "", "open · BEGIN IMMEDIATE · x · COMMIT · ROLLBACK", errTold},
		"sqlite, panic":            {sqldb.SQLite, nil, "panic", "open · BEGIN IMMEDIATE · x · ROLLBACK", nil},
		"sqlite, cancelled":        {sqldb.SQLite, nil, "cancel", "open · BEGIN IMMEDIATE · x · ROLLBACK", context.Canceled},
		"sqlite, nothing to undo":  {sqldb.SQLite, map[string]error{"x": errTold, "ROLLBACK": errors.New("no transaction is active")}, "", "open · BEGIN IMMEDIATE · x · ROLLBACK", errTold},
		"sqlite, cannot undo":      {sqldb.SQLite, map[string]error{"x": errTold, "ROLLBACK": errors.New("disk")}, "", "open · BEGIN IMMEDIATE · x · ROLLBACK · closed", errTold},
		"sqlite, cannot undo both": {sqldb.SQLite, map[string]error{"COMMIT": errTold, "ROLLBACK": errors.New("disk")}, "", "open · BEGIN IMMEDIATE · x · COMMIT · ROLLBACK · closed", errTold},
	} {
		db, f := open(t)
		if c.fail != nil {
			f.fail = c.fail
		}
		ctx, cancel := context.WithCancel(t.Context())
		var err error
		func() {
			defer func() { assert.Equal(t, c.work == "panic", recover() != nil, name) }()
			err = sqldb.Transact(ctx, db, c.dialect, func(conn sqldb.Conn) error {
				err := ask(t, "x")(conn)
				switch c.work {
				case "panic":
					panic("in the middle")
				case "cancel":
					cancel()
				}
				return err
			})
		}()
		cancel()
		require.ErrorIs(t, err, c.wrong, name)
		assert.Equal(t, c.said, f.told(), name)
	}
}

// A write of SQLite whose statements stay prepared is a transaction all the same.
func TestWriter_Write(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fail  map[string]error
		said  string
		wrong error
	}{
		"whole":            {nil, "begin · prepared x · y · commit · prepare y", nil},
		"no begin":         {map[string]error{"begin": errTold}, "begin", errTold},
		"error":            {map[string]error{"prepared x": errTold}, "begin · prepared x · rollback", errTold},
		"of what was read": {map[string]error{"y": errTold}, "begin · prepared x · y · rollback · prepare y", errTold},
		"commit":           {map[string]error{"commit": errTold}, "begin · prepared x · y · commit · ROLLBACK · prepare y", errTold},
		"cannot undo":      {map[string]error{"commit": errTold, "ROLLBACK": errTold}, "begin · prepared x · y · commit · ROLLBACK · close x · closed · open · prepare y", errTold},
		"nothing to undo":  {map[string]error{"commit": errTold, "ROLLBACK": errors.New("no transaction")}, "begin · prepared x · y · commit · ROLLBACK · prepare y", errTold},
	} {
		db, f := open(t)
		w := sqldb.NewWriter(db, sqldb.SQLite)
		require.NoError(t, w.Write(t.Context(), ask(t, "x")))
		require.Equal(t, "open · begin · x · commit · prepare x", f.told(), name)
		if c.fail != nil {
			f.fail = c.fail
		}
		err := w.Write(t.Context(), func(c sqldb.Conn) error {
			if err := ask(t, "x")(c); err != nil {
				return err
			}
			return ask(t, "y")(c)
		})
		require.ErrorIs(t, err, c.wrong, name)
		assert.Equal(t, c.said, f.told(), name)
		f.fail = map[string]error{}
		require.NoError(t, w.Write(t.Context(), ask(t, "z")), "%s: the turn is over", name)
	}
	// Whoever is cancelled after their work has written nothing.
	db, f := open(t)
	w := sqldb.NewWriter(db, sqldb.SQLite)
	ctx, cancel := context.WithCancel(t.Context())
	require.ErrorIs(t, w.Write(ctx, func(sqldb.Conn) error { cancel(); return nil }), context.Canceled)
	assert.Equal(t, "open · begin · rollback", f.told())
	assert.Panics(t, func() { _ = w.Write(t.Context(), func(sqldb.Conn) error { panic("in the middle") }) })
	assert.Equal(t, "begin · rollback", f.told())
	// A passing failure is tried again, from the beginning.
	f.fail["commit"] = errors.New("database is locked")
	tries := 0
	require.NoError(t, w.Write(t.Context(), func(sqldb.Conn) error {
		if tries++; tries == 3 {
			f.fail = map[string]error{}
		}
		return nil
	}))
	assert.Equal(t, 3, tries)
}

// Goroutines that write to SQLite take turns; those of Postgres need not.
func TestWriter_Turns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dialect           sqldb.Dialect
		once, both, write string
	}{
		{sqldb.Postgres, "x", "begin · x · commit", "begin · x · commit"},
		{sqldb.SQLite, "BEGIN IMMEDIATE · x · COMMIT", "BEGIN IMMEDIATE · x · COMMIT", "begin · x · commit · prepare x"},
	} {
		db, f := open(t)
		require.NoError(t, db.PingContext(t.Context()))
		f.told()
		w := sqldb.NewWriter(db, c.dialect)
		require.NoError(t, w.Once(t.Context(), ask(t, "x")))
		assert.Equal(t, c.once, f.told())
		require.NoError(t, w.Together(t.Context(), ask(t, "x")))
		assert.Equal(t, c.both, f.told())
		require.NoError(t, w.Write(t.Context(), ask(t, "x")))
		assert.Equal(t, c.write, f.told())
		w.Turn() <- struct{}{}
		for _, do := range []func(context.Context, func(sqldb.Conn) error) error{w.Once, w.Together, w.Write} {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			err := do(ctx, func(sqldb.Conn) error { return nil })
			if c.dialect == sqldb.SQLite {
				require.ErrorIs(t, err, context.DeadlineExceeded)
			} else {
				require.NoError(t, err)
			}
			cancel()
		}
		w.EndTurn()
		require.NoError(t, w.Once(t.Context(), ask(t, "y")))
		f.fail["z"] = coded{"40001"}
		require.Error(t, w.Once(t.Context(), ask(t, "z")), "in the end")
		require.NoError(t, w.Once(t.Context(), ask(t, "y")), "and its turn is over")
	}
}
