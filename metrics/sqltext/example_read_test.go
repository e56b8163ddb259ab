package sqltext_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/metrics/sqltext"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// A row that was counted as faulty refuses the whole: nothing is skipped.
func ExampleStatementQuery_Read() {
	q, err := sqltext.Statements(sqltext.Postgres, changes, sqltext.Span{From: january, To: january})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = q.Read(rows([]any{24312, 0, 4900, 0, 0, 0, 0, 4900, 0, 1, 0, 0, 0, 0, 1, 1, 3}))
	fmt.Println(err)
	// Output:
	// sqltext: read statements: row 1: rows at fault: 3 of them
}

func ExampleStatementQuery_ReadSegments() {
	by := changes
	by.Segment = "country"
	q, err := sqltext.Statements(sqltext.DuckDB, by, sqltext.Span{From: january, To: january})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.Columns()[:2])
	segments, err := q.ReadSegments(rows(
		[]any{"DE", 24312, 0, 4900, 0, 0, 0, 0, 4900, 0, 1, 0, 0, 0, 0, 1, 1, 0},
		[]any{"FR", 24312, 0, 1000, 0, 0, 0, 0, 1000, 0, 1, 0, 0, 0, 0, 1, 1, 0},
	))
	for _, s := range segments {
		fmt.Println(s.Key, s.Statements[0])
	}
	fmt.Println(err)
	// Output:
	// [segment month_no]
	// DE 2026-01 EUR: 0 + 49 new = 49, 1 customers
	// FR 2026-01 EUR: 0 + 10 new = 10, 1 customers
	// <nil>
}

// Movements come one by one, so that a warehouse's millions need no memory.
func ExampleMovementQuery_Read() {
	q, err := sqltext.Movements(sqltext.Postgres, changes, sqltext.Span{From: january, To: january.Add(1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for m, err := range q.Read(rows(
		[]any{"acme", int64(1767225600000000), 24312, "new", 1, 0, 4900, 4900, 0},
		[]any{"acme", int64(1769904000000000), 24313, "churn", -1, 4900, 0, -4900, 0},
	)) {
		fmt.Println(m.Customer, m.At.Format(time.DateOnly), m.Kind, m.Amount, err)
	}
	// Output:
	// acme 2026-01-01 new 49 <nil>
	// acme 2026-02-01 churn 49 <nil>
}

// The table is the same type as that of books in memory: every curve is there.
func ExampleCohortQuery_Read() {
	q, err := sqltext.Cohorts(sqltext.Postgres, changes, sqltext.CohortOptions{Through: january.Add(1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := q.Read(rows(
		[]any{24312, 0, 2, 9800, 9800, 2, 9800, 9800, 9800, 0, 0, 0, 0, 0},
		[]any{24312, 1, 2, 9800, 9800, 1, 9900, 4900, 4900, 0, 0, 0, 4900, 0},
	))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Logo(january, 1), table.NRR(january, 1).Percent(1))
	// Output:
	// 0.5 101.0%
}

func ExampleFunnelQuery_Read() {
	q, err := sqltext.Funnel(sqltext.ClickHouse, sqltext.Events{Table: "events", Customer: "user", Name: "event", At: "micros"}, funnel.Spec{
		Steps: []funnel.Step{{Any: touchpoint.Named("visit")}, {Any: touchpoint.Named("signup")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	levels, err := q.Read(rows([]any{0, 10, 0}, []any{1, 6, 0}, []any{2, 4, 0}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range levels.Steps() {
		fmt.Println(s.Customers, s.FromFirst.Percent(1))
	}
	// Output:
	// 10 100.0%
	// 4 40.0%
}

// Which rules a table breaks, before its numbers are asked for.
func ExampleCheckQuery_Read() {
	q, err := sqltext.ChangeChecks(sqltext.SQLite, changes)
	if err != nil {
		fmt.Println(err)
		return
	}
	checks, err := q.Read(rows([]any{1, 0, 2, 0, 0, 0}))
	for _, c := range checks {
		fmt.Println(c)
	}
	fmt.Println(err)
	// Output:
	// missing: 1 rows
	// fraction: 0 rows
	// negative: 2 rows
	// month_range: 0 rows
	// repeated: 0 rows
	// month_order: 0 rows
	// <nil>
}

// All six, and whether the tests of this library execute their text.
func ExampleDialects() {
	for _, d := range sqltext.Dialects() {
		fmt.Println(d, d.Executed())
	}
	// Output:
	// postgres true
	// duckdb true
	// sqlite true
	// bigquery false
	// snowflake false
	// clickhouse false
}

func ExampleDialect_MonthOrdinal() {
	for _, d := range []sqltext.Dialect{sqltext.SQLite, sqltext.Snowflake} {
		text, err := d.MonthOrdinal("starts_at")
		fmt.Println(text, err)
	}
	_, err := sqltext.BigQuery.MonthOrdinal("starts_at; DROP TABLE x")
	fmt.Println(err)
	// Output:
	// CAST(strftime('%Y', "starts_at") AS INTEGER) * 12 + CAST(strftime('%m', "starts_at") AS INTEGER) - 1 <nil>
	// YEAR("starts_at") * 12 + MONTH("starts_at") - 1 <nil>
	// sqltext: month ordinal: column "starts_at; DROP TABLE x": want letters, digits and _, no digit first; $, - and space only inside
}
