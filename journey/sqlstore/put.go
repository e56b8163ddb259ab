package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// Put implements [tracker.Store].
func (s *Store) Put(ctx context.Context, c tracker.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := pending{expected: c.Expected}
	if err := p.add(s, c); err != nil {
		return err
	}
	var err error
	if p.definition, err = s.definitionID(ctx, definition{c.State.Snapshot.Definition, c.State.Snapshot.Hash}); err != nil {
		return err
	}
	if s.schema.Dialect == sqldb.Postgres && p.cut == 0 && len(p.entries) <= entriesAtOnce {
		return s.writer.Once(ctx, func(c sqldb.Conn) error { return s.putAtOnce(ctx, c, &p) })
	}
	if s.schema.Dialect == sqldb.SQLite {
		return s.putTogether(ctx, &p)
	}
	return s.writer.Together(ctx, func(c sqldb.Conn) error { return s.write(ctx, c, []*pending{&p}) })
}

// entriesAtOnce bounds what one statement spells out.
const entriesAtOnce = 16

// putAtOnce is write for one customer in one statement, a transaction by
// itself: one round trip, and a text that depends on how many rows there are, so
// that it is planned once. It writes everything or gives no row.
func (s *Store) putAtOnce(ctx context.Context, c sqldb.Conn, p *pending) error {
	var b strings.Builder
	b.Grow(2048)
	args := make([]any, 0, 48)
	args = append(args, s.journey, p.customer, p.state.Version, string(p.state.Snapshot.Stage), p.state.Snapshot.Since.UnixNano(), nanos(p.state.Snapshot.Due), int64(len(p.entries)), p.definition, p.body)
	if p.expected == tracker.NotStored {
		b.WriteString(`WITH put AS (INSERT INTO lc_state (journey, customer, version, stage, since_ns, due_ns, entries, definition, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING entries)`)
	} else {
		args = append(args, p.expected)
		b.WriteString(`WITH put AS (UPDATE lc_state SET version = $3, stage = $4, since_ns = $5, due_ns = $6, lease_ns = NULL, entries = entries + $7, definition = $8, body = $9
WHERE journey = $1 AND customer = $2 AND version = $10`)
		for _, id := range p.ids() { // one by one: a list might be compared with all that the customer has
			args = append(args, id)
			b.WriteString(" AND NOT EXISTS (SELECT 1 FROM lc_event WHERE journey = $1 AND customer = $2 AND event_id = $" + itoa(len(args)) + ")")
		}
		b.WriteString(" RETURNING entries)")
	}
	insert := func(name, into, columns, conflict string, rows []any, kinds ...string) {
		if len(rows) == 0 {
			return
		}
		b.WriteString(", " + name + " AS (INSERT INTO " + into + " SELECT $1, $2, " + columns + " FROM ")
		s.schema.Values(&b, len(args)+1, len(rows)/len(kinds), kinds...)
		b.WriteString(" AS v, put" + conflict + ")")
		args = append(args, rows...)
	}
	var entries, reached, messages []any
	for i := range p.entries {
		e := &p.entries[i]
		entries = append(append(entries, int64(i)), e.row()...)
		for _, m := range e.Reached() {
			reached = append(reached, m, int64(i), e.At.UnixNano())
		}
	}
	for _, m := range p.messages {
		messages = append(messages, m.flag(), m.payload)
	}
	insert("events", "lc_event (journey, "+entryColumns+")", "put.entries - $7 + column1, column2, column3, column4, column5, column6, column7, column8, column9", "", entries, entryKinds[1:]...)
	insert("reached", "lc_milestone (journey, customer, milestone, n, reached_ns)", "column1, put.entries - $7 + column2, column3", " ON CONFLICT DO NOTHING", reached, sqldb.Text, sqldb.Int, sqldb.Int)
	insert("messages", "lc_outbox (journey, customer, undone, payload)", "column1, column2", "", messages, sqldb.Int, sqldb.Bytes)
	b.WriteString(" SELECT entries FROM put")
	var count int64
	err := c.QueryRowContext(ctx, s.schema.Text(b.String()), args...).Scan(&count)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	err = s.conflict(ctx, c, p)
	var other *tracker.ConflictError
	if errors.As(err, &other) && other.Stored == p.expected { // then it was not the version
		for _, id := range p.ids() {
			switch n, unknown := s.placeOf(ctx, c, p.customer, id); {
			case unknown != nil:
				return unknown
			case n >= 0:
				return duplicate(p.customer, id)
			}
		}
	}
	return err
}
