package sqldb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// One text serves both.
func TestSchema_Text(t *testing.T) {
	t.Parallel()
	const statement = "UPDATE lc_state SET n = $1 WHERE c IN (SELECT c FROM lc_state WHERE d <= $2 FOR UPDATE SKIP LOCKED)"
	pg := sqldb.Schema{Dialect: sqldb.Postgres, Prefix: sqldb.WrittenPrefix}
	assert.Equal(t, statement, pg.Text(statement))
	lite := sqldb.Schema{Dialect: sqldb.SQLite, Prefix: "own_"}
	assert.Equal(t, "UPDATE own_state SET n = ?1 WHERE c IN (SELECT c FROM own_state WHERE d <= ?2)", lite.Text(statement))
	var b strings.Builder
	pg.Values(&b, 3, 2, sqldb.Text, sqldb.Int)
	assert.Equal(t, "(VALUES (CAST($3 AS text),CAST($4 AS bigint)),(CAST($5 AS text),CAST($6 AS bigint)))", b.String())
	b.Reset()
	args := pg.Rows(&b, 2, []any{`a"\`, int64(-1), []byte("xy"), nil, nil, []byte(nil), "", int64(7), []byte{}}, sqldb.Text, sqldb.Int, sqldb.Bytes)
	assert.Equal(t, "(SELECT column1, column2, substring(CAST($6 AS bytea) FROM at3 FOR size3) AS column3"+
		" FROM unnest(CAST($2 AS text[]), CAST($3 AS bigint[]), CAST($4 AS int[]), CAST($5 AS int[])) AS u(column1, column2, at3, size3))", b.String())
	assert.Equal(t, []any{`{"a\"\\",NULL,""}`, "{-1,NULL,7}", "{1,3,3}", "{2,NULL,0}", []byte("xy")}, args)
	b.Reset()
	args = lite.Rows(&b, 2, []any{"a", int64(1), "b", nil}, sqldb.Text, sqldb.Int)
	assert.Equal(t, "(VALUES (?2,?),(?,?))", b.String())
	assert.Equal(t, []any{"a", int64(1), "b", nil}, args)
	b.Reset()
	lite.Values(&b, 1, 2, sqldb.Bytes)
	assert.Equal(t, "(VALUES (?1),(?))", b.String())
}

func TestSchema_Refuses(t *testing.T) {
	t.Parallel()
	good := sqldb.Schema{Package: "p", Dialect: sqldb.SQLite, Prefix: "a_9"}
	require.NoError(t, good.Check("Open"))
	for _, bad := range []sqldb.Schema{{Prefix: "a"}, {Dialect: "oracle"}, {Dialect: sqldb.SQLite, Prefix: "9a"}, {Dialect: sqldb.SQLite, Prefix: "a-b"}, {Dialect: sqldb.SQLite, Prefix: "A"}, {Dialect: sqldb.SQLite, Prefix: strings.Repeat("a", 33)}} {
		var e *fault.Error
		require.ErrorAs(t, bad.Check("Open"), &e, "%+v", bad)
	}
	for text, ok := range map[string]bool{"": true, "عميل": true, "a\x00": false, "\xff": false, "a\xc3": false} {
		assert.Equal(t, ok, sqldb.IsStorable(text), "%q", text)
		assert.Equal(t, ok, good.Storable("put", "id", text) == nil)
	}
	require.ErrorIs(t, good.Storable("put", "id", "\x00"), sqldb.ErrText)
}

type coded struct{ state string }

func (c coded) Error() string    { return "server said " + c.state }
func (c coded) SQLState() string { return c.state }

type lite int

func (l lite) Error() string { return fmt.Sprint("code ", int(l)) }
func (l lite) Code() int     { return int(l) }

// What passes is tried again, a bounded number of times; what stays is not.
func TestAgain(t *testing.T) {
	t.Parallel()
	for err, passes := range map[error]bool{ // by the error
		coded{"40001"}: true, coded{"40P01"}: true, coded{"23505"}: false, coded{"57P01"}: false,
		lite(5): true, lite(6): true, lite(5 | 2<<8): true, lite(13): false, lite(2067): false,
		errors.New("database is locked"): true, errors.New("disk full"): false,
	} {
		calls := 0
		got := sqldb.Again(t.Context(), func() error {
			calls++
			if calls == 3 {
				return nil
			}
			return fmt.Errorf("wrapped: %w", err)
		})
		assert.Equal(t, passes, got == nil, "%v", err)
		assert.Equal(t, map[bool]int{true: 3, false: 1}[passes], calls, "%v", err)
	}
	calls := 0
	require.Error(t, sqldb.Again(t.Context(), func() error { calls++; return lite(5) }))
	assert.Equal(t, 9, calls)
}

// A migration that cannot be read is no migration.
func TestMigrate_Files(t *testing.T) {
	t.Parallel()
	s := sqldb.Schema{Package: "p", Dialect: sqldb.SQLite, Prefix: "a_"}
	require.Error(t, s.Migrate(t.Context(), nil, fstest.MapFS{"migrations/sqlite/x_y.sql": {Data: []byte("SELECT 1")}}))
}
