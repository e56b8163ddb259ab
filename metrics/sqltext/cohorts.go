package sqltext

import (
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// CohortQuery gives the cells of a cohort table.
type CohortQuery struct {
	Query
	columns *columns
	options cohort.Options
}

// CohortOptions are the rules of the books and of the table.
type CohortOptions struct {
	// Through is the last month observed. Required.
	Through calendar.Month
	Base    cohort.Base
	Month0  cohort.Month0
	// Net and Location are as in Span.
	Net      ledger.Net
	Location *time.Location
}

// Cohorts is a query for the cells of a cohort table by month: one row for each
// cohort and age. The oldest cohort is at most MaxMonths before Through.
func Cohorts(d Dialect, changes Changes, o CohortOptions) (*CohortQuery, error) {
	const op = "cohorts"
	changes.Segment = ""
	c, err := changes.in(d)
	if err != nil {
		return nil, err
	}
	first := o.Through.Add(1 - MaxMonths)
	if first.Before(firstMonth) { // so is none
		first = firstMonth
	}
	span := Span{From: first, To: o.Through, Net: o.Net, Location: o.Location}
	if err := span.check(op); err != nil {
		return nil, err
	}
	q := &CohortQuery{columns: c, options: cohort.Options{Through: o.Through, Base: o.Base, Month0: o.Month0}}
	if _, err := cohort.OfCells(c.unit, c.money, q.options, nil); err != nil {
		return nil, fmt.Errorf("sqltext: %s: %w: %w", op, ErrOptions, err)
	}
	q.text, q.Query.columns = c.cohorts(&span, o.Base)
	return q, nil
}

func (c *columns) cohorts(span *Span, base cohort.Base) (text string, names []string) {
	var ch chain
	from, to := ordinal(span.From), ordinal(span.To)
	c.states(&ch, span.Net, fmt.Sprintf("%s OR %s < %d", span.edges(c), c.month, from)) // no cohort is left out
	last := strconv.FormatInt(to, 10)
	ch.with("firsts",
		"SELECT k_customer AS f_customer, g_month AS f_month, a_amount AS f_amount",
		"FROM history",
		"WHERE e_amount = 0 AND a_amount > 0 AND g_month <= "+last,
	)
	// The last state of a month is that of its end.
	ch.with("latest",
		"SELECT k_customer, g_month, a_amount,",
		"  ROW_NUMBER() OVER (PARTITION BY k_customer, g_month ORDER BY v_time DESC) AS n_last",
		"FROM states",
		"WHERE g_month <= "+last,
	)
	ch.with("ends",
		"SELECT k_customer, f_month, f_amount, g_month - f_month AS n_age, a_amount AS u_now",
		"FROM latest",
		"JOIN firsts ON f_customer = k_customer",
		"WHERE n_last = 1 AND g_month >= f_month",
	)
	customer := " OVER (PARTITION BY k_customer ORDER BY n_age "
	against := "f_amount"
	if base == cohort.BaseMonthEnd {
		against = "FIRST_VALUE(u_now)" + customer + through + ")"
	}
	ch.with("follow",
		"SELECT f_month, f_amount, n_age, u_now, "+against+" AS u_base,",
		"  MIN(u_now)"+customer+through+") AS u_low,",
		"  "+zero("MAX(u_now)"+customer+prior+")")+" AS p_now,",
		"  "+zero("MIN(u_now)"+customer+before+")")+" AS p_low",
		"FROM ends",
	)
	// What a customer adds to each cell at an end, and did before it.
	smaller := func(a string) string { return "CASE WHEN " + a + " < u_base THEN " + a + " ELSE u_base END" }
	ch.with("worth",
		"SELECT f_month, f_amount, n_age, u_base, u_now, p_now,",
		"  "+when("u_now > 0", "1")+" AS c_active, "+when("p_now > 0", "1")+" AS q_active,",
		"  "+smaller("u_now")+" AS c_kept, "+smaller("p_now")+" AS q_kept,",
		"  "+smaller("u_low")+" AS c_low, "+smaller("p_low")+" AS q_low,",
		"  "+when("u_low = 0 AND u_now > 0", "1")+" AS c_returned, "+when("n_age > 0 AND p_low = 0 AND p_now > 0", "1")+" AS q_returned,",
		"  "+when("u_low = 0", "u_now")+" AS c_back, "+when("n_age > 0 AND p_low = 0", "p_now")+" AS q_back,",
		"  "+when("u_base = 0", "u_now")+" AS c_baseless, "+when("u_base = 0", "p_now")+" AS q_baseless,",
		"  CASE WHEN u_low > 0 THEN 0 WHEN n_age = 0 THEN f_amount WHEN p_low > 0 THEN p_now ELSE 0 END AS c_lost",
		"FROM follow",
	)
	ch.with("changed",
		"SELECT f_month AS w_month, n_age AS w_age,",
		"  SUM(c_active - q_active) AS w_active, SUM(u_now - p_now) AS w_now, SUM(c_kept - q_kept) AS w_kept, SUM(c_low - q_low) AS w_low,",
		"  SUM(c_returned - q_returned) AS w_returned, SUM(c_back - q_back) AS w_back, SUM(c_baseless - q_baseless) AS w_baseless,",
		"  SUM(c_lost) AS w_lost",
		"FROM worth",
		"GROUP BY f_month, n_age",
	)
	ch.with("sizes",
		"SELECT f_month AS z_month, COUNT(*) AS z_size, SUM(u_base) AS z_base, SUM(f_amount) AS z_initial",
		"FROM worth",
		"WHERE n_age = 0",
		"GROUP BY f_month",
	)
	ch.with("months", fmt.Sprintf(speeches[c.d].months, from, to, to-from+1))
	ch.with("cells",
		"SELECT z_month, month_no - z_month AS x_age, z_size, z_base, z_initial",
		"FROM sizes",
		"CROSS JOIN months",
		"WHERE month_no >= z_month",
	)
	run := " OVER (PARTITION BY z_month ORDER BY x_age " + through + ")"
	ch.with("grid",
		"SELECT 1 AS m_key, z_month, x_age, z_size, z_base, z_initial,",
		"  SUM("+zero("w_active")+")"+run+" AS x_active, SUM("+zero("w_now")+")"+run+" AS x_now,",
		"  SUM("+zero("w_kept")+")"+run+" AS x_kept, SUM("+zero("w_low")+")"+run+" AS x_low,",
		"  SUM("+zero("w_returned")+")"+run+" AS x_returned, SUM("+zero("w_back")+")"+run+" AS x_back,",
		"  SUM("+zero("w_baseless")+")"+run+" AS x_baseless, "+zero("w_lost")+" AS x_lost",
		"FROM cells",
		"LEFT JOIN changed ON w_month = z_month AND w_age = x_age",
	)
	text = ch.end(
		"SELECT z_month AS cohort_month_no, x_age AS age, z_size AS size, z_base AS base, z_initial AS initial_mrr,",
		"  x_active AS active, x_now AS mrr, x_kept AS kept, x_low AS lowest,",
		"  x_returned AS returned, x_back AS returned_mrr, x_baseless AS baseless, x_lost AS lost, fault_rows",
		"FROM faults",
		"LEFT JOIN grid ON m_key = fault_key",
		"ORDER BY z_month, x_age",
	)
	return text, []string{
		"cohort_month_no", "age", "size", "base", "initial_mrr", "active", "mrr", "kept", "lowest",
		"returned", "returned_mrr", "baseless", "lost", "fault_rows",
	}
}

// Read takes the rows of the result back into a table that says what the table of
// a ledger of the same changes says, to the last unit: every curve, weighted
// averages, tenure, layer cake. It does not merge: it does not know its
// customers. Errors are those of StatementQuery.Read.
func (q *CohortQuery) Read(rows iter.Seq2[[]any, error]) (*cohort.Table, error) {
	const op = "read cohorts"
	var cells []cohort.Cell
	err := q.each(op, rows, MaxMonths*(MaxMonths+1)/2, func(r *row) error {
		if err := r.faults(); err != nil {
			return err
		}
		// Without cohorts the join has a row of NULLs, in ClickHouse of zeros.
		if v := r.value("size"); v == nil || r.big("size").Sign() == 0 {
			return nil
		}
		cells = append(cells, cohort.Cell{
			Cohort: r.month("cohort_month_no"), Age: r.count("age", MaxMonths), Size: r.int("size"),
			Base: r.units("base"), Initial: r.units("initial_mrr"),
			Active: r.int("active"), MRR: r.units("mrr"), Kept: r.units("kept"), Lowest: r.units("lowest"),
			Returned: r.int("returned"), ReturnedMRR: r.units("returned_mrr"), Baseless: r.units("baseless"), Lost: r.units("lost"),
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	t, err := cohort.OfCells(q.columns.unit, q.columns.money, q.options, cells)
	if err != nil {
		return nil, fmt.Errorf("sqltext: %s: %w: %w", op, ErrRows, err)
	}
	return t, nil
}
