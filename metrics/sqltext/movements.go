package sqltext

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// MovementQuery gives the movements behind statements.
type MovementQuery struct {
	Query
	columns *columns
	span    Span
}

// Movements is a query for the movements of the months of a span: one row for
// each, or where there is none one row without a kind, so that rows at fault are
// told.
func Movements(d Dialect, changes Changes, span Span) (*MovementQuery, error) {
	changes.Segment = ""
	c, err := changes.in(d)
	if err != nil {
		return nil, err
	}
	if err := span.check("movements"); err != nil {
		return nil, err
	}
	q := &MovementQuery{columns: c, span: span}
	var ch chain
	c.states(&ch, span.Net, span.edges(c))
	c.steps(&ch)
	q.Query.columns = []string{"customer", "at_micros", "month_no", "kind", "heads", "before_amount", "after_amount", "gain", "fault_rows"}
	ch.with("shown",
		"SELECT 1 AS m_key, k_customer, v_time, g_month, v_kind, v_head, v_before, v_after, v_gain",
		"FROM steps",
		fmt.Sprintf("WHERE g_month >= %d AND g_month <= %d", ordinal(span.From), ordinal(span.To)),
	)
	q.text = ch.end(
		"SELECT k_customer AS customer, v_time AS at_micros, g_month AS month_no, v_kind AS kind,",
		fmt.Sprintf("  CASE v_head WHEN %d THEN 1 WHEN %d THEN 1 WHEN %d THEN -1 ELSE 0 END AS heads,", joins, returns, leaves),
		"  v_before AS before_amount, v_after AS after_amount, v_gain AS gain, fault_rows",
		"FROM faults",
		"LEFT JOIN shown ON m_key = fault_key",
		"ORDER BY k_customer, v_time",
	)
	return q, nil
}

// Movement is a ledger.Movement as far as the query says it: without causes,
// subscriptions, plans and event ids.
type Movement struct {
	Customer string `json:"customer"`
	// At is the instant; with PerMonth it is zero, and Month says when.
	At     time.Time       `json:"at,omitzero"`
	Month  calendar.Month  `json:"month"`
	Kind   ledger.Kind     `json:"kind"`
	Heads  int             `json:"heads"`
	Before decimal.Decimal `json:"before"`
	After  decimal.Decimal `json:"after"`
	Amount decimal.Decimal `json:"amount"` // the magnitude
}

// String is "2026-01 acme: expansion 20 (100 to 120)".
func (m Movement) String() string {
	return fmt.Sprintf("%s %s: %s %s (%s to %s)", m.Month, m.Customer, m.Kind, m.Amount, m.Before, m.After)
}

// Read yields the movements of a result, in its order: engines order text each
// by their own rules. The customer must be text or an integer. It yields one
// error, of the kinds of StatementQuery.Read, and ends.
func (q *MovementQuery) Read(rows iter.Seq2[[]any, error]) iter.Seq2[Movement, error] {
	return func(yield func(Movement, error) bool) {
		const endless = int(^uint(0) >> 1)
		stop := false
		err := q.each("read movements", rows, endless, func(r *row) error {
			if err := r.faults(); err != nil {
				return err
			}
			// Without movements the join has a row of NULLs, in ClickHouse of zeros.
			if kind := r.value("kind"); kind == nil || kind == "" {
				return nil
			}
			m, err := q.movement(r)
			if err != nil || r.err != nil {
				return err
			}
			if !yield(m, nil) {
				stop = true
				return errStop
			}
			return nil
		})
		if err != nil && !stop {
			yield(Movement{}, err)
		}
	}
}

func (q *MovementQuery) movement(r *row) (Movement, error) {
	before, after, gain := r.big("before_amount"), r.big("after_amount"), r.big("gain")
	m := Movement{Month: r.month("month_no"), Heads: int(r.int("heads"))}
	switch x := r.value("customer").(type) {
	case string:
		m.Customer = strings.Clone(x)
	case []byte:
		m.Customer = string(x)
	default:
		m.Customer = r.big("customer").String()
	}
	if q.span.Net == ledger.PerInstant {
		loc := q.span.Location
		if loc == nil {
			loc = time.UTC
		}
		m.At = time.UnixMicro(r.int("at_micros")).In(loc)
	}
	if err := m.Kind.UnmarshalText([]byte(r.text("kind"))); err != nil && r.err == nil {
		return m, fmt.Errorf("%w: column kind: %w", ErrRows, err)
	}
	if r.err == nil && (m.Heads < -1 || m.Heads > 1 || before.Sign() < 0 || after.Sign() < 0 || gain.Cmp(after.Sub(after, before)) != 0) {
		r.bad("gain", gain, "want after less before, and one head at most")
	}
	money := func(column string) decimal.Decimal { return q.columns.unit.Amount(r.units(column)) }
	m.Before, m.After, m.Amount = money("before_amount"), money("after_amount"), money("gain").Abs()
	return m, nil
}
