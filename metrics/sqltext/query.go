package sqltext

import (
	"database/sql"
	"iter"
	"slices"
)

// Query is a text to run, and what its result looks like.
type Query struct {
	text    string
	columns []string
}

// Text is one statement of SQL, without parameters. Equal options give equal
// text.
func (q *Query) Text() string { return q.text }

// String is Text.
func (q *Query) String() string { return q.text }

// Columns are the names of the result's columns, in order. Engines that fold
// names may give them in capitals.
func (q *Query) Columns() []string { return slices.Clone(q.columns) }

// Rows yields the rows of a result of package database/sql and closes it. Other
// clients' rows are as welcome: any sequence of one []any a row.
func Rows(rows *sql.Rows) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		defer func() { _ = rows.Close() }()
		names, err := rows.Columns()
		if err != nil {
			yield(nil, err)
			return
		}
		for rows.Next() {
			row := make([]any, len(names))
			to := make([]any, len(names))
			for i := range row {
				to[i] = &row[i]
			}
			if err := rows.Scan(to...); err != nil {
				yield(nil, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, err)
		}
	}
}
