package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/examples/internal/clitest"
	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	out, stderr, code := clitest.Execute(run)
	assert.Zero(t, code)
	assert.Empty(t, stderr)
	golden.Equal(t, "quickstart.txt", []byte(out))
	for line := range strings.Lines(out) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), 80, line)
	}
}

// The columns that the first quickstart read are read still.
func TestFile_Golden(t *testing.T) {
	t.Parallel()
	out, stderr, code := clitest.Execute(run, "-months", "12", "-in", clitest.File(t, "file", `subscription_id,customer_id,start_date,end_date,monthly_amount
s1,acme,2025-01-01,2025-03-01,100
s1,acme,2025-03-01,,120.50
s2,acme,2025-02-15,,30
s3,bolt,2025-01-20,2025-02-10,80
s4,bolt,2025-03-05,,80
s5,cato,2025-02-01,2025-02-01,999
`))
	assert.Zero(t, code, stderr)
	assert.Empty(t, stderr)
	golden.Equal(t, "file.txt", []byte(out))
}

func TestFlagsAndBadInput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-h"}, 0, "csvspan"},
		{[]string{"-to", "2025-13"}, 2, "invalid value"},
		{[]string{"-nonsense"}, 2, "not defined"},
		{[]string{"-months", "0"}, 2, "1 or more"},
		{[]string{"a.csv"}, 2, "no arguments"},
		{[]string{"-in", filepath.Join(t.TempDir(), "absent.csv")}, 1, "absent.csv"},
		{[]string{"-in", clitest.File(t, "file", "customer,amount\na,1\n")}, 1, "from"},
		{[]string{"-in", clitest.File(t, "file", "customer,from,to,amount\na,soon,,1\nb,2025-01-01,,much\n")}, 1, "and 1 more"},
		{[]string{"-in", clitest.File(t, "file", "customer,from,amount\n")}, 1, "no subscriptions"},
	} {
		out, stderr, code := clitest.Execute(run, c.args...)
		assert.Equal(t, c.code, code, c.args)
		assert.Empty(t, out, c.args)
		assert.Contains(t, stderr, c.want, c.args)
	}
}

// dbt Labs' mrr-playbook through the program's reader: what an independent
// program and an SQL query make of it. The cohorts of it are under test in
// package cohort.
func TestPlaybook(t *testing.T) {
	t.Parallel()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not part of this repository")
	}
	folder := filepath.Join(root, "revenue", "mrr-playbook")
	books, err := read(filepath.Join(folder, "subscription_periods.csv"))
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(folder, "expected_movements_by_month.csv"))
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	for _, values := range rows[1:] {
		row := map[string]string{}
		for i, name := range rows[0] {
			row[name] = strings.TrimPrefix(values[i], "-")
		}
		month, err := calendar.ParseMonth(row["month"][:7])
		require.NoError(t, err)
		s, err := books.Statement(month)
		require.NoError(t, err)
		r := s.Revenue
		assert.Equal(t, []string{
			row["starting_mrr"], row["new_mrr"], row["upgrade_mrr"], row["reactivation_mrr"], row["downgrade_mrr"], row["churn_mrr"], row["mrr"],
		}, []string{
			r.Opening.String(), r.New.String(), r.Expansion.String(), r.Reactivation.String(), r.Contraction.String(), r.Churn.String(), r.Closing().String(),
		}, row["month"])
	}
	require.Greater(t, len(rows), 20)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestRun_SaysWhenItCannotPrint(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	assert.Equal(t, 1, run(nil, failing{}, &stderr))
	assert.Contains(t, stderr.String(), os.ErrClosed.Error())
}
