package forecast_test

import (
	"bufio"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func open(tb testing.TB, name string) *os.File {
	tb.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		tb.Skip("LIFECYCLE_DATA is not set: reference data of other projects is not part of this repository")
	}
	f, err := os.Open(filepath.Join(dir, "forecast", name+".csv"))
	require.NoError(tb, err)
	tb.Cleanup(func() { f.Close() })
	return f
}

func series(tb testing.TB, name string) (out []float64) {
	tb.Helper()
	rows, err := csv.NewReader(open(tb, name)).ReadAll()
	require.NoError(tb, err)
	for _, r := range rows[1:] {
		v, err := strconv.ParseFloat(r[1], 64)
		require.NoError(tb, err)
		out = append(out, v)
	}
	return out
}

type m3Series struct{ past, future []float64 }

func m3(tb testing.TB) (out []m3Series) {
	tb.Helper()
	lines := bufio.NewScanner(open(tb, "m3_monthly"))
	lines.Buffer(nil, 1<<20)
	lines.Scan()
	for lines.Scan() {
		cols := strings.Split(lines.Text(), ",")
		n, err := strconv.Atoi(cols[1])
		require.NoError(tb, err)
		var all []float64
		for w := range strings.FieldsSeq(cols[3]) {
			v, err := strconv.ParseFloat(w, 64)
			require.NoError(tb, err)
			all = append(all, v)
		}
		out = append(out, m3Series{all[:n], all[n:]})
	}
	require.NoError(tb, lines.Err())
	return out
}
