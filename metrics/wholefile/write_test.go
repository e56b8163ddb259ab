package wholefile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/wholefile"
)

// content is what the n-th write says: long, and of one letter, so that a mixture
// of two shows.
func content(n int) []byte { return bytes.Repeat([]byte{byte('a' + n%26)}, 200_000+1000*(n%7)) }

// TestMain lets the binary be its own victim: a writer that is killed.
func TestMain(m *testing.M) {
	if name := os.Getenv("WHOLEFILE_VICTIM"); name != "" {
		for n := 0; ; n++ {
			if err := wholefile.Write(name, content(n), 0o600); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			if n == 0 {
				fmt.Println("begun")
			}
		}
	}
	os.Exit(m.Run())
}

// Writers killed at random moments leave a whole file, every time.
func TestWrite_Killed(t *testing.T) {
	kills := 60
	if testing.Short() {
		kills = 12
	}
	self, err := os.Executable()
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "books.bin")
	rng := rand.New(rand.NewPCG(1, 2))
	left := 0
	for range kills {
		victim := exec.CommandContext(t.Context(), self)
		victim.Env = append(os.Environ(), "WHOLEFILE_VICTIM="+name)
		victim.Stderr = os.Stderr
		out, err := victim.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, victim.Start())
		_, err = io.ReadFull(out, make([]byte, len("begun\n")))
		require.NoError(t, err)
		timer := time.NewTimer(time.Duration(rng.IntN(4_000_000)))
		<-timer.C
		require.NoError(t, victim.Process.Kill())
		require.Error(t, victim.Wait())
		got, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NotEmpty(t, got)
		whole := false
		for n := range 26 * 7 {
			whole = whole || bytes.Equal(got, content(n))
		}
		require.True(t, whole, "%d bytes that begin with %q", len(got), got[:1])
		n, err := wholefile.Sweep(name)
		require.NoError(t, err)
		left += n
	}
	if !testing.Short() {
		assert.Positive(t, left, "nobody was killed while writing")
	}
	entries, err := os.ReadDir(filepath.Dir(name))
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

// What fails leaves the file as it was, and nothing beside it.
func TestWriteFrom_FailsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "state.bin")
	require.NoError(t, wholefile.Write(name, []byte("good"), 0o640))
	torn := errors.New("torn")
	err := wholefile.WriteFrom(name, 0o640, func(w io.Writer) error {
		_, err := w.Write([]byte("half"))
		require.NoError(t, err)
		return torn
	})
	require.ErrorIs(t, err, torn)
	assert.Panics(t, func() { _ = wholefile.WriteFrom(name, 0o640, func(io.Writer) error { panic("source") }) })
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "good", string(got))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o640), info.Mode().Perm())

	require.ErrorIs(t, wholefile.Write(filepath.Join(dir, "nowhere", "x"), nil, 0o600), fs.ErrNotExist)
	require.Error(t, wholefile.Write(dir, []byte("x"), 0o600)) // a folder of that name
	_, err = wholefile.Sweep(filepath.Join(dir, "nowhere", "x"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// Sweep removes what writers of the file left, and nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, n := range []string{".a.123.part", ".a.9.part", ".a.12x.part", ".a..part", ".ab.1.part", "a.1.part", ".a.1.part.bak", ".a.1234567890", "xa.12345.part"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, n), nil, 0o600))
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".a.7.part"), 0o700))
	n, err := wholefile.Sweep(filepath.Join(dir, "a"))
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 8)
}

// In the folder at hand a name needs no path.
func TestWrite_Here(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, wholefile.Write("x", []byte("1"), 0o600))
	n, err := wholefile.Sweep("x")
	require.NoError(t, err)
	assert.Zero(t, n)
	got, err := os.ReadFile("x")
	require.NoError(t, err)
	assert.Equal(t, "1", string(got))
}
