package sqllog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Options of [Open].
type Options struct {
	Schema Schema
	// Ledger are the rules of the books. Rates are the program's to give; with a
	// Policy they come from Feed, and Ledger must be empty.
	Ledger ledger.Options
	// Policy, if set, has a feed keep the books, with the options Feed.
	Policy *policy.Policy
	Feed   policy.Options
}

// Books are a ledger whose changes are on the disk before a call returns. They
// accumulate, and have one user at a time, as a ledger has; any number of
// programs may have books of the same log. [Open] makes them.
type Books struct {
	db     *sql.DB
	schema sqldb.Schema
	writer *sqldb.Writer
	o      Options

	l     *ledger.Ledger
	f     *policy.Feed
	at    int64 // line of the log that the books have taken in
	stale bool  // the books may not be what the log says: they are read anew
}

var (
	// ErrFed: the books are kept by a feed, or are not.
	ErrFed = errors.New("wrong kind of books")
	// ErrLog: a line of the log cannot be read, or is refused by the books.
	ErrLog = errors.New("damaged log")
)

// Open reads the books: the latest that were saved, if they are by the same
// rules, and what became known since. Without any it is all of the log. The
// tables must be there: see [Migrate].
func Open(ctx context.Context, db *sql.DB, o Options) (*Books, error) {
	schema, err := o.Schema.inside("Open")
	if err != nil {
		return nil, err
	}
	if o.Policy != nil {
		o.Ledger = o.Policy.LedgerOptions(o.Feed)
	}
	b := &Books{db: db, schema: schema, writer: sqldb.NewWriter(db, schema.Dialect), o: o}
	if err := schema.Current(ctx, db, files); err != nil {
		return nil, err
	}
	return b, b.reload(ctx, db)
}

// Ledger are the books, to read. Whoever writes to it by itself makes books
// that the log knows nothing of. It may be another one after an error.
func (b *Books) Ledger() *ledger.Ledger { return b.l }

// At is the number of the last line of the log that the books have taken in.
func (b *Books) At() int64 { return b.at }

// Append takes changes in, all or none, and stores them: when it returns nil
// they are in the log. What the ledger refuses is not stored, and is the error
// that [ledger.Ledger.Append] gives. A change that is there already, by its ID,
// is stored again and counts once.
func (b *Books) Append(ctx context.Context, changes ...ledger.Change) error {
	if b.o.Policy != nil {
		return fmt.Errorf("sqllog: append: %w: a feed keeps them, by Apply", ErrFed)
	}
	lines, err := linesOf(b.schema, changes)
	if err != nil {
		return err
	}
	return b.add(ctx, lines, func() error { return b.l.Append(changes...) })
}

// Apply takes records in, as [policy.Feed.Apply] does, and stores them.
func (b *Books) Apply(ctx context.Context, known time.Time, records ...billing.Record) (moved []ledger.Movement, found []billing.Finding, err error) {
	if b.o.Policy == nil {
		return nil, nil, fmt.Errorf("sqllog: apply: %w: there is no policy to read records by", ErrFed)
	}
	lines, err := linesOfRecords(b.schema, known, records)
	if err != nil {
		return nil, nil, err
	}
	err = b.add(ctx, lines, func() (err error) {
		moved, found, err = b.f.Apply(known, records...)
		return err
	})
	return moved, found, err
}

// Observe tells the feed that time has passed, as [policy.Feed.Observe] does,
// and stores that.
func (b *Books) Observe(ctx context.Context, now time.Time) (moved []ledger.Movement, found []billing.Finding, err error) {
	if b.o.Policy == nil {
		return nil, nil, fmt.Errorf("sqllog: observe: %w: there is no policy to read records by", ErrFed)
	}
	err = b.add(ctx, []line{{kind: kindTime, at: now, known: now, body: []byte("{}")}}, func() (err error) {
		moved, found, err = b.f.Observe(now)
		return err
	})
	return moved, found, err
}

// Refresh takes in what other programs have written.
func (b *Books) Refresh(ctx context.Context) error { return b.refresh(ctx, b.db) }

func (b *Books) refresh(ctx context.Context, c sqldb.Conn) error {
	if b.stale {
		return b.reload(ctx, c)
	}
	return b.catchUp(ctx, c)
}

// add has the books take something in and then the log, or neither. The books
// come first, for they may refuse; should the log fail after that, nobody knows
// whether it has the lines, so the books are read anew when next used.
func (b *Books) add(ctx context.Context, lines []line, take func() error) error {
	if len(lines) == 0 {
		return ctx.Err()
	}
	err := b.writer.Together(ctx, func(c sqldb.Conn) error {
		if err := b.lock(ctx, c); err != nil {
			return err
		}
		if err := b.refresh(ctx, c); err != nil {
			return err
		}
		b.stale = true // also where take panics, or COMMIT fails
		if err := take(); err != nil {
			b.stale = false
			return err
		}
		return b.write(ctx, c, lines)
	})
	if err == nil {
		b.stale = false
	}
	return err
}

// lock lets one program at a time write the log, so that its lines are in the
// order in which they were committed.
func (b *Books) lock(ctx context.Context, c sqldb.Conn) error {
	if b.schema.Dialect != sqldb.Postgres {
		return nil // there is one writer
	}
	_, err := c.ExecContext(ctx, b.schema.Text("LOCK TABLE lc_log IN EXCLUSIVE MODE"))
	return err
}
