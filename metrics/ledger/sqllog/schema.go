package sqllog

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
)

// Dialect is which database speaks. There is no default.
type Dialect string

const (
	// Postgres is version 13 or later.
	Postgres = Dialect(sqldb.Postgres)
	// SQLite is version 3.35 or later.
	SQLite = Dialect(sqldb.SQLite)
)

// Schema says where the tables are. Each prefix is a log of its own.
type Schema struct {
	// Dialect of the database. Required.
	Dialect Dialect
	// Prefix of all tables; empty is "lc_books_". Lower-case letters, digits and
	// underscores, at most 32.
	Prefix string
}

var (
	// ErrSchema: the tables are not those this version of the package works with.
	ErrSchema = sqldb.ErrSchema
	// ErrText: a text that not every database can keep. Postgres refuses NUL and
	// what is not UTF-8; so does this package everywhere.
	ErrText = sqldb.ErrText
)

const defaultPrefix = "lc_books_"

//go:embed migrations
var files embed.FS

func (s Schema) inside(op string) (sqldb.Schema, error) {
	if s.Prefix == "" {
		s.Prefix = defaultPrefix
	}
	in := sqldb.Schema{Package: "sqllog", Dialect: sqldb.Dialect(s.Dialect), Prefix: s.Prefix}
	return in, in.Check(op)
}

// Migrations are the statements that make the tables, one file for each
// version, for those who apply migrations by a tool of their own. They are
// written with the prefix lc_. Open wants to find them in the table lc_meta:
// version, name and checksum, the SHA-256 of the file in hexadecimal digits.
func Migrations(d Dialect) (fs.FS, error) {
	if _, err := (Schema{Dialect: d}).inside("Migrations"); err != nil {
		return nil, err
	}
	return fs.Sub(files, "migrations/"+string(d))
}

// Migrate brings the tables to the version this package works with. It may be
// called at every start, by several processes at once: one does the work, all
// or nothing of it, while the others wait.
func Migrate(ctx context.Context, db *sql.DB, schema Schema) error {
	s, err := schema.inside("Migrate")
	if err != nil {
		return err
	}
	return s.Migrate(ctx, db, files)
}
