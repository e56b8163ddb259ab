package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// write does what is pending, of different customers, within a transaction.
// Customers come in the order of their names, so that two writers cannot wait
// for each other in a circle. A conflict or a duplicate is an error, and the
// transaction is not to be committed.
func (s *Store) write(ctx context.Context, c sqldb.Conn, list []*pending) error {
	slices.SortFunc(list, func(a, b *pending) int { return strings.Compare(a.customer, b.customer) })
	for part := range slices.Chunk(list, sqldb.RowsAtOnce) {
		first, err := s.writeStates(ctx, c, part)
		if err != nil {
			return err
		}
		if s.o.NoHistory && !s.o.Outbox {
			continue
		}
		for _, p := range part {
			if p.cut > 0 {
				if err := s.cut(ctx, c, p.customer, first[p.customer]); err != nil {
					return err
				}
			}
		}
		if err := s.refuseKnown(ctx, c, part); err != nil {
			return err
		}
		if err := s.writeHistory(ctx, c, part, first); err != nil {
			return err
		}
		if err := s.writeMessages(ctx, c, part); err != nil {
			return err
		}
	}
	return nil
}

// writeStates writes the states, if the versions are as expected, and gives
// the number of the first entry that each customer gets.
func (s *Store) writeStates(ctx context.Context, c sqldb.Conn, list []*pending) (map[string]int64, error) {
	var known, fresh []any
	for _, p := range list {
		row := []any{p.customer, p.state.Version, string(p.state.Snapshot.Stage), p.state.Snapshot.Since.UnixNano(), nanos(p.state.Snapshot.Due), int64(len(p.entries) - p.cut), p.definition, p.body}
		if p.expected == tracker.NotStored {
			fresh = append(fresh, row...)
		} else {
			known = append(known, append(row, p.expected)...)
		}
	}
	first := make(map[string]int64, len(list))
	take := func(query string, args []any) error {
		rows, err := c.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var customer string
			var entries int64
			if err := rows.Scan(&customer, &entries); err != nil {
				return err
			}
			first[customer] = entries
		}
		return rows.Err()
	}
	kinds := []string{sqldb.Text, sqldb.Int, sqldb.Text, sqldb.Int, sqldb.Int, sqldb.Int, sqldb.Int, sqldb.Bytes}
	if len(known) > 0 {
		var b strings.Builder
		b.WriteString(`UPDATE lc_state SET version = v.column2, stage = v.column3, since_ns = v.column4, due_ns = v.column5, lease_ns = NULL,
entries = entries + v.column6, definition = v.column7, body = v.column8 FROM `)
		s.schema.Values(&b, 2, len(known)/9, append(kinds, sqldb.Int)...)
		b.WriteString(` AS v WHERE journey = $1 AND customer = v.column1 AND version = v.column9 RETURNING customer, entries`)
		if err := take(s.schema.Text(b.String()), append([]any{s.journey}, known...)); err != nil {
			return nil, err
		}
	}
	if len(fresh) > 0 {
		var b strings.Builder
		b.WriteString(`INSERT INTO lc_state (journey, customer, version, stage, since_ns, due_ns, entries, definition, body)
SELECT CAST($1 AS bigint), column1, column2, column3, column4, column5, column6, column7, column8 FROM `)
		s.schema.Values(&b, 2, len(fresh)/8, kinds...)
		b.WriteString(` AS v WHERE true ON CONFLICT DO NOTHING RETURNING customer, entries`)
		if err := take(s.schema.Text(b.String()), append([]any{s.journey}, fresh...)); err != nil {
			return nil, err
		}
	}
	for _, p := range list {
		end, written := first[p.customer]
		start := end - int64(len(p.entries))
		switch {
		case !written:
			return nil, s.conflict(ctx, c, p)
		case start < 0:
			return nil, fmt.Errorf("sqlstore: put: customer %s: %w: %d entries undone of a history of %d", fault.Quote(p.customer), tracker.ErrConflict, p.cut, start+int64(p.cut))
		}
		first[p.customer] = start
	}
	return first, nil
}

// conflict says which version stands there instead.
func (s *Store) conflict(ctx context.Context, c sqldb.Conn, p *pending) error {
	stored := tracker.NotStored
	err := c.QueryRowContext(ctx, s.schema.Text("SELECT version FROM lc_state WHERE journey = $1 AND customer = $2"), s.journey, p.customer).Scan(&stored)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return &tracker.ConflictError{Customer: p.customer, Expected: p.expected, Stored: stored}
}

// cut takes a customer's entries from number n on, and what they reached, out.
func (s *Store) cut(ctx context.Context, c sqldb.Conn, customer string, n int64) error {
	for _, table := range []string{"lc_event", "lc_milestone"} {
		if _, err := c.ExecContext(ctx, s.schema.Text("DELETE FROM "+table+" WHERE journey = $1 AND customer = $2 AND n >= $3"), s.journey, customer, n); err != nil {
			return err
		}
	}
	return nil
}

// refuseKnown wants none of the events to be in a history already.
func (s *Store) refuseKnown(ctx context.Context, c sqldb.Conn, list []*pending) error {
	var all []any
	for _, p := range list {
		if p.expected == tracker.NotStored {
			continue // without a state there is no history
		}
		for _, id := range p.ids() {
			all = append(all, p.customer, id)
		}
	}
	for part := range slices.Chunk(all, 2*sqldb.RowsAtOnce) {
		var b strings.Builder
		b.WriteString("SELECT e.customer, e.event_id FROM ")
		s.schema.Values(&b, 2, len(part)/2, sqldb.Text, sqldb.Text)
		b.WriteString(" AS v JOIN lc_event AS e ON e.journey = $1 AND e.customer = v.column1 AND e.event_id = v.column2 ORDER BY 1, 2 LIMIT 1")
		var customer, id string
		err := c.QueryRowContext(ctx, s.schema.Text(b.String()), append([]any{s.journey}, part...)...).Scan(&customer, &id)
		switch {
		case err == nil:
			return duplicate(customer, id)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
	}
	return nil
}

// insert adds rows whose first column is the journey.
func (s *Store) insert(ctx context.Context, c sqldb.Conn, into, columns, conflict string, args []any, kinds ...string) error {
	for part := range slices.Chunk(args, len(kinds)*sqldb.RowsAtOnce) {
		var b strings.Builder
		b.WriteString("INSERT INTO " + into + " (journey, " + columns + ") SELECT CAST($1 AS bigint), v.* FROM ")
		s.schema.Values(&b, 2, len(part)/len(kinds), kinds...)
		b.WriteString(" AS v WHERE true" + conflict)
		if _, err := c.ExecContext(ctx, s.schema.Text(b.String()), append([]any{s.journey}, part...)...); err != nil {
			return err
		}
	}
	return nil
}

const entryColumns = "customer, n, event_id, kind, trigger, from_stage, to_stage, at_ns, seq, body"

var entryKinds = []string{sqldb.Text, sqldb.Int, sqldb.Text, sqldb.Text, sqldb.Text, sqldb.Text, sqldb.Text, sqldb.Int, sqldb.Int, sqldb.Bytes}

func (s *Store) writeHistory(ctx context.Context, c sqldb.Conn, list []*pending, first map[string]int64) error {
	var entries, reached []any
	for _, p := range list {
		for i := range p.entries {
			o := &p.entries[i]
			row, err := entryRow(o)
			if err != nil {
				return err
			}
			n := first[p.customer] + int64(i)
			entries = append(append(entries, p.customer, n), row...)
			for _, m := range o.Reached() {
				reached = append(reached, p.customer, m, n, o.At.UnixNano())
			}
		}
	}
	if err := s.insert(ctx, c, "lc_event", entryColumns, "", entries, entryKinds...); err != nil {
		return err
	}
	return s.insert(ctx, c, "lc_milestone", "customer, milestone, n, reached_ns", " ON CONFLICT DO NOTHING", reached, sqldb.Text, sqldb.Text, sqldb.Int, sqldb.Int)
}

func (s *Store) writeMessages(ctx context.Context, c sqldb.Conn, list []*pending) error {
	var args []any
	for _, p := range list {
		for _, m := range p.messages {
			payload, err := json.Marshal(m)
			if err != nil {
				return err
			}
			args = append(args, p.customer, payload)
		}
	}
	return s.insert(ctx, c, "lc_outbox", "customer, payload", "", args, sqldb.Text, sqldb.Bytes)
}
