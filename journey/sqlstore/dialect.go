package sqlstore

import (
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Dialect is which database speaks. There is no default.
type Dialect uint8

const (
	// Postgres is version 13 or later.
	Postgres Dialect = iota + 1
	// SQLite is version 3.35 or later.
	SQLite
)

// String is "postgres" or "sqlite", as the folder of migrations.
func (d Dialect) String() string {
	switch d {
	case Postgres:
		return "postgres"
	case SQLite:
		return "sqlite"
	default:
		return "Dialect(" + strconv.Itoa(int(d)) + ")"
	}
}

// Schema says where the tables are. Several may share a database.
type Schema struct {
	// Dialect of the database. Required.
	Dialect Dialect
	// Prefix of all tables; empty is "lc_". Lower-case letters, digits and
	// underscores, at most 32.
	Prefix string
}

const (
	writtenPrefix = "lc_" // in the texts of this package
	maxPrefix     = 32
)

func (s Schema) validate(op string) (Schema, error) {
	if s.Dialect != Postgres && s.Dialect != SQLite {
		return s, &fault.Error{Package: "sqlstore", Op: op, Field: "Dialect", Value: s.Dialect.String(), Limit: "want Postgres or SQLite"}
	}
	if s.Prefix == "" {
		s.Prefix = writtenPrefix
	}
	for i, r := range s.Prefix {
		letter := r == '_' || r >= 'a' && r <= 'z'
		if !letter && (i == 0 || r < '0' || r > '9') || len(s.Prefix) > maxPrefix {
			return s, &fault.Error{Package: "sqlstore", Op: op, Field: "Prefix", Value: fault.Quote(s.Prefix), Limit: "want at most 32 of a-z, 0-9 and _, no digit first"}
		}
	}
	return s, nil
}

// text is a statement in this schema. Statements are written for Postgres with
// the prefix lc_; their parameters are numbered in the order of appearance.
func (s Schema) text(statement string) string {
	if s.Prefix != writtenPrefix {
		statement = strings.ReplaceAll(statement, writtenPrefix, s.Prefix)
	}
	if s.Dialect == SQLite {
		statement = strings.ReplaceAll(statement, "$", "?")
		statement = strings.ReplaceAll(statement, " FOR UPDATE SKIP LOCKED", "") // there is one writer
	}
	return statement
}

// kinds of parameters: of a list of values Postgres must be told.
const (
	kindInt   = "bigint"
	kindText  = "text"
	kindBytes = "bytea"
)

// values writes a list of so many rows of parameters, the first numbered from,
// as a table whose columns are column1, column2 and so on.
func (s Schema) values(b *strings.Builder, from, rows int, kinds ...string) {
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
			n := strconv.Itoa(from + r*len(kinds) + i)
			if s.Dialect == SQLite {
				b.WriteString("?" + n) // values have types of their own there
			} else {
				b.WriteString("CAST($" + n + " AS " + kind + ")")
			}
		}
		b.WriteByte(')')
	}
	b.WriteString(")")
}
