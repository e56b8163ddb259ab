package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/examples/internal/clitest"
	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
)

// The picture of the README is testdata/bridge.svg; -update draws it anew.
func TestRun_Golden(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "folder")
	out, errs, code := clitest.Execute(run, "-out", dir)
	require.Zero(t, code, errs)
	golden.Equal(t, "summary.txt", []byte(strings.ReplaceAll(out, dir+string(filepath.Separator), "")))
	golden.Equal(t, "bridge.svg", clitest.Read(t, dir, "bridge.svg"))
	golden.Equal(t, "flow.svg", clitest.Read(t, dir, "flow.svg"))
	again := t.TempDir()
	_, _, code = clitest.Execute(run, "-out", again)
	require.Zero(t, code)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Greater(t, len(files), 30)
	for _, f := range files {
		assert.True(t, bytes.Equal(clitest.Read(t, dir, f.Name()), clitest.Read(t, again, f.Name())), "%s is equal twice", f.Name())
	}
	page := string(clitest.Read(t, dir, "board.html"))
	for _, part := range []string{"MRR movements", "Survival by tenure", "MRR forecast", "Funnel", "Conversions by touch", "LTV and CAC by channel", "Northwind: Gap", "Scorecard", "The policy"} {
		assert.Equal(t, 1, strings.Count(page, ">"+part+"</h2>"), part)
	}
}

func TestRun_Arabic(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, errs, code := clitest.Execute(run, "-out", dir, "-language", "ar")
	require.Zero(t, code, errs)
	page := string(clitest.Read(t, dir, "board.html"))
	assert.Equal(t, "ar", strings.SplitN(page, `"`, 3)[1])
	assert.Contains(t, page[:4000], "Northwind")
}

// What the world would look like from outside: its Stripe account and its log.
func TestRun_OwnFiles(t *testing.T) {
	t.Parallel()
	w := northwind()
	w.Arrivals.PerMonth = 10
	co, err := w.Run(simulate.Options{})
	require.NoError(t, err)
	account, err := co.Stripe()
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "stripe.json"), []byte(account), 0o600))
	var log strings.Builder
	log.WriteString("customer,event,at,channel\n")
	for _, e := range co.Events() {
		log.WriteString(e.Customer + "," + e.Name + "," + e.At.Format("2006-01-02T15:04:05Z07:00") + "," + string(e.Channel) + "\n")
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "events.csv"), []byte(log.String()), 0o600))

	out, errs, code := clitest.Execute(run, "-out", filepath.Join(dir, "both"), "-stripe", filepath.Join(dir, "stripe.json"), "-events", filepath.Join(dir, "events.csv"), "-month", "2026-06", "-name", "Mine")
	require.Zero(t, code, errs)
	assert.Contains(t, out, "Mine\n2026-06 EUR: ")
	assert.Contains(t, out, "timeline.svg")
	books, errs, code := clitest.Execute(run, "-out", filepath.Join(dir, "books"), "-stripe", filepath.Join(dir, "stripe.json"), "-month", "2026-06")
	require.Zero(t, code, errs)
	assert.NotContains(t, books, "funnel.svg")
	assert.Contains(t, books, "bridge.svg")
	journeys, errs, code := clitest.Execute(run, "-out", filepath.Join(dir, "journeys"), "-events", filepath.Join(dir, "events.csv"))
	require.Zero(t, code, errs)
	assert.NotContains(t, journeys, "bridge.svg")
	assert.Contains(t, journeys, "flow.svg")
}

func TestRun_Refuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.csv")
	require.NoError(t, os.WriteFile(bad, []byte("customer,event,at\na,jumped,2026-01-05T00:00:00Z\n"), 0o600))
	for _, c := range []struct {
		want string
		code int
		args []string
	}{
		{"unexpected argument", cli.ExitUsage, []string{"file.csv"}},
		{"no words", cli.ExitUsage, []string{"-language", "xx"}},
		{"no such file", cli.ExitInput, []string{"-stripe", filepath.Join(dir, "none")}},
		{"no event is one of preset.SaaS", cli.ExitInput, []string{"-events", bad}},
	} {
		_, errs, code := clitest.Execute(run, c.args...)
		assert.Equal(t, c.code, code, c.want)
		assert.Contains(t, errs, c.want)
	}
	_, _, code := clitest.Execute(run, "-h")
	assert.Zero(t, code)
}
