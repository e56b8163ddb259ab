package sqlstore

import (
	"context"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// What SQLite does for one customer is done in the plainest words it has: a row
// at a time, by statements that never change and stay prepared. A list of values
// and RETURNING each cost it a table of its own.

// aloneTexts are the statements of one customer's step.
type aloneTexts struct {
	load, replace, begin, entries, event, milestone, message string
}

func newAloneTexts(s sqldb.Schema) aloneTexts {
	const place = "(SELECT entries FROM lc_state WHERE journey = ? AND customer = ?) - ?"
	return aloneTexts{
		load: s.Text("SELECT " + stateColumns + " FROM lc_state WHERE journey = $1 AND customer = $2"),
		replace: s.Text(`UPDATE lc_state SET version = ?, stage = ?, since_ns = ?, due_ns = ?, lease_ns = NULL, entries = entries + ?, definition = ?, body = ?
WHERE journey = ? AND customer = ? AND version = ?`),
		begin: s.Text(`INSERT INTO lc_state (version, stage, since_ns, due_ns, entries, definition, body, journey, customer)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
		entries: s.Text("SELECT entries FROM lc_state WHERE journey = ? AND customer = ?"),
		event: s.Text("INSERT INTO lc_event (n, journey, customer, " + eventColumns + ") VALUES (" + place +
			", ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
		milestone: s.Text("INSERT INTO lc_milestone (n, journey, customer, milestone, reached_ns) VALUES (" + place +
			", ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
		message: s.Text("INSERT INTO lc_outbox (journey, customer, undone, payload) VALUES (?, ?, ?, ?)"),
	}
}

// writeAlone is write on SQLite for one customer who takes nothing back.
func (s *Store) writeAlone(ctx context.Context, c sqldb.Conn, p *pending) error {
	snap := &p.state.Snapshot
	text, args := s.texts.begin, []any{p.state.Version, string(snap.Stage), snap.Since.UnixNano(), nanos(snap.Due), int64(len(p.entries)), p.definition, p.body, s.journey, p.customer}
	if p.expected != tracker.NotStored {
		text, args = s.texts.replace, append(args, p.expected)
	}
	switch n, err := changed(ctx, c, text, args...); {
	case err != nil:
		return err
	case n == 0:
		return s.conflict(ctx, c, p)
	}
	for i := range p.entries {
		e := &p.entries[i]
		before := int64(len(p.entries) - i)
		n, err := changed(ctx, c, s.texts.event, append([]any{s.journey, p.customer, before, s.journey, p.customer}, e.row()...)...)
		if err != nil {
			return err
		}
		if n == 0 {
			var entries int64
			if err := c.QueryRowContext(ctx, s.texts.entries, s.journey, p.customer).Scan(&entries); err != nil {
				return err
			}
			return s.refused(ctx, c, []*pending{p}, map[string]int64{p.customer: entries - int64(len(p.entries))})
		}
		for _, m := range e.Reached() {
			if _, err := changed(ctx, c, s.texts.milestone, s.journey, p.customer, before, s.journey, p.customer, m, e.At.UnixNano()); err != nil {
				return err
			}
		}
	}
	for _, m := range p.messages {
		if _, err := changed(ctx, c, s.texts.message, s.journey, p.customer, m.flag(), m.payload); err != nil {
			return err
		}
	}
	return nil
}

// changed is how many rows a statement changed.
func changed(ctx context.Context, c sqldb.Conn, text string, args ...any) (int64, error) {
	done, err := c.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}
