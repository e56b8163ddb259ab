package golden_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/golden"
)

// recorder stands in for a test that is expected to fail.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func equal(t *testing.T, name, got string) []string {
	t.Helper()
	r := &recorder{TB: t}
	golden.Equal(r, name, []byte(got))
	return r.failures
}

func put(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

func TestEqual_Passes(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "testdata/sub/a.txt", "one\n")
	put(t, "testdata/sub/a.txt.got", "left by an earlier failure\n")
	assert.Empty(t, equal(t, "sub/a.txt", "one\n"))
	assert.NoFileExists(t, "testdata/sub/a.txt.got")
}

func TestEqual_DiffersByOneByte(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "testdata/a.txt", "one\ntwo\nthree\n")
	fails := equal(t, "a.txt", "one\n2\nthree\n")
	require.Len(t, fails, 1)
	assert.Contains(t, fails[0], "    2 - two\n")
	assert.Contains(t, fails[0], "    2 + 2\n")
	got, err := os.ReadFile("testdata/a.txt.got")
	require.NoError(t, err)
	assert.Equal(t, "one\n2\nthree\n", string(got))
	want, err := os.ReadFile("testdata/a.txt")
	require.NoError(t, err)
	assert.Equal(t, "one\ntwo\nthree\n", string(want), "a failing run leaves the golden file alone")

	assert.Len(t, equal(t, "a.txt", "one\ntwo\nthree"), 1, "a missing last newline is a difference")
}

func TestEqual_Missing(t *testing.T) {
	t.Chdir(t.TempDir())
	fails := equal(t, "new.txt", "x\n")
	require.Len(t, fails, 1)
	assert.Contains(t, fails[0], "-update")
	assert.FileExists(t, "testdata/new.txt.got")
	assert.NoFileExists(t, "testdata/new.txt")
}

func TestEqual_RefusesNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"", "../a.txt", "/etc/a", "sub/../../a", "a.got"} {
		assert.Len(t, equal(t, name, "x"), 1, "%q", name)
	}
	assert.NoDirExists(t, "testdata")
}

func TestEqual_Update(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "testdata/a.txt", "old\n")
	put(t, "testdata/a.txt.got", "new\n")
	require.NoError(t, flag.Set("update", "true"))
	defer func() { require.NoError(t, flag.Set("update", "false")) }()
	assert.Empty(t, equal(t, "a.txt", "new\n"))
	assert.Empty(t, equal(t, "deep/b.txt", "new\n"))
	for _, file := range []string{"testdata/a.txt", "testdata/deep/b.txt"} {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, "new\n", string(b))
	}
	assert.NoFileExists(t, "testdata/a.txt.got")
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, want, got, diff string }{
		{"equal", "a\nb\n", "a\nb\n", ""},
		{"both empty", "", "", ""},
		{"from nothing", "", "a\n", "    1 + a\n"},
		{"to nothing", "a\n", "", "    1 - a\n"},
		{"inserted line", "a\nc\n", "a\nb\nc\n", "    1   a\n    2 + b\n    2   c\n"},
		{"removed line", "a\nb\nc\n", "a\nc\n", "    1   a\n    2 - b\n    3   c\n"},
		{"trailing blank is shown", "a\n", "a \n", "    1 - a\n    1 + \"a \"\n"},
		{"carriage return is shown", "a\n", "a\r\n", "    1 - a\n    1 + \"a\\r\"\n"},
		{"last newline is shown", "a\n", "a", "    1 - a\n    1 + \"a\" (no newline at the end)\n"},
		{"bad UTF-8 is shown", "a\n", "\xff\n", "    1 - a\n    1 + \"\\xff\"\n"},
	} {
		assert.Equal(t, c.diff, golden.Diff([]byte(c.want), []byte(c.got)), c.name)
	}
}

func TestDiff_ShowsOnlyTheNeighbourhood(t *testing.T) {
	t.Parallel()
	var want []string
	for i := range 200 {
		want = append(want, fmt.Sprintf("line %d", i+1))
	}
	got := append([]string(nil), want...)
	got[9], got[149] = "ten", "hundred and fifty"
	d := golden.Diff([]byte(strings.Join(want, "\n")+"\n"), []byte(strings.Join(got, "\n")+"\n"))
	assert.Equal(t, 2*(3+2+3)+2, strings.Count(d, "\n"), d)
	assert.Contains(t, d, "   10 - line 10\n   10 + ten\n")
	assert.Contains(t, d, "  150 - line 150\n  150 + hundred and fifty\n")
	assert.NotContains(t, d, "line 100")
}

func TestDiff_Bounded(t *testing.T) {
	t.Parallel()
	a := strings.Repeat("a\n", 30_000)
	b := strings.Repeat("b\n", 30_000)
	d := golden.Diff([]byte(a), []byte(b))
	assert.Less(t, strings.Count(d, "\n"), 100)
	assert.Contains(t, d, "more lines")
}

// Applying the shown edits to want gives got: checked on all short texts of up
// to four lines, where every line is within the context of a change.
func TestLaw_DiffRebuildsGot(t *testing.T) {
	t.Parallel()
	var texts []string
	for n := range 5 {
		for code := range pow(3, n) {
			var b strings.Builder
			for range n {
				b.WriteString(string(rune('a'+code%3)) + "\n")
				code /= 3
			}
			texts = append(texts, b.String())
		}
	}
	for _, want := range texts {
		for _, got := range texts {
			if want == got {
				continue
			}
			var left, right strings.Builder
			for l := range strings.Lines(golden.Diff([]byte(want), []byte(got))) {
				if l[6] != '+' {
					left.WriteString(l[8:])
				}
				if l[6] != '-' {
					right.WriteString(l[8:])
				}
			}
			require.Equal(t, want, left.String())
			require.Equal(t, got, right.String())
		}
	}
}

func pow(base, n int) int {
	p := 1
	for range n {
		p *= base
	}
	return p
}
