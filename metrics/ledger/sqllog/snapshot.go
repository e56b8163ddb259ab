package sqllog

import (
	"context"
	"database/sql"
	"errors"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Save keeps the books as they are, in place of what was saved before: the next
// start reads them, and of the log only what came after. What it costs is the
// size of the books, so every some ten thousand lines is often enough.
func (b *Books) Save(ctx context.Context) error {
	return b.writer.Together(ctx, func(c sqldb.Conn) error {
		if err := b.lock(ctx, c); err != nil {
			return err
		}
		if err := b.refresh(ctx, c); err != nil {
			return err
		}
		return b.save(ctx, c)
	})
}

func (b *Books) save(ctx context.Context, c sqldb.Conn) error {
	books, err := b.l.MarshalBinary()
	if err != nil {
		return err
	}
	var feed []byte
	if b.f != nil {
		if feed, err = b.f.MarshalBinary(); err != nil {
			return err
		}
	}
	if _, err := c.ExecContext(ctx, b.schema.Text("DELETE FROM lc_snapshot")); err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, b.schema.Text("INSERT INTO lc_snapshot (id, n, ledger, feed) VALUES (1, $1, $2, $3)"), b.at, books, feed)
	return err
}

// reload reads the books anew: what was saved, and the log from there. Books
// that were saved under other rules are passed over: the log has it all.
func (b *Books) reload(ctx context.Context, c sqldb.Conn) error {
	b.stale = true
	if err := b.fresh(); err != nil {
		return err
	}
	var n int64
	var books, feed []byte
	err := c.QueryRowContext(ctx, b.schema.Text("SELECT n, ledger, feed FROM lc_snapshot WHERE id = 1")).Scan(&n, &books, &feed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return err
	case (feed != nil) == (b.f != nil) && b.l.UnmarshalBinary(books) == nil && (b.f == nil || b.f.UnmarshalBinary(feed) == nil):
		b.at = n
	default:
		if err := b.fresh(); err != nil {
			return err
		}
	}
	if err := b.catchUp(ctx, c); err != nil {
		return err
	}
	b.stale = false
	return nil
}

// fresh are empty books.
func (b *Books) fresh() (err error) {
	b.at, b.f = 0, nil
	if b.l, err = ledger.New(b.o.Ledger); err != nil || b.o.Policy == nil {
		return err
	}
	b.f, err = policy.NewFeed(b.l, *b.o.Policy, b.o.Feed)
	return err
}
