package cohort_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// The data of dbt Labs' mrr-playbook: 121 subscription periods of 55 customers,
// and what an independent Python program and an SQL query make of them.
const playbook = "revenue/mrr-playbook"

// Everything was exported in January 2020 and ends then; December 2019 is the
// last complete month.
var observed = calendar.NewMonth(2019, 12)

// table reads a CSV file of the reference data as rows of named fields.
func table(t *testing.T, folder, file string) []map[string]string {
	t.Helper()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not part of this repository")
	}
	f, err := os.Open(filepath.Join(root, folder, file))
	require.NoError(t, err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.NotEmpty(t, lines)
	rows := make([]map[string]string, 0, len(lines)-1)
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, field := range lines[0] {
			row[field] = line[i]
		}
		rows = append(rows, row)
	}
	require.NotEmpty(t, rows)
	return rows
}

func whole(t *testing.T, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	require.NoError(t, err)
	return n
}

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	require.NoError(t, err)
	return d
}

// month reads the month of a date, "2018-11-01".
func month(t *testing.T, s string) calendar.Month {
	t.Helper()
	return calendar.MonthOf(day(t, s), nil)
}

func newLedger(t testing.TB, o ledger.Options, changes ...ledger.Change) *ledger.Ledger {
	t.Helper()
	l, err := ledger.New(o)
	require.NoError(t, err)
	require.NoError(t, l.Append(changes...))
	return l
}

func playbookChanges(t *testing.T) []ledger.Change {
	t.Helper()
	var changes []ledger.Change
	for _, row := range table(t, playbook, "subscription_periods.csv") {
		start := ledger.Change{
			Customer: row["customer_id"], Subscription: row["subscription_id"],
			At: day(t, row["start_date"]), Amount: decimal.RequireFromString(row["monthly_amount"]),
		}
		end := start
		end.At, end.Amount = day(t, row["end_date"]), decimal.Decimal{}
		changes = append(changes, start, end)
	}
	return changes
}

// equalTo asserts that a ratio rounds to the six places of the reference files.
func equalTo(t *testing.T, want string, got metrics.Ratio, what ...any) {
	t.Helper()
	v, ok := got.Decimal(6)
	if assert.True(t, ok, what...) {
		assert.Equal(t, decimal.RequireFromString(want).String(), v.String(), what...)
	}
}

func TestTable_Playbook(t *testing.T) {
	t.Parallel()
	want := table(t, playbook, "expected_cohorts.csv")
	got, err := cohort.New(newLedger(t, ledger.Options{}, playbookChanges(t)...), cohort.Options{Through: observed})
	require.NoError(t, err)

	ages := map[calendar.Month]int{}
	for _, row := range want {
		c, k := month(t, row["cohort_month"]), int(whole(t, row["k"]))
		ages[c]++
		what := []any{"cohort %s age %d", c, k}
		assert.Equal(t, whole(t, row["cohort_size"]), got.Size(c), what...)
		assert.Equal(t, row["cohort_mrr0"], got.Base(c).String(), what...)
		assert.Equal(t, row["mrr_k"], got.MRR(c, month(t, row["month"])).String(), what...)
		equalTo(t, row["logo_retention_active"], got.Logo(c, k), what...)
		equalTo(t, row["logo_retention_absorbing"], got.LogoAbsorbing(c, k), what...)
		equalTo(t, row["net_revenue_retention"], got.NRR(c, k), what...)
		equalTo(t, row["gross_revenue_retention"], got.GRR(c, k), what...)

		// Not only the quotient but what it is made of.
		assert.Equal(t, row["active"], got.Logo(c, k).Num().String(), what...)
		assert.Equal(t, row["never_churned_yet"], got.LogoAbsorbing(c, k).Num().String(), what...)
		assert.Equal(t, row["sum_min_mrr_k_mrr0"], got.GRR(c, k).Num().String(), what...)
	}
	require.Len(t, got.Cohorts(), len(ages), "cohorts")
	for _, c := range got.Cohorts() {
		assert.Equal(t, ages[c], got.Ages(c), "ages of %s", c)
		assert.False(t, got.Logo(c, ages[c]).Defined(), "%s beyond what was observed", c)
	}
}

func TestTenure_Playbook(t *testing.T) {
	t.Parallel()
	want := table(t, playbook, "expected_churn_by_tenure.csv")
	got, err := cohort.New(newLedger(t, ledger.Options{}, playbookChanges(t)...), cohort.Options{Through: observed})
	require.NoError(t, err)

	tenure := got.Tenure()
	require.Len(t, tenure, len(want)+1, "the file begins with month 1")
	assert.Zero(t, tenure[0].Churned, "all periods are whole months")
	for i, row := range want {
		m := tenure[i+1]
		what := []any{"tenure month %d", m.Month}
		assert.Equal(t, row["tenure_month"], strconv.Itoa(m.Month))
		assert.Equal(t, whole(t, row["customers_at_risk"]), m.AtRisk, what...)
		assert.Equal(t, whole(t, row["churned"]), m.Churned, what...)
		assert.Equal(t, row["mrr_at_risk"], m.MRRAtRisk.String(), what...)
		assert.Equal(t, row["mrr_churned"], m.MRRChurned.String(), what...)
		equalTo(t, row["logo_hazard"], m.Hazard, what...)
		equalTo(t, row["mrr_hazard"], m.MRRHazard, what...)
		equalTo(t, row["km_survival"], m.Survival, what...)
	}

	// In the last month one customer was at risk and left: 100 %, of one. With
	// ten at risk, the worst months are those of the file by inspection.
	last, ok := tenure.Worst(1)
	assert.True(t, ok)
	assert.Equal(t, 23, last.Month)
	worst, ok := tenure.Worst(10)
	assert.True(t, ok)
	assert.Equal(t, 8, worst.Month, "3 of 15")
	worst, ok = tenure.Worst(20)
	assert.True(t, ok)
	assert.Equal(t, 1, worst.Month, "7 of 48")
	byMRR, ok := tenure.WorstMRR(10)
	assert.True(t, ok)
	assert.Equal(t, 8, byMRR.Month, "145 of 750")
	_, ok = tenure.Worst(49)
	assert.False(t, ok, "only month 0 has so many at risk, and nobody churned in it")
}

func TestSnapshot_Playbook(t *testing.T) {
	t.Parallel()
	want := table(t, playbook, "expected_trailing12_snapshot_retention.csv")
	l := newLedger(t, ledger.Options{}, playbookChanges(t)...)
	for _, row := range want {
		base, now := month(t, row["base_month"]), month(t, row["month"])
		got, err := cohort.Snapshot(l, base, now)
		require.NoError(t, err)
		assert.Equal(t, whole(t, row["base_customers"]), got.Customers, now)
		assert.Equal(t, row["base_mrr"], got.BaseMRR.String(), now)
		assert.Equal(t, whole(t, row["retained_customers"]), got.Retained, now)
		assert.Equal(t, row["end_mrr_of_base"], got.NowMRR.String(), now)
		assert.Equal(t, row["sum_min"], got.KeptMRR.String(), now)
		equalTo(t, row["nrr_t12"], got.NRR, now)
		equalTo(t, row["grr_t12"], got.GRR, now)
		equalTo(t, row["logo_retention_t12"], got.Logo, now)
	}
}
