package sqltext

import (
	"regexp"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// File is one file of a dbt project.
type File struct {
	Name string // with forward slashes, from the project's folder
	Text string
}

// DBTOptions say what the models are of and what they are called.
type DBTOptions struct {
	Span    Span
	Cohorts CohortOptions // Through zero = Span.To, with Span's Net and Location
	// Prefix begins the name of every model and test; empty = "lifecycle_".
	Prefix string
}

// model is a name that dbt takes for a model, source or table.
var model = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// DBT gives the files of a dbt project: a model of the statements, of the
// movements and of the cohorts, a file of properties with the tests of their
// columns, and tests of what must hold between them: that bridges close, that a
// month opens with the closing before, that statements are the sum of their
// movements, and that no row is at fault.
//
// Changes.Table is a model, for ref, or a source and a table with a dot between.
// The months are written out: generate the files anew when there are more.
func DBT(d Dialect, changes Changes, o DBTOptions) ([]File, error) {
	const op = "dbt"
	if o.Prefix == "" {
		o.Prefix = "lifecycle_"
	}
	if !model.MatchString(o.Prefix) || len(o.Prefix) > 32 {
		return nil, refuse(op, "Prefix", fault.Quote(o.Prefix), "want at most 32 of a-z, 0-9 and _, no digit first", ErrName)
	}
	parts := strings.Split(changes.Table, ".")
	for _, p := range parts {
		if !model.MatchString(p) || len(parts) > 2 {
			return nil, refuse(op, "Table", fault.Quote(changes.Table), "want a model, or a source and a table, of a-z, 0-9 and _", ErrName)
		}
	}
	from := "{{ ref('" + parts[0] + "') }}"
	if len(parts) == 2 {
		from = "{{ source('" + parts[0] + "', '" + parts[1] + "') }}"
	}
	if o.Cohorts.Through.IsZero() {
		o.Cohorts.Through, o.Cohorts.Net, o.Cohorts.Location = o.Span.To, o.Span.Net, o.Span.Location
	}
	statements, err := Statements(d, changes, o.Span)
	if err != nil {
		return nil, err
	}
	movements, err := Movements(d, changes, o.Span)
	if err != nil {
		return nil, err
	}
	cohorts, err := Cohorts(d, changes, o.Cohorts)
	if err != nil {
		return nil, err
	}
	p := dbt{prefix: o.Prefix, segmented: changes.Segment != ""}
	table := statements.columns.from
	// The indented FROM of raw is the only place where the table is named.
	say := func(q *Query) string {
		return "{{ config(materialized='table') }}\n" + strings.Replace(q.text, "  FROM "+table+"\n", "  FROM "+from+"\n", 1)
	}
	return []File{
		{"models/" + p.prefix + "statements.sql", say(&statements.Query)},
		{"models/" + p.prefix + "movements.sql", say(&movements.Query)},
		{"models/" + p.prefix + "cohorts.sql", say(&cohorts.Query)},
		{"models/" + p.prefix + "properties.yml", p.properties(statements, movements, cohorts)},
		{"tests/" + p.prefix + "bridges_close.sql", p.test(
			"SELECT * FROM "+p.ref("statements"),
			"WHERE opening + new_business + expansion + reactivation - contraction - churn <> closing",
			"   OR customers_opening + customers_new + customers_reactivated - customers_churned <> customers_closing",
			"   OR customers_paying > customers_closing",
		)},
		{"tests/" + p.prefix + "months_chain.sql", p.test(
			"SELECT later.* FROM "+p.ref("statements")+" AS later",
			"JOIN "+p.ref("statements")+" AS earlier ON earlier.month_no = later.month_no - 1"+given(p.segmented, " AND earlier.segment = later.segment"),
			"WHERE earlier.closing <> later.opening OR earlier.customers_closing <> later.customers_opening",
		)},
		{"tests/" + p.prefix + "statements_are_movements.sql", p.test(
			"SELECT lines.line_month, lines.line_sum, moved.move_sum",
			"FROM (SELECT month_no AS line_month, SUM(closing - opening) AS line_sum FROM "+p.ref("statements")+" GROUP BY month_no) AS lines",
			"LEFT JOIN (SELECT month_no AS move_month, SUM(gain) AS move_sum FROM "+p.ref("movements")+" GROUP BY month_no) AS moved ON move_month = line_month",
			"WHERE line_sum <> COALESCE(move_sum, 0)",
		)},
		{"tests/" + p.prefix + "cohorts_shrink.sql", p.test(
			"SELECT * FROM "+p.ref("cohorts"),
			"WHERE active > size OR returned > active OR kept > base OR lowest > kept OR kept > mrr",
		)},
		{"tests/" + p.prefix + "no_faults.sql", p.test(
			"SELECT fault_rows FROM "+p.ref("statements")+" WHERE fault_rows <> 0",
			"UNION ALL SELECT fault_rows FROM "+p.ref("movements")+" WHERE fault_rows <> 0",
			"UNION ALL SELECT fault_rows FROM "+p.ref("cohorts")+" WHERE fault_rows <> 0",
		)},
	}, nil
}

type dbt struct {
	prefix    string
	segmented bool
}

func (p *dbt) ref(name string) string { return "{{ ref('" + p.prefix + name + "') }}" }

// test is a query whose rows are failures.
func (p *dbt) test(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

// about says what a column holds, and which tests dbt has for it.
var about = map[string]string{
	"segment":                        "the customers' segment",
	"month_no":                       "year * 12 + month - 1",
	"kind":                           "new, expansion, reactivation, contraction or churn; NULL where nothing moved",
	"fault_rows":                     "rows of the changes that cannot be counted; the figures mean something where it is 0",
	"opening":                        "MRR at the beginning of the month, in units of the changes' amount, as all amounts",
	"closing":                        "opening + new_business + expansion + reactivation - contraction - churn",
	"mrr":                            "of the cohort at the end of the age",
	"lowest":                         "sum over customers of the smallest MRR of any month end so far, their base included",
	"kept":                           "sum over customers of the smaller of their MRR and their base",
	"base":                           "what retained revenue is measured against",
	"age":                            "months since the cohort's month; 0 is that month",
	"size":                           "customers of the cohort",
	"active":                         "of them with MRR above zero at the end of the age",
	"at_micros":                      "microseconds since 1970 UTC; where movements are netted by month, the month",
	"customers_churned_and_returned": "of customers_churned: who returned in the month",
	"customers_new_and_churned":      "of customers_churned: who came only in the month, and stayed away",
}

// properties names every column. Those of movements and cohorts are NULL where
// there is nothing to report but faults.
func (p *dbt) properties(s *StatementQuery, m *MovementQuery, c *CohortQuery) string {
	var b strings.Builder
	b.WriteString("version: 2\n\nmodels:\n")
	add := func(name, description string, q *Query, full bool) {
		b.WriteString("  - name: " + p.prefix + name + "\n    description: \"" + description + "\"\n    columns:\n")
		for _, column := range q.columns {
			b.WriteString("      - name: " + column + "\n")
			if text := about[column]; text != "" {
				b.WriteString("        description: \"" + text + "\"\n")
			}
			var tests []string
			if full || column == "fault_rows" {
				tests = append(tests, "not_null")
			}
			if full && !p.segmented && column == "month_no" {
				tests = append(tests, "unique")
			}
			switch {
			case column == "kind":
				b.WriteString("        tests:\n          - accepted_values:\n              values: [new, expansion, reactivation, contraction, churn]\n")
			case len(tests) > 0:
				b.WriteString("        tests: [" + strings.Join(tests, ", ") + "]\n")
			}
		}
	}
	add("statements", "the bridge of each month, in money and in heads", &s.Query, true)
	add("movements", "what moved a customer's MRR", &m.Query, false)
	add("cohorts", "each cohort at each age it has reached", &c.Query, false)
	return b.String()
}
