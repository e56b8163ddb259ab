package clv_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// table reads a CSV of reference data; the test is skipped without it.
func table(t testing.TB, name string) (rows [][]string, column map[string]int) {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA names no folder of reference data")
	}
	f, err := os.Open(filepath.Join(dir, "clv", name))
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	column = map[string]int{}
	for i, n := range all[0] {
		column[n] = i
	}
	return all[1:], column
}

func num(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return v
}

// cellsOf reads cells from the named columns; count may be empty.
func cellsOf(t testing.TB, name, x, tx, age, count string) []clv.Cell {
	t.Helper()
	rows, col := table(t, name)
	out := make([]clv.Cell, 0, len(rows))
	for _, r := range rows {
		c := clv.Cell{X: num(t, r[col[x]]), TX: num(t, r[col[tx]]), T: num(t, r[col[age]])}
		if count != "" {
			c.N = int64(num(t, r[col[count]]))
		}
		out = append(out, c)
	}
	return out
}

// history makes cells of a transaction log the slow, obvious way: one
// transaction per customer and day, in weeks, until end.
func history(t testing.TB, name, id, date, end string) []clv.Cell {
	t.Helper()
	rows, col := table(t, name)
	until, err := time.Parse(time.DateOnly, end)
	require.NoError(t, err)
	days := map[string]map[time.Time]bool{}
	for _, r := range rows {
		at, err := time.Parse(time.DateOnly, r[col[date]][:10])
		require.NoError(t, err)
		if at.After(until) {
			continue
		}
		if days[r[col[id]]] == nil {
			days[r[col[id]]] = map[time.Time]bool{}
		}
		days[r[col[id]]][at] = true
	}
	var out []clv.Cell
	for _, d := range days {
		var all []time.Time
		for at := range d {
			all = append(all, at)
		}
		slices.SortFunc(all, time.Time.Compare)
		weeks := func(to time.Time) float64 { return to.Sub(all[0]).Hours() / 24 / 7 }
		out = append(out, clv.Cell{X: float64(len(all) - 1), TX: weeks(all[len(all)-1]), T: weeks(until)})
	}
	return out
}

// retained is a published survival curve in percent as one cohort of 1,000.
func retained(t testing.TB, segment string, years int) clv.Renewals {
	t.Helper()
	rows, col := table(t, "sbg_customer_retention.csv")
	var c clv.Renewals
	for i := 1; i <= years; i++ {
		c.Lost = append(c.Lost, 10*(num(t, rows[i-1][col[segment]])-num(t, rows[i][col[segment]])))
	}
	c.Active = 10 * num(t, rows[years][col[segment]])
	return c
}
