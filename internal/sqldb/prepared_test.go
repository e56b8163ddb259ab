package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
)

// list does one statement that gives rows.
func list(ctx context.Context, c sqldb.Conn, query string) error {
	rows, err := c.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		continue
	}
	return rows.Err()
}

// Statements of SQLite are read once; those of Postgres are the driver's matter.
func TestPrepared(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[sqldb.Dialect]string{
		sqldb.SQLite:   "open · prepare x · prepared x · prepared x · prepare q · prepared q · prepared q · prepare r · prepared r · prepared r",
		sqldb.Postgres: "open · x · x · q · q · r · r",
	} {
		db, f := open(t)
		p := sqldb.NewPrepared(db, dialect)
		f.rows["r"] = nil
		for range 2 {
			require.NoError(t, ask(t, "x")(p))
		}
		for range 2 {
			require.NoError(t, list(t.Context(), p, "q"))
		}
		for range 2 {
			var n int
			require.Error(t, p.QueryRowContext(t.Context(), "r").Scan(&n), "no row")
		}
		assert.Equal(t, want, f.told())
	}
}

// What cannot be prepared is done all the same, and says itself what is wrong;
// so is what there is no room for.
func TestPrepared_Room(t *testing.T) {
	t.Parallel()
	db, f := open(t)
	w := sqldb.NewWriter(db, sqldb.SQLite)
	p := w.Prepared()
	f.fail["prepare bad"] = errTold
	require.NoError(t, ask(t, "bad")(p))
	f.fail["bad"] = errTold
	require.ErrorIs(t, ask(t, "bad")(p), errTold)
	assert.Equal(t, "open · prepare bad · bad · prepare bad · bad", f.told())
	for i := range 128 {
		require.NoError(t, ask(t, fmt.Sprint("s", i))(p))
	}
	f.told()
	require.NoError(t, ask(t, "s127")(p))
	require.NoError(t, ask(t, "s0")(p))
	require.NoError(t, ask(t, "more")(p))
	assert.Equal(t, "prepared s127 · prepared s0 · more", f.told())
	require.NoError(t, w.Write(t.Context(), func(c sqldb.Conn) error {
		if err := ask(t, "s5")(c); err != nil {
			return err
		}
		return ask(t, "more")(c)
	}))
	assert.Equal(t, "begin · prepared s5 · more · commit", f.told())
	require.NoError(t, w.Write(t.Context(), func(c sqldb.Conn) error {
		if err := errors.Join(list(t.Context(), c, "s6"), list(t.Context(), c, "more")); err != nil {
			return err
		}
		var n int
		_ = c.QueryRowContext(t.Context(), "s7").Scan(&n)
		_ = c.QueryRowContext(t.Context(), "more").Scan(&n)
		return nil
	}))
	assert.Equal(t, "begin · prepared s6 · more · prepared s7 · more · commit", f.told())
}

// Two who prepare at one time keep no more than one statement of a text, and no
// more than there is room for.
func TestPrepared_AtOnce(t *testing.T) {
	t.Parallel()
	for _, texts := range [][2]string{{"x", "x"}, {"x", "y"}} {
		db, f := open(t)
		p := sqldb.NewPrepared(db, sqldb.SQLite)
		for i := range 127 {
			require.NoError(t, ask(t, fmt.Sprint("s", i))(p))
		}
		f.told()
		f.gate.Add(2)
		f.through.Store(2)
		var group sync.WaitGroup
		for _, text := range texts {
			group.Go(func() { assert.NoError(t, ask(t, text)(p)) })
		}
		group.Wait()
		assert.Equal(t, 1, strings.Count(f.told(), "close "), "what there is no room for is let go")
		require.NoError(t, errors.Join(ask(t, texts[0])(p), ask(t, texts[1])(p)))
		want := map[bool]int{true: 2, false: 1}[texts[0] == texts[1]]
		assert.Equal(t, want, strings.Count(f.told(), "prepared "))
	}
}

// What waits for nobody is not watched for being cancelled; where connections
// are few, or between machines, all is.
func TestPrepared_Watched(t *testing.T) {
	t.Parallel()
	for _, dialect := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		db, f := open(t)
		w := sqldb.NewWriter(db, dialect)
		ctx, cancel := context.WithCancel(t.Context())
		var n int
		lite := dialect == sqldb.SQLite
		_ = w.Prepared().QueryRowContext(ctx, "row").Scan(&n)
		assert.Equal(t, !lite, f.watched["row"])
		db.SetMaxOpenConns(1)
		_ = w.Prepared().QueryRowContext(ctx, "few").Scan(&n)
		assert.True(t, f.watched["few"])
		for range 2 { // read, then prepared
			require.NoError(t, w.Write(ctx, func(c sqldb.Conn) error {
				_ = c.QueryRowContext(ctx, "one").Scan(&n)
				if _, err := c.ExecContext(ctx, "do"); err != nil {
					return err
				}
				return list(ctx, c, "many")
			}))
			for _, q := range []string{"one", "many", "do"} {
				assert.Equal(t, !lite, f.watched[q], q)
			}
		}
		f.told()
		err := w.Write(ctx, func(c sqldb.Conn) error {
			cancel()
			_, err := c.ExecContext(ctx, "never")
			return err
		})
		require.ErrorIs(t, err, context.Canceled)
		assert.NotContains(t, strings.Split(f.told(), " · "), "never")
		require.ErrorIs(t, w.Prepared().QueryRowContext(ctx, "row").Scan(&n), context.Canceled)
	}
}
