package sqldb

import (
	"context"
	"database/sql"
	"runtime"
	"sync"
)

// Prepared is a database whose statements stay prepared on each of its
// connections. To read a statement costs SQLite more than to do it; drivers of
// Postgres keep what they have sent, so there it is the database alone.
type Prepared struct {
	db *sql.DB
	on bool

	mu   sync.RWMutex
	kept map[string]*sql.Stmt
}

// preparedAtMost bounds what is kept; later statements are read each time.
const preparedAtMost = 128

// NewPrepared prepares what it is given to do. Whoever makes one keeps it: what
// it has prepared is let go when it is no longer in use, or with the database.
func NewPrepared(db *sql.DB, d Dialect) *Prepared {
	p := &Prepared{db: db, on: d == SQLite, kept: map[string]*sql.Stmt{}}
	runtime.AddCleanup(p, func(kept map[string]*sql.Stmt) {
		for _, s := range kept {
			_ = s.Close()
		}
	}, p.kept)
	return p
}

func (p *Prepared) find(query string) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.kept[query]
}

// statement prepares a statement, if there is room. It waits for a connection,
// so nobody who holds one may ask.
func (p *Prepared) statement(ctx context.Context, query string) *sql.Stmt {
	if !p.on {
		return nil
	}
	if s := p.find(query); s != nil {
		return s
	}
	p.mu.RLock()
	full := len(p.kept) >= preparedAtMost
	p.mu.RUnlock()
	if full {
		return nil
	}
	s, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil // doing it says what is wrong
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.kept[query]; other != nil || len(p.kept) >= preparedAtMost {
		_ = s.Close() //nolint:sqlclosecheck // the other way it is kept
		return other
	}
	p.kept[query] = s
	return s
}

// ExecContext implements [Conn].
func (p *Prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := p.statement(ctx, query); s != nil { //nolint:sqlclosecheck // it is kept
		return s.ExecContext(ctx, args...)
	}
	return p.db.ExecContext(ctx, query, args...)
}

// QueryContext implements [Conn].
func (p *Prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := p.statement(ctx, query); s != nil { //nolint:sqlclosecheck // it is kept
		return s.QueryContext(ctx, args...)
	}
	return p.db.QueryContext(ctx, query, args...)
}

// QueryRowContext implements [Conn].
func (p *Prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if p.on && ctx.Err() == nil && p.db.Stats().MaxOpenConnections <= 0 {
		// One row of SQLite waits for nobody, not even for a connection: so it is
		// not watched, which costs two goroutines.
		ctx = context.WithoutCancel(ctx)
	}
	if s := p.statement(ctx, query); s != nil { //nolint:sqlclosecheck // it is kept
		return s.QueryRowContext(ctx, args...)
	}
	return p.db.QueryRowContext(ctx, query, args...)
}

// preparedTx is a transaction that uses what is prepared. What is not, it does
// all the same and remembers: it holds a connection, and the only one there may
// be.
type preparedTx struct {
	p       *Prepared
	tx      *sql.Tx
	missing []string
}

func (t *preparedTx) statement(ctx context.Context, query string) *sql.Stmt {
	if !t.p.on {
		return nil
	}
	if s := t.p.find(query); s != nil {
		return t.tx.StmtContext(ctx, s)
	}
	t.missing = append(t.missing, query)
	return nil
}

// learn prepares what was missing, after the transaction.
func (t *preparedTx) learn(ctx context.Context) {
	for _, query := range t.missing {
		_ = t.p.statement(ctx, query)
	}
}

// settled is a context for a statement of who has the right to write, and waits
// for nobody: not watched, which costs two goroutines a statement.
func (t *preparedTx) settled(ctx context.Context) context.Context {
	if !t.p.on || ctx.Err() != nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

func (t *preparedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = t.settled(ctx)
	if s := t.statement(ctx, query); s != nil { //nolint:sqlclosecheck // the transaction closes it
		return s.ExecContext(ctx, args...)
	}
	return t.tx.ExecContext(ctx, query, args...)
}

func (t *preparedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = t.settled(ctx)
	if s := t.statement(ctx, query); s != nil { //nolint:sqlclosecheck // the transaction closes it
		return s.QueryContext(ctx, args...)
	}
	return t.tx.QueryContext(ctx, query, args...)
}

func (t *preparedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = t.settled(ctx)
	if s := t.statement(ctx, query); s != nil { //nolint:sqlclosecheck // the transaction closes it
		return s.QueryRowContext(ctx, args...)
	}
	return t.tx.QueryRowContext(ctx, query, args...)
}
