// Package clitest is what the tests of the example programs do alike: run the
// program, give it a file, look at one it wrote.
package clitest

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Execute runs a program behind its flags and returns what it prints and its
// status.
func Execute(run func(args []string, stdout, stderr io.Writer) int, args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	code = run(args, &out, &errs)
	return out.String(), errs.String(), code
}

// File writes a text to a file that goes with the test, and returns its path.
func File(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Read is what a file of a folder holds.
func Read(t testing.TB, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
