package sqlstore

import (
	"context"
	"database/sql"
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
	if s.schema.Dialect == sqldb.SQLite && len(list) == 1 && list[0].cut == 0 && len(list[0].entries) <= entriesAtOnce {
		return s.writeAlone(ctx, c, list[0])
	}
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
		rows, err := c.QueryContext(ctx, s.schema.Text(query), args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var customer string
			var entries int64
			var expected *int64
			if err := rows.Scan(&customer, &entries, &expected); err != nil {
				return err
			}
			if expected != nil { // there was none to be replaced
				return &tracker.ConflictError{Customer: customer, Expected: *expected, Stored: tracker.NotStored}
			}
			first[customer] = entries
		}
		return rows.Err()
	}
	kinds := []string{sqldb.Text, sqldb.Int, sqldb.Text, sqldb.Int, sqldb.Int, sqldb.Int, sqldb.Int, sqldb.Bytes}
	for part := range s.schema.Chunk(known, len(kinds)+1) {
		// An upsert finds its rows by their key, one by one and in this order,
		// whatever the table was like when the statement was planned. Until a row
		// has been replaced its lease holds the version that is expected.
		var b strings.Builder
		b.WriteString(`INSERT INTO lc_state AS s (journey, customer, version, stage, since_ns, due_ns, entries, definition, body, lease_ns)
SELECT CAST($1 AS bigint), v.* FROM `)
		args := append([]any{s.journey}, s.schema.Rows(&b, 2, part, append(kinds, sqldb.Int)...)...)
		b.WriteString(` AS v WHERE true ON CONFLICT (journey, customer) DO UPDATE SET version = excluded.version, stage = excluded.stage,
since_ns = excluded.since_ns, due_ns = excluded.due_ns, lease_ns = NULL, entries = s.entries + excluded.entries, definition = excluded.definition,
body = excluded.body WHERE s.version = excluded.lease_ns RETURNING customer, entries, lease_ns`)
		if err := take(b.String(), args); err != nil {
			return nil, err
		}
	}
	for part := range s.schema.Chunk(fresh, len(kinds)) {
		var b strings.Builder
		b.WriteString(`INSERT INTO lc_state (journey, customer, version, stage, since_ns, due_ns, entries, definition, body)
SELECT CAST($1 AS bigint), v.* FROM `)
		args := append([]any{s.journey}, s.schema.Rows(&b, 2, part, kinds...)...)
		b.WriteString(` AS v WHERE true ON CONFLICT DO NOTHING RETURNING customer, entries, lease_ns`)
		if err := take(b.String(), args); err != nil {
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

// placeOf is where in a customer's history an event stands, below 0 for nowhere.
func (s *Store) placeOf(ctx context.Context, c sqldb.Conn, customer, id string) (n int64, err error) {
	err = c.QueryRowContext(ctx, s.schema.Text("SELECT n FROM lc_event WHERE journey = $1 AND customer = $2 AND event_id = $3"), s.journey, customer, id).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return n, err
}

// insert adds rows whose first column is the journey, but for those that are
// there, and gives how many it added.
func (s *Store) insert(ctx context.Context, c sqldb.Conn, into, columns string, args []any, kinds ...string) (added int64, err error) {
	for part := range s.schema.Chunk(args, len(kinds)) {
		var b strings.Builder
		b.WriteString("INSERT INTO " + into + " (journey, " + columns + ") SELECT CAST($1 AS bigint), v.* FROM ")
		values := append([]any{s.journey}, s.schema.Rows(&b, 2, part, kinds...)...)
		b.WriteString(" AS v WHERE true ON CONFLICT DO NOTHING")
		done, err := c.ExecContext(ctx, s.schema.Text(b.String()), values...)
		if err != nil {
			return added, err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return added, err
		}
		added += n
	}
	return added, nil
}

const (
	eventColumns = "event_id, kind, trigger, from_stage, to_stage, at_ns, seq, body"
	entryColumns = "customer, n, " + eventColumns
)

var entryKinds = []string{sqldb.Text, sqldb.Int, sqldb.Text, sqldb.Text, sqldb.Text, sqldb.Text, sqldb.Text, sqldb.Int, sqldb.Int, sqldb.Bytes}

// writeHistory adds the entries. An event that the history has already is not
// added, by which it is found out.
func (s *Store) writeHistory(ctx context.Context, c sqldb.Conn, list []*pending, first map[string]int64) error {
	var entries, reached []any
	count := 0
	for _, p := range list {
		count += len(p.entries)
		for i := range p.entries {
			e := &p.entries[i]
			n := first[p.customer] + int64(i)
			entries = append(append(entries, p.customer, n), e.row()...)
			for _, m := range e.Reached() {
				reached = append(reached, p.customer, m, n, e.At.UnixNano())
			}
		}
	}
	added, err := s.insert(ctx, c, "lc_event", entryColumns, entries, entryKinds...)
	if err != nil {
		return err
	}
	if added != int64(count) {
		return s.refused(ctx, c, list, first)
	}
	_, err = s.insert(ctx, c, "lc_milestone", "customer, milestone, n, reached_ns", reached, sqldb.Text, sqldb.Text, sqldb.Int, sqldb.Int)
	return err
}

// refused says why not all entries were added: an event of one stands at another
// place of the history, or the place is taken.
func (s *Store) refused(ctx context.Context, c sqldb.Conn, list []*pending, first map[string]int64) error {
	for _, p := range list {
		for i := range p.entries {
			id, ok := eventID(&p.entries[i].Occurrence).(string)
			if !ok {
				continue
			}
			n, err := s.placeOf(ctx, c, p.customer, id)
			if err != nil {
				return err
			}
			if n >= 0 && n != first[p.customer]+int64(i) {
				return duplicate(p.customer, id)
			}
		}
	}
	return fmt.Errorf("sqlstore: put: %w: a history has entries that its state does not count", tracker.ErrConflict)
}

func (s *Store) writeMessages(ctx context.Context, c sqldb.Conn, list []*pending) error {
	var args []any
	for _, p := range list {
		for _, m := range p.messages {
			args = append(args, p.customer, m.flag(), m.payload)
		}
	}
	_, err := s.insert(ctx, c, "lc_outbox", "customer, undone, payload", args, sqldb.Text, sqldb.Int, sqldb.Bytes)
	return err
}
