package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/examples/internal/clitest"
	"github.com/lifecycle-go/lifecycle/internal/golden"
)

func TestRun_Golden(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"replay.txt": nil, "group.txt": {"-group"}} {
		out, errs, code := clitest.Execute(run, args...)
		require.Zero(t, code, errs)
		require.Empty(t, errs)
		golden.Equal(t, name, []byte(out))
	}
}

func TestRun_OwnDefinition(t *testing.T) {
	t.Parallel()
	definition := clitest.File(t, "file", "journey \"shop\"\ninitial new\nstage new\nstage buyer goal\nfrom new on bought to buyer\nfrom buyer on bought to = internal\nfrom buyer on returned to new\n")
	events := clitest.File(t, "file", header+"\r\n\"Smith, Jo\",bought,,2026-01-05\r\n\"Smith, Jo\",bought,Direct,2026-01-06 10:30\r\nann,returned,,2026-01-04T23:00:00-05:00\r\n")
	out, errs, code := clitest.Execute(run, "-in", events, "-definition", definition)
	require.Zero(t, code, errs)
	assert.Contains(t, out, "3 events of 2 customers, replayed through \"shop\"\n")
	assert.Contains(t, out, "  Smith, Jo  new → buyer, since 2026-01-05\n")
	assert.Contains(t, out, "  ann        new, since 2026-01-05\n", "five hours behind Greenwich")
	assert.Contains(t, out, `"returned" in new: 1, not allowed in this stage; allowed are ["bought"]; first ann on 2026-01-05`)
}

func TestRun_NothingToReplay(t *testing.T) {
	t.Parallel()
	out, errs, code := clitest.Execute(run, "-in", clitest.File(t, "file", "\ufeff"+header+"\n"))
	require.Zero(t, code, errs)
	assert.Contains(t, out, "0 events of 0 customers")
}

func TestRun_ManyCustomers(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(header + "\n")
	for i := range 30 {
		text.WriteString(strings.Repeat("x", i+1) + ",engaged,Email,2026-01-05\n")
	}
	out, errs, code := clitest.Execute(run, "-in", clitest.File(t, "file", text.String()))
	require.Zero(t, code, errs)
	assert.Contains(t, out, "  and 10 more\n")
	assert.Contains(t, out, "No event was refused")
}

func TestRun_EveryBadValueIsReported(t *testing.T) {
	t.Parallel()
	out, errs, code := clitest.Execute(run, "-in", clitest.File(t, "file", header+`
acme,engaged,Email,2026-01-05
,engaged,Email,2026-01-05
acme,,Email,yesterday
acme,engaged,2026-01-05
acme,engaged,Email,1700-01-05
acme,"eng"aged,Email,2026-01-05
acme,engaged,Email,2026-02-30 10:00
`+strings.Repeat("y", 2000)+`,engaged,Email,2026-01-05
`))
	assert.Equal(t, cli.ExitInput, code)
	assert.Empty(t, out, "nothing is printed as if it were a result")
	for _, want := range []string{
		"8 bad values; nothing was replayed",
		`line 3: customer ""`, `line 4: at "yesterday": not a time`, `line 4: name ""`,
		`line 5: row "acme,engaged,2026-01-05": 3 fields, want 4`,
		`line 6: at "1700-01-05T00:00:00Z"`, `line 7: row "": extraneous or missing`,
		`line 8: at "2026-02-30 10:00": not a time`, "line 9: customer \"yyy",
	} {
		assert.Contains(t, errs, want)
	}
	assert.Less(t, len(errs), 2500, "long values are shortened")

	_, errs, code = clitest.Execute(run, "-in", clitest.File(t, "file", header+strings.Repeat("\nx", 3000)))
	assert.Equal(t, cli.ExitInput, code)
	assert.Contains(t, errs, "3000 bad values")
	assert.Contains(t, errs, "and 2000 more")
}

func TestRun_Errors(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"no header; want customer,name,channel,at": {"-in", clitest.File(t, "file", "")},
		`line 1: header "who,what,at"`:             {"-in", clitest.File(t, "file", "who,what,at\n")},
		"no such file":                             {"-in", filepath.Join(t.TempDir(), "none.csv")},
		"no such file ":                            {"-definition", filepath.Join(t.TempDir(), "none.txt")},
		"line 1":                                   {"-definition", clitest.File(t, "file", "no definition\n")},
		`journey: define "x": 2 faults`:            {"-definition", clitest.File(t, "file", "journey x\ninitial a\nstage a\nstage b terminal\n")},
		"line 1: header \"x\", want customer,name,channel,at": {"-in", clitest.File(t, "file", "x\n")},
	} {
		out, errs, code := clitest.Execute(run, args...)
		assert.Equal(t, cli.ExitInput, code, want)
		assert.Empty(t, out)
		assert.Contains(t, errs, strings.TrimSpace(want))
	}
	for _, args := range [][]string{{"-nonsense"}, {"events.csv"}} {
		out, errs, code := clitest.Execute(run, args...)
		assert.Equal(t, cli.ExitUsage, code)
		assert.Empty(t, out)
		assert.NotEmpty(t, errs)
	}
	_, errs, code := clitest.Execute(run, "-h")
	assert.Zero(t, code)
	assert.Contains(t, errs, header)

	broken := errors.New("cable pulled")
	_, err := readEvents(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	var errOut bytes.Buffer
	assert.Equal(t, cli.ExitInput, run(nil, fullDisk{broken}, &errOut))
	assert.Contains(t, errOut.String(), "cable pulled")
}

type fullDisk struct{ err error }

func (w fullDisk) Write([]byte) (int, error) { return 0, w.err }
