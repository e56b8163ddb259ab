// Package cli is what the example programs do alike and no reader needs to see
// in each of them: a program prints its whole result or none, says why on the
// error output, and ends with one of three statuses.
package cli

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
)

// Statuses of a program beside 0.
const (
	ExitInput = 1 // bad input
	ExitUsage = 2 // bad flags
)

// Say writes to the user; where even that fails there is nobody left to tell.
func Say(w io.Writer, text string) { _, _ = io.WriteString(w, text) }

// Refuse says what is wrong with the flags of a program, if anything is, and
// returns it.
func Refuse(stderr io.Writer, program string, err error) error {
	if err != nil {
		Say(stderr, program+": "+err.Error()+"\n")
	}
	return err
}

// Run is a program behind its flags, of which parsed is the error: it prints
// what write writes to stdout, whole, or none of it and the reason to stderr,
// and returns the status.
func Run(program string, parsed error, stdout, stderr io.Writer, write func(out *bytes.Buffer) error) int {
	switch {
	case errors.Is(parsed, flag.ErrHelp):
		return 0
	case parsed != nil:
		return ExitUsage
	}
	var out bytes.Buffer
	err := write(&out)
	if err == nil {
		_, err = stdout.Write(out.Bytes())
	}
	if Refuse(stderr, program, err) != nil {
		return ExitInput
	}
	return 0
}

// File is one output.
type File struct {
	Name string
	Data []byte
}

// WriteFiles writes files into a folder, which is made if it is not there, and
// says on out which.
func WriteFiles(out *bytes.Buffer, dir string, files []File) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		name := filepath.Join(dir, f.Name)
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			return err
		}
		out.WriteString("wrote " + name + "\n")
	}
	return nil
}
