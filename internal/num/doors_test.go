package num_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// doors are the exported functions that take a decimal, and the exported
// structs with a decimal field that functions take: each must answer a hostile
// number at once. A door that is missing here fails TestDoors.
var doors = map[string]func(d decimal.Decimal){
	"num.Check":              func(d decimal.Decimal) { _ = num.Check(d) },
	"num.Parts":              func(d decimal.Decimal) { _, _, _ = num.Parts(d) },
	"num.Sum.AddChecked":     func(d decimal.Decimal) { _, _ = new(num.Sum).AddChecked([]decimal.Decimal{d}) },
	"num.Sum.Add":            checked(func(d decimal.Decimal) { new(num.Sum).Add(d) }),
	"num.Sum.AddAll":         checked(func(d decimal.Decimal) { new(num.Sum).AddAll([]decimal.Decimal{d, decimal.New(1, -2)}) }),
	"num.SumDecimals":        checked(func(d decimal.Decimal) { num.SumDecimals([]decimal.Decimal{d, decimal.New(1, -2)}) }),
	"ledger.Change.Amount":   func(d decimal.Decimal) { change(ledger.Change{Amount: d}) },
	"ledger.Change.Quantity": func(d decimal.Decimal) { change(ledger.Change{Quantity: d}) },
}

// results are exported structs of my packages whose decimals the library writes
// and does not read.
var results = map[string]bool{
	"ledger.Movement": true, "ledger.Segment": true, "ledger.Sum": true, "ledger.Growth": true, "ledger.Account": true, "ledger.Seats": true,
	"cohort.Coverage": true, "cohort.LayerCake": true, "cohort.Layer": true, "cohort.TenureMonth": true, "cohort.Retention": true, "cohort.Row": true,
}

// checked is a door that documents that its numbers have passed Check.
func checked(f func(decimal.Decimal)) func(decimal.Decimal) {
	return func(d decimal.Decimal) {
		if num.Check(d) == nil {
			f(d)
		}
	}
}

func change(c ledger.Change) {
	l, err := ledger.New(ledger.Options{})
	if err != nil {
		return
	}
	c.Customer, c.At = "c", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	_ = c.String()
	_ = l.Append(c)
	_ = l.Replace("c", "s", c.At, c)
	_, _ = l.MarshalBinary()
	_ = l.MRR(c.At)
}

func TestDoors_HostileNumbersCostNothing(t *testing.T) {
	t.Parallel()
	for name, open := range doors {
		for _, exp := range []int32{-2_147_483_648, -2_000_000_000, 2_000_000_000, 2_147_483_647} {
			for _, coef := range []int64{0, 1, -7} {
				open(decimal.New(coef, exp)) // would not return, or not fit memory
			}
		}
		require.NotEmpty(t, name)
	}
}

// TestDoors parses the packages: an exported function or struct field of type
// decimal must be in the tables above.
func TestDoors(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for pkg, dir := range map[string]string{"num": ".", "ledger": "../../metrics/ledger", "cohort": "../../metrics/cohort"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			src, err := os.ReadFile(name)
			require.NoError(t, err)
			f, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
			require.NoError(t, err)
			for _, d := range f.Decls {
				for _, door := range doorsOf(pkg, d) {
					found[door] = true
				}
			}
		}
	}
	for door := range found {
		_, ok := doors[door]
		require.True(t, ok || results[door[:strings.LastIndexByte(door, '.')]], "%s takes a decimal and is not in the table", door)
	}
	for door := range doors {
		require.True(t, found[door], "%s is in the table and nowhere else", door)
	}
}

func doorsOf(pkg string, d ast.Decl) (out []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if !d.Name.IsExported() || !takesDecimal(d.Type.Params) {
			return nil
		}
		if d.Recv != nil {
			recv := d.Recv.List[0].Type
			if star, ok := recv.(*ast.StarExpr); ok {
				recv = star.X
			}
			id, ok := recv.(*ast.Ident)
			if !ok || !id.IsExported() {
				return nil
			}
			name = id.Name + "." + name
		}
		return []string{pkg + "." + name}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			ts, ok := s.(*ast.TypeSpec)
			if !ok || !ts.Name.IsExported() {
				continue
			}
			st, ok := ts.Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, field := range st.Fields.List {
				for _, name := range field.Names {
					if name.IsExported() && isDecimal(field.Type) {
						out = append(out, pkg+"."+ts.Name.Name+"."+name.Name)
					}
				}
			}
		}
	}
	return out
}

func takesDecimal(params *ast.FieldList) bool {
	for _, p := range params.List {
		if isDecimal(p.Type) {
			return true
		}
	}
	return false
}

func isDecimal(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		return ok && id.Name == "decimal" && e.Sel.Name == "Decimal"
	case *ast.ArrayType:
		return isDecimal(e.Elt)
	case *ast.Ellipsis:
		return isDecimal(e.Elt)
	case *ast.StarExpr:
		return isDecimal(e.X)
	}
	return false
}
