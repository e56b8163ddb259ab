package survival_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// table is a file of reference data, read by column.
type table struct {
	tb     testing.TB
	header []string
	rows   [][]string
}

func read(tb testing.TB, name string) table {
	tb.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		tb.Skip("LIFECYCLE_DATA is not set: reference data of other projects is not part of this repository")
	}
	f, err := os.Open(filepath.Join(dir, "clv", name+".csv"))
	require.NoError(tb, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(tb, err)
	return table{tb, all[0], all[1:]}
}

func (t table) text(row int, column string) string {
	t.tb.Helper()
	i := slices.Index(t.header, column)
	require.GreaterOrEqual(t.tb, i, 0, "%s of %v", column, t.header)
	return t.rows[row][i]
}

func (t table) number(row int, column string) float64 {
	t.tb.Helper()
	f, err := strconv.ParseFloat(t.text(row, column), 64)
	require.NoError(t.tb, err)
	return f
}

// subjects makes one of each row; columns are covariates.
func (t table) subjects(row func(row int) survival.Subject, columns ...string) []survival.Subject {
	t.tb.Helper()
	out := []survival.Subject{}
	for i := range t.rows {
		s := row(i)
		for _, c := range columns {
			s.X = append(s.X, t.number(i, c))
		}
		out = append(out, s)
	}
	return out
}

func aml(tb testing.TB) []survival.Subject {
	tb.Helper()
	t := read(tb, "survival_aml")
	return t.subjects(func(i int) survival.Subject {
		return survival.Subject{Exit: t.number(i, "time"), Event: t.text(i, "status") == "1", Group: t.text(i, "x")}
	})
}

func lung(tb testing.TB, columns ...string) []survival.Subject {
	tb.Helper()
	t := read(tb, "survival_lung")
	if len(columns) > 0 { // rows with a missing covariate are left out, as R does
		t.rows = slices.DeleteFunc(t.rows, func(r []string) bool {
			for _, c := range columns {
				if r[slices.Index(t.header, c)] == "" {
					return true
				}
			}
			return false
		})
	}
	return t.subjects(func(i int) survival.Subject {
		return survival.Subject{Exit: t.number(i, "time"), Event: t.text(i, "status") == "2"}
	}, columns...)
}

func waltons(tb testing.TB) []survival.Subject {
	tb.Helper()
	t := read(tb, "lifelines_waltons_dataset")
	return t.subjects(func(i int) survival.Subject {
		return survival.Subject{Exit: t.number(i, "T"), Event: t.text(i, "E") == "1", Group: t.text(i, "group")}
	})
}

func telco(tb testing.TB, group string) []survival.Subject {
	tb.Helper()
	t := read(tb, "telco_customer_churn")
	return t.subjects(func(i int) survival.Subject {
		s := survival.Subject{Exit: t.number(i, "tenure"), Event: t.text(i, "Churn") == "Yes"}
		if group != "" {
			s.Group = t.text(i, group)
		}
		return s
	})
}

func heart(tb testing.TB, columns ...string) []survival.Subject {
	tb.Helper()
	t := read(tb, "survival_heart")
	return t.subjects(func(i int) survival.Subject {
		return survival.Subject{Entry: t.number(i, "start"), Exit: t.number(i, "stop"), Event: t.text(i, "event") == "1", Group: t.text(i, "transplant"), Cluster: t.text(i, "id")}
	}, columns...)
}

var rossiNames = []string{"fin", "age", "race", "wexp", "mar", "paro", "prio"}

func rossi(tb testing.TB) []survival.Subject {
	tb.Helper()
	t := read(tb, "lifelines_rossi")
	return t.subjects(func(i int) survival.Subject {
		return survival.Subject{Exit: t.number(i, "week"), Event: t.text(i, "arrest") == "1"}
	}, rossiNames...)
}

func larynx(tb testing.TB) []survival.Subject {
	tb.Helper()
	t := read(tb, "lifelines_larynx")
	return t.subjects(func(i int) survival.Subject {
		return survival.Subject{Exit: t.number(i, "time"), Event: t.text(i, "death") == "1"}
	}, "age", "Stage_II", "Stage_III", "Stage_IV")
}
