// Package golden compares what a test produced with a file kept beside the
// test, and rewrites that file on request.
//
// The file is testdata/NAME in the folder of the package under test. When the
// two differ the test fails with a line diff, and the new bytes are written to
// testdata/NAME.got so that they can be opened or diffed with other tools;
// the next passing run removes that file. To accept the new bytes:
//
//	go test ./the/package -update
//
// The flag exists only in test binaries that import this package, so name the
// packages to update instead of passing ./...
package golden

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files with what the tests produce")

// Equal fails t when got differs from testdata/name by a single byte. The name
// may contain forward slashes; it must stay inside testdata. Comparison is
// byte for byte: line endings and trailing blanks count.
//
// Equal never stops the test, so one run reports every golden file that
// differs. It is safe to call from parallel tests as long as their names differ.
func Equal(t testing.TB, name string, got []byte) {
	t.Helper()
	if !filepath.IsLocal(filepath.FromSlash(name)) || filepath.Ext(name) == ".got" {
		t.Errorf("golden: name %q must stay inside testdata and must not end in .got", name)
		return
	}
	file := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := write(file, got); err != nil {
			t.Errorf("golden: update %s: %v", file, err)
			return
		}
		_ = os.Remove(file + ".got") // usually absent
		return
	}
	want, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Errorf("golden: %s does not exist; run this test with -update to create it%s", file, keep(file, got))
	case err != nil:
		t.Errorf("golden: read: %v", err)
	case bytes.Equal(want, got):
		_ = os.Remove(file + ".got") // left by an earlier failure
	default:
		t.Errorf("golden: %s differs (- want, + got; -update accepts it)%s\n%s", file, keep(file, got), Diff(want, got))
	}
}

// keep writes the refused bytes beside the golden file and says so. A source
// tree that cannot be written to, as in the module cache, is no second failure.
func keep(file string, got []byte) string {
	if err := write(file+".got", got); err != nil {
		return ""
	}
	return "\ngolden: what the test produced is in " + file + ".got"
}

func write(file string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, b, 0o644)
}
