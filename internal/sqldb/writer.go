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
	p       *Prepared
	turn    chan struct{} // of SQLite: one goroutine at a time
}

// NewWriter makes one; a process wants one for each database.
func NewWriter(db *sql.DB, d Dialect) *Writer {
	return &Writer{db, d, NewPrepared(db, d), make(chan struct{}, 1)}
}

// Prepared is the database with its statements prepared: for reading.
func (w *Writer) Prepared() *Prepared { return w.p }

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

// Write is Together for work whose first statement writes, and which is done
// often: on SQLite its statements are prepared.
func (w *Writer) Write(ctx context.Context, work func(Conn) error) error {
	if w.dialect != SQLite {
		return w.Together(ctx, work)
	}
	select {
	case w.turn <- struct{}{}:
		return w.InTurn(ctx, work)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Turn is where goroutines that write to SQLite wait: who could put something
// into it writes by [Writer.InTurn], or lets the next one by [Writer.EndTurn].
func (w *Writer) Turn() chan<- struct{} { return w.turn }

// EndTurn ends a turn that was not used.
func (w *Writer) EndTurn() { <-w.turn }

// InTurn is Write by the goroutine whose turn it is, and the end of its turn.
func (w *Writer) InTurn(ctx context.Context, work func(Conn) error) error {
	var t *preparedTx
	err := func() error {
		defer func() { <-w.turn }()
		return Again(ctx, func() (err error) {
			t, err = w.p.write(ctx, work)
			return err
		})
	}()
	if t != nil {
		t.learn(ctx)
	}
	return err
}
