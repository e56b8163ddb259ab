package sqltext_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/sqltext"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

var changes = sqltext.Changes{
	Table: "billing.changes", Customer: "customer_id", At: "at_micros", Month: "month_no", Amount: "mrr_cents", Currency: "EUR",
}

// The rows are those that a database gave for q.Text().
func ExampleStatements() {
	first := calendar.NewMonth(2026, time.January)
	q, err := sqltext.Statements(sqltext.Postgres, changes, sqltext.Span{From: first, To: first.Add(1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(q.Columns()[:8], ", "))
	months, err := q.Read(rows(
		[]any{24312, 0, 4900, 0, 0, 0, 0, 4900, 0, 1, 0, 0, 0, 0, 1, 1, 0},
		[]any{24313, 4900, 0, 5000, 0, 0, 0, 9900, 1, 0, 0, 0, 0, 0, 1, 1, 0},
	))
	for _, m := range months {
		fmt.Println(m)
	}
	fmt.Println(err)
	// Output:
	// month_no, opening, new_business, expansion, reactivation, contraction, churn, closing
	// 2026-01 EUR: 0 + 49 new = 49, 1 customers
	// 2026-02 EUR: 49 + 50 expansion = 99, 1 customers
	// <nil>
}

func ExampleMovements() {
	first := calendar.NewMonth(2026, time.January)
	q, err := sqltext.Movements(sqltext.DuckDB, changes, sqltext.Span{From: first, To: first})
	if err != nil {
		fmt.Println(err)
		return
	}
	for m, err := range q.Read(rows([]any{"acme", int64(1767225600000000), 24312, "new", 1, 0, 4900, 4900, 0})) {
		fmt.Println(m, err)
	}
	// Output:
	// 2026-01 acme: new 49 (0 to 49) <nil>
}

func ExampleCohorts() {
	first := calendar.NewMonth(2026, time.January)
	q, err := sqltext.Cohorts(sqltext.SQLite, changes, sqltext.CohortOptions{Through: first.Add(1)})
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
	fmt.Println(table.Logo(first, 1), table.NRR(first, 1).Percent(1), table.GRR(first, 1).Percent(1))
	// Output:
	// 0.5 101.0% 50.0%
}

func ExampleFunnel() {
	q, err := sqltext.Funnel(sqltext.BigQuery, sqltext.Events{Table: "shop.events", Customer: "user", Name: "event", At: "micros"}, funnel.Spec{
		Steps: []funnel.Step{{Any: touchpoint.Named("visit")}, {Any: touchpoint.Named("signup")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	levels, err := q.Read(rows([]any{0, 10, 0}, []any{1, 6, 0}, []any{2, 4, 0}))
	fmt.Println(levels)
	fmt.Println(err)
	// Output:
	// 10 of 20 began
	// visit: 10 (100.0%)
	// signup: 4 (40.0%)
	// <nil>
}

func ExampleChangeChecks() {
	q, err := sqltext.ChangeChecks(sqltext.Postgres, changes)
	if err != nil {
		fmt.Println(err)
		return
	}
	checks, err := q.Read(rows([]any{0, 0, 2, 0, 0, 0}))
	fmt.Println(checks[2], err)
	// Output:
	// negative: 2 rows <nil>
}

func ExampleDBT() {
	project := changes
	project.Table = "mrr_changes" // a model
	first := calendar.NewMonth(2026, time.January)
	files, err := sqltext.DBT(sqltext.Snowflake, project, sqltext.DBTOptions{Span: sqltext.Span{From: first, To: first.Add(11)}})
	for _, f := range files {
		fmt.Println(f.Name)
	}
	fmt.Println(err)
	// Output:
	// models/lifecycle_statements.sql
	// models/lifecycle_movements.sql
	// models/lifecycle_cohorts.sql
	// models/lifecycle_properties.yml
	// tests/lifecycle_bridges_close.sql
	// tests/lifecycle_months_chain.sql
	// tests/lifecycle_statements_are_movements.sql
	// tests/lifecycle_cohorts_shrink.sql
	// tests/lifecycle_no_faults.sql
	// <nil>
}

// The view that Changes wants, for a table with a timestamp in UTC.
func ExampleDialect_Micros() {
	micros, _ := sqltext.Postgres.Micros("starts_at")
	month, _ := sqltext.Postgres.MonthOrdinal("starts_at")
	fmt.Println("CREATE VIEW changes AS SELECT customer_id, mrr_cents,")
	fmt.Println("  " + micros + " AS at_micros,")
	fmt.Println("  " + month + " AS month_no FROM subscriptions")
	// Output:
	// CREATE VIEW changes AS SELECT customer_id, mrr_cents,
	//   CAST(EXTRACT(EPOCH FROM "starts_at" AT TIME ZONE 'UTC') * 1000000 AS BIGINT) AS at_micros,
	//   CAST(EXTRACT(YEAR FROM "starts_at") * 12 + EXTRACT(MONTH FROM "starts_at") - 1 AS BIGINT) AS month_no FROM subscriptions
}
