package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// Unsent implements [tracker.Outbox]. There is nothing to send unless
// Options.Outbox was set.
func (s *Store) Unsent(ctx context.Context, after int64, limit int) ([]tracker.Message, error) {
	if limit <= 0 {
		return nil, ctx.Err()
	}
	rows, err := s.read.QueryContext(ctx, s.schema.Text("SELECT n, undone, payload FROM lc_outbox WHERE journey = $1 AND n > $2 ORDER BY n LIMIT $3"), s.journey, after, int64(limit))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []tracker.Message
	for rows.Next() {
		var n, undone int64
		var payload []byte
		if err := rows.Scan(&n, &undone, &payload); err != nil {
			return nil, err
		}
		m := tracker.Message{N: n, Undone: undone != 0}
		if err := m.Occurrence.UnmarshalJSON(payload); err != nil {
			return nil, fmt.Errorf("sqlstore: message %d: %w", n, err)
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// Sent implements [tracker.Outbox].
func (s *Store) Sent(ctx context.Context, numbers ...int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	list := make([]any, len(numbers))
	for i, n := range numbers {
		list[i] = n
	}
	remove := func(c sqldb.Conn) error {
		for part := range s.schema.Chunk(list, 1) {
			var b strings.Builder
			b.WriteString("DELETE FROM lc_outbox WHERE journey = $1 AND n IN (SELECT column1 FROM ")
			args := append([]any{s.journey}, s.schema.Rows(&b, 2, part, sqldb.Int)...)
			b.WriteString(" AS v)")
			if _, err := c.ExecContext(ctx, s.schema.Text(b.String()), args...); err != nil {
				return err
			}
		}
		return nil
	}
	switch {
	case len(numbers) == 0:
		return nil
	case s.schema.Dialect == sqldb.Postgres && len(numbers) <= sqldb.RowsAtOnce:
		return s.writer.Once(ctx, remove)
	default:
		return s.writer.Write(ctx, remove)
	}
}
