package sqltext_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/sqltext"
)

// canned is a database that answers every query with the same table: what a
// driver is to a program, without a warehouse.
type canned struct {
	columns []string
	rows    [][]driver.Value
	fails   error // after the rows
	closed  int
}

func (c *canned) Connect(context.Context) (driver.Conn, error) { return c, nil }
func (c *canned) Driver() driver.Driver                        { return nil }
func (c *canned) Prepare(string) (driver.Stmt, error)          { return nil, driver.ErrSkip }
func (c *canned) Begin() (driver.Tx, error)                    { return nil, driver.ErrSkip }
func (c *canned) Close() error                                 { return nil }

func (c *canned) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return &cannedRows{of: c}, nil
}

type cannedRows struct {
	of *canned
	n  int
}

func (r *cannedRows) Columns() []string { return r.of.columns }
func (r *cannedRows) Close() error      { r.of.closed++; return nil }

func (r *cannedRows) Next(to []driver.Value) error {
	if r.n == len(r.of.rows) {
		if r.of.fails != nil {
			return r.of.fails
		}
		return io.EOF
	}
	copy(to, r.of.rows[r.n])
	r.n++
	return nil
}

// The way of a program: a query's text to the database, its rows to Read.
func ExampleRows() {
	q, err := sqltext.Statements(sqltext.Postgres, changes, sqltext.Span{From: january, To: january})
	if err != nil {
		fmt.Println(err)
		return
	}
	db := sql.OpenDB(&canned{ // sql.Open with a driver and an address
		columns: q.Columns(),
		rows:    [][]driver.Value{{int64(24312), int64(0), []byte("4900"), int64(0), int64(0), int64(0), int64(0), "4900", int64(0), int64(1), int64(0), int64(0), int64(0), int64(0), int64(1), int64(1), int64(0)}},
	})
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), q.Text()) //nolint:rowserrcheck // Rows asks
	if err != nil {
		fmt.Println(err)
		return
	}
	months, err := q.Read(sqltext.Rows(rows)) // which closes them, and asks for their error
	fmt.Println(months[0], err)
	// Output:
	// 2026-01 EUR: 0 + 49 new = 49, 1 customers <nil>
}

// A result is closed however it ends, each row is one of its own, and what fails
// on the way is given after the rows before it.
func TestRows_EndAndClose(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fails error
		stop  int // after so many rows
		want  []string
	}{
		"all":     {nil, 9, []string{"[a 1] <nil>", "[b <nil>] <nil>"}},
		"stopped": {nil, 1, []string{"[a 1] <nil>"}},
		"broken":  {io.ErrUnexpectedEOF, 9, []string{"[a 1] <nil>", "[b <nil>] <nil>", "[] unexpected EOF"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := &canned{columns: []string{"x", "y"}, rows: [][]driver.Value{{"a", int64(1)}, {"b", nil}}, fails: c.fails}
			db := sql.OpenDB(table)
			t.Cleanup(func() { _ = db.Close() })
			rows, err := db.QueryContext(t.Context(), "SELECT") //nolint:sqlclosecheck // Rows closes it, which is tested
			require.NoError(t, err)
			var kept [][]any
			var errs []error
			for row, err := range sqltext.Rows(rows) {
				kept, errs = append(kept, row), append(errs, err)
				if len(kept) == c.stop {
					break
				}
			}
			var got []string
			for i := range kept {
				got = append(got, fmt.Sprint(kept[i], " ", errs[i]))
			}
			assert.Equal(t, c.want, got)
			assert.Equal(t, 1, table.closed)
			assert.Equal(t, c.fails, rows.Err())
		})
	}
}

// Rows that are closed already give the error, not an empty result.
func TestRows_Closed(t *testing.T) {
	t.Parallel()
	db := sql.OpenDB(&canned{columns: []string{"x"}})
	t.Cleanup(func() { _ = db.Close() })
	rows, err := db.QueryContext(t.Context(), "SELECT")
	require.NoError(t, err)
	require.NoError(t, rows.Close())
	got := slices.Collect(func(yield func(error) bool) {
		for _, err := range sqltext.Rows(rows) {
			yield(err)
		}
	})
	require.Len(t, got, 1)
	require.Error(t, got[0])
	require.NoError(t, rows.Err())
}
