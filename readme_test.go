package lifecycle_test

import (
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every Go block of README.md and of the package comment is, word for word,
// the body of an Example of doc_test.go, which go test runs; the block that
// shows its output is what that Example is checked against.
func TestDocs_BlocksAreExamples(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("doc_test.go")
	require.NoError(t, err)
	examples, err := readExamples(string(src))
	require.NoError(t, err)
	for _, file := range []string{"README.md", "doc.go"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		blocks, err := readBlocks(file, string(text))
		require.NoError(t, err)
		faults, programs := compare(blocks, examples)
		assert.Empty(t, faults, file)
		assert.Positive(t, programs, "%s shows no program", file)
	}
}

// The comparison finds what it is there for.
func TestDocs_ComparisonBites(t *testing.T) {
	t.Parallel()
	examples, err := readExamples(`package x
import ("fmt"; "log")
func Example() {
	if true {
		fmt.Println("hi")
	}

	// Output:
	// hi
}
func ExampleLog() { log.Println() }
`)
	require.NoError(t, err)
	const body = "if true {\n\tfmt.Println(\"hi\")\n}\n"
	whole := func(imports, text string) string {
		return "package main\n\n" + imports + "\n\nfunc main() {\n\t" + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n\t") + "\n}\n"
	}
	for _, c := range []struct {
		name string
		ok   bool
		text string
	}{
		{"statements", true, "```go\n" + body + "```\n"},
		{"statements and output", true, "```go\n" + body + "```\nprints\n```text\nhi\n```\n"},
		{"other output", false, "```go\n" + body + "```\nprints\n```text\nho\n```\n"},
		{"other statements", false, "```go\nfmt.Println()\n```\n"},
		{"a program", true, "```go\n" + whole(`import "fmt"`, body) + "```\n"},
		{"a program without its import", false, "```go\n" + whole("", body) + "```\n"},
		{"a program with an import it does not use", false, "```go\n" + whole(`import ("fmt"; "log")`, body) + "```\n"},
		{"an Example that is not run for want of output", false, "```go\nlog.Println()\n```\n"},
		{"what is not Go", false, "```go\nif {\n```\n"},
	} {
		blocks, err := readBlocks("README.md", c.text)
		require.NoError(t, err)
		faults, _ := compare(blocks, examples)
		assert.Equal(t, c.ok, len(faults) == 0, "%s: %v", c.name, faults)
	}
	inComment, err := readBlocks("doc.go", "// Package x is.\n//\n//\tif true {\n//\t\tfmt.Println(\"hi\")\n//\t}\n//\n// prints\n//\n//\tho\npackage x\n")
	require.NoError(t, err)
	faults, programs := compare(inComment, examples)
	assert.Equal(t, 1, programs)
	assert.Len(t, faults, 1)
}

// A folder or package that README.md names exists, and every package that a
// user can import is named there.
func TestReadme_NamesWhatIsThere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`go run \./(\S+)|\]\(([a-zA-Z.][^):#]*)\)`).FindAllStringSubmatch(string(text), -1) {
		_, err := os.Stat(m[1] + m[2])
		assert.NoError(t, err, "named in README.md")
	}
	packages, err := importable(".")
	require.NoError(t, err)
	require.NotEmpty(t, packages)
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| \\[`([a-z/]+)`\\]\\(([a-z/]+)\\) \\|").FindAllStringSubmatch(string(text), -1) {
		assert.Equal(t, m[1], m[2], "the link of a package leads to it")
		listed[m[1]] = true
		assert.True(t, slices.Contains(packages, m[1]) || isModule(m[1]), "README.md lists %s, which is not there", m[1])
	}
	for _, p := range packages {
		assert.True(t, listed[p], "README.md does not list package %s", p)
	}
}

func isModule(dir string) bool {
	_, err := os.Stat(path.Join(dir, "go.mod"))
	return err == nil
}

// importable lists the folders with library code, without the root's own.
func importable(root string) ([]string, error) {
	var out []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if b := d.Name(); name != "." && (strings.HasPrefix(b, ".") || b == "testdata" || b == "internal" || b == "examples" || isModule(name)) {
				return fs.SkipDir
			}
			return nil
		}
		dir := path.Dir(name)
		if dir != "." && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
		return nil
	})
	return out, err
}

type example struct {
	body, output string
	imports      map[string]string // name used in the code: path
}

func readExamples(src string) ([]example, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, "doc_test.go", src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	imports := importNames(f)
	var out []example
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || !strings.HasPrefix(fn.Name.Name, "Example") {
			continue
		}
		body, output, _ := strings.Cut(src[set.Position(fn.Body.Lbrace).Offset+1:set.Position(fn.Body.Rbrace).Offset], "// Output:\n")
		output = strings.ReplaceAll(output, "// ", "")
		out = append(out, example{dedent(body), dedent(output), imports})
	}
	return out, nil
}

// dedent takes one tab from every line and blank lines from both ends.
func dedent(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(strings.TrimPrefix(lines[i], "\t"), " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n \t")
}

func importNames(f *ast.File) map[string]string {
	names := map[string]string{}
	for _, s := range f.Imports {
		to, _ := strconv.Unquote(s.Path.Value) // the parser has checked it
		names[path.Base(to)] = to
	}
	return names
}

type block struct {
	line int // of the file
	code bool
	text string
}

// readBlocks finds the fenced blocks of Markdown in Go or text, and the
// indented blocks of a package comment; there, output is what follows the
// paragraph "prints".
func readBlocks(file, text string) ([]block, error) {
	if strings.HasSuffix(file, ".md") {
		var out []block
		fence := regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
		for _, m := range fence.FindAllStringSubmatchIndex(text, -1) {
			if lang := text[m[2]:m[3]]; lang == "go" || lang == "text" {
				out = append(out, block{1 + strings.Count(text[:m[0]], "\n"), lang == "go", text[m[4]:m[5]]})
			}
		}
		return out, nil
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var out []block
	above := ""
	for _, b := range new(comment.Parser).Parse(f.Doc.Text()).Content {
		switch b := b.(type) {
		case *comment.Code:
			out = append(out, block{0, above != "prints", b.Text})
		case *comment.Paragraph:
			above = paragraph(b)
		}
	}
	return out, nil
}

func paragraph(p *comment.Paragraph) string {
	var out strings.Builder
	for _, t := range p.Text {
		if s, ok := t.(comment.Plain); ok {
			out.WriteString(string(s))
		}
	}
	return out.String()
}

// parseProgram reads a whole file with its main function, or statements.
func parseProgram(text string) (f *ast.File, body string, err error) {
	set := token.NewFileSet()
	if !strings.HasPrefix(text, "package ") {
		f, err = parser.ParseFile(set, "block", "package main; func main() {\n"+text+"\n}", 0)
		return f, strings.Trim(text, "\n"), err
	}
	f, err = parser.ParseFile(set, "block", text, 0)
	if err != nil {
		return nil, "", err
	}
	fn, ok := f.Decls[len(f.Decls)-1].(*ast.FuncDecl)
	if !ok || fn.Name.Name != "main" {
		return nil, "", fmt.Errorf("the program does not end with main")
	}
	return f, dedent(text[set.Position(fn.Body.Lbrace).Offset+1 : set.Position(fn.Body.Rbrace).Offset]), nil
}

// compare returns what is wrong with the blocks of one file and how many
// programs are among them.
func compare(blocks []block, examples []example) (faults []string, programs int) {
	fault := func(b block, format string, args ...any) {
		faults = append(faults, fmt.Sprintf("line %d: ", b.line)+fmt.Sprintf(format, args...))
	}
	var last *example // of the program above
	for _, b := range blocks {
		if !b.code {
			if last != nil && dedent(b.text) != last.output {
				fault(b, "the output shown is\n%s\nbut the Example's is\n%s", dedent(b.text), last.output)
			}
			last = nil
			continue
		}
		programs++
		f, body, err := parseProgram(b.text)
		if err != nil {
			fault(b, "%v", err)
			continue
		}
		i := slices.IndexFunc(examples, func(e example) bool { return e.body == body })
		if i < 0 {
			fault(b, "no Example of doc_test.go has this body:\n%s", body)
			continue
		}
		last = &examples[i]
		if last.output == "" {
			fault(b, "its Example has no output, so it is not run")
		}
		if f.Name.Name == "main" && strings.HasPrefix(b.text, "package ") {
			want, got := used(f, last.imports), importNames(f)
			for name, to := range got {
				if want[name] != to {
					fault(b, "imports %s, which it does not use or which its Example does not import", to)
				}
			}
			for name, to := range want {
				if got[name] != to {
					fault(b, "uses %s without importing %s", name, to)
				}
			}
		}
	}
	slices.Sort(faults)
	return faults, programs
}

// used narrows imports to the packages the file mentions.
func used(f *ast.File, imports map[string]string) map[string]string {
	out := map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && imports[x.Name] != "" {
				out[x.Name] = imports[x.Name]
			}
		}
		return true
	})
	return out
}
