package sqlstore_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a table of parameters is given comes out of the database again, in its
// order, whatever stands in it and however many rows there are.
func TestRows_ComeBack(t *testing.T) {
	t.Parallel()
	texts := []any{"", "NULL", "null", "{", "}", "{a,b}", ",", `"`, `\`, `\"`, `a\\b`, " ", " a ", "ä", "عميل", "'; --", "$1", "?1", "\n\t", nil}
	numbers := []any{int64(0), int64(-1), int64(1<<63 - 1), int64(-1 << 63), nil}
	bytes := []any{[]byte{}, []byte("a"), []byte{0, 255, '\\', '"'}, []byte(strings.Repeat("x", 70_000)), []byte(nil)}
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			db := e.open(t, e.url(t))
			s := sqldb.Schema{Dialect: sqldb.Dialect(e.dialect), Prefix: sqldb.WrittenPrefix}
			r := rand.New(rand.NewPCG(14, 3))
			for _, n := range []int{1, 2, 20, 400} {
				var args []any
				for i := range n {
					long := bytes[r.IntN(len(bytes))]
					if i >= 20 {
						long = fmt.Append(nil, i)
					}
					args = append(args, texts[r.IntN(len(texts))], int64(i), numbers[r.IntN(len(numbers))], long)
				}
				var q strings.Builder
				q.WriteString("SELECT v.*, CAST($1 AS bigint) FROM ")
				params := append([]any{int64(n)}, s.Rows(&q, 2, args, sqldb.Text, sqldb.Int, sqldb.Int, sqldb.Bytes)...)
				q.WriteString(" AS v")
				got := fetch(t, db, s.Text(q.String()), params, int64(n))
				require.Len(t, got, len(args))
				for i := range args {
					if want, ok := args[i].([]byte); ok {
						long, _ := got[i].([]byte)
						require.Equal(t, string(want), string(long), "%d", i)
						if e.dialect == "postgres" {
							require.Equal(t, want == nil, long == nil, "%d: NULL stays NULL", i)
						}
						continue
					}
					require.Equal(t, args[i], got[i], "%d", i)
				}
			}
		})
	}
}

// fetch reads rows of text, number, number, bytes and size, but for the size.
func fetch(t *testing.T, db *sql.DB, query string, params []any, want int64) (got []any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, params...)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var name *string
		var at, size int64
		var number *int64
		var long []byte
		require.NoError(t, rows.Scan(&name, &at, &number, &long, &size))
		assert.Equal(t, want, size)
		row := []any{nil, at, nil, long}
		if name != nil {
			row[0] = *name
		}
		if number != nil {
			row[2] = *number
		}
		got = append(got, row...)
	}
	require.NoError(t, rows.Err())
	return got
}
