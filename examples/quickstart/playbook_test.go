package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The reference data of dbt Labs' mrr-playbook: its subscription periods, and
// what an independent Python program and an SQL query make of them.
func playbook(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not part of this repository")
	}
	return filepath.Join(root, "revenue", "mrr-playbook", name)
}

func expected(t *testing.T, name string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(playbook(t, name))
	require.NoError(t, err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
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

// sameRate compares with six places, or with an empty field for undefined.
func sameRate(t *testing.T, want string, got *string, what ...any) {
	t.Helper()
	if want == "" {
		assert.Nil(t, got, what...)
		return
	}
	if assert.NotNil(t, got, what...) {
		off := decimal.RequireFromString(want).Sub(decimal.RequireFromString(*got)).Abs()
		assert.True(t, off.LessThanOrEqual(decimal.RequireFromString("0.0000505")), "%s, not %s: %v", *got, want, what)
	}
}

func playbookReport(t *testing.T, args ...string) (r reportJSON, text string) {
	t.Helper()
	out, stderr, code := execute(t, append([]string{"-json", "-in", playbook(t, "subscription_periods.csv")}, args...)...)
	require.Zero(t, code, stderr)
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	return r, out
}

func TestPlaybook_Months(t *testing.T) {
	t.Parallel()
	r, _ := playbookReport(t)
	months := map[string]*monthJSON{}
	for i := range r.Months {
		months[r.Months[i].Month.String()] = &r.Months[i]
	}
	for _, row := range expected(t, "expected_movements_by_month.csv") {
		m := months[row["month"][:7]]
		require.NotNil(t, m, row["month"])
		delete(months, m.Month.String())
		lost := func(s string) string { return strings.TrimPrefix(row[s], "-") }
		assert.Equal(t, []string{
			row["starting_mrr"], row["new_mrr"], row["upgrade_mrr"], row["reactivation_mrr"], lost("downgrade_mrr"), lost("churn_mrr"), "0", row["mrr"],
		}, []string{
			m.Opening, m.New, m.Expansion, m.Reactivation, m.Contraction, m.Churn, m.FX, m.Closing,
		}, "%s", m.Month)
		whole := func(s string) int64 { return decimal.RequireFromString(row[s]).IntPart() }
		assert.Equal(t, customersJSON{
			Opening: whole("active_start"), New: whole("new_n"), Reactivated: whole("reactivation_n"),
			Churned: whole("churn_n"), Closing: whole("active_customers"),
		}, m.Customers, "%s", m.Month)
	}
	for month, m := range months { // the file leaves out a month in which there was nothing
		assert.Equal(t, "2017-12", month)
		assert.Equal(t, customersJSON{}, m.Customers)
		assert.Equal(t, "0", m.Closing)
	}
	assert.Equal(t, "2017-09", r.Months[0].Month.String())
	assert.Equal(t, "2020-02", r.Months[len(r.Months)-1].Month.String())
}

func TestPlaybook_Rates(t *testing.T) {
	t.Parallel()
	r, _ := playbookReport(t)
	months := map[string]*monthJSON{}
	for i := range r.Months {
		months[r.Months[i].Month.String()] = &r.Months[i]
	}
	for _, row := range expected(t, "expected_rates_by_month.csv") {
		m := months[row["month"][:7]]
		require.NotNil(t, m, row["month"])
		sameRate(t, row["grr_monthly"], m.GRR, "GRR", m.Month)
		sameRate(t, row["nrr_monthly_without_reactivation"], m.NRR, "NRR", m.Month)
		sameRate(t, row["logo_churn_rate"], m.ChurnRate, "churn rate", m.Month)
		sameRate(t, row["quick_ratio_without_reactivation"], m.QuickRatio, "quick ratio", m.Month)
	}
}

// Every period of the file ends, so the cohorts are observed through the month
// before the last subscription began; saying so gives the same.
func TestPlaybook_Cohorts(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"-from", "2017-09", "-to", "2019-12"}, {"-from", "2019-01", "-to", "2019-12"}} {
		r, _ := playbookReport(t, args...)
		ages := map[string]int{}
		cohorts := map[string]*cohortJSON{}
		for i := range r.Cohorts {
			cohorts[r.Cohorts[i].Month.String()] = &r.Cohorts[i]
		}
		for _, row := range expected(t, "expected_cohorts.csv") {
			c := cohorts[row["cohort_month"][:7]]
			require.NotNil(t, c, row["cohort_month"])
			k := int(decimal.RequireFromString(row["k"]).IntPart())
			ages[c.Month.String()]++
			assert.Equal(t, row["cohort_size"], decimal.NewFromInt(c.Size).String())
			sameRate(t, row["logo_retention_active"], c.Logo[k], "logo", c.Month, k)
			sameRate(t, row["net_revenue_retention"], c.NRR[k], "NRR", c.Month, k)
			sameRate(t, row["gross_revenue_retention"], c.GRR[k], "GRR", c.Month, k)
		}
		require.Len(t, r.Cohorts, len(ages))
		for _, c := range r.Cohorts {
			for _, curve := range [][]*string{c.Logo, c.NRR, c.GRR} {
				assert.Len(t, curve, ages[c.Month.String()], "%s", c.Month)
			}
		}
	}
}

// One month, byte for byte.
func TestPlaybook_Shape(t *testing.T) {
	t.Parallel()
	_, text := playbookReport(t, "-from", "2018-09", "-to", "2018-09")
	assert.True(t, strings.HasPrefix(text, `{"months":[{"month":"2018-09","opening":"260","new":"30","expansion":"0","reactivation":"50",`+
		`"contraction":"0","churn":"0","fx":"0","closing":"340","customers":{"opening":4,"new":1,"reactivated":1,"churned":0,`+
		`"new_and_churned":0,"churned_and_returned":0,"closing":6},"grr":"1","nrr":"1","churn_rate":"0","quick_ratio":null}],`+
		`"cohorts":[{"month":"2017-09","size":2,"logo":["1","0.5","0",`), text)
}
