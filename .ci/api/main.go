// Api lists the exported declarations of every package of this module, one
// line each, and compares the lists with those committed beside it, so that no
// change of the public surface lands unseen.
//
//	go run ./.ci/api          # compare; exit status 1 when a list differs
//	go run ./.ci/api -update  # rewrite the lists
//
// It reads syntax only: parameter names, values of constants and methods that
// come from an embedded field are not shown.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const listDir = ".ci/api"

func main() {
	update := flag.Bool("update", false, "rewrite the lists")
	flag.Parse()
	if err := run(".", *update); err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}

func run(root string, update bool) error {
	want, err := ledger(os.DirFS(root))
	if err != nil {
		return err
	}
	have, err := filepath.Glob(filepath.Join(root, listDir, "*.txt"))
	if err != nil {
		return err
	}
	var faults []string
	for _, name := range have {
		if _, ok := want[filepath.Base(name)]; ok {
			continue
		}
		if !update {
			faults = append(faults, filepath.Base(name)+": the package is gone")
		} else if err := os.Remove(name); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		file := filepath.Join(root, listDir, name)
		if update {
			if err := os.WriteFile(file, want[name], 0o644); err != nil {
				return err
			}
			continue
		}
		old, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		switch {
		case err != nil:
			faults = append(faults, name+": there is no list of this package yet")
		case !bytes.Equal(old, want[name]):
			faults = append(faults, name+":\n"+changes(old, want[name]))
		}
	}
	if len(faults) > 0 {
		return fmt.Errorf("the public surface differs from the committed lists; if that is meant, run: go run ./.ci/api -update\n%s", strings.Join(faults, "\n"))
	}
	return nil
}

// changes names the lines that only one side has; order carries no meaning.
func changes(before, after []byte) string {
	a, b := strings.Split(string(before), "\n"), strings.Split(string(after), "\n")
	var out strings.Builder
	for _, l := range a {
		if l != "" && !slices.Contains(b, l) {
			fmt.Fprintln(&out, "  -", l)
		}
	}
	for _, l := range b {
		if l != "" && !slices.Contains(a, l) {
			fmt.Fprintln(&out, "  +", l)
		}
	}
	return out.String()
}

// ledger maps the name of a list to its text, for every importable package of
// the tree: no commands, nothing internal, no nested module.
func ledger(tree fs.FS) (map[string][]byte, error) {
	lists := map[string][]byte{}
	err := fs.WalkDir(tree, ".", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		base := d.Name()
		if dir != "." {
			if base[0] == '.' || base[0] == '_' || base == "testdata" || base == "vendor" || base == "internal" {
				return fs.SkipDir
			}
			if _, err := fs.Stat(tree, dir+"/go.mod"); err == nil {
				return fs.SkipDir
			}
		}
		lines, err := surface(tree, dir)
		if err != nil || len(lines) == 0 {
			return err
		}
		name := strings.ReplaceAll(dir, "/", "_") + ".txt"
		lists[name] = []byte(strings.Join(lines, "\n") + "\n")
		return nil
	})
	return lists, err
}
