package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// surface lists what a package exports, sorted; nil for a command or a folder
// without code.
func surface(tree fs.FS, dir string) ([]string, error) {
	names, err := fs.Glob(tree, path.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	l := list{set: token.NewFileSet()}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(l.set, name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if f.Name.Name == "main" {
			return nil, nil
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				l.function(d)
			case *ast.GenDecl:
				l.general(d)
			}
		}
	}
	slices.Sort(l.lines)
	return slices.Compact(l.lines), nil
}

type list struct {
	set   *token.FileSet
	lines []string
}

func (l *list) add(parts ...string) { l.lines = append(l.lines, strings.Join(parts, "")) }

// text prints a node on one line.
func (l *list) text(n any) string {
	var b bytes.Buffer
	if err := (&printer.Config{Mode: printer.RawFormat}).Fprint(&b, l.set, n); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (l *list) function(d *ast.FuncDecl) {
	if !d.Name.IsExported() {
		return
	}
	sig := strings.TrimPrefix(l.text(nameless(d.Type)), "func")
	if d.Recv == nil {
		l.add("func ", d.Name.Name, sig)
		return
	}
	if recv := d.Recv.List[0].Type; ast.IsExported(baseName(recv)) {
		l.add("method (", l.text(recv), ") ", d.Name.Name, sig)
	}
}

func (l *list) general(d *ast.GenDecl) {
	inherited := "" // type of the constants above in an iota group
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			l.typ(s)
		case *ast.ValueSpec:
			typ := ""
			if s.Type != nil {
				typ = " " + l.text(s.Type)
			}
			if d.Tok == token.CONST {
				if s.Type == nil && len(s.Values) == 0 {
					typ = inherited
				}
				inherited = typ
			}
			for _, n := range s.Names {
				if n.IsExported() {
					l.add(d.Tok.String(), " ", n.Name, typ)
				}
			}
		}
	}
}

// typ lists a type with its exported fields or methods, one line each, so that
// an added field is an added line.
func (l *list) typ(s *ast.TypeSpec) {
	if !s.Name.IsExported() {
		return
	}
	head := "type " + s.Name.Name
	if s.TypeParams != nil {
		var params []string
		for _, f := range s.TypeParams.List {
			for _, n := range f.Names {
				params = append(params, n.Name+" "+l.text(f.Type))
			}
		}
		head += "[" + strings.Join(params, ", ") + "]"
	}
	if s.Assign.IsValid() {
		l.add(head, " = ", l.text(s.Type))
		return
	}
	switch t := s.Type.(type) {
	case *ast.StructType:
		l.add(head, " struct")
		for _, f := range t.Fields.List {
			if len(f.Names) == 0 && ast.IsExported(baseName(f.Type)) {
				l.add(head, " struct, embeds ", l.text(f.Type))
			}
			for _, n := range f.Names {
				if n.IsExported() {
					l.add(head, " struct, ", n.Name, " ", l.text(f.Type))
				}
			}
		}
	case *ast.InterfaceType:
		l.add(head, " interface")
		for _, f := range t.Methods.List {
			if len(f.Names) == 0 {
				l.add(head, " interface, embeds ", l.text(f.Type))
			}
			for _, n := range f.Names {
				sig := f.Type
				if ft, ok := sig.(*ast.FuncType); ok {
					sig = nameless(ft)
				}
				l.add(head, " interface, ", n.Name, strings.TrimPrefix(l.text(sig), "func"))
			}
		}
	default:
		l.add(head, " ", l.text(t))
	}
}

// nameless drops parameter names, which no caller depends on.
func nameless(t *ast.FuncType) *ast.FuncType {
	drop := func(in *ast.FieldList) *ast.FieldList {
		if in == nil {
			return nil
		}
		out := &ast.FieldList{Opening: in.Opening, Closing: in.Closing}
		for _, f := range in.List {
			for range max(1, len(f.Names)) {
				out.List = append(out.List, &ast.Field{Type: f.Type})
			}
		}
		return out
	}
	return &ast.FuncType{Func: t.Func, TypeParams: t.TypeParams, Params: drop(t.Params), Results: drop(t.Results)}
}

// baseName is the type's own name under pointers, packages and type arguments.
func baseName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return baseName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return baseName(e.X)
	case *ast.IndexListExpr:
		return baseName(e.X)
	}
	return ""
}
