package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// KeepsHistory implements [tracker.Historian]: false with Options.NoHistory.
func (s *Store) KeepsHistory() bool { return !s.o.NoHistory }

// History implements [tracker.Historian].
func (s *Store) History(ctx context.Context, customer string, from time.Time) ([]tracker.Occurrence, error) {
	if !sqldb.IsStorable(customer) {
		return nil, ctx.Err()
	}
	at := int64(math.MinInt64)
	if !from.IsZero() {
		at = from.UnixNano()
	}
	rows, err := s.read.QueryContext(ctx, s.schema.Text(`SELECT body FROM lc_event WHERE journey = $1 AND customer = $2 AND n >=
COALESCE((SELECT max(n) FROM lc_event WHERE journey = $1 AND customer = $2 AND at_ns <= $3), 0) ORDER BY n`), s.journey, customer, at)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []tracker.Occurrence
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		var o tracker.Occurrence
		if err := json.Unmarshal(body, &o); err != nil {
			return nil, fmt.Errorf("sqlstore: history: customer %s: %w", fault.Quote(customer), err)
		}
		list = append(list, o)
	}
	return list, rows.Err()
}

// Known implements [tracker.Historian].
func (s *Store) Known(ctx context.Context, customer, id string) (bool, error) {
	if !sqldb.IsStorable(customer) || !sqldb.IsStorable(id) {
		return false, ctx.Err()
	}
	var known bool
	err := s.read.QueryRowContext(ctx, s.schema.Text("SELECT EXISTS (SELECT 1 FROM lc_event WHERE journey = $1 AND customer = $2 AND event_id = $3)"), s.journey, customer, id).Scan(&known)
	return known, err
}
