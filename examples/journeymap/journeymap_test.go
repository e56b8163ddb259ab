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
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
)

// The picture of the README is testdata/gap.svg; -update draws it anew.
func TestRun_Golden(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "folder")
	out, errs, code := clitest.Execute(run, "-out", dir)
	require.Zero(t, code, errs)
	golden.Equal(t, "summary.txt", []byte(strings.ReplaceAll(out, dir+string(filepath.Separator), "")))
	golden.Equal(t, "gap.svg", clitest.Read(t, dir, "gap.svg"))
	again := t.TempDir()
	_, _, code = clitest.Execute(run, "-out", again)
	require.Zero(t, code)
	for _, name := range []string{"planned.svg", "actual.svg", "gap.svg", "map.html", "map.md", "map.json"} {
		assert.True(t, bytes.Equal(clitest.Read(t, dir, name), clitest.Read(t, again, name)), "%s is equal twice", name)
	}
	m, err := journeymap.Parse(clitest.Read(t, dir, "map.json"))
	require.NoError(t, err)
	assert.NoError(t, m.Validate(), "the plan has no faults")
}

func TestRun_OwnPlanAndEvents(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, errs, code := clitest.Execute(run, "-out", dir)
	require.Zero(t, code, errs)
	plan := strings.Replace(string(clitest.Read(t, dir, "map.json")), `"name": "Tidewise"`, `"name": "Mine"`, 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "plan.json"), []byte(plan), 0o600))
	events := header + "\na,lead,visited,Website,2026-01-05\na,lead,engaged,Website,2026-01-06 10:00\nb,head,visited,Website,2026-01-07\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "events.csv"), []byte(events), 0o600))
	out, errs, code := clitest.Execute(run, "-out", dir, "-map", filepath.Join(dir, "plan.json"), "-events", filepath.Join(dir, "events.csv"))
	require.Zero(t, code, errs)
	assert.Contains(t, out, "2 customers from 2026-01-05 to 2026-01-07")
	assert.Contains(t, string(clitest.Read(t, dir, "actual.svg")), ">Mine</title>")
}

func TestRun_Arabic(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, errs, code := clitest.Execute(run, "-out", dir, "-rtl")
	require.Zero(t, code, errs)
	plain, _, _ := clitest.Execute(run, "-out", t.TempDir())
	gap := func(s string) string {
		_, after, _ := strings.Cut(s, "gap: ")
		line, _, _ := strings.Cut(after, "\n")
		return line
	}
	assert.Equal(t, gap(plain), gap(out), "names change, figures do not")
	picture := string(clitest.Read(t, dir, "gap.svg"))
	assert.Contains(t, picture, `lang="ar"`)
	assert.Contains(t, picture, ` direction="rtl"`)
	assert.Contains(t, picture, ">اجتماع الانطلاق")
	assert.Contains(t, string(clitest.Read(t, dir, "map.html")), `<html lang="ar" dir="rtl">`)
}

func TestRun_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-h"}, 0, "-events FILE"},
		{[]string{"-nonsense"}, cli.ExitUsage, "not defined"},
		{[]string{"file.csv"}, cli.ExitUsage, "unexpected argument"},
		{[]string{"-out", dir, "-events", filepath.Join(dir, "none")}, cli.ExitInput, "no such file"},
		{[]string{"-out", dir, "-events", file("header.csv", "a,b\n")}, cli.ExitInput, "want " + header},
		{[]string{"-out", dir, "-events", file("time.csv", header+"\na,lead,visited,Website,yesterday\n")}, cli.ExitInput, "is no time"},
		{[]string{"-out", dir, "-events", file("fields.csv", header+"\na,lead\n")}, cli.ExitInput, "wrong number of fields"},
		{[]string{"-out", dir, "-map", file("map.json", "{}x")}, cli.ExitInput, "after top-level value"},
		{[]string{"-out", file("file", "")}, cli.ExitInput, "not a directory"},
	} {
		out, errs, code := clitest.Execute(run, c.args...)
		assert.Equal(t, c.code, code, "%v", c.args)
		assert.Contains(t, errs, c.says, "%v", c.args)
		assert.Empty(t, out)
	}
	_, err := os.Stat(filepath.Join(dir, "gap.svg"))
	assert.ErrorIs(t, err, os.ErrNotExist, "nothing was written")
}
