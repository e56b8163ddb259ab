package sqldb

import (
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Dialect is which database speaks, by the name of its folder of migrations.
type Dialect string

// The dialects.
const (
	Postgres Dialect = "postgres"
	SQLite   Dialect = "sqlite"
)

// Schema is a set of tables in a database.
type Schema struct {
	Package string // whose it is, in errors
	Dialect Dialect
	Prefix  string // of the tables
}

// WrittenPrefix is that of the tables in texts of statements.
const WrittenPrefix = "lc_"

const maxPrefix = 32

// Check refuses an unknown dialect and a prefix that would have to be quoted.
func (s Schema) Check(op string) error {
	if s.Dialect != Postgres && s.Dialect != SQLite {
		return &fault.Error{Package: s.Package, Op: op, Field: "Dialect", Value: fault.Quote(string(s.Dialect)), Limit: "want Postgres or SQLite"}
	}
	for i, r := range s.Prefix {
		letter := r == '_' || r >= 'a' && r <= 'z'
		if !letter && (i == 0 || r < '0' || r > '9') || len(s.Prefix) > maxPrefix {
			return &fault.Error{Package: s.Package, Op: op, Field: "Prefix", Value: fault.Quote(s.Prefix), Limit: "want at most 32 of a-z, 0-9 and _, no digit first"}
		}
	}
	return nil
}

// Text is a statement in this schema. Statements are written for Postgres with
// the prefix lc_; their parameters are numbered in the order of appearance.
func (s Schema) Text(statement string) string {
	if s.Prefix != WrittenPrefix {
		statement = strings.ReplaceAll(statement, WrittenPrefix, s.Prefix)
	}
	if s.Dialect == SQLite {
		statement = strings.ReplaceAll(statement, "$", "?")
		statement = strings.ReplaceAll(statement, " FOR UPDATE SKIP LOCKED", "") // there is one writer
	}
	return statement
}

// Kinds of parameters: of a list of values Postgres must be told.
const (
	Int   = "bigint"
	Text  = "text"
	Bytes = "bytea"
)

// RowsAtOnce bounds the rows of a list of values: SQLite takes 32,766
// parameters.
const RowsAtOnce = 1000

// preparedRows is the longest list of values that is worth preparing: beyond it
// a row costs no less.
const preparedRows = 64

// Chunk cuts rows of so many values each into lists for one statement each: on
// SQLite of 64, 32, 16 and so on, so that few statements are ever met, each of
// which stays prepared.
func (s Schema) Chunk(args []any, width int) iter.Seq[[]any] {
	if s.Dialect != SQLite {
		return slices.Chunk(args, width*RowsAtOnce)
	}
	return func(yield func([]any) bool) {
		for size := preparedRows; len(args) > 0; {
			for size*width > len(args) && size > 1 {
				size /= 2
			}
			n := min(size*width, len(args))
			if !yield(args[:n:n]) {
				return
			}
			args = args[n:]
		}
	}
}

// Values writes a list of so many rows of parameters, the first numbered from,
// as a table whose columns are column1, column2 and so on.
func (s Schema) Values(b *strings.Builder, from, rows int, kinds ...string) {
	b.WriteString("(VALUES ")
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for i, kind := range kinds {
			if i > 0 {
				b.WriteByte(',')
			}
			n := from + r*len(kinds) + i
			switch {
			case s.Dialect != SQLite:
				b.WriteString("CAST($" + strconv.Itoa(n) + " AS " + kind + ")")
			case n == from:
				b.WriteString("?" + strconv.Itoa(n)) // values have types of their own there
			default:
				b.WriteByte('?') // the next number; a driver would look for each that is spelt out
			}
		}
		b.WriteByte(')')
	}
	b.WriteString(")")
}

// ErrText: a text that not every database can keep.
var ErrText = errors.New("text with NUL or not UTF-8")

// IsStorable reports whether every database can keep the text: Postgres refuses
// NUL and what is not UTF-8.
func IsStorable(text string) bool { return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 }

// Storable refuses a text that is not.
func (s Schema) Storable(op, field, text string) error {
	if IsStorable(text) {
		return nil
	}
	return &fault.Error{Package: s.Package, Op: op, Field: field, Value: fault.Quote(text), Limit: "want UTF-8 without NUL", Err: ErrText}
}
