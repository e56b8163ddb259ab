package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/examples/internal/clitest"
	"github.com/lifecycle-go/lifecycle/internal/golden"
)

func TestForecast_Golden(t *testing.T) {
	t.Parallel()
	out, stderr, code := clitest.Execute(run, "-paths", "400")
	require.Equal(t, 0, code, stderr)
	golden.Equal(t, "forecast.txt", []byte(out))
	again, _, _ := clitest.Execute(run, "-paths", "400")
	assert.Equal(t, out, again)
}

func TestForecast_JSON(t *testing.T) {
	t.Parallel()
	out, stderr, code := clitest.Execute(run, "-json", "-paths", "50", "-months", "4")
	require.Equal(t, 0, code, stderr)
	var r map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	for _, key := range []string{"company", "to", "survival", "hazard", "ltv", "forecast", "from_today", "series_only", "backtest"} {
		assert.NotNil(t, r[key], key)
	}
	assert.NotContains(t, out, "NaN")
	assert.NotContains(t, out, "{}")
}

func TestForecast_File(t *testing.T) {
	t.Parallel()
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "in.csv")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	var rows strings.Builder
	rows.WriteString(header + "\n")
	for i := range 60 {
		n := string(rune('a'+i/26)) + string(rune('a'+i%26))
		start := []string{"2024-01-10", "2024-03-01", "2024-05-20", "2024-08-02", "2024-11-11", "2025-01-03"}[i%6]
		end := ""
		if i%4 == 0 {
			end = "2025-02-01"
		}
		rows.WriteString("s" + n + ",c" + n + "," + start + "," + end + ",25.50\n")
	}
	out, stderr, code := clitest.Execute(run, "-in", write(rows.String()), "-paths", "50", "-to", "2025-03")
	require.Equal(t, 0, code, stderr)
	assert.Contains(t, out, "2025-04")
	assert.Contains(t, out, "60 subjects, 15 events")

	for text, want := range map[string]string{
		"":                              "empty",
		"a,b\n":                         "expected subscription_id",
		header + "\n":                   "no rows",
		header + "\ns,c,yesterday,,1\n": "row 1",
		header + "\ns,c,2024-01-01,2023-01-01,1\n": "before start_date",
		header + "\ns,c,2024-01-01,,x\n":           "monthly_amount",
		header + "\ns,c,2024-01-01,\n":             "columns",
		header + "\ns,c,2024-01-01,,5\n":           "months",
	} {
		out, stderr, code = clitest.Execute(run, "-in", write(text))
		assert.Equal(t, cli.ExitInput, code, "%q", text)
		assert.Empty(t, out)
		assert.Contains(t, stderr, want)
	}
	_, stderr, code = clitest.Execute(run, "-in", filepath.Join(t.TempDir(), "none.csv"))
	assert.Equal(t, cli.ExitInput, code)
	assert.NotEmpty(t, stderr)
	_, _, code = clitest.Execute(run, "-wrong")
	assert.Equal(t, cli.ExitUsage, code)
	_, _, code = clitest.Execute(run, "extra")
	assert.Equal(t, cli.ExitUsage, code)
	_, stderr, code = clitest.Execute(run, "-h")
	assert.Equal(t, 0, code)
	assert.Contains(t, stderr, header)
}
