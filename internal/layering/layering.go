// Package layering holds the table of which package may import which, and
// checks a source tree against it.
//
// The table is in rows.go. Its test reads the sources of this repository in
// the test process itself: a child process such as "go list" would read files
// that the test cache does not see, and a violation would be reported as
// "ok (cached)".
//
// What Check holds:
//
//   - every package has a row and a package comment;
//   - code imports own packages of lower rows only, or those the table names;
//   - third parties, and package testing, stay in their places;
//   - no init function, no cgo, no exported package variable but sentinel errors.
//
// Test files may import any own package: Go itself refuses cycles, and a test
// of a low row often wants a fixture from a higher one.
package layering

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Rules is a table of rows and the places of third parties. The zero value
// knows no package and accepts none.
type Rules struct {
	Module string // module path of the tree

	// Rows lists package folders relative to the module, lowest row first; "."
	// is the root package. A name that ends in "/*" stands for all folders
	// directly below. A package that does not exist on disk is no fault.
	Rows [][]string

	// Beside permits imports within one row: importing folder to imported.
	Beside map[string][]string

	// TestOnly lists own packages that only test files may import.
	TestOnly []string

	// Third lists the imports from outside the standard library, and those of
	// the standard library that are confined.
	Third []Place
}

// Place confines an import path. An import from
// outside the standard library that no Place names is a fault.
type Place struct {
	Path   string   // import path, with everything below it
	Alone  bool     // Path without what is below it
	Code   []string // folders, "folder/..." trees or single files whose code may import it
	Row    int      // code of this row and above may import it too; 0 = no row
	Tests  []string // the same as Code for test files; nil = everywhere
	Reason string   // shown with the fault
}

// Fault is one violation: where it is and what is wrong there.
type Fault struct {
	File string // file or folder, relative to the module, with forward slashes
	Line int    // 0 = the file or folder as a whole
	Text string
}

// String gives "file:line: text".
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// Check reads all Go files of the tree, whatever their build constraints, and
// returns every fault, sorted. Nested modules, testdata, vendor and folders
// that begin with "." or "_" are not part of the tree. The error is that of
// reading the tree; a file that does not parse is a fault.
func Check(tree fs.FS, r Rules) ([]Fault, error) {
	c := checker{rules: r, set: token.NewFileSet(), comments: map[string]bool{}}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && skip(tree, name, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") {
			return nil
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		c.file(name, src)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("layering: read the tree: %w", err)
	}
	for dir, has := range c.comments {
		if !has {
			c.add(dir, 0, "no package comment")
		}
	}
	slices.SortFunc(c.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(c.faults), nil
}

func skip(tree fs.FS, name, base string) bool {
	if base == "testdata" || base == "vendor" || base[0] == '.' || base[0] == '_' {
		return true
	}
	_, err := fs.Stat(tree, path.Join(name, "go.mod"))
	return err == nil
}

type checker struct {
	rules    Rules
	set      *token.FileSet
	comments map[string]bool // by folder with code: has a package comment
	faults   []Fault
}

func (c *checker) add(file string, line int, format string, args ...any) {
	c.faults = append(c.faults, Fault{file, line, fmt.Sprintf(format, args...)})
}

func (c *checker) line(n ast.Node) int { return c.set.Position(n.Pos()).Line }

func (c *checker) file(name string, src []byte) {
	dir := path.Dir(name)
	test := strings.HasSuffix(name, "_test.go")
	f, err := parser.ParseFile(c.set, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		c.add(name, 0, "does not parse: %v", err)
		return
	}
	row, known := c.row(dir)
	if !known {
		c.add(dir, 0, "package without a row: add it to internal/layering/rows.go and DESIGN.md")
	}
	for _, spec := range f.Imports {
		to, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			c.add(name, c.line(spec), "import path %s: %v", spec.Path.Value, err)
			continue
		}
		if own, ok := c.own(to); ok {
			if !test && known {
				c.inner(name, dir, row, own, c.line(spec))
			}
			continue
		}
		c.outer(name, row, to, test, c.line(spec))
	}
	if test {
		return
	}
	doc := strings.TrimSpace(f.Doc.Text())
	c.comments[dir] = c.comments[dir] || doc != ""
	if doc != "" && f.Name.Name != "main" && !strings.HasPrefix(doc, "Package "+f.Name.Name+" ") {
		c.add(name, c.line(f.Doc), "package comment does not begin with %q", "Package "+f.Name.Name)
	}
	c.declarations(name, f)
}

// row finds the row of a folder, by its own name before a pattern.
func (c *checker) row(dir string) (int, bool) {
	pattern := path.Dir(dir) + "/*"
	at, found := 0, false
	for i, names := range c.rules.Rows {
		for _, n := range names {
			if n == dir {
				return i, true
			}
			if n == pattern {
				at, found = i, true
			}
		}
	}
	if slices.Contains(c.rules.TestOnly, dir) {
		return 0, true // imports nothing of its own
	}
	return at, found
}

// own turns an import path into a folder of the module.
func (c *checker) own(to string) (string, bool) {
	if to == c.rules.Module {
		return ".", true
	}
	return strings.CutPrefix(to, c.rules.Module+"/")
}

func (c *checker) inner(name, dir string, row int, to string, line int) {
	if slices.Contains(c.rules.TestOnly, to) {
		c.add(name, line, "imports %s, which is for tests only", to)
		return
	}
	toRow, known := c.row(to)
	switch {
	case !known:
		c.add(name, line, "imports %s, which has no row", to)
	case toRow > row:
		c.add(name, line, "row %d imports %s of row %d, which is higher", row, to, toRow)
	case toRow == row && !slices.Contains(c.rules.Beside[dir], to):
		c.add(name, line, "row %d imports %s of the same row", row, to)
	}
}

func (c *checker) outer(name string, row int, to string, test bool, line int) {
	first, _, _ := strings.Cut(to, "/")
	std := !strings.Contains(first, ".")
	for _, p := range c.rules.Third {
		if to != p.Path && (p.Alone || !strings.HasPrefix(to, p.Path+"/")) {
			continue
		}
		allowed := p.Code
		if test {
			if p.Tests == nil {
				return
			}
			allowed = p.Tests
		}
		if p.Row > 0 && row >= p.Row || within(name, allowed) {
			return
		}
		c.add(name, line, "imports %s outside its place: %s", to, p.Reason)
		return
	}
	if !std {
		c.add(name, line, "imports %s, a third party the table does not know: use a nested module", to)
	}
}

// within says whether a file is in one of the folders, trees or files listed.
func within(name string, places []string) bool {
	for _, p := range places {
		tree, isTree := strings.CutSuffix(p, "/...")
		if p == name || p == path.Dir(name) || isTree && strings.HasPrefix(name, tree+"/") {
			return true
		}
	}
	return false
}

// declarations refuses what makes results depend on more than their arguments.
func (c *checker) declarations(name string, f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == "init" {
				c.add(name, c.line(d), "init function: work at import time cannot be stated or tested")
			}
		case *ast.GenDecl:
			if d.Tok != token.VAR {
				continue
			}
			for _, s := range d.Specs {
				for _, n := range s.(*ast.ValueSpec).Names {
					if n.IsExported() && !strings.HasPrefix(n.Name, "Err") && f.Name.Name != "main" {
						c.add(name, c.line(n), "exported package variable %s: any package could change it; make it a function or a constant", n.Name)
					}
				}
			}
		}
	}
}
