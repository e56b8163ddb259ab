package sqllog

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Erase puts a pseudonym in a customer's place, in the log, in what was saved
// and in the books, which keep their amounts. The ids of subscriptions and
// records stay: where they tell who somebody is, a log is the wrong place for
// them. The pseudonym must be new to the log.
//
// It reads the whole log. What a database deletes it writes over as it needs
// the room: no file holds the name any more after VACUUM and PRAGMA
// wal_checkpoint(TRUNCATE) on SQLite, and on Postgres after VACUUM (FULL),
// but for its own log; the samples that its planner takes are of no column with
// names.
func (b *Books) Erase(ctx context.Context, customer, pseudonym string) error {
	if pseudonym == "" || pseudonym == customer {
		return &fault.Error{Package: "sqllog", Op: "erase", Field: "pseudonym", Value: fault.Quote(pseudonym), Limit: "want another name"}
	}
	if err := b.schema.Storable("erase", "pseudonym", pseudonym); err != nil {
		return err
	}
	if !sqldb.IsStorable(customer) {
		return nil // nobody has such a name
	}
	err := b.writer.Together(ctx, func(c sqldb.Conn) error {
		if err := b.lock(ctx, c); err != nil {
			return err
		}
		b.stale = true
		changed, err := b.renamed(ctx, c, customer, pseudonym)
		if err != nil {
			return err
		}
		for n, body := range changed {
			if _, err := c.ExecContext(ctx, b.schema.Text("UPDATE lc_log SET customer = CASE WHEN customer = $1 THEN $2 ELSE customer END, body = $3 WHERE n = $4"), customer, pseudonym, body, n); err != nil {
				return err
			}
		}
		if _, err := c.ExecContext(ctx, b.schema.Text("DELETE FROM lc_snapshot")); err != nil {
			return err
		}
		if err := b.reload(ctx, c); err != nil {
			return err
		}
		b.stale = true
		return b.save(ctx, c)
	})
	if err == nil {
		b.stale = false
	}
	return err
}

// renamed are the bodies of lines with the customer in them, as they shall be.
func (b *Books) renamed(ctx context.Context, c sqldb.Conn, customer, pseudonym string) (map[int64][]byte, error) {
	rows, err := c.QueryContext(ctx, b.schema.Text("SELECT n, kind, body FROM lc_log ORDER BY n"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[int64][]byte{}
	for rows.Next() {
		var n int64
		var kind string
		var body []byte
		if err := rows.Scan(&n, &kind, &body); err != nil {
			return nil, err
		}
		var l pile
		if err := l.add(n, kind, nil, body); err != nil {
			return nil, err
		}
		old, taken := false, false
		rename := func(name *string) {
			old, taken = old || *name == customer, taken || *name == pseudonym
			if *name == customer {
				*name = pseudonym
			}
		}
		var whole any
		for i := range l.changes {
			rename(&l.changes[i].Customer)
			whole = l.changes[i]
		}
		for i := range l.records {
			renameIn(&l.records[i], rename)
			whole = l.records[i]
		}
		switch {
		case taken:
			return nil, &fault.Error{Package: "sqllog", Op: "erase", Field: "pseudonym", Value: fault.Quote(pseudonym), Limit: fmt.Sprintf("line %d is of a customer of that name", n)}
		case old:
			if out[n], err = json.Marshal(whole); err != nil {
				return nil, err
			}
		}
	}
	return out, rows.Err()
}

func renameIn(r *billing.Record, rename func(*string)) {
	for i := range r.Spans {
		rename(&r.Spans[i].Customer)
	}
	for i := range r.Lines {
		rename(&r.Lines[i].Customer)
	}
}
