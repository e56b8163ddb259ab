package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// ErrSchema: the tables are not those the program works with.
var ErrSchema = errors.New("other schema")

// migration is one file.
type migration struct {
	version  int64
	name     string
	text     string
	checksum string
}

// migrations are the files 0001_name.sql and so on of a dialect's folder.
func (s Schema) migrations(files fs.FS) ([]migration, error) {
	sub, err := fs.Sub(files, "migrations/"+string(s.Dialect))
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
		list = append(list, migration{version, name, s.Text(string(text)), hex.EncodeToString(sum[:])})
	}
	return list, nil
}

// Migrate brings the tables to the latest version: all of what is missing or
// nothing, once, however many call it.
func (s Schema) Migrate(ctx context.Context, db *sql.DB, files fs.FS) error {
	list, err := s.migrations(files)
	if err != nil {
		return err
	}
	return Transact(ctx, db, s.Dialect, func(c Conn) error {
		if s.Dialect == Postgres {
			// One lock for each prefix: its number is arbitrary and fixed.
			if _, err := c.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7214923811 + hashtext($1))", s.Prefix); err != nil {
				return err
			}
		}
		if _, err := c.ExecContext(ctx, s.Text("CREATE TABLE IF NOT EXISTS lc_meta (version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)")); err != nil {
			return err
		}
		applied, err := s.applied(ctx, c)
		if err != nil {
			return err
		}
		if err := s.check(list, applied); err != nil {
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
					return fmt.Errorf("%s: migrate: %s: %w", s.Package, m.name, err)
				}
			}
			if _, err := c.ExecContext(ctx, s.Text("INSERT INTO lc_meta (version, name, checksum) VALUES ($1, $2, $3)"), m.version, m.name, m.checksum); err != nil {
				return err
			}
		}
		return nil
	})
}

// applied are the checksums of what was applied, by version.
func (s Schema) applied(ctx context.Context, c Conn) (map[int64]string, error) {
	rows, err := c.QueryContext(ctx, s.Text("SELECT version, checksum FROM lc_meta"))
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
func (s Schema) check(list []migration, applied map[int64]string) error {
	known := map[int64]migration{}
	for _, m := range list {
		known[m.version] = m
	}
	last := list[len(list)-1].version
	for version, sum := range applied {
		switch m, ok := known[version]; {
		case !ok && version > last:
			return fmt.Errorf("%s: %w: it is of version %d, and this program knows %d", s.Package, ErrSchema, version, last)
		case !ok || m.checksum != sum:
			return fmt.Errorf("%s: %w: migration %d was applied with another text", s.Package, ErrSchema, version)
		}
	}
	return nil
}

// Current wants all migrations applied.
func (s Schema) Current(ctx context.Context, c Conn, files fs.FS) error {
	list, err := s.migrations(files)
	if err != nil {
		return err
	}
	applied, err := s.applied(ctx, c)
	if err != nil {
		return fmt.Errorf("%s: %w: call Migrate first: %w", s.Package, ErrSchema, err)
	}
	if err := s.check(list, applied); err != nil {
		return err
	}
	if len(applied) < len(list) {
		return fmt.Errorf("%s: %w: it is of version %d, and this program wants %d: call Migrate", s.Package, ErrSchema, len(applied), len(list))
	}
	return nil
}
