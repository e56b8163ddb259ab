package lifecycle_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Paths of this repository as documents write them: of packages, in backticks or
// links, without a verb.
var documented = regexp.MustCompile("(?:`|\\()((?:persona|touchpoint|journey|metrics|examples|internal)(?:/[a-z0-9_]+)+(?:\\.[a-z]+)?)(?:`|\\)|[ ,;:.])")

// Every package path that a document names exists: no document speaks of a room
// as if it were built.
func TestDocs_PathsExist(t *testing.T) {
	t.Parallel()
	seen := 0
	check := func(file, text string) {
		for _, m := range documented.FindAllStringSubmatch(text, -1) {
			seen++
			_, err := os.Stat(m[1])
			assert.NoError(t, err, "%s names %s", file, m[1])
		}
	}
	for _, file := range []string{"README.md", "DESIGN.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "doc.go"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		// One group of packages may stand in braces: `metrics/{clv,survival}`.
		check(file, braces(string(text)))
	}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Base(name) != "doc.go" {
			return err
		}
		text, err := os.ReadFile(name)
		check(name, string(text))
		return err
	})
	require.NoError(t, err)
	assert.Greater(t, seen, 60)
}

func TestDocs_PathsBite(t *testing.T) {
	t.Parallel()
	found := documented.FindAllStringSubmatch(braces("see `metrics/nowhere`, [x](journey/gone) and `metrics/{clv,beam}` or `ledger/walk.go`"), -1)
	var got []string
	for _, m := range found {
		got = append(got, m[1])
	}
	assert.Equal(t, []string{"metrics/nowhere", "journey/gone", "metrics/clv", "metrics/beam"}, got)
}

var group = regexp.MustCompile("`([a-z/]+/)\\{([a-z0-9_,]+)\\}`")

func braces(text string) string {
	return group.ReplaceAllStringFunc(text, func(s string) string {
		m := group.FindStringSubmatch(s)
		var out []string
		for name := range strings.SplitSeq(m[2], ",") {
			out = append(out, "`"+m[1]+name+"`")
		}
		return strings.Join(out, " ")
	})
}

// What programs write when they are run here does not stay.
func TestRoot_HoldsNoOutput(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, e := range entries {
		switch name := e.Name(); {
		case e.IsDir(), strings.HasPrefix(name, "."), name == "LICENSE":
		default:
			assert.Contains(t, []string{".go", ".md", ".mod", ".sum"}, path.Ext(name), name)
			if path.Ext(name) == ".md" {
				stem := strings.TrimSuffix(name, ".md")
				assert.Equal(t, strings.ToUpper(stem), stem, "documents have names in capitals")
			}
		}
	}
}
