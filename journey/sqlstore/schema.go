package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations
var files embed.FS

// ErrSchema: the tables are not those this version of the package works with.
var ErrSchema = errors.New("other schema")

// Migrations are the statements that make the tables, one file for each
// version, for those who apply migrations by a tool of their own. They are
// written with the prefix lc_. Open wants to find them in the table lc_meta:
// version, name and checksum, the SHA-256 of the file in hexadecimal digits.
func Migrations(d Dialect) (fs.FS, error) {
	if _, err := (Schema{Dialect: d}).validate("Migrations"); err != nil {
		return nil, err
	}
	return fs.Sub(files, "migrations/"+d.String())
}

// migration is one file.
type migration struct {
	version  int64
	name     string
	text     string
	checksum string
}

func (s Schema) migrations() ([]migration, error) {
	sub, err := Migrations(s.Dialect)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(sub, "*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var list []migration
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, err
		}
		text, err := fs.ReadFile(sub, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		list = append(list, migration{version, name, s.text(string(text)), hex.EncodeToString(sum[:])})
	}
	return list, nil
}

// Migrate brings the tables to the version this package works with. It may be
// called at every start, by several processes at once: one does the work, all
// or nothing of it, while the others wait. A migration that was applied with
// another text, or a schema of a later version, is ErrSchema.
func Migrate(ctx context.Context, db *sql.DB, schema Schema) error {
	s, err := schema.validate("Migrate")
	if err != nil {
		return err
	}
	list, err := s.migrations()
	if err != nil {
		return err
	}
	return transact(ctx, db, s.Dialect, func(c conn) error {
		if s.Dialect == Postgres {
			// One lock for each prefix: its number is arbitrary and fixed.
			if _, err := c.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7214923811 + hashtext($1))", s.Prefix); err != nil {
				return err
			}
		}
		if _, err := c.ExecContext(ctx, s.text("CREATE TABLE IF NOT EXISTS lc_meta (version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)")); err != nil {
			return err
		}
		applied, err := s.applied(ctx, c)
		if err != nil {
			return err
		}
		if err := check(list, applied); err != nil {
			return err
		}
		for _, m := range list {
			if _, done := applied[m.version]; done {
				continue
			}
			for statement := range strings.SplitSeq(m.text, ";\n") {
				if strings.TrimSpace(statement) == "" {
					continue
				}
				if _, err := c.ExecContext(ctx, statement); err != nil {
					return fmt.Errorf("sqlstore: migrate: %s: %w", m.name, err)
				}
			}
			if _, err := c.ExecContext(ctx, s.text("INSERT INTO lc_meta (version, name, checksum) VALUES ($1, $2, $3)"), m.version, m.name, m.checksum); err != nil {
				return err
			}
		}
		return nil
	})
}

// applied are the checksums of what was applied, by version.
func (s Schema) applied(ctx context.Context, c conn) (map[int64]string, error) {
	rows, err := c.QueryContext(ctx, s.text("SELECT version, checksum FROM lc_meta"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[int64]string{}
	for rows.Next() {
		var version int64
		var sum string
		if err := rows.Scan(&version, &sum); err != nil {
			return nil, err
		}
		out[version] = sum
	}
	return out, rows.Err()
}

// check wants that what was applied is the beginning of the list.
func check(list []migration, applied map[int64]string) error {
	known := map[int64]migration{}
	for _, m := range list {
		known[m.version] = m
	}
	last := list[len(list)-1].version
	for version, sum := range applied {
		switch m, ok := known[version]; {
		case !ok && version > last:
			return fmt.Errorf("sqlstore: %w: it is of version %d, and this program knows %d", ErrSchema, version, last)
		case !ok || m.checksum != sum:
			return fmt.Errorf("sqlstore: %w: migration %d was applied with another text", ErrSchema, version)
		}
	}
	return nil
}

// current wants all migrations applied.
func (s Schema) current(ctx context.Context, c conn) error {
	list, err := s.migrations()
	if err != nil {
		return err
	}
	applied, err := s.applied(ctx, c)
	if err != nil {
		return fmt.Errorf("sqlstore: %w: call Migrate first: %w", ErrSchema, err)
	}
	if err := check(list, applied); err != nil {
		return err
	}
	if len(applied) < len(list) {
		return fmt.Errorf("sqlstore: %w: it is of version %d, and this program wants %d: call Migrate", ErrSchema, len(applied), len(list))
	}
	return nil
}
