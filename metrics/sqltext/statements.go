package sqltext

import (
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// MaxMonths is how many months a query can span.
const MaxMonths = 1200

// maxSegments is how many segments are read back.
const maxSegments = 100_000

// Span is the months of a query, both included, and the rules of the books.
type Span struct {
	From, To calendar.Month
	// Net is the grain of movements, as in ledger.Options. Its gaps and Coalesce
	// have no text: windows of a duration are not told in ANSI windows.
	Net ledger.Net
	// Location is where Changes.Month has its months; nil is UTC. Rows that say a
	// month before From or after To of an instant that is not are rows at fault.
	Location *time.Location
}

func (s *Span) check(op string) error {
	for _, m := range []calendar.Month{s.From, s.To} {
		if m.IsZero() || m.Validate() != nil {
			return refuse(op, "From", m.String(), "want two months", ErrOptions)
		}
	}
	switch n := s.To.Sub(s.From) + 1; {
	case n < 1:
		return refuse(op, "To", s.To.String(), "want no month before From "+s.From.String(), ErrOptions)
	case n > MaxMonths:
		return refuse(op, "To", s.To.String(), fmt.Sprintf("at most %d months, got %d", MaxMonths, n), ErrOptions)
	case s.Net != ledger.PerInstant && s.Net != ledger.PerMonth:
		return refuse(op, "Net", s.Net.String(), "want PerInstant or PerMonth", ErrOptions)
	}
	return nil
}

// edges is true for rows whose month and instant lie on two sides of the span's
// beginning or end.
func (s *Span) edges(c *columns) string {
	side := func(m calendar.Month) string {
		return fmt.Sprintf("%[1]s < %[2]d AND %[3]s >= %[4]d OR %[1]s >= %[2]d AND %[3]s < %[4]d", c.month, ordinal(m), c.at, m.Start(s.Location).UnixMicro())
	}
	return side(s.From) + " OR " + side(s.To.Add(1))
}

// StatementQuery gives the bridges of months.
type StatementQuery struct {
	Query
	columns   *columns
	span      Span
	segmented bool
}

// Statements is a query for the bridges of the months of a span: one row a month,
// and with Changes.Segment one for each segment and month.
func Statements(d Dialect, changes Changes, span Span) (*StatementQuery, error) {
	c, err := changes.in(d)
	if err != nil {
		return nil, err
	}
	if err := span.check("statements"); err != nil {
		return nil, err
	}
	q := &StatementQuery{columns: c, span: span, segmented: c.segment != ""}
	q.text, q.Query.columns = c.statements(span)
	return q, nil
}

var bridgeColumns = []string{
	"month_no", "opening", "new_business", "expansion", "reactivation", "contraction", "churn", "closing",
	"customers_opening", "customers_new", "customers_reactivated", "customers_churned",
	"customers_new_and_churned", "customers_churned_and_returned", "customers_closing", "customers_paying", "fault_rows",
}

func (c *columns) statements(span Span) (text string, names []string) {
	var ch chain
	segmented := c.segment != ""
	c.states(&ch, span.Net, span.edges(c))
	c.steps(&ch)
	from, to := ordinal(span.From), ordinal(span.To)
	// What happened before the span is the month before it: the first opening.
	clipped := fmt.Sprintf("CASE WHEN g_month < %d THEN %d ELSE g_month END", from, from-1)
	group := list(given(segmented, "g_segment"), clipped)
	kind := func(k ledger.Kind) string { return "v_kind = '" + k.String() + "'" }
	ch.with("flows",
		"SELECT "+given(segmented, "g_segment AS f_segment, ")+clipped+" AS f_month,",
		"  "+sum(kind(ledger.NewBusiness), "v_gain", "f_new")+",",
		"  "+sum(kind(ledger.Expansion), "v_gain", "f_expansion")+",",
		"  "+sum(kind(ledger.Reactivation), "v_gain", "f_reactivation")+",",
		"  "+sum(kind(ledger.Contraction), "0 - v_gain", "f_contraction")+",",
		"  "+sum(kind(ledger.Churn), "0 - v_gain", "f_churn")+",",
		"  SUM(v_gain) AS f_net,",
		"  SUM(CASE WHEN v_before = 0 AND v_after > 0 THEN 1 WHEN v_before > 0 AND v_after = 0 THEN -1 ELSE 0 END) AS f_paying",
		"FROM steps",
		"WHERE g_month <= "+strconv.FormatInt(to, 10),
		"GROUP BY "+group,
	)
	// Comings and goings of one customer take turns, so that the one before a
	// return is a departure.
	inMonth := "PARTITION BY k_customer, g_month ORDER BY v_time "
	ch.with("comings",
		"SELECT "+given(segmented, "g_segment, ")+"g_month, v_head,",
		"  "+zero("MAX(v_head) OVER ("+inMonth+prior+")")+" AS p_head,",
		"  "+zero("MAX(v_head) OVER ("+inMonth+next+")")+" AS n_head,",
		"  FIRST_VALUE(v_head) OVER ("+inMonth+through+") AS o_head",
		"FROM steps",
		"WHERE v_head > 0",
	)
	head := func(h int) string { return "v_head = " + strconv.Itoa(h) }
	ch.with("heads",
		"SELECT "+given(segmented, "g_segment AS h_segment, ")+clipped+" AS h_month,",
		"  "+sum(head(joins), "1", "h_new")+",",
		"  "+sum(head(returns), "1", "h_reactivated")+",",
		"  "+sum(head(leaves), "1", "h_churned")+",",
		"  "+sum(head(leaves)+" AND n_head = 0 AND o_head <> "+strconv.Itoa(leaves), "1", "h_new_and_churned")+",",
		"  "+sum(head(returns)+" AND p_head <> 0", "1", "h_churned_and_returned"),
		"FROM comings",
		"WHERE g_month <= "+strconv.FormatInt(to, 10),
		"GROUP BY "+group,
	)
	ch.with("months", fmt.Sprintf(speeches[c.d].months, from-1, to, to-from+2))
	if segmented {
		ch.with("parts", "SELECT DISTINCT g_segment AS t_segment", "FROM moments")
	}
	and := func(column string) string { return given(segmented, " AND "+column+" = t_segment") }
	ch.with("totals",
		"SELECT "+given(segmented, "t_segment, ")+"month_no,",
		"  COALESCE(f_new, 0) AS t_new, COALESCE(f_expansion, 0) AS t_expansion, COALESCE(f_reactivation, 0) AS t_reactivation,",
		"  COALESCE(f_contraction, 0) AS t_contraction, COALESCE(f_churn, 0) AS t_churn, COALESCE(f_net, 0) AS t_net,",
		"  COALESCE(f_paying, 0) AS t_paying,",
		"  COALESCE(h_new, 0) AS t_joined, COALESCE(h_reactivated, 0) AS t_returned, COALESCE(h_churned, 0) AS t_left,",
		"  COALESCE(h_new_and_churned, 0) AS t_joined_and_left, COALESCE(h_churned_and_returned, 0) AS t_left_and_returned,",
		"  COALESCE(h_new, 0) + COALESCE(h_reactivated, 0) - COALESCE(h_churned, 0) AS t_heads",
		"FROM months",
		given(segmented, "CROSS JOIN parts"),
		"LEFT JOIN flows ON f_month = month_no"+and("f_segment"),
		"LEFT JOIN heads ON h_month = month_no"+and("h_segment"),
	)
	run := " OVER (" + given(segmented, "PARTITION BY t_segment ") + "ORDER BY month_no " + through + ")"
	ch.with("bridge",
		"SELECT "+given(segmented, "t_segment, ")+"month_no,",
		"  SUM(t_net)"+run+" - t_net AS b_opening, t_new, t_expansion, t_reactivation, t_contraction, t_churn,",
		"  SUM(t_net)"+run+" AS b_closing,",
		"  SUM(t_heads)"+run+" - t_heads AS b_customers, t_joined, t_returned, t_left, t_joined_and_left, t_left_and_returned,",
		"  SUM(t_heads)"+run+" AS b_present, SUM(t_paying)"+run+" AS b_paying",
		"FROM totals",
	)
	text = ch.end(
		"SELECT "+given(segmented, "t_segment AS segment, ")+"month_no, b_opening AS opening,",
		"  t_new AS new_business, t_expansion AS expansion, t_reactivation AS reactivation,",
		"  t_contraction AS contraction, t_churn AS churn, b_closing AS closing,",
		"  b_customers AS customers_opening, t_joined AS customers_new, t_returned AS customers_reactivated, t_left AS customers_churned,",
		"  t_joined_and_left AS customers_new_and_churned, t_left_and_returned AS customers_churned_and_returned,",
		"  b_present AS customers_closing, b_paying AS customers_paying, fault_rows",
		"FROM bridge",
		"CROSS JOIN faults",
		"WHERE month_no >= "+strconv.FormatInt(from, 10),
		"ORDER BY "+given(segmented, "t_segment, ")+"month_no",
	)
	if segmented {
		names = append(names, "segment")
	}
	return text, append(names, bridgeColumns...)
}

// Read takes the rows of the result back into statements, equal to those of a
// ledger of the same changes to the last unit. Errors: ErrFaults where the table
// held rows that cannot be counted, ErrRows for a result that is not the query's,
// and what the rows report.
func (q *StatementQuery) Read(rows iter.Seq2[[]any, error]) ([]ledger.Statement, error) {
	const op = "read statements"
	if q.segmented {
		return nil, refuse(op, "", "", "the query has segments: use ReadSegments", ErrOptions)
	}
	grounds, err := q.grounds(op, rows)
	if err != nil {
		return nil, err
	}
	if len(grounds) != q.months() {
		return nil, fmt.Errorf("sqltext: %s: %w: %d rows, want one for each of %d months", op, ErrRows, len(grounds), q.months())
	}
	out, err := q.columns.unit.Statements(q.columns.money, grounds)
	if err != nil {
		return nil, fmt.Errorf("sqltext: %s: %w: %w", op, ErrRows, err)
	}
	return out, nil
}

// ReadSegments is Read for a query with Changes.Segment: sorted by key, equal to
// what ledger.StatementsBy gives for the same key.
func (q *StatementQuery) ReadSegments(rows iter.Seq2[[]any, error]) ([]ledger.Segment, error) {
	const op = "read segments"
	if !q.segmented {
		return nil, refuse(op, "", "", "the query has no segments: use Read", ErrOptions)
	}
	grounds, err := q.grounds(op, rows)
	if err != nil {
		return nil, err
	}
	if len(grounds)%q.months() != 0 {
		return nil, fmt.Errorf("sqltext: %s: %w: %d rows, want %d months of each segment", op, ErrRows, len(grounds), q.months())
	}
	out, err := q.columns.unit.Segments(q.columns.money, grounds)
	if err != nil {
		return nil, fmt.Errorf("sqltext: %s: %w: %w", op, ErrRows, err)
	}
	return out, nil
}

func (q *StatementQuery) months() int { return q.span.To.Sub(q.span.From) + 1 }

func (q *StatementQuery) grounds(op string, rows iter.Seq2[[]any, error]) ([]ledger.Ground, error) {
	most := q.months()
	if q.segmented {
		most *= maxSegments
	}
	var out []ledger.Ground
	err := q.each(op, rows, most, func(r *row) error {
		if err := r.faults(); err != nil {
			return err
		}
		g := ledger.Ground{
			Month: r.month("month_no"), Opening: r.units("opening"), New: r.units("new_business"), Expansion: r.units("expansion"),
			Reactivation: r.units("reactivation"), Contraction: r.units("contraction"), Churn: r.units("churn"),
			Customers: metrics.Customers{
				Opening: r.int("customers_opening"), New: r.int("customers_new"), Reactivated: r.int("customers_reactivated"),
				Churned: r.int("customers_churned"), NewAndChurned: r.int("customers_new_and_churned"),
				ChurnedAndReturned: r.int("customers_churned_and_returned"),
			},
			Paying: r.int("customers_paying"),
		}
		if q.segmented {
			g.Key = r.text("segment")
		}
		closing := g.Opening.Add(g.New).Add(g.Expansion).Add(g.Reactivation).Sub(g.Contraction).Sub(g.Churn)
		switch {
		case r.err != nil:
		case closing.Cmp(r.units("closing")) != 0:
			r.bad("closing", r.value("closing"), "want what the lines lead to")
		case g.Customers.Closing() != r.int("customers_closing"):
			r.bad("customers_closing", r.value("customers_closing"), "want what the heads lead to")
		case g.Month.Before(q.span.From) || g.Month.After(q.span.To):
			r.bad("month_no", g.Month, "want "+q.span.From.String()+" to "+q.span.To.String())
		}
		out = append(out, g)
		return r.err
	})
	return out, err
}
