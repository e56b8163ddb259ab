package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
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
	rows, err := s.db.QueryContext(ctx, s.schema.Text("SELECT n, payload FROM lc_outbox WHERE journey = $1 AND n > $2 ORDER BY n LIMIT $3"), s.journey, after, int64(limit))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []tracker.Message
	for rows.Next() {
		var n int64
		var payload []byte
		if err := rows.Scan(&n, &payload); err != nil {
			return nil, err
		}
		var m tracker.Message
		if err := json.Unmarshal(payload, &m); err != nil {
			return nil, fmt.Errorf("sqlstore: message %d: %w", n, err)
		}
		m.N = n
		list = append(list, m)
	}
	return list, rows.Err()
}

// Sent implements [tracker.Outbox].
func (s *Store) Sent(ctx context.Context, numbers ...int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for part := range slices.Chunk(numbers, sqldb.RowsAtOnce) {
		var b strings.Builder
		b.WriteString("DELETE FROM lc_outbox WHERE journey = $1 AND n IN (SELECT column1 FROM ")
		s.schema.Values(&b, 2, len(part), sqldb.Int)
		b.WriteString(" AS v)")
		args := []any{s.journey}
		for _, n := range part {
			args = append(args, n)
		}
		if err := s.writer.Once(ctx, func(c sqldb.Conn) error {
			_, err := c.ExecContext(ctx, s.schema.Text(b.String()), args...)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
