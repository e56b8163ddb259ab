package sqllog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// kinds of lines.
const (
	kindChange = "change"
	kindRecord = "record"
	kindTime   = "time" // a feed was told that time has passed
)

// line is one line of the log. Its body says all; the rest is for queries.
type line struct {
	kind, id, customer string
	at, known          time.Time
	currency, amount   string
	body               []byte
}

func linesOf(s sqldb.Schema, changes []ledger.Change) ([]line, error) {
	out := make([]line, len(changes))
	for i := range changes {
		c := &changes[i]
		body, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		out[i] = line{kindChange, c.ID, c.Customer, c.At, c.Recorded, string(c.Currency), c.Amount.String(), body}
		if err := out[i].storable(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// linesOfRecords writes records by the names of their fields.
func linesOfRecords(s sqldb.Schema, known time.Time, records []billing.Record) ([]line, error) {
	out := make([]line, len(records))
	for i := range records {
		r := &records[i]
		body, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		customer := ""
		switch {
		case len(r.Spans) > 0:
			customer = r.Spans[0].Customer
		case len(r.Lines) > 0:
			customer = r.Lines[0].Customer
		}
		at := r.Created
		if at.IsZero() {
			at = known
		}
		out[i] = line{kind: kindRecord, id: r.ID, customer: customer, at: at, known: known, body: body}
		if err := out[i].storable(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// storable refuses what would come back as something else. JSON writes what is
// not UTF-8 as something that is.
func (l *line) storable(s sqldb.Schema) error {
	if err := s.Storable("append", "ID", l.id); err != nil {
		return err
	}
	if err := s.Storable("append", "Customer", l.customer); err != nil {
		return err
	}
	if strings.Contains(string(l.body), "\\ufffd") || strings.Contains(string(l.body), "\\u0000") || strings.ContainsRune(string(l.body), '\uFFFD') {
		return s.Storable("append", "a text of the line with the ID "+l.id, "\x00")
	}
	if l.kind != kindTime && l.at.IsZero() {
		return nil // refused by the books, in their own words
	}
	return calendar.CheckTime(l.at)
}

// write appends lines, the position of the last of which the books then have.
func (b *Books) write(ctx context.Context, c sqldb.Conn, lines []line) error {
	kinds := []string{sqldb.Int, sqldb.Text, sqldb.Text, sqldb.Text, sqldb.Int, sqldb.Int, sqldb.Text, sqldb.Text, sqldb.Bytes}
	batch := b.at + 1
	for part := range slices.Chunk(lines, sqldb.RowsAtOnce) {
		var args []any
		for i := range part {
			l := &part[i]
			args = append(args, batch, l.kind, l.id, l.customer, l.at.UnixNano(), nanos(l.known), l.currency, l.amount, l.body)
		}
		var q strings.Builder
		q.WriteString("INSERT INTO lc_log (batch, kind, id, customer, at_ns, known_ns, currency, amount, body) SELECT v.* FROM ")
		args = b.schema.Rows(&q, 1, args, kinds...)
		q.WriteString(" AS v WHERE true RETURNING n")
		if err := b.numbers(ctx, c, b.schema.Text(q.String()), args); err != nil {
			return err
		}
	}
	return nil
}

func (b *Books) numbers(ctx context.Context, c sqldb.Conn, query string, args []any) error {
	rows, err := c.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return err
		}
		b.at = max(b.at, n)
	}
	return rows.Err()
}

// takeAtOnce is how many lines of one kind are given to the books at once.
const takeAtOnce = 10_000

// catchUp takes in the lines after those the books have.
func (b *Books) catchUp(ctx context.Context, c sqldb.Conn) error {
	rows, err := c.QueryContext(ctx, b.schema.Text("SELECT n, kind, known_ns, body FROM lc_log WHERE n > $1 ORDER BY n"), b.at)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var pile pile
	for rows.Next() {
		var n int64
		var kind string
		var known *int64
		var body []byte
		if err := rows.Scan(&n, &kind, &known, &body); err != nil {
			return err
		}
		if pile.n > 0 && !pile.takes(kind, known) {
			if err := b.take(&pile); err != nil {
				return err
			}
		}
		if err := pile.add(n, kind, known, body); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return b.take(&pile)
}

// pile are lines that are taken in together.
type pile struct {
	kind    string
	known   time.Time
	n       int64 // of the last line
	changes []ledger.Change
	records []billing.Record
}

func (p *pile) takes(kind string, known *int64) bool {
	if kind != p.kind || len(p.changes)+len(p.records) >= takeAtOnce {
		return false
	}
	return kind == kindChange || kind == kindRecord && known != nil && p.known.UnixNano() == *known
}

func (p *pile) add(n int64, kind string, known *int64, body []byte) error {
	p.n, p.kind = n, kind
	if known != nil {
		p.known = time.Unix(0, *known).UTC()
	}
	var err error
	switch kind {
	case kindChange:
		p.changes = append(p.changes, ledger.Change{})
		err = json.Unmarshal(body, &p.changes[len(p.changes)-1])
	case kindRecord:
		p.records = append(p.records, billing.Record{})
		err = json.Unmarshal(body, &p.records[len(p.records)-1])
	case kindTime:
	default:
		err = fmt.Errorf("a line of the kind %q", kind)
	}
	if err != nil {
		return fmt.Errorf("sqllog: %w: line %d: %w", ErrLog, n, err)
	}
	return nil
}

// take gives the books a pile, and empties it.
func (b *Books) take(p *pile) error {
	if p.n == 0 {
		return nil
	}
	var err error
	switch {
	case p.kind == kindChange && b.f == nil:
		err = b.l.Append(p.changes...)
	case p.kind == kindRecord && b.f != nil:
		_, _, err = b.f.Apply(p.known, p.records...)
	case p.kind == kindTime && b.f != nil:
		_, _, err = b.f.Observe(p.known)
	default:
		err = fmt.Errorf("%w: a line of the kind %q", ErrFed, p.kind)
	}
	if err != nil {
		return fmt.Errorf("sqllog: %w: lines to %d: %w", ErrLog, p.n, err)
	}
	b.at = p.n
	*p = pile{changes: p.changes[:0], records: p.records[:0]}
	return nil
}

func nanos(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}
