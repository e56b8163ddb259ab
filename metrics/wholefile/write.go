package wholefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// suffix ends the names of files that are not whole yet.
const suffix = ".part"

// Write makes data the content of the named file. Where it fails the file is what
// it was, but for an error of bringing the folder to the disk, which leaves open
// whether the change survives a loss of power. A symbolic link is replaced, not
// followed. Of several writers at one time the last to finish holds.
func Write(name string, data []byte, mode fs.FileMode) error {
	return WriteFrom(name, mode, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// WriteFrom is Write for content that comes piece by piece. An error of write is
// returned as it is, and a panic goes on; the file is what it was then.
func WriteFrom(name string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	dir, base := filepath.Split(name)
	if dir == "" {
		dir = "."
	}
	f, err := os.CreateTemp(dir, "."+base+".*"+suffix)
	if err != nil {
		return fmt.Errorf("wholefile: write: %w", err)
	}
	done := false
	defer func() {
		if !done { // the error that led here is the one to tell
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("wholefile: write: %w", err)
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("wholefile: write: %w", err)
	}
	done = true
	if err := syncDir(dir); err != nil {
		return fmt.Errorf("wholefile: write: %s stands; bringing its folder to the disk: %w", name, err)
	}
	return nil
}

// syncDir brings the entries of a folder to the disk, where the system can.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" || runtime.GOOS == "wasip1" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Sweep removes what killed writers of the named file left behind, and says how
// many files that were. Call it when nobody writes: at the start of a program.
func Sweep(name string) (int, error) {
	dir, base := filepath.Split(name)
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("wholefile: sweep: %w", err)
	}
	n := 0
	for _, e := range entries {
		if !isPart(e.Name(), base) || !e.Type().IsRegular() {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return n, fmt.Errorf("wholefile: sweep: %w", err)
		}
		n++
	}
	return n, nil
}

// isPart reports whether a file is one that WriteFrom began for base: "." + base +
// "." + digits + ".part".
func isPart(name, base string) bool {
	head, tail := "."+base+".", suffix
	if len(name) <= len(head)+len(tail) || name[:len(head)] != head || name[len(name)-len(tail):] != tail {
		return false
	}
	for _, c := range name[len(head) : len(name)-len(tail)] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
