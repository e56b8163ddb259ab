package layering_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/layering"
)

// The repository itself: every fault is one line of this test's failure.
func TestHouse(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	require.Contains(t, string(mod), "module "+layering.House().Module+"\n", "this is the tree the table is about")
	faults, err := layering.Check(os.DirFS("../.."), layering.House())
	require.NoError(t, err)
	for _, f := range faults {
		t.Errorf("%v", f)
	}
}

const (
	own     = `"github.com/lifecycle-go/lifecycle/`
	decimal = `import _ "github.com/shopspring/decimal"`
	fsm     = `import _ "github.com/looplab/fsm"`
	gonum   = `import _ "gonum.org/v1/gonum/stat/distuv"`
	testify = `import _ "github.com/stretchr/testify/assert"`
	rapid   = `import _ "pgregory.net/rapid"`
)

// Each case is a small tree and the faults it must give, in order. A file's
// text is put after its package clause; "!" in front replaces the whole file.
func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"an empty tree", nil, nil},
		{"lower rows, several steps down", map[string]string{
			"metrics/a.go":        `import _ ` + own + `metrics/money"`,
			"metrics/ledger/a.go": `import (_ ` + own + `metrics"; _ ` + own + `internal/num")`,
			"examples/shop/a.go":  `import _ ` + own + `metrics/ledger"`,
		}, nil},
		{"a higher row", map[string]string{
			"metrics/a.go": "import _ " + own + `metrics/ledger"`,
		}, []string{"metrics/a.go:3: row 1 imports metrics/ledger of row 2, which is higher"}},
		{"a neighbour in the row", map[string]string{
			"touchpoint/a.go": "import _ " + own + `persona"`,
		}, []string{"touchpoint/a.go:3: row 2 imports persona of the same row"}},
		{"a neighbour the table names, one way only", map[string]string{
			"metrics/money/a.go": "import _ " + own + `internal/num"`,
			"internal/num/a.go":  "import _ " + own + `metrics/money"`,
		}, []string{"internal/num/a.go:3: row 0 imports metrics/money of the same row"}},
		{"two examples", map[string]string{
			"examples/a/a.go": "import _ " + own + `examples/b"`,
		}, []string{"examples/a/a.go:3: row 7 imports examples/b of the same row"}},
		{"the root package is high", map[string]string{
			"persona/a.go": `import _ "github.com/lifecycle-go/lifecycle"`,
		}, []string{"persona/a.go:3: row 2 imports . of row 7, which is higher"}},
		{"a package without a row", map[string]string{
			"metrics/util/a.go":    "",
			"examples/a/deep/a.go": "",
			"persona/a.go":         "import _ " + own + `metrics/util"`,
		}, []string{
			"examples/a/deep: package without a row: add it to internal/layering/rows.go and DESIGN.md",
			"metrics/util: package without a row: add it to internal/layering/rows.go and DESIGN.md",
			"persona/a.go:3: imports metrics/util, which has no row",
		}},
		{"a folder with nothing but a test has no row either", map[string]string{
			"metrics/util/a_test.go": "",
		}, []string{"metrics/util: package without a row: add it to internal/layering/rows.go and DESIGN.md"}},
		{"not of the tree: nested modules, testdata, hidden folders, vendor", map[string]string{
			"journey/sqlstore/go.mod":     "!module x",
			"journey/sqlstore/a.go":       `import _ "modernc.org/sqlite"`,
			"journey/sqlstore/deep/a.go":  `import _ "modernc.org/sqlite"`,
			"metrics/testdata/a.go":       "func init() {}",
			".ci/api/a.go":                "func init() {}",
			"_old/a.go":                   "func init() {}",
			"vendor/example.com/x/a.go":   "func init() {}",
			"metrics/ledger/_scratch.go":  "func init() {}",
			"metrics/ledger/testdata.txt": "!text",
		}, nil},
		{"tests may look up", map[string]string{
			"journey/a.go":      "",
			"journey/a_test.go": "import (_ " + own + `journey/journeytest"; _ ` + own + `internal/golden")`,
		}, nil},
		{"code may not import the test helpers", map[string]string{
			"examples/a/a.go": "import _ " + own + `internal/golden"`,
		}, []string{"examples/a/a.go:3: imports internal/golden, which is for tests only"}},
		{"decimals have their places", map[string]string{
			"metrics/billing/stripe/a.go": decimal,
			"touchpoint/a.go":             decimal,
			"journey/a.go":                decimal,
			"journey/a_test.go":           decimal,
		}, []string{"journey/a.go:3: imports github.com/shopspring/decimal outside its place: decimals are where money or rates are"}},
		{"one file knows looplab/fsm", map[string]string{
			"journey/tracker/fsm.go":      fsm,
			"journey/tracker/fsm_test.go": fsm,
			"journey/tracker/tracker.go":  fsm,
			"metrics/a.go":                "",
			"metrics/a_test.go":           fsm,
		}, []string{
			"journey/tracker/tracker.go:3: imports github.com/looplab/fsm outside its place: one file knows the executor of live transitions, journey/tracker/fsm.go",
			"metrics/a_test.go:3: imports github.com/looplab/fsm outside its place: one file knows the executor of live transitions, journey/tracker/fsm.go",
		}},
		{"gonum from row 4 up", map[string]string{
			"metrics/clv/a.go":      gonum,
			"journey/simulate/a.go": gonum,
			"metrics/cohort/a.go":   gonum,
		}, []string{"metrics/cohort/a.go:3: imports gonum.org/v1/gonum/stat/distuv outside its place: estimators begin at row 4"}},
		{"test libraries in tests", map[string]string{
			"metrics/a.go":             "",
			"metrics/a_test.go":        testify + "\n" + rapid,
			"metrics/b.go":             rapid,
			"journey/journeytest/a.go": testify,
		}, []string{
			"journey/journeytest/a.go:3: imports github.com/stretchr/testify/assert outside its place: a user's program must not link a test library",
			"metrics/b.go:3: imports pgregory.net/rapid outside its place: a user's program must not link a test library",
		}},
		{"package testing in the test kits", map[string]string{
			"journey/journeytest/a.go": `import _ "testing"`,
			"journey/a.go":             `import _ "testing/fstest"`,
		}, []string{"journey/a.go:3: imports testing/fstest outside its place: only the test kits know package testing"}},
		{"the global random source", map[string]string{
			"journey/simulate/a.go": `import (_ "math/rand/v2"; _ "math")`,
			"persona/a.go":          `import _ "math/rand"`,
		}, []string{"persona/a.go:3: imports math/rand outside its place: randomness is an argument: take a math/rand/v2 source"}},
		{"cgo, also in tests", map[string]string{
			"persona/a_test.go": `import "C"`,
		}, []string{"persona/a_test.go:3: imports C outside its place: no cgo in the root module"}},
		{"an unknown third party, also in tests", map[string]string{
			"metrics/a.go":      `import _ "github.com/google/uuid"`,
			"metrics/a_test.go": `import _ "github.com/google/uuid"`,
		}, []string{
			"metrics/a.go:3: imports github.com/google/uuid, a third party the table does not know: use a nested module",
			"metrics/a_test.go:3: imports github.com/google/uuid, a third party the table does not know: use a nested module",
		}},
		{"a path that only begins alike", map[string]string{
			"metrics/a.go": `import _ "github.com/shopspring/decimalish"`,
			"persona/a.go": `import _ "github.com/lifecycle-go/lifecycle-extra"`,
		}, []string{
			"metrics/a.go:3: imports github.com/shopspring/decimalish, a third party the table does not know: use a nested module",
			"persona/a.go:3: imports github.com/lifecycle-go/lifecycle-extra, a third party the table does not know: use a nested module",
		}},
		{"init, but not a method of that name, nor in a test", map[string]string{
			"persona/a.go":      "type T struct{}\nfunc (T) init() {}",
			"persona/b.go":      "func init() {}",
			"persona/a_test.go": "func init() {}",
		}, []string{"persona/b.go:3: init function: work at import time cannot be stated or tested"}},
		{"exported variables, but not sentinels nor locals", map[string]string{
			"persona/a.go":       "var ErrNone, small error\nconst Big = 1\nfunc F() { var Local int; _ = Local }",
			"persona/b.go":       "var (\n\tDefault = 1\n)",
			"examples/shop/a.go": "!// Shop runs.\npackage main\nvar Flag = 1",
		}, []string{"persona/b.go:4: exported package variable Default: any package could change it; make it a function or a constant"}},
		{"a package comment in one of the files", map[string]string{
			"persona/doc.go":    "!// Package persona is who.\npackage persona",
			"persona/a.go":      "!package persona",
			"metrics/a.go":      "!package metrics",
			"metrics/a_test.go": "!// Package metrics_test is no excuse.\npackage metrics_test",
			"journey/a.go":      "!// About journeys.\npackage journey",
		}, []string{
			`journey/a.go:1: package comment does not begin with "Package journey"`,
			"metrics: no package comment",
		}},
		{"build constraints hide nothing", map[string]string{
			"persona/a_windows.go": "func init() {}",
			"persona/b.go":         "!//go:build never\n\n// Package persona is who.\npackage persona\n\nfunc init() {}",
		}, []string{
			"persona/a_windows.go:3: init function: work at import time cannot be stated or tested",
			"persona/b.go:6: init function: work at import time cannot be stated or tested",
		}},
		{"a file that does not parse", map[string]string{
			"persona/a.go": "!// Package persona is who.\npackage persona\nfunc",
		}, []string{"persona/a.go: does not parse: persona/a.go:3:5: expected 'IDENT', found 'EOF'"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			faults, err := layering.Check(tree(c.files), layering.House())
			require.NoError(t, err)
			var got []string
			for _, f := range faults {
				got = append(got, f.String())
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func tree(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		if text != "" && text[0] == '!' {
			text = text[1:]
		} else {
			text = "// Package a is made up.\npackage a\n" + text
		}
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

// Two rows must not claim one folder, and what a rule names must be in a row:
// a misspelt folder would otherwise permit nothing and say nothing.
func TestHouse_IsConsistent(t *testing.T) {
	t.Parallel()
	r := layering.House()
	row := map[string]int{}
	for i, names := range r.Rows {
		for _, n := range names {
			_, twice := row[n]
			assert.False(t, twice, "%s is in two rows", n)
			row[n] = i
		}
	}
	for from, tos := range r.Beside {
		for _, to := range tos {
			assert.Contains(t, row, from)
			assert.Contains(t, row, to)
			assert.Equal(t, row[from], row[to], "%s beside %s", from, to)
			assert.NotContains(t, r.Beside[to], from, "%s and %s import each other", from, to)
		}
	}
	for _, p := range r.Third {
		assert.NotEmpty(t, p.Reason, p.Path)
	}
}
