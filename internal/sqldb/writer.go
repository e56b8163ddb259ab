package sqldb

import (
	"context"
	"database/sql"
)

// Writer writes to one database, again where it asks for it. Goroutines of one
// process do not let SQLite choose between them: it would make them sleep.
type Writer struct {
	db      *sql.DB
	dialect Dialect
	turn    chan struct{} // of SQLite: one goroutine at a time
}

// NewWriter makes one; a process wants one for each database.
func NewWriter(db *sql.DB, d Dialect) *Writer { return &Writer{db, d, make(chan struct{}, 1)} }

// Once does what is one statement, or on SQLite a transaction of it.
func (w *Writer) Once(ctx context.Context, work func(Conn) error) error {
	if w.dialect == SQLite {
		return w.Together(ctx, work)
	}
	return Again(ctx, func() error { return work(w.db) })
}

// Together does several statements, all or none. work may be called again, from
// the beginning.
func (w *Writer) Together(ctx context.Context, work func(Conn) error) error {
	if w.dialect == SQLite {
		select {
		case w.turn <- struct{}{}:
			defer func() { <-w.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return Again(ctx, func() error { return Transact(ctx, w.db, w.dialect, work) })
}
