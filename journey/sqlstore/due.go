package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// dueAtOnce is how many are read at once: between reads nothing is open.
const dueAtOnce = 500

type dueRow struct {
	at       int64
	customer string
}

// Due implements [tracker.Store]. It reads some hundred at a time.
func (s *Store) Due(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if calendar.CheckTime(now) != nil {
			yield("", fmt.Errorf("sqlstore: due: %w: %s", journey.ErrOutOfRange, now.UTC().Format(time.RFC3339)))
			return
		}
		query := s.schema.Text(`SELECT due_ns, customer FROM lc_state WHERE journey = $1 AND due_ns <= $2 ORDER BY due_ns, customer LIMIT $3`)
		args := []any{s.journey, now.UnixNano(), dueAtOnce}
		for {
			list, err := dueRows(ctx, s.read, query, args)
			if err != nil {
				yield("", err)
				return
			}
			for _, d := range list {
				if !yield(d.customer, nil) {
					return
				}
				if err := ctx.Err(); err != nil {
					yield("", err)
					return
				}
			}
			if len(list) < dueAtOnce {
				return
			}
			last := list[len(list)-1]
			query = s.schema.Text(`SELECT due_ns, customer FROM lc_state WHERE journey = $1 AND due_ns <= $2 AND (due_ns, customer) > ($3, $4) ORDER BY due_ns, customer LIMIT $5`)
			args = []any{s.journey, now.UnixNano(), last.at, last.customer, dueAtOnce}
		}
	}
}

func dueRows(ctx context.Context, c sqldb.Conn, query string, args []any) ([]dueRow, error) {
	rows, err := c.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []dueRow
	for rows.Next() {
		var d dueRow
		if err := rows.Scan(&d.at, &d.customer); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// Claim implements [tracker.Claimer]: one statement. On Postgres it passes over
// those that another process is just claiming.
func (s *Store) Claim(ctx context.Context, now time.Time, limit int, lease time.Duration) ([]string, error) {
	if calendar.CheckTime(now) != nil {
		return nil, fmt.Errorf("sqlstore: claim: %w: %s", journey.ErrOutOfRange, now.UTC().Format(time.RFC3339))
	}
	if limit <= 0 {
		return nil, ctx.Err()
	}
	var list []dueRow
	err := s.writer.Once(ctx, func(c sqldb.Conn) (err error) {
		list, err = dueRows(ctx, c, s.schema.Text(`UPDATE lc_state SET lease_ns = $1 WHERE journey = $2 AND customer IN (
SELECT customer FROM lc_state WHERE journey = $2 AND due_ns <= $3 AND (lease_ns IS NULL OR lease_ns <= $3)
ORDER BY due_ns, customer LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING due_ns, customer`), []any{now.Add(lease).UnixNano(), s.journey, now.UnixNano(), int64(limit)})
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b dueRow) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.customer, b.customer))
	})
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.customer
	}
	return out, nil
}
