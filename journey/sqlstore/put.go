package sqlstore

import (
	"context"
	"encoding/json"
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
	if s.schema.Dialect == sqldb.Postgres && p.cut == 0 {
		return s.writer.Once(ctx, func(c sqldb.Conn) error { return s.putAtOnce(ctx, c, &p) })
	}
	return s.writer.Together(ctx, func(c sqldb.Conn) error { return s.write(ctx, c, []*pending{&p}) })
}

// putAtOnce is write for one customer in one statement, a transaction by
// itself: one round trip. What the parts of a statement see is the state before
// it, but for the version, which is looked at anew when another writer was
// there first; then nothing is written.
func (s *Store) putAtOnce(ctx context.Context, c sqldb.Conn, p *pending) error {
	var b strings.Builder
	args := []any{s.journey, p.customer, p.state.Version, string(p.state.Snapshot.Stage), p.state.Snapshot.Since.UnixNano(), nanos(p.state.Snapshot.Due), int64(len(p.entries)), p.definition, p.body}
	var ids []any
	if p.expected != tracker.NotStored {
		for _, id := range p.ids() {
			ids = append(ids, id)
		}
	}
	b.WriteString("WITH ")
	if len(ids) > 0 {
		b.WriteString("known AS (SELECT event_id FROM lc_event WHERE journey = $1 AND customer = $2 AND event_id IN (SELECT column1 FROM ")
		s.schema.Values(&b, len(args)+1, len(ids), sqldb.Text)
		b.WriteString(" AS v)), ")
		args = append(args, ids...)
	}
	unknown := ""
	if len(ids) > 0 {
		unknown = " AND NOT EXISTS (SELECT 1 FROM known)"
	}
	if p.expected == tracker.NotStored {
		b.WriteString(`put AS (INSERT INTO lc_state (journey, customer, version, stage, since_ns, due_ns, entries, definition, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING entries)`)
	} else {
		args = append(args, p.expected)
		b.WriteString(`put AS (UPDATE lc_state SET version = $3, stage = $4, since_ns = $5, due_ns = $6, lease_ns = NULL, entries = entries + $7, definition = $8, body = $9
WHERE journey = $1 AND customer = $2 AND version = $` + itoa(len(args)) + unknown + ` RETURNING entries)`)
	}
	if len(p.entries) > 0 {
		var entries, reached []any
		for i := range p.entries {
			o := &p.entries[i]
			row, err := entryRow(o)
			if err != nil {
				return err
			}
			entries = append(append(entries, int64(i)), row...)
			for _, m := range o.Reached() {
				reached = append(reached, m, int64(i), o.At.UnixNano())
			}
		}
		b.WriteString(", events AS (INSERT INTO lc_event (journey, " + entryColumns + ") SELECT $1, $2, put.entries - $7 + column1, column2, column3, column4, column5, column6, column7, column8, column9 FROM ")
		s.schema.Values(&b, len(args)+1, len(p.entries), entryKinds[1:]...)
		b.WriteString(" AS v, put)")
		args = append(args, entries...)
		if len(reached) > 0 {
			b.WriteString(", reached AS (INSERT INTO lc_milestone (journey, customer, milestone, n, reached_ns) SELECT $1, $2, column1, put.entries - $7 + column2, column3 FROM ")
			s.schema.Values(&b, len(args)+1, len(reached)/3, sqldb.Text, sqldb.Int, sqldb.Int)
			b.WriteString(" AS v, put ON CONFLICT DO NOTHING)")
			args = append(args, reached...)
		}
	}
	if len(p.messages) > 0 {
		b.WriteString(", messages AS (INSERT INTO lc_outbox (journey, customer, payload) SELECT $1, $2, column1 FROM ")
		s.schema.Values(&b, len(args)+1, len(p.messages), sqldb.Bytes)
		b.WriteString(" AS v, put)")
		for _, m := range p.messages {
			payload, err := json.Marshal(m)
			if err != nil {
				return err
			}
			args = append(args, payload)
		}
	}
	first := "NULL"
	if len(ids) > 0 {
		first = "(SELECT min(event_id) FROM known)"
	}
	b.WriteString(" SELECT (SELECT count(*) FROM put), " + first + ", (SELECT version FROM lc_state WHERE journey = $1 AND customer = $2)")
	var written int64
	var known *string
	var stored *int64
	if err := c.QueryRowContext(ctx, s.schema.Text(b.String()), args...).Scan(&written, &known, &stored); err != nil {
		return err
	}
	switch {
	case written == 1:
		return nil
	case known != nil && stored != nil && *stored == p.expected:
		return duplicate(p.customer, *known)
	default: // the version it saw may be that before the other writer's
		return s.conflict(ctx, c, p)
	}
}
