package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/examples/internal/clitest"
	"github.com/lifecycle-go/lifecycle/internal/golden"
)

// Estimates are the same on every kind of processor but for their last digits.
var digits = regexp.MustCompile(`-?\d+\.\d{13,}(e-\d+)?`)

func shorten(number string) string {
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return number
	}
	return strconv.FormatFloat(v, 'g', 12, 64)
}

func TestRun_Golden(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"analytics.txt": nil, "wide.txt": {"-width", "120"}, "analytics.json": {"-json"}} {
		out, errs, code := clitest.Execute(run, args...)
		require.Zero(t, code, errs)
		require.Empty(t, errs)
		golden.Equal(t, name, []byte(digits.ReplaceAllStringFunc(out, shorten)))
		if width := map[string]int{"analytics.txt": 80, "wide.txt": 120}[name]; width > 0 {
			for line := range strings.Lines(out) {
				assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), width, line)
				assert.NotContains(t, line, "…", "nothing is cut")
				assert.NotContains(t, line, " \n")
			}
		}
	}
}

// The invented company is as large as it says, and what -csv writes -in reads:
// the same report.
func TestRun_OwnLogComesBack(t *testing.T) {
	t.Parallel()
	events := story()
	assert.InDelta(t, 5500, len(events), 700)
	channels, people, variants := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, e := range events {
		channels[string(e.Channel)] = true
		people[e.Attrs["persona"]] = true
		variants[e.Attrs["variant"]] = true
	}
	assert.Len(t, channels, 7, "six, and none")
	assert.Len(t, people, 3)
	assert.Len(t, variants, 3, "two, and none")
	rows, errs, code := clitest.Execute(run, "-csv")
	require.Zero(t, code, errs)
	back, errs, code := clitest.Execute(run, "-in", clitest.File(t, "file", rows))
	require.Zero(t, code, errs)
	own, _, _ := clitest.Execute(run)
	assert.Equal(t, own, back)
}

func TestRun_OwnFile(t *testing.T) {
	t.Parallel()
	rows := strings.Join(columns, ",") + "\n" +
		"a,seen,2026-01-01,Email,,,1.5\na,bought,2026-01-02 10:30,,,20,\nb,seen,2026-01-03T10:00:00Z,Direct,spring,,\n"
	definition := clitest.File(t, "file", "journey \"shop\"\ninitial new\nstage new\nstage buyer goal terminal\nfrom new on bought to buyer\n")
	out, errs, code := clitest.Execute(run, "-in", clitest.File(t, "file", rows), "-steps", "seen,bought", "-definition", definition)
	require.Zero(t, code, errs)
	for _, want := range []string{"3 events of 2 customers", "50.0%", "PLAN: 1 of 1 buyers", "CHANNELS: 1 sales", "Email", "1.50"} {
		assert.Contains(t, out, want)
	}
	out, errs, code = clitest.Execute(run, "-in", clitest.File(t, "file", strings.Join(columns, ",")+"\n"))
	require.Zero(t, code, errs)
	assert.Contains(t, out, "no events")
	out, _, code = clitest.Execute(run, "-in", clitest.File(t, "file", strings.Join(columns, ",")+"\n"), "-json")
	require.Zero(t, code)
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &v))
	assert.Len(t, v, 12)
}

func TestRun_EveryBadValueIsReported(t *testing.T) {
	t.Parallel()
	head := strings.Join(columns, ",") + ",plan\n"
	out, errs, code := clitest.Execute(run, "-in", clitest.File(t, "file", head+`,seen,2026-01-01,Email,,,1,x
a,,yesterday,Email,,,1,x
a,seen,2026-01-01,Email,,much,1e99999999999,x
a,seen,2026-01-01
a,"s"een,2026-01-01,Email,,,,
`))
	assert.Equal(t, cli.ExitInput, code)
	assert.Empty(t, out)
	for _, want := range []string{
		"bad values: 7", `line 2: customer ""`, `line 3: time "yesterday": not a time`, `line 3: name ""`,
		`line 4: value "much": not an amount`, `line 4: cost "1e99999999999": not an amount`, "line 5: row", "3 fields, want 8", "line 6: row",
	} {
		assert.Contains(t, errs, want)
	}
	_, errs, _ = clitest.Execute(run, "-in", clitest.File(t, "file", head+strings.Repeat("x\n", 3000)))
	assert.Contains(t, errs, "bad values: 3000")
	assert.Contains(t, errs, "and 2000 more")
	_, errs, code = clitest.Execute(run, "-in", clitest.File(t, "file", ""))
	assert.Equal(t, cli.ExitInput, code)
	assert.Contains(t, errs, "no header; want customer,event,time")
	_, errs, code = clitest.Execute(run, "-in", clitest.File(t, "file", "customer,when\n"))
	assert.Equal(t, cli.ExitInput, code)
	assert.Contains(t, errs, `header "customer,when"`)
	_, _, code = clitest.Execute(run, "-in", filepath.Join(t.TempDir(), "none"))
	assert.Equal(t, cli.ExitInput, code)
	_, _, code = clitest.Execute(run, "-definition", clitest.File(t, "file", "stage"))
	assert.Equal(t, cli.ExitInput, code)
}

func TestRun_Flags(t *testing.T) {
	t.Parallel()
	_, errs, code := clitest.Execute(run, "-h")
	assert.Zero(t, code)
	assert.Contains(t, errs, "customer,event,time,channel,campaign,value,cost")
	for _, args := range [][]string{{"-moon"}, {"file"}, {"-steps", "one"}, {"-width", "79"}, {"-width", "201"}, {"-json", "-csv"}} {
		out, errs, code := clitest.Execute(run, args...)
		assert.Equal(t, cli.ExitUsage, code, args)
		assert.Empty(t, out)
		assert.NotEmpty(t, errs)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestRun_NobodyReads(t *testing.T) {
	t.Parallel()
	assert.Equal(t, cli.ExitInput, run(nil, broken{}, &bytes.Buffer{}))
	_, _, err := readEvents(iotest.ErrReader(os.ErrClosed))
	require.ErrorIs(t, err, os.ErrClosed)
}
