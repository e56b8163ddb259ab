package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "modernc.org/sqlite" // the driver, of this program only
)

// store keeps the events as they came, each once, and snapshots of what they
// amount to: the events are the truth, a snapshot saves reading them again.
type store struct{ db *sql.DB }

const schema = `
CREATE TABLE IF NOT EXISTS event (
	seq  INTEGER PRIMARY KEY AUTOINCREMENT,
	id   TEXT NOT NULL UNIQUE,
	body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS snapshot (
	one   INTEGER PRIMARY KEY CHECK (one = 1),
	seq   INTEGER NOT NULL, -- the last event in it
	books BLOB NOT NULL,
	feed  BLOB NOT NULL
);`

func openStore(ctx context.Context, file string) (*store, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", file, err), db.Close())
	}
	return &store{db}, nil
}

func (s *store) close() error { return s.db.Close() }

// add stores an event; fresh is false where its id is known.
func (s *store) add(ctx context.Context, id string, body []byte) (seq int64, fresh bool, err error) {
	res, err := s.db.ExecContext(ctx, `INSERT INTO event (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`, id, body)
	if err != nil {
		return 0, false, err
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return 0, false, err
	}
	seq, err = res.LastInsertId()
	return seq, true, err
}

// after calls f for the events after a place, in the order they came.
func (s *store) after(ctx context.Context, seq int64, f func(seq int64, body []byte) error) (err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT seq, body FROM event WHERE seq > ? ORDER BY seq`, seq)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var at int64
		var body []byte
		if err := rows.Scan(&at, &body); err != nil {
			return err
		}
		if err := f(at, body); err != nil {
			return err
		}
	}
	return rows.Err()
}

// snapshot returns the last one; seq 0 where there is none.
func (s *store) snapshot(ctx context.Context) (seq int64, books, feed []byte, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT seq, books, feed FROM snapshot`).Scan(&seq, &books, &feed)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil, nil
	}
	return seq, books, feed, err
}

// save replaces the snapshot: books and feed together, or neither.
func (s *store) save(ctx context.Context, seq int64, books, feed []byte) error {
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO snapshot (one, seq, books, feed) VALUES (1, ?, ?, ?)
		 ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, books = excluded.books, feed = excluded.feed`,
		seq, books, feed)
	return err
}
